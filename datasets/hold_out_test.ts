import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { wordTexts } from "../lib/training/_example_texts.ts";
import type { ImageData } from "../lib/training/types.ts";
import { holdOut } from "./mod.ts";

const split = (count: number, from: number) => ({
  images: Uint8Array.from({ length: count * 2 }, (_, i) => from + i),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
  count,
});
const data: ImageData = {
  ...{ name: "Mine", synthetic: false, rows: 1, columns: 2, channels: 1, classes: ["a", "b", "c"] },
  ...{ train: split(10, 0), test: split(4, 100), checksums: { file: "00" } },
};

Deno.test("holdOut() trains on the first and tests on the last training pictures, and on no test picture", () => {
  const part = holdOut(data, { train: 6, test: 3 });
  assertEquals([...part.train.images], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assertEquals([...part.test.images], [14, 15, 16, 17, 18, 19]);
  assertEquals([...part.test.labels], [1, 2, 0]);
  assertStrictEquals(part.test.images.buffer, data.train.images.buffer);
  assertEquals(part.name, "Mine (first 6, tested on the last 3 of training)");
  assertEquals(holdOut({ ...data, name: "Mine (drawn)" }, { train: 7, test: 3 }).name.slice(0, 13), "Mine (drawn, ");
});

Deno.test("holdOut() cuts the same texts as they stand in the training set", () => {
  const whole = wordTexts(20, 5);
  const { train, test } = holdOut(whole, { train: 12, test: 4 });
  const text = ({ tokens, starts }: typeof train, i: number) => [...tokens.subarray(starts[i], starts[i + 1])];
  for (let i = 0; i < 12; i++) assertEquals(text(train, i), text(whole.train, i));
  for (let i = 0; i < 4; i++) assertEquals(text(test, i), text(whole.train, 16 + i));
  assertEquals([test.starts[0], test.starts[4], test.count], [0, test.tokens.length, 4]);
  assertEquals(test.labels, whole.train.labels.subarray(16));
});

Deno.test("holdOut() refuses items in both parts, none at all, and frozen features", () => {
  assertThrows(() => holdOut(data, { train: 8, test: 3 }), RangeError, "more than the 10 training items of Mine");
  assertThrows(() => holdOut(data, { train: 0, test: 3 }), RangeError, "train must be an integer of 1 or more, got 0");
  const features = { model: "m", width: 4, trainPath: "a", testPath: "b" };
  assertThrows(() => holdOut({ ...wordTexts(20, 5), features }, { train: 4, test: 4 }), TypeError, "frozen features");
});
