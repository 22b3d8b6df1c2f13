import { forEachPair } from "../_terms.ts";
import { type Label, ModelBuilder } from "../builder.ts";
import type { BuiltModel } from "../constraints.ts";
import type { Model } from "../types.ts";
import { formatError } from "./_format_error.ts";
import type { LineCursor } from "./_lines.ts";

/** The linear constraints of a QPLIB file: `lower_k <= sum_j a_kj x_j <= upper_k`. */
export class QplibConstraints {
  /** Left-hand sides, `[m]`; `-Infinity` for none. */
  readonly lower: Float64Array;
  /** Right-hand sides, `[m]`; `Infinity` for none. */
  readonly upper: Float64Array;
  /** Names by number, of those that have one. */
  readonly names = new Map<number, string>();
  // by constraint: coefficients by variable
  readonly #rows = new Map<number, Map<number, number>>();
  readonly #boundLines: Uint32Array;
  #duplicates = 0;
  #firstDuplicate = 0;

  /** Starts with m constraints that ask for nothing. */
  constructor(m: number) {
    this.lower = new Float64Array(m).fill(-Infinity);
    this.upper = new Float64Array(m).fill(Infinity);
    this.#boundLines = new Uint32Array(m);
  }

  /** m. */
  get size(): number {
    return this.lower.length;
  }

  /** Adds `value` to the coefficient of a variable. */
  add(k: number, variable: number, value: number, line: LineCursor): void {
    const row = this.#rows.get(k) ?? new Map<number, number>();
    this.#rows.set(k, row);
    const known = row.get(variable);
    if (known !== undefined && this.#duplicates++ === 0) this.#firstDuplicate = line.number;
    const sum = (known ?? 0) + value;
    if (!Number.isFinite(sum)) throw line.error("coefficients that float64 can hold once they are summed");
    row.set(variable, sum);
  }

  /** Notes where constraint k got its bounds. */
  setBoundLine(k: number, line: number): void {
    this.#boundLines[k] = line;
  }

  /**
   * Builds the model of the objective with all constraints as penalties.
   *
   * @returns what `ModelBuilder.build` gives, and notes on slack bits, weights and duplicates
   * @throws {SyntaxError} with a line if no state meets a constraint, or it cannot become an exact penalty
   */
  build(objective: Model, labels: readonly Label[]): { built: BuiltModel; notes: string[] } {
    const builder = new ModelBuilder("qubo").addOffset(objective.offset);
    labels.forEach((label, i) => builder.addLinear(label, objective.linear[i]));
    forEachPair(objective.couplings, (i, j, value) => builder.addQuadratic(labels[i], labels[j], value));
    const taken = new Set(this.names.values());
    for (let k = 0; k < this.size; k++) {
      if (this.lower[k] === -Infinity && this.upper[k] === Infinity) continue;
      refusing(this.#boundLines[k], () => this.#addTo(builder, k, labels, taken));
    }
    const built = refusing(this.#boundLines.reduce((last, line) => Math.max(last, line), 1), () => builder.build());
    return { built, notes: this.#notes(built) };
  }

  #addTo(builder: ModelBuilder, k: number, labels: readonly Label[], taken: Set<string>): void {
    const [lower, upper] = [this.lower[k], this.upper[k]];
    const row = this.#rows.get(k) ?? new Map<number, number>();
    const expected = `constraint ${k + 1} to have a left-hand side up to its right-hand side`;
    if (lower > upper || lower === Infinity || upper === -Infinity) {
      throw formatError(this.#boundLines[k], 1, expected, `${lower} and ${upper}`);
    }
    // of constraints without variables a file may have millions
    if (row.size === 0 && lower <= 0 && upper >= 0) return;
    const terms = Array.from(row, ([i, a]): [Label, number] => [labels[i], a]);
    const name = this.names.get(k) ?? freeName(`c${k + 1}`, taken);
    if (lower === upper) {
      builder.addEquality(terms, upper, { name });
      return;
    }
    const both = lower !== -Infinity && upper !== Infinity;
    if (upper !== Infinity) builder.addInequality(terms, "<=", upper, { name: both ? `${name} <=` : name });
    if (lower !== -Infinity) builder.addInequality(terms, ">=", lower, { name: both ? `${name} >=` : name });
  }

  #notes({ model, variables, constraints }: BuiltModel): string[] {
    const notes: string[] = [];
    if (this.#duplicates > 0) {
      const entries = this.#duplicates === 1 ? "1 duplicate coefficient" : `${this.#duplicates} duplicate coefficients`;
      notes.push(`${entries} of constraints summed, the first at line ${this.#firstDuplicate}`);
    }
    const bits = model.n - variables;
    const penalties = constraints.filter(({ encoding }) => encoding !== "none");
    notes.push(
      `${counted(this.size, "constraint")} became ${counted(penalties.length, "penalty", "penalties")} with ` +
        `${counted(bits, "slack bit")} behind the ${counted(variables, "variable")}`,
    );
    const loose = penalties.filter(({ guaranteed }) => !guaranteed).length;
    if (penalties.length > 0) {
      notes.push(
        loose === 0
          ? "the weights are guaranteed: where some state meets all constraints, every state of lowest energy does"
          : `the weights of ${counted(loose, "penalty", "penalties")} are not guaranteed to be large enough`,
      );
    }
    return notes;
  }
}

function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name += "'";
  taken.add(name);
  return name;
}

// what the builder refuses is a fault of the file here
function refusing<T>(line: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const what = error.message.slice(0, 1).toLowerCase() + error.message.slice(1);
    throw new SyntaxError(`Cannot read the file at line ${line}, column 1: ${what}`, { cause: error });
  }
}
