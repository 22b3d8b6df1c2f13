import { quboFromIsing } from "../conversions.ts";
import { commentLines, CommentReader } from "./_comments.ts";
import { formatError } from "./_format_error.ts";
import { type LineCursor, readLines } from "./_lines.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import { checkBits, checkProblem, countTerms, linearLines, pairLines, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

const COMMENT = "c".charCodeAt(0);
const HASH = "#".charCodeAt(0);
const HEADER = '"p qubo 0 maxNodes nNodes nCouplers"';
const MAX_TERMS = Number.MAX_SAFE_INTEGER;

/**
 * The `.qubo` files of qbsolv: `E(x) = sum_i Q_ii x_i + sum_{i<j} Q_ij x_i x_j`, x in {0, 1}, minimised, indices from 0.
 *
 * A header `p qubo 0 maxNodes nNodes nCouplers` (or `unconstrained` in place of 0), then nNodes lines `i i Q_ii` and
 * nCouplers lines `i j Q_ij`, in any order; lines that start with `c` or `#` are comments. A pair counts once. n is maxNodes:
 * variables without a line are there, with no influence. A coupler with i > j is read as (j, i), with a note.
 * The format has no constant: the writer puts it, and labels, into comments `c offset 2.5` and `c label 0 "name"`, which the
 * reader takes back and qbsolv passes over. An Ising model is written as the QUBO with the same energies.
 *
 * Cost O(terms); 5 to 20 bytes a term beside the model.
 * Source: D-Wave Systems, qbsolv, "The qbsolv format for QUBO files" (2017).
 *
 * @example A pair that counts once
 * ```ts
 * import { energy, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model } = await parseProblem("p qubo 0 2 1 1\n0 0 -1\n0 1 5\n");
 * assertEquals(energy(model, [1, 1]), 4);
 * ```
 */
export const qbsolvFormat: ProblemFormat = Object.freeze({
  name: "qbsolv",
  extensions: [".qubo"],
  needsReading: false,
  recognises: (start: Uint8Array) =>
    /^\ufeff?(?:[ \t\r]*(?:[c#][^\n]*)?\n)*[ \t]*p[ \t]+qubo\b/.test(new TextDecoder().decode(start)),
  read,
  write,
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  checkBits(as, "a qbsolv file");
  const terms = new TermsTable();
  const comments = new CommentReader();
  let header: { n: number; nodes: number; couplers: number; line: number } | undefined;
  let nodes = 0;
  let turned = 0;
  let firstTurned = 0;
  const lines = await readLines(source, (line) => {
    const sign = line.peek();
    if (sign === -1) return;
    if (sign === COMMENT || sign === HASH) {
      // the sign is a word of its own, or a comment without meaning
      const word = line.word("a comment");
      if (word.length === 1) comments.read(line);
      return;
    }
    if (header === undefined) {
      header = { ...readHeader(line), line: line.number };
      return;
    }
    const last = header.n - 1;
    const i = line.integer("a variable, counted from 0", 0, last);
    const j = line.integer("a variable, counted from 0", 0, last);
    terms.add(i, j, line.value("a coefficient, a finite number"), line.number);
    line.end("the coefficient");
    if (i === j) nodes++;
    else if (i > j && turned++ === 0) firstTurned = line.number;
  }, { signal });
  if (header === undefined) throw formatError(lines + 1, 1, `a line ${HEADER}`, "the end of the file");
  const couplers = terms.size - nodes;
  if (nodes !== header.nodes || couplers !== header.couplers) {
    throw formatError(
      header.line,
      1,
      `${header.nodes} nodes and ${header.couplers} couplers, as this line says`,
      `${nodes} nodes and ${couplers} couplers`,
    );
  }
  const { n } = header;
  const { model, notes } = terms.build({ n, vartype: "qubo", offset: comments.offset });
  if (turned > 0) notes.push(`${turned} couplers with i > j were read as (j, i), the first at line ${firstTurned}`);
  return { model, labels: comments.labels(n, 0), format: "qbsolv", notes: [...notes, ...comments.notes] };
}

function readHeader(line: LineCursor): { n: number; nodes: number; couplers: number } {
  if (line.word(`the line ${HEADER}`) !== "p") throw line.error(`the line ${HEADER}`);
  if (line.word(`the line ${HEADER}`) !== "qubo") throw line.error('the word "qubo"');
  const topology = line.word('"0" or "unconstrained"');
  if (topology !== "0" && topology !== "unconstrained") throw line.error('"0" or "unconstrained"');
  const n = line.integer("maxNodes", 0, MAX_VARIABLES);
  const nodes = line.integer("nNodes", 0, MAX_TERMS);
  const couplers = line.integer("nCouplers", 0, MAX_TERMS);
  line.end("nCouplers");
  return { n, nodes, couplers };
}

function write(problem: Problem): Iterable<Uint8Array> {
  checkProblem(problem, "qbsolv");
  return textPieces(linesOf(problem));
}

function* linesOf({ model, labels }: Problem): Iterable<string> {
  const { n, couplings, linear, offset } = model.vartype === "qubo" ? model : quboFromIsing(model);
  const { pairs, single } = countTerms({ vartype: "qubo", n, couplings, linear, offset });
  yield* commentLines("c", { offset, labels, first: 0 });
  yield `p qubo 0 ${n} ${single} ${pairs}`;
  yield* linearLines(linear, (i, value) => `${i} ${i} ${value}`);
  yield* pairLines(couplings, (i, j, value) => `${i} ${j} ${value}`);
}
