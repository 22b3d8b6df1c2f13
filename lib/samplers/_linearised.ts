import type { QuboModel } from "../model/mod.ts";
import { modelGraph } from "./_model_graph.ts";

const MAX_PAIRS = 200_000;
const MAX_TRIANGLES = 20_000;
const TRIANGLES_PER_SLICE = 500;
const BITS_PER_SLICE = 10;
const LARGEST_COST = 1024;

/** A QUBO as a mixed-integer linear program: n binary columns, then one continuous column for every pair. Can be sent. */
export interface LinearProgram {
  /** n. */
  readonly binaries: number;
  /** What each column costs, in energy times `scale`. */
  readonly costs: Float64Array;
  /** Upper bound of each column: 1, or 0 for a bit that is fixed. */
  readonly upper: Float64Array;
  /** Rows `a . columns <= limit`, compressed. */
  readonly rowPtr: Int32Array;
  readonly columns: Int32Array;
  readonly coefficients: Float64Array;
  readonly limits: Float64Array;
  /** The two bits of every pair. */
  readonly pairs: Int32Array;
  /** A power of two that brings the largest cost to 512 .. 1024. */
  readonly scale: number;
}

/**
 * Replaces every product by a continuous y in [0, 1]: `y >= x_i + x_j - 1` where it costs, `y <= x_i` and `y <= x_j` where it pays;
 * the minimum makes y the product. Every triangle of pairs adds the four inequalities that products keep and fractions do
 * not, unless there are more than 20000 triangles. With `symmetric` a state and its reverse have the same energy, and the bit with the most
 * partners is fixed to 0. Yields between slices of about a millisecond.
 */
export function* linearised(qubo: QuboModel, symmetric: boolean): Generator<void, LinearProgram> {
  const graph = modelGraph(qubo, MAX_PAIRS);
  if (graph === undefined) {
    throw new RangeError(
      `Cannot linearise the model: it has more than ${MAX_PAIRS} couplings, each a column of its own; use tabuSearch() ` +
        `or simulatedAnnealing()`,
    );
  }
  const { n, rowPtr, columns, values, linear } = graph;
  let largest = 0;
  for (const value of linear) largest = Math.max(largest, Math.abs(value));
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 1 : 2 ** Math.floor(Math.log2(LARGEST_COST / largest));
  const pairs: number[] = [];
  const costs = Array.from(linear, (value) => value * scale);
  const [starts, entries, coefficients, limits] = [[0], [] as number[], [] as number[], [] as number[]];
  // the columns that count 1, those that count -1
  const addRow = (limit: number, plus: readonly number[], minus: readonly number[]) => {
    for (const column of plus) {
      entries.push(column);
      coefficients.push(1);
    }
    for (const column of minus) {
      entries.push(column);
      coefficients.push(-1);
    }
    starts.push(entries.length);
    limits.push(limit);
  };
  for (let i = 0; i < n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const j = columns[k];
      if (j < i) continue;
      const y = costs.length;
      costs.push(values[k] * scale);
      pairs.push(i, j);
      if (values[k] > 0) addRow(1, [i, j], [y]);
      else {
        addRow(0, [y], [i]);
        addRow(0, [y], [j]);
      }
    }
    if (i % BITS_PER_SLICE === 0) yield;
  }
  const found = yield* triangles(n, pairs);
  for (let t = 0; t < found.length; t++) {
    const [i, j, k, a, b, c] = found[t];
    addRow(0, [a, b], [i, c]);
    addRow(0, [a, c], [j, b]);
    addRow(0, [b, c], [k, a]);
    addRow(1, [i, j, k], [a, b, c]);
    if (t % TRIANGLES_PER_SLICE === 0) yield;
  }
  const upper = new Float64Array(costs.length).fill(1);
  if (symmetric && n > 0) {
    let most = 0;
    for (let i = 1; i < n; i++) if (rowPtr[i + 1] - rowPtr[i] > rowPtr[most + 1] - rowPtr[most]) most = i;
    upper[most] = 0;
  }
  return {
    binaries: n,
    costs: Float64Array.from(costs),
    upper,
    rowPtr: Int32Array.from(starts),
    columns: Int32Array.from(entries),
    coefficients: Float64Array.from(coefficients),
    limits: Float64Array.from(limits),
    pairs: Int32Array.from(pairs),
    scale,
  };
}

/** Bits i < j < k of every triangle and the columns of its pairs (i, j), (i, k), (j, k); none if there are too many. */
function* triangles(n: number, pairs: readonly number[]): Generator<void, number[][]> {
  const later: Map<number, number>[] = Array.from({ length: n }, () => new Map());
  for (let p = 0; p < pairs.length / 2; p++) later[pairs[2 * p]].set(pairs[2 * p + 1], n + p);
  const found: number[][] = [];
  for (let i = 0; i < n; i++) {
    for (const [j, a] of later[i]) {
      for (const [k, c] of later[j]) {
        const b = later[i].get(k);
        if (b === undefined) continue;
        if (found.length === MAX_TRIANGLES) return [];
        found.push([i, j, k, a, b, c]);
        if (found.length % TRIANGLES_PER_SLICE === 0) yield;
      }
    }
    yield;
  }
  return found;
}
