import { assert, assertEquals } from "@std/assert";
import { denseCouplings, fingerprintWork, isingFromQuboWork, isingModel, quboModel, type Work } from "../model/mod.ts";
import { tabuModule } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { randomCouplingMatrix } from "../testing/_example_models.ts";
import { annealingReader } from "./_annealing_reader.ts";
import { openRun } from "./_replica_run.ts";
import { sharedModel } from "./_shared_model.ts";
import { spinLoops } from "./_spin_loops.ts";
import { tabuReader } from "./_tabu_reader.ts";
import * as samplers from "./mod.ts";

const N = 1024;
// 131,072 numbers a block
const YIELDS_A_PASS = N * N / 131_072 - 1;
const integers = denseCouplings(randomCouplingMatrix(N, new Rng(3), "integer"));
const floats = denseCouplings(randomCouplingMatrix(N, new Rng(3), "normal"));
const SETTINGS = {
  numSweeps: 10,
  betaRange: undefined,
  betaSchedule: "geometric",
  reheatTo: undefined,
  acceptance: "metropolis",
  descend: true,
} as const;

function slicesOf(work: Work<unknown>): number {
  let slices = 0;
  while (!work.next().done) slices++;
  return slices;
}

Deno.test("every pass over a large matrix is cut into slices while a model is prepared", async () => {
  const module = await tabuModule();
  const plan = { numRounds: 1, stallMoves: undefined, tenure: undefined };
  for (const couplings of [integers, floats]) {
    const [model, qubo] = [isingModel({ couplings }), quboModel({ couplings })];
    // the passes each of them makes at least
    const works: readonly [passes: number, Work<unknown>][] = [
      [2, fingerprintWork(model)],
      [2, isingFromQuboWork(qubo)],
      [1, sharedModel(model)],
      [1, spinLoops(model)],
      [6, annealingReader(model, 1, SETTINGS, -Infinity)],
      [8, annealingReader(qubo, 1, SETTINGS, -Infinity)],
      [4, openRun(model, 8)],
      [5, tabuReader(model, module, plan, -Infinity)],
    ];
    works.forEach(([passes, work], k) => {
      const slices = slicesOf(work);
      assert(slices >= passes * YIELDS_A_PASS, `work ${k}: ${slices} slices, expected ${passes * YIELDS_A_PASS}`);
    });
  }
});

Deno.test("a call that is stopped while its model is prepared gives one row and says so", async () => {
  const { simulatedAnnealing, parallelTempering, tabuSearch, simulatedBifurcation, chaoticAmplitudeControl } = samplers;
  for (
    const make of [simulatedAnnealing, parallelTempering, tabuSearch, simulatedBifurcation, chaoticAmplitudeControl]
  ) {
    for (const numWorkers of [1, 2]) {
      const model = isingModel({ couplings: integers });
      const set = await make().sample(model, { seed: 1, numReads: 4, numWorkers, signal: AbortSignal.abort() });
      const { ending, energies, story } = set;
      assertEquals([ending, energies.length, story.completedReads, story.kernel], ["interrupted", 1, 0, "none"]);
      // it never was hashed to its end
      assertEquals(story.fingerprint, "");
      const whole = await make().sample(model, { seed: 1, timeLimitMs: 500 });
      assertEquals(samplers.concatenate([set, whole]).story.fingerprint, whole.story.fingerprint);
    }
  }
  samplers.closeWorkers();
});
