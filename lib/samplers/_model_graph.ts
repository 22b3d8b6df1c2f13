import type { Couplings, Model } from "../model/mod.ts";

/** The couplings of a model by neighbours: row i is at `rowPtr[i] .. rowPtr[i + 1] - 1`. */
export interface ModelGraph {
  readonly n: number;
  readonly rowPtr: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
  readonly linear: Float64Array;
}

/** Lists the couplings by neighbours; undefined where there are more than `maxPairs` other than 0. */
export function modelGraph(model: Model, maxPairs: number): ModelGraph | undefined {
  const { n, couplings, linear } = model;
  if (couplings.form === "sparse") {
    const { rowPtr, columns, values } = couplings;
    return columns.length > 2 * maxPairs ? undefined : { n, rowPtr, columns, values, linear };
  }
  const rowPtr = new Uint32Array(n + 1);
  let columns = new Uint32Array(1024);
  let values = new Float64Array(1024);
  const row = new Float64Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    fillRow(couplings, i, row);
    for (let j = 0; j < n; j++) {
      if (row[j] === 0 || j === i) continue;
      if (count === columns.length) {
        const [shorter, fewer] = [columns, values];
        columns = new Uint32Array(2 * count);
        columns.set(shorter);
        values = new Float64Array(2 * count);
        values.set(fewer);
      }
      columns[count] = j;
      values[count++] = row[j];
    }
    if (count > 2 * maxPairs) return undefined;
    rowPtr[i + 1] = count;
  }
  return { n, rowPtr, columns, values, linear };
}

/** Writes row i of a matrix: the same bits for (i, j) and (j, i); factored couplings also on the diagonal. */
export function fillRow(couplings: Exclude<Couplings, { form: "sparse" }>, i: number, row: Float64Array): void {
  const n = couplings.n;
  if (couplings.form === "dense") {
    row.set(couplings.values.subarray(i * n, (i + 1) * n));
    return;
  }
  const { width, left, right } = couplings;
  for (let j = 0; j < n; j++) {
    let forth = 0;
    let back = 0;
    for (let a = 0; a < width; a++) {
      forth += left[i * width + a] * right[j * width + a];
      back += left[j * width + a] * right[i * width + a];
    }
    row[j] = (forth + back) / 2;
  }
}
