import { assert, assertMatch } from "@std/assert";
import { Rng } from "../../random/mod.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

const PIECES = [
  "0",
  "1",
  "-",
  "9",
  "1e309",
  "nan",
  "inf",
  " ",
  "\n",
  "\r\n",
  "\t",
  ".",
  "e",
  "\0",
  "\xff",
  "#",
  "x",
  "{",
  "]",
];

/** A model as a list, in this library's convention; i = j is a linear term. */
export interface PlainTerms {
  /** The number of variables. */
  readonly n: number;
  /** Terms, indices from 0; several of the same pair add up. */
  readonly terms: readonly (readonly [i: number, j: number, value: number])[];
  /** @default {0} */
  readonly offset?: number;
}

/** How {@link mutationsOf} is run. */
export interface MutationOptions {
  /** Files to start from. */
  readonly files: readonly (string | Uint8Array)[];
  /** How each is read. @default {{}} */
  readonly options?: ReadOptions;
  /** How many mutated files are read. @default {10000} */
  readonly count?: number;
  /** @default {1} */
  readonly seed?: number;
  /**
   * What a mutated file says that was read, by a reader of the test that shares nothing with the one that is tested; undefined where
   * it says nothing. Where it is left out, only crashes and errors without a place are found.
   */
  readonly oracle?: (bytes: Uint8Array) => PlainTerms | undefined;
  /** What an error must say. @default {a line and a column} */
  readonly place?: RegExp;
}

/** What came of the mutated files. */
export interface MutationCount {
  /** How many were read. */
  readonly read: number;
  /** How many were refused. */
  readonly refused: number;
}

/**
 * Reads mutated files; fails unless each is read as what it says or refused by a SyntaxError that names the place.
 *
 * A mutation changes, inserts, deletes, doubles or moves one or two pieces of a file, or cuts it off.
 */
export async function mutationsOf(format: ProblemFormat, options: MutationOptions): Promise<MutationCount> {
  const { files, options: how = {}, count = 10_000, seed = 1, oracle, place = /line \d+, column \d+/ } = options;
  const sources = files.map((file) => typeof file === "string" ? new TextEncoder().encode(file) : file);
  const rng = new Rng(seed);
  let read = 0;
  for (let k = 0; k < count; k++) {
    let bytes = sources[k % sources.length];
    for (let times = 1 + rng.integer(2); times > 0; times--) bytes = mutate(bytes, rng);
    const label = `mutation ${k}: ${JSON.stringify(new TextDecoder("latin1").decode(bytes)).slice(0, 400)}`;
    let problem: Problem;
    try {
      problem = await format.read(chunks(bytes, 1 + rng.integer(64)), how);
    } catch (error) {
      assert(error instanceof SyntaxError, `${label}: ${error}`);
      assertMatch(error.message, place, label);
      continue;
    }
    read++;
    assert(problem.labels.length === problem.model.n, `${label}: ${problem.labels.length} labels`);
    if (oracle === undefined) continue;
    const expected = oracle(bytes);
    assert(expected !== undefined && expected.n === problem.model.n, `${label}: has ${problem.model.n} variables`);
    const [sum, size] = checksum(expected);
    const found = checksumOf(problem);
    assert(Math.abs(found - sum) <= 1e-9 * size, `${label}: says ${sum}, was read as ${found}`);
  }
  return { read, refused: count - read };
}

// any two models that differ in a coefficient or in where it stands differ in this sum, but by accident
const weight = (i: number) => 1 + Math.sqrt(2 + i);

function checksum({ terms, offset = 0 }: PlainTerms): [sum: number, size: number] {
  let sum = offset;
  let size = Math.abs(offset) + Number.MIN_VALUE;
  for (const [i, j, value] of terms) {
    const term = value * weight(i) * (i === j ? 3 : weight(j));
    sum += term;
    size += Math.abs(term);
  }
  return [sum, size];
}

function checksumOf({ model: { n, couplings, linear, offset } }: Problem): number {
  let sum = offset;
  for (let i = 0; i < n; i++) sum += linear[i] * weight(i) * 3;
  if (couplings.form === "factored") throw new TypeError("Cannot sum factored couplings");
  for (let i = 0; i < n; i++) {
    const [start, end] = couplings.form === "dense"
      ? [i * n, i * n + n]
      : [couplings.rowPtr[i], couplings.rowPtr[i + 1]];
    for (let k = start; k < end; k++) {
      const j = couplings.form === "dense" ? k - start : couplings.columns[k];
      if (j > i) sum += couplings.values[k] * weight(i) * weight(j);
    }
  }
  return sum;
}

/** Gives bytes in pieces of `size`, so that lines and numbers are cut. */
export async function* chunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.slice(at, at + size));
}

/** The rows of a CSV file and the offset of its comment, cut at line ends and commas. */
export function csvRows(bytes: Uint8Array): { rows: number[][]; offset: number } {
  const text = new TextDecoder("latin1").decode(bytes).replace(/^\xef\xbb\xbf/, "");
  const lines = text.split("\n").map((line) => line.trim());
  const rows = lines.filter((line) => line !== "" && line[0] !== "#").map((line) => line.split(",").map(Number));
  const [offset = 0] = lines.flatMap((line) => /^#\s*offset\s+(\S+)$/.exec(line)?.slice(1).map(Number) ?? []);
  return { rows, offset };
}

function mutate(bytes: Uint8Array, rng: Rng): Uint8Array {
  const at = rng.integer(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + rng.integer(8));
  const piece = Uint8Array.from(PIECES[rng.integer(PIECES.length)], (letter) => letter.charCodeAt(0));
  switch (rng.integer(7)) {
    case 0:
      return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
    case 1:
      return joined(bytes.subarray(0, at), piece, bytes.subarray(Math.min(bytes.length, at + piece.length)));
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(end));
    case 3:
      return joined(bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end));
    case 4:
      return bytes.slice(0, at);
    case 5: {
      const from = rng.integer(bytes.length + 1);
      return joined(bytes.subarray(0, at), bytes.subarray(from, from + 6), bytes.subarray(at));
    }
    default: {
      const copy = bytes.slice();
      if (at < copy.length) copy[at] ^= 1 << rng.integer(8);
      return copy;
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
