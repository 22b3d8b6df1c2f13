import { checkOptionNames } from "../model/mod.ts";
import { loadModule } from "./_load_module.ts";
import { wasmClassicalKernels } from "./_wasm_classical_kernels.ts";
import { wasmHeadKernels } from "./_wasm_head_kernels.ts";
import { wasmMatrixKernels } from "./_wasm_matrix_kernels.ts";
import { PAGE, WasmMemory } from "./_wasm_memory.ts";
import { wasmRowKernels } from "./_wasm_row_kernels.ts";
import { wasmPositionKernels } from "./_wasm_position_kernels.ts";
import { wasmSoftKernels } from "./_wasm_soft_kernels.ts";
import type { Kernels } from "./kernels.ts";

const module = await loadModule(new URL("./kernels.wasm", import.meta.url));

/** Options of {@link wasmKernels}. */
export interface WasmKernelsOptions {
  /** Bytes of memory reserved; pages that are never touched cost nothing. @default {134217728} */
  readonly bytes?: number;
}

/**
 * Opens the WebAssembly kernels over a memory of their own.
 *
 * @param options.bytes the most that all arrays together may take
 * @returns kernels and arena; arrays are views of one memory, at multiples of 64 bytes
 * @throws {RangeError} if `bytes` is not an integer from 1 to 2^32, or later, if the arena is full
 *
 * Cost one instantiation, under a millisecond; memory is reserved, not touched.
 *
 * @example The product of 2 and 3
 * ```ts
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const kernels = wasmKernels({ bytes: 65536 });
 * const [a, b, c] = [2, 3, 0].map((value) => kernels.float32(1).fill(value));
 * kernels.matmul(1, 1, 1, a, 1, 1, b, 1, 1, c, 1);
 * assertEquals(c[0], 6);
 * ```
 */
export function wasmKernels(options: WasmKernelsOptions = {}): Kernels {
  checkOptionNames("Cannot open the kernels", options, ["bytes"]);
  const bytes = options.bytes ?? 128 * 1024 * 1024;
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > 2 ** 32 - PAGE) {
    throw new RangeError(`Cannot open the kernels: bytes must be an integer from 1 to ${2 ** 32 - PAGE}, got ${bytes}`);
  }
  const memory = new WasmMemory(module, bytes);
  return {
    name: "wasm",
    float32: (length) => memory.float32(length),
    float64: (length) => memory.float64(length),
    uint32: (length) => memory.uint32(length),
    uint8: (length) => memory.uint8(length),
    get used() {
      return memory.used;
    },
    release: (used) => memory.release(used),
    ...wasmMatrixKernels(memory),
    ...wasmRowKernels(memory),
    ...wasmClassicalKernels(memory),
    ...wasmHeadKernels(memory),
    ...wasmSoftKernels(memory),
    ...wasmPositionKernels(memory),
  };
}
