import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { solverFrom } from "../../attention/mod.ts";
import { energies, isingModel, quboFromIsing, sparseCouplings } from "../../model/mod.ts";
import { exactEnumeration, type Sampler, simulatedAnnealing } from "../../samplers/mod.ts";
import { bruteForceMinimum, samplerConformance } from "../../testing/mod.ts";
import {
  embedded,
  embeddedFrom,
  findEmbedding,
  kingGraph,
  type MachineLimits,
  pegasusGraph,
  topologyOf,
} from "../mod.ts";
import { cliqueModel, randomModel } from "./_test_models.ts";

const KING = { kind: "king", width: 30, height: 30 } as const;

for (
  const law of samplerConformance(
    () => embedded(simulatedAnnealing({ numSweeps: 200 }), { topology: KING, chainStrength: "bound" }),
    { maxReads: 3000 },
  )
) Deno.test(`embedded() ${law.name}`, () => law.run());

/** A sampler that keeps what it was given, and says what it can take. */
function machine(limits: Partial<MachineLimits>, inside: Sampler = simulatedAnnealing({ numSweeps: 300 })) {
  const given: Parameters<Sampler["sample"]>[] = [];
  const sampler: Sampler & { limits: Partial<MachineLimits> } = {
    name: "machine",
    limits,
    sample(...call) {
      given.push(call);
      return inside.sample(...call);
    },
  };
  return { sampler, given };
}

Deno.test("embedded() finds the optimum of cliques on Pegasus, and its rows have the energies of the model", async () => {
  const topology = topologyOf(pegasusGraph(4));
  const model = randomModel(12, 1, 4);
  const sampler = embedded(machine({ topology }).sampler, { chainStrength: "bound" });
  for (const given of [model, quboFromIsing(model)]) {
    const set = await sampler.sample(given, { numReads: 20, seed: 1 });
    assertEquals(set.energies, energies(given, set.states));
    assertEquals(Math.min(...set.energies).toFixed(9), bruteForceMinimum(model).energy.toFixed(9));
    const { findings } = set.story;
    assertEquals([findings.graph, set.story.sampler], ["pegasus 4", "embedded machine"]);
    assert(findings.longestChain === 3 && findings.qubits as number > 12);
  }
});

Deno.test("embedded() gives a model that is the machine's own as it is, and one without limits through", async () => {
  const edges: [number, number, number][] = [[0, 1, 1], [1, 2, -2], [0, 3, 0.5]];
  const model = isingModel({ couplings: sparseCouplings(6, edges), linear: [1, 0, 0, 0, 0, -3] });
  const native = machine({ topology: { kind: "king", width: 3, height: 2 } });
  const set = await embedded(native.sampler).sample(model, { seed: 3 });
  assertEquals(native.given[0][0], model);
  assertEquals([set.story.findings.longestChain, set.story.findings.brokenChains], [1, 0]);
  const complete = machine({ topology: { kind: "complete" } });
  await embedded(complete.sampler).sample(model, { seed: 3 });
  assert(complete.given[0][0] === model);
});

Deno.test("embedded() asks a machine of whole numbers for whole numbers within its range", async () => {
  const { sampler, given } = machine({ topology: KING, precision: { kind: "integer", min: -7, max: 7 } });
  await embedded(sampler, { chainStrength: 30 }).sample(randomModel(9, 1, 2, true), { seed: 1 });
  const { couplings, linear } = given[0][0];
  assert(couplings.form === "sparse" && [...couplings.values, ...linear].every((value) => Number.isInteger(value)));
  assertEquals(Math.min(...couplings.values), -7);
});

Deno.test("embedded() embeds once for models with the same couplings", async () => {
  const { sampler, given } = machine({ topology: topologyOf(kingGraph(8, 8)) });
  const fitted = embedded(sampler, { search: { seed: 1 } });
  const [one, other] = [cliqueModel(5), quboFromIsing(cliqueModel(5))];
  await fitted.sample(one, { seed: 1 });
  await fitted.sample(other, { seed: 1 });
  const columns = given.map(([{ couplings }]) => couplings.form === "sparse" ? couplings.columns : []);
  assertEquals(columns[0], columns[1]);
});

Deno.test("embedded() tells how many chains were broken, and each repair keeps or leaves out their reads", async () => {
  const model = cliqueModel(12);
  for (const repair of ["majority", "minimiseEnergy", "discard"] as const) {
    const sampler = embedded(simulatedAnnealing({ numSweeps: 20 }), { topology: KING, chainStrength: 0.5, repair });
    const { energies: own, story } = await sampler.sample(model, { numReads: 30, seed: 1 });
    const { brokenChains, brokenReads, discardedReads } = story.findings as Record<string, number>;
    assert(brokenChains > 0 && brokenChains < 1 && brokenReads > 0);
    assertEquals(discardedReads, repair === "discard" ? brokenReads : 0);
    assertEquals(own.length, 30 - discardedReads);
  }
});

Deno.test("embedded() asks again when the target was met with broken chains only", async () => {
  const model = cliqueModel(10);
  const { sampler, given } = machine({ topology: KING }, simulatedAnnealing({ numSweeps: 50 }));
  const target = bruteForceMinimum(model).energy;
  const set = await embedded(sampler, { chainStrength: 0.4 }).sample(model, { numReads: 400, seed: 1, target });
  assert(given.length > 1, "a weak chain meets the target first");
  const reached = set.energies.findIndex((energy) => energy <= target);
  assertEquals(reached >= 0 ? [set.ending, reached] : [set.ending, -1], [
    reached >= 0 ? "target-reached" : "completed",
    reached >= 0 ? set.energies.length - 1 : -1,
  ]);
});

Deno.test("embedded().sampleAll() is sample() of each, through the machine's own where it has one", async () => {
  const models = [cliqueModel(4), quboFromIsing(randomModel(6, 1, 3)), cliqueModel(0)];
  const seeds = [5, 6, 7];
  const plain = embedded(exactEnumeration(), {
    topology: { kind: "king", width: 4, height: 3 },
    chainStrength: "bound",
  });
  const few = [models[0], models[2]];
  const sets = await plain.sampleAll(few, { seeds: [5, 7] });
  for (const [k, model] of few.entries()) {
    assertEquals(sets[k].states, (await plain.sample(model, { seed: [5, 7][k] })).states);
  }
  const annealer = simulatedAnnealing();
  const batches: number[] = [];
  const batched: Sampler = {
    ...annealer,
    sampleAll(list, { seeds: own, ...rest } = {}) {
      batches.push(list.length);
      return Promise.all(list.map((model, k) => annealer.sample(model, { ...rest, ...(own && { seed: own[k] }) })));
    },
  };
  const fitted = embedded(batched, { topology: KING });
  const all = await fitted.sampleAll(models, { seeds, numReads: 2 });
  assertEquals(batches, [3]);
  for (const [k, model] of models.entries()) {
    const one = await fitted.sample(model, { seed: seeds[k], numReads: 2 });
    assertEquals([all[k].states, all[k].energies], [one.states, one.energies]);
  }
  await assertRejects(() => fitted.sampleAll(models, { seeds: [1] }), TypeError, "1 seeds");
});

Deno.test("embedded() works behind a layer's solver, in a thread of its own", () => {
  using solver = solverFrom(embedded(simulatedAnnealing(), { topology: KING, chainStrength: "bound" }), {
    numReads: 4,
  });
  const [queries, keys, fields] = [[1, -1, 0.5], [0.3, 1, -1], [0.2, -1, 1]].map((row) => Float32Array.from(row));
  const weights = { coupling: 1, field: 1, overlap: 0 };
  const problem = { batch: 1, heads: 1, tokens: 3, width: 1, queries, keys, fields, weights };
  using exact = solverFrom(exactEnumeration());
  assertEquals(solver.solve(problem, { seed: 1 }).energies, exact.solve(problem, { seed: 1 }).energies);
});

Deno.test("embedded() stopped before there are chains gives a set of no rows", async () => {
  const sampler = embedded(simulatedAnnealing(), { topology: KING, search: { method: "search" } });
  const set = await sampler.sample(cliqueModel(20), { signal: AbortSignal.abort() });
  assertEquals([set.energies.length, set.ending, set.story.ending], [0, "interrupted", "interrupted"]);
  const late = await sampler.sample(cliqueModel(25), { timeLimitMs: 1 });
  assertEquals([late.energies.length, late.ending], [0, "timed-out"]);
});

Deno.test("embedded() says what does not fit, and refuses what it cannot do", async () => {
  const topology = { kind: "king", width: 5, height: 5 } as const;
  const sampler = embedded(simulatedAnnealing(), { topology });
  await assertRejects(() => sampler.sample(cliqueModel(30)), RangeError, "at least 150 qubits, king 5 x 5 has 25");
  await assertRejects(
    () => embedded(simulatedAnnealing()).sample(cliqueModel(3)),
    TypeError,
    "give the option topology",
  );
  const initialStates = new Int8Array(3).fill(1);
  await assertRejects(() => sampler.sample(cliqueModel(3), { initialStates }), TypeError, "leave initialStates out");
  const wrong: Record<string, unknown> = { strength: 1 };
  assertThrows(() => embedded(simulatedAnnealing(), wrong), TypeError, "strength");
  const { origin } = simulatedAnnealing();
  assert(origin !== undefined);
  assertEquals(embeddedFrom({ sampler: origin, topology }).name, sampler.name);
});

Deno.test("findEmbedding() takes the pattern or the search as it is told, and the pattern where a search fails", async () => {
  const model = randomModel(20, 0.15, 3);
  const topology = topologyOf(pegasusGraph(4));
  const qubits = async (method: "clique" | "search") => {
    const found = await findEmbedding(model, topology, { method, seed: 1 });
    return found?.chains.reduce((sum, chain) => sum + chain.length, 0) ?? 0;
  };
  assert(await qubits("search") < await qubits("clique"));
  const once = { seed: 1, numTries: 1, numRounds: 1, timeLimitMs: 1e-3 };
  assertEquals(
    (await findEmbedding(model, topology, once))?.chains,
    (await findEmbedding(model, topology, { method: "clique" }))?.chains,
  );
  await assertRejects(
    () => findEmbedding(model, topology, { ...once, method: "search" }),
    RangeError,
    "found no chains",
  );
  await assertRejects(() => findEmbedding(cliqueModel(30), topology, { method: "clique" }), RangeError, "room for 28");
  assertEquals(await findEmbedding(model, { kind: "complete" }), undefined);
});
