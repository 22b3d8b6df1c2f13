import type { Label } from "../builder.ts";
import { quboFromIsing } from "../conversions.ts";
import { byteError, ByteStream } from "./_byte_stream.ts";
import { checkDenseSize, PLAIN_SCALE, problemFromMatrix } from "./_matrix_problem.ts";
import { float64Bytes, npyHeader, numberType, readNpyHeader, readNpyNumbers } from "./_npy_array.ts";
import { matrixRows } from "./_matrix_rows.ts";
import { checkPlainList } from "./_plain_list.ts";
import { areNumbered, checkProblem, readingOf } from "./_text.ts";
import type { Model } from "../types.ts";
import type { Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";

/**
 * NumPy's `.npy` of one square matrix, float32, float64 or integers, either byte order, C or Fortran order.
 *
 * What the numbers mean is not in the file; `as` says it:
 * - `ising`: J, one triangle or both alike, `E(s) = + sum_{i<j} J_ij s_i s_j`; a diagonal is refused;
 * - `maxcut`: weights likewise, `E(s) = - cut(s)`; a diagonal, which is never cut, is left out with a note;
 * - `qubo`: `E(x) = x^T Q x` for any Q: an upper triangle counts a pair once, a symmetric matrix twice.
 *
 * Written are float64 in C order; J and weights in both triangles, Q in the upper one. The format has no place for fields beside a QUBO's, a constant or
 * names: the writer refuses the first two. A model is held dense if a quarter of its pairs are there, else sparse.
 *
 * Cost O(n^2) time, 8 n^2 bytes; more than 16,384 variables are refused before anything is allocated.
 * Source: NumPy, `numpy.lib.format`, versions 1.0 to 3.0.
 *
 * @example The header of a matrix, then its numbers
 * ```ts
 * import { energy, isingModel, npyFormat, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 3]]) });
 * const file = npyFormat.write!({ model, labels: [0, 1], format: "npy", notes: [] }, { as: "ising" });
 * const blob = new Blob(await Array.fromAsync(file, (bytes) => bytes.slice()));
 * assertEquals(energy((await npyFormat.read(blob.stream(), { as: "ising" })).model, [1, -1]), -3);
 * ```
 */
export const npyFormat: ProblemFormat = Object.freeze({
  name: "npy",
  extensions: [".npy"],
  needsReading: true,
  recognises: (start: Uint8Array) => start[0] === 0x93 && start[1] === 0x4e && start[2] === 0x55 && start[3] === 0x4d,
  read,
  write,
  holdsLabels: (labels: readonly Label[]) => areNumbered(labels, 0),
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  const reading = readingOf(as, "a matrix");
  const stream = new ByteStream(source, signal);
  try {
    const { n, values, place } = await readSquare(stream);
    await stream.end();
    return problemFromMatrix(values, n, {
      format: "npy",
      as: reading,
      pairScale: PLAIN_SCALE[reading],
      bothTriangles: false,
      fail: (i, j, expected, got) => byteError(place(i, j), `${expected}, at entry (${i}, ${j})`, got),
    });
  } finally {
    await stream.close();
  }
}

async function readSquare(stream: ByteStream) {
  const header = await readNpyHeader(stream);
  const [n, columns] = header.shape;
  if (header.shape.length !== 2 || n !== columns) {
    throw byteError(stream.position, "a square matrix", `an array of shape (${header.shape.join(", ")})`);
  }
  const { size } = numberType(header, stream.position);
  checkDenseSize(n, "read");
  const start = stream.position;
  const values = new Float64Array(n * n);
  const index = (k: number) => header.fortran ? (k % n) * n + Math.floor(k / n) : k;
  await readNpyNumbers(stream, header, (k, value) => values[index(k)] = value);
  return { n, values, place: (i: number, j: number) => start + size * index(i * n + j) };
}

function write(problem: Problem, options: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "npy");
  const reading = readingOf(options.as ?? problem.reading, "npy", "write");
  const model = reading === "qubo" && problem.model.vartype === "ising" ? quboFromIsing(problem.model) : problem.model;
  checkPlainList("npy", { ...problem, model }, reading);
  checkDenseSize(model.n, "write");
  return pieces(model, reading);
}

function* pieces(model: Model, reading: Reading): Generator<Uint8Array> {
  yield npyHeader("<f8", [model.n, model.n]);
  for (const row of matrixRows(model, reading)) yield float64Bytes(row);
}
