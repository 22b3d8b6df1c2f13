import type { Label } from "../builder.ts";
import { numbered } from "./_text.ts";
import { checkDenseSize, PLAIN_SCALE, problemFromMatrix } from "./_matrix_problem.ts";
import { allBytes, NpzArchive } from "./_npz_archive.ts";
import { holdsLabels, npzPieces } from "./_npz_writer.ts";
import { SparseMatrixTerms } from "./_sparse_problem.ts";
import { MAX_VARIABLES } from "./_terms_table.ts";
import { checkProblem, readingOf } from "./_text.ts";
import type { Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";

const KNOWN = [
  "J",
  "h",
  "Q",
  "offset",
  "labels",
  "vartype",
  "format",
  "shape",
  "data",
  "indices",
  "indptr",
  "row",
  "col",
];
const SPARSE = ["csr", "csc", "coo"];

/**
 * NumPy's `.npz`, stored or deflated, in one of three contents:
 *
 * - arrays `J` and, if wanted, `h` and `offset`: `E(s) = sum_{i<j} J_ij s_i s_j + sum_i h_i s_i + offset`, J in one triangle or
 *   both alike; or `Q` and `offset`: `E(x) = x^T Q x + offset` for any Q;
 * - what `scipy.sparse.save_npz` writes of a csr, csc or coo matrix, which `as` gives a meaning, as for `.npy`; entries of the same
 *   place are summed. Beside them `vartype` (`ising` or `qubo`) gives it instead, and `h` and `offset` are read as above;
 * - one array of any other name, a square matrix, which `as` gives a meaning, as for `.npy`.
 *
 * `labels`, integers or texts, names the variables. Written are `J`, `h`, `offset` or `Q`, `offset` of a dense model, and SciPy's csr
 * of the upper triangle with `vartype`, `h`, `offset` of a sparse one: both say themselves what they mean.
 *
 * Cost O(entries) time; the archive is held as a whole, up to 2 GiB, and each array once beside it.
 * Source: NumPy, `numpy.savez`; SciPy, `scipy.sparse.save_npz`; PKWARE, APPNOTE.TXT.
 *
 * @example A model and its labels
 * ```ts
 * import { energy, isingModel, npzFormat, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 3]]), linear: [1, 0], offset: 0.5 });
 * const file = npzFormat.write!({ model, labels: ["a", "b"], format: "npz", notes: [] }, {});
 * const blob = new Blob(await Array.fromAsync(file, (bytes) => bytes.slice()));
 * const { labels, model: read } = await npzFormat.read(blob.stream(), {});
 * assertEquals([labels, energy(read, [1, -1])], [["a", "b"], -1.5]);
 * ```
 */
export const npzFormat: ProblemFormat = Object.freeze({
  name: "npz",
  extensions: [".npz"],
  needsReading: false,
  recognises: (start: Uint8Array) => start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4,
  read,
  write,
  holdsLabels,
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  const archive = new NpzArchive(await allBytes(source, signal));
  const others = archive.names.filter((name) => !KNOWN.includes(name) && !name.startsWith("_"));
  if (archive.has("format")) return await readSparse(archive, as, others);
  if (archive.has("J") || archive.has("Q")) return await readNamed(archive, as, others);
  if (archive.names.length === 1) {
    const reading = readingOf(as, "a matrix");
    return await readMatrix(archive, archive.names[0], reading);
  }
  throw archive.error(
    archive.names[0] ?? "",
    "one array J, Q or format",
    `only ${archive.names.join(", ") || "nothing"}`,
  );
}

async function readMatrix(archive: NpzArchive, name: string, as: Reading): Promise<Problem> {
  const { shape, fortran } = await archive.header(name);
  const [n, columns] = shape;
  if (shape.length !== 2 || n !== columns) throw archive.error(name, "a square matrix", `shape (${shape.join(", ")})`);
  checkDenseSize(n, "read");
  const { values } = await archive.numbers(name);
  // the transpose has the same energies; only the place in an error has to be turned
  return problemFromMatrix(values, n, {
    format: "npz",
    as,
    pairScale: PLAIN_SCALE[as],
    bothTriangles: false,
    fail: (i, j, expected, got) => archive.error(name, `${expected}, at entry (${fortran ? [j, i] : [i, j]})`, got),
  });
}

async function readNamed(archive: NpzArchive, as: Reading | undefined, others: readonly string[]): Promise<Problem> {
  const name = archive.has("J") ? "J" : "Q";
  if (name === "J" && archive.has("Q")) throw archive.error("Q", "no second problem: J is there too");
  if (name === "Q" && archive.has("h")) throw archive.error("h", "no fields beside Q: its diagonal is linear");
  const meaning = name === "J" ? "ising" : "qubo";
  if (as !== undefined && as !== meaning) {
    throw new TypeError(`Cannot read an array ${name} as ${as}: the file itself says ${meaning}; leave as out`);
  }
  const { model: bare, notes, labels } = await readMatrix(archive, name, meaning);
  const { n } = bare;
  const linear = archive.has("h") ? (await archive.numbers("h", [n])).values : bare.linear;
  const offset = archive.has("offset") ? await archive.number("offset") : 0;
  return {
    model: Object.freeze({ ...bare, linear, offset }),
    labels: archive.has("labels") ? await archive.labels("labels", n) : labels,
    format: "npz",
    notes: [...notes, ...notRead(others)],
  };
}

async function readSparse(archive: NpzArchive, as: Reading | undefined, others: readonly string[]): Promise<Problem> {
  const own = archive.has("vartype") ? (await archive.texts("vartype"))[0] : undefined;
  if (own !== undefined && own !== "ising" && own !== "qubo") throw archive.error("vartype", "ising or qubo", own);
  if (own !== undefined && as !== undefined && as !== own) {
    throw new TypeError(`Cannot read the file as ${as}: it says itself that it is ${own}; leave as out`);
  }
  const reading = own ?? readingOf(as, "a sparse matrix");
  const [n, columns] = (await archive.numbers("shape", [2])).values;
  if (!(n === columns && n >= 0 && n <= MAX_VARIABLES)) {
    throw archive.error("shape", `a square matrix of at most ${MAX_VARIABLES} rows`, `${n}, ${columns}`);
  }
  const terms = new SparseMatrixTerms(n, reading);
  await readEntries(archive, n, (i, j, value) => {
    if (terms.add(i, j, value)) return;
    throw archive.error("data", "0 on the diagonal: it may mean a field or a constant", `${value} at (${i}, ${j})`);
  });
  if (archive.has("h") && reading !== "ising") throw archive.error("h", `no fields beside a ${reading}`);
  const h = archive.has("h") ? (await archive.numbers("h", [n])).values : undefined;
  const built = terms.build(h, archive.has("offset") ? await archive.number("offset") : 0);
  if (built === undefined) throw archive.error("data", "a symmetric matrix, or one with an empty triangle");
  const { notes, ...model } = built;
  const labels: Label[] = archive.has("labels") ? await archive.labels("labels", n) : numbered(n, 0);
  const problem: Problem = { ...model, labels, format: "npz", notes: [...notes, ...notRead(others)] };
  return own === undefined ? { ...problem, reading } : problem;
}

async function readEntries(
  archive: NpzArchive,
  n: number,
  visit: (i: number, j: number, value: number) => void,
): Promise<void> {
  const format = (await archive.texts("format"))[0];
  if (!SPARSE.includes(format)) throw archive.error("format", SPARSE.join(", "), format);
  const { values: data, header } = await archive.numbers("data");
  const index = async (name: string, length: number, largest: number) => {
    const { values } = await archive.numbers(name, [length]);
    const wrong = values.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value <= largest));
    if (wrong >= 0) throw archive.error(name, `integers from 0 to ${largest}`, `${values[wrong]} as entry ${wrong}`);
    return values;
  };
  const nnz = header.count;
  if (format === "coo") {
    const row = await index("row", nnz, n - 1);
    const col = await index("col", nnz, n - 1);
    for (let k = 0; k < nnz; k++) visit(row[k], col[k], data[k]);
    return;
  }
  const minor = await index("indices", nnz, n - 1);
  const pointers = await index("indptr", n + 1, nnz);
  if (pointers[0] !== 0 || pointers[n] !== nnz) throw archive.error("indptr", `pointers from 0 to ${nnz}`);
  for (let i = 0; i < n; i++) {
    if (pointers[i] > pointers[i + 1]) throw archive.error("indptr", "pointers that never fall", `entry ${i + 1}`);
    for (let k = pointers[i]; k < pointers[i + 1]; k++) {
      if (format === "csr") visit(i, minor[k], data[k]);
      else visit(minor[k], i, data[k]);
    }
  }
}

function notRead(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`not read: ${names.join(", ")}`];
}

function write(problem: Problem, { as }: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "npz");
  return npzPieces(problem, as);
}
