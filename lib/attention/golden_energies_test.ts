import { assert, assertEquals } from "@std/assert";
import { loadVector, qamaForwardTwin, V2_VECTORS, type V2Vector, type VectorLayerNorm } from "../testing/mod.ts";
import { annealedSelection } from "./annealed_selection.ts";
import { attentionEnergies } from "./energies.ts";
import { publishedWeights } from "./energy_weights.ts";
import type { AttentionProblem } from "./types.ts";

// of float32, from the definition of the vectors: of max(|E|, 1)
const TOLERANCE = 2e-5;

for (const name of V2_VECTORS) {
  Deno.test(`attentionEnergies() of float32 heads gives the energy of every assignment of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const problem = problemOf(vector);
    for (const { x, energy } of vector.assignments) {
      const energies = attentionEnergies(problem, Uint8Array.from(x.data));
      energies.forEach((value, b) => assert(near(value, energy[b], TOLERANCE), `${value} for ${energy[b]}`));
    }
  });

  // 392 and 64 variables cannot be enumerated
  if (name === "v2_image" || name === "v2_text") continue;

  Deno.test(`annealedSelection() reaches the exact minimum of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const minimum = vector.minimum;
    assert(minimum !== undefined);
    for (const form of ["dense", "factored"] as const) {
      const { chosen, energies } = annealedSelection({ form }).solve(problemOf(vector), {
        seed: 1,
        sweeps: 50,
        replicas: 6,
      });
      const size = vector.shapes.H * vector.shapes.N;
      energies.forEach((energy, b) => {
        const { energy: lowest, all, count } = minimum[b];
        assert(near(energy, lowest, TOLERANCE), `${form}: ${energy}, the minimum is ${lowest}`);
        if (all === undefined) return;
        assertEquals(all.length, count);
        const x = [...chosen.subarray(b * size, (b + 1) * size)];
        assert(all.some((minimiser) => String(minimiser) === String(x)), `${x} is no minimiser`);
      });
    }
  });
}

for (const name of ["v2_image", "v2_text"] as const) {
  Deno.test(`annealedSelection() is within 0.2 % of the best known energy of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const best = vector.assignments.find((assignment) => assignment.name === "bestKnown")?.energy;
    assert(best !== undefined);
    const { energies } = annealedSelection().solve(problemOf(vector), { seed: 1, sweeps: 50, replicas: 8 });
    energies.forEach((energy, b) => assert(energy <= 0.998 * best[b], `${energy}, the best known is ${best[b]}`));
  });
}

function near(actual: number, expected: number, tolerance: number): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(Math.abs(expected), 1);
}

/** Heads and fields of a vector, computed in float64 and rounded to float32. */
function problemOf(vector: V2Vector): AttentionProblem {
  const { shapes: { B, N, D, H, d }, inputs, weights, coefficients: { cJ, ch, cP } } = vector;
  const input = (letter: "Q" | "K" | "V") => {
    const tensor = inputs[`X${letter}`] ?? inputs.X;
    assert(tensor !== undefined);
    return tensor.data;
  };
  const norm = ({ gamma, beta }: VectorLayerNorm) => ({ gamma: gamma.data, beta: beta.data });
  const { q, k, h } = qamaForwardTwin({
    ...{ shape: { batch: B, heads: H, tokens: N, modelWidth: D }, XQ: input("Q"), XK: input("K"), XV: input("V") },
    ...{ Wq: weights.Wq.data, Wk: weights.Wk.data, Wv: weights.Wv.data, e: weights.e.data },
    ...{ lnQ: norm(weights.lnQ), lnK: norm(weights.lnK), lnV: norm(weights.lnV) },
  });
  const [queries, keys, fields] = [q, k, h].map((values) => Float32Array.from(values));
  const sizes = { batch: B, heads: H, tokens: N, width: d };
  return { ...sizes, queries, keys, fields, weights: publishedWeights({ tokens: N, heads: H, cJ, ch, cP }) };
}
