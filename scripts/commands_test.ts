import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Cli, type Option, readCli, UsageError } from "./_cli.ts";
import { flag } from "./_cli_option.ts";
import { runDeno } from "./_test_deno.ts";

type AnyCli = Cli<Readonly<Record<string, Option>>>;

const HERE = new URL(".", import.meta.url);
const { tasks }: { tasks: Record<string, { command: string }> } = JSON.parse(
  await Deno.readTextFile(new URL("../deno.json", HERE)),
);

/** Every file of scripts/ that is a command, with the task that runs it, where there is one. */
async function commands(): Promise<{ file: string; task: string | undefined; cli: AnyCli }[]> {
  const names = (await Array.fromAsync(Deno.readDir(HERE), ({ name }) => name)).sort();
  const files = names.filter((name) => name.endsWith(".ts") && !name.startsWith("_") && !name.endsWith("_test.ts"));
  return await Promise.all(files.map(async (file) => {
    const [task] = Object.entries(tasks).find(([, { command }]) => command.endsWith(` scripts/${file}`)) ?? [];
    return { file, task, cli: (await import(new URL(file, HERE).href)).cli };
  }));
}

/** The words of an example, up to its explanation or redirection, as a shell splits them. */
function wordsOf(example: string): string[] {
  const [line] = example.split(/\s{3,}| > /);
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
}

Deno.test("every task of deno.json that runs a script of ours runs one whose command line is known", async () => {
  const known = new Set((await commands()).map(({ task }) => task));
  const scripts = Object.keys(tasks).filter((name) => tasks[name].command.includes("scripts/"));
  assertEquals(scripts.filter((name) => !known.has(name)), []);
  assert(scripts.length >= 20, `${scripts.length}`);
});

Deno.test("every command is named as it is typed, has examples of itself, and each of them parses", async () => {
  for (const { file, task, cli } of await commands()) {
    const start = task === undefined ? ["deno", "run", "-A", `scripts/${file}`] : ["deno", "task", task];
    assertEquals(cli.command.split(" ").slice(0, start.length), start);
    assert(cli.examples.length > 0, `${file} has no example`);
    for (const example of cli.examples) {
      const words = wordsOf(example);
      assertEquals(words.slice(0, start.length), start, example);
      readCli(cli, words.slice(start.length));
    }
  }
});

Deno.test("every command prints a help with usage, options and examples, and ends with 0", async () => {
  const all = await commands();
  const check = async ({ file, task, cli }: typeof all[number]) => {
    const run = task === undefined ? ["run", "-A", `scripts/${file}`] : ["task", "--quiet", task];
    const { code, out: text, err } = await runDeno([...run, "--help"], { cwd: new URL("..", HERE) });
    assertEquals([file, code, err], [file, 0, ""]);
    assertStringIncludes(text, `Usage: ${cli.command} [options]\n`);
    assertStringIncludes(text, cli.summary);
    for (const name of ["--help", "--debug", ...Object.keys(cli.options).map(flag)]) {
      assertStringIncludes(text, `\n  ${name}`);
    }
    for (const example of cli.examples) assertStringIncludes(text, `\n  ${example}\n`);
    assertStringIncludes(text, "0 done, 1 failed, 2 wrong usage, 130 interrupted");
  };
  for (let k = 0; k < all.length; k += 2) await Promise.all(all.slice(k, k + 2).map(check));
});

Deno.test("every command names the option that was meant", async () => {
  for (const { file, cli } of await commands()) {
    const [name] = Object.keys(cli.options).filter((name) => flag(name).length > 5);
    const meant = name === undefined ? "--debug" : flag(name);
    const { message } = assertThrows(() => readCli(cli, [`${meant}x`]), UsageError, "", file);
    assert(message.startsWith(`Unknown option ${meant}x; did you mean ${meant}?`), message);
  }
});
