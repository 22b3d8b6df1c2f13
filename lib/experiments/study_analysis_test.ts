import { assert, assertEquals, assertThrows } from "@std/assert";
import { holm, testDifference, testEquivalence } from "../analysis/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { isAddedName, type OperatorName } from "../training/mod.ts";
import { studyRecord } from "./_test_study_records.ts";
import {
  ADDED_QUESTION,
  analyseStudy,
  REPEATED_QUESTIONS,
  STUDY_OPERATORS,
  STUDY_QUESTIONS,
  STUDY_SEEDS,
  type StudyVariant,
} from "./mod.ts";

const Q1 = [...new Set(STUDY_QUESTIONS[0].pairs.flat())];

function q1(shares: Partial<Record<OperatorName, number>>, draws: Partial<Record<OperatorName, number>> = {}) {
  const records = Q1.flatMap((operator) =>
    STUDY_SEEDS.map((seed) =>
      studyRecord(operator, seed, { share: shares[operator] ?? 0.5, draw: draws[operator], items: 8_000 })
    )
  );
  return analyseStudy(records).questions.get("Q1")!;
}

Deno.test("analyseStudy() calls a row higher that is right on more items with every seed, and equals equivalent", () => {
  const verdicts = q1({ qamaSelected: 0.6 }).map(({ verdict }) => verdict);
  assertEquals(verdicts, ["higher", "higher", ...Array(4).fill("equivalent")]);
  assertEquals(q1({ qamaSelected6: 0.4 })[2].verdict, "lower");
});

Deno.test("analyseStudy() leaves differences of the size of chance undecided", () => {
  // rows of other items: 8,000 of them leave 0.8 points of chance a seed and 0.35 over five, too much for a margin of 1
  const verdicts = q1({}, { qamaSelected4: 2, qamaSelected6: 3, qamaSelected: 4 }).map(({ verdict }) => verdict);
  assert(verdicts.every((verdict) => verdict === "undecided"), verdicts.join());
});

Deno.test("analyseStudy() corrects the p values of a family by Holm's method, differences and equivalences apart", () => {
  const comparisons = q1({ qamaSelected: 0.51, qamaSelected6: 0.503 }, { qamaSelected4: 2 });
  const points = comparisons.map(({ difference, interval, seeds }) => {
    // back from the interval: t of four degrees of freedom is 2.77645
    const error = (interval![1] - difference) / 2.776445105;
    return { difference, variance: error ** 2, freedom: seeds.length - 1 };
  });
  const close = { rtol: 1e-5, atol: 1e-9 };
  assertClose(
    comparisons.map(({ adjusted }) => adjusted!.difference),
    holm(points.map((one) => testDifference(one)!.p)),
    close,
  );
  const apart = holm(points.map((one) => testEquivalence(one, 1)!));
  assertClose(comparisons.map(({ adjusted }) => adjusted!.equivalence), apart, close);
});

Deno.test("analyseStudy() gives no p and no verdict before every comparison of a family has every seed", () => {
  const all = Q1.flatMap((operator) => STUDY_SEEDS.map((seed) => studyRecord(operator, seed)));
  for (const missing of [1, all.length - 1]) {
    const questions = analyseStudy(all.slice(0, missing)).questions.get("Q1")!;
    assert(questions.every(({ adjusted, verdict }) => adjusted === null && verdict === null));
  }
  const [first] = analyseStudy(all.slice(0, 2)).questions.get("Q1")!;
  assertEquals([first.seeds, first.interval], [[], null]);
  assert(Number.isNaN(first.difference));
});

Deno.test("analyseStudy() of one seed has the difference of accuracies, of pairs without a run none", () => {
  const records = [studyRecord("mha", 1, { share: 0.7 }), studyRecord("none", 1, { share: 0.6 })];
  const { rows, questions } = analyseStudy(records);
  assertEquals(rows.map(({ operator }) => operator), STUDY_OPERATORS);
  const accuracy = (operator: OperatorName) => rows.find((row) => row.operator === operator)!.mean;
  const [compared] = questions.get("Q4")!.filter(({ first, second }) => first === "mha" && second === "none");
  assertClose(compared.difference, accuracy("mha") - accuracy("none"), { rtol: 1e-9, atol: 0 });
  assertEquals([compared.seeds, compared.interval, compared.bootstrap, compared.verdict], [[1], null, null, null]);
});

Deno.test("analyseStudy() asks the added question where an added row has a run, and corrects its family by itself", () => {
  const rows = [...new Set(ADDED_QUESTION.pairs.flat())];
  const records = rows.flatMap((operator) =>
    STUDY_SEEDS.map((seed) => studyRecord(operator, seed, { share: operator === "qamaNear" ? 0.6 : 0.5, items: 8_000 }))
  );
  const { questions, rows: shown } = analyseStudy(records);
  assertEquals(questions.get("Q5")!.map(({ verdict }) => verdict), Array(ADDED_QUESTION.pairs.length).fill("higher"));
  assertEquals(shown.slice(STUDY_OPERATORS.length).map(({ operator }) => operator), rows.filter(isAddedName));
  const without = analyseStudy(records.filter(({ run }) => !isAddedName(run.operator)));
  assertEquals([without.questions.has("Q5"), without.rows.length], [false, STUDY_OPERATORS.length]);
});

const [Q6, Q7] = REPEATED_QUESTIONS;

/** Ten new seeds of softmax attention, and so many of QAMA with a neighbour. */
function again(share: number, seeds = Q6.seeds.length, data = "mnist") {
  const own = Q6.seeds.slice(0, seeds);
  return [
    ...Q6.seeds.map((seed) => studyRecord("mha", seed, { share: 0.5, items: 8_000, data })),
    ...own.map((seed) => studyRecord("qamaNear", seed, { share, items: 8_000, data })),
  ];
}

Deno.test("analyseStudy() asks Q6 of its own ten seeds, and times each p by its data sets", () => {
  const [lower] = analyseStudy(again(0.45)).questions.get("Q6")!;
  assertEquals([lower.verdict, lower.seeds], ["lower", Q6.seeds]);
  assertEquals(analyseStudy(again(0.55)).questions.get("Q6")![0].verdict, "higher");
  const other = Q6.seeds.map((seed) => studyRecord("qamaNear", seed, { share: 0.5, draw: 3, items: 400 }));
  const [chance] = analyseStudy([
    ...Q6.seeds.map((seed) => studyRecord("mha", seed, { share: 0.5 })),
    ...other,
  ])
    .questions.get("Q6")!;
  assertClose(chance.adjusted!.difference, Math.min(1, 2 * chance.p!), { rtol: 1e-12, atol: 0 });
  assertEquals([chance.verdict, analyseStudy(again(0.5)).questions.get("Q6")![0].verdict], ["undecided", "equivalent"]);
});

Deno.test("analyseStudy() judges Q6 on no data set before its ten seeds are whole, and not where it was not registered", () => {
  const [interim] = analyseStudy(again(0.45, 9)).questions.get("Q6")!;
  assertEquals([interim.verdict, interim.adjusted, interim.seeds.length], [null, null, 9]);
  assertEquals(analyseStudy(again(0.45, 10, "sst2")).questions.has("Q6"), false);
});

Deno.test("analyseStudy() asks Q7 of its own seeds: the rows of Q6 against the largest fields", () => {
  const fields = (share: number, seeds = Q7.seeds) =>
    seeds.map((seed) => studyRecord("nearTopField", seed, { share, items: 8_000 }));
  const [lower] = analyseStudy([...again(0.45), ...fields(0.5)]).questions.get("Q7")!;
  assertEquals([lower.first, lower.second, lower.verdict], ["qamaNear", "nearTopField", "lower"]);
  assertClose(lower.adjusted!.difference, 2 * lower.p!, { rtol: 1e-12, atol: 0 });
  assertEquals(analyseStudy([...again(0.55), ...fields(0.5)]).questions.get("Q7")![0].verdict, "higher");
  assertEquals(analyseStudy(again(0.45)).questions.has("Q7"), false);
  const few = analyseStudy([...again(0.45), ...fields(0.5, Q7.seeds.slice(1))]).questions;
  assertEquals([few.get("Q7")![0].verdict, few.get("Q6")![0].verdict], [null, "lower"]);
  assertEquals(few.has("Q5"), false);
});

Deno.test("analyseStudy() keeps the seeds of Q6 out of the other questions, and theirs out of Q6", () => {
  const own = STUDY_SEEDS.flatMap((seed) => [studyRecord("mha", seed, { items: 8_000 })]);
  const { questions, rows } = analyseStudy([...own, ...again(0.45)]);
  assertEquals(questions.has("Q5"), false);
  assertEquals(rows.flatMap(({ seeds }) => seeds), STUDY_SEEDS);
  const both = [...own, ...STUDY_SEEDS.map((seed) => studyRecord("qamaNear", seed, { items: 8_000, share: 0.99 }))];
  assertEquals(
    analyseStudy([...both, ...again(0.45)]).questions.get("Q6"),
    analyseStudy(again(0.45)).questions.get("Q6"),
  );
});

Deno.test("analyseStudy() takes swaps from the counts of items lost and gained", () => {
  const variant = (lost: number, gained: number): StudyVariant => ({
    ...{ kind: "other", value: null, items: 400, correct: 300, lost, gained, density: 0.2, likeness: 0.5, energy: -1 },
  });
  const records = [1, 2].map((seed) => studyRecord("qamaSelected", seed, { variants: [variant(10 + seed, 2)] }));
  const [swap] = analyseStudy(records).questions.get("Q2")!;
  assertEquals([swap.first, swap.second, swap.seeds], ["qamaSelected", "other", [1, 2]]);
  assertClose(swap.bySeed, [2.25, 2.5], { rtol: 1e-9, atol: 0 });
  assert(swap.interval![0] < swap.difference);
});

Deno.test("analyseStudy() refuses no records, two of one run, and two data sets", () => {
  assertThrows(() => analyseStudy([]), RangeError, "no record");
  assertThrows(() => analyseStudy([studyRecord("mha", 1), studyRecord("mha", 1)]), RangeError, "twice for seed 1");
  const two = [studyRecord("mha", 1), studyRecord("none", 1, { data: "sst2" })];
  assertThrows(() => analyseStudy(two), RangeError, "records are of MNIST and of SST2");
});
