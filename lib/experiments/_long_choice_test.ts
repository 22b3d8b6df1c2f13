import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { longStudyReport } from "./long_study_report.ts";
import { studyReport } from "./study_report.ts";
import { right, seeds, timesWithTop } from "./_test_long_runs.ts";

const PEER = { row: "performer", settings: {}, stepMs: [1, 1, 1], attentionBytes: 1000 };
const TIMES = [64, 1024].map((tokens) => timesWithTop(tokens, PEER));

/** Parity and a harder task, whose largest fields are so good, and one that no row learns. */
const runsWithTop = (top: number) => [
  ...[right("mha", 0.97), right("qamaSelected10", 0.9), right("selectedTopField10", top), right("bigbird", 0.7)],
  // what only another row learns counts, what none learns does not
  ...[right("mha", 0.9, "hard"), right("qamaSelected10", 0.5, "hard"), right("selectedTopField10", 0.5, "hard")],
  ...[right("longformer", 0.8, "hard"), right("qamaSelected10", 0.5, "at chance")],
];

async function adviceOf(long: NonNullable<Parameters<typeof studyReport>[1]>["long"]): Promise<string | undefined> {
  const page = (await studyReport([], { long })).files.get("README.md")!;
  return page.split("\n").find((line) => line.includes("Long sequences:"));
}

const said = async (...records: ReturnType<typeof runsWithTop>) => (await adviceOf({ records, times: TIMES }))!;

Deno.test("studyReport() says what to choose for long sequences, once they were trained on and timed", async () => {
  const advice = await said(...runsWithTop(0.89));
  for (
    const part of [
      "is 4.0, 4.0 times as fast as softmax attention's at 64, 1,024 tokens if the largest fields choose, and 2.0, 2.0",
      "times if a QUBO does, there with 0.25 times its memory. At 1,024 no sparse peer was timed that most tasks have.",
      "Attention helps on hard at 64; parity at 64. No row is told apart from chance on at chance at 64.",
      "A tenth of the keys by a QUBO is told apart below at least one sparse peer in 1 of 2 tasks and lengths (by one seed in each), above all of them in 1 (parity at 64), " +
      "below no attention in 0. Take it where it is above, elsewhere Longformer: of the peers that most tasks and lengths have its least accuracy is the largest. " +
      "Keys of the QUBO against the largest fields: better in 0, worse in 0 of 2 (in 1 both are at chance or 99 % right): nothing speaks for solving it yet.",
    ]
  ) assertStringIncludes(advice, part);
  const { tokens, rows } = timesWithTop();
  const untimed = [{ ...TIMES[0], tokens, rows: rows.filter(({ row }) => row !== "mha") }];
  for (const long of [{ records: runsWithTop(0.6), times: untimed }, { records: [right("mha", 1)], times: TIMES }]) {
    assertEquals(await adviceOf(long), undefined);
  }
  // the page of long sequences says the same in three lines
  const { short } = await longStudyReport(runsWithTop(0.89), TIMES);
  assertEquals(short.length, 3);
  assertEquals((await longStudyReport(runsWithTop(0.89))).short, (await longStudyReport(runsWithTop(0.89))).summary);
});

Deno.test("studyReport() says where keys of the QUBO are better than the largest fields, and where its couplings are", async () => {
  assertStringIncludes(
    await said(...runsWithTop(0.6)),
    "better in 1 (parity at 64, one seed), worse in 0 of 2 (in 1 both are at chance or 99 % right): solve it where",
  );
  const worse = "better in 0, worse in 1 (parity at 64, one seed) of 2 (in 1 both";
  assertStringIncludes(await said(...runsWithTop(0.99)), worse);
  // a second seed of one row alone is none of the comparison
  assertStringIncludes(await said(...runsWithTop(0.99), { ...right("qamaSelected10", 0.9), seed: 2 }), worse);
  const apart = [right("qamaSelectedNoCouplings10", 0.97), right("qamaSelectedNoCouplings10", 0.5, "hard")];
  assertStringIncludes(
    await said(...runsWithTop(0.89), ...apart),
    `With its couplings against without: ${worse}`,
  );
});

Deno.test("studyReport() counts blocks with a neighbour apart", async () => {
  const own = right("qamaNear10", 0.85, "hard"), top = right("nearTopField10", 0.6, "hard");
  const near = await said(...runsWithTop(0.89), own);
  assertStringIncludes(
    near,
    "above all of them in 1 (parity at 64), below no attention in 0. Take it",
  );
  assertStringIncludes(
    await said(...runsWithTop(0.89), right("qamaNear10", 0.97, "hard")),
    "Above all of them by the largest fields or by blocks in 1 (hard at 64). Take it where it is above, elsewhere",
  );
  assert(!near.includes("by blocks with a neighbour better"));
  const blocks = "by blocks with a neighbour better in 1 (hard at 64, one seed), worse in 0 of 1:";
  assertStringIncludes(
    await said(...runsWithTop(0.89), own, top),
    `of 2 (in 1 both are at chance or 99 % right); ${blocks} solve it where it is better.`,
  );
  assertStringIncludes(await said(...runsWithTop(0.99), own, top), `${blocks} that is no rule for solving it.`);
});

Deno.test("studyReport() says how sparse peers do, where attention helps at all", async () => {
  const below = await said(...runsWithTop(0.89), right("longformer", 0.99));
  assertStringIncludes(
    below,
    "below at least one sparse peer in 2 of 2 tasks and lengths (by one seed in each), above",
  );
  assertStringIncludes(
    below,
    "On this evidence take Longformer: of the peers that most tasks and lengths have its least accuracy is the largest; " +
      "it is told apart above BigBird in 1 of 1, below it in 0.",
  );
  assertStringIncludes(
    await said(...runsWithTop(0.89), right("performer", 0.99), right("performer", 0.7, "hard")),
    "At 1,024 Performer 8.0 times with 0.25 times its memory. Least right, wherever attention helps: Performer 70.0 % (hard at 64, of 2 tasks and lengths); " +
      "QUBO 50.0 % (hard at 64, of 2 tasks and lengths); softmax attention 90.0 % (hard at 64, of 2 tasks and lengths).",
  );
  assertStringIncludes(
    await said(right("mha", 0.9), right("qamaSelected10", 0.9)),
    "No sparse peer was trained beside a tenth of the keys. The largest fields were",
  );
  // one entry for all lengths of a task, and what attention does not help on
  const long = (row: string, share: number) => ({ ...right(row, share), tokens: 2048 });
  const more = [long("qamaSelected10", 0.8), long("longformer", 0.9), right("longformer", 0.6), long("none", 0.5)];
  assertStringIncludes(
    await said(...runsWithTop(0.89), ...more, ...["qamaSelected10", "none"].map((row) => right(row, 0.9, "bytes"))),
    "Attention helps on hard at 64; parity at 64, 2,048. " +
      "That attention helps is not shown on bytes at 64. No row is told apart from chance on at chance at 64.",
  );
});

Deno.test("studyReport() says what other shares of the keys, a random mask and no attention come to beside a tenth", async () => {
  const more = [right("qamaSelected5", 0.7), right("qamaSelected20", 0.97), right("selectedFixed10", 0.97)];
  const advice = await said(...runsWithTop(0.89), ...more, right("none", 0.6, "hard"));
  for (
    const part of [
      "below no attention in 1 (hard at 64).",
      "Against one random mask a head: better in 0, worse in 1 (parity at 64, one seed) of 1.",
      "Against a tenth of the keys by a QUBO: 5 % better in 0, worse in 1 (parity at 64, one seed) of 1; 20 % better in 1 (parity at 64, one seed), worse in 0 of 1.",
    ]
  ) assertStringIncludes(advice, part);
});

Deno.test("studyReport() says nothing of long sequences where a row is above no attention and none is above chance", async () => {
  const long = { records: [right("none", 0.4), right("qamaSelected10", 0.51), right("bigbird", 0.51)], times: TIMES };
  assertEquals(await adviceOf(long), undefined);
});

Deno.test("longStudyReport() counts a peer as above a row by the seeds that both have, whatever others come to", async () => {
  const said = async (...shares: number[]) =>
    (await longStudyReport(
      [...seeds("qamaSelected10", ...shares), ...seeds("longformer", 0.8), right("none", 0.5)],
      [timesWithTop()],
    )).short[0];
  // the mean of 95, 50 and 50 % is below 80 %, the one seed that both have is above
  assertStringIncludes(
    await said(0.95, 0.5, 0.5),
    "below at least one sparse peer in 0 of 1 tasks and lengths, above all of them in 1 (parity at 64),",
  );
  assertStringIncludes(
    await said(0.5, 0.95, 0.95),
    "below at least one sparse peer in 1 of 1 tasks and lengths (by one seed in each), above all of them in 0, below no attention in 0.",
  );
});

Deno.test("longStudyReport() says in its three lines where attention helps, and counts ties at the top apart", async () => {
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
  const { short } = await longStudyReport(rows.flatMap(([row, share]) => [right(row, share), long(row, share)]), [
    timesWithTop(),
  ]);
  assertEquals(short[2], "Attention helps on parity at 64, 2,048.");
  assertStringIncludes(
    short[0],
    "better in 0, worse in 0 of 2 (in 2 both are at chance or 99 % right): nothing speaks for",
  );
});
