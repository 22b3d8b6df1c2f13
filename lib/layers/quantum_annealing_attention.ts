import * as tf from "@tensorflow/tfjs";
import {
  allTokens,
  annealedSelection,
  type AttentionBlock,
  type AttentionSolver,
  type BlockShape,
  type DensityOptions,
  detachedEnergy,
  FIXED_DENSITY,
  fixedSelection,
  type GradientEstimator,
  heldSelection,
  noTokens,
  partitionSelection,
  publishedSchedule,
  qamaBlock,
  qamaNear,
  type QamaOptions,
  qamaSelected,
  qamaV2,
  randomSelection,
  type TokenGrid,
  topFieldSelection,
} from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkGiven, checkInteger, LAYER_OPTIONS } from "./_layer_options.ts";
import { replaying } from "./_replay.ts";
import type { LayerConfig } from "./tensorflow_types.ts";
import { blackboxInterpolation } from "./blackbox_interpolation.ts";
import { covariance } from "./covariance_estimator.ts";
import { implicitLikelihood } from "./implicit_likelihood.ts";
import { meanField } from "./mean_field.ts";
import { perturbation } from "./perturbation_estimator.ts";
import { straightThrough } from "./straight_through.ts";
import { AttentionLayer, type AttentionLayerOptions } from "./attention_layer.ts";

/** An operator by name: `qamaV2` the published one, `qamaSelected` selected-softmax QAMA. */
export type OperatorPreset = "qamaV2" | "qamaSelected";

/** Every operator that the layer has by name: those, and `qamaNear`, which reads a neighbour too. */
export type NamedOperator = OperatorPreset | "qamaNear";

/**
 * A solver by name: `annealedSelection()`, `publishedSchedule()`, or a control: `fixedSelection()`, `partitionSelection()`,
 * `topFieldSelection()`, `randomSelection()`, `allTokens()` or `noTokens()`.
 */
export type SolverName =
  | "annealedSelection"
  | "published"
  | "fixed"
  | "partition"
  | "topField"
  | "random"
  | "all"
  | "none";

/**
 * A gradient estimator by name, with its default options; all but the first two let a gradient reach tokens that were not chosen.
 *
 * `heldSelection`, the paper's; `detachedEnergy`, a control; `straightThrough()`, `meanField()`, `covariance()`, `perturbation()`,
 * `blackboxInterpolation()`, `implicitLikelihood()`.
 */
export type EstimatorName =
  | "heldSelection"
  | "detachedEnergy"
  | "straightThrough"
  | "meanField"
  | "covariance"
  | "perturbation"
  | "blackbox"
  | "implicitLikelihood";

/** Options that are saved as they are. */
type Plain = Exclude<
  keyof QuantumAnnealingAttentionOptions,
  keyof AttentionLayerOptions | "operator" | "solver" | "estimator"
>;

const COEFFICIENTS: Readonly<Record<NamedOperator, readonly Plain[]>> = {
  qamaV2: ["cJ", "ch", "cP"],
  qamaSelected: ["k", "rho", "lambda", "positionalField"],
  qamaNear: ["share", "grid", "queryBlocks", "rho", "lambda"],
};
/** Controls that choose a share of the tokens. */
const OF_DENSITY: readonly unknown[] = ["fixed", "partition", "topField", "random"] satisfies SolverName[];
const SOLVERS: Readonly<Record<SolverName, (fixed: DensityOptions & { readonly seed: number }) => AttentionSolver>> = {
  annealedSelection: () => annealedSelection(),
  published: () => publishedSchedule(),
  fixed: fixedSelection,
  partition: partitionSelection,
  topField: ({ density }) => topFieldSelection({ density }),
  random: ({ density }) => randomSelection({ density }),
  all: allTokens,
  none: noTokens,
};
const ESTIMATORS: Readonly<Record<EstimatorName, () => GradientEstimator>> = {
  heldSelection: () => heldSelection,
  detachedEnergy: () => detachedEnergy,
  straightThrough,
  meanField,
  covariance,
  perturbation,
  blackbox: blackboxInterpolation,
  implicitLikelihood,
};
const OPTIONS = [...LAYER_OPTIONS, "operator", "solver", "estimator", "sweeps"];

/** Options of {@link quantumAnnealingAttention}. What is given by name is saved with a model. */
export interface QuantumAnnealingAttentionOptions extends AttentionLayerOptions {
  /** The operator: a preset by name, or any combination of choices. @default {"qamaV2"} */
  readonly operator?: NamedOperator | QamaOptions;
  /** Who chooses the tokens: by name, or any solver. @default {the operator's, which is "annealedSelection" for a preset} */
  readonly solver?: SolverName | AttentionSolver;
  /**
   * Share of the tokens that solver "fixed", one random mask a head by the layer's seed, "partition", tokens dealt out to the
   * heads by it, "topField" or "random" chooses.
   * @default {0.17 for qamaV2 and qamaNear, 0.22 for qamaSelected: what they were seen to choose on pictures}
   */
  readonly density?: number;
  /** How the gradient passes the selection. @default {the operator's, which is "heldSelection" for a preset} */
  readonly estimator?: EstimatorName | GradientEstimator;
  /** Sweeps asked of the solver. @default {the operator's, or else the solver's own} */
  readonly sweeps?: number;
  /** Weight cJ of the couplings; `qamaV2`. @default {1} */
  readonly cJ?: number;
  /** Weight ch of the fields, a token; `qamaV2`. @default {0.16} */
  readonly ch?: number;
  /** Weight cP of the head penalty; `qamaV2`. @default {0.8} */
  readonly cP?: number;
  /** Tokens that a head is pulled towards choosing; `qamaSelected`. @default {10} */
  readonly k?: number;
  /** Share of the tokens that a head is pulled towards choosing; `qamaNear`. @default {0.15} */
  readonly share?: number;
  /** How the tokens lie; `qamaNear`. @default {"sequence"} */
  readonly grid?: TokenGrid;
  /** Blocks of queries with selections of their own; `qamaNear`. @default {8} */
  readonly queryBlocks?: number;
  /** Weight rho of the head penalty; `qamaSelected`, `qamaNear`. @default {0.3; 0 for qamaNear} */
  readonly rho?: number;
  /** Weight lambda of the cardinality term; `qamaSelected`, `qamaNear`. @default {1; 4 for qamaNear} */
  readonly lambda?: number;
  /** False: no learned positional field, a control; `qamaSelected`. @default {true} */
  readonly positionalField?: boolean;
}

/**
 * Attention as energy minimisation as a layer.
 *
 * The tokens that each head chooses are found by the solver in the forward pass; queries, keys and fields learn as the estimator
 * says, which by default holds the tokens constant. Weights as in `qamaBlock`. `chosen` tells the last selection.
 *
 * Cost O(N D^2 + sweeps N D) a sample, forward; O(N D^2) backward.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example What each head of each sample chose
 * ```ts
 * import { QuantumAnnealingAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const layer = new QuantumAnnealingAttention({ heads: 2, seed: 1 });
 * layer.apply(tf.linspace(-1, 1, 24).reshape([2, 3, 4]));
 * assertEquals(layer.chosen?.length, 2 * 2 * 3);
 * ```
 */
export class QuantumAnnealingAttention extends AttentionLayer {
  /** The name that saved models carry. */
  static readonly className: string = "QuantumAnnealingAttention";
  /** The four choices that the layer is made of. */
  readonly operator: QamaOptions;
  readonly #options: QuantumAnnealingAttentionOptions;

  /** Makes the layer; see {@link quantumAnnealingAttention}. */
  constructor(options: QuantumAnnealingAttentionOptions) {
    checkGiven(QuantumAnnealingAttention.className, options);
    super(options);
    const operator = operatorOf(options, this.seed);
    // the number of tokens is not known yet, but wrong coefficients are wrong for any
    if (typeof options.operator !== "object") {
      operator.weights({ tokens: Number.MAX_SAFE_INTEGER, heads: this.heads, width: 1 });
    }
    this.operator = operator;
    this.#options = options;
  }

  /** Opens the operator, its solver behind the replay. */
  protected override openBlock(
    kernels: Kernels,
    shape: BlockShape,
    replay: { readonly chosen: Uint8Array | null },
  ): AttentionBlock {
    return qamaBlock(kernels, shape, { ...this.operator, solver: replaying(this.operator.solver, replay) });
  }

  /**
   * Everything that makes the same layer again; the weights are not in it.
   *
   * @throws {TypeError} if the operator, the solver or the estimator was given as an object, not by name
   */
  override getConfig(): LayerConfig {
    const { operator = "qamaV2", solver, estimator } = this.#options;
    const named = {
      operator: nameOf(this.name, "operator", operator, Object.keys(COEFFICIENTS)),
      solver: nameOf(this.name, "solver", solver, Object.keys(SOLVERS)),
      estimator: nameOf(this.name, "estimator", estimator, Object.keys(ESTIMATORS)),
    };
    const plain = ["density", "sweeps", ...coefficientsOf(operator)] as const;
    const given = [...Object.entries(named), ...plain.map((name) => [name, this.#options[name]] as const)];
    const config = super.getConfig();
    for (const [name, value] of given) if (value !== undefined) config[name] = value;
    return config;
  }
}

tf.serialization.registerClass(QuantumAnnealingAttention);

/**
 * Makes a QAMA layer, `[B, N, D]` to `[B, N, D]`, without the residual.
 *
 * The published operator chooses `x = argmin E(x)`, `E(x) = -cJ sum x'Jx - ch N sum h x + rho sum_{t != u} x^t x^u`, and
 * gives `eps_i e` for token i, `eps_i = -x_i ((J x)_i + h_i)`; `qamaSelected` reads the chosen keys with a softmax.
 *
 * @param options.heads H; it divides D
 * @param options.solver the default is lowest seen by one short run, not ground
 * @returns a layer for `tf.model`, `tf.sequential` or `apply`
 * @throws {TypeError} if an option or a name is unknown, or a coefficient is not of this operator
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(N D^2 + sweeps N D) a sample, forward; O(N D^2) backward. No N x N matrix for the published operator.
 * Source: QAMA, arXiv 2504.11083 (2025), revision 2.
 *
 * @example The same seed gives the same answer
 * ```ts
 * import { quantumAnnealingAttention } from "qama/layers";
 * import * as tf from "@tensorflow/tfjs";
 * import { assertEquals } from "@std/assert";
 * const x = tf.linspace(-1, 1, 24).reshape([2, 3, 4]);
 * const [a, b] = [1, 1].map((seed) => quantumAnnealingAttention({ heads: 2, seed }).apply(x));
 * assertEquals(`${a}`, `${b}`);
 * ```
 */
export function quantumAnnealingAttention(options: QuantumAnnealingAttentionOptions): QuantumAnnealingAttention {
  return new QuantumAnnealingAttention(options);
}

function operatorOf(options: QuantumAnnealingAttentionOptions, seed: number): QamaOptions {
  const { className } = QuantumAnnealingAttention;
  const { operator = "qamaV2" } = options;
  if (typeof operator === "string") find("operator", operator, COEFFICIENTS);
  else if (operator === null) {
    throw new TypeError(`Cannot make ${className}: operator must be a name or choices as qamaV2() has, got null`);
  }
  const sizes = OF_DENSITY.includes(options.solver) ? ["density"] : [];
  const where = ` with operator ${typeof operator === "string" ? operator : operator.name}`;
  checkOptionNames(`Cannot make ${className}`, options, [...OPTIONS, ...sizes, ...coefficientsOf(operator)], where);
  const { cJ, ch, cP, k, share, grid, queryBlocks, rho, lambda, positionalField } = options;
  const preset = typeof operator !== "string"
    ? operator
    : operator === "qamaV2"
    ? qamaV2({ cJ, ch, cP })
    : operator === "qamaNear"
    ? qamaNear({ share, grid, queryBlocks, rho, lambda })
    : qamaSelected({ k, rho, lambda, positionalField });
  const { solver = preset.solver, estimator = preset.estimator, sweeps = preset.sweeps } = options;
  const { density = FIXED_DENSITY[operator === "qamaSelected" ? "qamaSelectedFixed" : "qamaV2Fixed"] } = options;
  if (sweeps !== undefined) checkInteger(className, "sweeps", sweeps, 0);
  return {
    ...preset,
    solver: typeof solver === "string" ? find("solver", solver, SOLVERS)({ density, seed }) : solver,
    estimator: typeof estimator === "string" ? find("estimator", estimator, ESTIMATORS)() : estimator,
    sweeps,
  };
}

function coefficientsOf(operator: NamedOperator | QamaOptions): readonly Plain[] {
  return typeof operator === "string" ? COEFFICIENTS[operator] : [];
}

function find<T>(kind: string, name: string, known: Readonly<Record<string, T>>): T {
  if (Object.hasOwn(known, name)) return known[name];
  const names = Object.keys(known).join(", ");
  throw new TypeError(`Cannot make QuantumAnnealingAttention: there is no ${kind} ${name}; known are ${names}`);
}

function nameOf(
  layer: string,
  kind: string,
  value: string | { readonly name: string } | undefined,
  known: readonly string[],
): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  throw new TypeError(
    `Cannot write down ${layer}: its ${kind} ${value.name} was given as an object; give one of ${
      known.join(", ")
    } by ` +
      `name, or keep the weights alone with getWeights() and setWeights()`,
  );
}
