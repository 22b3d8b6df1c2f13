import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { halvingRate } from "./mod.ts";

Deno.test("halvingRate() holds the true rate in 95 % of cases, and grows its interval where the points are no line", () => {
  let held = 0;
  const cases = 400;
  for (let k = 0; k < cases; k++) {
    const rng = new Rng(1, k);
    const points = [2, 4, 6, 8, 10, 12].map((n) => {
      const value = 3 * 2 ** (-0.7 * n);
      return { n, value: value * Math.exp(0.05 * rng.normal()), standardError: 0.05 * value };
    });
    const { rate, halfWidth } = halvingRate(points);
    if (Math.abs(rate - 0.7) <= halfWidth) held++;
  }
  // 380 expected, sigma is sqrt(400 x 0.95 x 0.05) = 4.4; an error that grows and never shrinks holds more often, not fewer
  assert(held > 380 - 4 * 4.4, `held ${held}`);
  const bent = [1, 2, 3, 4].map((n) => ({ n, value: 2 ** -(n * n), standardError: 0.01 * 2 ** -(n * n) }));
  const { halfWidth, misfit } = halvingRate(bent);
  assert(misfit > 100 && halfWidth > 0.5, `misfit ${misfit}, ${halfWidth}`);
});

Deno.test("halvingRate() listens to a point less the larger its error is", () => {
  const points = [1, 2, 3, 4].map((n) => ({ n, value: 2 ** -n, standardError: 0.01 * 2 ** -n }));
  const far = { n: 5, value: 1, standardError: 1e4 };
  assertAlmostEquals(halvingRate([...points, far]).rate, 1, 1e-6);
});

Deno.test("halvingRate() refuses two sizes, and values that have no logarithm", () => {
  const at = (n: number, value: number) => ({ n, value, standardError: 0.1 });
  assertThrows(() => halvingRate([at(1, 1), at(1, 2), at(2, 1)]), RangeError, "three sizes or more, got 1, 2");
  assertThrows(() => halvingRate([at(1, 1), at(2, 0), at(3, 1)]), RangeError, "got 0 +- 0.1 at 2");
  assertThrows(() => halvingRate([at(1, 1), at(2, NaN), at(3, 1)]), RangeError, "must be finite and above 0");
});
