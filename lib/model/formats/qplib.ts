import type { Label } from "../builder.ts";
import { formatError } from "./_format_error.ts";
import { type LineCursor, readLines } from "./_lines.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import { checkBits, numbered } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

const COMMENT_SIGNS = ["!", "#", "%"].map((sign) => sign.charCodeAt(0));
const MAX_TERMS = Number.MAX_SAFE_INTEGER;

/**
 * QPLIB files of problems in binary variables without constraints, read only: types QBN and QBB, and QBL with 0 constraints (and
 * the same with objective L, C or D).
 *
 * The objective is `1/2 x^T Q x + b^T x + q`, Q symmetric, its lower triangle listed, indices from 1: an entry `i j v` with i > j
 * adds `v x_i x_j`, and `i i v` adds `v / 2 x_i`. A problem that is maximised becomes the model of minus its objective, with a
 * note. Constraints, and variables that are not binary, are refused by name. Starting points are passed over, names of variables
 * become labels. What follows `#`, `!` or `%` in a line is a comment.
 *
 * Cost O(entries); 5 to 20 bytes an entry beside the model.
 * Source: F. Furini et al., QPLIB: a library of quadratic programming instances, Mathematical Programming Computation 11 (2019),
 * appendix B, DOI 10.1007/s12532-018-0147-4.
 *
 * @example Half of a symmetric form
 * ```ts
 * import { energy, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const text = "P\nQBN\nminimize\n2\n2\n1 1 6\n2 1 5\n0\n1\n2 -1\n10\n1e30\n";
 * const { model } = await parseProblem(text);
 * assertEquals(energy(model, [1, 1]), 6 / 2 + 5 - 1 + 10);
 * ```
 */
export const qplibFormat: ProblemFormat = Object.freeze({
  name: "qplib",
  extensions: [".qplib"],
  needsReading: false,
  recognises: (start: Uint8Array) =>
    /^\ufeff?(?:[^\n]*\n){1,50}?[ \t]*[LDCQ][CBMIG][NBLDCQ][ \t\r]*(?:[!#%][^\n]*)?\n[ \t]*(?:min|max)imi[sz]e\b/i.test(
      new TextDecoder().decode(start),
    ),
  read,
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  checkBits(as, "a QPLIB file");
  const reader = new Reader();
  const steps = reader.steps();
  steps.next();
  const lines = await readLines(source, (line) => {
    if (line.peek() === -1 || COMMENT_SIGNS.includes(line.peek())) return;
    reader.line = line;
    steps.next();
  }, { signal });
  return reader.problem(lines);
}

// a generator takes one line at each step, so that the order of the file is the order of the code
class Reader {
  line!: LineCursor;
  readonly #terms = new TermsTable();
  #title = "";
  #sign = 1;
  #n = 0;
  #linear = new Float64Array();
  #constant = 0;
  #labels: Label[] = [];
  #expected = "the name of the problem";
  #complete = false;
  #constrained = false;

  *steps(): Generator<void, void, void> {
    yield;
    this.#title = this.line.rest().replace(/\s*[#!%].*$/, "");
    const linearObjective = yield* this.#type();
    yield* this.#next('"minimize" or "maximize"');
    const sense = this.line.word(this.#expected).toLowerCase();
    if (!/^(min|max)imi[sz]e$/.test(sense)) throw this.line.error(this.#expected);
    this.#sign = sense.startsWith("max") ? -1 : 1;
    this.#endOfData();
    this.#n = yield* this.#count("the number of variables", MAX_VARIABLES);
    if (this.#constrained) yield* this.#count("no constraints, since only problems without are read", 0);
    if (!linearObjective) yield* this.#quadratic();
    const first = yield* this.#value("the default linear coefficient");
    this.#linear = new Float64Array(this.#n).fill(first);
    yield* this.#entries("linear coefficients", (i) => this.#linear[i] = this.line.value("a linear coefficient"));
    this.#constant = yield* this.#value("the constant of the objective");
    this.#complete = true;
    yield* this.#next("the value that stands for infinity");
    this.line.word(this.#expected);
    this.#endOfData();
    // starting points of the variables and of the multipliers of their bounds
    for (const what of ["starting values", "starting multipliers"]) {
      yield* this.#value(`the default of the ${what}`);
      yield* this.#entries(what, () => this.line.value("a starting value"));
    }
    this.#labels = numbered(this.#n, 1);
    yield* this.#entries("names of variables", (i) => this.#labels[i] = this.line.word("a name"));
    yield* this.#count("no names of constraints, as there are none", 0);
    yield* this.#next("the end of the file");
    throw this.line.error(this.#expected);
  }

  problem(lines: number): Problem {
    if (!this.#complete) throw formatError(lines + 1, 1, this.#expected, "the end of the file");
    const { model, notes } = this.#terms.build({
      n: this.#n,
      vartype: "qubo",
      linearScale: 0.5,
      otherLinear: this.#linear.map((value) => this.#sign * value),
      offset: this.#sign * this.#constant,
    });
    if (this.#sign < 0) notes.push("the problem is maximised: energies are minus its objective");
    const labels = this.#labels.length === this.#n ? this.#labels : numbered(this.#n, 1);
    if (new Set(labels).size < this.#n) throw formatError(lines, 1, "names of variables that all differ");
    return { model, labels, format: "qplib", notes, title: this.#title };
  }

  *#type(): Generator<void, boolean, void> {
    yield* this.#next("the type of the problem, such as QBN");
    const type = this.line.word(this.#expected).toUpperCase();
    if (!/^[LDCQ][CBMIG][NBLDCQ]$/.test(type)) throw this.line.error(this.#expected);
    if (type[1] !== "B") throw this.line.error("binary variables (QB.)");
    if (!"NBL".includes(type[2])) throw this.line.error("no constraints (QBN), or none that are quadratic");
    this.#constrained = type[2] === "L";
    this.#endOfData();
    return type[0] === "L";
  }

  *#quadratic(): Generator<void, void, void> {
    const entries = yield* this.#count("the number of entries of Q", MAX_TERMS);
    for (let k = 0; k < entries; k++) {
      yield* this.#next(`entry ${k + 1} of ${entries} of Q`);
      const i = this.line.integer("a row, counted from 1", 1, this.#n);
      const j = this.line.integer("a column, counted from 1", 1, this.#n);
      if (j > i) throw this.line.error("an entry on or below the diagonal", `${i} ${j}`);
      this.#terms.add(i - 1, j - 1, this.#sign * this.line.value("an entry of Q, a finite number"), this.line.number);
      this.#endOfData();
    }
  }

  *#entries(what: string, read: (i: number) => void): Generator<void, void, void> {
    const count = yield* this.#count(`the number of ${what} that differ from the default`, this.#n);
    const seen = new Set<number>();
    for (let k = 0; k < count; k++) {
      yield* this.#next(`${k + 1} of ${count} ${what}`);
      const i = this.line.integer("a variable, counted from 1", 1, this.#n) - 1;
      if (seen.has(i)) throw this.line.error("each variable once", `${i + 1}`);
      seen.add(i);
      read(i);
      this.#endOfData();
    }
  }

  *#count(what: string, most: number): Generator<void, number, void> {
    yield* this.#next(what);
    const count = this.line.integer(what, 0, most);
    this.#endOfData();
    return count;
  }

  *#value(what: string): Generator<void, number, void> {
    yield* this.#next(what);
    const value = this.line.value(`${what}, a finite number`);
    this.#endOfData();
    return value;
  }

  *#next(expected: string): Generator<void, void, void> {
    this.#expected = expected;
    yield;
  }

  #endOfData(): void {
    if (!this.line.atEnd() && !COMMENT_SIGNS.includes(this.line.peek())) {
      throw this.line.error("the end of the line, or a comment");
    }
  }
}
