import { assert, assertEquals, assertRejects } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { askedRows, longStudyRows } from "./long_study_rows.ts";
import {
  exampleLongTimesRecord,
  readLongTimesRecord,
  readLongTimesRecords,
  relativeTime,
  writeLongTimesRecord,
} from "./long_times_record.ts";
import { runLongTimes, type RunLongTimesOptions } from "./run_long_times.ts";

const load = (tokens: number) => loadLongSequences("retrieval", { tokens, trainCount: 1, testCount: 1 });
const small = async (): Promise<RunLongTimesOptions> => ({
  ...{ out: await Deno.makeTempDir(), lengths: [40], rounds: 3, rows: ["mha", "none", "qamaSelected10"], load },
});

Deno.test("runLongTimes() gives every row its turn in every round, there and back, and keeps what is there", async () => {
  const options = await small(), turns: string[] = [];
  const { ending, records: [record] } = await runLongTimes({
    ...options,
    onProgress: (label) => turns.push(label.split(", ")[1]),
  });
  assertEquals(ending, "completed");
  const order = ["mha", "none", "qamaSelected10"];
  // first the steps that do not count
  const there = [...order, ...order.toReversed()];
  assertEquals(turns, [...there, ...there, ...order]);
  assertEquals(record.rows.map(({ row, stepMs }) => [row, stepMs.length]), order.map((row) => [row, 3]));
  assert(
    record.rows.every(({ row, stepMs, attentionBytes }) =>
      stepMs.every((ms) => ms > 0) && (attentionBytes > 0) === (row !== "none")
    ),
  );
  const again = await runLongTimes({ ...options, resume: true });
  assertEquals(again.records, [record]);
  await assertRejects(() => runLongTimes({ ...options, resume: true, rounds: 4 }), RangeError, "ask for the same");
  await assertRejects(() => runLongTimes({ ...options, rounds: 0 }), RangeError, "rounds must be an integer of 1");
  await assertRejects(() => runLongTimes({ ...options, rows: ["mhaa"] }), RangeError, "did you mean mha?");
});

Deno.test("runLongTimes() times every row that is not run by name only, and leaves no part of a length when it is stopped", async () => {
  const { rows: _, ...options } = await small(), stop = new AbortController();
  const stopped = await runLongTimes({
    ...options,
    signal: stop.signal,
    onProgress: (_, share) => share > 0.5 && stop.abort(),
  });
  assertEquals([stopped.ending, stopped.records], ["interrupted", []]);
  const { records: [record] } = await runLongTimes({ ...options, rounds: 1 });
  assertEquals(record.rows.map(({ row }) => row), askedRows(longStudyRows(40, 1)).map(({ row }) => row));
});

Deno.test("runLongTimes() repeats short steps, and divides their time by how many they were", async () => {
  let now = 0;
  const takes = async (ms: number) => {
    const clock = () => now += ms;
    const { records: [record] } = await runLongTimes({ ...await small(), rows: ["none"], rounds: 2, clock });
    return record.rows[0].stepMs;
  };
  // a turn takes one tick, however many steps it has: four of 50 ms make 200 ms, one of 300 is enough, and of 0 ms there are 200
  assertEquals(await takes(50), [12.5, 12.5]);
  assertEquals(await takes(300), [300, 300]);
  assertEquals(await takes(0), [0, 0]);
});

Deno.test("relativeTime() compares within a round: medians, and the smallest and largest ratio", () => {
  const [mha, qama] = exampleLongTimesRecord().rows;
  const record = exampleLongTimesRecord({
    rows: [{ ...mha, stepMs: [8, 6, 10, 9] }, { ...qama, stepMs: [4, 2, 2, 9] }],
  });
  assertEquals(relativeTime(record, "qamaSelected10"), { medianMs: 3, speedUp: { median: 2.5, least: 1, most: 5 } });
  assertEquals(relativeTime(record, "none"), null);
  const alone = relativeTime(exampleLongTimesRecord({ rows: [qama] }), "qamaSelected10");
  assertEquals([alone?.medianMs, alone?.speedUp.median], [4, NaN]);
});

Deno.test("readLongTimesRecords() sorts by length, and refuses two of one length, other numbers and other rounds", async () => {
  const folder = await Deno.makeTempDir(), at = (name: string) => `${folder}/${name}.json`;
  await writeLongTimesRecord(at("1024"), exampleLongTimesRecord({ tokens: 1024 }));
  await writeLongTimesRecord(at("512"), exampleLongTimesRecord({ tokens: 512 }));
  assertEquals((await readLongTimesRecords(folder)).map(({ tokens }) => tokens), [512, 1024]);
  await writeLongTimesRecord(at("other"), exampleLongTimesRecord({ tokens: 512 }));
  await assertRejects(() => readLongTimesRecords(folder), RangeError, "512 tokens are there twice");
  const text = await Deno.readTextFile(at("512"));
  await Deno.writeTextFile(at("512"), text.replace("[4,3,5]", "[4,3,4]"));
  await assertRejects(() => readLongTimesRecord(at("512")), SyntaxError, "not those that were written");
  await Deno.writeTextFile(at("512"), text.replace("[4,3,5]", "[4,3]"));
  await assertRejects(() => readLongTimesRecord(at("512")), TypeError, "as many times in every row");
});

Deno.test("results/long/times has every row at every length, of one committed program", async () => {
  const records = await readLongTimesRecords(new URL("../../results/long/times/records", import.meta.url).pathname);
  assertEquals(records.map(({ tokens }) => tokens), [1024, 2048, 4096, 8192]);
  assertEquals(new Set(records.map(({ code }) => code.commit)).size, 1);
  for (const { tokens, code, rows, machine } of records) {
    assert(/^[0-9a-f]{40}$/.test(code.commit ?? ""), `${tokens} tokens: ${code.commit}`);
    assertEquals([machine.cpu, rows.map(({ row }) => row)], [
      records[0].machine.cpu,
      records[0].rows.map(({ row }) => row),
    ]);
    assert(rows.every(({ stepMs }) => stepMs.length === rows[0].stepMs.length && stepMs.length >= 5));
  }
  assert(records[0].rows.length >= 17);
});
