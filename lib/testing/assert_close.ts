import { AssertionError } from "@std/assert";

/** How far apart two numbers may be: `|actual - expected| <= atol + rtol |expected|`. */
export interface Tolerance {
  /** Relative part. */
  readonly rtol: number;
  /** Absolute part. */
  readonly atol: number;
}

/**
 * Fails unless every number is close: `|actual - expected| <= atol + rtol |expected|`, NaN close to nothing, infinities only
 * to themselves.
 *
 * @param actual a number, or a list of them
 * @param expected a number for every entry, or a list of the same length
 * @param tolerance both parts, always said
 * @throws {AssertionError} if an entry is not close, or the lengths differ
 * @throws {RangeError} if a tolerance is not a number from 0
 *
 * Cost O(length).
 *
 * @example Half a unit in the last place
 * ```ts
 * import { assertClose } from "qama/testing";
 * import { assertThrows } from "@std/assert";
 * assertClose([0.1 + 0.2], [0.3], { rtol: 1e-15, atol: 0 });
 * assertThrows(() => assertClose(NaN, NaN, { rtol: 1, atol: 1 }));
 * ```
 */
export function assertClose(
  actual: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  tolerance: Tolerance,
): void {
  const { rtol, atol } = tolerance;
  checkTolerance("rtol", rtol);
  checkTolerance("atol", atol);
  const got = typeof actual === "number" ? [actual] : actual;
  if (typeof expected !== "number" && (typeof actual === "number" || expected.length !== got.length)) {
    throw new AssertionError(
      `Expected ${expected.length} numbers, got ${typeof actual === "number" ? "one" : got.length}`,
    );
  }
  for (let i = 0; i < got.length; i++) {
    const wanted = typeof expected === "number" ? expected : expected[i];
    const equal = got[i] === wanted;
    if (equal || (Number.isFinite(wanted) && Math.abs(got[i] - wanted) <= atol + rtol * Math.abs(wanted))) continue;
    const where = typeof actual === "number" ? "" : ` at ${i} of ${got.length}`;
    throw new AssertionError(
      `Numbers are not close${where}: got ${got[i]}, expected ${wanted} within rtol ${rtol} and atol ${atol}; ` +
        `the difference is ${Math.abs(got[i] - wanted)}`,
    );
  }
}

/**
 * Fails unless a tensor is close to its reference: `max|actual - reference| <= tol max(max|reference|, 1e-3)`.
 *
 * The measure of the golden vectors: relative to the largest entry, so that small entries beside large ones may round.
 *
 * @param actual the entries, in any typed array
 * @param reference the same number of entries
 * @param tol relative tolerance
 * @throws {AssertionError} if an entry is too far or not a number, or the lengths differ
 * @throws {RangeError} if `tol` is not a number from 0
 *
 * Cost O(length).
 *
 * @example A small entry beside a large one
 * ```ts
 * import { assertTensorClose } from "qama/testing";
 * import { assertThrows } from "@std/assert";
 * assertTensorClose([100, 0.001], [100, 0.002], 1e-4);
 * assertThrows(() => assertTensorClose([100, 0.1], [100, 0.2], 1e-4));
 * ```
 */
export function assertTensorClose(actual: ArrayLike<number>, reference: ArrayLike<number>, tol: number): void {
  checkTolerance("tol", tol);
  if (actual.length !== reference.length) {
    throw new AssertionError(`Expected ${reference.length} entries, got ${actual.length}`);
  }
  let scale = 1e-3;
  for (let i = 0; i < reference.length; i++) scale = Math.max(scale, Math.abs(reference[i]));
  let worst = 0;
  let largest = 0;
  for (let i = 0; i < actual.length; i++) {
    const distance = Math.abs(actual[i] - reference[i]);
    // written so that NaN counts as too far
    if (!(distance <= largest)) {
      worst = i;
      largest = distance;
      if (Number.isNaN(distance)) break;
    }
  }
  if (largest <= tol * scale) return;
  throw new AssertionError(
    `Tensors are not close: entry ${worst} of ${actual.length} is ${actual[worst]}, expected ${
      reference[worst]
    }; the ` +
      `difference ${largest} is more than ${tol} times the scale ${scale}`,
  );
}

function checkTolerance(name: string, value: number): void {
  if (!(value >= 0)) throw new RangeError(`Cannot compare: ${name} must be a number from 0, got ${value}`);
}
