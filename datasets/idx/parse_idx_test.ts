import { assertEquals, assertThrows } from "@std/assert";
import { parseIdx } from "./mod.ts";

/** An idx file of `values` counting up from 1, whatever the header says. */
function idx(header: number[], shape: number[], values: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(header.length + 4 * shape.length + values);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  shape.forEach((length, i) => view.setUint32(header.length + 4 * i, length));
  for (let i = 0; i < values; i++) bytes[header.length + 4 * shape.length + i] = i + 1;
  return bytes;
}

Deno.test("parseIdx() reads 1 to 4 dimensions, also from the middle of a buffer", () => {
  for (const shape of [[6], [2, 3], [1, 2, 3], [3, 1, 2, 1], [0], [300]]) {
    const count = shape.reduce((a, b) => a * b, 1);
    const file = idx([0, 0, 8, shape.length], shape, count);
    const shifted = new Uint8Array(file.length + 5);
    shifted.set(file, 5);
    for (const bytes of [file, shifted.subarray(5)]) {
      const array = parseIdx(bytes, { name: "a" });
      assertEquals(array.shape, shape);
      assertEquals([...array.values], Array.from({ length: count }, (_, i) => (i + 1) % 256));
    }
  }
});

Deno.test("parseIdx() returns a view of the file", () => {
  const file = idx([0, 0, 8, 1], [3], 3);
  parseIdx(file, { name: "a" }).values[1] = 99;
  assertEquals(file[9], 99);
});

Deno.test("parseIdx() names the file, what it expected and what came", () => {
  const cases: [Uint8Array<ArrayBuffer>, typeof SyntaxError | typeof RangeError, string][] = [
    [
      new Uint8Array(),
      SyntaxError,
      "Cannot read a.idx: expected the magic number 00 00 08 nn of an idx file of bytes, got an empty file",
    ],
    [new Uint8Array([0x1f, 0x8b, 8, 0]), SyntaxError, "got 1f 8b 08 00; unpack it if it is packed"],
    [idx([0, 0, 0x0d, 1], [1], 4), SyntaxError, "got 00 00 0d 01"],
    [idx([0, 1, 8, 1], [1], 1), SyntaxError, "got 00 01 08 01"],
    [idx([1, 0, 8, 1], [1], 1), SyntaxError, "got 01 00 08 01"],
    [idx([0, 0, 8, 0], [], 1), RangeError, "expected 1 to 4 dimensions, got 0"],
    [idx([0, 0, 8, 5], [1, 1, 1, 1, 1], 1), RangeError, "expected 1 to 4 dimensions, got 5"],
    [idx([0, 0, 8, 3], [2, 2], 0), SyntaxError, "expected a header of 16 bytes, got 12 bytes"],
    [idx([0, 0, 8, 2], [2, 3], 5), SyntaxError, "expected 18 bytes for shape [2, 3], got 17; it is cut short"],
    [idx([0, 0, 8, 2], [2, 3], 7), SyntaxError, "expected 18 bytes for shape [2, 3], got 19; it is too long"],
    [idx([0, 0, 8, 4], [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 1), SyntaxError, "it is cut short"],
  ];
  for (const [bytes, type, text] of cases) assertThrows(() => parseIdx(bytes, { name: "a.idx" }), type, text);
});
