import type { Model } from "../types.ts";
import { formatError } from "./_format_error.ts";
import type { LineCursor } from "./_lines.ts";
import { problemFromMatrix } from "./_matrix_problem.ts";
import { plainScale } from "./_plain_list.ts";
import { TermsTable } from "./_terms_table.ts";
import { toSparse } from "../forms.ts";
import type { Reading } from "./types.ts";

const MANY = 2 ** 16;

/** Entries of a square matrix, by the side of the diagonal on which they are. */
export class MatrixTerms {
  /** What the matrix means. */
  readonly reading: Reading;
  /** Whether every entry below the diagonal stands for two. */
  readonly symmetric: boolean;
  /** Entries below the diagonal; of a QUBO all entries. */
  readonly lower = new TermsTable();
  /** Entries above the diagonal. */
  readonly upper = new TermsTable();
  /** Entries on the diagonal that were left out. */
  loops = 0;
  /** The line of the first of these. */
  firstLoop = 0;

  /** n where the file gives all n^2 entries, or one triangle of them, else 0. */
  readonly fullSize: number;
  /** `[n, n]`: all entries of a file that gives them in full, once they are many. */
  full: Float64Array | undefined;
  #line = 0;

  /** Starts without entries. */
  constructor(reading: Reading, symmetric: boolean, fullSize: number) {
    this.reading = reading;
    this.symmetric = symmetric;
    this.fullSize = fullSize;
  }

  /** Adds an entry; indices from 0. Zeros say nothing about the side of the diagonal that is used. */
  add(i: number, j: number, value: number, line: LineCursor): void {
    if (value === 0) return;
    const n = this.fullSize;
    if (n > 0 && this.full === undefined && this.lower.size + this.upper.size >= MANY) this.#fill(n);
    if (this.full !== undefined && (i !== j || this.reading === "qubo")) {
      this.full[i * n + j] = value;
      if (this.symmetric && this.reading === "qubo") this.full[j * n + i] = value;
      this.#line = line.number;
    } else if (this.reading === "qubo") this.lower.add(i, j, value, line.number);
    else if (i > j) this.lower.add(i, j, value, line.number);
    else if (i < j) this.upper.add(i, j, value, line.number);
    else {
      if (this.reading === "ising") {
        throw line.error("0 on the diagonal: an entry there may mean a field or a constant", `${value}`);
      }
      if (this.loops++ === 0) this.firstLoop = line.number;
    }
  }

  /** The line of the last entry of a full matrix. */
  get lastLine(): number {
    return this.#line;
  }

  /** A note on the diagonal, where entries of it were left out. */
  loopNotes(): string[] {
    return this.loops === 0
      ? []
      : [`${this.loops} entries on the diagonal were left out, the first at line ${this.firstLoop}`];
  }

  // a file that breaks off early has not asked for the memory of a whole matrix by then
  #fill(n: number): void {
    const full = new Float64Array(n * n);
    for (const side of [this.lower, this.upper]) {
      side.forEachBlock(({ rows, others, values }, used) => {
        for (let k = 0; k < used; k++) {
          full[rows[k] * n + others[k]] = values[k];
          if (this.symmetric && this.reading === "qubo") full[others[k] * n + rows[k]] = values[k];
        }
      });
    }
    this.full = full;
  }
}

/** Makes the model of a full matrix. */
function modelOfFull(
  matrix: MatrixTerms,
  full: Float64Array,
  n: number,
  offset: number,
): ReturnType<typeof modelOfMatrix> {
  const problem = problemFromMatrix(full, n, {
    format: "matrix-market",
    as: matrix.reading,
    pairScale: plainScale(matrix.reading),
    bothTriangles: false,
    fail: (i, j, expected, got) =>
      formatError(matrix.lastLine, 1, `${expected}, in row ${i + 1} and column ${j + 1}`, got),
  });
  const model: Model = Object.freeze({ ...problem.model, offset: problem.model.offset + offset });
  return { model, notes: [...problem.notes, ...matrix.loopNotes()], totalWeight: problem.totalWeight };
}

/** Makes the model of a matrix; the offset is beside that of a cut. */
export function modelOfMatrix(
  matrix: MatrixTerms,
  n: number,
  offset: number,
): { model: Model; notes: string[]; totalWeight?: number } {
  const { reading, lower, upper, symmetric, full } = matrix;
  if (full !== undefined) return modelOfFull(matrix, full, n, offset);
  if (reading === "qubo") {
    if (symmetric) return lower.build({ n, vartype: "qubo", pairScale: 2, offset });
    const { model, notes } = lower.build({ n, vartype: "qubo", offset });
    // in full, both entries of every pair are there
    const summed = notes.length > 0 && matrix.fullSize === 0;
    return { model, notes: summed ? [`${notes[0]}; (i, j) and (j, i) count as the same entry`] : [] };
  }
  const pairScale = plainScale(reading);
  const side = lower.size > 0 ? lower : upper;
  const { model, notes } = side.build({ n, vartype: "ising", pairScale, offset });
  if (lower.size > 0 && upper.size > 0) {
    const other = upper.build({ n, vartype: "ising", pairScale });
    notes.push(...other.notes);
    const row = firstDifference(model, other.model);
    if (row >= 0) {
      throw formatError(
        firstLine(upper, row),
        1,
        "a matrix that is symmetric, or has each pair on one side of the diagonal only",
        `row ${row + 1} that differs from column ${row + 1}`,
      );
    }
  }
  notes.push(...matrix.loopNotes());
  if (reading === "ising") return { model, notes };
  let sum = 0;
  const { values } = model.couplings.form === "factored" ? toSparse(model).couplings : model.couplings;
  for (const value of values) sum += value;
  const cut: Model = Object.freeze({ ...model, offset: offset - sum / 2 });
  return { model: cut, notes, totalWeight: sum };
}

/** The first row in which two matrices differ, -1 where they are the same. */
export function firstDifference(first: Model, second: Model): number {
  const [a, b] = [toSparse(first).couplings, toSparse(second).couplings];
  for (let i = 0; i < a.n; i++) {
    if (a.rowPtr[i + 1] !== b.rowPtr[i + 1]) return i;
    for (let k = a.rowPtr[i]; k < a.rowPtr[i + 1]; k++) {
      if (a.columns[k] !== b.columns[k] || a.values[k] !== b.values[k]) return i;
    }
  }
  return -1;
}

function firstLine(terms: TermsTable, row: number): number {
  let line = 0;
  terms.forEachBlock(({ rows, others, lines }, used) => {
    for (let k = 0; k < used && line === 0; k++) if (rows[k] === row || others[k] === row) line = lines[k];
  });
  return Math.max(line, 1);
}
