import { assert } from "@std/assert";
import { denseCouplings, isingModel } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { randomCouplingMatrix } from "../testing/_example_models.ts";
import { parallelTempering, populationAnnealing, randomSampler, simulatedQuantumAnnealing } from "./mod.ts";

const model = isingModel({ couplings: denseCouplings(randomCouplingMatrix(400, new Rng(81), "integer")) });

for (const sampler of [parallelTempering(), populationAnnealing(), simulatedQuantumAnnealing()]) {
  Deno.test(`${sampler.name}() gives a state far below random ones even when it is stopped at once`, async () => {
    const random = await randomSampler().sample(model, { seed: 1, numReads: 20 });
    const set = await sampler.sample(model, { seed: 1, signal: AbortSignal.abort() });
    // a local minimum of n random spins lies some 0.7 n^1.5 s below 0, s the standard deviation of J; 20 random ones, 0.1 of it
    const bound = 5 * Math.min(...random.energies);
    assert(set.ending === "interrupted" && set.energies[0] < bound, `${set.energies[0]}, expected below ${bound}`);
  });
}
