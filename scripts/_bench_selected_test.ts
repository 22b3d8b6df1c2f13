import { assert, assertEquals } from "@std/assert";
import { benchSelected } from "./_bench_selected.ts";

Deno.test("benchSelected() times every way at every length, and counts what each computes", () => {
  const rows = benchSelected(1, [80]);
  assertEquals(rows.map(({ method, heads, share }) => `${heads} ${method} ${share}`), [
    ...["1 softmax 1", "1 dense 1", "1 selected 0.05", "1 selected 0.1", "1 selected 0.2"],
    ...["4 softmax 1", "4 dense 1", "4 selected 0.05", "4 selected 0.1", "4 selected 0.2"],
  ]);
  const [softmax, dense, , tenth] = rows;
  // six products of 80 x 80 x 64 multiplications and additions, and seven of 80 x 8 x 64
  assertEquals([softmax.gigaflop, tenth.gigaflop], [6 * 2 * 80 * 80 * 64 / 1e9, 7 * 2 * 80 * 8 * 64 / 1e9]);
  assertEquals([softmax.megaexp, dense.megaexp, tenth.megaexp], [0.0064, 0.0128, 0.00128]);
  for (const { readMs, solveMs, method } of rows) assert(readMs > 0 && solveMs > 0 === (method === "selected"));
});
