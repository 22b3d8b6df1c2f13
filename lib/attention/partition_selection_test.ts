import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { randomProblem } from "./_test_problems.ts";
import { selectedWeights } from "./energy_weights.ts";
import { partitionSelection } from "./partition_selection.ts";

const sizes = { batch: 2, heads: 8, tokens: 49, width: 2, weights: selectedWeights({ k: 5 }) };
const problem = randomProblem(sizes, 1);

/** How many heads chose each token of the first problem. */
function headsOf(chosen: Uint8Array, tokens = 49, heads = 8): number[] {
  return Array.from({ length: tokens }, (_, i) => {
    let count = 0;
    for (let t = 0; t < heads; t++) count += chosen[t * tokens + i];
    return count;
  });
}

Deno.test("partitionSelection() gives no token to two heads while there are enough, and deals evenly beyond", () => {
  for (const count of [1, 6, 7, 11, 30, 48, 49]) {
    for (const seed of [1, 2, 3]) {
      const { chosen } = partitionSelection({ count, seed }).solve(problem, { seed: 1 });
      for (let t = 0; t < 8; t++) {
        assertEquals(chosen.subarray(49 * t, 49 * t + 49).reduce((a, b) => a + b), count);
      }
      const floor = Math.floor(8 * count / 49);
      assert(headsOf(chosen).every((heads) => heads === floor || heads === floor + 1), `${count} ${seed}`);
    }
  }
});

Deno.test("partitionSelection() gives every problem and call the same, by its own seed alone", () => {
  const solver = partitionSelection({ density: 0.13, seed: 4 });
  const { chosen, solver: name } = solver.solve(problem, { seed: 1 });
  assertEquals(name, "partition");
  assertEquals(chosen.subarray(0, 392), chosen.subarray(392));
  assertEquals(solver.solve(problem, { seed: 2, firstStream: 5 }).chosen, chosen);
  assertNotEquals(partitionSelection({ density: 0.13, seed: 5 }).solve(problem, { seed: 1 }).chosen, chosen);
  // 0.13 of 49 are 6: 48 tokens dealt, one left over
  assertEquals(headsOf(chosen).filter((heads) => heads === 1).length, 48);
});

Deno.test("partitionSelection() refuses densities, counts and seeds out of range", () => {
  assertThrows(() => partitionSelection({ density: 1.1, seed: 1 }), RangeError, "density must be from 0 to 1");
  assertThrows(() => partitionSelection({ count: -1, seed: 1 }), RangeError, "count must be an integer");
  assertThrows(() => partitionSelection({ count: 1, seed: -1 }), RangeError);
});
