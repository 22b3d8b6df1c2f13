import { assertEquals, assertThrows } from "@std/assert";
import { energy } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose, attentionEnergyTwin, attentionQuboTwin, couplingsTwin } from "../testing/mod.ts";
import { randomProblem } from "./_test_problems.ts";
import { attentionQubo } from "./attention_qubo.ts";
import { attentionEnergies } from "./energies.ts";
import { publishedWeights, selectedWeights } from "./energy_weights.ts";
import type { AttentionProblem } from "./types.ts";

const EVERY_TERM = { coupling: 0.7, field: 1.3, overlap: 0.9, cardinality: { k: 2, weight: 0.4 } };
const TOLERANCE = { rtol: 1e-12, atol: 1e-12 };

Deno.test("attentionEnergies() is the twin's energy in all 2^9 states of three heads, every term on", () => {
  const problem = randomProblem({ batch: 512, heads: 3, tokens: 3, width: 2, weights: EVERY_TERM }, 3);
  const states = Uint8Array.from({ length: 512 * 9 }, (_, at) => (Math.floor(at / 9) >> (at % 9)) & 1);
  assertClose(attentionEnergies(problem, states), twinEnergies(problem, states), TOLERANCE);
});

Deno.test("attentionEnergies() is the twin's energy for the published and the selected weights, one head and many", () => {
  for (const heads of [1, 2, 5]) {
    for (const weights of [publishedWeights({ tokens: 11, heads }), selectedWeights({ k: 3 })]) {
      const problem = randomProblem({ batch: 4, heads, tokens: 11, width: 3, weights }, heads);
      const rng = new Rng(9, heads);
      const chosen = Uint8Array.from({ length: 4 * heads * 11 }, () => rng.integer(2));
      assertClose(attentionEnergies(problem, chosen), twinEnergies(problem, chosen), TOLERANCE);
    }
  }
});

Deno.test("attentionQubo() has the energies of attentionEnergies() in all 2^8 states, offset included", () => {
  const sizes = { batch: 2, heads: 2, tokens: 4, width: 3 };
  for (const weights of [EVERY_TERM, publishedWeights(sizes)]) {
    const problem = randomProblem({ ...sizes, weights }, 4);
    const qubos = [attentionQubo(problem, 0), attentionQubo(problem, 1)];
    for (let state = 0; state < 256; state++) {
      const x = Uint8Array.from({ length: 8 }, (_, r) => (state >> r) & 1);
      const expected = attentionEnergies(problem, Uint8Array.of(...x, ...x));
      assertClose(qubos.map((qubo) => energy(qubo, x)), expected, TOLERANCE);
    }
  }
});

Deno.test("attentionQubo() is the twin's matrix: diagonal in linear, off-diagonal entries counted twice", () => {
  const problem = randomProblem({ batch: 1, heads: 3, tokens: 3, width: 2, weights: EVERY_TERM }, 5);
  const { couplings, linear, offset } = attentionQubo(problem, 0);
  const { Q, offset: expectedOffset } = attentionQuboTwin(...hamiltonian(problem), problem.weights, problem);
  assertClose(offset, expectedOffset, TOLERANCE);
  assertEquals(couplings.form, "dense");
  if (couplings.form !== "dense") return;
  const symmetric = couplings.values.map((pair, at) => at % 10 === 0 ? linear[at / 10] : pair / 2);
  assertClose(symmetric, Q, TOLERANCE);
});

Deno.test("attentionQubo() refuses a problem that is not in the batch", () => {
  const problem = randomProblem({ batch: 2, heads: 1, tokens: 2, width: 1, weights: EVERY_TERM }, 6);
  assertThrows(() => attentionQubo(problem, 2), RangeError, "b must be an integer from 0 to 1, got 2");
});

function hamiltonian(problem: AttentionProblem): [J: Float64Array, h: Float64Array] {
  const { J } = couplingsTwin(Float64Array.from(problem.queries), Float64Array.from(problem.keys), problem);
  return [J, Float64Array.from(problem.fields)];
}

function twinEnergies(problem: AttentionProblem, chosen: Uint8Array): Float64Array {
  return attentionEnergyTwin(...hamiltonian(problem), chosen, problem.weights, problem);
}
