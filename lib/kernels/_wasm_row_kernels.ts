import type { WasmMemory } from "./_wasm_memory.ts";
import type { RowKernels } from "./row_kernels.ts";

/** The WebAssembly form of {@link RowKernels}. */
export function wasmRowKernels({ exports, at }: WasmMemory): RowKernels {
  return {
    layerNorm(rows, n, x, eps, y, rstd) {
      exports.layerNorm(rows, n, at(x), eps, at(y), at(rstd));
    },
    layerNormBackward(rows, n, dy, y, rstd, dx, accumulate) {
      const add = accumulate ? 1 : 0;
      exports.layerNormBackward(rows, n, at(dy), at(y), at(rstd), at(dx), add);
    },
    gelu(n, x, y) {
      exports.gelu(n, at(x), at(y));
    },
    geluBackward(n, x, dy, dx) {
      exports.geluBackward(n, at(x), at(dy), at(dx));
    },
    softmaxRows(rows, n, stride, x, scale) {
      exports.softmaxRows(rows, n, stride, at(x), scale);
    },
    softmaxRowsBackward(rows, n, stride, p, dp, scale) {
      exports.softmaxRowsBackward(rows, n, stride, at(p), at(dp), scale);
    },
    crossEntropy(rows, classes, logits, labels, scale, totals) {
      exports.crossEntropy(rows, classes, at(logits), at(labels), scale, at(totals));
    },
    largestMagnitude(n, x) {
      return exports.largestMagnitude(n, at(x));
    },
    columnSums(rows, n, x, sums) {
      exports.columnSums(rows, n, at(x), at(sums));
    },
    scaleRows(rows, n, x, gain, offset, period, y) {
      exports.scaleRows(rows, n, at(x), at(gain), at(offset), period, at(y));
    },
    scaleRowsBackward(rows, n, x, gain, dy, dgain, dbias, dx) {
      const arrays = [x, gain, dy, dgain, dbias, dx].map((array) => at(array));
      exports.scaleRowsBackward(rows, n, ...arrays);
    },
    meanRows(groups, rows, n, x, y) {
      exports.meanRows(groups, rows, n, at(x), at(y));
    },
    meanRowsBackward(groups, rows, n, dy, dx) {
      exports.meanRowsBackward(groups, rows, n, at(dy), at(dx));
    },
    adam(n, w, g, m, v, options) {
      const { rate, beta1, beta2, eps, step } = options;
      const root = 1 / Math.sqrt(1 - beta2 ** step);
      const size = rate / (1 - beta1 ** step);
      exports.adam(n, at(w), at(g), at(m), at(v), size, beta1, beta2, root, eps);
    },
  };
}
