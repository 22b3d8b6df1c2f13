import { commentLines, CommentReader } from "./_comments.ts";
import { formatError } from "./_format_error.ts";
import { type LineCursor, readLines } from "./_lines.ts";
import { areIndices, indicesFrom, NameTable, renumbered } from "./_names.ts";
import { TermsTable } from "./_terms_table.ts";
import { checkProblem, numbered, pairLines, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";
import type { Vartype } from "../types.ts";

const HASH = 35;
const VARTYPE = /^#.*?\bvartype[:=]\s*([-_.a-z0-9]+)/i;

/**
 * dimod's COO: a line `i j bias` for every term, 0-based, `i = j` linear, every pair once.
 *
 * `E(z) = sum_{i<j} b_ij z_i z_j + sum_i b_ii z_i + offset`; a line `# vartype=SPIN` or `# vartype=BINARY` says what z is,
 * else `as` has to: `ising` or `qubo`. Here `qubo` does not count a pair twice: the format lists each pair once.
 *
 * The variables are the indices that occur, ascending; an index that does not occur is no variable. The writer puts a
 * constant, and labels that are not integers from 0, into comments `# offset 1.5` and `# label 0 "name"`, which this reader
 * takes back and dimod passes over, and it writes numbers without an exponent, which dimod would not read.
 *
 * Cost O(terms) time; 5 to 20 bytes a term beside the model.
 * Source: dimod 0.12, `dimod.serialization.coo`. Differs in: a line that is none of the format's is refused, dimod passes over it.
 *
 * @example A bit and a pair
 * ```ts
 * import { cooFormat, energy } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const file = new Blob(["# vartype=BINARY\n0 0 -1\n0 3 2.5\n"]).stream();
 * const { model, labels } = await cooFormat.read(file, {});
 * assertEquals([labels, energy(model, [1, 1])], [[0, 3], 1.5]);
 * ```
 */
export const cooFormat: ProblemFormat = Object.freeze({
  name: "coo",
  extensions: [".coo"],
  needsReading: false,
  recognises: (start: Uint8Array, path: string) =>
    path.endsWith(".coo") || /^\s*#[^\n]*\bvartype[:=]/.test(new TextDecoder("latin1").decode(start)),
  read,
  write(problem: Problem) {
    checkProblem(problem, "coo");
    return textPieces(lines(problem));
  },
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  if (as === "maxcut") {
    throw new TypeError(
      "Cannot read a COO file as maxcut: its lines are linear and quadratic biases; say ising or qubo",
    );
  }
  const table = new TermsTable();
  const names = new NameTable();
  let vartype: Vartype | undefined = as;
  const comments = new CommentReader();
  let hasHeader = false;
  await readLines(source, (line) => {
    const sign = line.peek();
    if (sign === -1) return;
    if (sign === HASH) {
      const stated = readComment(line, comments);
      if (stated === undefined) return;
      if (vartype !== undefined && stated !== vartype) {
        throw line.error(`the vartype that ${hasHeader ? "came before" : `as = "${as}" asks for`}`);
      }
      vartype = stated;
      hasHeader = true;
      return;
    }
    const i = readIndex(line, names, "the index of a variable");
    const j = readIndex(line, names, "the index of the other variable");
    const bias = line.value("a finite bias");
    line.end("the bias");
    table.add(i, j, bias, line.number);
  }, { signal });
  if (table.size === 0 && !hasHeader) throw formatError(1, 1, "a line i j bias or a header", "an empty file");
  if (vartype === undefined) {
    throw new TypeError(
      "Cannot read the COO file: it has no line # vartype=SPIN or # vartype=BINARY; say as ising or qubo",
    );
  }
  const labels = names.labels;
  const order = Float64Array.from(labels, Number).sort();
  const sorted = renumbered(table, names.placesIn([...order], "the file"));
  const { model, notes } = sorted.build({ n: labels.length, vartype, offset: comments.offset });
  const named = order.every((index, i) => index === i) ? comments.labels(order.length, 0) : [...order];
  return { model, labels: named, format: "coo", notes: [...notes, ...comments.notes] };
}

function readIndex(line: LineCursor, names: NameTable, what: string): number {
  const index = line.integer(what, 0, Number.MAX_SAFE_INTEGER);
  return names.index(index, line.number, line.column);
}

// the vartype, if the comment is a header
function readComment(line: LineCursor, comments: CommentReader): Vartype | undefined {
  const sign = line.word("a comment");
  if (sign === "#" && (line.peek() === 108 || line.peek() === 111)) {
    comments.read(line);
    return undefined;
  }
  const word = VARTYPE.exec(sign + " " + line.rest())?.[1].toUpperCase();
  if (word === undefined) return undefined;
  if (word !== "SPIN" && word !== "BINARY") throw line.error("vartype=SPIN or vartype=BINARY");
  return word === "SPIN" ? "ising" : "qubo";
}

function* lines({ model, labels }: Problem): Generator<string> {
  const { n, couplings, linear, offset } = model;
  const names = indicesFrom(labels);
  yield `# vartype=${model.vartype === "ising" ? "SPIN" : "BINARY"}`;
  yield* commentLines("#", { offset, labels: areIndices(labels) ? numbered(n, 0) : labels, first: 0 });
  // a variable without terms is kept by a linear bias of 0
  for (let i = 0; i < n; i++) yield `${names[i]} ${names[i]} ${plainDecimal(linear[i])}`;
  yield* pairLines(couplings, (i, j, value) => `${names[i]} ${names[j]} ${plainDecimal(value)}`);
}

// without an exponent; reads back as the same number
function plainDecimal(value: number): string {
  const text = String(value);
  const [, sign, whole, fraction = "", power] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (power === undefined) return text;
  const digits = whole + fraction;
  const point = whole.length + Number(power);
  return sign + (point <= 0 ? `0.${"0".repeat(-point)}${digits}` : digits.padEnd(point, "0"));
}
