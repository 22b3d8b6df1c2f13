import type { WasmMemory } from "./_wasm_memory.ts";
import type { PositionKernels } from "./position_kernels.ts";

/** The WebAssembly form of {@link PositionKernels}. */
export function wasmPositionKernels({ exports, at }: WasmMemory): PositionKernels {
  return {
    heatBaths({ problems, tokens, chains, scores, couplings, chosen, scratch }, { sweeps, stream, marginals }) {
      const arrays = [scores, couplings, stream, chosen, marginals, scratch].map((array) => at(array));
      exports.heatBaths(problems, tokens, chains, sweeps, couplings.length, ...arrays);
    },
    heatBathsBackward({ problems, tokens, chains, couplings, chosen, scratch }, { slopes, dscores, dcouplings }) {
      const arrays = [chosen, slopes, dscores, dcouplings, scratch].map((array) => at(array));
      exports.heatBathsBackward(problems, tokens, chains, couplings.length, ...arrays);
    },
  };
}
