import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { softWeights } from "../attention/mod.ts";
import { softSelectionError } from "./mod.ts";

Deno.test("softSelectionError() is what the nearest of all bit strings errs by", () => {
  for (const q of [1, 2, 3, 5]) {
    const levels = Array.from({ length: 2 ** q }, (_, level) => {
      return softWeights(Array.from({ length: q }, (_, b) => (level >> b) & 1), q)[0];
    });
    let [largest, squares] = [0, 0];
    // midpoints of a grid: the mean square of a triangle of n points a half is off by 1/n^2
    const n = 20 * (2 ** q - 1) * 10;
    for (let i = 0; i < n; i++) {
      const error = Math.min(...levels.map((level) => Math.abs(level - (i + 0.5) / n)));
      largest = Math.max(largest, error);
      squares += error * error / n;
    }
    const expected = softSelectionError(q);
    assertEquals(expected.step, levels[1]);
    assertAlmostEquals(largest, expected.largest, 0.6 / n);
    assertAlmostEquals(Math.sqrt(squares), expected.rms, expected.rms * 1e-4);
  }
});

Deno.test("softSelectionError() refuses numbers of bits that are none", () => {
  for (const q of [0, 1.5, 31, NaN]) {
    assertThrows(() => softSelectionError(q), RangeError, `q must be an integer from 1 to 30, got ${q}`);
  }
});
