/** How far rounding to q bits moves a weight from 0 to 1. */
export interface SoftSelectionError {
  /** Distance between neighbouring weights, `1 / (2^q - 1)`. */
  readonly step: number;
  /** Largest error, half a step. */
  readonly largest: number;
  /** Root mean square error of weights spread evenly, `step / sqrt(12)`. */
  readonly rms: number;
}

/**
 * Says how well q bits stand for a continuous weight: `w = sum_b 2^b x_b / (2^q - 1)` against any number from 0 to 1.
 *
 * The levels are `0, step, 2 step .. 1`; rounding to the nearest errs by at most half a step, and by `step / sqrt(12)` in the
 * root mean square where weights are spread evenly over the levels' range. It says nothing of the energy: where `J_ii >= 0`,
 * as divergences are, the energy of revision 1 without its penalty is concave in each weight, and a minimum needs one bit.
 *
 * @param q bits a weight, an integer from 1 to 30
 * @returns a fresh object
 * @throws {RangeError} if q is not an integer from 1 to 30
 *
 * Cost O(1).
 * Source: uniform quantisation, Bennett, Spectra of quantized signals (1948), DOI 10.1002/j.1538-7305.1948.tb01340.x.
 *
 * @example Four bits
 * ```ts
 * import { softSelectionError } from "qama/analysis";
 * import { assertEquals } from "@std/assert";
 * assertEquals(softSelectionError(4).largest, 1 / 30);
 * ```
 */
export function softSelectionError(q: number): SoftSelectionError {
  if (!Number.isInteger(q) || q < 1 || q > 30) {
    throw new RangeError(`Cannot tell the error of soft weights: q must be an integer from 1 to 30, got ${q}`);
  }
  const step = 1 / (2 ** q - 1);
  return { step, largest: step / 2, rms: step / Math.sqrt(12) };
}
