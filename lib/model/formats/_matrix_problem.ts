import { couplingsOfMatrix } from "../_matrix_couplings.ts";
import { isingModel, quboModel } from "../models.ts";
import { numbered } from "./_text.ts";
import type { FormatName, Problem, Reading } from "./types.ts";

/** The most variables of a full matrix: 2 GiB of float64. */
export const MAX_DENSE_VARIABLES = 16384;
const DENSE_FROM = 0.25;

/** How a full matrix is read. */
export interface MatrixReading {
  /** The format it comes from. */
  readonly format: FormatName;
  /** What it means. */
  readonly as: Reading;
  /** What an entry is multiplied by to give the coefficient of its pair. */
  readonly pairScale: number;
  /** True if both triangles have to be there, because the convention counts both. */
  readonly bothTriangles: boolean;
  /** Makes the error about entry (i, j). */
  fail(i: number, j: number, expected: string, got: string): Error;
}

/**
 * Throws if a full matrix of n variables is more than this library holds.
 *
 * @throws {RangeError} that names the memory it would need
 */
export function checkDenseSize(n: number, doing: string): void {
  if (n <= MAX_DENSE_VARIABLES) return;
  const gib = (variables: number) => (8 * variables * variables / 2 ** 30).toPrecision(3);
  throw new RangeError(
    `Cannot ${doing} a full matrix of ${n} variables: it needs ${gib(n)} GiB in float64, and at most ` +
      `${
        gib(MAX_DENSE_VARIABLES)
      } GiB (${MAX_DENSE_VARIABLES} variables) are held; list the pairs instead, as coo does`,
  );
}

/** The entries of plain matrices: J and w stand in one triangle or alike in both; Q is any matrix, `E = x^T Q x`. */
export const PLAIN_SCALE: Readonly<Record<Reading, number>> = { ising: 1, maxcut: 0.5, qubo: 1 };

/**
 * Makes a problem of a full matrix, which becomes the couplings of the model: the caller gives it away.
 *
 * - qubo: `E(x) = x^T Q x` for any Q: the coefficient of a pair is `Q_ij + Q_ji`, the diagonal is linear;
 * - ising, maxcut: one triangle, or both alike; no diagonal, which for a cut is left out with a note.
 *
 * @param values `[n, n]` row-major, finite
 */
export function problemFromMatrix(values: Float64Array, n: number, reading: MatrixReading): Problem {
  const linear = new Float64Array(n);
  const notes: string[] = [];
  let total = 0;
  if (reading.as === "qubo") foldTriangles(values, n, linear, reading);
  else {
    dropDiagonal(values, n, reading, notes);
    total = mirrorTriangle(values, n, reading);
    for (let k = 0; k < values.length; k++) values[k] = reading.pairScale * values[k] + 0;
  }
  const parts = {
    couplings: couplingsOfMatrix(values, n, DENSE_FROM),
    linear,
    offset: reading.as === "maxcut" ? -total / 2 : 0,
  };
  const model = reading.as === "qubo" ? quboModel(parts) : isingModel(parts);
  const problem: Problem = { model, labels: numbered(n, 0), format: reading.format, reading: reading.as, notes };
  return reading.as === "maxcut" ? { ...problem, totalWeight: total } : problem;
}

function foldTriangles(values: Float64Array, n: number, linear: Float64Array, { fail }: MatrixReading): void {
  for (let i = 0; i < n; i++) {
    linear[i] = values[i * n + i];
    values[i * n + i] = 0;
    for (let j = 0; j < i; j++) {
      const sum = values[i * n + j] + values[j * n + i];
      if (!Number.isFinite(sum)) throw fail(i, j, "a sum with its mirror image that float64 can hold", String(sum));
      values[i * n + j] = values[j * n + i] = sum;
    }
  }
}

function dropDiagonal(values: Float64Array, n: number, { as, fail }: MatrixReading, notes: string[]): void {
  let loops = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i * n + i];
    if (value === 0) continue;
    if (as === "ising") throw fail(i, i, "0 on the diagonal: it may mean a field or a constant", String(value));
    values[i * n + i] = 0;
    loops++;
  }
  if (loops > 0) {
    notes.push(
      `${loops} ${loops === 1 ? "edge from a vertex to itself was" : "edges from a vertex to itself were"} left out`,
    );
  }
}

// gives the sum over pairs
function mirrorTriangle(values: Float64Array, n: number, { bothTriangles, pairScale, fail }: MatrixReading): number {
  let upper = false;
  let lower = false;
  let unlike = -1;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const above = values[i * n + j];
      const below = values[j * n + i];
      upper ||= above !== 0;
      lower ||= below !== 0;
      if (unlike < 0 && above !== below) unlike = i * n + j;
    }
  }
  if (unlike >= 0 && (bothTriangles || (upper && lower))) {
    const i = Math.floor(unlike / n);
    const j = unlike % n;
    const expected = `a symmetric matrix${bothTriangles ? "" : ", or one with an empty triangle"}`;
    throw fail(j, i, expected, `${values[j * n + i]} for (${j}, ${i}) and ${values[unlike]} for (${i}, ${j})`);
  }
  let total = 0;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const value = upper ? values[i * n + j] : values[j * n + i];
      if (!Number.isFinite(value * pairScale)) {
        throw fail(i, j, "a coefficient that float64 can hold once it is scaled", String(value));
      }
      values[i * n + j] = values[j * n + i] = value;
      total += value;
    }
  }
  return total;
}
