import type { AttentionProblem, AttentionSolver } from "./types.ts";

/**
 * How a gradient passes a selection.
 *
 * Every estimator gives the gradient of queries, keys and fields from the gradient of the readout. Two ways lead there: through
 * the energy of the chosen tokens with x held constant (`throughEnergy`), and through x itself (`throughSelection`).
 *
 * The readout `energy` is a function of x and of the problem, and an estimator sees all of it. A softmax readout reads values and
 * queries that are no part of the problem: there the readout itself gives the gradient at the held x, and `throughSelection` adds
 * the way through x alone, of the linear `f(x) = sum_j g_j x_j` with the slopes of the gates.
 */
export interface GradientEstimator {
  /** The name that records carry. */
  readonly name: string;
  /**
   * True if the derivative of the energy with x held constant is passed on; a softmax readout, whose energy is the bias of its keys,
   * passes it on where there is a `throughSelection` too.
   */
  readonly throughEnergy: boolean;
  /** What is added to it; absent: nothing, x is a constant. */
  readonly throughSelection?: SelectionGradient;
  /**
   * What the slopes of a softmax readout are: the derivatives by its gates, which have no bound where an unread key outweighs what is read, or
   * what choosing each token changes of the linear loss, all others held, which is at most what its value differs by. @default {"derivative"}
   */
  readonly slopes?: "derivative" | "flip";
}

/** Adds the gradient of queries, keys and fields of every problem, as far as `throughEnergy` leaves it out. */
export type SelectionGradient = (task: SelectionTask, into: ProblemGradient) => void;

/**
 * What the loss sees of a selection, to first order, `f(x)` in the estimators.
 *
 * `energy`: `f(x) = sum_i g_i eps_i`, `eps_i = -x_i ((J x)_i + h_i)`, a function of the problem too; `linear`: `f(x) = sum_i g_i x_i`,
 * the readout of a softmax linearised about the selection of the forward pass, the problem not in it.
 */
export type SeenReadout = "energy" | "linear";

/** What a {@link SelectionGradient} works on: B problems, of H heads each, one a block of queries where there are blocks. */
export interface SelectionTask {
  /** B problems, as they were solved. */
  readonly problem: AttentionProblem;
  /** x, `[B, H, N]`: what the forward pass chose. */
  readonly chosen: Uint8Array;
  /** What f is. */
  readonly readout: SeenReadout;
  /**
   * g, `[B, H, N]`. `energy`: the derivative of the loss with respect to each token's energy, `g_i = sum_a G_ia e_a`; `linear`: with
   * respect to each token's gate, chosen or not.
   */
  readonly slopes: Float64Array;
  /** Who chose. */
  readonly solver: AttentionSolver;
  /** Sweeps that were asked of the solver; absent: its own default. */
  readonly sweeps?: number;
  /** Seed of the forward pass. */
  readonly seed: number;
  /** Stream of problem 0 in the forward pass. */
  readonly firstStream: number;
}

/** Gradients with respect to the arrays of a problem. */
export interface ProblemGradient {
  /** With respect to q, `[B, H, N, d]`. */
  readonly queries: Float64Array;
  /** With respect to k, `[B, H, N, d]`. */
  readonly keys: Float64Array;
  /** With respect to h, `[B, H, N]`. */
  readonly fields: Float64Array;
}

/**
 * The paper's estimator, `energy`: the derivative of the readout with the selection held constant.
 *
 * Of `L(theta) = f(x(theta); theta)` it keeps the partial derivative `df/dtheta` at fixed x. That is all there is where x is the
 * unique minimum of the energy: a small change of theta leaves x as it is, so it is exact, almost everywhere, for the readout of
 * the exact minimum. For the expected readout `F = E_p[f(x)]` at a finite beta it leaves out `-beta Cov(f, dE/dtheta)`: it is
 * biased by just that, and without bias where nothing is left to choose. No solve, no variance beyond that of x.
 *
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 */
export const heldSelection: GradientEstimator = { name: "heldSelection", throughEnergy: true };

/** A control: the gradient stops at the energy, so that the QUBO itself is never trained. */
export const detachedEnergy: GradientEstimator = { name: "detachedEnergy", throughEnergy: false };
