/**
 * The loops: typed arrays in, typed arrays changed, nothing checked, nothing allocated; TypeScript, and WASM twins that give the same reads.
 *
 * @module
 */
export { annealingScratch, roundUp4 } from "./kernels.ts";
export type { Arena, Bytes, Doubles, Floats, HeadAnnealing, HeadShape, Kernels, RowLayout, Words } from "./kernels.ts";
export { typescriptKernels } from "./typescript_kernels.ts";
export { wasmKernels } from "./wasm_kernels.ts";
export type { WasmKernelsOptions } from "./wasm_kernels.ts";
