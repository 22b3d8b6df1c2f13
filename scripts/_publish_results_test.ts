import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  defaultOperators,
  exampleExhibit,
  exampleRecord,
  type Exhibit,
  profiles,
  readRecords,
} from "../lib/experiments/mod.ts";
import { inDataOrder, readBeside, renderResults, staleFiles } from "./_publish_results.ts";

const records = defaultOperators("mnist", profiles.smoke).map((operator) => exampleRecord({ operator }));

Deno.test("renderResults() gives a README and a figure a profile, paper first", async () => {
  const paper = records.map((record) => ({ ...record, profile: "paper" }));
  const files = await renderResults([...records, ...paper]);
  assertEquals([...files.keys()], [
    "learning_curves_paper.svg",
    "learning_curves_smoke.svg",
    "index.html",
    "README.md",
  ]);
  const readme = files.get("README.md") ?? "";
  assertStringIncludes(readme, "`deno task reproduce --profile smoke --only example`");
  assertStringIncludes(readme, "example-none-paper-seed1.json");
});

Deno.test("renderResults() puts notes where the page says, as they are, and shows every run", async () => {
  const bare = (await renderResults(records)).get("README.md") ?? "";
  assertEquals([bare.includes("Notes"), bare.includes("none is typed in. ")], [false, true]);
  const noted = (await renderResults(records, { notes: "A *note*.\n" })).get("README.md") ?? "";
  assertStringIncludes(noted, "none is typed in, except under [Notes](#notes)");
  assertStringIncludes(noted, "\n## Notes\n\nA *note*.\n\n## Records\n");
  assertStringIncludes(noted, "### Every run");
  assertStringIncludes(noted, "seed 1, %");
});

Deno.test("inDataOrder() puts MNIST before Fashion-MNIST before glyphs", () => {
  const of = (name: string) => exampleRecord({ data: { ...exampleRecord().data, name } });
  const names = inDataOrder(["glyphs", "fashion-mnist", "mnist"].map(of)).map(({ data }) => data.name);
  assertEquals(names, ["mnist", "fashion-mnist", "glyphs"]);
});

Deno.test("readBeside() gives nothing where there is nothing, and refuses reasons of another form", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await readBeside(folder), { notes: "", reasons: {}, exhibits: [], lengths: null, soft: null });
  await Deno.writeTextFile(`${folder}/reasons.json`, '{"mnist-qamaV2-50": "a reason"}');
  assertEquals((await readBeside(folder)).reasons, { "mnist-qamaV2-50": "a reason" });
  for (const text of ['{"a": 1}', "[]", "null"]) {
    await Deno.writeTextFile(`${folder}/reasons.json`, text);
    await assertRejects(() => readBeside(folder), TypeError, "expected an object of strings");
  }
  await Deno.writeTextFile(`${folder}/reasons.json`, "{");
  await assertRejects(() => readBeside(folder), SyntaxError, "Cannot read the reasons");
});

Deno.test("renderResults() refuses to render nothing", async () => {
  await assertRejects(() => renderResults([]), RangeError, "there is no record");
});

Deno.test("staleFiles() names what is missing or differs by a character", async () => {
  const folder = await Deno.makeTempDir();
  const files = await renderResults(records);
  assertEquals(await staleFiles(folder, files), [...files.keys()]);
  for (const [name, text] of files) await Deno.writeTextFile(`${folder}/${name}`, text);
  assertEquals(await staleFiles(folder, files), []);
  await Deno.writeTextFile(`${folder}/README.md`, `${files.get("README.md")} `);
  assertEquals(await staleFiles(folder, files), ["README.md"]);
});

Deno.test("results/ holds what its records give", async () => {
  const folder = fileURLToPath(new URL("../results", import.meta.url));
  let published;
  try {
    published = await readRecords(`${folder}/records`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: there is no results/records");
    return;
  }
  assertEquals(await staleFiles(folder, await renderResults(published, await readBeside(folder))), []);
});

Deno.test("renderResults() shows the first picture or text of an exhibit, and only of the records' own weights", async () => {
  const of = (exhibit: Exhibit) => renderResults(records, { exhibits: [exhibit] });
  const pictures = await of(exampleExhibit());
  assertStringIncludes(pictures.get("README.md") ?? "", "(chosen_example_qamaV2_smoke.svg)");
  assertStringIncludes(pictures.get("chosen_example_qamaV2_smoke.svg") ?? "", "head 1: 2 of 4");
  assertStringIncludes(pictures.get("index.html") ?? "", "head 1: 2 of 4");
  const text = { label: 0, predicted: 0, chosen: [[1]], energy: null, tokenEnergies: [] };
  const words = await of(exampleExhibit({ items: [{ kind: "text", words: ["not", "*bad*"], ...text }] }));
  assertStringIncludes(words.get("README.md") ?? "", "> not **\\*bad\\***\n\nzero, classified as zero.");
  const others = await of(exampleExhibit({ weightsDigest: "other" }));
  assertEquals(others.get("README.md")?.includes("Chosen tokens"), false);
  assertStringIncludes(others.get("README.md") ?? "", "Missing: exhibits of QAMA v2 (published)");
});
