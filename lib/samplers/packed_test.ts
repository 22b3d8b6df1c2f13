import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { energies, isingModel, type Model, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { exactEnumeration } from "./exact_enumeration.ts";
import { greedyDescent } from "./greedy_descent.ts";
import { packed } from "./packed.ts";
import { portfolio } from "./portfolio.ts";
import { sampleSetFromBytes, sampleSetToBytes } from "./sample_set_binary.ts";
import { samplerFromOrigin } from "./sampler_from_origin.ts";
import { simulatedAnnealing } from "./simulated_annealing.ts";
import type { Sampler } from "./types.ts";

function chain(n: number, seed: number) {
  const rng = new Rng(seed, 0);
  const pairs = Array.from({ length: n - 1 }, (_, i): [number, number, number] => [i, i + 1, rng.uniform() - 0.5]);
  return isingModel({
    couplings: sparseCouplings(n, pairs),
    linear: Array.from({ length: n }, () => rng.uniform() - 0.5),
  });
}

/** The same sampler, which writes down what it is asked. */
function watched(sampler: Sampler) {
  const calls: { n: number; seed: number | undefined }[] = [];
  const sample = (model: Model, options = {}) => {
    calls.push({ n: model.n, seed: (options as { seed?: number }).seed });
    return sampler.sample(model, options);
  };
  return { calls, sampler: { name: sampler.name, sample } };
}

Deno.test("packed() finds the optimum of every model, in as few calls as they fit into, in their order", async () => {
  const models = [3, 4, 2, 6, 5].map((n, k) => chain(n, k));
  const { calls, sampler } = watched(exactEnumeration());
  const sets = await packed(sampler, { variables: 9 }).sampleAll(models, { seeds: [10, 11, 12, 13, 14] });
  assertEquals(calls, [{ n: 9, seed: 10 }, { n: 6, seed: 13 }, { n: 5, seed: 14 }]);
  for (const [k, model] of models.entries()) {
    const alone = await exactEnumeration().sample(model);
    assertEquals(sets[k].states, alone.states);
    assertEquals(sets[k].energies, energies(model, sets[k].states));
    assertEquals([sets[k].story.fingerprint, sets[k].story.variables], [alone.story.fingerprint, model.n]);
  }
});

Deno.test("packed() gives row k of each model its part of read k", async () => {
  const models = [chain(3, 1), chain(4, 2)];
  const [first, second] = await packed(simulatedAnnealing({ numSweeps: 2 }), { variables: 7 })
    .sampleAll(models, { numReads: 6, seeds: [5, 6] });
  assertEquals([first.energies.length, second.energies.length], [6, 6]);
  assertEquals(second.energies, energies(models[1], second.states));
});

Deno.test("packed() tells every call of a portfolio as one on the model, so that its set can be kept", async () => {
  const inside = portfolio({ samplers: [greedyDescent(), simulatedAnnealing({ numSweeps: 2 })] });
  const sets = await packed(inside, { variables: 7 }).sampleAll([chain(3, 1), chain(4, 2)], {
    numReads: 4,
    seeds: [5, 6],
  });
  for (const [k, set] of sets.entries()) {
    const told = set.provenance?.stories.map(({ variables, findings }) => [variables, findings.packedVariables]);
    assertEquals(told, Array.from({ length: 3 }, () => [3 + k, 7]));
    assertEquals(sampleSetFromBytes(sampleSetToBytes(set)), set);
  }
});

Deno.test("packed() sends a model that is too large alone, and never mixes vartypes", async () => {
  const bits = quboModel({ couplings: sparseCouplings(2, [[0, 1, 2]]), linear: [-1, -2] });
  const { calls, sampler } = watched(exactEnumeration());
  const sets = await packed(sampler, { variables: 4 }).sampleAll([chain(6, 0), chain(2, 1), bits, bits]);
  assertEquals(calls.map(({ n }) => n), [6, 2, 4]);
  assertEquals([...sets[3].states], [0, 1]);
});

Deno.test("packed() works on models of no variable", async () => {
  const none = isingModel({ couplings: sparseCouplings(0, []), offset: 3 });
  const sets = await packed(exactEnumeration(), { variables: 4 }).sampleAll([none, chain(2, 1), none]);
  assertEquals(sets.map(({ energies }) => energies.length), [1, 1, 1]);
  assertEquals(sets[2].energies[0], 3);
});

Deno.test("packed() can be made again from its origin, and hands single models through", async () => {
  const { origin } = packed(exactEnumeration(), { variables: 8 });
  if (origin === undefined) throw new Error("expected an origin");
  const again = await samplerFromOrigin(structuredClone(origin));
  const models = [chain(3, 1), chain(4, 2)];
  const sets = await again.sampleAll?.(models);
  assertEquals(sets?.[1].energies, (await again.sample(models[1])).energies);
  assertEquals(packed(watched(exactEnumeration()).sampler, { variables: 8 }).origin, undefined);
});

Deno.test("packed() refuses a size that is none, an unknown option, and seeds that are too few", async () => {
  assertThrows(() => packed(exactEnumeration(), { variables: 0 }), RangeError, "variables must be an integer from 1");
  const odd = { variables: 3, size: 3 };
  assertThrows(() => packed(exactEnumeration(), odd), TypeError, "size");
  const sampler = packed(exactEnumeration(), { variables: 3 });
  await assertRejects(() => sampler.sampleAll([chain(2, 1)], { seeds: [] }), TypeError, "got 0 seeds");
});
