import type { WasmMemory } from "./_wasm_memory.ts";
import { sizes } from "./_wasm_sizes.ts";
import type { Floats } from "./arena.ts";
import type { HeadKernels } from "./head_kernels.ts";
import type { HeadShape } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";

/** The WebAssembly form of {@link HeadKernels}. */
export function wasmHeadKernels({ exports, at }: WasmMemory): HeadKernels {
  // kept: the probabilities of the selected softmax, the key biases of the gathered one
  const softmax = (name: "selectedSoftmax" | "gatheredSoftmax"): HeadKernels[typeof name] => {
    const kernel = exports[name];
    return (shape, layout, rows, packed, fields, chosen, kept, y, scratch) => {
      kernel(
        ...sizes(shape),
        ...[at(rows), layout.stride, layout.keys, layout.values, at(packed), at(fields)],
        ...[at(chosen), at(kept), at(y), at(scratch)],
      );
    };
  };
  const softmaxBackward = (
    name: "selectedSoftmaxBackward" | "gatheredSoftmaxBackward",
  ): HeadKernels[typeof name] => {
    const kernel = exports[name];
    return (shape, layout, rows, packed, chosen, kept, dy, drows, dpositional, through, scratch) => {
      kernel(
        ...sizes(shape),
        ...[at(rows), layout.stride, layout.keys, layout.values, layout.fields, at(packed)],
        ...[at(chosen), at(kept), at(dy), at(drows), at(dpositional)],
        ...[through ? 1 : 0, at(scratch)],
      );
    };
  };
  return {
    packHeads(shape, layout, rows, positional, packed, fields) {
      const from = [at(rows), layout.stride, layout.keys, layout.fields, at(positional)];
      exports.packHeads(...sizes(shape), ...from, at(packed), at(fields));
    },
    packPairs(count, width, queries, keys, packed) {
      exports.packPairs(count, width, at(queries), at(keys), at(packed));
    },
    annealHeads(task) {
      const { weights } = task;
      const blocks = roundUp4(task.width) / 4;
      const arrays = [task.packed, task.fields, task.chosen, task.states, task.thresholds, task.temperatures];
      exports.annealHeads(
        ...[task.dense ? 1 : 0, task.samples, task.heads, task.tokens, blocks, task.copies ?? 1],
        ...arrays.map((array) => at(array)),
        task.temperatures.length,
        ...[weights.coupling, weights.field, weights.overlap, weights.cardinality, weights.k],
        Math.round(task.density * 4096),
        at(task.scratch),
      );
    },
    energyReadout(shape, packed, fields, chosen, e, eps, y, scratch) {
      const solved = [at(packed), at(fields), at(chosen)];
      const to = [at(eps), at(y), at(scratch)];
      exports.energyReadout(...sizes(shape), ...solved, at(e), step(shape, e), ...to);
    },
    energyReadoutBackward(shape, layout, packed, chosen, e, eps, dy, drows, de, dpositional, through, scratch) {
      exports.energyReadoutBackward(
        ...sizes(shape),
        ...[at(packed), at(chosen), at(e), step(shape, e), at(eps), at(dy)],
        ...[at(drows), layout.stride, layout.keys, layout.fields, at(de), at(dpositional)],
        ...[through ? 1 : 0, at(scratch)],
      );
    },
    selectedSoftmax: softmax("selectedSoftmax"),
    selectedSoftmaxBackward: softmaxBackward("selectedSoftmaxBackward"),
    gatheredSoftmax: softmax("gatheredSoftmax"),
    gatheredSoftmaxBackward: softmaxBackward("gatheredSoftmaxBackward"),
  };
}

/** Floats from one sample's readout vector to the next; 0 where all share one. */
function step(shape: HeadShape, e: Floats): number {
  return e.length > shape.width ? shape.width : 0;
}
