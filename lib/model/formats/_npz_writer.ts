import type { Label } from "../builder.ts";
import { isingFromQubo, quboFromIsing } from "../conversions.ts";
import type { Model } from "../types.ts";
import { checkDenseSize } from "./_matrix_problem.ts";
import { matrixRows } from "./_matrix_rows.ts";
import { float64Bytes, npyHeader } from "./_npy_array.ts";
import { areNumbered, countTerms, pairLines } from "./_text.ts";
import type { Problem, Reading } from "./types.ts";
import { zipPieces } from "./_zip.ts";

const MAX_LABEL_BYTES = 2 ** 28;

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
}

/** True if NumPy has an array for the labels: all integers, or all texts. */
export function holdsLabels(labels: readonly Label[]): boolean {
  return labels.every((label) => Number.isSafeInteger(label)) ||
    (labels.every((label) => typeof label === "string" && !label.endsWith("\0") && label.isWellFormed()) &&
      4 * labels.length * longest(labels) <= MAX_LABEL_BYTES);
}

/** Gives the bytes of an archive that says itself what it means. */
export function npzPieces({ model, labels }: Problem, as: Reading | undefined): Iterable<Uint8Array> {
  const vartype = as === undefined ? model.vartype : as === "qubo" ? "qubo" : "ising";
  const written = vartype === model.vartype
    ? model
    : model.vartype === "ising"
    ? quboFromIsing(model)
    : isingFromQubo(model);
  if (written.couplings.form !== "sparse") checkDenseSize(written.n, "write");
  return zipPieces(members(written, labels));
}

function* members(model: Model, labels: readonly Label[]): Generator<Member> {
  const { n, linear, offset } = model;
  if (model.couplings.form === "sparse") yield* sparseMembers(model);
  else {
    const content = new Uint8Array(8 * n * n);
    let at = 0;
    for (const row of matrixRows(model, model.vartype)) {
      content.set(float64Bytes(row), at);
      at += 8 * n;
    }
    yield member(model.vartype === "ising" ? "J" : "Q", "<f8", [n, n], content);
  }
  if (model.vartype === "ising") yield member("h", "<f8", [n], float64Bytes(linear));
  yield member("offset", "<f8", [], float64Bytes([offset]));
  if (!areNumbered(labels, 0) && holdsLabels(labels)) yield labelMember(labels);
}

// SciPy's csr of the upper triangle; of a QUBO with the diagonal
function* sparseMembers(model: Model): Generator<Member> {
  const { n, linear, vartype, couplings } = model;
  const diagonal = vartype === "qubo" ? linear : new Float64Array(n);
  const { pairs } = countTerms(model);
  const nnz = pairs + diagonal.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  const data = new Float64Array(nnz);
  const indices = new Int32Array(nnz);
  const indptr = new Int32Array(n + 1);
  let k = 0;
  let row = 0;
  const startRows = (last: number) => {
    for (; row <= last; row++) {
      indptr[row] = k;
      if (diagonal[row] === 0) continue;
      indices[k] = row;
      data[k++] = diagonal[row];
    }
  };
  const add = (i: number, j: number, value: number) => {
    startRows(i);
    indices[k] = j;
    data[k++] = value;
    return "";
  };
  for (const _ of pairLines(couplings, add));
  startRows(n - 1);
  indptr[n] = k;
  yield member("indices", "<i4", [nnz], int32Bytes(indices));
  yield member("indptr", "<i4", [n + 1], int32Bytes(indptr));
  yield textMember("format", "csr");
  yield member("shape", "<i8", [2], int64Bytes([n, n]));
  yield member("data", "<f8", [nnz], float64Bytes(data));
  yield textMember("vartype", vartype);
}

function member(name: string, descr: string, shape: readonly number[], numbers: Uint8Array): Member {
  const header = npyHeader(descr, shape);
  const content = new Uint8Array(header.length + numbers.length);
  content.set(header);
  content.set(numbers, header.length);
  return { name: `${name}.npy`, content };
}

function textMember(name: string, text: string): Member {
  return member(name, `|S${text.length}`, [], new TextEncoder().encode(text));
}

function labelMember(labels: readonly Label[]): Member {
  if (labels.every((label) => typeof label === "number")) {
    return member("labels", "<i8", [labels.length], int64Bytes(labels));
  }
  const width = longest(labels);
  const codes = new Int32Array(labels.length * width);
  labels.forEach((label, i) => codes.set(Array.from(String(label), (letter) => letter.codePointAt(0) ?? 0), i * width));
  return member("labels", `<U${width}`, [labels.length], int32Bytes(codes));
}

function longest(labels: readonly Label[]): number {
  return labels.reduce<number>((width, label) => Math.max(width, [...String(label)].length), 1);
}

function int32Bytes(values: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, k) => view.setInt32(4 * k, value, true));
  return new Uint8Array(view.buffer);
}

function int64Bytes(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  values.forEach((value, k) => view.setBigInt64(8 * k, BigInt(value), true));
  return new Uint8Array(view.buffer);
}
