/** Throws unless every p value is from 0 to 1. */
export function checkPValues(cannot: string, values: readonly number[]): void {
  if (!values.every((p) => p >= 0 && p <= 1)) {
    throw new RangeError(`${cannot}: expected values from 0 to 1, got ${values.join(", ")}`);
  }
}
