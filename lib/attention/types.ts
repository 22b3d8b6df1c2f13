/**
 * B attention problems, each over H heads of N tokens, couplings held in factored form.
 *
 * With `S_ij = q_i . k_j / sqrt(d)` and `J = (S + S^T) / 2`, zero diagonal, per head, the energy of a selection x is
 *
 * `E(x) = - coupling sum_t sum_{i != j} J^t_ij x^t_i x^t_j - field sum_t sum_i h^t_i x^t_i
 *         + overlap sum_i sum_{t != u} x^t_i x^u_i + cardinality.weight sum_t (sum_i x^t_i - cardinality.k)^2`
 *
 * Sums over pairs run over ordered pairs. The published operator has `coupling = cJ`, `field = ch N`, `overlap = rho`.
 */
export interface AttentionProblem {
  /** B, the number of independent problems. */
  readonly batch: number;
  /** H, heads a problem. */
  readonly heads: number;
  /** N, tokens a head. */
  readonly tokens: number;
  /** d, width of a head. */
  readonly width: number;
  /** q, `[B, H, N, d]`. */
  readonly queries: Float32Array;
  /** k, `[B, H, N, d]`. */
  readonly keys: Float32Array;
  /** h, `[B, H, N]`. */
  readonly fields: Float32Array;
  /** The weights of the energy terms. */
  readonly weights: EnergyWeights;
}

/** The weights of the energy terms of an {@link AttentionProblem}, in units of energy. */
export interface EnergyWeights {
  /** Weight of the couplings J inside a head. */
  readonly coupling: number;
  /** Weight of the fields h. */
  readonly field: number;
  /** Penalty on a token chosen by two heads, an ordered pair of heads. */
  readonly overlap: number;
  /** Penalty `weight (sum_i x_i - k)^2` on the number of tokens a head chooses; absent: none. */
  readonly cardinality?: { readonly k: number; readonly weight: number };
}

/** How a solver is asked to work. */
export interface SolveOptions {
  /** Seed; problem b uses stream `firstStream + b`. */
  readonly seed: number;
  /** Sweeps over all variables before the descent. @default {20} */
  readonly sweeps?: number;
  /** Independent runs a problem; the lowest energy is kept. @default {1} */
  readonly replicas?: number;
  /** Stream of problem 0: what makes a shard of a batch solve as the whole batch does. @default {0} */
  readonly firstStream?: number;
}

/** Which tokens each head chose. */
export interface Selection {
  /** x, `[B, H, N]`, 0 or 1. */
  readonly chosen: Uint8Array;
  /** E(x) of each problem, `[B]`, recomputed in float64 from the problem. */
  readonly energies: Float64Array;
  /** Name of the solver or control that chose. */
  readonly solver: string;
}

/** Finds a selection of low energy, synchronously: a layer calls it inside its forward pass. */
export interface AttentionSolver {
  /** The name that results and records carry. */
  readonly name: string;
  /** Solves every problem of the batch. */
  solve(problem: AttentionProblem, options: SolveOptions): Selection;
}
