import type { AttentionProblem } from "../attention/mod.ts";

/** Throws unless an inverse temperature, or a tilt, can be used. */
export function checkPositive(name: string, option: "beta" | "tilt", value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new RangeError(`Cannot make ${name}: ${option} must be a finite number above 0, got ${value}`);
  }
}

/** Throws unless there are enough reads. */
export function checkReads(name: string, reads: number, least: number): void {
  if (!Number.isSafeInteger(reads) || reads < least) {
    throw new RangeError(`Cannot make ${name}: reads must be an integer of ${least} or more, got ${reads}`);
  }
}

/** Throws unless there is a slope for every token of every head. */
export function checkSlopes(cannot: string, { fields }: AttentionProblem, slopes: Float64Array): void {
  if (slopes.length !== fields.length) {
    throw new TypeError(
      `${cannot}: slopes must have ${fields.length} entries (batch * heads * tokens), got ${slopes.length}`,
    );
  }
}
