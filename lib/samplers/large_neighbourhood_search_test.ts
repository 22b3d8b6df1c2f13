import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { energies, energy, type Model } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { allStates, assertClose, bruteForceMinimum, samplerConformance } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { PieceChooser } from "./_piece_choice.ts";
import { PieceState } from "./_piece_state.ts";
import { gsetModel } from "./_test_gset.ts";
import {
  exactEnumeration,
  greedyDescent,
  largeNeighbourhoodSearch,
  randomSampler,
  type SampleOptions,
  type Sampler,
  simulatedAnnealing,
  tabuSearch,
} from "./mod.ts";

const SUITES = [
  {
    name: "largeNeighbourhoodSearch()",
    laws: samplerConformance(() => largeNeighbourhoodSearch({ numRounds: 3 }), {
      qualityReads: 20,
      longRead: () => largeNeighbourhoodSearch({ numRounds: 1e9, size: 13 }),
    }),
  },
  {
    name: "largeNeighbourhoodSearch({ size: 4, sampler: exactEnumeration() })",
    laws: samplerConformance(
      () => largeNeighbourhoodSearch({ size: 4, numRounds: 10, stallRounds: 5, sampler: exactEnumeration() }),
      { qualityReads: 20 },
    ),
  },
];
for (const { name, laws } of SUITES) for (const law of laws) Deno.test(`${name} ${law.name}`, () => law.run());

const stateOf = (model: Model, rng: Rng) =>
  Int8Array.from({ length: model.n }, () => rng.integer(2) === 1 ? 1 : model.vartype === "ising" ? -1 : 0);

Deno.test("a piece has the energies of whole states, in every form and vartype, after any number of steps", () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(9, 5, kind)) {
      const rng = new Rng(3);
      const state = new PieceState(model, stateOf(model, rng));
      const chooser = new PieceChooser(model, 4);
      for (let step = 0; step < 70; step++) {
        const indices = chooser.choose((["random", "connected", "impactful"] as const)[step % 3], state, rng);
        assertEquals([...indices], [...new Set(indices)].sort((a, b) => a - b));
        assertEquals(indices.length, 4);
        const piece = state.piece(indices);
        assertEquals([piece.couplings.form, piece.vartype], [model.couplings.form, model.vartype], name);
        let last: Int8Array = new Int8Array();
        for (const values of allStates(4, model.vartype)) {
          const whole = state.values.slice();
          indices.forEach((i, k) => whole[i] = values[k]);
          assertClose(energy(piece, values), energy(model, whole), { rtol: 1e-11, atol: 1e-11 });
          if (rng.integer(3) === 0) last = Int8Array.from(values);
        }
        if (last.length === 4) state.set(indices, last, energy(piece, last));
        assertClose(state.energy, energy(model, state.values), { rtol: 1e-11, atol: 1e-11 });
      }
    }
  }
});

Deno.test("an impactful piece takes cheap flips more often, a connected one hangs together", () => {
  const [{ model }] = exampleModels(40, 7, "normal").filter(({ model }) => model.couplings.form === "dense");
  const rng = new Rng(1);
  const state = new PieceState(model, stateOf(model, rng));
  const costs = new Float64Array(40);
  state.flipCosts(costs);
  const cheapest = [...costs.keys()].sort((a, b) => costs[a] - costs[b]).slice(0, 10);
  const counts = new Uint32Array(40);
  const chooser = new PieceChooser(model, 10);
  for (let k = 0; k < 200; k++) chooser.choose("impactful", state, rng).forEach((i) => counts[i]++);
  const share = cheapest.reduce((sum, i) => sum + counts[i], 0) / 2000;
  assert(share > 0.5, `ten of forty are a quarter at random, they were ${share}`);
});

Deno.test("largeNeighbourhoodSearch() never takes a worse piece, and gives the lowest state of a read", async () => {
  const [{ model }] = exampleModels(30, 3, "normal");
  const descent = await greedyDescent().sample(model, { seed: 4 });
  // a sampler that knows nothing cannot make a descended state worse
  const set = await largeNeighbourhoodSearch({ sampler: randomSampler(), size: 9, numRounds: 200, stallRounds: 300 })
    .sample(model, { seed: 4, initialStates: descent.states });
  assert(set.energies[0] <= descent.energies[0]);
  assertEquals(set.energies, energies(model, set.states));
});

Deno.test("largeNeighbourhoodSearch() goes from piece to piece without ever going up", async () => {
  const [{ model }] = exampleModels(30, 3, "normal");
  const states: number[] = [];
  const sampler: Sampler = {
    name: "careless",
    sample(piece, { initialStates = new Int8Array(), ...options } = {}) {
      states.push(energy(piece, initialStates));
      return randomSampler().sample(piece, options);
    },
  };
  const search = largeNeighbourhoodSearch({ sampler, size: 3, numRounds: 100, stallRounds: 101, warmStart: true });
  await search.sample(model, { seed: 4 });
  assert(states.length === 100 && states.every((value, k) => k === 0 || value <= states[k - 1] + 1e-9));
});

Deno.test("largeNeighbourhoodSearch() solves twelve variables in pieces of five, where their exact solutions lead", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1000 }), async (seed) => {
      for (const { model } of exampleModels(12, seed, "normal").slice(0, 2)) {
        const sampler = largeNeighbourhoodSearch({
          sampler: exactEnumeration(),
          size: 5,
          numRounds: 600,
          stallRounds: 10,
        });
        const { energies: [found] } = await sampler.sample(model, { seed });
        assertClose(found, bruteForceMinimum(model).energy, { rtol: 1e-9, atol: 1e-9 });
      }
    }),
    { numRuns: 4, seed: 1 },
  );
});

/** A sampler that keeps what it was asked, and fails when told to. */
function watched(fails: (call: number) => boolean = () => false) {
  const calls: { model: Model; options: SampleOptions }[] = [];
  const sampler: Sampler = {
    name: "watched",
    sample(model, options = {}) {
      calls.push({ model, options });
      if (fails(calls.length)) return Promise.reject(new RangeError("out of order"));
      return tabuSearch({ numRounds: 1 }).sample(model, options);
    },
  };
  return { sampler, calls };
}

Deno.test("largeNeighbourhoodSearch() asks for pieces of its size, each with a seed of its own, and counts them", async () => {
  const [{ model }] = exampleModels(60, 3, "integer");
  const { sampler, calls } = watched();
  const search = largeNeighbourhoodSearch({ sampler, size: 20, numRounds: 12, pieceReads: 3, warmStart: true });
  const { story } = await search.sample(model, { seed: 4, target: -1e9 });
  assertEquals(calls.length, 12);
  for (const { model: piece, options } of calls) {
    assertEquals([piece.n, options.numReads, options.target, options.initialStates?.length], [
      20,
      3,
      -1e9 - model.offset,
      20,
    ]);
  }
  assertEquals(new Set(calls.map(({ options }) => options.seed)).size, 12);
  assertEquals([story.findings.pieces, story.options.sampler, story.options.size], [12, "watched", 20]);
});

Deno.test("largeNeighbourhoodSearch() goes on from a shaken state where it stalls, and keeps the lowest", async () => {
  const [{ model }] = exampleModels(16, 3, "normal");
  const set = await largeNeighbourhoodSearch({ size: 8, numRounds: 200, stallRounds: 4 }).sample(model, { seed: 2 });
  assert(Number(set.story.findings.restarts) > 5);
  assertClose(set.energies[0], bruteForceMinimum(model).energy, { rtol: 1e-9, atol: 1e-9 });
});

Deno.test("largeNeighbourhoodSearch() keeps what it has when the machine fails, and rejects when there is nothing", async () => {
  const [{ model }] = exampleModels(30, 3, "normal");
  const late = largeNeighbourhoodSearch({ sampler: watched((call) => call > 5).sampler, size: 10 });
  const set = await late.sample(model, { seed: 1, numReads: 3 });
  assertEquals([set.ending, set.energies.length, set.story.completedReads], ["machine-failed", 1, 0]);
  assertEquals([set.story.findings.failure, set.story.findings.pieces], ["out of order", 5]);
  const first = largeNeighbourhoodSearch({ sampler: watched(() => true).sampler, size: 10 });
  await assertRejects(() => first.sample(model, { seed: 1 }), RangeError, "out of order");
});

Deno.test("largeNeighbourhoodSearch() of a read can be stopped and gone on with", async () => {
  const [{ model }] = exampleModels(60, 3, "normal");
  const search = largeNeighbourhoodSearch({ size: 20, numRounds: 1e9 });
  const controller = new AbortController();
  let pieces = 0;
  const stopped = await search.sample(model, {
    seed: 1,
    signal: controller.signal,
    onProgress: () => ++pieces > 2 && controller.abort(),
  });
  assertEquals([stopped.ending, stopped.energies.length], ["interrupted", 1]);
  const on = await largeNeighbourhoodSearch({ size: 20, numRounds: 5 })
    .sample(model, { seed: 2, initialStates: stopped.states });
  assert(on.energies[0] <= stopped.energies[0]);
});

Deno.test("largeNeighbourhoodSearch() has an origin if the sampler inside has one", () => {
  const { origin } = largeNeighbourhoodSearch({ sampler: simulatedAnnealing({ numSweeps: 3 }), size: 7 });
  assertEquals(origin?.name, "largeNeighbourhoodSearchFrom");
  assertEquals(largeNeighbourhoodSearch({ sampler: watched().sampler }).origin, undefined);
  assertEquals(largeNeighbourhoodSearch({ size: 7 }).origin?.options, { size: 7 });
});

Deno.test("largeNeighbourhoodSearch() refuses options that are none", () => {
  assertThrows(() => largeNeighbourhoodSearch({ size: 0 }), RangeError, "size");
  assertThrows(() => largeNeighbourhoodSearch({ numRounds: 1.5 }), RangeError, "numRounds");
  const wrong: Record<string, unknown>[] = [{ pieces: 3 }, { choice: "best" }, { sampler: {} }, { warmStart: 1 }];
  for (const options of wrong) {
    assertThrows(() => largeNeighbourhoodSearch(options), TypeError, Object.keys(options)[0]);
  }
});

Deno.test("largeNeighbourhoodSearch() is within 1 % of the best cut of a graph of 800 in pieces of 400", async () => {
  const graph = await gsetModel("G1");
  if (graph === undefined) return;
  const sampler = tabuSearch({ numRounds: 2 });
  const search = largeNeighbourhoodSearch({ size: 400, numRounds: 100, sampler, choice: "impactful", warmStart: true });
  const { energies: [found] } = await search.sample(graph.model, { seed: 1 });
  assert(graph.cutOf(found) >= 0.99 * 11624, `${graph.cutOf(found)}`);
});
