import { assert, assertEquals, assertRejects } from "@std/assert";
import { stripePictures } from "../training/_example_pictures.ts";
import { wordTexts } from "../training/_example_texts.ts";
import { type OperatorName, readCheckpoint, train, type TrainingData } from "../training/mod.ts";
import { likeness, measureOwn, swapsOf } from "./_study_selections.ts";
import {
  evaluateStudyModel,
  evaluateStudyRuns,
  type Plan,
  publishStudyRecords,
  readPublishedStudy,
  readStudyRecords,
  rightItems,
  runPlan,
  studyDigest,
} from "./mod.ts";
import type { ItemSelection } from "./study_evaluation.ts";

const SMALL = { epochs: 1, batchSize: 16, workers: 1, seed: 2 };

async function trained(data: TrainingData, operator: OperatorName) {
  const checkpoint = `${await Deno.makeTempDir()}/a`;
  const { epochs } = await train(data, { ...SMALL, operator, checkpoint });
  return { weights: (await readCheckpoint(checkpoint))!.arrays.weights, accuracy: epochs[0].testAccuracy };
}

for (const data of [stripePictures(64, 30), wordTexts(64, 30)]) {
  for (const operator of ["qamaSelected4", "qamaV2"] as const) {
    Deno.test(`evaluateStudyModel() of ${operator} counts what other selections lose and gain: ${data.name}`, async () => {
      const { weights, accuracy } = await trained(data, operator);
      const found = (await evaluateStudyModel(data, weights, { operator, seed: SMALL.seed }))!;
      const right = rightItems(found).reduce((sum, bit) => sum + bit, 0);
      assertEquals(right / 30, accuracy);
      assertEquals(found.variants.map(({ kind, value }) => `${kind} ${value ?? ""}`.trim()), [
        ...["other", "mask", "random", "greedy", "seed"],
        ...[
          "sweeps 0",
          "sweeps 1",
          "sweeps 5",
          "sweeps 20",
          "sweeps 100",
          "noise 0.1",
          "noise 0.3",
          "noise 1",
          "bits 8",
          "bits 4",
        ],
      ]);
      for (const { correct, lost, gained } of found.variants) assertEquals(right - lost + gained, correct);
      const of = (kind: string, value: number | null = null) =>
        found.variants.find((one) => one.kind === kind && one.value === value)!;
      const same = of("sweeps", 20);
      assertEquals([same.lost, same.gained, same.likeness, same.density], [0, 0, 1, found.measures!.density]);
      assertEquals(of("random").density, found.measures!.density);
      assert(of("seed").energy <= of("random").energy && same.energy <= of("random").energy);
      assert(of("seed").likeness! < 1);
    });
  }
}

Deno.test("evaluateStudyModel() swaps the largest fields' selection, and leaves fixed ones and no attention as they are", async () => {
  const data = stripePictures(64, 30);
  const kinds = async (operator: OperatorName) => {
    const { weights } = await trained(data, operator);
    const found = (await evaluateStudyModel(data, weights, { operator, seed: SMALL.seed }))!;
    assertEquals(found.measures === null, found.variants.length === 0);
    return found.variants.map(({ kind }) => kind);
  };
  assertEquals(await kinds("selectedTopField10"), ["other", "mask", "random"]);
  for (const operator of ["qamaSelectedFixed", "selectedPartition4", "selectedRandom10", "mha", "none"] as const) {
    assertEquals(await kinds(operator), []);
  }
});

const item = (...heads: number[][]): ItemSelection => ({
  tokens: heads[0].length,
  chosen: Uint8Array.from(heads.flat()),
});

Deno.test("swapsOf() gives each item the next one's of its length, the most frequent tokens, and as many at random", () => {
  const own = [item([1, 1, 0], [0, 0, 0]), item([1, 0]), item([1, 0, 0], [0, 0, 0]), item([0, 1])].map((one) =>
    one.tokens === 3 ? item([...one.chosen.slice(0, 3)]) : one
  );
  const { other, mask, random } = swapsOf(own, 1);
  assertEquals(other, [own[2], own[3], own[0], own[1]]);
  // 5 tokens in 4 items: one a head; token 0 is chosen in 3 of 4 items
  assertEquals(mask, [item([1, 0, 0]), item([1, 0]), item([1, 0, 0]), item([1, 0])]);
  assertEquals(random.map(({ chosen }) => chosen.reduce((a, b) => a + b)), [2, 1, 1, 1]);
  assertEquals(swapsOf(own, 1).random, random);
});

Deno.test("measureOwn() and likeness() count empty heads, constant heads and common tokens", () => {
  const own = [item([1, 1, 0], [0, 0, 0]), item([1, 0, 0], [0, 0, 0]), item([1, 0, 0], [0, 0, 0])];
  const measures = measureOwn(own, swapsOf(own, 1));
  assertEquals([measures.density, measures.empty, measures.constantHeads, measures.overlap], [0.2222, 0.5, 1, 0]);
  // the first item has one of two tokens in common with the next, the second all, the third one of two
  assertEquals(measures.likenessToOther, 0.6667);
  assertEquals(likeness([item([0, 0])], [item([0, 0])]), null);
});

const plan: Plan = {
  ...{ experiment: "study", question: "q", profile: "smoke" },
  cells: (["qamaSelected", "none"] as const).map((operator) => ({
    data: "stripes",
    operator,
    seed: 2,
    epochs: 1,
    batchSize: 16,
  })),
};

Deno.test("evaluateStudyRuns() evaluates what is trained, keeps what was evaluated, and names what has no weights", async () => {
  const data = stripePictures(64, 30);
  const out = await Deno.makeTempDir();
  const full = { train: 64, test: 30 };
  const { records } = await runPlan(plan, { out, train, load: () => Promise.resolve({ data, full }), workers: 1 });
  const told: string[] = [];
  const options = {
    ...{ out, data: () => Promise.resolve(data) },
    onRecord: ({ run }: { run: { operator: string } }, how: string) => told.push(`${run.operator} ${how}`),
    onMissing: ({ operator }: { operator: string }) => told.push(`${operator} missing`),
  };
  const made = await evaluateStudyRuns(records, options);
  const kept = await evaluateStudyRuns(records, options);
  assertEquals(kept, made);
  assertEquals(told.splice(0), ["qamaSelected made", "none made", "qamaSelected kept", "none kept"]);
  assertEquals(await evaluateStudyRuns([{ ...records[0], weightsDigest: "other" }], options), []);
  assertEquals(told, ["qamaSelected missing"]);
  const wrong = { ...records[0], epochs: [{ ...records[0].epochs[0], testAccuracy: 0.123 }] };
  await Deno.remove(`${out}/evaluations/stripes-qamaSelected-smoke-seed2.json`);
  await assertRejects(() => evaluateStudyRuns([wrong], options), RangeError, "its last test had the share 0.123");

  const folder = await Deno.makeTempDir();
  assertEquals(await publishStudyRecords(folder, made), ["smoke-stripes.json.gz"]);
  assertEquals(await readPublishedStudy(folder), made);
  assertEquals(await readPublishedStudy(`${folder}/none`), []);
  assertEquals((await readStudyRecords(`${out}/evaluations`)).length, 1);
});

Deno.test("evaluateStudyRuns() without variants gives the own test alone, of weights that change over training as they ended", async () => {
  const out = await Deno.makeTempDir(), data = stripePictures(64, 30, 32);
  const cells = (["nearSchedule", "qamaSelected"] as const).map((operator) => ({
    ...{ data: "stripes", operator, seed: 2, epochs: 2, batchSize: 16 },
  }));
  const load = () => Promise.resolve({ data, full: { train: 64, test: 30 }, testFrom: "training" } as const);
  const { records } = await runPlan({ ...plan, cells }, { out, train, load, workers: 1 });
  const options = { out, data: () => Promise.resolve(data), variants: false };
  for (const { run, items, variants, measures, ...rest } of await evaluateStudyRuns(records, options)) {
    assertEquals([variants, measures, run.data.testFrom], [[], null, "training"]);
    const right = rightItems({ items, ...rest }).reduce((sum, bit) => sum + bit, 0);
    assertEquals(right / items, run.epochs[1].testAccuracy, run.operator);
  }
});

Deno.test("readStudyRecords() refuses numbers that were changed, and files of another form", async () => {
  const folder = await Deno.makeTempDir();
  const { studyRecord } = await import("./_test_study_records.ts");
  const record = studyRecord("mha", 1);
  const write = (value: unknown) => Deno.writeTextFile(`${folder}/a.json`, JSON.stringify(value));
  await write({ ...record, digest: await studyDigest(record) });
  assertEquals(await readStudyRecords(folder), [record]);
  await write({ ...record, items: 8, digest: await studyDigest(record) });
  await assertRejects(() => readStudyRecords(folder), SyntaxError, "not those that were written");
  await write({ ...record, right: 3 });
  await assertRejects(() => readStudyRecords(folder), TypeError, "right must be a string");
});
