import { assert, assertEquals } from "@std/assert";
import { energy as energyOf } from "../model/mod.ts";
import { type Floats, roundUp4 } from "../kernels/mod.ts";
import { assertClose, assertTensorClose, loadVector, V1_VECTORS, type V1Vector } from "../testing/mod.ts";
import { bothKernels } from "./_test_blocks.ts";
import { givenSoft } from "./_test_soft_solvers.ts";
import { type NormName, NORMS, V1Core } from "./_v1_core.ts";
import { annealedSoftSelection, attentionQuboV1, softEnergies, type SoftProblem, softWeights } from "./mod.ts";

// float32, as the vectors say for revision 1
const TOLERANCE = 1e-4;
const NORM_OF = { J: "bnJ", H: "bnh", Out: "bnOut" } as const;

/** The problem of a vector, from its couplings and fields. */
function problemOf({ shapes: { B, N, H, q }, J, h, coefficients }: V1Vector): SoftProblem {
  const { cQuadratic, cLinear, penalty } = coefficients;
  return {
    ...{ batch: B, heads: H, tokens: N, bits: q },
    ...{ couplings: Float32Array.from(J.data), fields: Float32Array.from(h.data) },
    weights: { quadratic: cQuadratic, linear: cLinear, penalty, longRange: 0 },
  };
}

/** [B, H, N, d] heads Q, K, V as rows [B, N, 3 D]. */
function rowsOf({ inputs, shapes: { B, N, H, d } }: V1Vector): Float32Array {
  const rows = new Float32Array(B * N * 3 * H * d);
  [inputs.Q, inputs.K, inputs.V].forEach(({ data }, which) => {
    data.forEach((value, at) => {
      const [i, t, b] = [Math.floor(at / d) % N, Math.floor(at / (N * d)) % H, Math.floor(at / (H * N * d))];
      rows[((b * N + i) * 3 + which) * H * d + t * d + at % d] = value;
    });
  });
  return rows;
}

function toHeads(rows: Float32Array, which: number, { N, H, d }: V1Vector["shapes"]): Float64Array {
  const columns = which < 0 ? H * d : 3 * H * d;
  return Float64Array.from({ length: rows.length / columns * H * d }, (_, at) => {
    const [i, t, b] = [Math.floor(at / d) % N, Math.floor(at / (N * d)) % H, Math.floor(at / (H * N * d))];
    return rows[(b * N + i) * columns + Math.max(0, which) * H * d + t * d + at % d];
  });
}

function withoutPads(values: Float32Array, N: number): number[] {
  return [...values].filter((_, at) => at % roundUp4(N) < N);
}

for (const name of V1_VECTORS) {
  Deno.test(`the block of revision 1 reproduces ${name} in float32 on both kinds of kernels`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const { shapes, mode } = vector;
    const { B, N, H, d, q } = shapes;
    for (const kernels of bothKernels()) {
      for (const expected of vector.readout) {
        const assignment = vector.assignments.find(({ name }) => name === expected.assignment);
        assert(assignment !== undefined);
        const { weights } = problemOf(vector);
        const shape = { samples: B, tokens: N, heads: H, width: d };
        const core = new V1Core(kernels, shape, { q, weights, solver: givenSoft(assignment.x.data) });
        const bound = Object.fromEntries(NORMS.map((norm) => {
          const { gamma, beta, runningMean, runningVar } = vector.weights[NORM_OF[norm]];
          const place = (data: ArrayLike<number> | undefined, otherwise: number): Floats => {
            const array = kernels.float32(H).fill(otherwise);
            if (data) array.set(data);
            return array;
          };
          const kept = { mean: place(runningMean?.data, 0), variance: place(runningVar?.data, 1) };
          return [norm, { gamma: place(gamma.data, 0), beta: place(beta.data, 0), ...kept }];
        }));
        const zeros = () => kernels.float32(H);
        const slopes = Object.fromEntries(
          NORMS.map((norm) => [norm, { gamma: zeros(), beta: zeros(), mean: zeros(), variance: zeros() }]),
        );
        core.bind((norm: NormName) => bound[norm], (norm: NormName) => slopes[norm]);
        core.training = mode === "training";
        core.rows.set(rowsOf(vector));
        const [y, dy] = [kernels.float32(B * N * H * d), kernels.float32(B * N * H * d)];
        core.forward(B, y, 1, 0);
        const { couplings, fields, energy } = core.hamiltonian;
        assertTensorClose(withoutPads(couplings, N), vector.J.data, TOLERANCE);
        assertTensorClose(fields, vector.h.data, TOLERANCE);
        assertTensorClose(energy, assignment.tokenEnergy.data, TOLERANCE);
        assertTensorClose(core.softWeights, assignment.weight.data, TOLERANCE);
        assertTensorClose(toHeads(y, -1, shapes), expected.output.data, TOLERANCE);
        vector.G.data.forEach((value, at) => {
          const [i, t, b] = [Math.floor(at / d) % N, Math.floor(at / (N * d)) % H, Math.floor(at / (H * N * d))];
          dy[(b * N + i) * H * d + t * d + at % d] = value;
        });
        core.backward(B, dy);
        core.collect();
        (["Q", "K", "V"] as const).forEach((key, which) => {
          assertTensorClose(toHeads(core.drows, which, shapes), expected.gradients[key].data, TOLERANCE);
        });
        for (const norm of NORMS) {
          assertTensorClose(slopes[norm].gamma, expected.gradients[NORM_OF[norm]].gamma.data, TOLERANCE);
          assertTensorClose(slopes[norm].beta, expected.gradients[NORM_OF[norm]].beta.data, TOLERANCE);
          const kept = expected.runningAfterOneStep?.[NORM_OF[norm]];
          const after = (key: "mean" | "variance") =>
            slopes[norm][key].map((g, t) => 0.9 * bound[norm][key][t] + 0.1 * g / B);
          if (kept) {
            assertTensorClose(after("mean"), kept.runningMean.data, TOLERANCE);
            assertTensorClose(after("variance"), kept.runningVar.data, TOLERANCE);
          } else assertEquals([...slopes[norm].mean, ...slopes[norm].variance], new Array(2 * H).fill(0));
        }
      }
    }
  });

  Deno.test(`softEnergies() and attentionQuboV1() give the energies of ${name}`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const problem = problemOf(vector);
    const { batch, heads, tokens, bits } = problem;
    const n = heads * tokens * bits;
    // float32 couplings and fields
    const tolerance = { rtol: 1e-6, atol: 1e-5 };
    for (const { x, energy, weight } of vector.assignments) {
      const chosen = Uint8Array.from(x.data);
      assertClose(softWeights(chosen, bits), weight.data, { rtol: 1e-15, atol: 0 });
      assertClose(softEnergies(problem, chosen), energy, tolerance);
      for (let b = 0; b < batch; b++) {
        const state = Int8Array.from(chosen.subarray(b * n, (b + 1) * n));
        assertClose(energyOf(attentionQuboV1(problem, b), state), energy[b], tolerance);
      }
    }
  });

  // 36 variables were not enumerated
  if (name === "v1_default_three_heads") continue;

  Deno.test(`annealedSoftSelection() finds the minimum of ${name} in the best of eight runs`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    const { minimum } = vector;
    assert(minimum !== undefined);
    for (const kernels of ["wasm", "typescript"] as const) {
      const { energies } = annealedSoftSelection({ kernels }).solve(problemOf(vector), { seed: 1, replicas: 8 });
      assertClose(energies, minimum.map(({ energy }) => energy), { rtol: 1e-6, atol: 1e-5 });
    }
  });
}
