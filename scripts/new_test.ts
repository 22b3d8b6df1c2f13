import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readCli, UsageError } from "./_cli.ts";
import { newCli, writeNew } from "./_new.ts";
import { runDeno } from "./_test_deno.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const write = (from: string, ...args: string[]) => writeNew(readCli(newCli, args), from);

/** Runs a command as it was printed, from a folder. */
async function run(command: string, cwd: string) {
  const [deno, ...args] = command.split(" ");
  assertEquals(deno, "deno");
  return await runDeno(args, { cwd });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await work(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

Deno.test("writeNew() writes a script that runs where it is, from anywhere, and is formatted", async () => {
  await inFolder(async (folder) => {
    const { file, config, command } = await write(folder, "mine", "--folder", "sub");
    assertEquals([file, config], [join(folder, "sub", "mine.ts"), join(folder, "sub", "deno.json")]);
    for (const cwd of [folder, ROOT]) {
      const { code, out, err } = await run(command, cwd);
      assertEquals([code, err], [0, ""]);
      assertStringIncludes(out, "| every choice |");
    }
    const formatted = await run(`deno fmt --quiet --line-width 120 --check ${file}`, join(folder, "sub"));
    assertEquals(formatted.code, 0, formatted.err);
    // a second one shares the configuration
    assertEquals((await write(folder, "other", "--folder", "sub")).config, config);
  });
});

Deno.test("writeNew() writes a notebook whose cells all run", async () => {
  await inFolder(async (folder) => {
    const { file, config, command } = await write(folder, "mine", "--folder", ".", "--kind", "notebook");
    assertEquals([file, config], [join(folder, "mine.ipynb"), null]);
    const { code, out, err } = await run(command, ROOT);
    assertEquals(code, 0, out + err);
    assertStringIncludes(out, "1 notebooks passed, 0 failed");
    await run(`${command} --write`, ROOT);
    const { cells, metadata } = JSON.parse(await Deno.readTextFile(file));
    assertEquals(metadata.kernelspec.name, "qama");
    assertStringIncludes(JSON.stringify(cells.at(-1).outputs), "every choice");
  });
});

Deno.test("writeNew() in the project needs no configuration of its own, and checks", async () => {
  const folder = join(ROOT, "out", `new-${crypto.randomUUID()}`);
  try {
    const { file, config, command } = await write("/", "mine", "--folder", folder);
    assertEquals([file, config], [join(folder, "mine.ts"), null]);
    const checked = await run(`deno check --quiet ${file}`, ROOT);
    assertEquals(checked.code, 0, checked.err);
    const { code, out } = await run(command, ROOT);
    assertEquals([code, out.includes("| every choice |")], [0, true]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeNew() overwrites nothing: neither a file nor a configuration of somebody else's", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a.ts`, "mine");
    await Deno.writeTextFile(`${folder}/deno.json`, '{ "imports": {} }');
    await assertRejects(() => write(folder, "a", "--folder", "."), UsageError, `There is ${folder}/a.ts already`);
    assertEquals(await Deno.readTextFile(`${folder}/a.ts`), "mine");
    const { command, config } = await write(folder, "b", "--folder", ".");
    assertEquals(config, `${folder}/qama.deno.json`);
    assertEquals(await Deno.readTextFile(`${folder}/deno.json`), '{ "imports": {} }');
    assertEquals((await run(command, folder)).code, 0);
  });
});

Deno.test("writeNew() says what is wrong with a name or a folder", async () => {
  await inFolder(async (folder) => {
    const cases = [
      ["a/b", 'NAME takes no folder, got "a/b"; give --folder a and the name alone'],
      ["../b", "give --folder .. and"],
      ["a b", 'letters, digits, - and _, and starts with a letter or digit, got "a b"'],
      [".hidden", "starts with a letter or digit"],
      ["x".repeat(101), "NAME takes up to 100"],
      ["a.ts", 'NAME takes no ending, got "a.ts"; give a, and --kind'],
      ["a.ipynb", "give a, and --kind"],
    ];
    for (const [name, text] of cases) await assertRejects(() => write(folder, name), UsageError, text);
    await Deno.writeTextFile(`${folder}/file`, "");
    await assertRejects(() => write(folder, "a", "--folder", "file"), Error, `Cannot write ${folder}/file`);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1);
    assert(!await Deno.stat(join(ROOT, "experiments", "b.ts")).then(() => true, () => false));
  });
});
