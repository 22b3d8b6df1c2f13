import { AssertionError } from "./assertion_error.ts";
import { equal, firstDifference } from "./equal.ts";

/** The values that count as false in a condition. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/** A class, as `instanceof` takes it. */
export type ClassOf<T> = abstract new (...args: never[]) => T;

const shown = (value: unknown): string =>
  Deno.inspect(value, {
    depth: 8,
    iterableLimit: 50,
    strAbbreviateSize: 1000,
    sorted: true,
    trailingComma: false,
  });

const suffix = (msg?: string): string => msg ? `: ${msg}` : "";

function compared(
  text: string,
  actual: unknown,
  expected: unknown,
  msg?: string,
): AssertionError {
  return new AssertionError(
    `${text}${suffix(msg)}\n  actual:   ${shown(actual)}\n  expected: ${shown(expected)}`,
  );
}

/** Fails unless `expr` is true in a condition. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) {
    throw new AssertionError(
      msg || `Expected a true value, got ${shown(expr)}`,
    );
  }
}

/** Fails unless `expr` is false in a condition. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) {
    throw new AssertionError(
      msg || `Expected a false value, got ${shown(expr)}`,
    );
  }
}

/** Fails unless the two values are deeply equal, by the rules of `equal`. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  const difference = firstDifference(actual, expected);
  if (difference === undefined) return;
  const text = difference.path === ""
    ? "Values are not equal"
    : `Values are not equal at ${difference.path} (${shown(difference.actual)} against ${shown(difference.expected)})`;
  throw compared(text, actual, expected, msg);
}

/** Fails if the two values are deeply equal, by the rules of `equal`. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    throw new AssertionError(
      `Expected values that differ, both are ${shown(actual)}${suffix(msg)}`,
    );
  }
}

/** Fails unless the two are the same value, as `Object.is` tells. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const text = equal(actual, expected) ? "Values are equal but not the same" : "Values are not the same";
  throw compared(text, actual, expected, msg);
}

/** Fails if the two are the same value, as `Object.is` tells. */
export function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (Object.is(actual, expected)) {
    throw new AssertionError(
      `Expected two values, both are the same ${shown(actual)}${suffix(msg)}`,
    );
  }
}

/** Fails unless `|actual - expected| <= tolerance`, by default `1e-7 |expected|`; NaN is close to NaN only. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const allowed = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected) * 1e-7 : 1e-7);
  const distance = Math.abs(actual - expected);
  if (distance <= allowed) return;
  throw compared(
    `Values differ by ${distance}, more than ${allowed}`,
    actual,
    expected,
    msg,
  );
}

/** Fails if the value is null or undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    throw new AssertionError(
      `Expected a value that is neither null nor undefined, got ${actual}${suffix(msg)}`,
    );
  }
}

/** Fails unless `actual` is an instance of the class. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: ClassOf<T>,
  msg?: string,
): asserts actual is T {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `Expected an instance of ${expectedType.name}, got ${shown(actual)}${suffix(msg)}`,
  );
}

/** Fails if `actual` is an instance of the class. */
export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: ClassOf<T>,
  msg?: string,
): asserts actual is Exclude<A, T> {
  if (!(actual instanceof unexpectedType)) return;
  throw new AssertionError(
    `Expected no instance of ${unexpectedType.name}, got ${shown(actual)}${suffix(msg)}`,
  );
}

/** Fails unless `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) {
    throw new AssertionError(
      `Expected ${shown(actual)} > ${shown(expected)}${suffix(msg)}`,
    );
  }
}

/** Fails unless `actual >= expected`. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (!(actual >= expected)) {
    throw new AssertionError(
      `Expected ${shown(actual)} >= ${shown(expected)}${suffix(msg)}`,
    );
  }
}

/** Fails unless `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) {
    throw new AssertionError(
      `Expected ${shown(actual)} < ${shown(expected)}${suffix(msg)}`,
    );
  }
}

/** Fails unless `actual <= expected`. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (!(actual <= expected)) {
    throw new AssertionError(
      `Expected ${shown(actual)} <= ${shown(expected)}${suffix(msg)}`,
    );
  }
}

/** Fails always. */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed${suffix(msg)}`);
}

/** Fails always: marks a line that must not be reached. */
export function unreachable(msg?: string): never {
  throw new AssertionError(
    `Reached a line that must not be reached${suffix(msg)}`,
  );
}

/** Fails always: marks what is not there yet. */
export function unimplemented(msg?: string): never {
  throw new AssertionError(`Not implemented${suffix(msg)}`);
}
