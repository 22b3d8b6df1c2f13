import { assertEquals } from "@std/assert";
import { isingModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import * as samplers from "./mod.ts";

const made = [
  samplers.simulatedAnnealing({ numSweeps: 50 }),
  samplers.parallelTempering({ numSweeps: 30, numReplicas: 8 }),
  samplers.populationAnnealing({ populationSize: 16 }),
  samplers.simulatedQuantumAnnealing({ numSweeps: 20, numSlices: 8 }),
  samplers.simulatedBifurcation({ numSteps: 50 }),
  samplers.coherentIsingMachine({ numSteps: 50 }),
  samplers.chaoticAmplitudeControl({ numSteps: 50 }),
  samplers.chaoticFeedbackControl({ numSteps: 50 }),
  samplers.separatedFeedbackControl({ numSteps: 50 }),
  samplers.simCim({ numSteps: 50 }),
  samplers.noisyMeanFieldAnnealing({ numSteps: 50 }),
  samplers.tabuSearch({ numRounds: 3 }),
  samplers.largeNeighbourhoodSearch({ size: 5, numRounds: 10 }),
  samplers.greedyDescent(),
  samplers.treeDecomposition(),
];

// energies of about 1e-3: beside 1e15 they vanish, and only a comparison that leaves the offset out still sees them
const rng = new Rng(7);
const n = 12;
const pairs = Array.from({ length: n }, (_, i) => [i, (i + 1) % n, 1e-3 * rng.normal()] as const);
const linear = Array.from({ length: n }, () => 1e-4 * rng.normal());

for (const sampler of made) {
  Deno.test(`${sampler.name}() finds the same states under an offset of 1e15`, async () => {
    for (const make of [isingModel, quboModel]) {
      const [plain, far] = [0, 1e15].map((offset) => make({ couplings: sparseCouplings(n, pairs), linear, offset }));
      const expected = await sampler.sample(plain, { seed: 1, numReads: 3 });
      const found = await sampler.sample(far, { seed: 1, numReads: 3 });
      assertEquals([found.states, found.ending], [expected.states, "completed"]);
    }
  });
}

Deno.test("tabuSearch() meets its target inside a read under an offset of 1e15", async () => {
  const wide = Array.from({ length: 100 * 99 / 2 }, (_, k) => {
    const i = Math.floor((1 + Math.sqrt(1 + 8 * k)) / 2);
    return [i, k - i * (i - 1) / 2, rng.normal()] as const;
  });

  const model = isingModel({ couplings: sparseCouplings(100, wide), offset: 1e15 });
  const { energies: [target] } = await samplers.tabuSearch().sample(model, { seed: 1 });
  // a read of a million rounds would take hours
  const set = await samplers.tabuSearch({ numRounds: 1e6 }).sample(model, { seed: 2, target, timeLimitMs: 5000 });
  assertEquals([set.ending, set.story.completedReads], ["target-reached", 1]);
});
