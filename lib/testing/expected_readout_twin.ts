import type { EnergyWeights } from "../attention/mod.ts";
import { attentionEnergyTwin, couplingsTwin } from "./energy_twin.ts";
import type { HeadsShape } from "./twin_shape.ts";

/** What {@link expectedReadoutTwin} averages over. */
export interface ExpectedReadoutTwinInputs {
  /** H and N; one problem. */
  readonly shape: HeadsShape;
  /** Queries, `[1, H, N, d]`. */
  readonly q: Float64Array;
  /** Keys, `[1, H, N, d]`. */
  readonly k: Float64Array;
  /** Fields, `[1, H, N]`. */
  readonly h: Float64Array;
  /** g, `[1, H, N]`. */
  readonly slopes: ArrayLike<number>;
  /** Weights of the energy terms. */
  readonly weights: EnergyWeights;
  /** Inverse temperature. */
  readonly beta: number;
}

/**
 * Computes the expected readout of one problem from the definitions, state by state, couplings as a matrix.
 *
 * `F = sum_x exp(-beta E(x)) f(x) / sum_x exp(-beta E(x))`, `f(x) = -sum_i g_i x_i (sum_j J_ij x_j + h_i)`.
 *
 * @param inputs see {@link ExpectedReadoutTwinInputs}
 * @returns F
 * @throws {TypeError} if a length does not fit the shape
 *
 * Cost O(2^n n^2), n = H N.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2, for E and f.
 *
 * @example A coin at infinite temperature
 * ```ts
 * import { expectedReadoutTwin } from "qama/testing";
 * import { assertEquals } from "@std/assert";
 * const [shape, one] = [{ batch: 1, heads: 1, tokens: 1 }, Float64Array.of(1)];
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * assertEquals(expectedReadoutTwin({ shape, q: one, k: one, h: one, slopes: one, weights, beta: 0 }), -0.5);
 * ```
 */
export function expectedReadoutTwin(inputs: ExpectedReadoutTwinInputs): number {
  const { shape, q, k, h, slopes, weights, beta } = inputs;
  const { heads: H, tokens: N } = shape;
  const { J } = couplingsTwin(q, k, shape);
  let [sum, mean] = [0, 0];
  for (let state = 0; state < 2 ** (H * N); state++) {
    const x = Array.from({ length: H * N }, (_, r) => (state >> r) & 1);
    const share = Math.exp(-beta * attentionEnergyTwin(J, h, x, weights, shape)[0]);
    let f = 0;
    for (let t = 0; t < H; t++) {
      for (let i = 0; i < N; i++) {
        let field = h[t * N + i];
        for (let j = 0; j < N; j++) field += J[(t * N + i) * N + j] * x[t * N + j];
        f -= slopes[t * N + i] * x[t * N + i] * field;
      }
    }
    sum += share;
    mean += share * f;
  }
  return mean / sum;
}
