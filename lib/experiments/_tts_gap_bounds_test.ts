import { assert, assertEquals } from "@std/assert";
import { mean } from "./_tts_gap_bounds.ts";

Deno.test("mean() of runs that all start in a ground state leaves room for those that would not", () => {
  const never = mean(new Float64Array(500));
  assertEquals([never.value, never.low], [0, 0]);
  // a share of 0.3 % outside is not seen in 500 runs once in four times: the interval must hold it; one of 5 % it must not
  assert(never.high > 0.003 && never.high < 0.05, String(never.high));
});

Deno.test("mean() of many runs outside has the normal interval", () => {
  const { value, low, high } = mean(Float64Array.from({ length: 100 }, (_, i) => i % 2 === 0 ? 0 : 2));
  assertEquals(value, 1);
  // the scatter is 1, but for n - 1 in place of n
  const error = Math.sqrt(100 / 99 / 100);
  assert(Math.abs(high - 1 - 3.29 * error) < 1e-12 && Math.abs(low - 1 + 3.29 * error) < 1e-12);
});
