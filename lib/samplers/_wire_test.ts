import { assert, assertEquals } from "@std/assert";
import { pack, unpack } from "./_wire.ts";

Deno.test("unpack(pack()) is the message that was cloned", () => {
  const message = {
    kind: "rows",
    none: undefined,
    list: [1, "two", null, { deep: new Uint32Array([3, 4]) }],
    part: new Float64Array([0, 1, 2, 3]).subarray(1, 3),
    signs: Int8Array.of(-1, 1),
    map: new Map([[1, 2]]),
  };
  assertEquals(unpack(structuredClone(pack(message))), message);
});

Deno.test("pack() leaves no typed array behind, and shared memory shared", () => {
  const shared = new Int32Array(new SharedArrayBuffer(16)).subarray(1, 3);
  const found = unpack<{ options: { deaths: Int32Array } }>(structuredClone(pack({ options: { deaths: shared } })));
  Atomics.store(shared, 0, 7);
  assertEquals([...found.options.deaths], [7, 0]);
  const seen = (value: unknown): boolean =>
    ArrayBuffer.isView(value) || (typeof value === "object" && value !== null && Object.values(value).some(seen));
  assert(seen({ a: [shared] }));
  assert(!seen(pack({ a: [shared, new Uint8Array(2)], b: { c: new Float32Array(1) } })));
});
