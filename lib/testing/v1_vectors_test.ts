import { assert, assertEquals } from "@std/assert";
import { allEnergies } from "./_brute_force.ts";
import { centralDifferences } from "./_central_differences.ts";
import { assertClose, assertTensorClose } from "./assert_close.ts";
import type { BatchNormTwin } from "./batch_norm_twin.ts";
import { qamaV1BackwardTwin } from "./qama_v1_backward_twin.ts";
import { qamaV1ForwardTwin, qamaV1ReadoutTwin, type QamaV1TwinInputs } from "./qama_v1_twin.ts";
import { softEnergyTwin, softQuboTwin, type SoftShape, softWeightsTwin } from "./soft_energy_twin.ts";
import { loadVector } from "./vectors.ts";
import { V1_VECTORS, type V1Vector, type VectorBatchNorm } from "./v1_vectors.ts";

const TOLERANCE = 1e-9;
const ENERGY = { rtol: 1e-9, atol: 1e-9 };
const NORMS = ["bnJ", "bnh", "bnOut"] as const;
// 36 variables cannot be enumerated
const ENUMERATED: readonly string[] = V1_VECTORS.filter((name) => name !== "v1_default_three_heads");

for (const name of V1_VECTORS) {
  Deno.test(`the qamaV1 twins reproduce couplings, fields and QUBO of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const inputs = inputsOf(vector);
    const forward = qamaV1ForwardTwin(inputs);
    for (const field of ["jsdRaw", "entropyTerms", "entropyRaw", "J", "h"] as const) {
      assertTensorClose(forward[field], vector[field].data, TOLERANCE);
    }
    assertEquals([vector.coefficients.eps, vector.coefficients.bnEps], [1e-6, 1e-5]);
    assertEquals([vector.qubo.order, vector.qubo.offset], ["(t*N+i)*q+b", 0]);
    const Q = softQuboTwin(forward.J, forward.h, vector.coefficients, softShape(vector));
    assertTensorClose(Q, vector.qubo.Q.data, TOLERANCE);
  });

  Deno.test(`the qamaV1 twins reproduce every assignment of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const inputs = inputsOf(vector), shape = softShape(vector);
    const forward = qamaV1ForwardTwin(inputs);
    const Q = softQuboTwin(forward.J, forward.h, vector.coefficients, shape);
    assert(vector.assignments.length >= 4);
    for (const { x, weight, energy, energyFormula, tokenEnergy } of vector.assignments) {
      assertTensorClose(softWeightsTwin(x.data, shape.bits), weight.data, TOLERANCE);
      const formula = softEnergyTwin(forward.J, forward.h, x.data, vector.coefficients, shape);
      assertClose(formula, energyFormula, ENERGY);
      assertClose(quboEnergies(Q, x.data, shape.batch), energy, ENERGY);
      const readout = qamaV1ReadoutTwin(inputs, forward, weight.data);
      assertTensorClose(readout.tokenEnergy, tokenEnergy.data, TOLERANCE);
    }
  });

  Deno.test(`the qamaV1 twins reproduce readouts, gradients and running statistics of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    assert(vector.readout.length > 0);
    const inputs = inputsOf(vector);
    const forward = qamaV1ForwardTwin(inputs);
    for (const expected of vector.readout) {
      const weight = weightOf(vector, expected.assignment);
      const { preNorm, output, normOut } = qamaV1ReadoutTwin(inputs, forward, weight);
      assertTensorClose(preNorm, expected.preNorm.data, TOLERANCE);
      assertTensorClose(output, expected.output.data, TOLERANCE);
      assertTensorClose([loss(output, vector.G.data)], [expected.loss], TOLERANCE);
      const gradients = qamaV1BackwardTwin(inputs, weight, vector.G.data);
      for (const key of ["Q", "K", "V", "J", "h"] as const) {
        assertTensorClose(gradients[key], expected.gradients[key].data, TOLERANCE);
      }
      for (const norm of NORMS) {
        assertTensorClose(gradients[norm].gamma, expected.gradients[norm].gamma.data, TOLERANCE);
        assertTensorClose(gradients[norm].beta, expected.gradients[norm].beta.data, TOLERANCE);
      }
      assertEquals(expected.runningAfterOneStep !== undefined, vector.mode === "training");
      const after = { bnJ: forward.normJ, bnh: forward.normh, bnOut: normOut };
      for (const norm of NORMS) {
        const kept = expected.runningAfterOneStep?.[norm];
        if (!kept) continue;
        assertTensorClose(after[norm].running.mean, kept.runningMean.data, TOLERANCE);
        assertTensorClose(after[norm].running.var, kept.runningVar.data, TOLERANCE);
      }
    }
  });

  Deno.test(`qamaV1BackwardTwin() is the derivative of the readout of ${name}, the selection held constant`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const inputs = inputsOf(vector);
    const weight = weightOf(vector, vector.readout[0].assignment);
    const f = () => loss(qamaV1ReadoutTwin(inputs, qamaV1ForwardTwin(inputs), weight).output, vector.G.data);
    const gradients = qamaV1BackwardTwin(inputs, weight, vector.G.data);
    // the third derivative is large where a share is near its clamp: a smaller step and a wider bar than elsewhere
    const slopes = (x: Float64Array) => centralDifferences(f, x, 1e-6);
    for (const key of ["Q", "K", "V"] as const) assertTensorClose(gradients[key], slopes(inputs[key]), 1e-6);
    for (const norm of NORMS) {
      assertTensorClose(gradients[norm].gamma, slopes(inputs[norm].gamma), 1e-6);
      assertTensorClose(gradients[norm].beta, slopes(inputs[norm].beta), 1e-6);
    }
  });

  if (!ENUMERATED.includes(name)) continue;

  Deno.test(`brute force over softQuboTwin() gives the minimum of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    assert(vector.minimum !== undefined);
    const { J, h } = qamaV1ForwardTwin(inputsOf(vector));
    const shape = softShape(vector);
    const n = shape.heads * shape.tokens * shape.bits;
    const Q = softQuboTwin(J, h, vector.coefficients, shape);
    vector.minimum.forEach((minimum, b) => {
      const energies = allEnergies(Q.subarray(b * n * n, (b + 1) * n * n), n);
      const lowest = energies.reduce((low, energy) => Math.min(low, energy), Infinity);
      let next = Infinity;
      let count = 0;
      for (const energy of energies) {
        if (energy <= lowest + 1e-9) count++;
        else if (energy < next) next = energy;
      }
      assertClose([lowest, next], [minimum.energy, minimum.nextEnergy], ENERGY);
      assertEquals(count, minimum.count);
      for (const x of [minimum.x, ...minimum.all ?? []]) {
        assertClose(energies[x.reduce((sum, bit, r) => sum + bit * 2 ** r, 0)], lowest, ENERGY);
      }
    });
  });
}

Deno.test("softWeightsTwin() reads every bit string of v1_soft_selection", () => {
  const vector = loadVector("v1_soft_selection");
  if (vector === null) return;
  assertEquals(vector.table.map(({ q }) => q), [1, 2, 3, 4]);
  for (const { q, bitWeights, rows } of vector.table) {
    assertEquals(rows.length, 2 ** q);
    for (const { bits, weight } of rows) assertClose(softWeightsTwin(bits, q), [weight], { rtol: 1e-15, atol: 0 });
    bitWeights.forEach((weight, b) => {
      const one = Array.from({ length: q }, (_, at) => at === b ? 1 : 0);
      assertClose(softWeightsTwin(one, q), [weight], { rtol: 1e-15, atol: 0 });
    });
  }
});

Deno.test("softEnergyTwin() with the distances of tokens is its QUBO over all states", () => {
  const shape = { batch: 1, heads: 2, tokens: 3, bits: 2 };
  const J = Float64Array.from({ length: 18 }, (_, i) => Math.sin(i));
  const h = Float64Array.from({ length: 6 }, (_, i) => Math.cos(i));
  const terms = { cQuadratic: 0.7, cLinear: 1.3, penalty: 2, longRange: 0.9 };
  const energies = allEnergies(softQuboTwin(J, h, terms, shape), 12);
  energies.forEach((energy, state) => {
    const x = Array.from({ length: 12 }, (_, r) => (state >> r) & 1);
    assertClose(softEnergyTwin(J, h, x, terms, shape), [energy], ENERGY);
  });
  // the two ends of a head at full weight: distance 1, each pair twice
  const ends = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0];
  const without = softEnergyTwin(J, h, ends, { ...terms, longRange: 0 }, shape)[0];
  assertClose(softEnergyTwin(J, h, ends, terms, shape), [without - 2 * 0.9], ENERGY);
});

function inputsOf({ inputs, weights, shapes, mode, coefficients }: V1Vector): QamaV1TwinInputs {
  const { B, H, N, d } = shapes;
  const { cQuadratic, cLinear } = coefficients;
  return {
    shape: { batch: B, heads: H, tokens: N, width: d },
    ...{ Q: inputs.Q.data, K: inputs.K.data, V: inputs.V.data },
    ...{ bnJ: normOf(weights.bnJ), bnh: normOf(weights.bnh), bnOut: normOf(weights.bnOut) },
    ...{ mode, cQuadratic, cLinear },
  };
}

function normOf({ gamma, beta, runningMean, runningVar }: VectorBatchNorm): BatchNormTwin {
  return { gamma: gamma.data, beta: beta.data, runningMean: runningMean?.data, runningVar: runningVar?.data };
}

function softShape({ shapes: { B, H, N, q } }: V1Vector): SoftShape {
  return { batch: B, heads: H, tokens: N, bits: q };
}

function weightOf(vector: V1Vector, assignment: string): Float64Array {
  const found = vector.assignments.find(({ name }) => name === assignment);
  assert(found !== undefined);
  return found.weight.data;
}

function quboEnergies(Q: Float64Array, x: Float64Array, batch: number): number[] {
  const n = x.length / batch;
  return Array.from({ length: batch }, (_, b) => {
    let energy = 0;
    for (let r = 0; r < n; r++) {
      for (let s = 0; s < n; s++) energy += Q[(b * n + r) * n + s] * x[b * n + r] * x[b * n + s];
    }
    return energy;
  });
}

function loss(output: Float64Array, G: Float64Array): number {
  return output.reduce((sum, value, i) => sum + value * G[i], 0);
}
