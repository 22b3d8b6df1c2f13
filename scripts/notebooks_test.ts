import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeNotebook } from "../lib/notebook/mod.ts";
import { runScript } from "./_test_deno.ts";

/** Runs the command in a folder with the notebooks given by name: sources of cells, the first one's tags and outputs. */
async function notebooks(
  given: Readonly<Record<string, { codes: string[]; kept?: string }>>,
  args: string[],
  look: (folder: string) => Promise<void> = () => Promise.resolve(),
) {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, { codes, kept }] of Object.entries(given)) {
      const cells = codes.map((source, i) => ({
        cell_type: "code" as const,
        id: `cell-${i}`,
        metadata: kept === undefined ? {} : { tags: ["compare"] },
        source,
        execution_count: null,
        outputs: kept === undefined ? [] : [{ output_type: "stream" as const, name: "stdout" as const, text: kept }],
      }));
      const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
      await Deno.writeTextFile(`${folder}/${name}`, writeNotebook(notebook));
    }
    const ran = await runScript("notebooks.ts", args, { cwd: folder });
    await look(folder);
    return ran;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("notebooks runs files and folders, fails with cell and traceback, and writes nothing unless asked", async () => {
  const given = { "a.ipynb": { codes: ["1"] }, "b.ipynb": { codes: ["2", "null.x"] } };
  let before: string[] = [];
  const { code, out } = await notebooks(given, ["."], async (folder) => {
    before = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assert(!(await Deno.readTextFile(`${folder}/a.ipynb`)).includes("execute_result"));
  });
  assertEquals([code, before], [1, ["a.ipynb", "b.ipynb"]]);
  assertStringIncludes(out, "failed b.ipynb");
  assertStringIncludes(out, "Cell 2 failed: TypeError: Cannot read properties of null");
  assertStringIncludes(out, "    at <anonymous>:");
  assertStringIncludes(out, "1 notebooks passed, 1 failed\n");
});

Deno.test("notebooks --write, --out and --html write the outputs of the run", async () => {
  const given = { "a.ipynb": { codes: ["console.log('printed <here>')"] } };
  const { code } = await notebooks(given, ["a.ipynb", "--write", "--out", "o", "--html", "h"], async (folder) => {
    const [back, out] = await Promise.all(
      ["a.ipynb", "o/a.ipynb"].map((name) => Deno.readTextFile(`${folder}/${name}`)),
    );
    assertStringIncludes(back, "printed <here>");
    assertEquals(out, back);
    assertStringIncludes(await Deno.readTextFile(`${folder}/h/a.html`), `<pre class="out stdout">printed &lt;here&gt;`);
  });
  assertEquals(code, 0);
});

Deno.test("notebooks --check fails where a tagged cell gives something else, and says what", async () => {
  const same = { codes: ["console.log(1)"], kept: "1\n" }, other = { codes: ["console.log(2)"], kept: "1\n" };
  assertEquals((await notebooks({ "a.ipynb": same }, ["a.ipynb", "--check"])).code, 0);
  assertEquals((await notebooks({ "a.ipynb": other }, ["a.ipynb"])).code, 0);
  const { code, out } = await notebooks({ "a.ipynb": other }, ["a.ipynb", "--check", "--json"]);
  const { notebooks: [outcome], failed } = JSON.parse(out);
  assertEquals([code, failed, outcome.differences], [1, 1, [{ cell: 1, what: "stdout", expected: "1", actual: "2" }]]);
});

Deno.test("notebooks says in a line what is wrong with a file, and runs the others", async () => {
  const given = { "a.ipynb": { codes: ["1"] } };
  const missing = await notebooks(given, ["none.ipynb"]);
  assertEquals(missing.code, 1);
  assertEquals(missing.err.trim().split("\n").length, 1, missing.err);
  const { code, out } = await notebooks(given, ["."], () => Promise.resolve());
  assertEquals(code, 0, out);
  assertEquals((await notebooks({}, ["."])).code, 1);
});

Deno.test("notebooks runs several at a time, one that never ends among them", async () => {
  const given = { "a.ipynb": { codes: ["1"] }, "b.ipynb": { codes: ["while (true);"] } };
  const { code, out } = await notebooks(given, [".", "--jobs", "2", "--time-limit", "1s"]);
  assertEquals(code, 1);
  assertStringIncludes(out, "ok a.ipynb");
  assertStringIncludes(out, "Cell 1 was still running after 1000 ms");
});
