/** What an axis or a colour shows, with its unit. */
export interface Quantity {
  /** Its name: `energy`. */
  readonly name: string;
  /** Its unit: `ms`, `%`; absent where it has none. */
  readonly unit?: string;
}

/** Words for an axis: a quantity, or the words as they are to stand there. */
export type AxisLabel = string | Quantity;

/**
 * Writes what stands at an axis: `energy (J)`.
 *
 * @param label a quantity, or words that are left as they are
 * @returns one line
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example A unit in brackets
 * ```ts
 * import { axisLabel } from "qama/display";
 * import { assertEquals } from "@std/assert";
 * assertEquals(axisLabel({ name: "time to solution", unit: "ms" }), "time to solution (ms)");
 * ```
 */
export function axisLabel(label: AxisLabel): string {
  if (typeof label === "string") return label;
  return label.unit === undefined || label.unit === "" ? label.name : `${label.name} (${label.unit})`;
}
