import { assert, assertEquals, assertThrows } from "@std/assert";
import { attentionEnergyTwin, couplingsTwin } from "../testing/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { randomProblem } from "./_test_problems.ts";
import { boltzmannSelection } from "./boltzmann_selection.ts";
import { enumerateEnergies } from "./enumerate_energies.ts";
import { exactSelection } from "./exact_selection.ts";
import { attentionEnergies } from "./energies.ts";
import type { AttentionSolver } from "./types.ts";

const SHAPE = { batch: 2, heads: 2, tokens: 3 };
const weights = { coupling: 0.8, field: 1.3, overlap: 0.4, cardinality: { k: 1, weight: 0.3 } };
const problem = randomProblem({ ...SHAPE, width: 2, weights }, 4);
const BETA = 0.7;

Deno.test("enumerateEnergies() gives the energy of its definition in all states of every problem", () => {
  const { J } = couplingsTwin(Float64Array.from(problem.queries), Float64Array.from(problem.keys), SHAPE);
  const all = [0, 1].map((b) => enumerateEnergies(problem, b));
  for (let state = 0; state < 64; state++) {
    const x = Array.from({ length: 12 }, (_, r) => (state >> (r % 6)) & 1);
    const expected = attentionEnergyTwin(J, Float64Array.from(problem.fields), x, weights, SHAPE);
    assertClose(all.map((energies) => energies[state]), [...expected], { rtol: 1e-12, atol: 1e-12 });
  }
  assertThrows(() => enumerateEnergies(problem, 2), RangeError, "b must be an integer from 0 to 1, got 2");
});

Deno.test("exactSelection() finds the minimum", () => {
  const { chosen, energies } = exactSelection().solve(problem, { seed: 1 });
  for (const b of [0, 1]) {
    assertClose(energies[b], Math.min(...enumerateEnergies(problem, b)), { rtol: 1e-12, atol: 0 });
  }
  assertClose([...attentionEnergies(problem, chosen)], [...energies], { rtol: 0, atol: 0 });
});

/** Largest |z| of the counts of 64 states over `count` streams, against `exp(-beta E) / Z`. */
function largestZ(solver: AttentionSolver, count: number, b: number): number {
  const seen = new Float64Array(64);
  for (let seed = 0; seed < count; seed++) {
    const { chosen } = solver.solve(problem, { seed, firstStream: 3 });
    let state = 0;
    for (let r = 0; r < 6; r++) state += chosen[b * 6 + r] << r;
    seen[state]++;
  }
  const shares = enumerateEnergies(problem, b).map((energy) => Math.exp(-BETA * energy));
  const sum = shares.reduce((total, share) => total + share, 0);
  // a count is binomial: n p +- sqrt(n p (1 - p))
  return Math.max(...seen.map((times, state) => {
    const p = shares[state] / sum;
    return Math.abs(times - count * p) / Math.sqrt(count * p * (1 - p));
  }));
}

// 64 counts, mostly of some hundreds, so that 4.5 sigma is seen by chance with p = 0.0005; the seeds are fixed
for (
  const [name, solver] of Object.entries({
    exactSelection: exactSelection({ beta: BETA }),
    boltzmannSelection: boltzmannSelection({ beta: BETA, sweeps: 30 }),
  })
) {
  Deno.test(`${name}() draws states as often as the Boltzmann distribution says`, () => {
    for (const b of [0, 1]) assert(largestZ(solver, 20_000, b) < 4.5);
  });
}

Deno.test("boltzmannSelection() draws problem b from stream firstStream + b, whatever the batch", () => {
  const half = (array: Float32Array) => array.subarray(array.length / 2);
  const { queries, keys, fields } = problem;
  const second = { ...problem, batch: 1, queries: half(queries), keys: half(keys), fields: half(fields) };
  const solver = boltzmannSelection({ beta: 1 });
  const all = solver.solve(problem, { seed: 7, firstStream: 4, replicas: 3 });
  assertEquals(all.chosen.subarray(6), solver.solve(second, { seed: 7, firstStream: 5, replicas: 3 }).chosen);
});

Deno.test("boltzmannSelection() and exactSelection() refuse what they cannot use", () => {
  assertThrows(() => boltzmannSelection({ beta: Infinity }), RangeError, "beta must be a finite number of 0 or more");
  assertThrows(() => boltzmannSelection({ beta: 1, sweeps: -1 }), RangeError, "sweeps must be");
  assertThrows(() => exactSelection({ beta: -1 }), RangeError, "beta must be 0 or more, got -1");
  const large = randomProblem({ batch: 1, heads: 3, tokens: 7, width: 1, weights }, 1);
  assertThrows(() => exactSelection().solve(large, { seed: 1 }), RangeError, "at most 20 variables");
});
