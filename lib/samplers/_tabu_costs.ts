import type { TabuCouplings } from "../kernels/mod.ts";
import { inBlocks, type Work } from "../model/mod.ts";
import type { IsingArrays } from "./_ising_arrays.ts";

const MAX_COST = 2 ** 29;
const EXACT_SHIFTS = [0, 1, 2, 3];

/** A model in integers: `V = 2 J scale`, and what each flip of the state all up costs. */
export interface TabuCosts {
  readonly couplings: TabuCouplings;
  /** `-(2 h_i scale + sum_j V_ij)`, `[n]`. */
  readonly costs: Int32Array;
  /** Units of cost a unit of energy. */
  readonly scale: number;
  /** True if every coefficient became an integer without rounding. */
  readonly exact: boolean;
  /** Energy of the state all up, without the offset, which may be so large that nothing beside it counts. */
  readonly upEnergy: number;
}

/**
 * Brings a model to integers: exactly where 2 h and 2 J, times a power of two up to 8, are integers and no flip costs more than
 * 2^29; else rounded, the most expensive flip at most 2^29.
 */
export function* tabuCosts({ n, h, couplings }: IsingArrays): Work<TabuCosts> {
  const { values } = couplings;
  const startOf = (i: number) => couplings.form === "dense" ? i * n : couplings.rowPtr[i];
  const width = values.length / Math.max(1, n);
  let largest = 0;
  let upEnergy = 0;
  yield* inBlocks(n, width, (from, to) => {
    for (let i = from; i < to; i++) {
      let sum = 0;
      let size = Math.abs(h[i]);
      for (let k = startOf(i), end = startOf(i + 1); k < end; k++) {
        sum += values[k];
        size += Math.abs(values[k]);
      }
      upEnergy += h[i] + sum / 2;
      largest = Math.max(largest, 2 * size);
    }
  });
  let shift: number | undefined;
  for (const k of EXACT_SHIFTS) {
    if (shift === undefined && (yield* allIntegers(h, 2 ** (k + 1))) && (yield* allIntegers(values, 2 ** (k + 1)))) {
      shift = k;
    }
  }
  const exact = largest === 0 || (shift !== undefined && largest * 2 ** shift <= MAX_COST);
  // rounding adds up to half a unit a coefficient
  const scale = exact ? 2 ** (shift ?? 0) : (MAX_COST - n) / largest;
  const rounded = new Int32Array(values.length);
  let widest = 0;
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to; k++) {
      rounded[k] = Math.round(2 * scale * values[k]);
      widest = Math.max(widest, Math.abs(rounded[k]));
    }
  });
  const costs = new Int32Array(n);
  yield* inBlocks(n, width, (from, to) => {
    for (let i = from; i < to; i++) {
      let sum = Math.round(2 * scale * h[i]);
      for (let k = startOf(i), end = startOf(i + 1); k < end; k++) sum += rounded[k];
      costs[i] = -sum;
    }
  });
  const integers: TabuCouplings = couplings.form === "dense"
    ? { form: "dense", values: widest < 2 ** 15 ? yield* words(rounded) : rounded }
    : { form: "sparse", rowPtr: couplings.rowPtr, columns: couplings.columns, values: rounded };
  return { couplings: integers, costs, scale, exact, upEnergy };
}

function* allIntegers(values: Float64Array, factor: number): Work<boolean> {
  let all = true;
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to && all; k++) if (!Number.isInteger(values[k] * factor)) all = false;
  });
  return all;
}

function* words(values: Int32Array): Work<Int16Array> {
  const result = new Int16Array(values.length);
  yield* inBlocks(values.length, 1, (from, to) => result.set(values.subarray(from, to), from));
  return result;
}
