import { inBlocks, type Work } from "../model/mod.ts";
import type { IsingArrays } from "./_ising_arrays.ts";

const MAX_WORK = 1.2e7;
// its inverse is still a number
const SMALLEST = 1e-300;

/** What sets the pace of amplitudes on a model, in units of energy. */
export interface CouplingSize {
  /** Local field of a state drawn at random: the root of `(|J|_F^2 + |h|^2) / (n - 1)`; 1 if all is zero. */
  readonly field: number;
  /** About the largest eigenvalue of J, from below: never less than 2 * field, the edge of a random matrix. */
  readonly stiffness: number;
  /** What a step may be against one on a random matrix: `2 field / stiffness`, at most 1. */
  readonly ease: number;
}

/** Measures a model: some products with J, fewer if it is large. */
export function* couplingSize({ n, h, couplings }: IsingArrays): Work<CouplingSize> {
  const values = couplings.values;
  let largest = 0;
  for (const list of [values, h]) {
    yield* inBlocks(list.length, 1, (from, to) => largest = Math.max(largest, largestOf(list, from, to)));
  }
  if (largest === 0) return { field: 1, stiffness: 2, ease: 1 };
  const by = Math.min(1 / largest, 1 / SMALLEST);
  const squares = (yield* sumOfSquares(values, by)) + (yield* sumOfSquares(h, by));
  const field = Math.max(SMALLEST, Math.sqrt(squares / Math.max(1, n - 1)) / by);
  // between the vector of ones and a random vector: both kinds of leading eigenvector are met
  let v: Float64Array = Float64Array.from({ length: n }, (_, i) => 1 + (Math.imul(i + 1, 0x9e3779b9) >> 31 | 1));
  let next: Float64Array = new Float64Array(n);
  let top = 0;
  const rounds = Math.max(2, Math.min(12, Math.floor(MAX_WORK / Math.max(1, values.length))));
  for (let round = 0; round < rounds; round++) {
    const [vector, product] = [v, next];
    yield* inBlocks(n, values.length / n, (from, to) => multiply(n, couplings, vector, product, by, from, to));
    let across = 0, before = 0, after = 0;
    for (let i = 0; i < n; i++) {
      across += v[i] * next[i];
      before += v[i] * v[i];
      after += next[i] * next[i];
    }
    if (before === 0 || after === 0) break;
    top = Math.max(top, across / before);
    const root = Math.sqrt(after);
    for (let i = 0; i < n; i++) next[i] /= root;
    [v, next] = [next, v];
  }
  const stiffness = Math.max(2 * field, top / by);
  return { field, stiffness, ease: 2 * field / stiffness };
}

/** The largest magnitude of entries `from .. to - 1`. */
export function largestOf(list: Float64Array, from: number, to: number): number {
  let largest = 0;
  for (let k = from; k < to; k++) largest = Math.max(largest, Math.abs(list[k]));
  return largest;
}

function* sumOfSquares(list: Float64Array, by: number): Work<number> {
  let sum = 0;
  yield* inBlocks(list.length, 1, (from, to) => {
    let own = sum;
    for (let k = from; k < to; k++) {
      const value = list[k] * by;
      own += value * value;
    }
    sum = own;
  });
  return sum;
}

function multiply(
  n: number,
  couplings: IsingArrays["couplings"],
  v: Float64Array,
  to: Float64Array,
  by: number,
  begin: number,
  end: number,
): void {
  const values = couplings.values;
  if (couplings.form === "dense") {
    for (let i = begin, k = begin * n; i < end; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++, k++) sum += values[k] * v[j];
      to[i] = sum * by;
    }
    return;
  }
  const { rowPtr, columns } = couplings;
  for (let i = begin; i < end; i++) {
    let sum = 0;
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) sum += values[k] * v[columns[k]];
    to[i] = sum * by;
  }
}
