import { quboFromIsing } from "../conversions.ts";
import { commentLines, CommentReader } from "./_comments.ts";
import { formatError } from "./_format_error.ts";
import { type LineCursor, readLines } from "./_lines.ts";
import { readMarketHeader, readMarketSize } from "./_matrix_market_header.ts";
import { MatrixTerms, modelOfMatrix } from "./_matrix_terms.ts";
import { checkPlainList, plainScale } from "./_plain_list.ts";
import { checkProblem, countTerms, linearLines, pairLines, readingOf, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";

const PERCENT = "%".charCodeAt(0);

/**
 * Matrix Market files: a square matrix A, as a list of coordinates or in full; real, integer or pattern (each entry 1);
 * general or symmetric. Indices from 1.
 *
 * What A means is not in the file; `as` says it:
 * - `qubo`: `E(x) = x^T A x`, minimised: an entry of a symmetric file counts twice off the diagonal, entries (i, j) and (j, i) of a
 *   general one are added up;
 * - `ising`: A is J, `E(s) = sum_{i<j} J_ij s_i s_j`. A general file must be either symmetric, or have each pair on one side of the
 *   diagonal only; both mean the same J, and anything between is refused. So is an entry on the diagonal other than 0;
 * - `maxcut`: A is the weighted adjacency matrix, by the same rule; `E(s) = - cut(s)`; the diagonal is left out, with a note.
 *
 * Entries that come twice are summed, with a note. Complex, skew-symmetric and hermitian files are refused. The writer gives
 * `coordinate real symmetric`; constant and labels go into comments `% offset 2.5` and `% label 1 "name"`, which the reader takes back.
 *
 * Cost O(entries); 5 to 20 bytes an entry beside the model.
 * Source: R. Boisvert, R. Pozo and K. Remington, The Matrix Market exchange formats: initial design, NISTIR 5935 (1996).
 *
 * @example A symmetric entry counts twice
 * ```ts
 * import { energy, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const text = "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 -1\n2 1 5\n";
 * const { model } = await parseProblem(text, { as: "qubo" });
 * assertEquals(energy(model, [1, 1]), 9);
 * ```
 */
export const matrixMarketFormat: ProblemFormat = Object.freeze({
  name: "matrix-market",
  extensions: [".mtx", ".mm"],
  needsReading: true,
  recognises: (start: Uint8Array) => /^\ufeff?%%MatrixMarket\b/i.test(new TextDecoder().decode(start.subarray(0, 64))),
  read,
  write,
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  const reading = readingOf(as, "a Matrix Market file");
  const comments = new CommentReader();
  let header: ReturnType<typeof readMarketHeader> | undefined;
  let size: ReturnType<typeof readMarketSize> | undefined;
  let matrix: MatrixTerms | undefined;
  let entries = 0;
  const lines = await readLines(source, (line: LineCursor) => {
    if (header === undefined) {
      header = readMarketHeader(line);
      return;
    }
    const sign = line.peek();
    if (sign === -1) return;
    if (sign === PERCENT) {
      if (line.word("a comment") === "%") comments.read(line);
      return;
    }
    if (size === undefined || matrix === undefined) {
      size = readMarketSize(line, header);
      matrix = new MatrixTerms(reading, header.symmetric, header.coordinate ? 0 : size.n);
      return;
    }
    if (entries === size.entries) {
      throw line.error(`the end of the file after ${size.entries} entries, as line ${size.line} says`);
    }
    const { n } = size;
    let i: number;
    let j: number;
    if (header.coordinate) {
      i = line.integer("a row, counted from 1", 1, n) - 1;
      j = line.integer("a column, counted from 1", 1, n) - 1;
      if (header.symmetric && i < j) {
        throw line.error("an entry on or below the diagonal, in a symmetric file", `${i + 1} ${j + 1}`);
      }
    } else [i, j] = size.place(entries);
    const value = header.pattern ? 1 : header.integer ? integerValue(line) : line.value("an entry, a finite number");
    matrix.add(i, j, value, line);
    line.end("the entry");
    entries++;
  }, { signal });
  if (header === undefined || size === undefined || matrix === undefined) {
    const missing = header === undefined ? 'the line "%%MatrixMarket matrix ..."' : "the line of sizes";
    throw formatError(lines + 1, 1, missing, "the end of the file");
  }
  if (entries < size.entries) {
    throw formatError(lines + 1, 1, `${size.entries} entries, as line ${size.line} says`, `${entries} entries`);
  }
  const { n } = size;
  const { model, notes, totalWeight } = modelOfMatrix(matrix, n, comments.offset);
  const problem: Problem = {
    model,
    labels: comments.labels(n, 1),
    format: "matrix-market",
    reading,
    notes: [...notes, ...comments.notes],
  };
  return totalWeight === undefined ? problem : { ...problem, totalWeight };
}

function integerValue(line: LineCursor): number {
  const value = line.value("an integer entry");
  if (!Number.isInteger(value)) throw line.error("an integer entry, as line 1 says");
  return value;
}

function write(problem: Problem, options: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "matrix-market");
  const reading = readingOf(options.as ?? problem.reading, "matrix-market", "write");
  const model = reading === "qubo" && problem.model.vartype === "ising" ? quboFromIsing(problem.model) : problem.model;
  // a constant goes into a comment, so that only that of a cut is left to the rule
  const offset = reading === "maxcut" ? model.offset : 0;
  checkPlainList("matrix-market", { ...problem, model: { ...model, offset } }, reading);
  return textPieces(linesOf({ ...problem, model }, reading));
}

function* linesOf({ model, labels }: Problem, reading: Reading): Iterable<string> {
  const { pairs, single } = countTerms(model);
  const scale = plainScale(reading);
  yield "%%MatrixMarket matrix coordinate real symmetric";
  yield* commentLines("%", { offset: reading === "maxcut" ? 0 : model.offset, labels, first: 1 });
  yield `${model.n} ${model.n} ${pairs + single}`;
  yield* linearLines(model.linear, (i, value) => `${i + 1} ${i + 1} ${value}`);
  yield* pairLines(model.couplings, (i, j, value) => `${j + 1} ${i + 1} ${value / scale}`);
}
