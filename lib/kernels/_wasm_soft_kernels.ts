import type { WasmMemory } from "./_wasm_memory.ts";
import { roundUp4 } from "./round_up_4.ts";
import type { SoftKernels } from "./soft_kernels.ts";

/** The WebAssembly form of {@link SoftKernels}. */
export function wasmSoftKernels({ exports, at }: WasmMemory): SoftKernels {
  return {
    divergences(heads, tokens, width, p, r, J) {
      const blocks = roundUp4(width) / 4;
      exports.divergences(heads, tokens, blocks, at(p), at(r), at(J), roundUp4(tokens));
    },
    divergencesBackward(heads, tokens, width, p, r, dJ, dp, dr) {
      const from = [heads, tokens, roundUp4(width) / 4, at(p), at(r), at(dJ), roundUp4(tokens)];
      exports.divergencesBackward(...from, at(dp), at(dr));
    },
    annealSoft(task) {
      const { weights } = task;
      const arrays = [task.couplings, task.fields, task.chosen, task.states, task.thresholds, task.temperatures];
      exports.annealSoft(
        ...[task.samples, task.heads, task.tokens, task.bits],
        ...arrays.map((array) => at(array)),
        task.temperatures.length,
        ...[weights.quadratic, weights.linear, weights.penalty, weights.reach],
        at(task.scratch),
      );
    },
  };
}
