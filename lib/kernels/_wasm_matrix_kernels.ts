import type { WasmMemory } from "./_wasm_memory.ts";
import type { MatrixKernels } from "./matrix_kernels.ts";

/** The WebAssembly form of {@link MatrixKernels}. */
export function wasmMatrixKernels({ exports, at }: WasmMemory): MatrixKernels {
  return {
    matmul(m, n, k, a, aRow, aColumn, b, bRow, bColumn, c, cRow, accumulate, bias) {
      const add = accumulate ? 1 : 0;
      exports.matmul(
        ...[m, n, k, at(a), aRow, aColumn, at(b), bRow, bColumn, at(c), cRow, add, at(bias)],
      );
    },
    batchedMatmul(count, m, n, k, a, aRow, aColumn, aStep, b, bRow, bColumn, bStep, c, cRow, cStep, accumulate) {
      const left = [at(a), aRow, aColumn, aStep];
      const right = [at(b), bRow, bColumn, bStep];
      exports.batchedMatmul(count, m, n, k, ...left, ...right, at(c), cRow, cStep, accumulate ? 1 : 0);
    },
  };
}
