import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  exampleRecord,
  publishRecords,
  readRecord,
  readRecords,
  recordDigest,
  recordFileName,
  writeRecord,
} from "./mod.ts";

async function fileWith(text: string): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(path, text);
  return path;
}

Deno.test("readRecord() gives what writeRecord() wrote, losses that are not finite included", async () => {
  const [first, second] = exampleRecord().epochs;
  const epochs = [{ ...first, trainLoss: NaN }, { ...second, testLoss: Infinity, density: 0.25 }];
  const record = exampleRecord({ epochs });
  const path = `${await Deno.makeTempDir()}/a.json`;
  await writeRecord(path, record);
  assertEquals(await readRecord(path), record);
});

Deno.test("writeRecord() leaves the old file whole and no other file where it fails", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(`${folder}/a.json/inside`, { recursive: true });
  await assertRejects(() => writeRecord(`${folder}/a.json`, exampleRecord()));
  assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["a.json"]);
});

Deno.test("readRecord() names the file and what is wrong with it", async () => {
  const { data, epochs } = exampleRecord();
  const cases: [Record<string, unknown>, string][] = [
    [{ seed: -1 }, "seed must be an integer of 0 or more"],
    [{ operator: "softmax" }, "operator must be the name of an operator"],
    [{ ending: "stopped" }, 'ending must be "completed" or "interrupted"'],
    [{ data: { ...data, synthetic: "no" } }, "data.synthetic must be true or false"],
    [{ data: { ...data, testFrom: "test" } }, 'data.testFrom must be "training" or absent'],
    [{ data: { ...data, checksums: { a: 1 } } }, "data.checksums.a must be a string"],
    [{ epochs: [{ ...epochs[0], testAccuracy: 75 }] }, "epochs[0].testAccuracy must be a number from 0 to 1"],
    [{ epochs: [epochs[1]] }, "epochs[0].epoch must be 1"],
    [{ epochs: {} }, "epochs must be a list"],
    [{ clocks: null }, "clocks must be an object"],
    [{ machine: {} }, "machine.deno must be a string"],
  ];
  for (const [change, message] of cases) {
    const path = await fileWith(JSON.stringify({ ...exampleRecord(), ...change }));
    await assertRejects(() => readRecord(path), TypeError, `Cannot read the record ${path}: ${message}`);
  }
  await assertRejects(
    async () => await readRecord(await fileWith('{"schema": 1')),
    SyntaxError,
    "Cannot read the record",
  );
  await assertRejects(
    async () => await readRecord(await fileWith('{"schema": 2}')),
    RangeError,
    "expected schema 1, got 2",
  );
  await assertRejects(async () => await readRecord(await fileWith("[]")), TypeError, "record must be an object");
});

Deno.test("readRecord() refuses a record in which a number was changed, and reads one without a digest", async () => {
  const path = `${await Deno.makeTempDir()}/record.json`;
  await writeRecord(path, exampleRecord());
  const text = await Deno.readTextFile(path);
  const { digest, ...record } = JSON.parse(text);
  assertEquals(digest, await recordDigest(exampleRecord()));
  await Deno.writeTextFile(path, text.replace('"seed": 1', '"seed": 2'));
  await assertRejects(() => readRecord(path), SyntaxError, "its numbers are not those that were written");
  await Deno.writeTextFile(path, JSON.stringify(record));
  assertEquals(await readRecord(path), exampleRecord());
});

Deno.test("readRecord() refuses a record cut at any place", async () => {
  const path = `${await Deno.makeTempDir()}/record.json`;
  await writeRecord(path, exampleRecord());
  const text = await Deno.readTextFile(path);
  for (let length = 0; length < text.length - 1; length += 41) {
    await Deno.writeTextFile(path, text.slice(0, length));
    await assertRejects(() => readRecord(path), SyntaxError, "move the file away");
  }
});

Deno.test("readRecords() reads the .json files of a folder in the order of their names", async () => {
  const folder = await Deno.makeTempDir();
  for (const seed of [3, 1, 2]) {
    const record = exampleRecord({ seed });
    await writeRecord(`${folder}/${recordFileName(record)}`, record);
  }
  await Deno.writeTextFile(`${folder}/notes.txt`, "not a record");
  assertEquals((await readRecords(folder)).map((record) => record.seed), [1, 2, 3]);
});

Deno.test("publishRecords() joins records by profile and data, the same bytes each time, and readRecords() checks each", async () => {
  const folder = await Deno.makeTempDir();
  const { epochs: [epoch], data } = exampleRecord();
  const records = [
    exampleRecord({ data: { ...data, name: "a" }, epochs: [{ ...epoch, testLoss: Infinity }] }),
    exampleRecord({ data: { ...data, name: "b" } }),
    exampleRecord({ data: { ...data, name: "b" }, seed: 2 }),
  ];
  assertEquals(await publishRecords(folder, records), ["smoke-a.json.gz", "smoke-b.json.gz"]);
  assertEquals(await readRecords(folder), records);
  const bytes = await Deno.readFile(`${folder}/smoke-b.json.gz`);
  await publishRecords(folder, records);
  assertEquals(await Deno.readFile(`${folder}/smoke-b.json.gz`), bytes);
  const list = JSON.parse(
    await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text(),
  );
  list[1].epochs[0].testAccuracy = 0.125;
  await Deno.writeTextFile(`${folder}/changed.json`, JSON.stringify(list));
  await assertRejects(() => readRecords(folder), SyntaxError, "not those that were written");
});

Deno.test("recordFileName() refuses a name that leads out of the folder", () => {
  const record = exampleRecord();
  assertThrows(() => recordFileName({ ...record, profile: "../x" }), RangeError, "expected letters, digits");
});

Deno.test("recordDigest() changes with every number of a run and with nothing else", async () => {
  const record = exampleRecord();
  const digest = await recordDigest(record);
  const [first, second] = record.epochs;
  const changed = [
    exampleRecord({ seed: 2 }),
    exampleRecord({ operator: "none" }),
    exampleRecord({ ending: "interrupted" }),
    exampleRecord({ parameters: 1001 }),
    exampleRecord({ weightsDigest: "cd" }),
    exampleRecord({ options: { ...record.options, sweeps: 21 } }),
    exampleRecord({ data: { ...record.data, train: 99 } }),
    exampleRecord({ data: { ...record.data, checksums: { "example.bin": "01" } } }),
    exampleRecord({ epochs: [first, { ...second, testLoss: 0.8 + 1e-12 }] }),
    exampleRecord({ epochs: [first, { ...second, testLoss: NaN }] }),
    exampleRecord({ epochs: [first, { ...second, density: 0 }] }),
  ];
  const digests = new Set([digest, ...await Promise.all(changed.map(recordDigest))]);
  assertEquals(digests.size, changed.length + 1);
  const same = exampleRecord({
    startedAt: "2030-01-01T00:00:00.000Z",
    code: { version: "9.0.0", commit: "abc" },
    machine: { ...record.machine, cpu: "another" },
    clocks: { trainMs: 1, evaluateMs: 1 },
    options: { workers: 9, sweeps: 20, learningRate: 1e-3, batchSize: 128, epochs: 2 },
    data: { ...record.data, title: "another title" },
  });
  assertEquals(await recordDigest(same), digest);
});
