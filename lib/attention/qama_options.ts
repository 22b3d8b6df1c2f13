import { checkOptionNames } from "../model/mod.ts";
import { annealedSelection } from "./annealed_selection.ts";
import { publishedWeights, selectedWeights } from "./energy_weights.ts";
import type { BlockShape } from "./block.ts";
import { type GradientEstimator, heldSelection } from "./gradient_estimator.ts";
import type { TokenGrid } from "./_near_softmax.ts";
import type { AttentionSolver, EnergyWeights } from "./types.ts";

/** The four choices that make a QAMA operator, and the two ways its fields are made. */
export interface QamaOptions {
  /** The name that records carry. */
  readonly name: string;
  /** Weights of the energy terms, from the sizes. */
  readonly weights: (shape: Pick<BlockShape, "tokens" | "heads" | "width">) => EnergyWeights;
  /** Weights after a share of training, 0 to 1, in place of `weights`, which then are those of its end; absent: they never change. */
  readonly schedule?: (shape: Pick<BlockShape, "tokens" | "heads" | "width">, progress: number) => EnergyWeights;
  /** Who chooses the tokens. */
  readonly solver: AttentionSolver;
  /** Sweeps asked of the solver; absent: its own default. */
  readonly sweeps?: number;
  /**
   * `energy`: `eps_i e` of the chosen tokens, the paper's; `selectedSoftmax`: every query reads the chosen keys; `nearSoftmax`: those and a
   * neighbour, which is another one in each head.
   */
  readonly readout: "energy" | "selectedSoftmax" | "nearSoftmax";
  /** G, for `nearSoftmax`: queries in so many blocks of neighbouring tokens have selections of their own. @default {1} */
  readonly queryBlocks?: number;
  /** How the tokens lie, for `nearSoftmax`. @default {"sequence"} */
  readonly grid?: TokenGrid;
  /** True, for `nearSoftmax`: logits are multiplied by `exp(a_t)`, learned for each head from a = 0. @default {false} */
  readonly logitScale?: boolean;
  /**
   * Share of the columns of q and k that choose and do not read, for `nearSoftmax` with blocks of queries: couplings and fields have those
   * alone, scores the others. So that they train, the bias of a chosen key is the whole field of its block. @default {all do both}
   */
  readonly selector?: number;
  /** Standard deviation of the direction e of a head at the start, for `perHead`. @default {0.1} */
  readonly keyBias?: number;
  /** Bias r of the neighbour at the start, for `nearSoftmax`. @default {3} */
  readonly nearBias?: number;
  /** How the gradient passes the selection. */
  readonly estimator: GradientEstimator;
  /** Layer norms in front of q, k and v: three of their own, or one shared. */
  readonly norms: "separate" | "shared";
  /** Direction e of the fields: `shared` `[d]`, `h = v . e / d`, from N(0, 1); `perHead` `[H, d]`, `h = v . e`, from N(0, keyBias^2). */
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
  checkFlag("Cannot configure qamaSelected", "positionalField", positionalField);
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

/** What share and lambda of {@link qamaNear} start from, and when they are what they end as. */
export interface NearSchedule {
  /** Share of the tokens at the start; it changes by equal amounts. */
  readonly share: number;
  /** Weight lambda at the start; it changes by equal factors. */
  readonly lambda: number;
  /** Share of training after which both stay as they are, above 0 and at most 1. */
  readonly until: number;
}

/** Options of {@link qamaNear}. */
export interface QamaNearOptions {
  /** Share of the tokens that a head is pulled towards choosing, one token at least. @default {0.15} */
  readonly share?: number;
  /** How the tokens lie: one after the other, or row by row on a square where N is one. @default {"sequence"} */
  readonly grid?: TokenGrid;
  /** G, blocks of neighbouring queries with selections of their own. @default {8} */
  readonly queryBlocks?: number;
  /** Weight rho of the penalty on a token that two heads or blocks chose. @default {0} */
  readonly rho?: number;
  /** Weight lambda of the cardinality term. @default {4} */
  readonly lambda?: number;
  /** Another share and lambda at the start of training. @default {none: they never change} */
  readonly schedule?: NearSchedule;
  /** True: logits are multiplied by a learned `exp(a_t)` of the head. @default {false} */
  readonly logitScale?: boolean;
  /** Share of the columns of q and k that choose and do not read. @default {all do both} */
  readonly selector?: number;
  /** Standard deviation of e at the start; with 0 the chosen keys have no bias of their own until one is learned. @default {0.1} */
  readonly keyBias?: number;
  /** Bias of the neighbour at the start. @default {3} */
  readonly nearBias?: number;
  /** Who chooses. @default {annealedSelection()} */
  readonly solver?: AttentionSolver;
  /** Sweeps asked of the solver. @default {5} */
  readonly sweeps?: number;
  /** How the gradient passes the selection. @default {heldSelection} */
  readonly estimator?: GradientEstimator;
}

/**
 * QAMA by blocks with a neighbour: a query reads about a seventh of the keys, chosen by a QUBO for its head and block of queries, and one
 * neighbour of its own.
 *
 * Query i belongs to block `floor(i G / N)`. Each head t and block g has a QUBO of its own: the energy of {@link qamaSelected} with
 * `k = max(1, round(share N))`, lambda 4, no head penalty, and fields `h_j + q_g . k_j / sqrt d`, q_g the mean query of the block and `h_j = v_j . e^t`
 * without a positional field: what the block looks for decides. Then
 * `o_i = sum_j softmax_j(q_i . k_j / sqrt d + [j chosen] h_j + [j = near_t(i)] r_t) v_j` over its chosen keys and near_t(i), which is
 * another direction in each head: on a square left, right, above, below and the corners; in a sequence the token before, the one after,
 * two before and so on. There are `H d + H` parameters more than softmax attention has, whatever N is.
 *
 * Four things may be changed. `schedule`: more tokens and a smaller lambda at the start of training. `logitScale`: everything in the softmax
 * times `exp(a_t)`, H parameters more. `selector`: of a head's d columns of q and k the last c choose, `u . w / sqrt c` in couplings and in the
 * mean score of the block, and the others read, `q . k / sqrt(d - c)`; the bias of a chosen key then is `h_j + u_g . w_j / sqrt c`, by which
 * u and w train. Parameters stay as many: what chooses is taken from what reads. `keyBias` and `nearBias`: where e and r start; with both 0
 * a query begins with plain softmax attention to what is chosen and its neighbour.
 *
 * Five sweeps solve these QUBOs roughly: in trained models the energies that a greedy descent from no key finds ({@link greedySelection}) are 4 to
 * 21 % lower, and accuracy is the same within a point (results/study). More sweeps, or that descent, are `sweeps` and `solver`.
 *
 * @param options share, grid, blocks, coefficients, solver and estimator
 * @returns a configuration for `qamaBlock`
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if a share is not above 0 and at most 1, or a lambda of a schedule is not above 0; `qamaBlock` throws it for a keyBias below
 *   0 or a nearBias that is no number
 *
 * Cost O(1).
 * Source: this project.
 *
 * @example Seven of 49 tokens, ten of 64
 * ```ts
 * import { qamaNear } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const k = (tokens: number) => qamaNear().weights({ tokens, heads: 8, width: 8 }).cardinality?.k;
 * assertEquals([k(49), k(64)], [7, 10]);
 * ```
 */
export function qamaNear(options: QamaNearOptions = {}): QamaOptions {
  const cannot = "Cannot configure qamaNear";
  const changes = ["schedule", "logitScale", "selector", "keyBias", "nearBias"];
  const known = ["share", "grid", "queryBlocks", "rho", "lambda", "solver", "sweeps", "estimator", ...changes];
  checkOptionNames(cannot, options, known);
  const { share = 0.15, grid = "sequence", queryBlocks = 8, rho = 0, lambda = 4, solver, sweeps = 5, estimator } =
    options;
  const { schedule, logitScale, selector, keyBias, nearBias } = options;
  const shares = { share, ...schedule && { "schedule.share": schedule.share, "schedule.until": schedule.until } };
  for (const [name, value] of Object.entries(shares)) {
    if (!(value > 0 && value <= 1)) {
      throw new RangeError(`${cannot}: ${name} must be above 0 and at most 1, got ${value}`);
    }
  }
  const lambdas = schedule ? { lambda, "schedule.lambda": schedule.lambda } : {};
  for (const [name, value] of Object.entries(lambdas)) {
    if (!(value > 0)) throw new RangeError(`${cannot}: ${name} must be above 0 to change by factors, got ${value}`);
  }
  const weightsOf = (tokens: number, share: number, lambda: number) =>
    selectedWeights({ k: Math.max(1, Math.round(share * tokens)), rho, lambda });
  return {
    ...qamaSelected({ solver, sweeps, estimator, positionalField: false }),
    name: "qamaNear",
    weights: ({ tokens }) => weightsOf(tokens, share, lambda),
    readout: "nearSoftmax",
    grid,
    queryBlocks,
    ...schedule && {
      schedule: ({ tokens }, progress) => {
        const left = Math.max(0, 1 - progress / schedule.until);
        return weightsOf(tokens, share + left * (schedule.share - share), lambda * (schedule.lambda / lambda) ** left);
      },
    },
    ...logitScale ? { logitScale } : {},
    ...selector === undefined ? {} : { selector },
    ...keyBias === undefined ? {} : { keyBias },
    ...nearBias === undefined ? {} : { nearBias },
  };
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  readout: ["energy", "selectedSoftmax", "nearSoftmax"],
  norms: ["separate", "shared"],
  direction: ["shared", "perHead"],
};
const OTHERS = [
  ...["grid", "queryBlocks", "name", "weights", "solver", "sweeps", "estimator", "positionalField"],
  ...["schedule", "logitScale", "selector", "keyBias", "nearBias"],
];

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
  if (!["undefined", "function"].includes(typeof options.estimator.throughSelection)) {
    throw new TypeError(
      `Cannot open the operator: throughSelection of estimator ${options.estimator.name} must be a function, or absent`,
    );
  }
  const { slopes = "derivative" } = options.estimator;
  if (slopes !== "derivative" && slopes !== "flip") {
    throw new RangeError(
      `Cannot open the operator: slopes of an estimator must be derivative or flip, got ${slopes}; take flipSlopes(estimator)`,
    );
  }
  const { sweeps, grid = "sequence", queryBlocks = 1, readout, positionalField = false } = options;
  checkFlag("Cannot open the operator", "positionalField", positionalField);
  if (!(Number.isSafeInteger(queryBlocks) && queryBlocks >= 1 && (queryBlocks === 1 || readout === "nearSoftmax"))) {
    throw new RangeError(
      `Cannot open the operator: queryBlocks must be an integer of 1 or more, and 1 but for nearSoftmax, got ${queryBlocks}`,
    );
  }
  checkChanges(options, queryBlocks);
  if (grid !== "sequence" && grid !== "square") {
    throw new RangeError(`Cannot open the operator: grid must be sequence or square, got ${grid}`);
  }
  if (sweeps !== undefined && !(Number.isSafeInteger(sweeps) && sweeps >= 0)) {
    throw new RangeError(`Cannot open the operator: sweeps must be an integer of 0 or more, got ${sweeps}`);
  }
}

/** Throws unless what is changed of an operator is changed where it can be. */
function checkChanges(
  { schedule, logitScale = false, selector, keyBias = 0, nearBias = 0, readout, direction, estimator }: QamaOptions,
  queryBlocks: number,
): void {
  const cannot = "Cannot open the operator";
  if (schedule !== undefined && typeof schedule !== "function") {
    throw new TypeError(
      `${cannot}: schedule must be a function of the sizes and the progress, as qamaNear({ schedule }) has`,
    );
  }
  checkFlag(cannot, "logitScale", logitScale);
  if (selector !== undefined && !(selector > 0 && selector < 1)) {
    throw new RangeError(`${cannot}: selector must lie between 0 and 1, got ${selector}`);
  }
  if (!(keyBias >= 0 && Number.isFinite(keyBias)) || keyBias > 0 && direction !== "perHead") {
    throw new RangeError(`${cannot}: keyBias must be a number of 0 or more, and 0 but for perHead, got ${keyBias}`);
  }
  if (!Number.isFinite(nearBias) || nearBias !== 0 && readout !== "nearSoftmax") {
    throw new RangeError(`${cannot}: nearBias must be a number, and 0 but for nearSoftmax, got ${nearBias}`);
  }
  if (!logitScale && selector === undefined) return;
  if (readout !== "nearSoftmax") {
    throw new RangeError(`${cannot}: logitScale and selector are for the readout nearSoftmax, got ${readout}`);
  }
  if (selector !== undefined && queryBlocks === 1) {
    throw new RangeError(`${cannot}: selector needs queryBlocks of 2 or more, whose mean score trains it, got 1`);
  }
  if (estimator.throughSelection) {
    throw new RangeError(
      `${cannot}: estimator ${estimator.name} takes queries that read as they choose, which logitScale and selector change; ` +
        "take heldSelection",
    );
  }
}

function checkFlag(cannot: string, name: string, value: boolean): void {
  if (typeof value !== "boolean") throw new TypeError(`${cannot}: ${name} must be true or false, got ${value}`);
}
