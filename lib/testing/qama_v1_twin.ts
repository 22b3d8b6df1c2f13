import { checkLength, eachToken } from "./_dense_twin.ts";
import { type BatchNormMode, type BatchNormTwin, batchNormTwin, type BatchNormTwinOutput } from "./batch_norm_twin.ts";
import type { HeadsShape } from "./twin_shape.ts";

/** Everything that revision 1 of the operator is a function of, but the selection. */
export interface QamaV1TwinInputs {
  /** B, H, N and d. */
  readonly shape: HeadsShape & { readonly width: number };
  /** Queries, `[B, H, N, d]`. */
  readonly Q: Float64Array;
  /** Keys, `[B, H, N, d]`. */
  readonly K: Float64Array;
  /** Values, `[B, H, N, d]`. */
  readonly V: Float64Array;
  /** Batch norm of the couplings. */
  readonly bnJ: BatchNormTwin;
  /** Batch norm of the fields. */
  readonly bnh: BatchNormTwin;
  /** Batch norm of the output. */
  readonly bnOut: BatchNormTwin;
  /** Which statistics the batch norms take. */
  readonly mode: BatchNormMode;
  /** Weight of the couplings. */
  readonly cQuadratic: number;
  /** Weight of the fields. */
  readonly cLinear: number;
}

/** What {@link qamaV1ForwardTwin} computes before a selection is known. */
export interface QamaV1TwinForward {
  /** r, `[B, H, N, d]`, shares of the values, clamped. */
  readonly shares: Float64Array;
  /** s, `[B, H, N, d]`. */
  readonly entropyTerms: Float64Array;
  /** `sum_a s_ia`, `[B, H, N]`. */
  readonly entropyRaw: Float64Array;
  /** softmax of the queries, `[B, H, N, d]`. */
  readonly P: Float64Array;
  /** softmax of the keys, `[B, H, N, d]`. */
  readonly R: Float64Array;
  /** Divergences before the batch norm, `[B, H, N, N]`. */
  readonly jsdRaw: Float64Array;
  /** Couplings, `[B, H, N, N]`; not symmetric, the diagonal raw. */
  readonly J: Float64Array;
  /** Fields, `[B, H, N]`. */
  readonly h: Float64Array;
  /** The batch norm of the couplings. */
  readonly normJ: BatchNormTwinOutput;
  /** The batch norm of the fields. */
  readonly normh: BatchNormTwinOutput;
}

/** What soft weights give. */
export interface QamaV1TwinReadout {
  /** eps, `[B, H, N]`. */
  readonly tokenEnergy: Float64Array;
  /** z, `[B, H, N, d]`. */
  readonly preNorm: Float64Array;
  /** Output, `[B, H, N, d]`. */
  readonly output: Float64Array;
  /** The batch norm of the output. */
  readonly normOut: BatchNormTwinOutput;
}

/** Added to denominators and inside logarithms, and the smallest share. */
export const V1_EPSILON = 1e-6;

/**
 * Computes couplings and fields of revision 1 from heads, in float64 and in the plainest way.
 *
 * `r_ia = clamp(V_ia / (sum_c V_ic + 1e-6), 1e-6, 1)`, `s = -r log2 r`, fields the batch norm of `sum_a s_ia`; with P, R the
 * softmax of queries and keys over features and `M = (P + R) / 2`, couplings the Jensen-Shannon divergence
 * `1/2 sum P log2(P / (M + 1e-6) + 1e-6) + 1/2 sum R log2(R / (M + 1e-6) + 1e-6)`, batch-normalised off the diagonal.
 *
 * @param inputs heads and batch norms
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B H N^2 d).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1.
 *
 * @example A token whose value stands in one feature has no entropy but that of the clamp
 * ```ts
 * import { qamaV1ForwardTwin } from "qama/testing";
 * import { assert } from "@std/assert";
 * const bn = { gamma: Float64Array.of(1), beta: Float64Array.of(0) };
 * const [Q, V] = [new Float64Array(4), Float64Array.of(1, 0, 1, 1)];
 * const shape = { batch: 1, heads: 1, tokens: 2, width: 2 };
 * const rest = { shape, bnJ: bn, bnh: bn, bnOut: bn, mode: "training" as const, cQuadratic: 1, cLinear: 1 };
 * const { entropyRaw } = qamaV1ForwardTwin({ ...rest, Q, K: Q, V });
 * assert(entropyRaw[0] < 1e-4 && Math.abs(entropyRaw[1] - 1) < 1e-5);
 * ```
 */
export function qamaV1ForwardTwin(inputs: QamaV1TwinInputs): QamaV1TwinForward {
  const { shape, Q, K, V, bnJ, bnh, mode } = inputs;
  const { batch: B, heads: H, tokens: N, width: d } = shape;
  for (const [name, heads] of Object.entries({ Q, K, V })) checkLength(name, heads, B * H * N * d);
  const shares = new Float64Array(V.length);
  for (let token = 0; token < B * H * N; token++) {
    let sum = V1_EPSILON;
    for (let c = 0; c < d; c++) sum += V[token * d + c];
    for (let a = 0; a < d; a++) shares[token * d + a] = Math.min(1, Math.max(V1_EPSILON, V[token * d + a] / sum));
  }
  const entropyTerms = shares.map((r) => -r * Math.log2(r));
  const entropyRaw = new Float64Array(B * H * N);
  entropyTerms.forEach((s, at) => entropyRaw[Math.floor(at / d)] += s);
  const [P, R] = [softmaxTwin(Q, d), softmaxTwin(K, d)];
  const jsdRaw = new Float64Array(B * H * N * N);
  eachToken(shape, (_b, _t, i, token) => {
    for (let j = 0; j < N; j++) {
      const other = token - i + j;
      for (let a = 0; a < d; a++) {
        const [p, r] = [P[token * d + a], R[other * d + a]];
        const m = (p + r) / 2 + V1_EPSILON;
        jsdRaw[token * N + j] += (p * Math.log2(p / m + V1_EPSILON) + r * Math.log2(r / m + V1_EPSILON)) / 2;
      }
    }
  });
  const normJ = batchNormTwin(jsdRaw, couplingHead(shape), bnJ, mode);
  const normh = batchNormTwin(entropyRaw, (token) => Math.floor(token / N) % H, bnh, mode);
  return { shares, entropyTerms, entropyRaw, P, R, jsdRaw, J: normJ.y, h: normh.y, normJ, normh };
}

/**
 * Computes the readout of revision 1 for soft weights.
 *
 * `eps_i = -cQuadratic w_i sum_j J_ij w_j - cLinear h_i w_i`, `z_ia = -eps_i s_ia / h_i`, output the batch norm of z.
 *
 * @param inputs heads, batch norms and weights of the energy
 * @param forward what {@link qamaV1ForwardTwin} gave, or couplings and fields changed by hand
 * @param weights w, `[B, H, N]`, from 0 to 1
 * @returns fresh arrays
 * @throws {TypeError} if the weights do not fit the shape
 *
 * Cost O(B H N (N + d)).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1.
 *
 * @example A token of weight 0 has no energy
 * ```ts
 * import { qamaV1ReadoutTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const bn = { gamma: Float64Array.of(1), beta: Float64Array.of(0) };
 * const shape = { batch: 1, heads: 1, tokens: 2, width: 1 };
 * const [J, h, entropyTerms] = [Float64Array.of(0, 3, 4, 0), Float64Array.of(2, 2), Float64Array.of(1, 1)];
 * const inputs = { shape, bnOut: bn, mode: "training" as const, cQuadratic: 1, cLinear: 1 };
 * const { tokenEnergy } = qamaV1ReadoutTwin(inputs, { J, h, entropyTerms }, [1, 0]);
 * assertEquals(tokenEnergy.map(Math.abs), Float64Array.of(2, 0));
 * ```
 */
export function qamaV1ReadoutTwin(
  inputs: Pick<QamaV1TwinInputs, "shape" | "bnOut" | "mode" | "cQuadratic" | "cLinear">,
  forward: Pick<QamaV1TwinForward, "J" | "h" | "entropyTerms">,
  weights: ArrayLike<number>,
): QamaV1TwinReadout {
  const { shape, bnOut, mode, cQuadratic, cLinear } = inputs;
  const { heads: H, tokens: N, width: d } = shape;
  const { J, h, entropyTerms } = forward;
  checkLength("weights", weights, h.length);
  const tokenEnergy = new Float64Array(h.length);
  eachToken(shape, (_b, _t, i, token) => {
    let pull = 0;
    for (let j = 0; j < N; j++) pull += J[token * N + j] * weights[token - i + j];
    tokenEnergy[token] = -cQuadratic * weights[token] * pull - cLinear * h[token] * weights[token];
  });
  const preNorm = entropyTerms.map((s, at) => {
    const token = Math.floor(at / d);
    return -tokenEnergy[token] * s / h[token];
  });
  const normOut = batchNormTwin(preNorm, (at) => Math.floor(at / (N * d)) % H, bnOut, mode);
  return { tokenEnergy, preNorm, output: normOut.y, normOut };
}

/** Head of an entry of `[B, H, N, N]`, -1 on the diagonal. */
export function couplingHead({ heads, tokens: N }: HeadsShape): (at: number) => number {
  return (at) => Math.floor(at / N) % N === at % N ? -1 : Math.floor(at / (N * N)) % heads;
}

function softmaxTwin(x: Float64Array, d: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += d) {
    const largest = Math.max(...x.subarray(row, row + d));
    let sum = 0;
    for (let a = row; a < row + d; a++) sum += Math.exp(x[a] - largest);
    for (let a = row; a < row + d; a++) y[a] = Math.exp(x[a] - largest) / sum;
  }
  return y;
}
