import { assert, assertEquals } from "@std/assert";
import { benchSelected } from "./_bench_selected.ts";

Deno.test("benchSelected() times every way at every length, and counts what each computes", () => {
  const rows = benchSelected(1, [80]);
  assertEquals(rows.map(({ method, heads, share }) => `${heads} ${method} ${share}`), [
    ...["1 softmax 1", "1 kept 1", "1 dense 1", "1 selected 0.05", "1 selected 0.1", "1 selected 0.2"],
    ...["4 softmax 1", "4 kept 1", "4 dense 1", "4 selected 0.05", "4 selected 0.1", "4 selected 0.2"],
  ]);
  const [softmax, kept, dense, , tenth] = rows, all = 2 * 80 * 80 * 64 / 1e9;
  // six products of 80 x 80 x 64 multiplications and additions where probabilities are kept, seven of as many or of 80 x 8 x 64 else
  assertEquals([kept, softmax, dense].map(({ gigaflop }) => gigaflop), [6 * all, 7 * all, 7 * all]);
  assertEquals(tenth.gigaflop, 7 * 2 * 80 * 8 * 64 / 1e9);
  assertEquals([kept, softmax, dense, tenth].map(({ megaexp }) => megaexp), [0.0064, 0.0128, 0.0128, 0.00128]);
  // probabilities of the head and their gradients; of a tile of 64 queries
  assertEquals([kept.bytes, softmax.bytes], [4 * 2 * 80 * 80, 4 * 2 * 64 * 80]);
  for (const { readMs, solveMs, method } of rows) assert(readMs > 0 && solveMs > 0 === (method === "selected"));
});
