import { assert, assertEquals, assertThrows } from "@std/assert";
import { energy, quantiseModel } from "../model/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { randomProblem } from "./_test_problems.ts";
import { annealedSelection } from "./annealed_selection.ts";
import { noisySelection, roundedSelection } from "./altered_couplings.ts";
import { attentionQubo } from "./attention_qubo.ts";
import { attentionEnergies } from "./energies.ts";
import { publishedWeights, selectedWeights } from "./energy_weights.ts";
import { greedySelection } from "./greedy_selection.ts";
import type { AttentionProblem } from "./types.ts";

const small = { batch: 3, heads: 2, tokens: 5, width: 3 };
// penalties between heads large enough to decide
const WEIGHTS = [selectedWeights({ k: 2, rho: 1.5 }), publishedWeights({ tokens: 5, heads: 2 })];

function takeOne(problem: AttentionProblem, b: number): AttentionProblem {
  const part = (array: Float32Array) =>
    array.slice(array.length / problem.batch * b, array.length / problem.batch * (b + 1));
  const { queries, keys, fields } = problem;
  return { ...problem, batch: 1, queries: part(queries), keys: part(keys), fields: part(fields) };
}

/** All states of a problem's variables. */
function states(n: number): Uint8Array[] {
  return Array.from({ length: 2 ** n }, (_, bits) => Uint8Array.from({ length: n }, (_, i) => bits >> i & 1));
}

for (const weights of WEIGHTS) {
  const name = weights.cardinality ? "with" : "without";
  const problem = randomProblem({ ...small, weights }, 4);

  Deno.test(`greedySelection() ends where no flip lowers the energy, ${name} a cardinality term`, () => {
    const { chosen, energies } = greedySelection().solve(problem, { seed: 1 });
    assertEquals(energies, attentionEnergies(problem, chosen));
    for (let b = 0; b < 3; b++) {
      for (let r = 0; r < 10; r++) {
        const flipped = chosen.slice();
        flipped[10 * b + r] ^= 1;
        assert(attentionEnergies(problem, flipped)[b] >= energies[b] - 1e-6);
      }
    }
  });

  Deno.test(`greedySelection() makes the flips of a descent that looks at every energy, ${name} a cardinality term`, () => {
    for (let b = 0; b < 3; b++) {
      const one = takeOne(problem, b);
      const energyOf = (x: Uint8Array) => attentionEnergies(one, x)[0];
      let x = new Uint8Array(10);
      for (;;) {
        const flips = Array.from({ length: 10 }, (_, r) => x.map((bit, s) => s === r ? 1 - bit : bit));
        const best = flips.reduce((a, c) => energyOf(c) < energyOf(a) ? c : a);
        if (energyOf(best) >= energyOf(x) - 1e-9) break;
        x = best;
      }
      assertEquals(greedySelection().solve(one, { seed: 1 }).chosen, x);
    }
  });

  Deno.test(`roundedSelection() finds the optimum of what quantiseModel() makes of the QUBO, ${name} a cardinality term`, () => {
    for (const bits of [3, 4, 8]) {
      const { chosen, energies } = roundedSelection({ bits }).solve(problem, { seed: 1, replicas: 50, sweeps: 50 });
      assertEquals(energies, attentionEnergies(problem, chosen));
      for (let b = 0; b < 3; b++) {
        const { model } = quantiseModel(attentionQubo(problem, b), { bits });
        const lowest = Math.min(...states(10).map((x) => energy(model, x)));
        // float32 keeps multiples of a step to 1e-6 of the largest coefficient
        assertClose(energy(model, chosen.slice(10 * b, 10 * b + 10)), lowest, { rtol: 1e-9, atol: 1e-9 });
      }
    }
  });

  Deno.test(`noisySelection() without noise chooses what annealing the same dense couplings chooses, ${name} a cardinality term`, () => {
    const options = { seed: 3, replicas: 20, sweeps: 50 };
    const exact = annealedSelection().solve(problem, options);
    assertClose(noisySelection({ noise: 0 }).solve(problem, options).energies, exact.energies, {
      rtol: 1e-5,
      atol: 1e-5,
    });
  });
}

Deno.test("noisySelection() costs energy by its noise, the same for a shard as for the whole batch", () => {
  const problem = randomProblem({
    batch: 40,
    heads: 2,
    tokens: 12,
    width: 4,
    weights: publishedWeights({ tokens: 12, heads: 2 }),
  }, 8);
  const mean = (noise: number) =>
    noisySelection({ noise }).solve(problem, { seed: 1 }).energies.reduce((sum, value) => sum + value, 0) / 40;
  const means = [0, 0.3, 1, 3].map(mean);
  assertEquals(means.toSorted((a, b) => a - b), means);
  const whole = noisySelection({ noise: 1 }).solve(problem, { seed: 1 }).chosen;
  const shard = noisySelection({ noise: 1 }).solve(takeOne(problem, 7), { seed: 1, firstStream: 7 }).chosen;
  assertEquals(shard, whole.slice(7 * 24, 8 * 24));
});

Deno.test("noisySelection() and roundedSelection() refuse noise, seeds and bits out of range", () => {
  for (const noise of [-1, NaN, Infinity]) assertThrows(() => noisySelection({ noise }), RangeError, "noise must be");
  assertThrows(() => noisySelection({ noise: 1, seed: -1 }), RangeError);
  for (const bits of [1, 25, 4.5]) assertThrows(() => roundedSelection({ bits }), RangeError, "bits must be");
});
