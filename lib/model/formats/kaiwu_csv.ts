import type { Label } from "../builder.ts";
import { isingFromQubo } from "../conversions.ts";
import { toKaiwu } from "../kaiwu.ts";
import { readCsvMatrix } from "./_csv_matrix.ts";
import { formatError } from "./_format_error.ts";
import { checkDenseSize, problemFromMatrix } from "./_matrix_problem.ts";
import { areNumbered, checkProblem, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions, WriteOptions } from "./types.ts";

const LOWEST = -128;
const HIGHEST = 127;

/**
 * Kaiwu's Ising matrix as text, a line a row, integers of 8 bits between commas: `E(s) = - sum_ij J_ij s_i s_j`, each pair twice.
 *
 * The file does not say whether its last spin is the one that stands for fields, so every row is read as a spin; of a state of
 * such a matrix `spinsFromKaiwu` gives the spins. Written is an Ising model, or the Ising model of a QUBO; fields go to an
 * extra spin, the last. **A constant is not written**: the machine's energies lack it. A coefficient that is no integer from
 * -128 to 127 once it is divided by -2 is refused: scale and round the model first.
 *
 * Cost O(n^2) time, 8 n^2 bytes; more than 16,384 variables are refused once the first row is counted.
 * Source: QBoson, Kaiwu SDK documentation (2026), as far as it is public.
 *
 * @example Each pair counts twice
 * ```ts
 * import { energy, kaiwuCsvFormat } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model } = await kaiwuCsvFormat.read(new Blob(["0,3\n3,0\n"]).stream(), {});
 * assertEquals(energy(model, [1, 1]), -6);
 * ```
 */
export const kaiwuCsvFormat: ProblemFormat = Object.freeze({
  name: "kaiwu-csv",
  extensions: [".kaiwu.csv"],
  needsReading: false,
  recognises: (_start: Uint8Array, path: string) => path.endsWith(".kaiwu.csv"),
  read,
  write,
  holdsLabels: (labels: readonly Label[]) => areNumbered(labels, 0),
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  checkReading(as, "read");
  const { n, values, offset, lines } = await readCsvMatrix(source, signal, (value, line, column) => {
    if (!isEntry(value)) throw formatError(line, column, `an integer from ${LOWEST} to ${HIGHEST}`, String(value));
  });
  if (offset !== undefined) throw formatError(1, 1, "no offset: Kaiwu's matrices have none", String(offset));
  const { reading: _, ...problem } = problemFromMatrix(values, n, {
    format: "kaiwu-csv",
    as: "ising",
    pairScale: -2,
    bothTriangles: true,
    fail: (i, _j, expected, got) => formatError(lines[i], 1, expected, got),
  });
  return problem;
}

function write(problem: Problem, { as }: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "kaiwu-csv");
  checkReading(as, "write");
  checkDenseSize(problem.model.n, "write");
  const { matrix, size } = toKaiwu(problem.model.vartype === "ising" ? problem.model : isingFromQubo(problem.model));
  for (let k = 0; k < matrix.length; k++) {
    if (isEntry(matrix[k])) continue;
    throw new RangeError(
      `Cannot write kaiwu-csv: entry (${Math.floor(k / size)}, ${k % size}) of Kaiwu's matrix is ${
        matrix[k]
      }, expected an ` +
        `integer from ${LOWEST} to ${HIGHEST}; scale and round the model first`,
    );
  }
  return textPieces(rows(matrix, size));
}

function* rows(matrix: Float64Array, size: number): Generator<string> {
  for (let i = 0; i < size; i++) yield matrix.subarray(i * size, (i + 1) * size).join(",");
}

function isEntry(value: number): boolean {
  return Number.isInteger(value) && value >= LOWEST && value <= HIGHEST;
}

function checkReading(as: ReadOptions["as"], verb: string): void {
  if (as === undefined || as === "ising") return;
  throw new TypeError(`Cannot ${verb} Kaiwu's matrix as ${as}: it is an Ising matrix in Kaiwu's own convention`);
}
