import { readCsvMatrix } from "./_csv_matrix.ts";
import { formatError } from "./_format_error.ts";
import { checkDenseSize, type MatrixReading, problemFromMatrix } from "./_matrix_problem.ts";
import { matrixRows } from "./_matrix_rows.ts";
import { checkPlainList } from "./_plain_list.ts";
import { textPieces } from "./_text.ts";
import type { FormatName, Problem, Reading } from "./types.ts";

/** Reads a matrix between commas as a problem, with the constant of its comment. */
export async function readCsvProblem(
  source: AsyncIterable<Uint8Array>,
  reading: Omit<MatrixReading, "fail">,
  signal: AbortSignal | undefined,
): Promise<Problem> {
  const { n, values, offset, lines } = await readCsvMatrix(source, signal);
  const problem = problemFromMatrix(values, n, {
    ...reading,
    fail: (i, _j, expected, got) => formatError(lines[i], 1, expected, got),
  });
  if (offset === undefined) return problem;
  const model = Object.freeze({ ...problem.model, offset: problem.model.offset + offset });
  return { ...problem, model, notes: [...problem.notes, "the offset was taken from a comment"] };
}

/**
 * Writes the matrix of a model between commas, its constant in a comment.
 *
 * @param sign what the entries are multiplied by: -1 where the convention turns them @default {1}
 * @throws {RangeError} if the matrix has no place for something in the model
 */
export function writeCsvMatrix(problem: Problem, format: FormatName, reading: Reading, sign = 1): Iterable<Uint8Array> {
  const { model } = problem;
  // the constant of a cut is that of its weights, and checked
  const offset = reading === "maxcut" ? 0 : model.offset;
  checkPlainList(format, { ...problem, model: { ...model, offset: model.offset - offset } }, reading);
  checkDenseSize(model.n, "write");
  return textPieces(rows(matrixRows(model, reading), offset, sign));
}

function* rows(matrix: Iterable<Float64Array>, offset: number, sign: number): Generator<string> {
  if (offset !== 0) yield `# offset ${offset}`;
  for (const row of matrix) yield (sign === 1 ? row : row.map((value) => sign * value)).join(",");
}
