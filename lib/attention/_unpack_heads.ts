import type { Floats } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import type { BlockShape } from "./block.ts";
import type { AttentionProblem, EnergyWeights } from "./types.ts";

/** Copies packed heads out of an arena, as the problem that they are: every head with queries and keys of its own. */
export function unpackHeads(
  samples: number,
  { heads: H, tokens: N, width: d }: BlockShape,
  { packed, fields, copies = 1 }: { readonly packed: Floats; readonly fields: Floats; readonly copies?: number },
  weights: EnergyWeights,
): AttentionProblem {
  const dp = roundUp4(d);
  const queries = new Float32Array(samples * H * N * d);
  const keys = new Float32Array(samples * H * N * d);
  for (let head = 0; head < samples * H; head++) {
    const first = Math.floor(head / copies) * N;
    for (let i = 0; i < N; i++) {
      const from = 2 * (first + i) * dp, to = (head * N + i) * d;
      for (let a = 0; a < d; a++) {
        queries[to + a] = packed[from + a];
        keys[to + a] = packed[from + dp + a];
      }
    }
  }
  const own = fields.slice(0, samples * H * N);
  return { batch: samples, heads: H, tokens: N, width: d, queries, keys, fields: own, weights };
}
