import type { TabuCouplings } from "../kernels/mod.ts";
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
export function tabuCosts({ n, h, couplings }: IsingArrays): TabuCosts {
  const { values } = couplings;
  const rowOf = couplings.form === "dense"
    ? (i: number) => [i * n, (i + 1) * n]
    : (i: number) => [couplings.rowPtr[i], couplings.rowPtr[i + 1]];
  let largest = 0;
  let upEnergy = 0;
  for (let i = 0; i < n; i++) {
    const [start, end] = rowOf(i);
    let [sum, size] = [0, Math.abs(h[i])];
    for (let k = start; k < end; k++) {
      sum += values[k];
      size += Math.abs(values[k]);
    }
    upEnergy += h[i] + sum / 2;
    largest = Math.max(largest, 2 * size);
  }
  const shift = EXACT_SHIFTS.find((k) => allIntegers(h, 2 ** (k + 1)) && allIntegers(values, 2 ** (k + 1)));
  const exact = largest === 0 || (shift !== undefined && largest * 2 ** shift <= MAX_COST);
  // rounding adds up to half a unit a coefficient
  const scale = exact ? 2 ** (shift ?? 0) : (MAX_COST - n) / largest;
  const rounded = new Int32Array(values.length);
  let widest = 0;
  for (let k = 0; k < values.length; k++) {
    rounded[k] = Math.round(2 * scale * values[k]);
    widest = Math.max(widest, Math.abs(rounded[k]));
  }
  const costs = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const [start, end] = rowOf(i);
    let sum = Math.round(2 * scale * h[i]);
    for (let k = start; k < end; k++) sum += rounded[k];
    costs[i] = -sum;
  }
  const integers: TabuCouplings = couplings.form === "dense"
    ? { form: "dense", values: widest < 2 ** 15 ? Int16Array.from(rounded) : rounded }
    : { form: "sparse", rowPtr: couplings.rowPtr, columns: couplings.columns, values: rounded };
  return { couplings: integers, costs, scale, exact, upEnergy };
}

function allIntegers(values: Float64Array, factor: number): boolean {
  for (let k = 0; k < values.length; k++) if (!Number.isInteger(values[k] * factor)) return false;
  return true;
}
