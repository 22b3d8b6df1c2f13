import { inBlocks, type Work } from "../model/mod.ts";
import { largestOf } from "./_coupling_size.ts";
import type { IsingArrays, SparseArrays } from "./_ising_arrays.ts";

const MAX_WORD = 2 ** 15 - 1;
const MAX_EXACT = 2 ** 24;

/**
 * By what a model is multiplied: whole numbers where a small multiple of the couplings is whole and sums stay exact; else a power
 * of two that makes the largest about 1, so that float32 neither overflows nor vanishes.
 */
export function* chooseScale({ n, h, couplings }: IsingArrays): Work<{ scale: number; whole: boolean }> {
  const values = couplings.values;
  let largest = 0;
  yield* inBlocks(values.length, 1, (from, to) => largest = Math.max(largest, largestOf(values, from, to)));
  const largestField = largestOf(h, 0, n);
  const rowSum = couplings.form === "dense" ? largest * n : largestRowSum(couplings, n);
  const most = couplings.form === "dense" ? MAX_EXACT : MAX_WORD;
  for (const scale of [1, 2, 4]) {
    if (largest * scale > MAX_WORD || rowSum * scale > most || largestField * scale > MAX_EXACT) break;
    let whole = true;
    yield* inBlocks(values.length, 1, (from, to) => whole &&= areWhole(values, scale, from, to));
    if (whole) return { scale, whole };
  }
  const size = Math.max(largest, largestField);
  if (size === 0) return { scale: 1, whole: false };
  return { scale: 2 ** Math.max(-1000, Math.min(1000, -Math.ceil(Math.log2(size)))), whole: false };
}

function areWhole(values: Float64Array, scale: number, from: number, to: number): boolean {
  for (let k = from; k < to; k++) {
    const value = values[k] * scale;
    // they fit 16 bits
    if (value !== (value | 0)) return false;
  }
  return true;
}

function largestRowSum({ rowPtr, values }: SparseArrays, n: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += Math.abs(values[k]);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** The two values that the entries off the diagonal have, if they have no third; `values` is `[n, n]`. */
export function* twoValues(n: number, values: Float64Array): Work<readonly [number, number] | undefined> {
  if (n < 2) return undefined;
  const first = values[1];
  let second = first;
  let more = false;
  yield* inBlocks(n, n, (from, to) => {
    for (let i = from, k = from * n; i < to && !more; i++) {
      for (let j = 0; j < n; j++, k++) {
        const value = values[k];
        if (value === first || value === second || i === j) continue;
        if (second === first) second = value;
        else more = true;
      }
    }
  });
  return more ? undefined : [first, second];
}
