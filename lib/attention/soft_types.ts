import type { SolveOptions } from "./types.ts";

/**
 * B problems of soft selections: H heads of N tokens, each of which gets a weight of q bits.
 *
 * With `w_i = sum_b 2^b x_ib / (2^q - 1)` the energy of bits x is
 *
 * `E(x) = - quadratic sum_t sum_i sum_j J^t_ij w^t_i w^t_j - linear sum_t sum_i h^t_i w^t_i
 *         + penalty (2 / (H (H - 1))) sum_{t < u} sum_i sum_b x^t_ib x^u_ib
 *         - longRange sum_t sum_{i != j} (|i - j| / (N - 1)) w^t_i w^t_j`
 *
 * The first sum counts i = j. The penalty is 0 where H = 1, the last term where N = 1.
 */
export interface SoftProblem {
  /** B, the number of independent problems. */
  readonly batch: number;
  /** H, heads a problem. */
  readonly heads: number;
  /** N, tokens a head. */
  readonly tokens: number;
  /** q, bits a token. */
  readonly bits: number;
  /** J, `[B, H, N, N]`, in general not symmetric, the diagonal counted. */
  readonly couplings: Float32Array;
  /** h, `[B, H, N]`. */
  readonly fields: Float32Array;
  /** The weights of the energy terms. */
  readonly weights: SoftEnergyWeights;
}

/** The weights of the energy terms of a {@link SoftProblem}. */
export interface SoftEnergyWeights {
  /** Weight of the couplings. */
  readonly quadratic: number;
  /** Weight of the fields. */
  readonly linear: number;
  /** Penalty on a bit that two heads set, over all pairs of heads. */
  readonly penalty: number;
  /** Reward for the distance of chosen tokens, as a share of the whole head; negative: a penalty. */
  readonly longRange: number;
}

/** The bits of every token. */
export interface SoftSelection {
  /** x, `[B, H, N, q]`, 0 or 1, the least significant bit first. */
  readonly chosen: Uint8Array;
  /** E(x) of each problem, `[B]`, recomputed in float64 from the problem. */
  readonly energies: Float64Array;
  /** Name of the solver or control that chose. */
  readonly solver: string;
}

/** Finds soft selections of low energy, synchronously: a block calls it inside its forward pass. */
export interface SoftSolver {
  /** The name that results and records carry. */
  readonly name: string;
  /** Solves every problem of the batch. */
  solve(problem: SoftProblem, options: SolveOptions): SoftSelection;
}
