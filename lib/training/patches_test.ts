import { assertEquals } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { patchPositions, writePatches } from "./patches.ts";

Deno.test("writePatches() cuts row by row and scales bytes to [-1, 1]", () => {
  const images = Uint8Array.from({ length: 16 }, (_, i) => i * 17);
  const patches = new Float32Array(16);
  writePatches(images, 1, { rows: 4, columns: 4, channels: 1, patch: 2 }, patches);
  const expected = [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15].map((i) => Math.fround(i * 17 / 127.5 - 1));
  assertClose(patches, expected, { rtol: 0, atol: 1e-7 });
});

Deno.test("patchPositions() are sin and cos of column and row at frequencies 10000^(-i / (D / 4 - 1))", () => {
  const [rows, columns, D] = [2, 3, 16];
  // D / 4 = 4 frequencies, by hand: 10000^0, 10000^(-1/3), 10000^(-2/3), 10000^-1
  const frequencies = [1, 0.046415888336127795, 0.0021544346900318843, 0.0001];
  const expected: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      for (const [f, x] of [[Math.sin, c], [Math.cos, c], [Math.sin, r], [Math.cos, r]] as const) {
        expected.push(...frequencies.map((frequency) => f(x * frequency)));
      }
    }
  }
  assertClose(patchPositions(rows, columns, D), expected, { rtol: 1e-6, atol: 0 });
});

Deno.test("patchPositions() differ between any two patches and have constant norm", () => {
  const [rows, columns, D] = [7, 7, 64];
  const positions = patchPositions(rows, columns, D);
  const seen = new Set<string>();
  for (let i = 0; i < rows * columns; i++) {
    const row = positions.subarray(i * D, (i + 1) * D);
    seen.add(row.join());
    // sin^2 + cos^2 over D / 2 pairs
    assertClose(row.reduce((sum, x) => sum + x * x, 0), D / 2, { rtol: 1e-6, atol: 0 });
  }
  assertEquals(seen.size, rows * columns);
});
