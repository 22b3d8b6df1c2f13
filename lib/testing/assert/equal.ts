/** A place where two values differ: the path to it, and what stands there. */
export interface Difference {
  /** Property path from the root, such as `.rows[3]`; empty at the root. */
  path: string;
  /** What the first value holds there. */
  actual: unknown;
  /** What the second value holds there. */
  expected: unknown;
}

/**
 * Tells whether two values are deeply equal.
 *
 * NaN equals NaN, +0 equals -0; prototypes, own enumerable properties, the entries of maps and the members of sets count,
 * and a property that is `undefined` differs from one that is missing. Cycles are allowed.
 *
 * Cost O(size of the smaller value); sets and maps with object keys O(size^2).
 *
 * @example Typed arrays of different kinds differ
 * ```ts
 * import { assert, assertFalse, equal } from "@std/assert";
 * assert(equal({ x: [NaN] }, { x: [NaN] }));
 * assertFalse(equal(new Float32Array([1]), new Float64Array([1])));
 * ```
 */
export function equal(a: unknown, b: unknown): boolean {
  return firstDifference(a, b) === undefined;
}

/**
 * Finds the first place where two values differ, by the rules of {@link equal}.
 *
 * @returns the difference, or `undefined` if the values are equal
 */
export function firstDifference(
  a: unknown,
  b: unknown,
): Difference | undefined {
  return compare(a, b, new Map());
}

function sameValueZero(a: unknown, b: unknown): boolean {
  return a === b || Object.is(a, b);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function below(
  step: string,
  difference: Difference | undefined,
): Difference | undefined {
  if (difference !== undefined) difference.path = step + difference.path;
  return difference;
}

// `seen` holds the pairs under comparison: a pair met again inside itself is a cycle, equal so far
function compare(
  a: unknown,
  b: unknown,
  seen: Map<object, Set<object>>,
): Difference | undefined {
  if (sameValueZero(a, b)) return undefined;
  const here: Difference = { path: "", actual: a, expected: b };
  if (!isObject(a) || !isObject(b) || prototypeOf(a) !== prototypeOf(b)) {
    return here;
  }
  const partners = seen.get(a) ?? new Set();
  if (partners.has(b)) return undefined;
  seen.set(a, partners.add(b));

  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
    return compareViews(a, b, here);
  }
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
    return below(
      "<bytes>",
      compareViews(new Uint8Array(a), new Uint8Array(b), here),
    );
  }
  if (!sameScalar(a, b)) return here;
  if (a instanceof Set && b instanceof Set) {
    return sameMembers(a, b) ? compareProperties(a, b, here, seen) : here;
  }
  if (a instanceof Map && b instanceof Map) {
    return compareMaps(a, b, here, seen) ?? compareProperties(a, b, here, seen);
  }
  return compareProperties(a, b, here, seen);
}

// an object without prototype compares as a plain object does
function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

// what these hold is not among their properties
function sameScalar(a: object, b: object): boolean {
  if (a instanceof Date && b instanceof Date) {
    return sameValueZero(a.getTime(), b.getTime());
  }
  if (a instanceof RegExp && b instanceof RegExp) {
    return String(a) === String(b);
  }
  if (a instanceof URL && b instanceof URL) return a.href === b.href;
  if (a instanceof Number || a instanceof String || a instanceof Boolean) {
    return sameValueZero(a.valueOf(), b.valueOf());
  }
  if (a instanceof Error && b instanceof Error) {
    return a.name === b.name && a.message === b.message &&
      equal(a.cause, b.cause);
  }
  if (
    a instanceof Promise || a instanceof WeakMap || a instanceof WeakSet ||
    a instanceof WeakRef
  ) return false;
  return true;
}

function compareViews(
  a: ArrayBufferView,
  b: ArrayBufferView,
  here: Difference,
): Difference | undefined {
  if (a instanceof DataView || b instanceof DataView) {
    const left = new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
    return compareViews(
      left,
      new Uint8Array(b.buffer, b.byteOffset, b.byteLength),
      here,
    );
  }
  // every view but DataView is an indexed list of numbers or bigints
  const left = a as unknown as ArrayLike<number | bigint>;
  const right = b as unknown as ArrayLike<number | bigint>;
  if (left.length !== right.length) {
    return { path: ".length", actual: left.length, expected: right.length };
  }
  for (let i = 0; i < left.length; i++) {
    if (left[i] !== right[i] && !Object.is(left[i], right[i])) {
      return { path: `[${i}]`, actual: left[i], expected: right[i] };
    }
  }
  return undefined;
}

function sameMembers(a: Set<unknown>, b: Set<unknown>): boolean {
  if (a.size !== b.size) return false;
  const unmatched = [...b].filter((member) => !a.has(member));
  for (const member of a) {
    if (b.has(member)) continue;
    const index = unmatched.findIndex((other) => equal(member, other));
    if (index < 0) return false;
    unmatched.splice(index, 1);
  }
  return true;
}

function compareMaps(
  a: Map<unknown, unknown>,
  b: Map<unknown, unknown>,
  here: Difference,
  seen: Map<object, Set<object>>,
): Difference | undefined {
  if (a.size !== b.size) {
    return { path: ".size", actual: a.size, expected: b.size };
  }
  const unmatched = [...b].filter(([key]) => !a.has(key));
  for (const [key, value] of a) {
    if (b.has(key)) {
      const difference = below(
        `.get(${Deno.inspect(key)})`,
        compare(value, b.get(key), seen),
      );
      if (difference !== undefined) return difference;
      continue;
    }
    const index = unmatched.findIndex(([otherKey, other]) => equal(key, otherKey) && equal(value, other));
    if (index < 0) return here;
    unmatched.splice(index, 1);
  }
  return undefined;
}

function enumerableKeys(value: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key)
  );
  return [...Object.keys(value), ...symbols];
}

function compareProperties(
  a: object,
  b: object,
  here: Difference,
  seen: Map<object, Set<object>>,
): Difference | undefined {
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) {
    return { path: ".length", actual: a.length, expected: b.length };
  }
  const keys = enumerableKeys(a);
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return here;
    const left: unknown = Reflect.get(a, key);
    const right: unknown = Reflect.get(b, key);
    if (sameValueZero(left, right)) continue;
    const step = Array.isArray(a) ? `[${String(key)}]` : `.${String(key)}`;
    const difference = below(step, compare(left, right, seen));
    if (difference !== undefined) return difference;
  }
  return keys.length === enumerableKeys(b).length ? undefined : here;
}
