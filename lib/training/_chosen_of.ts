import type { AttentionBlock } from "../attention/mod.ts";
import type { Bytes } from "../kernels/mod.ts";

/** x of the first (head, token) pairs of the last forward pass, of every selection, a view; null where nothing is selected. */
export function chosenOf(block: AttentionBlock | null, pairs: number): Bytes | null {
  return block?.chosen?.subarray(0, pairs * (block.selections ?? 1)) ?? null;
}
