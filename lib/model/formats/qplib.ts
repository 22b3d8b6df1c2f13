import type { Label } from "../builder.ts";
import { formatError } from "./_format_error.ts";
import { type LineCursor, readLines } from "./_lines.ts";
import { QplibConstraints } from "./_qplib_constraints.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import { checkBits, numbered } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

const COMMENT_SIGNS = ["!", "#", "%"].map((sign) => sign.charCodeAt(0));
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MAX_TERMS = Number.MAX_SAFE_INTEGER;

/**
 * QPLIB files of problems in binary variables, without constraints or with linear ones, read only: types QBN, QBB and QBL (and
 * the same with objective L, C or D).
 *
 * The objective is `1/2 x^T Q x + b^T x + q`, Q symmetric, its lower triangle listed, indices from 1: an entry `i j v` with i > j
 * adds `v x_i x_j`, and `i i v` adds `v / 2 x_i`. A problem that is maximised becomes the model of minus its objective, with a
 * note.
 *
 * Constraints `c_l <= sum_j b_j x_j <= c_u` become penalties by `ModelBuilder`, with weights of its own finding; a bound that is
 * not below the file's own value for infinity is none. A constraint with two different bounds becomes two, called `name <=` and
 * `name >=`. `built` of the problem judges states, slack bits follow the file's variables, and notes say how many there are and
 * whether the weights are guaranteed. Constraints that no state meets, or whose coefficients are no fractions, are refused;
 * quadratic constraints and variables that are not binary too. Starting points are passed over, names of variables become
 * labels. What follows `#`, `!` or `%` in a line is a comment.
 *
 * Cost O(entries); 5 to 20 bytes an entry of Q beside the model, about 100 a coefficient of a constraint, and O(k^2) for the pairs
 * of a constraint of k variables.
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
 *
 * @example Minimise 3 x + 5 y where x + y >= 1
 * ```ts
 * import { parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const objective = "P\nLBL\nminimize\n2\n1\n0\n2\n1 3\n2 5\n0\n";
 * const { built } = await parseProblem(objective + "2\n1 1 1\n1 2 1\n1e30\n1\n0\n1e30\n0\n");
 * assertEquals(built?.report([1, 0]).objective, 3);
 * assertEquals(built?.report([0, 0]).feasible, false);
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
  #constraints: QplibConstraints | undefined;
  #infinity = Infinity;
  #expected = "the name of the problem";
  // true where the file may end
  #complete = false;

  *steps(): Generator<void, void, void> {
    yield;
    this.#title = this.line.rest().replace(/\s*[#!%].*$/, "");
    const [objective, , constraints] = yield* this.#type();
    yield* this.#next('"minimize" or "maximize"');
    const sense = this.line.word(this.#expected).toLowerCase();
    if (!/^(min|max)imi[sz]e$/.test(sense)) throw this.line.error(this.#expected);
    this.#sign = sense.startsWith("max") ? -1 : 1;
    this.#endOfData();
    this.#n = yield* this.#count("the number of variables", MAX_VARIABLES);
    const m = constraints === "L" ? yield* this.#count("the number of constraints", MAX_VARIABLES) : undefined;
    if (objective !== "L") yield* this.#quadratic();
    const first = yield* this.#value("the default linear coefficient");
    this.#linear = new Float64Array(this.#n).fill(first);
    yield* this.#entries("linear coefficients", (i) => this.#linear[i] = this.line.value("a linear coefficient"));
    this.#constant = yield* this.#value("the constant of the objective");
    this.#complete = m === undefined;
    if (m !== undefined) yield* this.#coefficients(this.#constraints = new QplibConstraints(m));
    yield* this.#next("the value that stands for infinity");
    this.#infinity = this.#bound();
    if (!(this.#infinity > 0)) throw this.line.error(`${this.#expected}, a positive number`);
    this.#endOfData();
    if (this.#constraints !== undefined) {
      yield* this.#bounds("left-hand sides", this.#constraints, this.#constraints.lower);
      yield* this.#bounds("right-hand sides", this.#constraints, this.#constraints.upper);
    }
    this.#complete = true;
    // starting points of the variables, and of the multipliers of the constraints and of the variables' bounds
    yield* this.#starts("starting values", this.#n);
    if (m !== undefined) yield* this.#starts("starting multipliers of constraints", m);
    yield* this.#starts("starting multipliers", this.#n);
    this.#labels = numbered(this.#n, 1);
    yield* this.#entries("names of variables", (i) => this.#labels[i] = this.line.word("a name"));
    yield* this.#constraintNames(m ?? 0);
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
    const maximised = this.#sign < 0;
    if (maximised) notes.push("the problem is maximised: energies are minus its objective");
    const labels = this.#labels.length === this.#n ? this.#labels : numbered(this.#n, 1);
    if (new Set(labels).size < this.#n) throw formatError(lines, 1, "names of variables that all differ");
    const problem: Problem = {
      model,
      labels,
      format: "qplib",
      notes,
      title: this.#title,
      ...(maximised && { maximised }),
    };
    if (this.#constraints === undefined || this.#constraints.size === 0) return problem;
    const { built, notes: more } = this.#constraints.build(model, labels);
    return { ...problem, model: built.model, labels: built.labels, notes: [...notes, ...more], built };
  }

  *#type(): Generator<void, string, void> {
    yield* this.#next("the type of the problem, such as QBN");
    const type = this.line.word(this.#expected).toUpperCase();
    if (!/^[LDCQ][CBMIG][NBLDCQ]$/.test(type)) throw this.line.error(this.#expected);
    if (type[1] !== "B") throw this.line.error("binary variables (QB.)");
    if (!"NBL".includes(type[2])) throw this.line.error("no constraints (QBN), or linear ones (QBL)");
    this.#endOfData();
    return type;
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

  *#coefficients(constraints: QplibConstraints): Generator<void, void, void> {
    const entries = yield* this.#count("the number of coefficients of constraints", MAX_TERMS);
    for (let e = 0; e < entries; e++) {
      yield* this.#next(`coefficient ${e + 1} of ${entries} of constraints`);
      const k = this.line.integer("a constraint, counted from 1", 1, constraints.size) - 1;
      const i = this.line.integer("a variable, counted from 1", 1, this.#n) - 1;
      constraints.add(k, i, this.line.value("a coefficient, a finite number"), this.line);
      this.#endOfData();
    }
  }

  *#bounds(what: string, constraints: QplibConstraints, bounds: Float64Array): Generator<void, void, void> {
    yield* this.#next(`the default of the ${what}`);
    bounds.fill(this.#bound());
    this.#endOfData();
    for (let k = 0; k < bounds.length; k++) constraints.setBoundLine(k, this.line.number);
    const read = (k: number) => {
      bounds[k] = this.#bound();
      constraints.setBoundLine(k, this.line.number);
    };
    yield* this.#entries(what, read, constraints.size, "a constraint");
  }

  *#constraintNames(m: number): Generator<void, void, void> {
    const names = this.#constraints?.names;
    const taken = new Set<string>();
    const read = (k: number) => {
      const name = this.line.word("a name");
      if (taken.has(name)) throw this.line.error("names of constraints that all differ");
      taken.add(name);
      names?.set(k, name);
    };
    yield* this.#entries("names of constraints", read, m, "a constraint");
  }

  *#starts(what: string, size: number): Generator<void, void, void> {
    yield* this.#value(`the default of the ${what}`);
    yield* this.#entries(what, () => this.line.value("a starting value"), size);
  }

  *#entries(
    what: string,
    read: (i: number) => void,
    size = this.#n,
    one = "a variable",
  ): Generator<void, void, void> {
    const count = yield* this.#count(`the number of ${what} that differ from the default`, size);
    const seen = new Set<number>();
    const complete = this.#complete;
    this.#complete = false;
    for (let k = 0; k < count; k++) {
      yield* this.#next(`${k + 1} of ${count} ${what}`);
      const i = this.line.integer(`${one}, counted from 1`, 1, size) - 1;
      if (seen.has(i)) throw this.line.error(`each ${one.slice(2)} once`, `${i + 1}`);
      seen.add(i);
      read(i);
      this.#endOfData();
    }
    this.#complete = complete;
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

  // 1.79769313486232E+308, which stands for infinity in some files, is one in float64
  #bound(): number {
    const word = this.line.word(this.#expected);
    if (!DECIMAL.test(word)) throw this.line.error(`${this.#expected}, a number`);
    const value = Number(word);
    return Math.abs(value) >= this.#infinity ? Math.sign(value) * Infinity : value;
  }

  #endOfData(): void {
    if (!this.line.atEnd() && !COMMENT_SIGNS.includes(this.line.peek())) {
      throw this.line.error("the end of the line, or a comment");
    }
  }
}
