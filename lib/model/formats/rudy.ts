import { quboFromIsing } from "../conversions.ts";
import type { Label } from "../builder.ts";
import { formatError } from "./_format_error.ts";
import { type LineCursor, readLines } from "./_lines.ts";
import { checkPlainList, plainScale } from "./_plain_list.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import {
  areNumbered,
  checkProblem,
  countTerms,
  linearLines,
  numbered,
  pairLines,
  readingOf,
  textPieces,
} from "./_text.ts";
import type { Problem, ProblemFormat, Reading, ReadOptions, WriteOptions } from "./types.ts";

const HASH = "#".charCodeAt(0);

/**
 * Lists of `i j w` below a line `n m`, indices from 1: rudy, the G-set, Beasley's and Glover's `.sparse` files, SK instances.
 *
 * What the numbers mean is not in the file; `as` says it:
 * - `ising`: `E(s) = sum w_ij s_i s_j`, each line once; an entry i = j is refused, since it may mean a field or a constant;
 * - `maxcut`: `E(s) = - cut(s)`, `cut(s) = sum w_ij (1 - s_i s_j) / 2`, so J = w / 2; with W = `totalWeight`, the sum of all
 *   weights, `cut = W / 2 - sum_{i<j} J_ij s_i s_j`; an entry i = j is never cut: it is left out, with a note;
 * - `qubo`: `E(x) = x^T Q x` for the symmetric Q of which each pair is listed once, so that `i j q` adds `2 q x_i x_j` and
 *   `i i q` adds `q x_i`, minimised.
 *
 * A list without weights has weight 1 throughout (not for `qubo`). Lines that start with `#` are comments. A pair that comes
 * twice, in either order, is summed, with a note. The format has no place for fields beside a QUBO's, for a constant or for names:
 * the writer refuses the first two, and `writeProblem` puts the names into a file beside.
 *
 * Cost O(terms); 5 to 20 bytes a term beside the model.
 * Source: G. Rinaldi, rudy, a rudimental graph generator (1998); A. Wiegele, Biq Mac Library (2007), section 2.
 *
 * @example An edge of weight 3
 * ```ts
 * import { energy, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const energies = async (as: "ising" | "maxcut") => energy((await parseProblem("2 1\n1 2 3\n", { as })).model, [1, -1]);
 * assertEquals([await energies("ising"), await energies("maxcut")], [-3, -3]);
 * const qubo = await parseProblem("2 1\n1 2 3\n", { as: "qubo" });
 * assertEquals(energy(qubo.model, [1, 1]), 6);
 * ```
 */
export const rudyFormat: ProblemFormat = Object.freeze({
  name: "rudy",
  extensions: [".rudy", ".rud", ".mc", ".sparse", ".gset", ".txt"],
  needsReading: true,
  recognises: (start: Uint8Array) =>
    /^\ufeff?(?:[ \t\r]*(?:#[^\n]*)?\n)*[ \t]*\d+[ \t]+\d+[ \t\r]*(?:\n[ \t]*\d+[ \t]+\d+(?:[ \t]+[^\s]+)?[ \t\r]*(?:\n|$)|\s*$)/
      .test(
        new TextDecoder().decode(start),
      ),
  read,
  write,
  holdsLabels: (labels: readonly Label[]) => areNumbered(labels, 1),
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  const reading = readingOf(as, 'a list of "i j w"');
  const terms = new TermsTable();
  let n = -1;
  let m = 0;
  let entries = 0;
  let headerLine = 0;
  let weighted: boolean | undefined;
  let total = 0;
  let loops = 0;
  let firstLoop = 0;
  const lines = await readLines(source, (line) => {
    const sign = line.peek();
    if (sign === -1 || sign === HASH) return;
    if (n < 0) {
      n = line.integer('the line "n m", with n', 0, MAX_VARIABLES);
      m = line.integer('the line "n m", with m', 0, Number.MAX_SAFE_INTEGER);
      line.end('"n m"');
      headerLine = line.number;
      return;
    }
    if (entries === m) throw line.error(`the end of the file after ${m} entries, as line ${headerLine} says`);
    const i = line.integer("a vertex, counted from 1", 1, n);
    const j = line.integer("a vertex, counted from 1", 1, n);
    if (i === j && reading === "ising") {
      throw line.error("two different spins, since an entry i i may mean a field or a constant", `${i} ${j}`);
    }
    weighted ??= reading === "qubo" || !line.atEnd();
    const weight = readWeight(line, weighted);
    entries++;
    if (i !== j) {
      terms.add(i - 1, j - 1, weight, line.number);
      total += weight;
    } else if (reading === "qubo") terms.add(i - 1, i - 1, weight, line.number);
    else if (loops++ === 0) firstLoop = line.number;
  }, { signal });
  if (n < 0) throw formatError(lines + 1, 1, 'a line "n m"', "the end of the file");
  if (entries < m) throw formatError(lines + 1, 1, `${m} entries, as line ${headerLine} says`, `${entries} entries`);
  const { model, notes } = terms.build({
    n,
    vartype: reading === "qubo" ? "qubo" : "ising",
    pairScale: plainScale(reading),
    offset: reading === "maxcut" ? -total / 2 : 0,
  });
  if (loops > 0) {
    notes.push(
      `${loops} ${
        loops === 1 ? "edge from a vertex to itself was" : "edges from a vertex to itself were"
      } left out, the first at line ${firstLoop}`,
    );
  }
  if (weighted === false) notes.push("the list has no weights: each is 1");
  const problem: Problem = { model, labels: numbered(n, 1), format: "rudy", reading, notes };
  return reading === "maxcut" ? { ...problem, totalWeight: total } : problem;
}

function readWeight(line: LineCursor, weighted: boolean): number {
  if (!weighted) {
    line.end("the two vertices, as in the entries before");
    return 1;
  }
  const weight = line.value("a weight, a finite number");
  line.end("the weight");
  return weight;
}

function write(problem: Problem, options: WriteOptions): Iterable<Uint8Array> {
  checkProblem(problem, "rudy");
  const reading = readingOf(options.as ?? problem.reading, "rudy", "write");
  const model = reading === "qubo" && problem.model.vartype === "ising" ? quboFromIsing(problem.model) : problem.model;
  checkPlainList("rudy", { ...problem, model }, reading);
  return textPieces(linesOf({ ...problem, model }, reading));
}

function* linesOf({ model }: Problem, reading: Reading): Iterable<string> {
  const { pairs, single } = countTerms(model);
  const scale = plainScale(reading);
  yield `${model.n} ${pairs + single}`;
  yield* linearLines(model.linear, (i, value) => `${i + 1} ${i + 1} ${value}`);
  yield* pairLines(model.couplings, (i, j, value) => `${i + 1} ${j + 1} ${value / scale}`);
}
