import type { Floats } from "./arena.ts";

/** Products of matrices. Part of `Kernels`, where the conventions stand. */
export interface MatrixKernels {
  /**
   * `C = [C +] [bias +] A B`, for A `[m, k]`, B `[k, n]`, C `[m, n]` in any layout: element (i, l) of A is
   * `a[i aRow + l aColumn]`, so that swapping the two strides transposes; m, n, k >= 1. Rows of C are contiguous. Cost 2 m n k operations.
   */
  matmul(
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    c: Floats,
    cRow: number,
    accumulate?: boolean,
    bias?: Floats,
  ): void;

  /** `count` small products, the matrices `aStep`, `bStep`, `cStep` floats apart; strides as in `matmul`. */
  batchedMatmul(
    count: number,
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    aStep: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    bStep: number,
    c: Floats,
    cRow: number,
    cStep: number,
    accumulate?: boolean,
  ): void;
}
