import type { Floats } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import type { BlockShape } from "./block.ts";
import type { AttentionProblem, EnergyWeights } from "./types.ts";

/** Copies packed heads out of an arena, as the problem that they are. */
export function unpackHeads(
  samples: number,
  { heads: H, tokens: N, width: d }: BlockShape,
  heads: { readonly packed: Floats; readonly fields: Floats },
  weights: EnergyWeights,
): AttentionProblem {
  const dp = roundUp4(d);
  const queries = new Float32Array(samples * H * N * d);
  const keys = new Float32Array(samples * H * N * d);
  for (let i = 0; i < samples * H * N; i++) {
    for (let a = 0; a < d; a++) {
      queries[i * d + a] = heads.packed[2 * i * dp + a];
      keys[i * d + a] = heads.packed[(2 * i + 1) * dp + a];
    }
  }
  const fields = heads.fields.slice(0, samples * H * N);
  return { batch: samples, heads: H, tokens: N, width: d, queries, keys, fields, weights };
}
