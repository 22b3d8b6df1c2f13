import type { Arena } from "./arena.ts";
import type { ClassicalKernels } from "./classical_kernels.ts";
import type { HeadKernels } from "./head_kernels.ts";
import type { MatrixKernels } from "./matrix_kernels.ts";
import type { PositionKernels } from "./position_kernels.ts";
import type { RowKernels } from "./row_kernels.ts";
import type { SoftKernels } from "./soft_kernels.ts";

/**
 * The loops, in one of two forms that do the same: plain TypeScript, or WebAssembly with four lanes.
 *
 * Nothing is checked and nothing is allocated: a caller checks shapes at its own door. Matrices are row-major unless strides
 * say otherwise; strides and lengths count floats. Annealing gives the same reads bit for bit in both forms; sums of products
 * agree to rounding, since lanes add in another order.
 */
export interface Kernels
  extends Arena, MatrixKernels, RowKernels, ClassicalKernels, HeadKernels, SoftKernels, PositionKernels {
  /** `typescript` or `wasm`. */
  readonly name: "typescript" | "wasm";
}
