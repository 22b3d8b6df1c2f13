import { checkLength, eachToken } from "./_dense_twin.ts";
import { batchNormBackwardTwin } from "./batch_norm_twin.ts";
import {
  couplingHead,
  qamaV1ForwardTwin,
  qamaV1ReadoutTwin,
  type QamaV1TwinForward,
  type QamaV1TwinInputs,
  V1_EPSILON,
} from "./qama_v1_twin.ts";

/** Gradients of gain and shift of a batch norm, `[H]` each. */
export interface BatchNormGradients {
  /** Of the gain. */
  readonly gamma: Float64Array;
  /** Of the shift. */
  readonly beta: Float64Array;
}

/** Gradients of `sum output G` with the selection held constant. */
export interface QamaV1TwinGradients {
  /** Of the queries, `[B, H, N, d]`. */
  readonly Q: Float64Array;
  /** Of the keys, `[B, H, N, d]`. */
  readonly K: Float64Array;
  /** Of the values, `[B, H, N, d]`. */
  readonly V: Float64Array;
  /** Of the normalised couplings, `[B, H, N, N]`. */
  readonly J: Float64Array;
  /** Of the normalised fields, `[B, H, N]`: through the energy and the division. */
  readonly h: Float64Array;
  /** Of the batch norm of the couplings. */
  readonly bnJ: BatchNormGradients;
  /** Of the batch norm of the fields. */
  readonly bnh: BatchNormGradients;
  /** Of the batch norm of the output. */
  readonly bnOut: BatchNormGradients;
}

/**
 * Computes every gradient of `sum output G` through revision 1, the soft weights held constant.
 *
 * From dz behind the last batch norm: `deps_i = -sum_a dz_ia s_ia / h_i`, `dJ_ij = -cQuadratic deps_i w_i w_j`,
 * `dh_i = -cLinear deps_i w_i + sum_a dz_ia eps_i s_ia / h_i^2`, `ds_ia = -dz_ia eps_i / h_i` and what comes back through the
 * fields; then through the batch norms, the divergence, the two softmaxes and the clamped shares.
 *
 * @param inputs heads, batch norms and weights of the energy
 * @param weights w, `[B, H, N]`
 * @param G gradient with respect to the output, `[B, H, N, d]`
 * @returns fresh arrays
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B H N^2 d).
 * Source: the derivative of QAMA, arXiv 2504.11083 (2025), revision 1.
 *
 * @example Tokens of weight 0 teach the shift of the output alone
 * ```ts
 * import { qamaV1BackwardTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const bn = { gamma: Float64Array.of(1), beta: Float64Array.of(0) };
 * const X = Float64Array.of(1, 2, 3, 5);
 * const shape = { batch: 1, heads: 1, tokens: 2, width: 2 };
 * const inputs = { shape, Q: X, K: X, V: X, bnJ: bn, bnh: bn, bnOut: bn, mode: "training" as const };
 * const { bnOut } = qamaV1BackwardTwin({ ...inputs, cQuadratic: 1, cLinear: 1 }, [0, 0], Float64Array.of(1, 1, 1, 4));
 * assertEquals([bnOut.gamma[0], bnOut.beta[0]], [0, 7]);
 * ```
 */
export function qamaV1BackwardTwin(
  inputs: QamaV1TwinInputs,
  weights: ArrayLike<number>,
  G: Float64Array,
): QamaV1TwinGradients {
  const { shape, V, bnJ, bnh, bnOut, mode, cQuadratic, cLinear } = inputs;
  const { heads: H, tokens: N, width: d } = shape;
  const forward = qamaV1ForwardTwin(inputs);
  const { h, entropyRaw, entropyTerms: s, shares, P, R, jsdRaw, J } = forward;
  const { tokenEnergy, preNorm } = qamaV1ReadoutTwin(inputs, forward, weights);
  checkLength("G", G, V.length);
  const out = batchNormBackwardTwin(preNorm, (at) => Math.floor(at / (N * d)) % H, bnOut, mode, G);
  const dJ = new Float64Array(J.length);
  const dh = new Float64Array(h.length);
  const ds = new Float64Array(s.length);
  eachToken(shape, (_b, _t, i, token) => {
    let deps = 0;
    for (let at = token * d; at < token * d + d; at++) {
      deps -= out.x[at] * s[at] / h[token];
      ds[at] = -out.x[at] * tokenEnergy[token] / h[token];
      dh[token] += out.x[at] * tokenEnergy[token] * s[at] / h[token] ** 2;
    }
    dh[token] -= cLinear * deps * weights[token];
    for (let j = 0; j < N; j++) {
      dJ[token * N + j] = -cQuadratic * deps * weights[token] * weights[token - i + j];
    }
  });
  const fields = batchNormBackwardTwin(entropyRaw, (token) => Math.floor(token / N) % H, bnh, mode, dh);
  const couplings = batchNormBackwardTwin(jsdRaw, couplingHead(shape), bnJ, mode, dJ);
  const { dP, dR } = divergenceBackward(forward, couplings.x, inputs);
  const dshares = shares.map((r, at) => -(Math.log2(r) + Math.LOG2E) * (ds[at] + fields.x[Math.floor(at / d)]));
  return {
    Q: softmaxBackward(P, dP, d),
    K: softmaxBackward(R, dR, d),
    V: sharesBackward(V, dshares, d),
    J: dJ,
    h: dh,
    bnJ: { gamma: couplings.gamma, beta: couplings.beta },
    bnh: { gamma: fields.gamma, beta: fields.beta },
    bnOut: { gamma: out.gamma, beta: out.beta },
  };
}

// f(p, m) = p log2(u), u = p / m + eps, m = (p + r) / 2 + eps
function divergenceBackward(
  { P, R }: Pick<QamaV1TwinForward, "P" | "R">,
  dJ: Float64Array,
  { shape }: QamaV1TwinInputs,
): { dP: Float64Array; dR: Float64Array } {
  const { tokens: N, width: d } = shape;
  const [dP, dR] = [new Float64Array(P.length), new Float64Array(R.length)];
  eachToken(shape, (_b, _t, i, token) => {
    for (let j = 0; j < N; j++) {
      const slope = dJ[token * N + j] / 2;
      for (let a = 0; a < d; a++) {
        const [at, to] = [token * d + a, (token - i + j) * d + a];
        const [p, r] = [P[at], R[to]];
        const m = (p + r) / 2 + V1_EPSILON;
        const [u, v] = [p / m + V1_EPSILON, r / m + V1_EPSILON];
        const dm = -Math.LOG2E * (p * p / (m * m * u) + r * r / (m * m * v));
        dP[at] += slope * (Math.log2(u) + Math.LOG2E * p / (m * u) + dm / 2);
        dR[to] += slope * (Math.log2(v) + Math.LOG2E * r / (m * v) + dm / 2);
      }
    }
  });
  return { dP, dR };
}

function softmaxBackward(y: Float64Array, dy: Float64Array, d: number): Float64Array {
  return y.map((value, at) => {
    const row = at - at % d;
    let mean = 0;
    for (let a = row; a < row + d; a++) mean += y[a] * dy[a];
    return value * (dy[at] - mean);
  });
}

function sharesBackward(V: Float64Array, dshares: Float64Array, d: number): Float64Array {
  const dV = new Float64Array(V.length);
  for (let row = 0; row < V.length; row += d) {
    let sum = V1_EPSILON;
    for (let a = row; a < row + d; a++) sum += V[a];
    let common = 0;
    for (let a = row; a < row + d; a++) {
      const share = V[a] / sum;
      if (share < V1_EPSILON || share > 1) continue;
      dV[a] = dshares[a] / sum;
      common += dshares[a] * share / sum;
    }
    for (let a = row; a < row + d; a++) dV[a] -= common;
  }
  return dV;
}
