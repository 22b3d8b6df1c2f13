import { checkCount, checkSymmetric, finiteNumbers, squareMatrix } from "./_matrix.ts";
import { denseCouplings, sparseCouplings } from "./couplings.ts";
import { toDense } from "./forms.ts";
import { isingModel, quboModel } from "./models.ts";
import type { IsingModel, QuboModel, SquareMatrix } from "./types.ts";

/** An Ising problem as matrices in someone else's convention; `offset` is what our energy has beside theirs. */
export interface IsingMatrices {
  /** J, `[n, n]` row-major, symmetric, zero diagonal. */
  readonly J: Float64Array;
  /** h, `[n]`. */
  readonly h: Float64Array;
  /** Added to their energy it gives ours. */
  readonly offset: number;
}

/** A QUBO as one matrix; `offset` is what our energy has beside the matrix's. */
export interface QuboMatrix {
  /** Q, `[n, n]` row-major. */
  readonly Q: Float64Array;
  /** Added to the matrix's energy it gives ours. */
  readonly offset: number;
}

/**
 * Reads IsingQ's convention `E(s) = -1/2 sum_ij J_ij s_i s_j - sum_i h_i s_i`: ours with both signs turned.
 *
 * @param J `[n, n]`, symmetric, zero diagonal
 * @param h `[n]` @default {all zero}
 * @param offset constant beside their energy
 * @throws {TypeError} if J is not square or h has another length
 * @throws {RangeError} if a number is not finite, J is not symmetric or has a diagonal
 *
 * Cost O(n^2).
 *
 * @example A positive J aligns there
 * ```ts
 * import { energy, fromIsingQ } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(energy(fromIsingQ([[0, 1], [1, 0]]), [1, 1]), -1);
 * ```
 */
export function fromIsingQ(J: SquareMatrix, h?: ArrayLike<number>, offset = 0): IsingModel {
  const { values } = squareMatrix("J", J);
  return isingModel({
    couplings: denseCouplings(values.map((value) => -value)),
    linear: h === undefined ? undefined : finiteNumbers("h", h).map((value) => -value),
    offset,
  });
}

/**
 * Writes IsingQ's convention: `J_ij` and `h_i` with both signs turned; their energy lacks our offset.
 *
 * @returns fresh matrices
 * @throws {RangeError} if the model is too large for a matrix
 *
 * Cost O(n^2).
 *
 * @example The offset is kept beside
 * ```ts
 * import { isingModel, sparseCouplings, toIsingQ } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { J, offset } = toIsingQ(isingModel({ couplings: sparseCouplings(2, [[0, 1, -2]]), offset: 7 }));
 * assertEquals([J[1], offset], [2, 7]);
 * ```
 */
export function toIsingQ(model: IsingModel): IsingMatrices {
  return signed(model, -1, -1);
}

/**
 * Reads the convention of simulated-bifurcation: `E(s) = -1/2 sum_ij J_ij s_i s_j + sum_i h_i s_i`.
 *
 * @param J `[n, n]`, symmetric, zero diagonal
 * @param h `[n]` @default {all zero}
 * @param offset constant beside their energy
 * @throws {TypeError} if J is not square or h has another length
 * @throws {RangeError} if a number is not finite, J is not symmetric or has a diagonal
 *
 * Cost O(n^2).
 *
 * @example A positive J aligns there, a positive h turns down
 * ```ts
 * import { energy, fromSimulatedBifurcation } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(energy(fromSimulatedBifurcation([[0, 1], [1, 0]], [1, 1]), [-1, -1]), -3);
 * ```
 */
export function fromSimulatedBifurcation(J: SquareMatrix, h?: ArrayLike<number>, offset = 0): IsingModel {
  const { values } = squareMatrix("J", J);
  return isingModel({ couplings: denseCouplings(values.map((value) => -value)), linear: h, offset });
}

/**
 * Writes the convention of simulated-bifurcation: J with its sign turned, h as it is; their energy lacks our offset.
 *
 * @returns fresh matrices
 * @throws {RangeError} if the model is too large for a matrix
 *
 * Cost O(n^2).
 *
 * @example Only J turns
 * ```ts
 * import { isingModel, sparseCouplings, toSimulatedBifurcation } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -2]]), linear: [5, 0] });
 * assertEquals([toSimulatedBifurcation(model).J[1], toSimulatedBifurcation(model).h[0]], [2, 5]);
 * ```
 */
export function toSimulatedBifurcation(model: IsingModel): IsingMatrices {
  return signed(model, -1, 1);
}

function signed(model: IsingModel, couplingSign: number, fieldSign: number): IsingMatrices {
  return {
    J: toDense(model).couplings.values.map((value) => couplingSign * value),
    h: model.linear.map((value) => fieldSign * value),
    offset: model.offset,
  };
}

/**
 * Reads a QUBO `E(x) = sum_{i<=j} Q_ij x_i x_j` from an upper triangular matrix, diagonal included.
 *
 * @param Q `[n, n]`, zero below the diagonal
 * @param offset constant beside the matrix's energy
 * @throws {TypeError} if Q is not square
 * @throws {RangeError} if a number is not finite or an entry below the diagonal is not zero
 *
 * Cost O(n^2).
 *
 * @example A pair counts once
 * ```ts
 * import { energy, quboFromUpper } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(energy(quboFromUpper([[1, 5], [0, 2]]), [1, 1]), 8);
 * ```
 */
export function quboFromUpper(Q: SquareMatrix, offset = 0): QuboModel {
  const { n, values } = squareMatrix("Q", Q);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      if (values[i * n + j] !== 0) {
        throw new RangeError(
          `Cannot read Q as upper triangular: entry (${i}, ${j}) is ${values[i * n + j]}, expected 0; a symmetric ` +
            `matrix comes in through quboFromSymmetric`,
        );
      }
      values[i * n + j] = values[j * n + i];
    }
  }
  return quboFromFull(n, values, offset);
}

/**
 * Reads a QUBO `E(x) = x^T Q x` from a symmetric matrix: an entry off the diagonal counts twice, as in the files of
 * Beasley and of Glover, Kochenberger and Alidaee.
 *
 * @param Q `[n, n]`, symmetric
 * @param offset constant beside the matrix's energy
 * @throws {TypeError} if Q is not square
 * @throws {RangeError} if a number is not finite or Q is not symmetric
 *
 * Cost O(n^2).
 *
 * @example A pair counts twice
 * ```ts
 * import { energy, quboFromSymmetric } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(energy(quboFromSymmetric([[1, 5], [5, 2]]), [1, 1]), 13);
 * ```
 */
export function quboFromSymmetric(Q: SquareMatrix, offset = 0): QuboModel {
  const { n, values } = squareMatrix("Q", Q);
  checkSymmetric("Q", n, values);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j) values[i * n + j] *= 2;
  }
  return quboFromFull(n, values, offset);
}

function quboFromFull(n: number, values: Float64Array, offset: number): QuboModel {
  const linear = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    linear[i] = values[i * n + i];
    values[i * n + i] = 0;
  }
  return quboModel({ couplings: denseCouplings(values), linear, offset });
}

/**
 * Writes a QUBO as an upper triangular matrix, diagonal included: `E(x) = sum_{i<=j} Q_ij x_i x_j + offset`.
 *
 * @returns a fresh matrix and the offset
 * @throws {RangeError} if the model is too large for a matrix
 *
 * Cost O(n^2).
 *
 * @example There and back
 * ```ts
 * import { quboFromUpper, quboToUpper } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...quboToUpper(quboFromUpper([[1, 5], [0, 2]])).Q], [1, 5, 0, 2]);
 * ```
 */
export function quboToUpper(model: QuboModel): QuboMatrix {
  const n = model.n;
  const Q = toDense(model).couplings.values.slice();
  for (let i = 0; i < n; i++) {
    Q.fill(0, i * n, i * n + i);
    Q[i * n + i] = model.linear[i];
  }
  return { Q, offset: model.offset };
}

/**
 * Writes a QUBO as a symmetric matrix: `E(x) = x^T Q x + offset`, each pair split over its two entries.
 *
 * @returns a fresh matrix and the offset
 * @throws {RangeError} if the model is too large for a matrix
 *
 * Cost O(n^2).
 *
 * @example There and back
 * ```ts
 * import { quboFromSymmetric, quboToSymmetric } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...quboToSymmetric(quboFromSymmetric([[1, 5], [5, 2]])).Q], [1, 5, 5, 2]);
 * ```
 */
export function quboToSymmetric(model: QuboModel): QuboMatrix {
  const n = model.n;
  const Q = toDense(model).couplings.values.map((value) => value / 2);
  for (let i = 0; i < n; i++) Q[i * n + i] = model.linear[i];
  return { Q, offset: model.offset };
}

/**
 * Makes the Ising model of a maximum cut: `E(s) = -cut(s)`, `cut(s) = sum_{(i,j)} w_ij (1 - s_i s_j) / 2`.
 *
 * `J_ij = w_ij / 2`, offset `- sum w_ij / 2`.
 *
 * @param n number of vertices
 * @param edges `[i, j, weight]`, 0-based, each edge once
 * @throws {RangeError} if a vertex is out of range, a weight is not finite, or an edge is a loop or comes twice
 *
 * Cost O(n + m log m).
 *
 * @example A path of two edges is cut twice
 * ```ts
 * import { energy, fromMaxCut } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * assertEquals(energy(fromMaxCut(3, [[0, 1, 1], [1, 2, 1]]), [1, -1, 1]), -2);
 * ```
 */
export function fromMaxCut(
  n: number,
  edges: Iterable<readonly [i: number, j: number, weight: number]>,
): IsingModel {
  checkCount("the number of vertices", n);
  let total = 0;
  const pairs: [number, number, number][] = [];
  for (const [i, j, weight] of edges) {
    pairs.push([i, j, weight / 2]);
    total += weight;
  }
  return isingModel({ couplings: sparseCouplings(n, pairs), offset: -total / 2 });
}
