import type { Label } from "../builder.ts";
import { isingFromQubo } from "../conversions.ts";
import { readCsvProblem, writeCsvMatrix } from "./_csv_problem.ts";
import { areNumbered, checkProblem } from "./_text.ts";
import type { Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";

/**
 * IsingQ's Ising matrix as text, a line a row, numbers between commas: J symmetric, `E(s) = -1/2 sum_ij J_ij s_i s_j`.
 *
 * **The sign of every other format is turned**: a positive J aligns, and a note says so. No ending tells such a file from a plain
 * matrix, so it is read and written only where the format is named. Both triangles have to be there, and no diagonal; there is no
 * place for fields or names. An upper triangle that is a QUBO for IsingQ's service is a `csv` read as qubo. A constant stands in a
 * comment, as in `csv`.
 *
 * Cost O(n^2) time, 8 n^2 bytes; more than 16,384 variables are refused once the first row is counted.
 * Source: ising-tech, isingq-toolkit (2026).
 *
 * @example A positive J aligns
 * ```ts
 * import { energy, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model } = await parseProblem("0,3\n3,0\n", { format: "isingq-csv" });
 * assertEquals(energy(model, [1, 1]), -3);
 * ```
 */
export const isingqCsvFormat: ProblemFormat = Object.freeze({
  name: "isingq-csv",
  extensions: [],
  needsReading: false,
  recognises: () => false,
  read,
  write,
  holdsLabels: (labels: readonly Label[]) => areNumbered(labels, 0),
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  checkReading(as, "read");
  const how = { format: "isingq-csv", as: "ising", pairScale: -1, bothTriangles: true } as const;
  const { reading: _, ...problem } = await readCsvProblem(source, how, signal);
  return { ...problem, notes: [...problem.notes, "J was read in IsingQ's convention, E = -1/2 sum_ij J_ij s_i s_j"] };
}

function write(problem: Problem, { as }: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "isingq-csv");
  checkReading(as, "write");
  const model = problem.model.vartype === "ising" ? problem.model : isingFromQubo(problem.model);
  return writeCsvMatrix({ ...problem, model }, "isingq-csv", "ising", -1);
}

function checkReading(as: Reading | undefined, verb: string): void {
  if (as === undefined || as === "ising") return;
  throw new TypeError(`Cannot ${verb} IsingQ's matrix as ${as}: it is an Ising matrix in IsingQ's own convention`);
}
