import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { executeNotebook, type ExecuteNotebookOptions } from "./execute_notebook.ts";
import { temporaryHome } from "./kernel_home.ts";
import type { Cell } from "./notebook_file.ts";

/** Runs cells in a folder that has no configuration. */
async function run(cells: readonly (string | Cell)[], options: Partial<ExecuteNotebookOptions> = {}) {
  using home = temporaryHome();
  const folder = await Deno.makeTempDir();
  try {
    const made = cells.map((cell) =>
      typeof cell === "string" ? { cell_type: "code" as const, metadata: {}, source: cell } : cell
    );
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: made };
    return await executeNotebook(notebook, { folder, home: home.folder, ...options });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** True if the process is there and is no zombie. */
async function lives(pid: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${pid}`] }).output();
  const stat = new TextDecoder().decode(stdout).trim();
  return stat !== "" && !stat.startsWith("Z");
}

Deno.test("executeNotebook() runs cells in order and keeps their outputs and counts", async () => {
  const markdown = { cell_type: "markdown" as const, metadata: {}, source: "# Text" };
  const { ending, verdict, notebook } = await run(["const a = 20;\nconsole.log('hello')", markdown, "a + 1"]);
  assertEquals([ending, verdict], ["completed", ""]);
  assertEquals(notebook.cells[0].outputs, [{ output_type: "stream", name: "stdout", text: "hello\n" }]);
  assertEquals(notebook.cells[1], markdown);
  assertEquals(notebook.cells[2].execution_count, 2);
  assertEquals(notebook.cells[2].outputs, [
    { output_type: "execute_result", data: { "text/plain": "21" }, metadata: {}, execution_count: 2 },
  ]);
});

Deno.test("executeNotebook() finds qama and files beside the notebook from any folder", async () => {
  const { ending, verdict, notebook } = await run([
    `Deno.writeTextFileSync("./beside.ts", "export const x = 7;");`,
    `import { x } from "./beside.ts";\nimport { Rng } from "qama/random";`,
    `[x, new Rng(1) instanceof Rng]`,
  ]);
  assertEquals([ending, verdict], ["completed", ""]);
  const [output] = notebook.cells[2].outputs ?? [];
  assert(output.output_type === "execute_result");
  assertEquals(output.data["text/plain"], "[ 7, true ]");
});

Deno.test("executeNotebook() stops at the first cell that fails, and names it with its traceback", async () => {
  const { ending, cell, verdict, traceback, notebook } = await run([
    "1",
    "function f() { throw new RangeError('no') }\nf()",
    "3",
  ]);
  assertEquals([ending, cell, verdict], ["cell-failed", 2, "Cell 2 failed: RangeError: no"]);
  assertStringIncludes(traceback.join("\n"), "at f (");
  assertEquals(notebook.cells[1].outputs?.[0].output_type, "error");
  assertEquals(notebook.cells[2].outputs, []);
});

Deno.test("executeNotebook() fails at a value that cannot be shown, though the kernel calls that a success", async () => {
  const bundle = '{ "application/json": { x: new Float64Array(2) } }';
  const { ending, verdict } = await run([`({ [Symbol.for("Jupyter.display")]: () => (${bundle}) })`, "2"]);
  assertEquals(ending, "cell-failed");
  assertStringIncludes(verdict, "Cell 1 failed: TypeError: invalid type");
});

Deno.test("executeNotebook() says that a cell cannot be parsed", async () => {
  const { ending, verdict } = await run(["const = 1"]);
  assertEquals(ending, "cell-failed");
  assertStringIncludes(verdict, "cannot be parsed");
});

Deno.test("executeNotebook() goes on after a failure that is tagged, and past cells to be skipped", async () => {
  const tagged = (source: string, tag: string) => ({
    cell_type: "code" as const,
    metadata: { tags: [tag] },
    source,
  });
  const { ending, notebook } = await run([
    tagged("null.x", "raises-exception"),
    tagged("Deno.exit(1)", "skip-execution"),
  ]);
  assertEquals(ending, "completed");
  assertEquals(notebook.cells[0].outputs?.[0].output_type, "error");
});

Deno.test("executeNotebook() ends a cell that never ends, busy or waiting, and what it started", async () => {
  assertEquals((await run(["while (true);"], { cellLimitMs: 300 })).ending, "cell-timed-out");
  const start =
    `const child = new Deno.Command("sleep", { args: ["1000"], stdout: "null" }).spawn(); console.log(child.pid); await child.status;`;
  const { ending, verdict, notebook } = await run([start], { cellLimitMs: 1500 });
  assertEquals([ending, verdict], ["cell-timed-out", "Cell 1 was still running after 1500 ms"]);
  const [output] = notebook.cells[0].outputs ?? [];
  assert(output?.output_type === "stream");
  assertEquals(await lives(Number(output.text)), false);
});

Deno.test("executeNotebook() notices that a cell ends the kernel", async () => {
  const { ending, verdict } = await run(["Deno.exit(3)"]);
  assertEquals([ending, verdict], ["kernel-died", "Cell 1 ended the kernel with code 3"]);
  assertMatch((await run(["Deno.kill(Deno.pid, 'SIGKILL'); await new Promise(() => {})"])).verdict, /by SIGKILL$/);
});

Deno.test("executeNotebook() refuses to type for a cell that asks for input", async () => {
  const { ending, verdict } = await run(["prompt('Your name?')"]);
  assertEquals(ending, "input-requested");
  assertStringIncludes(verdict, '"Your name?"');
});

Deno.test("executeNotebook() ends a cell that prints 100 MB", async () => {
  const { ending, verdict, notebook } = await run([
    "const line = 'x'.repeat(99999); for (let i = 0; i < 1000; i++) console.log(line)",
  ]);
  assertEquals([ending, verdict], ["too-much-output", "Cell 1 put out more than 10000000 characters"]);
  assert(JSON.stringify(notebook).length < 20_000, "the kept output is short");
});

Deno.test("executeNotebook() ends at its signal", async () => {
  const controller = new AbortController();
  const { ending } = await run(["await new Promise(() => {})"], {
    signal: controller.signal,
    onCell: () => controller.abort(),
  });
  assertEquals(ending, "interrupted");
});
