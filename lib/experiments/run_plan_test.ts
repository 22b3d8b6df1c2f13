import { assert, assertEquals, assertRejects } from "@std/assert";
import { dots, fakeTrainer } from "./_fake_trainer.ts";
import {
  type Plan,
  readRecords,
  recordDigest,
  recordFileName,
  runPlan,
  type RunPlanOptions,
  writeRecord,
} from "./mod.ts";

const plan: Plan = {
  experiment: "test",
  question: "Does it resume?",
  profile: "smoke",
  cells: [
    { data: "dots", operator: "mha", seed: 1, epochs: 3 },
    { data: "dots", operator: "none", seed: 1, epochs: 3 },
    { data: "dots", operator: "qamaV2", seed: 2, epochs: 3 },
  ],
};

function optionsFor(out: string, train: RunPlanOptions["train"]): RunPlanOptions {
  const load = () => Promise.resolve({ data: dots("Dots", 4, 2), full: { train: 4, test: 2 } });
  return { out, train, load, code: { version: "1.0.0", commit: null } };
}

Deno.test("runPlan() stopped after any epoch and resumed gives the digests of a run that was never stopped", async () => {
  const whole = await runPlan(plan, optionsFor(await Deno.makeTempDir(), fakeTrainer().train));
  const digests = await Promise.all(whole.records.map(recordDigest));
  for (let stopAfter = 1; stopAfter < 9; stopAfter++) {
    const out = await Deno.makeTempDir();
    const controller = new AbortController();
    const first = fakeTrainer((trained) => {
      if (trained.length === stopAfter) controller.abort();
    });
    const stopped = await runPlan(plan, { ...optionsFor(out, first.train), signal: controller.signal });
    assertEquals(stopped.ending, "interrupted", `stopped after ${stopAfter}`);
    const second = fakeTrainer();
    const resumed = await runPlan(plan, { ...optionsFor(out, second.train), resume: true });
    assertEquals(resumed.ending, "completed");
    assertEquals(await Promise.all(resumed.records.map(recordDigest)), digests, `stopped after ${stopAfter}`);
    assertEquals(second.trained.length, 9 - stopAfter, "no epoch is trained twice");
  }
});

Deno.test("runPlan() keeps finished records on resume and trains nothing", async () => {
  const out = await Deno.makeTempDir();
  await runPlan(plan, optionsFor(out, fakeTrainer().train));
  const again = fakeTrainer();
  const how: string[] = [];
  const options = {
    ...optionsFor(out, again.train),
    workers: 7,
    onRecord: (_: unknown, word: string) => how.push(word),
  };
  const { records } = await runPlan(plan, { ...options, resume: true });
  assertEquals([again.trained, how, records.length], [[], ["kept", "kept", "kept"], 3]);
});

Deno.test("runPlan() without resume makes every run anew and says whether the numbers are the same", async () => {
  const out = await Deno.makeTempDir();
  await runPlan(plan, optionsFor(out, fakeTrainer().train));
  const [record] = (await readRecords(`${out}/records`)).filter((found) => found.operator === "none");
  await writeRecord(`${out}/records/${recordFileName(record)}`, { ...record, weightsDigest: "other" });
  const again = fakeTrainer();
  const how: string[] = [];
  await runPlan(plan, { ...optionsFor(out, again.train), onRecord: (_, word) => how.push(word) });
  assertEquals([again.trained.length, how], [9, ["same", "different", "same"]]);
});

Deno.test("runPlan() refuses to overwrite a record of another configuration or version, before any training", async () => {
  const out = await Deno.makeTempDir();
  await runPlan(plan, optionsFor(out, fakeTrainer().train));
  const again = fakeTrainer();
  const longer = { ...plan, cells: plan.cells.map((cell) => ({ ...cell, epochs: 4 })) };
  for (const resume of [false, true]) {
    const options = { ...optionsFor(out, again.train), resume };
    await assertRejects(() => runPlan(longer, options), RangeError, "options epochs 3 and 4");
    const newer = { ...options, code: { version: "2.0.0", commit: null } };
    await assertRejects(() => runPlan(plan, newer), RangeError, "version 1.0.0 and 2.0.0");
  }
  assertEquals(again.trained, []);
  assertEquals((await readRecords(`${out}/records`)).map((record) => record.epochs.length), [3, 3, 3]);
});

Deno.test("runPlan() never replaces a finished record by an unfinished one", async () => {
  const out = await Deno.makeTempDir();
  await runPlan(plan, optionsFor(out, fakeTrainer().train));
  const controller = new AbortController();
  const { train } = fakeTrainer(() => controller.abort());
  await runPlan(plan, { ...optionsFor(out, train), signal: controller.signal });
  assertEquals((await readRecords(`${out}/records`)).map((record) => record.ending), Array(3).fill("completed"));
});

Deno.test("runPlan() reports a share done that grows to 1 and an ETA of the runs to come", async () => {
  const shares: number[] = [];
  const etas: number[] = [];
  await runPlan(plan, {
    ...optionsFor(await Deno.makeTempDir(), fakeTrainer().train),
    now: () => 0,
    onProgress: ({ done, etaMs }) => {
      shares.push(Math.round(done * 9));
      etas.push(etaMs);
    },
  });
  assertEquals(shares, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // in the first run two epochs are left, 2 s, and two more runs of what is left of this one
  assertEquals(etas[0], 6000);
  assert(etas[8] === 0);
});

Deno.test("runPlan() refuses an empty plan", async () => {
  const options = optionsFor(await Deno.makeTempDir(), fakeTrainer().train);
  await assertRejects(() => runPlan({ ...plan, cells: [] }, options), RangeError, "it has no run");
});
