import {
  ANNEALING_TEMPERATURES,
  type AttentionBlock,
  type BlockShape,
  fixedSelection,
  qamaBlock,
  type QamaOptions,
  qamaSelected,
  qamaV2,
  softmaxBlock,
} from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import type { OperatorName } from "./types.ts";

/** Share of tokens that the fixed selections choose: what the trained operators were seen to choose (see results/). */
export const FIXED_DENSITY: Readonly<Record<"qamaV2Fixed" | "qamaSelectedFixed", number>> = {
  qamaV2Fixed: 0.17,
  qamaSelectedFixed: 0.22,
};

/** Every operator that can stand in the attention slot, in the order of the tables. */
export const OPERATOR_NAMES: readonly OperatorName[] = [
  "mha",
  "qamaV2",
  "qamaV2Fixed",
  "qamaSelected",
  "qamaSelectedFixed",
  "none",
];

/** Numbers that {@link openOperator} passes on. */
export interface OperatorOptions {
  /** Sweeps of the annealer. */
  readonly sweeps: number;
  /** Seed of the fixed selections. */
  readonly seed: number;
}

/**
 * Opens the block that an operator name stands for.
 *
 * @param name the operator
 * @param kernels the loops, and the arena of the block
 * @param shape sizes of the residual stream
 * @param options.sweeps sweeps of the annealer
 * @param options.seed seed of the fixed selections
 * @returns the block, or null for `none`
 * @throws {RangeError} if the name is unknown
 *
 * Cost that of the block.
 *
 * @example No attention is no block
 * ```ts
 * import { openOperator } from "qama/training";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const shape = { samples: 1, tokens: 4, heads: 2, width: 4 };
 * assertEquals(openOperator("none", typescriptKernels(), shape, { sweeps: 20, seed: 1 }), null);
 * ```
 */
export function openOperator(
  name: OperatorName,
  kernels: Kernels,
  shape: BlockShape,
  options: OperatorOptions,
): AttentionBlock | null {
  if (name === "none") return null;
  if (name === "mha") return softmaxBlock(kernels, shape);
  return qamaBlock(kernels, shape, qamaOptions(name, options));
}

/** What {@link operatorSettings} is asked about. */
export interface OperatorSettingsOptions extends OperatorOptions {
  /** N, tokens of a picture. */
  readonly tokens: number;
  /** H, heads. */
  readonly heads: number;
  /** d, width of a head. */
  readonly width: number;
}

/**
 * Writes down every number that an operator name stands for, so that two runs can be told apart by it.
 *
 * @param name the operator
 * @param options sizes, sweeps and seed
 * @returns JSON: the energy weights at these sizes, the choices of the operator, its solver with temperatures or density
 * @throws {RangeError} if the name is unknown
 *
 * Cost O(1).
 *
 * @example The published weights of two heads of four tokens
 * ```ts
 * import { operatorSettings } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const sizes = { tokens: 4, heads: 2, width: 4 };
 * const { weights } = JSON.parse(operatorSettings("qamaV2", { ...sizes, sweeps: 20, seed: 1 }));
 * assertEquals([weights.coupling, weights.field], [1, 0.64]);
 * ```
 */
export function operatorSettings(
  name: OperatorName,
  { tokens, heads, width, sweeps, seed }: OperatorSettingsOptions,
): string {
  if (name === "none" || name === "mha") return JSON.stringify({ name });
  const { weights, solver, estimator, ...choices } = qamaOptions(name, { sweeps, seed });
  return JSON.stringify({
    ...choices,
    name,
    weights: weights({ tokens, heads, width }),
    estimator: estimator.name,
    solver: solver.name,
    ...isFixed(name) ? { density: FIXED_DENSITY[name], seed } : { temperatures: ANNEALING_TEMPERATURES },
  });
}

function qamaOptions(name: Exclude<OperatorName, "mha" | "none">, { sweeps, seed }: OperatorOptions): QamaOptions {
  switch (name) {
    case "qamaV2":
      return qamaV2({ sweeps });
    case "qamaSelected":
      return qamaSelected({ sweeps });
    case "qamaV2Fixed":
      return qamaV2({ solver: fixedSelection({ density: FIXED_DENSITY[name], seed }) });
    case "qamaSelectedFixed":
      return qamaSelected({ solver: fixedSelection({ density: FIXED_DENSITY[name], seed }) });
    default:
      throw new RangeError(`Cannot open operator ${name}: known are ${OPERATOR_NAMES.join(", ")}`);
  }
}

function isFixed(name: OperatorName): name is keyof typeof FIXED_DENSITY {
  return Object.hasOwn(FIXED_DENSITY, name);
}
