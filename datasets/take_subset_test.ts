import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { ImageData } from "../lib/training/types.ts";
import { takeSubset } from "./mod.ts";

const split = (count: number) => ({
  images: Uint8Array.from({ length: count * 6 }, (_, i) => i % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  count,
});
const data: ImageData = {
  name: "Mine",
  synthetic: false,
  rows: 1,
  columns: 2,
  channels: 3,
  classes: ["a"],
  train: split(9000),
  test: split(50),
  checksums: { file: "00" },
};

Deno.test("takeSubset() gives the first pictures of each split, as views", () => {
  const part = takeSubset(data, { train: 8000, test: 7 });
  assertEquals(part.train.count, 8000);
  assertEquals(part.train.images, data.train.images.subarray(0, 48_000));
  assertEquals(part.test.labels, data.test.labels.subarray(0, 7));
  assertStrictEquals(part.train.images.buffer, data.train.images.buffer);
  assertEquals([part.rows, part.columns, part.channels, part.checksums], [1, 2, 3, { file: "00" }]);
});

Deno.test("takeSubset() says in the name what was left out", () => {
  assertEquals(takeSubset(data, { train: 8000 }).name, "Mine (first 8,000)");
  assertEquals(takeSubset(data, { test: 7 }).name, "Mine (tested on 7)");
  assertEquals(takeSubset(data, { train: 8000, test: 7 }).name, "Mine (first 8,000, tested on 7)");
  assertEquals(takeSubset({ ...data, name: "Mine (drawn)" }, { train: 1 }).name, "Mine (drawn, first 1)");
  assertStrictEquals(takeSubset(data, { train: 9000, test: 50 }), data);
  assert(takeSubset(data, {}) === data);
});

Deno.test("takeSubset() refuses more than there is, nothing, and parts of pictures", () => {
  assertThrows(() => takeSubset(data, { train: 9001 }), RangeError, "Cannot take 9001 training pictures");
  assertThrows(() => takeSubset(data, { test: 51 }), RangeError, "expected an integer from 1 to 50");
  const misspelt = { trian: 8 };
  assertThrows(() => takeSubset(data, misspelt as typeof misspelt & { train?: number }), TypeError, "no option trian");
  for (const train of [0, -1, 1.5, NaN]) assertThrows(() => takeSubset(data, { train }), RangeError);
});
