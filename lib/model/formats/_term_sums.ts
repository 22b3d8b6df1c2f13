import { couplingsOfMatrix } from "../_matrix_couplings.ts";
import type { TermBlock } from "./_term_blocks.ts";
import type { DenseCouplings, SparseCouplings } from "../types.ts";

const KEPT_WHOLE_FROM = 7 / 8;

/** Where the terms are: something that gives them block by block, as often as asked. */
export interface TermSource {
  /** How many there are. */
  readonly size: number;
  /** Calls `visit` with blocks of terms, in order. */
  forEachBlock(visit: (block: TermBlock, used: number) => void): void;
}

/** Terms by pair and by variable, those of the same pair summed. */
export interface Sums {
  readonly couplings: DenseCouplings | SparseCouplings;
  readonly linear: Float64Array;
  /** How many terms had one of the same pair before them. */
  readonly duplicates: number;
  /** The line of the first of these, 0 where there is none. */
  readonly firstLine: number;
}

/** Sums into a full matrix; the couplings are sparse where fewer than `denseFrom` of the pairs are left. */
export function sumDense(source: TermSource, n: number, denseFrom: number): Sums {
  const values = new Float64Array(n * n);
  const linear = new Float64Array(n);
  // one bit a pair i <= j: whether it was seen
  const seen = new Uint8Array(Math.ceil(n * n / 8));
  let duplicates = 0;
  let firstLine = 0;
  source.forEachBlock(({ rows, others, values: terms, lines }, used) => {
    for (let k = 0; k < used; k++) {
      const i = Math.min(rows[k], others[k]);
      const j = Math.max(rows[k], others[k]);
      const at = i * n + j;
      const bit = 1 << (at % 8);
      const byte = Math.floor(at / 8);
      if ((seen[byte] & bit) !== 0 && duplicates++ === 0) firstLine = lines[k];
      seen[byte] |= bit;
      if (i === j) linear[i] += terms[k];
      else values[at] += terms[k];
    }
  });
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) values[j * n + i] = values[i * n + j];
  }
  return { couplings: couplingsOfMatrix(values, n, denseFrom), linear, duplicates, firstLine };
}

/** Sums into compressed sparse rows. */
export function sumSparse(source: TermSource, n: number): Sums {
  const linear = new Float64Array(n);
  const rowPtr = new Uint32Array(n + 1);
  const seenAlone = new Uint8Array(n);
  let duplicates = 0;
  let firstAlone = Infinity;
  source.forEachBlock(({ rows, others, values, lines }, used) => {
    for (let k = 0; k < used; k++) {
      const i = rows[k];
      if (i === others[k]) {
        linear[i] += values[k];
        if (seenAlone[i] === 1 && duplicates++ === 0) firstAlone = lines[k];
        seenAlone[i] = 1;
      } else {
        rowPtr[i + 1]++;
        rowPtr[others[k] + 1]++;
      }
    }
  });
  for (let i = 0; i < n; i++) rowPtr[i + 1] += rowPtr[i];
  const columns = new Uint32Array(rowPtr[n]);
  const values = new Float64Array(rowPtr[n]);
  const next = rowPtr.slice(0, n);
  source.forEachBlock(({ rows, others, values: terms }, used) => {
    for (let k = 0; k < used; k++) {
      const i = rows[k];
      const j = others[k];
      if (i === j) continue;
      columns[next[i]] = j;
      values[next[i]++] = terms[k];
      columns[next[j]] = i;
      values[next[j]++] = terms[k];
    }
  });
  const { kept, repeats, firstRepeats } = mergeRows(n, rowPtr, columns, values);
  const firstPair = firstRepeats === undefined ? Infinity : lineOfFirst(source, n, firstRepeats);
  const firstLine = Math.min(firstAlone, firstPair);
  return {
    couplings: { form: "sparse", n, rowPtr, columns: shortened(columns, kept), values: shortened(values, kept) },
    linear,
    duplicates: duplicates + repeats,
    firstLine: firstLine === Infinity ? 0 : firstLine,
  };
}

// sorts every row, sums entries of one column in the order they came, drops zeros; `firstRepeats` is, by row, the place
// in the order of coming of the first entry whose column had come before
function mergeRows(n: number, rowPtr: Uint32Array, columns: Uint32Array, values: Float64Array) {
  let longest = 0;
  for (let i = 0; i < n; i++) longest = Math.max(longest, rowPtr[i + 1] - rowPtr[i]);
  const keys = new Float64Array(longest);
  const terms = new Float64Array(longest);
  let firstRepeats: Uint32Array | undefined;
  let repeats = 0;
  let kept = 0;
  let start = 0;
  for (let i = 0; i < n; i++) {
    const end = rowPtr[i + 1];
    const length = end - start;
    let rising = true;
    for (let k = start + 1; k < end; k++) rising &&= columns[k - 1] < columns[k];
    if (rising) {
      for (let k = start; k < end; k++) {
        if (values[k] === 0) continue;
        columns[kept] = columns[k];
        values[kept++] = values[k];
      }
    } else {
      for (let k = 0; k < length; k++) {
        keys[k] = columns[start + k] * length + k;
        terms[k] = values[start + k];
      }
      keys.subarray(0, length).sort();
      for (let k = 0; k < length;) {
        const column = Math.floor(keys[k] / length);
        let sum = 0;
        const first = k;
        for (; k < length && keys[k] < (column + 1) * length; k++) {
          const place = keys[k] - column * length;
          sum += terms[place];
          if (k === first) continue;
          repeats++;
          firstRepeats ??= new Uint32Array(n).fill(0xffffffff);
          firstRepeats[i] = Math.min(firstRepeats[i], place);
        }
        if (sum === 0) continue;
        columns[kept] = column;
        values[kept++] = sum;
      }
    }
    start = end;
    rowPtr[i + 1] = kept;
  }
  return { kept, repeats: repeats / 2, firstRepeats };
}

function lineOfFirst(source: TermSource, n: number, firstRepeats: Uint32Array): number {
  const met = new Uint32Array(n);
  let line = Infinity;
  source.forEachBlock(({ rows, others, lines }, used) => {
    for (let k = 0; k < used && line === Infinity; k++) {
      if (rows[k] === others[k]) continue;
      if (met[rows[k]]++ === firstRepeats[rows[k]]) line = lines[k];
      met[others[k]]++;
    }
  });
  return line;
}

function shortened<T extends Uint32Array | Float64Array>(array: T, length: number): T;
function shortened(array: Uint32Array | Float64Array, length: number): Uint32Array | Float64Array {
  // a copy needs room for both, which large files do not have to spare: a small rest is left unused instead
  return length >= KEPT_WHOLE_FROM * array.length ? array.subarray(0, length) : array.slice(0, length);
}
