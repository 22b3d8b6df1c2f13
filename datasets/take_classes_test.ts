import { assertEquals, assertThrows } from "@std/assert";
import { loadGlyphs, takeClasses, takeSubset } from "./mod.ts";

Deno.test("takeClasses() keeps the pictures of its classes in their order, and numbers the classes anew", async () => {
  const data = await loadGlyphs({ trainCount: 60, testCount: 30 });
  const pair = takeClasses(data, [6, 3]);
  assertEquals(pair.classes, [data.classes[6], data.classes[3]]);
  const expected = [...data.train.labels.keys()].filter((i) => [3, 6].includes(data.train.labels[i]));
  assertEquals([...pair.train.labels], expected.map((i) => data.train.labels[i] === 6 ? 0 : 1));
  const size = data.rows * data.columns;
  const last = expected[expected.length - 1];
  assertEquals(pair.train.images.slice(-size), data.train.images.slice(last * size, (last + 1) * size));
  assertEquals(takeSubset(pair, { train: 2 }).name, "glyphs (drawn by this project, 6 against 3, first 2)");
});

Deno.test("takeClasses() refuses classes that are not there, stand twice, or are one", async () => {
  const data = await loadGlyphs({ trainCount: 20, testCount: 10 });
  assertThrows(() => takeClasses(data, [1, 10]), RangeError, "Cannot take class 10");
  assertThrows(() => takeClasses(data, [1, 1]), RangeError, "each once, got 1, 1");
  assertThrows(() => takeClasses(data, [4]), RangeError, "two or more");
});
