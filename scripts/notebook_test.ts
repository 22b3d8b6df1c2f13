import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { codeCells, longestDefinition, moduleOf } from "./_notebook.ts";
import { configuredHosts, findMachinePaths } from "./gate/machine_paths.ts";
import { runDeno } from "./_test_deno.ts";

const FOLDER = fileURLToPath(new URL("../notebooks", import.meta.url));
const SCRATCH = fileURLToPath(new URL("../out", import.meta.url));
const LONGEST = 5;
const LARGEST = 1_500_000;

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb")).sort();
const texts = new Map(names.map((name) => [name, Deno.readTextFileSync(`${FOLDER}/${name}`)]));

/** Runs `deno` in the notebooks' folder, with no network but loopback for the program and `QAMA_DATA_DIR` as given. */
async function deno(args: string[], dataDir: string): Promise<{ success: boolean; output: string }> {
  const { code, out, err } = await runDeno(args, { cwd: FOLDER, env: { QAMA_DATA_DIR: dataDir } });
  return { success: code === 0, output: `${out}\n${err}` };
}

/** Fetches the packages that the cells name by their registry; false where that cannot be. */
async function havePackages(source: string): Promise<boolean> {
  const wanted = [...source.matchAll(/"((?:npm|jsr):[^"]+)"/g)].map(([, name]) => name);
  return wanted.length === 0 || (await deno(["cache", "--no-lock", ...wanted], "")).success;
}

/** Calls `use` with a module for each notebook, below the root, where the import map is found. */
async function withModules(names: readonly string[], use: (files: string[]) => Promise<void>): Promise<void> {
  await Deno.mkdir(SCRATCH, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: SCRATCH });
  const files: string[] = [];
  try {
    for (const name of names) {
      const source = moduleOf(codeCells(texts.get(name) ?? ""));
      if (!await havePackages(source)) {
        console.log(`skipped: a package that ${name} needs is neither in the cache nor can it be fetched`);
        continue;
      }
      const file = `${folder}/${name}.ts`;
      await Deno.writeTextFile(file, source);
      files.push(file);
    }
    if (files.length > 0) await use(files);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("longestDefinition() counts functions, classes and arrows, whatever strings and comments hold", () => {
  assertEquals(longestDefinition("const a = 1;\nconst b = [\n1,\n2];"), 0);
  assertEquals(longestDefinition("const f = (x) => x;\nf(\n1,\n2);"), 1);
  assertEquals(longestDefinition("const f = (x) =>\n  g(\n    x,\n  );\nf();"), 4);
  assertEquals(longestDefinition("function f() {\n// }\nreturn '}';\n}\nf();"), 4);
  assertEquals(longestDefinition("list.map((x) => {\n  const y = `${x}`;\n  return y;\n}, 1);"), 4);
  assertEquals(longestDefinition("const f = (i) => `X${i}`;\nconst g = (\n  i,\n) => `Y${i}`;"), 1);
  assertEquals(longestDefinition("class A {\n  b() {\n  }\n}"), 4);
});

Deno.test("notebooks/ has a notebook", () => assert(names.length > 0));

for (const [name, text] of texts) {
  Deno.test(`${name} defines nothing longer than ${LONGEST} lines`, () => {
    codeCells(text).forEach((cell, i) => {
      const lines = longestDefinition(cell);
      assert(lines <= LONGEST, `code cell ${i + 1} defines something of ${lines} lines: put it into lib/`);
    });
  });

  Deno.test(`${name} names no machine, was run from top to bottom, and stays small`, () => {
    assertEquals(findMachinePaths(name, text, configuredHosts()), []);
    assert(text.length < LARGEST, `${text.length} characters`);
    const { cells, metadata }: {
      cells: { cell_type: string; execution_count?: number; outputs?: { output_type: string }[] }[];
      metadata: { kernelspec: { name: string; language: string } };
    } = JSON.parse(text);
    const code = cells.filter((cell) => cell.cell_type === "code");
    assertEquals(code.map((cell) => cell.execution_count), code.map((_, i) => i + 1));
    assertEquals(code.flatMap((cell) => cell.outputs ?? []).filter((output) => output.output_type === "error"), []);
    assertEquals([metadata.kernelspec.name, metadata.kernelspec.language], ["qama", "typescript"]);
  });

  // all are run by `deno task notebooks`, which CI does with the data sets there
  if (!/\bdatasets\b/.test(codeCells(text).join("\n"))) continue;
  Deno.test(`${name} runs from top to bottom without any data set`, () =>
    withModules([name], async (files) => {
      const empty = await Deno.makeTempDir();
      try {
        // a machine may be emulated on loopback
        const allowed = ["read", "write", "env", "run", "sys", "ffi", "net=127.0.0.1"].map((what) => `--allow-${what}`);
        const { success, output } = await deno(["run", ...allowed, "--no-prompt", "--no-lock", ...files], empty);
        assert(success, `${name} fails:\n${output}`);
      } finally {
        await Deno.remove(empty);
      }
    }));
}

Deno.test("The cells of all notebooks have the right types", () =>
  withModules(names, async (files) => {
    // `deno check` passes over what the project excludes
    const { success, output } = await deno(["cache", "--check", "--no-lock", ...files], "");
    assert(success, output);
  }));
