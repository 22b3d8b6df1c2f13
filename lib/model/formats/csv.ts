import type { Label } from "../builder.ts";
import { quboFromIsing } from "../conversions.ts";
import { readCsvProblem, writeCsvMatrix } from "./_csv_problem.ts";
import { PLAIN_SCALE } from "./_matrix_problem.ts";
import { areNumbered, checkProblem, readingOf } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions, WriteOptions } from "./types.ts";

/**
 * A square matrix as text, a line a row, numbers between commas.
 *
 * What the numbers mean is not in the file; `as` says it, as for every plain list of numbers:
 * - `ising`: J, one triangle or both alike, `E(s) = + sum_{i<j} J_ij s_i s_j`; a diagonal is refused. A matrix of IsingQ, where
 *   a positive J aligns, is of the format `isingq-csv`;
 * - `maxcut`: weights, one triangle or both alike, `E(s) = - cut(s)`; a diagonal, which is never cut, is left out with a note;
 * - `qubo`: `E(x) = x^T Q x` for any Q: an upper triangle, as IsingQ's service takes it too, counts a pair once, a symmetric
 *   matrix twice. Written is the upper triangle.
 *
 * The format has no place for fields beside a QUBO's or for names: write an Ising model with fields as qubo. Lines that start
 * with `#` are comments; the writer puts a constant into a first line `# offset 2.5`, which the reader takes back and NumPy's
 * `loadtxt` passes over. A model is held dense if a quarter of its pairs are there, else sparse.
 *
 * Cost O(n^2) time, 8 n^2 bytes; more than 16,384 variables are refused once the first row is counted.
 *
 * @example A positive J opposes
 * ```ts
 * import { csvFormat, energy } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model } = await csvFormat.read(new Blob(["0,3\n3,0\n"]).stream(), { as: "ising" });
 * assertEquals(energy(model, [1, 1]), 3);
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
  const how = { format: "csv", as: reading, pairScale: PLAIN_SCALE[reading], bothTriangles: false } as const;
  return await readCsvProblem(source, how, signal);
}

function write(problem: Problem, options: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "csv");
  const reading = readingOf(options.as ?? problem.reading, "csv", "write");
  const model = reading === "qubo" && problem.model.vartype === "ising" ? quboFromIsing(problem.model) : problem.model;
  return writeCsvMatrix({ ...problem, model }, "csv", reading);
}
