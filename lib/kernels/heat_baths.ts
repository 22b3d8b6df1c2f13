import type { Bytes, Doubles, Floats, Words } from "./arena.ts";

/** Heat baths of B Ising models over N positions, with the same couplings by distance. */
export interface HeatBaths {
  /** B. */
  readonly problems: number;
  /** N. */
  readonly tokens: number;
  /** Chains of each, 2 or more for a gradient. */
  readonly chains: number;
  /** s, `[B, N]`. */
  readonly scores: Floats;
  /** C, `[reach]`: of positions 1, 2, ... apart. */
  readonly couplings: Floats;
  /** Last states of the chains, `[B, chains, N]`. */
  readonly chosen: Bytes;
  /** `heatBathScratch` floats. */
  readonly scratch: Floats;
}

/** What a run of heat baths takes beside, and where it writes. */
export interface HeatBathRun {
  /** Sweeps of each chain. */
  readonly sweeps: number;
  /** Four words of a stream, which the streams of four chains at a time are opened from; advanced. */
  readonly stream: Words;
  /** m, `[B, N]`. */
  readonly marginals: Floats;
}

/** Slopes of the marginals, and where those of scores and couplings go. */
export interface HeatBathSlopes {
  /** `dL / dm`, `[B, N]`. */
  readonly slopes: Floats;
  /** `dL / ds`, `[B, N]`, written whole. */
  readonly dscores: Floats;
  /** `dL / dC`, `[reach]`, added to. */
  readonly dcouplings: Doubles;
}

/**
 * Counts the floats of scratch that `Kernels.heatBaths` and its gradient need.
 *
 * `4 (N + 2 reach) + max(16, chains)`, the chains rounded up to fours.
 *
 * @param tokens N
 * @param chains chains of a problem
 * @param reach furthest distance of two coupled positions
 * @returns a number of floats; it does not grow with the number of problems
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Four chains of ten positions
 * ```ts
 * import { heatBathScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(heatBathScratch(10, 4, 3), 80);
 * ```
 */
export function heatBathScratch(tokens: number, chains: number, reach: number): number {
  return 4 * (tokens + 2 * reach) + Math.max(16, 4 * Math.ceil(chains / 4));
}
