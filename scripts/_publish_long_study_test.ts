import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  exampleLongStudyRecord,
  longStudyFileName,
  type LongStudyRecord,
  writeLongStudyRecord,
} from "../lib/experiments/mod.ts";
import { renderLongStudy } from "./_publish_long_study.ts";

const run = (row: string, accuracy: number, changes: Partial<LongStudyRecord> = {}): LongStudyRecord => {
  const { epochs: [epoch], data } = exampleLongStudyRecord();
  return exampleLongStudyRecord({
    ...{ row, data: { ...data, test: 400 }, epochs: [{ ...epoch, testAccuracy: accuracy }] },
    ...changes,
  });
};

Deno.test("renderLongStudy() gives nothing without records, and with them says what was learned, gained and saved", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderLongStudy(folder), null);
  await Deno.mkdir(`${folder}/long/records`, { recursive: true });
  assertEquals(await renderLongStudy(folder), null);
  const records = [
    run("mha", 0.9, { attentionBytes: 4000 }),
    run("qamaSelected10", 0.99, { attentionBytes: 1000, clocks: { trainMs: 7, processorMs: 20, testMs: 1 } }),
    run("selectedTopField10", 0.985),
    run("selectedFixed10", 0.5),
  ];
  for (const record of records) {
    await writeLongStudyRecord(`${folder}/long/records/${longStudyFileName(record)}`, record);
  }
  const found = await renderLongStudy(folder);
  assert(found !== null);
  assertEquals([...found.files.keys()], ["long/README.md", "long/long_parity_64.svg"]);
  const words = "10 % of the keys reaches 99.0 %, 9.00 points (one seed) above softmax attention (90.0 %), " +
    "in 0.25 of its processor time with 0.25 times its memory";
  assertStringIncludes(found.block, words);
  assertStringIncludes(
    found.block,
    "not told apart (0.50 points, one seed) from selected softmax, the largest fields",
  );
  assertStringIncludes(found.block, "and 49.00 points (one seed) above selected softmax, one random mask");
  assertStringIncludes(found.files.get("long/README.md")!, longStudyFileName(records[1]));
});

Deno.test("renderLongStudy() says so where no row is above chance", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/long/records`, { recursive: true });
  for (const seed of [1, 2]) {
    const record = run("mha", 0.5 + 0.01 * seed, { seed });
    await writeLongStudyRecord(`${folder}/long/records/${longStudyFileName(record)}`, record);
  }
  assertStringIncludes((await renderLongStudy(folder))?.block ?? "", "no row is told apart from chance (50 %)");
});
