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

Deno.test("runPlan() refuses a plan that names a run twice, and options without trainer or executor", async () => {
  const { train: _, ...options } = optionsFor(await Deno.makeTempDir(), fakeTrainer().train);
  await assertRejects(() => runPlan(plan, options), TypeError, "expected train, a trainer, or executor, got neither");
  const twice = { ...plan, cells: [plan.cells[0], plan.cells[0]] };
  const whole = optionsFor(await Deno.makeTempDir(), fakeTrainer().train);
  await assertRejects(() => runPlan(twice, whole), RangeError, "it names the run dots-mha-smoke-seed1 twice");
});

Deno.test("runPlan() refuses a folder that another uses, or that cannot be used, and lets it go at its end", async () => {
  const out = await Deno.makeTempDir();
  const again = fakeTrainer(() => {});
  const inside = fakeTrainer(() => {}, async () => {
    await assertRejects(() => runPlan(plan, optionsFor(out, again.train)), Deno.errors.Busy, `process ${Deno.pid} on `);
  });
  await runPlan(plan, optionsFor(out, inside.train));
  assertEquals(again.trained, []);
  await runPlan(plan, optionsFor(out, again.train));
  const file = await Deno.makeTempDir();
  await Deno.writeTextFile(`${file}/records`, "");
  await assertRejects(
    () => runPlan(plan, optionsFor(file, again.train)),
    Error,
    `Cannot use the folder ${file}/records: `,
  );
});

Deno.test("runPlan() says with resume that a run was begun on other data", async () => {
  const out = await Deno.makeTempDir();
  const controller = new AbortController();
  const { train } = fakeTrainer(() => controller.abort());
  await runPlan(plan, { ...optionsFor(out, train), signal: controller.signal });
  await Deno.remove(`${out}/records`, { recursive: true });
  const load = () => Promise.resolve({ data: dots("Dots", 5, 2), full: { train: 5, test: 2 } });
  const changed = { ...optionsFor(out, fakeTrainer().train), load };
  const resume = () => runPlan(plan, { ...changed, resume: true });
  await assertRejects(resume, RangeError, "it was written for other data or options than are asked for now");
  assertEquals((await runPlan(plan, changed)).ending, "completed");
});

Deno.test("runPlan() never reads what a killed process left half written, and removes it", async () => {
  const out = await Deno.makeTempDir();
  for (const folder of ["records", "checkpoints"]) await Deno.mkdir(`${out}/${folder}`);
  const left = ["table.md.1.part", "records/dots-mha-smoke-seed1.json.1.part", "checkpoints/dots-mha.checkpoint.tmp"];
  for (const name of [...left, "notes.txt"]) await Deno.writeTextFile(`${out}/${name}`, "{");
  const { records } = await runPlan(plan, { ...optionsFor(out, fakeTrainer().train), resume: true });
  assertEquals(records.length, 3);
  for (const name of left) await assertRejects(() => Deno.stat(`${out}/${name}`), Deno.errors.NotFound);
  assertEquals(await Deno.readTextFile(`${out}/notes.txt`), "{");
});
