import {
  type AttentionBlock,
  type BlockShape,
  fixedSelection,
  qamaBlock,
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
  { sweeps, seed }: { readonly sweeps: number; readonly seed: number },
): AttentionBlock | null {
  switch (name) {
    case "mha":
      return softmaxBlock(kernels, shape);
    case "qamaV2":
      return qamaBlock(kernels, shape, qamaV2({ sweeps }));
    case "qamaSelected":
      return qamaBlock(kernels, shape, qamaSelected({ sweeps }));
    case "qamaV2Fixed":
      return qamaBlock(kernels, shape, qamaV2({ solver: fixedSelection({ density: FIXED_DENSITY[name], seed }) }));
    case "qamaSelectedFixed":
      return qamaBlock(
        kernels,
        shape,
        qamaSelected({ solver: fixedSelection({ density: FIXED_DENSITY[name], seed }) }),
      );
    case "none":
      return null;
    default:
      throw new RangeError(`Cannot open operator ${name}: known are ${OPERATOR_NAMES.join(", ")}`);
  }
}
