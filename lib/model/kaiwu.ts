import { checkSymmetric, checkZeroDiagonal, squareMatrix } from "./_matrix.ts";
import { denseCouplings } from "./couplings.ts";
import { toDense } from "./forms.ts";
import { isingModel } from "./models.ts";
import type { IsingModel, SquareMatrix } from "./types.ts";

/** A matrix in Kaiwu's convention, and what it does not say. */
export interface KaiwuMatrix {
  /** `[m, m]` row-major, symmetric, zero diagonal; m = n, or n + 1 with the ancilla spin last. */
  readonly matrix: Float64Array;
  /** m. */
  readonly size: number;
  /** True if the last spin stands for the fields: a state's spins are to be multiplied by it (`spinsFromKaiwu`). */
  readonly ancilla: boolean;
  /** Added to their energy it gives ours. */
  readonly offset: number;
}

/**
 * Reads Kaiwu's convention `E(s) = - sum_ij J_ij s_i s_j`, each pair counted twice, fields on an ancilla spin.
 *
 * `J_ij -> -2 J_ij`; with an ancilla a, which is taken as s_a = +1, `h_i = -2 J_ia`.
 *
 * @param matrix `[m, m]`, symmetric, zero diagonal
 * @param options.ancilla true if the last spin stands for the fields @default {false}
 * @param options.offset constant beside their energy @default {0}
 * @returns a model of m spins, or of m - 1 with an ancilla
 * @throws {TypeError} if the matrix is not square, or empty where an ancilla is announced
 * @throws {RangeError} if a number is not finite, or the matrix is not symmetric or has a diagonal
 *
 * Cost O(m^2).
 *
 * @example Two spins, the second the ancilla
 * ```ts
 * import { fromKaiwu } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...fromKaiwu([[0, 3], [3, 0]], { ancilla: true }).linear], [-6]);
 * ```
 */
export function fromKaiwu(
  matrix: SquareMatrix,
  options: { readonly ancilla?: boolean; readonly offset?: number } = {},
): IsingModel {
  const { n: m, values } = squareMatrix("the Kaiwu matrix", matrix);
  checkSymmetric("the Kaiwu matrix", m, values);
  checkZeroDiagonal("the Kaiwu matrix", m, values);
  if (options.ancilla && m === 0) {
    throw new TypeError("Cannot read the Kaiwu matrix: it is empty and has no ancilla spin");
  }
  const n = options.ancilla ? m - 1 : m;
  const J = new Float64Array(n * n);
  const h = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) J[i * n + j] = -2 * values[i * m + j];
    if (options.ancilla) h[i] = -2 * values[i * m + n];
  }
  return isingModel({ couplings: denseCouplings(J), linear: h, offset: options.offset ?? 0 });
}

/**
 * Writes Kaiwu's convention `E(s) = - sum_ij J_ij s_i s_j`; fields, where there are any, go to an ancilla spin, the last.
 *
 * @returns a fresh matrix; the offset, which the matrix cannot hold, is beside it
 * @throws {RangeError} if the model is too large for a matrix
 *
 * Cost O(n^2).
 *
 * @example A pair is split over its two entries
 * ```ts
 * import { isingModel, sparseCouplings, toKaiwu } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...toKaiwu(isingModel({ couplings: sparseCouplings(2, [[0, 1, 4]]) })).matrix], [0, -2, -2, 0]);
 * ```
 */
export function toKaiwu(model: IsingModel): KaiwuMatrix {
  const n = model.n;
  const ancilla = model.linear.some((value) => value !== 0);
  const size = ancilla ? n + 1 : n;
  const J = toDense(model).couplings.values;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j) matrix[i * size + j] = -J[i * n + j] / 2;
    if (ancilla) matrix[i * size + n] = matrix[n * size + i] = -model.linear[i] / 2;
  }
  return { matrix, size, ancilla, offset: model.offset };
}

/**
 * Reads a state of a Kaiwu matrix with an ancilla spin: every spin times the last one, which is left out.
 *
 * @param state `[n + 1]`, -1 and +1
 * @returns fresh spins, `[n]`
 * @throws {TypeError} if the state is empty
 *
 * Cost O(n).
 *
 * @example The ancilla points down
 * ```ts
 * import { spinsFromKaiwu } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...spinsFromKaiwu([1, -1, -1])], [-1, 1]);
 * ```
 */
export function spinsFromKaiwu(state: ArrayLike<number>): Int8Array {
  if (state.length === 0) throw new TypeError("Cannot read the state: it is empty and has no ancilla spin");
  const last = state.length - 1;
  return Int8Array.from({ length: last }, (_, i) => state[i] * state[last]);
}
