import type { Label } from "../builder.ts";
import { quboFromIsing } from "../conversions.ts";
import { readCsvMatrix } from "./_csv_matrix.ts";
import { formatError } from "./_format_error.ts";
import { checkDenseSize, PLAIN_SCALE, problemFromMatrix } from "./_matrix_problem.ts";
import { matrixRows } from "./_matrix_rows.ts";
import { checkPlainList } from "./_plain_list.ts";
import { areNumbered, checkProblem, readingOf, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";

/**
 * A square matrix as text, a line a row, numbers between commas, in the conventions of IsingQ.
 *
 * What the numbers mean is not in the file; `as` says it:
 * - `ising`: IsingQ's J, symmetric, `E(s) = -1/2 sum_ij J_ij s_i s_j`: **the sign of every other format is turned**, a positive
 *   J aligns, and a note says so; a diagonal is refused;
 * - `maxcut`: weights, one triangle or both alike, `E(s) = - cut(s)`; a diagonal, which is never cut, is left out with a note;
 * - `qubo`: `E(x) = x^T Q x` for any Q: the upper triangle that IsingQ's service takes counts a pair once, a symmetric matrix
 *   twice. Written is the upper triangle.
 *
 * The format has no place for fields beside a QUBO's or for names: write an Ising model with fields as qubo. Lines that start
 * with `#` are comments; the writer puts a constant into a first line `# offset 2.5`, which the reader takes back and NumPy's
 * `loadtxt` passes over. A model is held dense if a quarter of its pairs are there, else sparse.
 *
 * Cost O(n^2) time, 8 n^2 bytes; more than 16,384 variables are refused once the first row is counted.
 * Source: ising-tech, isingq-toolkit (2026).
 *
 * @example A positive J aligns
 * ```ts
 * import { csvFormat, energy } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model } = await csvFormat.read(new Blob(["0,3\n3,0\n"]).stream(), { as: "ising" });
 * assertEquals(energy(model, [1, 1]), -3);
 * ```
 */
export const csvFormat: ProblemFormat = Object.freeze({
  name: "csv",
  extensions: [".csv"],
  needsReading: true,
  recognises: (_start: Uint8Array, path: string) => path.endsWith(".csv") && !path.endsWith(".kaiwu.csv"),
  read,
  write,
  holdsLabels: (labels: readonly Label[]) => areNumbered(labels, 0),
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  const reading = readingOf(as, "a matrix");
  const { n, values, offset, lines } = await readCsvMatrix(source, signal);
  const problem = problemFromMatrix(values, n, {
    format: "csv",
    as: reading,
    pairScale: reading === "ising" ? -1 : PLAIN_SCALE[reading],
    bothTriangles: reading === "ising",
    fail: (i, _j, expected, got) => formatError(lines[i], 1, expected, got),
  });
  const notes = [...problem.notes];
  if (reading === "ising") notes.push("J was read in IsingQ's convention, E = -1/2 sum_ij J_ij s_i s_j");
  if (offset === undefined) return { ...problem, notes };
  notes.push("the offset was taken from a comment");
  const model = Object.freeze({ ...problem.model, offset: problem.model.offset + offset });
  return { ...problem, model, notes };
}

function write(problem: Problem, options: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "csv");
  const reading = readingOf(options.as ?? problem.reading, "csv", "write");
  const model = reading === "qubo" && problem.model.vartype === "ising" ? quboFromIsing(problem.model) : problem.model;
  const offset = reading === "maxcut" ? 0 : model.offset;
  checkPlainList("csv", { ...problem, model: { ...model, offset: model.offset - offset } }, reading);
  checkDenseSize(model.n, "write");
  return textPieces(rows(matrixRows(model, reading), reading, offset));
}

function* rows(matrix: Iterable<Float64Array>, reading: Reading, offset: number): Generator<string> {
  if (offset !== 0) yield `# offset ${offset}`;
  for (const row of matrix) {
    if (reading === "ising") { for (let j = 0; j < row.length; j++) row[j] = -row[j]; }
    yield row.join(",");
  }
}
