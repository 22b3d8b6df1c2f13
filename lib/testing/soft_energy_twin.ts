import { checkLength } from "./_dense_twin.ts";
import type { HeadsShape } from "./twin_shape.ts";

/** Sizes of problems whose tokens have q bits each. */
export interface SoftShape extends HeadsShape {
  /** q, bits a token. */
  readonly bits: number;
}

/** Weights of the energy terms of revision 1. */
export interface SoftEnergyTerms {
  /** Weight of the couplings. */
  readonly cQuadratic: number;
  /** Weight of the fields. */
  readonly cLinear: number;
  /** Weight of equal bits in two heads, over all pairs of heads. */
  readonly penalty: number;
  /** Weight of the distance between chosen tokens; absent: none, as published. */
  readonly longRange?: number;
}

/**
 * Reads soft weights from bits: `w = sum_b 2^b x_b / (2^q - 1)`, the least significant bit first.
 *
 * @param x bits, `[.., q]`
 * @param bits q
 * @returns weights from 0 to 1, fresh
 *
 * Cost O(length of x).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1.
 *
 * @example Two of three thirds
 * ```ts
 * import { softWeightsTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...softWeightsTwin([0, 1, 1, 1], 2)], [2 / 3, 1]);
 * ```
 */
export function softWeightsTwin(x: ArrayLike<number>, bits: number): Float64Array {
  return Float64Array.from({ length: x.length / bits }, (_, token) => {
    let level = 0;
    for (let b = 0; b < bits; b++) level += 2 ** b * x[token * bits + b];
    return level / (2 ** bits - 1);
  });
}

/**
 * Computes the energy of soft selections, sum by sum as it is written.
 *
 * `E(x) = -cQuadratic sum_t sum_i sum_j J^t_ij w^t_i w^t_j - cLinear sum_t sum_i h^t_i w^t_i
 *   + penalty (2 / (H (H - 1))) sum_{t < u} sum_i sum_b x^t_ib x^u_ib - longRange sum_t sum_{i != j} |i - j| / (N - 1) w^t_i w^t_j`
 *
 * @param J couplings, `[B, H, N, N]`
 * @param h fields, `[B, H, N]`
 * @param x bits, `[B, H, N, q]`
 * @param terms weights of the terms
 * @param shape B, H, N and q
 * @returns energies, `[B]`, fresh
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B H N (N + H q)).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1; the term of the distances is our reading.
 *
 * @example One token at full weight: its own coupling and its field
 * ```ts
 * import { softEnergyTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const terms = { cQuadratic: 1, cLinear: 1, penalty: 2 };
 * const shape = { batch: 1, heads: 1, tokens: 1, bits: 2 };
 * assertEquals(softEnergyTwin(Float64Array.of(3), Float64Array.of(4), [1, 1], terms, shape)[0], -7);
 * ```
 */
export function softEnergyTwin(
  J: Float64Array,
  h: Float64Array,
  x: ArrayLike<number>,
  terms: SoftEnergyTerms,
  shape: SoftShape,
): Float64Array {
  const { batch: B, heads: H, tokens: N, bits: q } = shape;
  checkSoftShapes(J, h, shape);
  checkLength("x", x, B * H * N * q);
  const w = softWeightsTwin(x, q);
  const energies = new Float64Array(B);
  for (let b = 0; b < B; b++) {
    let quadratic = 0;
    let linear = 0;
    let distance = 0;
    let shared = 0;
    for (let t = 0; t < H; t++) {
      const head = (b * H + t) * N;
      for (let i = 0; i < N; i++) {
        linear += h[head + i] * w[head + i];
        for (let j = 0; j < N; j++) {
          quadratic += J[(head + i) * N + j] * w[head + i] * w[head + j];
          if (i !== j) distance += Math.abs(i - j) / (N - 1) * w[head + i] * w[head + j];
        }
      }
      for (let u = t + 1; u < H; u++) {
        for (let r = 0; r < N * q; r++) shared += x[head * q + r] * x[(b * H + u) * N * q + r];
      }
    }
    energies[b] = -terms.cQuadratic * quadratic - terms.cLinear * linear - (terms.longRange ?? 0) * distance +
      (H > 1 ? terms.penalty * 2 / (H * (H - 1)) * shared : 0);
  }
  return energies;
}

/**
 * Writes the energy of {@link softEnergyTwin} as dense symmetric matrices, variable `(t N + i) q + b`.
 *
 * With `beta_b = 2^b / (2^q - 1)`: inside a head `-cQuadratic beta_b beta_b' (J_ij + J_ji) / 2` and the distances alike,
 * `-cLinear h_i beta_b` on the diagonal, `penalty / (H (H - 1))` between one bit of two heads.
 *
 * @param J couplings, `[B, H, N, N]`
 * @param h fields, `[B, H, N]`
 * @param terms weights of the terms
 * @param shape B, H, N and q
 * @returns Q, `[B, n, n]`, fresh, with `n = H N q`; the offset is 0
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(B (H N q)^2).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 1; the term of the distances is our reading.
 *
 * @example One bit of one token holds coupling and field
 * ```ts
 * import { softQuboTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const terms = { cQuadratic: 1, cLinear: 1, penalty: 2 };
 * const shape = { batch: 1, heads: 1, tokens: 1, bits: 1 };
 * assertEquals([...softQuboTwin(Float64Array.of(3), Float64Array.of(4), terms, shape)], [-7]);
 * ```
 */
export function softQuboTwin(J: Float64Array, h: Float64Array, terms: SoftEnergyTerms, shape: SoftShape): Float64Array {
  const { batch: B, heads: H, tokens: N, bits: q } = shape;
  checkSoftShapes(J, h, shape);
  const n = H * N * q;
  const beta = (b: number) => 2 ** b / (2 ** q - 1);
  const Q = new Float64Array(B * n * n);
  for (let r = 0; r < B * n; r++) {
    const [b, t, i, bit] = [Math.floor(r / n), Math.floor(r / (N * q)) % H, Math.floor(r / q) % N, r % q];
    const head = (b * H + t) * N;
    for (let j = 0; j < N; j++) {
      const far = i === j ? 0 : Math.abs(i - j) / (N - 1);
      const pair = terms.cQuadratic * (J[(head + i) * N + j] + J[(head + j) * N + i]) / 2 +
        (terms.longRange ?? 0) * far;
      for (let c = 0; c < q; c++) Q[r * n + (t * N + j) * q + c] = -pair * beta(bit) * beta(c);
    }
    Q[r * n + r % n] -= terms.cLinear * h[head + i] * beta(bit);
    for (let u = 0; u < H; u++) if (u !== t) Q[r * n + (u * N + i) * q + bit] = terms.penalty / (H * (H - 1));
  }
  return Q;
}

function checkSoftShapes(J: Float64Array, h: Float64Array, { batch, heads, tokens }: SoftShape): void {
  checkLength("J", J, batch * heads * tokens * tokens);
  checkLength("h", h, batch * heads * tokens);
}
