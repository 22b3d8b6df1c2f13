import type { Model, SparseCouplings } from "../types.ts";
import { formatError } from "./_format_error.ts";
import type { LineCursor } from "./_lines.ts";
import { plainScale } from "./_plain_list.ts";
import { TermsTable } from "./_terms_table.ts";
import { toSparse } from "../forms.ts";
import type { Reading } from "./types.ts";

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

  /** Starts without entries. */
  constructor(reading: Reading, symmetric: boolean) {
    this.reading = reading;
    this.symmetric = symmetric;
  }

  /** Adds an entry; indices from 0. */
  add(i: number, j: number, value: number, line: LineCursor): void {
    if (this.reading === "qubo") this.lower.add(i, j, value, line.number);
    else if (i > j) this.lower.add(i, j, value, line.number);
    else if (i < j) this.upper.add(i, j, value, line.number);
    else if (value !== 0) {
      if (this.reading === "ising") {
        throw line.error("0 on the diagonal: an entry there may mean a field or a constant", `${value}`);
      }
      if (this.loops++ === 0) this.firstLoop = line.number;
    }
  }
}

/** Makes the model of a matrix; the offset is beside that of a cut. */
export function modelOfMatrix(
  matrix: MatrixTerms,
  n: number,
  offset: number,
): { model: Model; notes: string[]; totalWeight?: number } {
  const { reading, lower, upper, symmetric } = matrix;
  if (reading === "qubo") {
    if (symmetric) return lower.build({ n, vartype: "qubo", pairScale: 2, offset });
    const { model, notes } = lower.build({ n, vartype: "qubo", offset });
    return { model, notes: notes.length === 0 ? [] : [`${notes[0]}; (i, j) and (j, i) count as the same entry`] };
  }
  const pairScale = plainScale(reading);
  const side = lower.size > 0 ? lower : upper;
  const { model, notes } = side.build({ n, vartype: "ising", pairScale, offset });
  if (lower.size > 0 && upper.size > 0) {
    const other = upper.build({ n, vartype: "ising", pairScale });
    notes.push(...other.notes);
    const row = firstDifference(toSparse(model).couplings, toSparse(other.model).couplings);
    if (row >= 0) {
      throw formatError(
        firstLine(upper, row),
        1,
        "a matrix that is symmetric, or has each pair on one side of the diagonal only",
        `row ${row + 1} that differs from column ${row + 1}`,
      );
    }
  }
  if (matrix.loops > 0) {
    notes.push(`${matrix.loops} entries on the diagonal were left out, the first at line ${matrix.firstLoop}`);
  }
  if (reading === "ising") return { model, notes };
  let sum = 0;
  const { values } = model.couplings.form === "factored" ? toSparse(model).couplings : model.couplings;
  for (const value of values) sum += value;
  const cut: Model = Object.freeze({ ...model, offset: offset - sum / 2 });
  return { model: cut, notes, totalWeight: sum };
}

function firstDifference(a: SparseCouplings, b: SparseCouplings): number {
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
