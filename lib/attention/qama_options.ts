import { checkOptionNames } from "../model/mod.ts";
import { annealedSelection } from "./annealed_selection.ts";
import { publishedWeights, selectedWeights } from "./energy_weights.ts";
import type { BlockShape } from "./block.ts";
import { type GradientEstimator, heldSelection } from "./gradient_estimator.ts";
import type { AttentionSolver, EnergyWeights } from "./types.ts";

/** The four choices that make a QAMA operator, and the two ways its fields are made. */
export interface QamaOptions {
  /** The name that records carry. */
  readonly name: string;
  /** Weights of the energy terms, from the sizes. */
  readonly weights: (shape: Pick<BlockShape, "tokens" | "heads" | "width">) => EnergyWeights;
  /** Who chooses the tokens. */
  readonly solver: AttentionSolver;
  /** Sweeps asked of the solver; absent: its own default. */
  readonly sweeps?: number;
  /**
   * `energy`: `eps_i e` of the chosen tokens, the paper's; `selectedSoftmax`: every query reads the chosen keys.
   */
  readonly readout: "energy" | "selectedSoftmax";
  /** How the gradient passes the selection. */
  readonly estimator: GradientEstimator;
  /** Layer norms in front of q, k and v: three of their own, or one shared. */
  readonly norms: "separate" | "shared";
  /** Direction e of the fields: `shared` `[d]`, `h = v . e / d`, from N(0, 1); `perHead` `[H, d]`, `h = v . e`, from N(0, 0.01). */
  readonly direction: "shared" | "perHead";
  /** True: a learned field p `[H, N]`, from N(0, 1), is added to h. */
  readonly positionalField: boolean;
}

/** Options of {@link qamaV2}. */
export interface QamaV2Options {
  /** Weight cJ of the couplings. @default {1} */
  readonly cJ?: number;
  /** Weight ch of the fields; the energy has ch N. @default {0.16} */
  readonly ch?: number;
  /** Weight cP of the head penalty. @default {0.8} */
  readonly cP?: number;
  /** Who chooses. @default {annealedSelection()} */
  readonly solver?: AttentionSolver;
  /** Sweeps asked of the solver. */
  readonly sweeps?: number;
  /** How the gradient passes the selection. @default {heldSelection} */
  readonly estimator?: GradientEstimator;
}

/**
 * The operator behind the published tables: three layer norms, one direction e, energy readout.
 *
 * `E(x) = -cJ sum x'Jx - ch N sum h x + rho sum_{t != u} x^t x^u`, `rho = (cP / 2) sqrt(2 / pi) N / (H - 1)`; output
 * `eps_i e`, `eps_i = -x_i ((J x)_i + h_i)`.
 *
 * @param options coefficients, solver and estimator
 * @returns a configuration for `qamaBlock`
 *
 * Cost O(1).
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example Its readout is the energy
 * ```ts
 * import { qamaV2 } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(qamaV2().readout, "energy");
 * ```
 */
export function qamaV2(options: QamaV2Options = {}): QamaOptions {
  checkOptionNames("Cannot configure qamaV2", options, ["cJ", "ch", "cP", "solver", "sweeps", "estimator"]);
  const { cJ, ch, cP, solver = annealedSelection(), sweeps, estimator = heldSelection } = options;
  return {
    name: "qamaV2",
    weights: ({ tokens, heads }) => publishedWeights({ tokens, heads, cJ, ch, cP }),
    solver,
    sweeps,
    readout: "energy",
    estimator,
    norms: "separate",
    direction: "shared",
    positionalField: false,
  };
}

/** Options of {@link qamaSelected}. */
export interface QamaSelectedOptions {
  /** Tokens that a head is pulled towards choosing; N where there are fewer. @default {10} */
  readonly k?: number;
  /** Weight rho of the head penalty. @default {0.3} */
  readonly rho?: number;
  /** Weight lambda of the cardinality term. @default {1} */
  readonly lambda?: number;
  /** False: no learned field p, a control. @default {true} */
  readonly positionalField?: boolean;
  /** Who chooses. @default {annealedSelection()} */
  readonly solver?: AttentionSolver;
  /** Sweeps asked of the solver. */
  readonly sweeps?: number;
  /** How the gradient passes the selection. @default {heldSelection} */
  readonly estimator?: GradientEstimator;
}

/**
 * Selected-softmax QAMA: the QUBO chooses about k keys a head, every query reads them with a learned key bias.
 *
 * `E(x) = -(1/k) sum x'Jx - sum h x + rho sum_{t != u} x^t x^u + lambda sum_t (n_t - k)^2`, `h_j = v_j . e^t + p_j^t`;
 * `o_i = sum_{j chosen} softmax_j(q_i . k_j / sqrt d + f_j) v_j`, `f_j = (J x)_j / n_t + h_j`.
 *
 * @param options coefficients, solver and estimator
 * @returns a configuration for `qamaBlock`
 *
 * Cost O(1).
 * Source: this project.
 *
 * @example Its readout is a softmax over chosen keys
 * ```ts
 * import { qamaSelected } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(qamaSelected({ k: 6 }).readout, "selectedSoftmax");
 * ```
 */
export function qamaSelected(options: QamaSelectedOptions = {}): QamaOptions {
  const others = ["solver", "sweeps", "estimator", "positionalField"];
  checkOptionNames("Cannot configure qamaSelected", options, ["k", "rho", "lambda", ...others]);
  const { k = 10, rho, lambda, solver = annealedSelection(), sweeps, estimator = heldSelection } = options;
  const { positionalField = true } = options;
  return {
    name: "qamaSelected",
    weights: ({ tokens }) => selectedWeights({ k: Math.min(k, tokens), rho, lambda }),
    solver,
    sweeps,
    readout: "selectedSoftmax",
    estimator,
    norms: "shared",
    direction: "perHead",
    positionalField,
  };
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  readout: ["energy", "selectedSoftmax"],
  norms: ["separate", "shared"],
  direction: ["shared", "perHead"],
};
const OTHERS = ["name", "weights", "solver", "sweeps", "estimator", "positionalField"];

/** Throws unless every choice of an operator is one that there is. */
export function checkQamaOptions(options: QamaOptions): void {
  checkOptionNames("Cannot open the operator", options, [...OTHERS, ...Object.keys(CHOICES)]);
  for (const [name, known] of Object.entries(CHOICES)) {
    const value = options[name as "readout" | "norms" | "direction"];
    if (!known.includes(value)) {
      throw new RangeError(`Cannot open the operator: ${name} must be ${known.join(" or ")}, got ${value}`);
    }
  }
  if (typeof options.solver?.solve !== "function") {
    throw new TypeError("Cannot open the operator: solver must have a solve(), as annealedSelection() has");
  }
  if (typeof options.weights !== "function") {
    throw new TypeError("Cannot open the operator: weights must be a function of the sizes, as qamaV2() has");
  }
  if (typeof options.estimator?.throughEnergy !== "boolean") {
    throw new TypeError("Cannot open the operator: estimator must be heldSelection, detachedEnergy or one like them");
  }
  if (options.estimator.throughSelection && options.readout !== "energy") {
    throw new RangeError(
      `Cannot open the operator: estimator ${options.estimator.name} knows the readout energy alone, got ${options.readout}; ` +
        "take heldSelection or detachedEnergy",
    );
  }
  const { sweeps } = options;
  if (sweeps !== undefined && !(Number.isSafeInteger(sweeps) && sweeps >= 0)) {
    throw new RangeError(`Cannot open the operator: sweeps must be an integer of 0 or more, got ${sweeps}`);
  }
}
