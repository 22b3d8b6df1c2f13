import type { EnergyWeights } from "../attention/mod.ts";
import { checkLength } from "./_dense_twin.ts";
import type { HeadsShape } from "./twin_shape.ts";

/** The scores of every head and the couplings made from them. */
export interface CouplingsTwin {
  /** S, `[B, H, N, N]`. */
  readonly scores: Float64Array;
  /** J, `[B, H, N, N]`, symmetric, zero diagonal. */
  readonly J: Float64Array;
}

/** Dense QUBOs: `E(x) = x' Q x + offset`. */
export interface AttentionQuboTwin {
  /** Q, `[B, H N, H N]`, symmetric, linear coefficients on the diagonal; variable t N + i. */
  readonly Q: Float64Array;
  /** The energy of x = 0, the same for every problem. */
  readonly offset: number;
}

/**
 * Computes scores and couplings of every head, in float64.
 *
 * `S_ij = (q_i . k_j) / sqrt(d)`, `J = (S + S') / 2` with the diagonal set to 0.
 *
 * @param q queries, `[B, H, N, d]`
 * @param k keys, `[B, H, N, d]`
 * @param shape B, H and N; d follows from the length of q
 * @returns fresh arrays
 * @throws {TypeError} if q and k are not whole heads of one shape
 *
 * Cost O(B H N^2 d).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example One head, two tokens, one feature
 * ```ts
 * import { couplingsTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const shape = { batch: 1, heads: 1, tokens: 2 };
 * const { J } = couplingsTwin(Float64Array.of(1, 2), Float64Array.of(3, 5), shape);
 * assertEquals([...J], [0, (1 * 5 + 2 * 3) / 2, (1 * 5 + 2 * 3) / 2, 0]);
 * ```
 */
export function couplingsTwin(q: Float64Array, k: Float64Array, shape: HeadsShape): CouplingsTwin {
  const N = shape.tokens;
  const allHeads = shape.batch * shape.heads;
  const d = q.length / (allHeads * N);
  if (!Number.isInteger(d) || d < 1) {
    throw new TypeError(`Expected q of ${allHeads} x ${N} x d entries, got ${q.length}`);
  }
  checkLength("k", k, q.length);
  const scores = new Float64Array(allHeads * N * N);
  const J = new Float64Array(allHeads * N * N);
  for (let head = 0; head < allHeads; head++) {
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        let product = 0;
        for (let a = 0; a < d; a++) product += q[(head * N + i) * d + a] * k[(head * N + j) * d + a];
        scores[(head * N + i) * N + j] = product / Math.sqrt(d);
      }
    }
    for (let i = 0; i < N; i++) {
      for (let j = 0; j < N; j++) {
        if (i === j) continue;
        J[(head * N + i) * N + j] = (scores[(head * N + i) * N + j] + scores[(head * N + j) * N + i]) / 2;
      }
    }
  }
  return { scores, J };
}

/**
 * Computes the energy of one selection a problem, sum by sum as it is written.
 *
 * `E(x) = - coupling sum_t sum_{i != j} J^t_ij x^t_i x^t_j - field sum_t sum_i h^t_i x^t_i
 *         + overlap sum_i sum_{t != u} x^t_i x^u_i + cardinality.weight sum_t (sum_i x^t_i - cardinality.k)^2`
 *
 * @param J couplings, `[B, H, N, N]`
 * @param h fields, `[B, H, N]`
 * @param x selections, `[B, H, N]`, 0 or 1
 * @param weights weights of the terms
 * @param shape B, H and N
 * @returns energies, `[B]`, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B H N (N + H)).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2; the cardinality term is an addition.
 *
 * @example Two coupled tokens, both chosen
 * ```ts
 * import { attentionEnergyTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const shape = { batch: 1, heads: 1, tokens: 2 };
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * const E = attentionEnergyTwin(Float64Array.of(0, 3, 3, 0), Float64Array.of(1, 1), [1, 1], weights, shape);
 * assertEquals(E[0], -2 * 3 - 1 - 1);
 * ```
 */
export function attentionEnergyTwin(
  J: Float64Array,
  h: Float64Array,
  x: ArrayLike<number>,
  weights: EnergyWeights,
  shape: HeadsShape,
): Float64Array {
  const { batch: B, heads: H, tokens: N } = shape;
  checkEnergyShapes(J, h, shape);
  checkLength("x", x, B * H * N);
  const energies = new Float64Array(B);
  for (let b = 0; b < B; b++) {
    let quadratic = 0;
    let linear = 0;
    let shared = 0;
    let count = 0;
    for (let t = 0; t < H; t++) {
      const head = (b * H + t) * N;
      let chosen = 0;
      for (let i = 0; i < N; i++) {
        const xi = x[head + i];
        chosen += xi;
        linear += h[head + i] * xi;
        for (let j = 0; j < N; j++) if (j !== i) quadratic += J[(head + i) * N + j] * xi * x[head + j];
        for (let u = 0; u < H; u++) if (u !== t) shared += xi * x[(b * H + u) * N + i];
      }
      if (weights.cardinality) count += weights.cardinality.weight * (chosen - weights.cardinality.k) ** 2;
    }
    energies[b] = -weights.coupling * quadratic - weights.field * linear + weights.overlap * shared + count;
  }
  return energies;
}

/**
 * Writes the energy of {@link attentionEnergyTwin} as dense symmetric matrices.
 *
 * Variable t N + i: `-coupling J^t_ij + cardinality.weight` inside a head, `overlap` between one token of two heads,
 * `-field h^t_i + cardinality.weight (1 - 2 k)` on the diagonal; offset `H cardinality.weight k^2`.
 *
 * @param J couplings, `[B, H, N, N]`
 * @param h fields, `[B, H, N]`
 * @param weights weights of the terms
 * @param shape B, H and N
 * @returns fresh matrices
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B (H N)^2).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2; the cardinality term is an addition.
 *
 * @example Each coupling stands twice in the symmetric form
 * ```ts
 * import { attentionQuboTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const shape = { batch: 1, heads: 1, tokens: 2 };
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * const { Q } = attentionQuboTwin(Float64Array.of(0, 3, 3, 0), Float64Array.of(1, 2), weights, shape);
 * assertEquals([...Q], [-1, -3, -3, -2]);
 * ```
 */
export function attentionQuboTwin(
  J: Float64Array,
  h: Float64Array,
  weights: EnergyWeights,
  shape: HeadsShape,
): AttentionQuboTwin {
  const { batch: B, heads: H, tokens: N } = shape;
  checkEnergyShapes(J, h, shape);
  const k = weights.cardinality?.k ?? 0;
  const lambda = weights.cardinality?.weight ?? 0;
  const n = H * N;
  const Q = new Float64Array(B * n * n);
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < H; t++) {
      for (let i = 0; i < N; i++) {
        const row = (b * n + t * N + i) * n;
        const head = (b * H + t) * N;
        for (let j = 0; j < N; j++) {
          Q[row + t * N + j] = i === j
            ? -weights.field * h[head + i] + lambda * (1 - 2 * k)
            : -weights.coupling * J[(head + i) * N + j] + lambda;
        }
        for (let u = 0; u < H; u++) if (u !== t) Q[row + u * N + i] = weights.overlap;
      }
    }
  }
  return { Q, offset: H * lambda * k * k };
}

function checkEnergyShapes(J: Float64Array, h: Float64Array, { batch, heads, tokens }: HeadsShape): void {
  checkLength("J", J, batch * heads * tokens * tokens);
  checkLength("h", h, batch * heads * tokens);
}
