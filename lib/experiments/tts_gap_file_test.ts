import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  exampleTtsGapRecord,
  publishTtsGapRecords,
  readTtsGapRecord,
  readTtsGapRecords,
  ttsGapDigest,
  ttsGapFileName,
  type TtsGapRecord,
  writeTtsGapRecord,
} from "./mod.ts";

async function written(record: TtsGapRecord): Promise<string> {
  const path = `${await Deno.makeTempDir()}/record.json`;
  await writeTtsGapRecord(path, record);
  return path;
}

/** Changes the parsed text of a written record, digest and all. */
async function changed(change: (json: Record<string, unknown>) => void): Promise<string> {
  const path = await written(exampleTtsGapRecord());
  const json = JSON.parse(await Deno.readTextFile(path));
  change(json);
  await Deno.writeTextFile(path, JSON.stringify(json));
  return path;
}

Deno.test("readTtsGapRecord() reads again what was written, infinite numbers too", async () => {
  const record = exampleTtsGapRecord();
  const [gap] = record.gaps.chain;
  const closed = { ...gap, gap: 0, relaxationUpdates: Infinity };
  const still = exampleTtsGapRecord({ gaps: { chain: [closed], sweep: [], transverse: null } });
  assertEquals(await readTtsGapRecord(await written(still)), still);
});

Deno.test("writeTtsGapRecord() compresses by the name of the file, the same bytes for the same record; a damaged file is refused", async () => {
  const path = `${await Deno.makeTempDir()}/record.json.gz`;
  const bytes = async () => {
    await writeTtsGapRecord(path, exampleTtsGapRecord());
    return await Deno.readFile(path);
  };
  const first = await bytes();
  assertEquals([...first.subarray(0, 2)], [0x1f, 0x8b]);
  assertEquals(await bytes(), first);
  assertEquals(await readTtsGapRecord(path), exampleTtsGapRecord());
  await Deno.writeFile(path, first.subarray(0, first.length / 2));
  await assertRejects(() => readTtsGapRecord(path), SyntaxError, "move the file away");
});

Deno.test("readTtsGapRecord() names the field that does not fit", async () => {
  // deno-lint-ignore no-explicit-any
  const cases: [(json: any) => void, string][] = [
    [(json) => delete json.instance.name, "instance.name must be a string"],
    [(json) => json.gaps.chain[0].dynamics = "other", 'gaps.chain[0].dynamics must be "glauber" or "metropolis"'],
    [(json) => json.gaps.transverse = undefined, "gaps.transverse must be an object"],
    [(json) => json.gaps.chain[0].gap = "0.1", "gaps.chain[0].gap must be a number"],
    [(json) => json.solvers[1].lengths[2].trials = 0.5, "solvers[1].lengths[2].trials must be an integer"],
    [(json) => json.solvers[1].lengths[2].successes = 101, "successes must be at most the 100 trials"],
    [(json) => json.solvers[1].lengths[1].runLength = 1, "lengths[1].runLength must be longer than the one before"],
    [(json) => json.solvers[0].lengths[0].runTimeMs = -1, "runTimeMs must be a number of 0 or more"],
    [(json) => json.bounds[0].holds = 1, "bounds[0].holds must be true or false"],
    [(json) => json.ending = "timed-out", 'ending must be "completed" or "interrupted"'],
    [(json) => json.solvers = {}, "solvers must be a list"],
  ];
  for (const [change, message] of cases) {
    await assertRejects(async () => await readTtsGapRecord(await changed(change)), TypeError, message);
  }
});

Deno.test("readTtsGapRecord() refuses counts that were changed, another schema and broken text", async () => {
  // deno-lint-ignore no-explicit-any
  const more = await changed((json: any) => json.solvers[0].lengths[0].successes++);
  await assertRejects(() => readTtsGapRecord(more), SyntaxError, "not those that were written");
  const unsigned = await changed((json) => delete json.digest);
  await assertRejects(() => readTtsGapRecord(unsigned), SyntaxError, "not those that were written");
  const later = await changed((json) => json.schema = 3);
  await assertRejects(() => readTtsGapRecord(later), RangeError, "expected schema 2, got 3");
  await Deno.writeTextFile(later, "{");
  await assertRejects(() => readTtsGapRecord(later), SyntaxError, "move the file away");
});

Deno.test("ttsGapDigest() changes with a count, a gap and a seed, not with times", async () => {
  const record = exampleTtsGapRecord();
  const digest = await ttsGapDigest(record);
  const [first, ...rest] = record.solvers;
  const timed = first.lengths.map((length) => ({ ...length, runTimeMs: 7, endToEndMs: 8, annealMs: 9 }));
  assertEquals(await ttsGapDigest({ ...record, solvers: [{ ...first, lengths: timed }, ...rest] }), digest);
  const counted = first.lengths.map((length) => ({ ...length, spinUpdates: length.spinUpdates + 1 }));
  assertNotEquals(await ttsGapDigest({ ...record, solvers: [{ ...first, lengths: counted }, ...rest] }), digest);
  assertNotEquals(await ttsGapDigest({ ...record, seed: 2 }), digest);
  assertNotEquals(await ttsGapDigest({ ...record, gaps: { ...record.gaps, chain: [] } }), digest);
});

Deno.test("readTtsGapRecords() gives published records as single ones, in one order, whatever families join", async () => {
  const { instance } = exampleTtsGapRecord();
  const of = (name: string, family: string) => exampleTtsGapRecord({ instance: { ...instance, name, family } });
  // by name the families alternate
  const records = [of("a", "z"), of("b", "y"), of("b-1", "z"), of("c", "y")];
  const [single, published] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  for (const record of records) await writeTtsGapRecord(`${single}/${ttsGapFileName(record)}`, record);
  const names = await publishTtsGapRecords(published, records.toReversed());
  assertEquals(names.toSorted(), ["quick-y.json.gz", "quick-z.json.gz"]);
  const found = async (folder: string) =>
    await Promise.all(
      (await readTtsGapRecords(folder)).map(async (one) => [one.instance.name, await ttsGapDigest(one)]),
    );
  assertEquals(await found(published), await found(single));
  // a dash comes before a letter, in names of files too
  assertEquals((await found(single)).map(([name]) => name), ["a", "b-1", "b", "c"]);
});

Deno.test("publishTtsGapRecords() gives the same bytes again, whole picoseconds, and the digest of before", async () => {
  const record = exampleTtsGapRecord();
  const [first, ...rest] = record.solvers;
  const [length, ...others] = first.lengths;
  const timed = { ...length, annealMs: 0.00046079400001326575, runTimeMs: 1e-6, endToEndMs: 2.9246389999985696 };
  const given = { ...record, solvers: [{ ...first, lengths: [timed, ...others] }, ...rest] };
  const folder = await Deno.makeTempDir();
  const bytes = async () => {
    const [name] = await publishTtsGapRecords(folder, [given]);
    return await Deno.readFile(`${folder}/${name}`);
  };
  assertEquals(await bytes(), await bytes());
  const [read] = await readTtsGapRecords(folder);
  const { annealMs, runTimeMs, endToEndMs } = read.solvers[0].lengths[0];
  assertEquals([annealMs, runTimeMs, endToEndMs], [0.000460794, 1e-6, 2.924639]);
  assertEquals(await ttsGapDigest(read), await ttsGapDigest(given));
});

Deno.test("readTtsGapRecords() refuses a published list with counts that were changed", async () => {
  const folder = await Deno.makeTempDir();
  const path = await written(exampleTtsGapRecord());
  const json = JSON.parse(await Deno.readTextFile(path));
  const wrong = structuredClone(json);
  wrong.solvers[0].lengths[0].successes++;
  await Deno.writeTextFile(`${folder}/list.json`, JSON.stringify([json, json]));
  assertEquals((await readTtsGapRecords(folder)).length, 2);
  await Deno.writeTextFile(`${folder}/list.json`, JSON.stringify([json, wrong]));
  await assertRejects(() => readTtsGapRecords(folder), SyntaxError, "not those that were written");
});
