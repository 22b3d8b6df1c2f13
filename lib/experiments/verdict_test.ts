import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { accuracyTolerance, exampleRecord, publishedValues, recreatedSeeds, verdict, WIDEST_TOLERANCE } from "./mod.ts";

const full = {
  ...exampleRecord().data,
  name: "mnist",
  synthetic: false,
  train: 6,
  fullTrain: 6,
  test: 10_000,
  fullTest: 10_000,
};
const options = { ...exampleRecord().options, epochs: 5 };

function judged(change: Partial<Parameters<typeof verdict>[0]>, accuracies: number[] = [82]): string {
  const input = { data: full, options, operator: "qamaV2", completed: true } as const;
  return verdict({ ...input, lastAccuracies: accuracies, bestAccuracies: accuracies, ...change }).text;
}

Deno.test("verdict() compares with the paper's curve at the same epoch", () => {
  // the paper has 82.5 there, the tolerance of one run is 2.8
  assertEquals([79.6, 79.9, 85.1, 85.4].map((accuracy) => judged({}, [accuracy])), [
    "below",
    "agrees",
    "agrees",
    "above",
  ]);
  assertEquals(judged({ options: { ...options, epochs: 7 } }), "no published value at 7 epochs");
  assertEquals(judged({ operator: "none" }), "no published value");
});

Deno.test("verdict() at 50 epochs compares the best epoch, elsewhere the last", () => {
  const at50 = { options: { ...options, epochs: 50 }, lastAccuracies: [36.7], bestAccuracies: [95.9] };
  assertEquals(judged(at50), "agrees");
  assertEquals(judged({ lastAccuracies: [36.7], bestAccuracies: [82.5] }), "below");
});

Deno.test("verdict() cautions agreement, and nothing else, where the tolerance exceeds its limit", () => {
  assertEquals(WIDEST_TOLERANCE, 5);
  // the tolerance is 2 sqrt(4/3 s^2 + 0.147): 4.8 points for s = 2, 5.8 for s = 2.5
  assertEquals(judged({}, [80.5, 82.5, 84.5]), "agrees");
  assertEquals(judged({}, [80, 82.5, 85]), "agrees, but the spread is too wide to tell");
  assertEquals(judged({}, [60, 62.5, 65]), "below");
});

Deno.test("verdict() never compares subsets, synthetic data, other settings or unfinished runs", () => {
  const changes = {
    "synthetic data": { data: { ...full, synthetic: true } },
    "subset": { data: { ...full, train: 5 } },
    "batch size 64": { options: { ...options, batchSize: 64 } },
    "learning rate 0.003": { options: { ...options, learningRate: 3e-3 } },
    "interrupted": { completed: false },
  };
  for (const [reason, change] of Object.entries(changes)) {
    assertEquals(judged(change, [82.5]), `not comparable (${reason})`);
  }
  assertEquals(judged({ data: { ...full, test: 9_999 } }), "not comparable (subset)");
});

Deno.test("verdict() agrees for equal programs about nineteen times in twenty", () => {
  // both numbers drawn with the spread that the tolerance assumes: |difference| < 2 sigma has p = 0.954;
  // 4,000 draws: 4 sigma = 4 sqrt(p (1 - p) / 4000) = 0.013
  const rng = new Rng(5, 0);
  const seedSd = 0.939, binomial = Math.sqrt(82.5 * 17.5 / 10_000);
  let agreed = 0;
  for (let i = 0; i < 4_000; i++) {
    const ours = [0, 1, 2].map(() => 82.5 + seedSd * rng.normal());
    const theirs = 82.5 + seedSd * rng.normal() + binomial * rng.normal();
    const difference = (ours[0] + ours[1] + ours[2]) / 3 - theirs;
    if (Math.abs(difference) <= accuracyTolerance([82.5, 82.5, 82.5], [82.5], 10_000)) agreed++;
  }
  assert(Math.abs(agreed / 4_000 - 0.954) < 0.013, `agreed ${agreed / 4_000}`);
});

Deno.test("accuracyTolerance() falls with the number of runs and grows with their spread", () => {
  const one = accuracyTolerance([80], [80], 10_000);
  assert(accuracyTolerance([80, 80, 80], [80], 10_000) < one);
  assert(accuracyTolerance([75, 80, 85], [80], 10_000) > one);
  assert(accuracyTolerance([80], [80], 500) > one);
});

Deno.test("accuracyTolerance() and verdict() refuse what is no accuracy", () => {
  assertThrows(() => accuracyTolerance([], [80], 10), RangeError, "there is no run");
  assertThrows(() => accuracyTolerance([NaN], [80], 10), RangeError, "got NaN");
  assertThrows(() => accuracyTolerance([80], [80], 0), RangeError, "testCount");
  assertThrows(() => judged({}, [101]), RangeError, "percent from 0 to 100, got 101");
});

Deno.test("publishedValues are percent, one a data set, operator, epoch and source", () => {
  const keys = publishedValues.map(({ data, operator, epoch, source }) => [data, operator, epoch, source].join());
  assertEquals(new Set(keys).size, keys.length);
  assert(publishedValues.every(({ accuracy }) => accuracy > 10 && accuracy < 100));
  assertEquals(recreatedSeeds.length, 6);
});
