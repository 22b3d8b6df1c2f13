import { Rng } from "../random/mod.ts";
import type { AttentionProblem, EnergyWeights } from "./types.ts";

/** Sizes and weights of a random problem. */
export interface RandomProblem {
  readonly batch: number;
  readonly heads: number;
  readonly tokens: number;
  readonly width: number;
  readonly weights: EnergyWeights;
}

/** A problem for tests: queries, keys and fields from N(0, 1). */
export function randomProblem(sizes: RandomProblem, seed: number): AttentionProblem {
  const rng = new Rng(seed);
  const places = sizes.batch * sizes.heads * sizes.tokens;
  const normals = (length: number) => Float32Array.from({ length }, () => rng.normal());
  return {
    ...sizes,
    queries: normals(places * sizes.width),
    keys: normals(places * sizes.width),
    fields: normals(places),
  };
}
