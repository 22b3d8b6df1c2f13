import { checkOptionNames } from "../model/mod.ts";
import type { AttentionProblem } from "./types.ts";

/**
 * Throws unless a problem is whole: positive integer sizes, arrays of the right type and length, finite numbers.
 *
 * A NaN in the queries would make every comparison of energies silently false, so every entry is looked at.
 *
 * @param problem the problem to check
 * @throws {TypeError} if an array is no Float32Array or its length does not fit the sizes
 * @throws {RangeError} if a size is not a positive integer, a number is not finite, or the cardinality is not 0 .. N
 *
 * Cost O(B H N d).
 *
 * @example A missing field is named
 * ```ts
 * import { checkProblem } from "qama/attention";
 * import { assertThrows } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const [queries, keys] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
 * assertThrows(() => checkProblem({ ...sizes, queries, keys, fields: Float32Array.of(1) }), TypeError, "fields");
 * ```
 */
export function checkProblem(problem: AttentionProblem): void {
  checkProblemShape(problem);
  for (const name of ["queries", "keys", "fields"] as const) checkFinite(name, problem[name]);
}

/** All of `checkProblem` but the look at every entry. */
export function checkProblemShape(problem: AttentionProblem): void {
  const { batch, heads, tokens, width, queries, keys, fields, weights } = problem;
  for (const [name, size] of Object.entries({ batch, heads, tokens, width })) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`Cannot use the attention problem: ${name} must be a positive integer, got ${size}`);
    }
  }
  const places = batch * heads * tokens;
  checkArray("queries", queries, places * width, "batch * heads * tokens * width");
  checkArray("keys", keys, places * width, "batch * heads * tokens * width");
  checkArray("fields", fields, places, "batch * heads * tokens");
  if (typeof weights !== "object" || weights === null) {
    throw new TypeError(`Cannot use the attention problem: weights must be an object, got ${weights}`);
  }
  checkOptionNames("Cannot use the weights", weights, ["coupling", "field", "overlap", "cardinality"]);
  const { coupling, field, overlap, cardinality } = weights;
  for (const [name, weight] of Object.entries({ coupling, field, overlap, cardinality: cardinality?.weight ?? 0 })) {
    if (!Number.isFinite(weight)) {
      throw new RangeError(`Cannot use the attention problem: the ${name} weight must be finite, got ${weight}`);
    }
  }
  if (cardinality && !(cardinality.k >= 0 && cardinality.k <= tokens)) {
    throw new RangeError(
      `Cannot use the attention problem: cardinality.k must be from 0 to ${tokens} tokens, got ${cardinality.k}`,
    );
  }
}

/**
 * Throws unless a selection is made of a 0 or a 1 for each head and token of a problem.
 *
 * @param problem the problem that the selection belongs to
 * @param chosen x, `[B, H, N]`
 * @throws {TypeError} if the length does not fit the problem
 * @throws {RangeError} if an entry is not 0 or 1
 *
 * Cost O(B H N).
 *
 * @example Two is no choice
 * ```ts
 * import { checkChosen } from "qama/attention";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => checkChosen({ batch: 1, heads: 1, tokens: 2 }, Uint8Array.of(1, 2)), RangeError, "0 or 1");
 * ```
 */
export function checkChosen(
  problem: Pick<AttentionProblem, "batch" | "heads" | "tokens">,
  chosen: Uint8Array,
): void {
  checkLength("chosen", chosen.length, problem.batch * problem.heads * problem.tokens, "batch * heads * tokens");
  const wrong = chosen.findIndex((x) => x > 1);
  if (wrong >= 0) {
    throw new RangeError(`Cannot use the attention problem: chosen[${wrong}] must be 0 or 1, got ${chosen[wrong]}`);
  }
}

function checkArray(name: string, values: Float32Array, length: number, formula: string): void {
  if (!(values instanceof Float32Array)) {
    throw new TypeError(`Cannot use the attention problem: ${name} must be a Float32Array`);
  }
  checkLength(name, values.length, length, formula);
}

function checkFinite(name: string, values: Float32Array): void {
  // 0 times anything but a finite number is NaN, and NaN stays
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  if (sum === 0) return;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(`Cannot use the attention problem: ${name}[${wrong}] must be finite, got ${values[wrong]}`);
}

function checkLength(name: string, actual: number, expected: number, formula: string): void {
  if (actual !== expected) {
    throw new TypeError(
      `Cannot use the attention problem: ${name} must have ${expected} entries (${formula}), got ${actual}`,
    );
  }
}
