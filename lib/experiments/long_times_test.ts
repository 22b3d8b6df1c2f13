import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { exampleLongStudyRecord, LONG_STUDY_DEFAULTS, longStudyFileName } from "./long_study_record.ts";
import { longStudyReport } from "./long_study_report.ts";
import { askedRows, longStudyRows } from "./long_study_rows.ts";
import {
  exampleLongTimesRecord,
  type LongTimesRecord,
  readLongTimesRecord,
  readLongTimesRecords,
  relativeTime,
  writeLongTimesRecord,
} from "./long_times_record.ts";
import { studyReport } from "./study_report.ts";
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

Deno.test("longStudyReport() takes times that were taken in turn in place of those of the trainings", async () => {
  const run = (row: string, ms: number) =>
    exampleLongStudyRecord({
      ...{ row, attentionBytes: 9 * 2 ** 20 },
      clocks: { trainMs: 9, processorMs: 8 * ms, testMs: 1 },
    });
  const rowsOf = async (times: Parameters<typeof longStudyReport>[1]) =>
    (await longStudyReport(records, times)).files.get("README.md")!.replaceAll(/ +/g, " ").split("\n")
      .filter((line) => / \| 1 \| 75.00 \(one seed\) /.test(line)).map((line) =>
        line.split(" | ").slice(3, 6).map((cell) => cell.replace("| ", ""))
      );
  const records = ["mha", "qamaSelected10", "none"].map((row, at) => run(row, [30, 10, 5][at]));
  const trained = [["30.00", "1.00", "9.0"], ["5.00", "6.00", "9.0"], ["10.00", "3.00", "9.0"]];
  assertEquals(await rowsOf([]), trained);
  const MiB = (rows: LongTimesRecord["rows"]) =>
    rows.map((one) => ({ ...one, attentionBytes: one.attentionBytes * 2 ** 20 / 1000 }));
  const times = [exampleLongTimesRecord({ rows: MiB(exampleLongTimesRecord().rows) })];
  // a row that was not timed keeps all of them on the clocks of their trainings, and its memory there
  assertEquals(await rowsOf(times), [["30.00", "1.00", "4.0"], ["5.00", "6.00", "9.0"], ["10.00", "3.00", "1.0"]]);
  const none = { row: "none", settings: { operator: "none" }, stepMs: [2, 1, 2], attentionBytes: 0 };
  times[0] = exampleLongTimesRecord({ rows: [...times[0].rows, none] });
  assertEquals(await rowsOf(times), [["8.00", "1.00", "4.0"], ["2.00", "5.00", "0.0"], ["4.00", "2.00", "1.0"]]);
  for (const other of [{ heads: 8 }, { tokens: 65 }]) {
    assertEquals(await rowsOf([{ ...times[0], ...other }]), await rowsOf([]));
  }
  const { files, summary } = await longStudyReport(records, times);
  assert(files.has("long_times.svg"));
  assertStringIncludes(summary.at(-1)!, "10 % of the keys 2.0 at 64 tokens, there with 0.25 times the memory.");
  assertStringIncludes(files.get("README.md")!, "## Time and memory");
  assertStringIncludes((await longStudyReport([], times)).files.get("README.md")!, "Nothing was trained yet");
});

/** A run of so many right of 400, at chance with a half. */
function right(row: string, testAccuracy: number, task = "parity") {
  const { epochs: [epoch], data } = exampleLongStudyRecord();
  return exampleLongStudyRecord({
    ...{ row, task, data: { ...data, name: `${task} (drawn)`, test: 400 }, epochs: [{ ...epoch, testAccuracy }] },
  });
}

Deno.test("longStudyReport() compares rows of a length at which softmax attention was not trained", async () => {
  const records = [right("qamaSelected10", 0.75), right("selectedTopField10", 0.75), right("none", 0.5)];
  const { summary } = await longStudyReport(records);
  assertEquals(summary.length, 2);
  assert(
    summary[0].endsWith("reaches 75.0 %, softmax attention was not trained at this length; without attention 50.0 %."),
    summary[0],
  );
  assertStringIncludes(
    summary[1],
    "is not told apart (0.00 points, one seed) from selected softmax, the largest fields",
  );
});

Deno.test("longStudyReport() compares blocks with a neighbour with softmax attention and with their largest fields", async () => {
  const share = { mha: 0.97, none: 0.5, qamaSelected10: 0.6, qamaNear10: 0.9, nearTopField10: 0.8 };
  const { summary } = await longStudyReport(Object.entries(share).map(([row, own]) => right(row, own)));
  assertEquals(
    summary[1],
    "parity (drawn): QAMA by blocks with a neighbour, 10 % (90.0 %) is 7.00 points (one seed) below softmax attention (97.0 %) " +
      "and 10.00 points (one seed) above blocks with a neighbour, largest fields, 10 % (80.0 %).",
  );
});

Deno.test("longStudyReport() puts the main rows of every data set and length side by side", async () => {
  const records = [right("mha", 0.9), { ...right("mha", 0.8), seed: 2 }, right("none", 0.5), right("bigbird", 0.7)];
  const { files } = await longStudyReport([...records, { ...right("none", 0.6), tokens: 2048 }]);
  const page = files.get("README.md")!, glance = page.slice(0, page.indexOf("## What was found"));
  assertEquals(glance.replaceAll(/ +/g, " ").split("\n").filter((line) => /^\| \w/.test(line)), [
    "| data | tokens | trained on | chance | no attention | softmax attention |",
    "| parity | 64 | 8 × 1 | 50 | 50.0 | 90.0/80.0 |",
    "| parity | 2,048 | 8 × 1 | 50 | 60.0 | - |",
  ]);
  assert(!(await longStudyReport([])).files.get("README.md")!.includes("At a glance"));
});

Deno.test("longStudyReport() puts differences by seed side by side, with a star where they are told apart", async () => {
  const seeds = (row: string, ...shares: number[]) =>
    shares.map((share, at) => ({ ...right(row, share), seed: at + 1 }));
  const { files } = await longStudyReport([
    ...[...seeds("qamaSelected10", 0.5, 0.9), ...seeds("mha", 0.9, 0.9), ...seeds("longformer", 0.8)],
    ...[...seeds("selectedTopField10", 0.5, 0.9), right("none", 0.5)],
    ...[{ ...right("qamaNear10", 0.6), seed: 2 }, ...seeds("nearTopField10", 0.8)],
    // no seed has both
    { ...right("qamaSelected10", 0.6, "hard"), seed: 2 },
    right("mha", 0.6, "hard"),
  ]);
  const page = files.get("README.md")!, from = page.indexOf("## What was found");
  const lines = page.slice(from, page.indexOf("## Limits")).replaceAll(/ +/g, " ").split("\n");
  assertEquals(lines.filter((line) => /^\| \w|^QAMA.*:$/.test(line)).slice(0, 5), [
    "QAMA selected softmax, 10 % of the keys: points of accuracy above:",
    "| data | tokens | softmax attention | Longformer | selected softmax, the largest fields, 10 % |",
    "| parity | 64 | −40.0/0.0 | −30.0 * | 0.0 |",
    "QAMA by blocks with a neighbour, 10 %: points of accuracy above:",
    "| data | tokens | softmax attention |",
  ]);
  assertStringIncludes(lines.join("\n"), "| parity | 64 | −30.0 * |");
  const none = (await longStudyReport([right("mha", 0.9)])).files.get("README.md")!;
  assert(!none.includes("points of accuracy above"));
});

Deno.test("longStudyReport() writes what many seeds in a row have once", async () => {
  const runs = (...shares: number[]) => shares.map((share, at) => ({ ...right("mha", share), seed: at + 1 }));
  for (
    const [shares, shown] of [
      [[0.9, 0.5, 0.5, 0.5, 0.5], "90.0/50.0 ×4"],
      [[0.5, 0.5, 0.5, 0.9, 0.9], "50.0 ×3/90.0/90.0"],
      [[0.5, 0.5, 0.5], "50.0"],
    ] as const
  ) {
    const page = (await longStudyReport(runs(...shares))).files.get("README.md")!.replaceAll(/ +/g, " ");
    assertStringIncludes(page, `| parity | 64 | 8 × 1 | 50 | ${shown} |`);
  }
});

Deno.test("longStudyReport() has a chart and a table of every row that the study knows", async () => {
  const rows = longStudyRows(64, 1), records = rows.map(({ row }) => right(row, 0.9));
  const { files } = await longStudyReport(records);
  assert(files.has("long_parity_64.svg"));
  for (const { title } of rows) assertStringIncludes(files.get("README.md")!, `| ${title} `);
});

Deno.test("longStudyReport() says that no help of attention is shown where no row is told apart above none", async () => {
  const { summary } = await longStudyReport([right("qamaSelected10", 0.62), right("mha", 0.6), right("none", 0.6)]);
  assertEquals(summary, [
    "parity (drawn): that attention helps is not shown, no row is told apart above no attention (60.0 %): " +
    "QAMA selected softmax, 10 % of the keys 62.0 %, softmax attention 60.0 %.",
  ]);
  const { summary: [worse] } = await longStudyReport([
    ...[right("qamaSelected10", 0.5), right("mha", 0.6), right("none", 0.62)],
  ]);
  assert(worse.endsWith("softmax attention 60.0 %; told apart below it: QAMA selected softmax, 10 % of the keys."));
  const { summary: [helped] } = await longStudyReport([
    right("qamaSelected10", 0.72),
    right("mha", 0.9),
    right("none", 0.6),
  ]);
  assertStringIncludes(helped, "reaches 72.0 %, 18.00 points (one seed) below softmax attention (90.0 %), in");
});

Deno.test("studyReport() says what to choose for long sequences, once they were trained on and timed", async () => {
  const of = (top: number) => [
    ...[right("mha", 0.97), right("qamaSelected10", 0.9), right("selectedTopField10", top), right("bigbird", 0.7)],
    // what only another row learns counts, what none learns does not
    ...[right("mha", 0.9, "hard"), right("qamaSelected10", 0.5, "hard"), right("selectedTopField10", 0.5, "hard")],
    ...[right("longformer", 0.8, "hard"), right("qamaSelected10", 0.5, "at chance")],
  ];
  const { rows } = exampleLongTimesRecord();
  const top = { row: "selectedTopField10", settings: {}, stepMs: [2, 2, 2], attentionBytes: 1000 };
  const peer = { row: "performer", settings: {}, stepMs: [1, 1, 1], attentionBytes: 1000 };
  const times = [64, 1024].map((tokens) => exampleLongTimesRecord({ tokens, rows: [...rows, top, peer] }));
  const adviceOf = async (long: NonNullable<Parameters<typeof studyReport>[1]>["long"]) =>
    (await studyReport([], { long })).files.get("README.md")!.split("\n").find((line) =>
      line.includes("Long sequences:")
    );
  const advice = (await adviceOf({ records: of(0.89), times }))!;
  for (
    const part of [
      "is 4.0, 4.0 times as fast as softmax attention's at 64, 1,024 tokens if the largest fields choose, and 2.0, 2.0",
      "times if a QUBO does, there with 0.25 times its memory. At 1,024 no sparse peer was timed that most tasks have.",
      "Attention helps on hard at 64; parity at 64. No row is told apart from chance on at chance at 64.",
      "above every sparse peer in 1 of 2 tasks and lengths (parity at 64), below one in 1 (Longformer on hard at 64; one seed each): take it there",
      "elsewhere Longformer, the steadiest of the sparse peers. Keys of the QUBO against the largest fields: better in 0, worse in 0, " +
      "both at chance after the last epoch in 1, else not told apart in 1 of 2: nothing speaks for solving it yet.",
    ]
  ) assertStringIncludes(advice, part);
  const said = async (records: ReturnType<typeof of>) => (await adviceOf({ records, times }))!;
  assertStringIncludes(
    await said(of(0.6)),
    "better in 1 (parity at 64, one seed), worse in 0, both at chance after the last epoch in 1 of 2: solve it where",
  );
  assertStringIncludes(
    await said(of(0.99)),
    "better in 0, worse in 1 (parity at 64, one seed), both at chance after the last epoch in 1",
  );
  assertStringIncludes(
    await said([...of(0.89), right("longformer", 0.99)]),
    "in 0 of 2 tasks and lengths, below one in 2",
  );
  assertStringIncludes(
    await said([...of(0.89), right("longformer", 0.99)]),
    "on this evidence take Longformer, the steadiest",
  );
  assertStringIncludes(
    await said([
      ...of(0.89),
      right("qamaSelectedNoCouplings10", 0.97),
      right("qamaSelectedNoCouplings10", 0.5, "hard"),
    ]),
    "With its couplings against without: better in 0, worse in 1 (parity at 64, one seed), both at chance after the last epoch in 1",
  );
  const near = await said([...of(0.89), right("qamaNear10", 0.85, "hard")]);
  assertStringIncludes(near, "in 1 of 2 tasks and lengths (parity at 64), below one in 0: take it there");
  assertStringIncludes(near, "both at chance after the last epoch in 1, else");
  assert(!near.includes("by blocks with a neighbour better"));
  const blocks = await said([...of(0.89), right("qamaNear10", 0.85, "hard"), right("nearTopField10", 0.6, "hard")]);
  assertStringIncludes(
    blocks,
    "in 1, else not told apart in 1 of 2; by blocks with a neighbour better in 1 (hard at 64, one seed), " +
      "worse in 0 of 1: solve it where it is better.",
  );
  // a second seed of one row alone is none of the comparison
  assertStringIncludes(
    await said([...of(0.99), { ...right("qamaSelected10", 0.9), seed: 2 }]),
    "worse in 1 (parity at 64, one seed),",
  );
  const both = [...of(0.99), right("qamaNear10", 0.85, "hard"), right("nearTopField10", 0.6, "hard")];
  assertStringIncludes(
    await said(both),
    "better in 1 (hard at 64, one seed), worse in 0 of 1: that is no rule for solving it.",
  );
  const peers = [["parity", 0.99], ["hard", 0.7]] as const;
  assertStringIncludes(
    await said([...of(0.89), ...peers.map(([task, share]) => right("performer", share, task))]),
    "At 1,024 Performer 8.0 times with 0.25 times its memory. Least right, wherever attention helps: Performer 70.0 % (hard at 64, of 2 tasks and lengths); " +
      "QUBO 50.0 % (hard at 64, of 2 tasks and lengths).",
  );
  // one entry for all lengths of a task, and what attention does not help on
  const long = (row: string, share: number) => ({ ...right(row, share), tokens: 2048 });
  const more = [long("qamaSelected10", 0.8), long("longformer", 0.9), right("longformer", 0.6), long("none", 0.5)];
  assertStringIncludes(
    await said([...of(0.89), ...more, ...["qamaSelected10", "none"].map((row) => right(row, 0.9, "bytes"))]),
    "Attention helps on hard at 64; parity at 64, 2,048. " +
      "That attention helps is not shown on bytes at 64. No row is told apart from chance on at chance at 64.",
  );
  const alone = [right("mha", 0.9), right("qamaSelected10", 0.9)];
  assertStringIncludes(
    await said(alone),
    "No sparse peer was trained beside a tenth of the keys. The largest fields were",
  );
  const without = [exampleLongTimesRecord({ rows: [rows[1], top] })];
  for (const long of [{ records: of(0.6), times: without }, { records: [right("mha", 1)], times }]) {
    assertEquals(await adviceOf(long), undefined);
  }
  // the page of long sequences says the same in three lines
  const { short } = await longStudyReport(of(0.89), times);
  assertEquals(short.length, 3);
  assertEquals((await longStudyReport(of(0.89))).short, (await longStudyReport(of(0.89))).summary);
});

Deno.test("longStudyReport() says under its limits how long and how often rows were trained", async () => {
  const record = exampleLongStudyRecord(), performer = { ...record, row: "performer" };
  const records = [record, { ...record, seed: 2 }, performer, { ...performer, tokens: 2048 }];
  const page = (await longStudyReport(records)).files.get("README.md")!;
  assertStringIncludes(page, "At most 8 sequences and 1 epoch,");
  assertStringIncludes(page, "was trained so far: example up to 64 tokens; other rows up to 2,048;");
  assertStringIncludes(page, "Of 3 rows of all tasks and lengths 2 were trained with one seed.");
  assertEquals((await longStudyReport([])).files.get("README.md")!.includes("## Limits"), false);
});

Deno.test("longStudyReport() says under its limits where one seed stands for longer sequences and seeds part at shorter ones", async () => {
  const own = [0.5, 1, 1].map((share, i) => ({ ...right("qamaSelected10", share), seed: i + 1 }));
  const longer = { ...right("qamaSelected10", 0.5), tokens: 2048 };
  const limits = async (...records: typeof own) => (await longStudyReport(records)).files.get("README.md")!;
  assertStringIncludes(
    await limits(...own, longer),
    "On parity QAMA selected softmax, 10 % of the keys has 50.0/100.0/100.0 % with seeds 1, 2, 3 at 64 tokens, and at 2,048 seed 1 alone: " +
      "what length does there is not told.",
  );
  for (const records of [own, [own[0], longer], [...own, longer, { ...longer, seed: 2 }]]) {
    assert(!(await limits(...records)).includes("is not told."));
  }
});

Deno.test("longStudyReport() counts a peer as above a row by the seeds that both have, whatever others come to", async () => {
  const { rows } = exampleLongTimesRecord();
  const top = { row: "selectedTopField10", settings: {}, stepMs: [2, 2, 2], attentionBytes: 1000 };
  const times = [exampleLongTimesRecord({ rows: [...rows, top] })];
  const seeds = (row: string, ...shares: number[]) =>
    shares.map((share, at) => ({ ...right(row, share), seed: at + 1 }));
  const said = async (...shares: number[]) =>
    (await longStudyReport(
      [...seeds("qamaSelected10", ...shares), ...seeds("longformer", 0.8), right("none", 0.5)],
      times,
    ))
      .short[0];
  // the mean of 95, 50 and 50 % is below 80 %, the one seed that both have is above
  assertStringIncludes(await said(0.95, 0.5, 0.5), "in 1 of 1 tasks and lengths (parity at 64), below one in 0:");
  assertStringIncludes(await said(0.5, 0.95, 0.95), "in 0 of 1 tasks and lengths, below one in 1 (Longformer");
});

Deno.test("longStudyReport() says in its three lines where attention helps, and counts ties at the top apart", async () => {
  const times = [exampleLongTimesRecord()];
  const top = { row: "selectedTopField10", settings: {}, stepMs: [2, 2, 2], attentionBytes: 1000 };
  const timed = [{ ...times[0], rows: [...times[0].rows, top] }];
  const long = (row: string, share: number) => {
    const record = right(row, share);
    return {
      ...record,
      tokens: 2048,
      data: { ...record.data, train: 1000 },
      options: { ...record.options, epochs: 2 },
    };
  };
  const rows = [["qamaSelected10", 1], ["selectedTopField10", 0.995], ["none", 0.5], ["longformer", 1]] as const;
  const { short } = await longStudyReport(rows.flatMap(([row, share]) => [right(row, share), long(row, share)]), timed);
  assertEquals(short[2], "Attention helps on parity at 64, 2,048.");
  assertStringIncludes(short[0], "better in 0, worse in 0, both 99 % right or more in 2 of 2: nothing speaks for");
});

Deno.test("longStudyReport() compares with the controls where attention is not shown to help, too", async () => {
  const shares = { none: 0.64, qamaSelected10: 0.5, selectedTopField10: 0.62 };
  const { summary } = await longStudyReport(Object.entries(shares).map(([row, share]) => right(row, share)));
  assertStringIncludes(summary[1], "(50.0 %) is 12.00 points (one seed) below selected softmax, the largest fields");
});

Deno.test("longStudyReport() takes a row as learned where one of its seeds is above chance, not where equal seeds are near it", async () => {
  const seeds = (row: string, ...shares: number[]) => shares.map((share, i) => ({ ...right(row, share), seed: i + 1 }));
  const told = async (...records: ReturnType<typeof seeds>) => (await longStudyReport(records)).summary;
  const [plateau] = await told(...seeds("qamaSelected10", 0.5, 1, 1), ...seeds("none", 0.5, 0.5, 0.5));
  assertStringIncludes(plateau, "no row is told apart above no attention (50.0 %)");
  assertStringIncludes(plateau, "QAMA selected softmax, 10 % of the keys 50.0/100.0/100.0 %");
  const [near] = await told(...seeds("qamaSelected10", 0.53, 0.53, 0.53), ...seeds("none", 0.5, 0.5, 0.5));
  assertStringIncludes(near, "no row is told apart from chance (50 %)");
  // two items of 400 in every seed: no interval over seeds, and still nothing but chance
  const [, beside] = await told(
    ...[...seeds("qamaSelected10", 0.9, 0.9, 0.9), ...seeds("selectedTopField10", 0.905, 0.905, 0.905)],
    ...seeds("none", 0.5, 0.5, 0.5),
  );
  assertStringIncludes(beside, "not told apart (-0.50 points by seed) from selected softmax, the largest fields");
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

Deno.test("longStudyReport() sets a data set apart that was trained longer than most or with another step, with files of its own", async () => {
  const longer = (row: string, share: number, learningRate: number = LONG_STUDY_DEFAULTS.learningRate) => {
    const record = right(row, share);
    return { ...record, options: { ...record.options, epochs: LONG_STUDY_DEFAULTS.epochs + 7, learningRate } };
  };
  const records = [
    right("mha", 0.5),
    right("none", 0.5),
    longer("mha", 0.9),
    longer("none", 0.5),
    longer("mha", 0.7, 1e-3),
  ];
  assertEquals(new Set(records.map(longStudyFileName)).size, records.length);
  const { files, summary } = await longStudyReport(records);
  assertEquals([...files.keys()].filter((file) => file.endsWith(".svg")), [
    "long_parity_64.svg",
    "long_parity_64_10epochs_rate0.001.svg",
    "long_parity_64_10epochs.svg",
  ]);
  const page = files.get("README.md")!.replaceAll(/ +/g, " ");
  assertStringIncludes(page, "| parity, 10 epochs | 64 | 8 × 10 | 50 | 50.0 | 90.0 |");
  assertStringIncludes(page, "| parity, 10 epochs, rate 0.001 | 64 | 8 × 10 | 50 | - | 70.0 |");
  for (const title of ["parity (drawn)", "parity (drawn), 10 epochs", "parity (drawn), 10 epochs, rate 0.001"]) {
    assertEquals(page.split("\n").filter((line) => line === `## ${title}`).length, 1);
    assert(page.includes(`step, ${title}](`), title);
  }
  assert(summary.some((said) => said.startsWith("parity (drawn): no row is told apart from chance")));
  assertStringIncludes(page, "parity, 10 epochs up to 64 tokens");
});
