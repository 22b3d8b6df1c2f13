import type { WasmMemory } from "./_wasm_memory.ts";
import { sizes } from "./_wasm_sizes.ts";
import type { ClassicalKernels } from "./classical_kernels.ts";
import type { KeyLists } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";

/** The WebAssembly form of {@link ClassicalKernels}. */
export function wasmClassicalKernels({ exports, at }: WasmMemory): ClassicalKernels {
  const listed = ({ starts, counts, keys, perSample, perHead }: KeyLists) =>
    [at(starts), at(counts), at(keys), perSample, perHead] as const;
  return {
    softmaxAttention(shape, rows, p, y) {
      const stride = roundUp4(shape.tokens);
      exports.softmaxAttention(...sizes(shape), at(rows), at(p), stride, at(y));
    },
    softmaxAttentionBackward(shape, rows, p, dy, scratch, drows) {
      const stride = roundUp4(shape.tokens);
      const kept = [at(rows), at(p), stride];
      exports.softmaxAttentionBackward(...sizes(shape), ...kept, at(dy), at(scratch), at(drows));
    },
    listedAttention(shape, layout, unit, lists, rows, p, y, scratch, bias) {
      const from = [at(rows), layout.stride, layout.keys, layout.values, unit ? 1 : 0];
      exports.listedAttention(
        ...sizes(shape),
        ...from,
        ...listed(lists),
        ...[p, y, scratch, bias].map((array) => at(array)),
      );
    },
    listedAttentionBackward(shape, layout, unit, lists, rows, p, dy, scratch, drows, dbias) {
      const from = [at(rows), layout.stride, layout.keys, layout.values, unit ? 1 : 0];
      exports.listedAttentionBackward(
        ...sizes(shape),
        ...from,
        ...listed(lists),
        ...[p, dy, scratch, drows, dbias].map((array) => at(array)),
      );
    },
    hashedLists(shape, stride, rows, how, lists) {
      const { rotations, rounds, half, chunk, scratch } = how;
      const to = [lists.starts, lists.counts, lists.keys, scratch].map((array) => at(array));
      const hash = [at(rotations), rounds, half, chunk];
      return exports.hashedLists(...sizes(shape), at(rows), stride, ...hash, ...to) >>> 0;
    },
    featureAttention(shape, features, w, rows, kept, y, scratch) {
      const arrays = [w, rows, kept, y, scratch].map((array) => at(array));
      exports.featureAttention(...sizes(shape), features, ...arrays);
    },
    featureAttentionBackward(shape, features, w, rows, kept, dy, scratch, drows) {
      const arrays = [w, rows, kept, dy, scratch, drows].map((array) => at(array));
      exports.featureAttentionBackward(...sizes(shape), features, ...arrays);
    },
  };
}
