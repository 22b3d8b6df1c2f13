import { assertEquals } from "@std/assert";
import { inTurn } from "./_in_turn.ts";

Deno.test("inTurn() gives results in the order of the items, works on so many at a time, and on each once", async () => {
  const waits = [5, 4, 3, 2, 1, 0];
  let running = 0, most = 0;
  const seen: number[] = [];
  const results = await inTurn(waits, 3, async (turns) => {
    seen.push(turns);
    most = Math.max(most, ++running);
    // so that who began first ends last
    for (let k = 0; k < turns; k++) await Promise.resolve();
    running--;
    return 10 * turns;
  });
  assertEquals([results, seen, most], [[50, 40, 30, 20, 10, 0], waits, 3]);
  assertEquals(await inTurn([], 3, () => Promise.resolve(1)), []);
});
