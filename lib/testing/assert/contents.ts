import { AssertionError } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { assertEquals } from "./values.ts";

const suffix = (msg?: string): string => msg ? `: ${msg}` : "";

/** Fails unless the text matches the expression. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (actual.search(expected) >= 0) return;
  throw new AssertionError(
    `Expected text that matches ${expected}, got ${JSON.stringify(actual)}${suffix(msg)}`,
  );
}

/** Fails if the text matches the expression. */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (actual.search(expected) < 0) return;
  throw new AssertionError(
    `Expected text that does not match ${expected}, got ${JSON.stringify(actual)}${suffix(msg)}`,
  );
}

/** Fails unless the text contains the other. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  const quoted = JSON.stringify(expected);
  throw new AssertionError(
    `Expected text that contains ${quoted}, got ${JSON.stringify(actual)}${suffix(msg)}`,
  );
}

/** Fails unless every expected member is deeply equal to some member of `actual`. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const members = Array.from(actual);
  const missing = Array.from(expected).filter((wanted) => !members.some((member) => equal(member, wanted)));
  if (missing.length === 0) return;
  const text = `Expected a list with ${Deno.inspect(missing)}, got ${Deno.inspect(actual)}`;
  throw new AssertionError(text + suffix(msg));
}

/** Fails unless every property of `expected`, at any depth, is deeply equal in `actual`; others are ignored. */
export function assertObjectMatch(
  actual: object,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  assertEquals<unknown>(projected(actual, expected), expected, msg);
}

// what is left of `actual` when only what `expected` names is kept
function projected(actual: unknown, expected: unknown): unknown {
  if (
    !isPlain(expected) || typeof actual !== "object" || actual === null ||
    Array.isArray(actual) !== Array.isArray(expected)
  ) {
    return actual;
  }
  const kept: object = Array.isArray(expected) ? [] : Object.create(Object.getPrototypeOf(expected));
  for (const key of Reflect.ownKeys(expected)) {
    if (Array.isArray(expected) && key === "length") continue;
    if (key in actual) {
      Reflect.set(
        kept,
        key,
        projected(Reflect.get(actual, key), Reflect.get(expected, key)),
      );
    }
  }
  if (Array.isArray(kept) && Array.isArray(actual)) kept.length = actual.length;
  return kept;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype ||
    Array.isArray(value);
}
