import type { Model } from "../model/mod.ts";
import { type ChainGap, chainGap, type ChainGapOptions } from "./chain_gap.ts";

/** Options of {@link chainGaps}. */
export interface ChainGapsOptions extends Omit<ChainGapOptions, "beta"> {
  /** The inverse temperatures of a schedule, in 1/energy. */
  readonly betas: readonly number[];
}

/** The gap of a chain along a schedule. */
export interface ChainGaps {
  /** One entry a beta, in the order given. */
  readonly curve: readonly ChainGap[];
  /** The entry of the smallest gap, the first of equals: what an anneal along the schedule has to pass. */
  readonly smallest: ChainGap;
}

/**
 * Computes the spectral gap of the random-scan chain at each beta of a schedule, and the smallest.
 *
 * Often the gap falls with beta and the smallest is the last; it says how slow the end of a schedule is, not that the anneal fails.
 *
 * @param model any model of 1 to 20 spins
 * @param options see {@link ChainGapsOptions}
 * @returns curve and minimum
 * @throws {RangeError} if there is no beta, and as {@link chainGap}
 * @throws {GapNotConverged} as {@link chainGap}
 *
 * Cost that of {@link chainGap} for each beta.
 * Source: Somma, Boixo, Barnum and Knill, Quantum simulations of classical annealing processes (2008), DOI
 * 10.1103/PhysRevLett.101.130504, for the minimum over beta.
 *
 * @example Two spins: (1 - tanh(beta)) / 2
 * ```ts
 * import { chainGaps } from "qama/analysis";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, -1]]) });
 * const { smallest } = chainGaps(pair, { betas: [0.5, 1, 2] });
 * assertAlmostEquals(smallest.gap, (1 - Math.tanh(2)) / 2, 1e-12);
 * ```
 */
export function chainGaps(model: Model, options: ChainGapsOptions): ChainGaps {
  const { betas, ...rest } = options;
  if (!betas || betas.length === 0) {
    throw new RangeError("Cannot give the gaps of a chain: expected one beta or more, got none");
  }
  const curve = betas.map((beta) => chainGap(model, { ...rest, beta }));
  return { curve, smallest: curve.reduce((a, b) => b.gap < a.gap ? b : a) };
}
