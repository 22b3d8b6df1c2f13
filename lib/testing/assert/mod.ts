/**
 * Assertions with the names and signatures of the standard library's `@std/assert`, for work without a network.
 *
 * `deno.json` links the package here; where the registry can be reached, taking the link away changes nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([1 + 1], [2]);
 * ```
 *
 * @module
 */
export { AssertionError } from "./assertion_error.ts";
export {
  assertArrayIncludes,
  assertMatch,
  assertNotMatch,
  assertObjectMatch,
  assertStringIncludes,
} from "./contents.ts";
export { equal } from "./equal.ts";
export { assertIsError, assertRejects, assertThrows } from "./throws.ts";
export {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  assertLess,
  assertLessOrEqual,
  assertNotEquals,
  assertNotInstanceOf,
  assertNotStrictEquals,
  assertStrictEquals,
  type ClassOf,
  fail,
  type Falsy,
  unimplemented,
  unreachable,
} from "./values.ts";
