import * as a from "./mod.ts";

// the assertions cannot vouch for themselves: this file checks them with plain throws
function check(condition: boolean, text: string): void {
  if (!condition) throw new Error(text);
}

function messageOf(name: string, fn: () => void): string {
  try {
    fn();
  } catch (error) {
    check(
      error instanceof a.AssertionError,
      `${name} threw ${error}, no AssertionError`,
    );
    return error instanceof Error ? error.message : "";
  }
  throw new Error(`${name} passed where it must fail`);
}

async function rejectionOf(
  name: string,
  fn: () => Promise<unknown>,
): Promise<string> {
  let outcome: () => void = () => {};
  await fn().catch((error) =>
    outcome = () => {
      throw error;
    }
  );
  return messageOf(name, outcome);
}

const cycle = (tail: number) => {
  const node: { next?: unknown; tail: number } = { tail };
  node.next = { back: node };
  return node;
};

const circle = (end: number) => [cycle(end), new Map([["k", cycle(end)]])];

class Point {
  constructor(readonly x: number) {}
}

const EQUAL: [string, unknown, unknown][] = [
  ["numbers", 5, 5],
  ["NaN", NaN, NaN],
  ["+0 and -0", 0, -0],
  ["nested", { a: [1, { b: 2n }] }, { a: [1, { b: 2n }] }],
  ["key order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["null prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ["typed arrays", new Float32Array([1, NaN]), new Float32Array([1, NaN])],
  [
    "views at offsets",
    new Int8Array([9, 1, 2]).subarray(1),
    new Int8Array([1, 2]),
  ],
  ["buffers", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 2]).buffer],
  [
    "data views",
    new DataView(new ArrayBuffer(2)),
    new DataView(new ArrayBuffer(2)),
  ],
  ["dates", new Date(5), new Date(5)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["expressions", /a/g, /a/g],
  ["sets", new Set([{ a: 1 }, 2]), new Set([2, { a: 1 }])],
  ["maps", new Map([[{ k: 1 }, [1]]]), new Map([[{ k: 1 }, [1]]])],
  ["errors", new TypeError("x"), new TypeError("x")],
  ["cycles", circle(1), circle(1)],
  ["instances", new Point(1), new Point(1)],
];

const DIFFERENT: [string, unknown, unknown][] = [
  ["numbers", 5, 6],
  ["number and text", 1, "1"],
  ["null and undefined", null, undefined],
  ["null and object", null, {}],
  ["deep", { a: [1, { b: 2n }] }, { a: [1, { b: 3n }] }],
  ["missing", { a: 1 }, { a: 1, b: undefined }],
  ["other key", { a: undefined }, { b: undefined }],
  ["symbol keys", { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 2 }],
  ["length", [1, 2], [1, 2, 3]],
  ["array and object", [1], { 0: 1 }],
  ["typed arrays", new Float32Array([1, 2]), new Float32Array([1, 3])],
  ["kinds of arrays", new Float32Array([1]), new Float64Array([1])],
  ["typed and plain", new Float64Array([1]), [1]],
  ["lengths of typed arrays", new Int8Array(2), new Int8Array(3)],
  ["buffers", new Uint8Array([1, 2]).buffer, new Uint8Array([1, 3]).buffer],
  [
    "data views",
    new DataView(new Uint8Array([1]).buffer),
    new DataView(new Uint8Array([2]).buffer),
  ],
  ["dates", new Date(5), new Date(6)],
  ["expressions", /a/g, /a/i],
  ["set size", new Set([1]), new Set([1, 2])],
  ["set members", new Set([{ a: 1 }, { a: 1 }]), new Set([{ a: 1 }, { a: 2 }])],
  ["map values", new Map([["k", 1]]), new Map([["k", 2]])],
  ["map keys", new Map([[{ k: 1 }, 1]]), new Map([[{ k: 2 }, 1]])],
  ["error messages", new TypeError("x"), new TypeError("y")],
  ["error classes", new TypeError("x"), new RangeError("x")],
  ["cycles", circle(1), circle(2)],
  ["prototypes", new Point(1), { x: 1 }],
  ["functions", () => 1, () => 1],
];

Deno.test("equal() and assertEquals() accept what is deeply equal, both ways round", () => {
  for (const [name, left, right] of EQUAL) {
    check(
      a.equal(left, right) && a.equal(right, left),
      `${name} must be equal`,
    );
    a.assertEquals(left, right);
    messageOf(`assertNotEquals ${name}`, () => a.assertNotEquals(left, right));
  }
});

Deno.test("equal() and assertEquals() refuse what differs, both ways round", () => {
  for (const [name, left, right] of DIFFERENT) {
    check(
      !a.equal(left, right) && !a.equal(right, left),
      `${name} must differ`,
    );
    messageOf(`assertEquals ${name}`, () => a.assertEquals(left, right));
    a.assertNotEquals(left, right);
  }
});

Deno.test("assertEquals() names the first place that differs, and both values", () => {
  const message = messageOf(
    "assertEquals",
    () => a.assertEquals({ rows: [1, { x: 2 }] }, { rows: [1, { x: 3 }] }, "rows"),
  );
  for (
    const part of [
      ".rows[1].x",
      "2 against 3",
      "actual:",
      "expected:",
      ": rows",
    ]
  ) {
    check(message.includes(part), `${part} is missing in ${message}`);
  }
  const long = messageOf(
    "long",
    () =>
      a.assertEquals(
        new Float64Array(5000),
        new Float64Array(5000).fill(1, 4321),
      ),
  );
  check(long.includes("[4321]") && long.length < 2000, long);
});

Deno.test("every assertion passes where it holds", async () => {
  a.assert(1);
  a.assertFalse(0);
  a.assertStrictEquals(NaN, NaN);
  a.assertNotStrictEquals({}, {});
  a.assertAlmostEquals(0.1 + 0.2, 0.3);
  a.assertAlmostEquals(1, 1.5, 0.5);
  a.assertAlmostEquals(Infinity, Infinity);
  a.assertExists(0);
  a.assertInstanceOf(new Point(1), Point);
  a.assertNotInstanceOf({}, Point);
  a.assertGreater(2, 1);
  a.assertGreaterOrEqual(2, 2);
  a.assertLess(1n, 2n);
  a.assertLessOrEqual("a", "a");
  a.assertMatch("abc", /b/);
  a.assertNotMatch("abc", /d/);
  a.assertStringIncludes("abc", "bc");
  a.assertArrayIncludes([1, { a: 2 }], [{ a: 2 }]);
  a.assertArrayIncludes(new Int8Array([1, 2]), new Int8Array([2]));
  a.assertObjectMatch({ a: 1, b: { c: 2, d: [3] } }, { b: { d: [3] } });
  a.assertIsError(new RangeError("too far"), RangeError, /far$/);
  const thrown: RangeError = a.assertThrows(
    () => new Array(-1),
    RangeError,
    "length",
  );
  check(thrown instanceof RangeError, "assertThrows must return the error");
  check(
    a.assertThrows(() => {
      throw 7;
    }) === 7,
    "assertThrows must return any thrown value",
  );
  const rejected: TypeError = await a.assertRejects(
    () => Promise.reject(new TypeError("bad")),
    TypeError,
    "bad",
  );
  check(
    rejected.message === "bad",
    "assertRejects must resolve with the error",
  );
});

Deno.test("every assertion fails where it does not hold", async () => {
  const failing: [string, () => void][] = [
    ["assert", () => a.assert(0)],
    ["assertFalse", () => a.assertFalse(1)],
    ["assertStrictEquals", () => a.assertStrictEquals({}, {})],
    ["assertStrictEquals +0", () => a.assertStrictEquals(0, -0)],
    ["assertNotStrictEquals", () => a.assertNotStrictEquals(NaN, NaN)],
    ["assertAlmostEquals", () => a.assertAlmostEquals(1, 1 + 1e-6)],
    ["assertAlmostEquals NaN", () => a.assertAlmostEquals(NaN, 1, 10)],
    ["assertAlmostEquals infinite", () => a.assertAlmostEquals(1, Infinity)],
    ["assertExists", () => a.assertExists(null)],
    ["assertInstanceOf", () => a.assertInstanceOf({}, Point)],
    ["assertNotInstanceOf", () => a.assertNotInstanceOf(new Point(1), Point)],
    ["assertGreater", () => a.assertGreater(1, 1)],
    ["assertGreater NaN", () => a.assertGreater(NaN, 1)],
    ["assertGreaterOrEqual", () => a.assertGreaterOrEqual(1, 2)],
    ["assertLess", () => a.assertLess(1, 1)],
    ["assertLess NaN", () => a.assertLess(NaN, 1)],
    ["assertLessOrEqual", () => a.assertLessOrEqual(2, 1)],
    ["assertMatch", () => a.assertMatch("abc", /d/)],
    ["assertNotMatch", () => a.assertNotMatch("abc", /b/)],
    ["assertStringIncludes", () => a.assertStringIncludes("abc", "d")],
    ["assertArrayIncludes", () => a.assertArrayIncludes([1, 2], [3])],
    ["assertObjectMatch", () => a.assertObjectMatch({ a: 1 }, { a: 2 })],
    [
      "assertObjectMatch missing",
      () => a.assertObjectMatch({ a: 1 }, { b: undefined }),
    ],
    [
      "assertObjectMatch deep",
      () => a.assertObjectMatch({ a: { b: [1, 2] } }, { a: { b: [1] } }),
    ],
    ["assertIsError", () => a.assertIsError("text")],
    [
      "assertIsError class",
      () => a.assertIsError(new TypeError("x"), RangeError),
    ],
    [
      "assertIsError text",
      () => a.assertIsError(new TypeError("x"), TypeError, "y"),
    ],
    ["assertThrows", () => a.assertThrows(() => 1)],
    [
      "assertThrows class",
      () => a.assertThrows(() => new Array(-1), TypeError),
    ],
    [
      "assertThrows text",
      () => a.assertThrows(() => new Array(-1), RangeError, "nothing like it"),
    ],
    ["fail", () => a.fail()],
    ["unreachable", () => a.unreachable()],
    ["unimplemented", () => a.unimplemented()],
  ];
  for (const [name, fn] of failing) messageOf(name, fn);
  await rejectionOf(
    "assertRejects",
    () => a.assertRejects(() => Promise.resolve(1)),
  );
  await rejectionOf(
    "assertRejects class",
    () => a.assertRejects(() => Promise.reject(new Error("x")), TypeError),
  );
  await rejectionOf("assertRejects throws", () =>
    a.assertRejects(() => {
      throw new Error("no promise");
    }));
});

Deno.test("assertions narrow types", () => {
  const value: unknown = new Point(3);
  a.assertInstanceOf(value, Point);
  check(value.x === 3, "the type of value is Point here");
  const maybe = [1].find((x) => x > 0);
  a.assertExists(maybe);
  check(maybe + 1 === 2, "the type of maybe is number here");
});
