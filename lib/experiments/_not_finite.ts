/** Numbers that JSON has no word for, by the text that they are kept as. */
export const NOT_FINITE: ReadonlyMap<string, number> = new Map([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/** Keeps numbers that JSON has no word for as text: a replacer of `JSON.stringify`. */
export function keepNumbers(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
