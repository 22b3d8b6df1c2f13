import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { exampleTtsGapRecord, readTtsGapRecord, ttsGapDigest, type TtsGapRecord, writeTtsGapRecord } from "./mod.ts";

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
