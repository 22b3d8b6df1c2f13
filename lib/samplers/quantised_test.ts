import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { energies, energy, isingModel, quantiseModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { exactEnumeration } from "./exact_enumeration.ts";
import { greedyDescent } from "./greedy_descent.ts";
import { portfolio } from "./portfolio.ts";
import { quantised } from "./quantised.ts";
import { sampleSetFromBytes, sampleSetToBytes } from "./sample_set_binary.ts";
import { samplerFromOrigin } from "./sampler_from_origin.ts";
import { simulatedAnnealing } from "./simulated_annealing.ts";

// the fields decide alone once the coupling is rounded away
const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -3]]), linear: [1, -20], offset: 4 });

Deno.test("quantised() draws states of the rounded model and gives them the energies of the given one", async () => {
  const { states, story, energies: found } = await quantised(exactEnumeration(), { bits: 3 }).sample(model);
  const whole = quantiseModel(model, { bits: 3 });
  assertEquals([...states], [...(await exactEnumeration().sample(whole.model)).states]);
  assertEquals([...found], [energy(model, states)]);
  assertEquals([story.findings.step, story.findings.energyError], [whole.step, whole.energyError]);
  assertEquals(story.fingerprint, (await exactEnumeration().sample(model)).story.fingerprint);
});

Deno.test("quantised() finds the optimum where nothing is rounded, in both vartypes", async () => {
  const qubo = quboModel({ couplings: sparseCouplings(2, [[0, 1, 3]]), linear: [-2, -2] });
  for (const whole of [model, qubo]) {
    const found = await quantised(exactEnumeration(), { bits: 8 }).sample(whole);
    assertEquals(found.energies, (await exactEnumeration().sample(whole)).energies);
  }
});

Deno.test("quantised() tells every call of a portfolio as one on the given model, so that its set can be kept", async () => {
  const inside = portfolio({ samplers: [greedyDescent(), simulatedAnnealing({ numSweeps: 5 })] });
  const set = await quantised(inside, { bits: 3 }).sample(model, { seed: 1, numReads: 4 });
  const { step } = quantiseModel(model, { bits: 3 });
  assertEquals(
    set.provenance?.stories.map(({ fingerprint, findings }) => [fingerprint, findings.step]),
    Array.from({ length: 3 }, () => [set.story.fingerprint, step]),
  );
  assertEquals(sampleSetFromBytes(sampleSetToBytes(set)), set);
});

Deno.test("quantised() rounds stochastically by the seed of the call", async () => {
  const half = isingModel({ couplings: sparseCouplings(1, []), linear: [0.5] });
  const sampler = quantised(exactEnumeration(), { step: 1, rounding: "stochastic" });
  const draw = async (seed: number) => [...(await sampler.sample(half, { seed })).states].join();
  assertEquals(await draw(3), await draw(3));
  const drawn = await Promise.all(Array.from({ length: 20 }, (_, seed) => sampler.sample(half, { seed })));
  const errors = new Set(drawn.map(({ story }) => story.findings.energyError));
  assertEquals([...errors], [0.5]);
});

Deno.test("quantised() compares a target with the rows, and reports lowest energies in units of the given model", async () => {
  const seen: number[] = [];
  const sampler = quantised(simulatedAnnealing({ numSweeps: 5 }), { bits: 3 });
  const onProgress = ({ lowestEnergy }: { lowestEnergy: number }) => seen.push(lowestEnergy);
  const set = await sampler.sample(model, { seed: 1, numReads: 4, target: -16, onProgress });
  assertEquals([set.ending, set.story.ending], ["target-reached", "target-reached"]);
  assertEquals(set.energies, energies(model, set.states));
  const { step } = quantiseModel(model, { bits: 3 });
  assertEquals(Math.abs(seen.at(-1)! - Math.min(...set.energies)) <= 2 * step * 2, true);
  assertNotEquals((await sampler.sample(model, { seed: 1, target: -1e9 })).ending, "target-reached");
});

Deno.test("quantised() can be made again from its origin", async () => {
  const { origin } = quantised(exactEnumeration(), { bits: 3 });
  if (origin === undefined) throw new Error("expected an origin");
  const again = await samplerFromOrigin(structuredClone(origin));
  assertEquals((await again.sample(model)).story.findings.step, quantiseModel(model, { bits: 3 }).step);
  const odd = { bits: 3, seed: 4 };
  assertThrows(() => quantised(exactEnumeration(), odd), TypeError, "seed");
});
