import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { type OperatorName, TRIAL_NAMES } from "../training/mod.ts";
import { studyRecord } from "./_test_study_records.ts";
import {
  analyseTrials,
  operatorTitles,
  type StudyRecord,
  TRIAL_DATA,
  TRIAL_OPERATORS,
  TRIAL_SEEDS,
  trialPlan,
  trialReport,
} from "./mod.ts";

type Change = Parameters<typeof studyRecord>[2];

/** Every seed on every data set; shares of items that are right. */
function trials(shares: Partial<Record<OperatorName, number>>, change: Change = {}): StudyRecord[] {
  return (Object.entries(shares) as [OperatorName, number][]).flatMap(([operator, share]) =>
    TRIAL_DATA.flatMap((data) =>
      TRIAL_SEEDS.map((seed) => studyRecord(operator, seed, { trial: true, data, share, items: 800, ...change }))
    )
  );
}

function epochsWith(density: number) {
  const { run } = studyRecord("qamaNear", 1);
  return run.epochs.map((epoch) => ({ ...epoch, density }));
}

Deno.test("trialPlan() has every row of every data set for a seed before the next, four epochs each", () => {
  const { cells, experiment, profile } = trialPlan();
  assertEquals([experiment, profile], ["trial", "trial"]);
  assertEquals(cells.length, TRIAL_DATA.length * TRIAL_OPERATORS.length * 3);
  assertEquals(cells.slice(0, cells.length / 3).every(({ seed, epochs }) => seed === 1 && epochs === 4), true);
  assertThrows(() => trialPlan({ seeds: [1, 1] }), RangeError, "names something twice");
});

Deno.test("analyseTrials() takes differences item by item and seed by seed, to softmax attention and to qamaNear", () => {
  const { tables } = analyseTrials(trials({ mha: 0.6, qamaNear: 0.7, nearTopField: 0.6 }));
  assertEquals(tables.map(({ data }) => data), TRIAL_DATA);
  const [mha, near, topField] = tables[0].rows;
  assertEquals([mha.operator, near.operator, topField.operator], ["mha", "qamaNear", "nearTopField"]);
  assertEquals([mha.against.mha, near.against.qamaNear], [null, null]);
  // the same draws: softmax attention and the largest fields are right on the same items
  assertEquals([topField.against.mha!.difference, topField.against.mha!.interval], [0, [0, 0]]);
  const { difference, bySeed, interval } = near.against.mha!;
  assertClose(difference, near.mean - mha.mean, { rtol: 1e-9, atol: 0 });
  assertClose(bySeed, near.accuracies.map((value, s) => value - mha.accuracies[s]), { rtol: 1e-9, atol: 0 });
  assert(interval![0] < difference && difference < interval![1]);
  assertClose(mha.against.qamaNear!.difference, -difference, { rtol: 1e-9, atol: 0 });
});

const chosenOf = (records: readonly StudyRecord[]) =>
  analyseTrials(records).choices.filter(({ chosen }) => chosen).map(({ operator }) => operator);

Deno.test("analyseTrials() chooses a design only if it is above softmax attention on every data set, and every run is there", () => {
  const good = trials({ mha: 0.6, qamaNear: 0.65, nearDense: 0.9 });
  assertEquals(chosenOf(good), ["qamaNear"]);
  const on = (data: string) => ({ run }: StudyRecord) => run.operator === "qamaNear" && run.data.name === data;
  const lower = good.map((record) =>
    on("sst2")(record)
      ? studyRecord("qamaNear", record.run.seed, { trial: true, data: "sst2", share: 0.55, items: 800 })
      : record
  );
  assertEquals(chosenOf(lower), []);
  const [{ lowest }] = analyseTrials(lower).choices;
  assertEquals([lowest!.title, lowest!.difference < 0], ["SST2", true]);
  const [last] = good.filter(on("cifar-10"));
  const missing = analyseTrials(good.filter((record) => record !== last)).choices;
  assertEquals([missing[0].out, missing[0].chosen], [false, false]);
  assertEquals(chosenOf(good.filter(({ run }) => run.data.name !== "sst2")), []);
});

Deno.test("analyseTrials() puts a design out by one data set with every seed, and by none that is not whole", () => {
  const records = trials({ mha: 0.65, qamaNear: 0.6, nearMeanField: 0.7 });
  const first = records.filter(({ run }) => run.data.name === "mnist");
  const outs = (own: readonly StudyRecord[]) => analyseTrials(own).choices.map(({ out, chosen }) => [out, chosen]);
  assertEquals(outs(first), [[true, false], [false, false]]);
  assertEquals(outs(first.filter(({ run }) => run.seed !== 3)), [[false, false], [false, false]]);
  assertEquals(outs(records), [[true, false], [false, true]]);
  const many = first.map((record) => ({ ...record, run: { ...record.run, epochs: epochsWith(0.3) } }));
  assertEquals(outs(many), [[true, false], [true, false]]);
  // what is out need not be trained to its end
  const rest = records.filter(({ run }) => run.operator !== "qamaNear" || run.data.name === "mnist");
  assertEquals(outs(rest), [[true, false], [false, true]]);
});

Deno.test("analyseTrials() chooses no design of a quarter of the keys, or of other parameters", () => {
  const softmax = trials({ mha: 0.6 });
  const dense = [...softmax, ...trials({ qamaNear: 0.7 }, { run: { epochs: epochsWith(0.25) } })];
  assertEquals(chosenOf(dense), []);
  assertStringIncludes(analyseTrials(dense).choices[0].against[0], "chooses 25.0 % of the keys on MNIST");
  assertEquals(chosenOf([...softmax, ...trials({ qamaNear: 0.7 }, { run: { epochs: epochsWith(0.249) } })]), [
    "qamaNear",
  ]);
  const large = [...softmax, ...trials({ qamaNear: 0.7 }, { run: { parameters: 24_000 } })];
  assertEquals(chosenOf(large), []);
  assertStringIncludes(analyseTrials(large).choices[0].against[0], "has 24,000 parameters on MNIST");
});

Deno.test("trialReport() says what is chosen, that trials prove nothing, and how many runs are missing", async () => {
  const page = await trialReport(trials({ mha: 0.6, qamaNear: 0.7 }));
  for (const words of ["prove nothing", "chosen, to be registered and tested: QAMA with a neighbour.", "24 of "]) {
    assertStringIncludes(page, words);
  }
  const lower = trials({ mha: 0.7, qamaNear: 0.6 });
  assertStringIncludes(
    await trialReport(lower),
    `none of 1 designs, \`qamaNear\` itself among them, is chosen: each is ruled out; not begun: ${TRIAL_NAMES.length}.`,
  );
  const few = TRIAL_NAMES.slice(0, -1).map((name) => [name, 0.6]), last = operatorTitles[TRIAL_NAMES.at(-1)!];
  const most = [...lower, ...trials(Object.fromEntries(few))];
  assertStringIncludes(await trialReport(most), `each is ruled out; not begun: 1, ${last}.`);
  const begun = trials({ [TRIAL_NAMES.at(-1)!]: 0.6 });
  assertStringIncludes(
    await trialReport([...most, ...begun]),
    "each is ruled out; the runs that are missing cannot change that.",
  );
  const onMnist = [...most, ...begun].filter(({ run }) => run.data.name === "mnist" || run.seed === 1);
  assertStringIncludes(
    await trialReport(onMnist),
    "each is ruled out by MNIST, the only data set with every seed; the runs that are missing cannot change that.",
  );
  assertStringIncludes(
    await trialReport(trials({ mha: 0.6, qamaNear: 0.7 }).filter(({ run }) => run.data.name === "mnist")),
    `no design is chosen yet: 1 of 1 can still be chosen, and not all of their runs are there; not begun: ${TRIAL_NAMES.length}.`,
  );
  assertStringIncludes(await trialReport(trials({ qamaNear: 0.7 })), "no design is chosen yet");
});

Deno.test("trialReport() refuses what was tested on the test set, and two records of one run", async () => {
  await assertRejects(() => trialReport([studyRecord("mha", 1)]), RangeError, "was tested on the test set");
  const one = studyRecord("mha", 1, { trial: true });
  await assertRejects(() => trialReport([one, one]), RangeError, "mnist-mha-trial-seed1.json is there twice");
});
