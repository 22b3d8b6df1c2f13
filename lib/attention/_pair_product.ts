import type { AttentionProblem } from "./types.ts";

/** `q_r . k_s + q_s . k_r`, which is 2 sqrt(d) J_rs; r and s are places in `[B, H, N]`, of one head. */
export function pairProduct(
  { width: d, queries, keys }: Pick<AttentionProblem, "width" | "queries" | "keys">,
  r: number,
  s: number,
): number {
  const row = r * d, column = s * d;
  let product = 0;
  for (let a = 0; a < d; a++) product += queries[row + a] * keys[column + a] + queries[column + a] * keys[row + a];
  return product;
}
