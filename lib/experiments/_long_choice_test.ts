import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { LongStudyRecord } from "./long_study_record.ts";
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

const linesOf = async (...records: LongStudyRecord[]) => (await longStudyReport(records, TIMES)).short;

/** What the page counts over all tasks and lengths, a line a pair of rows. */
async function counts(...records: LongStudyRecord[]): Promise<string> {
  const page = (await longStudyReport(records, TIMES)).files.get("README.md")!;
  return page.split("Over all tasks and lengths")[1].split("Differences seed by seed")[0];
}

Deno.test("longStudyReport() says in three lines what accuracy, time and choice come to, once rows were timed", async () => {
  const [accuracy, time, choice, ...rest] = await linesOf(...runsWithTop(0.89));
  assertEquals(rest, []);
  assertEquals(
    accuracy,
    "**Accuracy.** A tenth of the keys by a QUBO is less accurate than at least one sparse peer in 1 of 2 tasks and lengths, more accurate than at least " +
      "one in 1 and than all of them in 1; against as many keys with the largest fields it is better in 0, worse in 0 of 2 (in 1 both are at chance or 99 % right). Most of these are differences of single trained models: 8 of 8 rows have one seed.",
  );
  assertEquals(
    time,
    "**Time.** A training step is 2.0, 2.0 times as fast as softmax attention's at 64, 1,024 tokens if a QUBO chooses (0.25 times its memory at the last), " +
      "and 4.0, 4.0 times if the largest fields do (0.25 times).",
  );
  assertEquals(
    choice,
    "**Choice.** Where attention helps and softmax attention takes too long, take Longformer: it has the best worst case of the sparse peers that most of these tasks and lengths have; lowest accuracies: " +
      "Longformer 80.0 % (hard at 64, trained in 1 of 2), BigBird 70.0 % (parity at 64, trained in 1 of 2), softmax attention 90.0 % (hard at 64), a tenth of the keys " +
      "by a QUBO 50.0 % (hard at 64, at chance in 1 of 2). Attention is shown to help on hard; parity. No row learns at chance: what attention does there stays open.",
  );
  // without times, and where attention helps nowhere, what was found stands in their place
  const untimed = await longStudyReport(runsWithTop(0.89));
  assertEquals(untimed.short, untimed.summary);
});

Deno.test("longStudyReport() says in its lines what the QUBO is without its field of places, and where attention does more than mix", async () => {
  const bare = [right("qamaSelectedNoPositions10", 0.96), right("topFieldNoPositions10", 0.8)];
  const [accuracy, , choice] = await linesOf(...runsWithTop(0.89), ...bare, right("uniform", 0.5));
  assertStringIncludes(
    accuracy,
    " Without its learned field of places, which starts at random, it is against the same with it better in 1 (parity at 64, one seed), worse in 0 of 1; " +
      "against the largest fields without it better in 1 (parity at 64, one seed), worse in 0 of 1.",
  );
  const words = "and not by mixing tokens alone in";
  assertStringIncludes(choice, `help on hard; parity, ${words} 1 of the 1 in which uniform attention was trained.`);
  const [, , same] = await linesOf(...runsWithTop(0.89), right("uniform", 0.98), right("uniform", 0.5, "hard"));
  assertStringIncludes(same, `${words} 1 of the 2 in which uniform attention was trained.`);
});

Deno.test("studyReport() says the same as what to choose, in a line, and nothing where there is too little", async () => {
  const advice = await adviceOf({ records: runsWithTop(0.89), times: TIMES });
  const lines = await linesOf(...runsWithTop(0.89));
  assertEquals(
    advice,
    `- **Long sequences:** ${
      lines.map((line) => line.split("** ")[1]).join(" ")
    } [Rows, times, memory](../long/README.md#at-a-glance).`,
  );
  const { tokens, rows } = timesWithTop();
  const untimed = [{ ...TIMES[0], tokens, rows: rows.filter(({ row }) => row !== "mha") }];
  const bare = [right("none", 0.4), right("qamaSelected10", 0.51), right("bigbird", 0.51)];
  for (
    const long of [
      { records: runsWithTop(0.6), times: untimed },
      { records: [right("mha", 1)], times: TIMES },
      // above no attention, which is below chance, and no row above chance
      { records: bare, times: TIMES },
    ]
  ) assertEquals(await adviceOf(long), undefined);
});

Deno.test("longStudyReport() counts where keys of the QUBO are better than others, and where its couplings and its field are", async () => {
  const top = "against selected softmax, the largest fields, 10 %";
  assertStringIncludes(
    await counts(...runsWithTop(0.6)),
    `${top}: better in 1 (parity at 64, one seed), worse in 0 of 2 (in 1 both are at chance or 99 % right).`,
  );
  assertStringIncludes(
    (await linesOf(...runsWithTop(0.6)))[0],
    "largest fields it is better in 1 (parity at 64, one seed), worse in 0 of 2 (in",
  );
  const worse = "better in 0, worse in 1 (parity at 64, one seed) of 2 (in 1 both";
  assertStringIncludes(await counts(...runsWithTop(0.99)), `${top}: ${worse}`);
  // a second seed of one row alone is none of the comparison
  assertStringIncludes(await counts(...runsWithTop(0.99), { ...right("qamaSelected10", 0.9), seed: 2 }), worse);
  for (
    const [row, title] of [["Couplings", "QAMA selected softmax, 10 %, no couplings"], [
      "Positions",
      "QAMA selected softmax, 10 %, no positional field",
    ]]
  ) {
    const name = `qamaSelectedNo${row}10`, without = [right(name, 0.97), right(name, 0.5, "hard")];
    assertStringIncludes(await counts(...runsWithTop(0.89), ...without), `against ${title}: ${worse}`);
  }
});

Deno.test("longStudyReport() counts other shares of the keys, a random mask, blocks with a neighbour and no attention", async () => {
  const own = right("qamaNear10", 0.85, "hard"), top = right("nearTopField10", 0.6, "hard");
  const more = [right("qamaSelected5", 0.7), right("qamaSelected20", 0.97), right("selectedFixed10", 0.97)];
  const sampled = [right("boltzmann", 0.9), right("boltzmannApart", 0.6)];
  const records = [...runsWithTop(0.89), ...more, own, top, ...sampled, right("none", 0.6, "hard")],
    found = await counts(...records);
  const tenth = "against QAMA selected softmax, 10 % of the keys";
  for (
    const part of [
      "against the sparse peers: below at least one sparse peer in 1 of 2 (by one seed in each), above at least one in 1 (parity at 64), above all of them in 1 (parity at 64), below no attention in 1 (hard at 64).",
      "one random mask a head, 10 %: better in 0, worse in 1 (parity at 64, one seed) of 1.",
      `5 % of the keys, ${tenth}: better in 0, worse in 1 (parity at 64, one seed) of 1.`,
      `20 % of the keys, ${tenth}: better in 1 (parity at 64, one seed), worse in 0 of 1.`,
      "against blocks with a neighbour, largest fields, 10 %: better in 1 (hard at 64, one seed), worse in 0 of 1.",
      "Boltzmann attention, against softmax attention: better in 0, worse in 1 (parity at 64, one seed) of 1.",
      "Boltzmann attention, against Boltzmann attention, no couplings: better in 1 (parity at 64, one seed), worse in 0 of 1.",
    ]
  ) assertStringIncludes(found, part);
  assertStringIncludes((await linesOf(...records))[0], ", and less accurate than no attention on hard at 64; against");
  assertStringIncludes(
    await counts(...runsWithTop(0.89), right("qamaNear10", 0.97, "hard")),
    "below no attention in 0, above all peers by the largest fields or by blocks in 1 (hard at 64).",
  );
});

Deno.test("longStudyReport() names the sparse peers that most tasks have, with their worst case, time and memory", async () => {
  const performer = [right("performer", 0.99), right("performer", 0.7, "hard")];
  const [, time, choice] = await linesOf(...runsWithTop(0.89), ...performer);
  assert(
    time.endsWith(
      "; at 1,024 tokens Performer is 8.0 times as fast with 0.25 times the memory (in our kernels, in which sparse peers keep their probabilities).",
    ),
  );
  assertStringIncludes(choice, "take Performer: it has the best worst case");
  assertStringIncludes(
    choice,
    "lowest accuracies: Performer 70.0 % (hard at 64), Longformer 80.0 % (hard at 64, trained in 1 of 2), softmax attention 90.0 % (hard at 64), a tenth",
  );
  const [alone, , none] = await linesOf(right("mha", 0.9), right("qamaSelected10", 0.9));
  assertStringIncludes(alone, "A tenth of the keys by a QUBO is trained beside no sparse peer. Most");
  assertStringIncludes(none, "**Choice.** No sparse peer was trained yet. Attention is shown to help on parity.");
});

Deno.test("longStudyReport() has lengths only where a task is in two lists, and says where no attention is the best row", async () => {
  const long = (row: string, share: number) => ({ ...right(row, share), tokens: 2048 });
  const bytes = (none: number) => ["qamaSelected10", "none"].map((row, i) => right(row, [0.8, none][i], "bytes"));
  const same = [right("none", 0.9), long("qamaSelected10", 0.8), long("none", 0.8), right("longformer", 0.6)];
  const [, , choice] = await linesOf(...runsWithTop(0.89), ...same, ...bytes(0.9));
  assertStringIncludes(
    choice,
    "Attention is shown to help on hard; parity at 64. It is not shown to help on bytes; parity at 2,048, where no attention has the highest accuracy of all rows.",
  );
  const [, , other] = await linesOf(...runsWithTop(0.89), ...same, ...bytes(0.79));
  assertStringIncludes(other, "where no attention has the highest accuracy of all rows on parity at 2,048.");
});

Deno.test("longStudyReport() counts a peer as above a row by the seeds that both have, whatever others come to", async () => {
  const said = async (...shares: number[]) =>
    await linesOf(...seeds("qamaSelected10", ...shares), ...seeds("longformer", 0.8), right("none", 0.5));
  // the mean of 95, 50 and 50 % is below 80 %, the one seed that both have is above
  assertStringIncludes(
    (await said(0.95, 0.5, 0.5))[0],
    "in 0 of 1 tasks and lengths, more accurate than at least one in 1 and than all of them in 1.",
  );
  const [below] = await said(0.5, 0.95, 0.95);
  assertStringIncludes(
    below,
    "in 1 of 1 tasks and lengths, more accurate than at least one in 0 and than all of them in 0.",
  );
});

Deno.test("longStudyReport() counts ties at the top apart", async () => {
  const long = (row: string, share: number) => {
    const record = right(row, share), { data, options } = record;
    return { ...record, tokens: 2048, data: { ...data, train: 1000 }, options: { ...options, epochs: 2 } };
  };
  const rows = [["qamaSelected10", 1], ["selectedTopField10", 0.995], ["none", 0.5], ["longformer", 1]] as const;
  assertStringIncludes(
    await counts(...rows.flatMap(([row, share]) => [right(row, share), long(row, share)])),
    "better in 0, worse in 0 of 2 (in 2 both are at chance or 99 % right).",
  );
});
