import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ShareClock } from "./_share_clock.ts";

Deno.test("ShareClock goes by what was done since the first share, and begins anew with another piece", () => {
  const clock = new ShareClock();
  assertEquals(clock.leftMs(0.5, 1000), NaN);
  assertAlmostEquals(clock.leftMs(0.6, 2000), 4000);
  assertAlmostEquals(clock.leftMs(1, 6000), 0);
  assertEquals(clock.leftMs(0.1, 7000), NaN);
  assertAlmostEquals(clock.leftMs(0.2, 8000), 8000);
});
