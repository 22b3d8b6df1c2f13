import { dots, fakeTrainer } from "./_fake_trainer.ts";
import { type LoadedImages, type Plan, type PlanResult, recordDigest, runPlan } from "./mod.ts";

/** What queues are tested with: three runs of three epochs. */
export const plan: Plan = {
  experiment: "test",
  question: "Does it come out the same?",
  profile: "smoke",
  cells: (["mha", "none", "qamaV2"] as const).map((operator) => ({ data: "dots", operator, seed: 1, epochs: 3 })),
};

/** Loads its data. */
export function load(): Promise<LoadedImages> {
  return Promise.resolve({ data: dots("Dots", 4, 2), full: { train: 4, test: 2 } });
}

/** Digests of all records. */
export function digests({ records }: PlanResult): Promise<string[]> {
  return Promise.all(records.map(recordDigest));
}

/** Digests of the records that this process makes by itself. */
export async function wholeDigests(): Promise<string[]> {
  return await digests(await runPlan(plan, { out: await Deno.makeTempDir(), load, train: fakeTrainer().train }));
}
