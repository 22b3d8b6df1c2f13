import { isingFromQubo, quboFromIsing } from "./conversions.ts";
import { sparseCouplings } from "./couplings.ts";
import { toDense } from "./forms.ts";
import { isingModel, type ModelParts, quboModel } from "./models.ts";
import type { IsingModel, QuboModel, Vartype } from "./types.ts";

const MAX_AUTOMATIC_DENSE = 4096;
const DENSE_FROM = 0.25;

/** The name of a variable. */
export type Label = string | number;

/**
 * Collects terms over named variables and builds a model of them.
 *
 * Terms on the same variables add up. Variables get their indices in the order in which they are first named. In a QUBO
 * `x x = x`, in an Ising model `s s = 1`, so a quadratic term of a variable with itself is linear, or a constant.
 *
 * @throws {RangeError} from every `add...` if a coefficient is not finite
 *
 * Cost O(1) a term, O(n^2) a squared penalty over n variables.
 *
 * @example Exactly one of three
 * ```ts
 * import { energy, ModelBuilder } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const builder = new ModelBuilder("qubo");
 * builder.addSquaredPenalty([["a", 1], ["b", 1], ["c", 1]], 1, 10);
 * const model = builder.toQubo();
 * assertEquals([energy(model, [0, 1, 0]), energy(model, [1, 1, 0])], [0, 10]);
 * assertEquals(builder.decode([0, 1, 0]).get("b"), 1);
 * ```
 */
export class ModelBuilder {
  /** What the variables of the terms are: bits or spins. */
  readonly vartype: Vartype;
  readonly #indices = new Map<Label, number>();
  readonly #linear: number[] = [];
  // row i holds the pairs (i, j) with j > i
  readonly #rows: Map<number, number>[] = [];
  #offset = 0;

  /**
   * Starts without terms.
   *
   * @throws {TypeError} if the vartype is neither "qubo" nor "ising"
   */
  constructor(vartype: Vartype) {
    if (vartype !== "qubo" && vartype !== "ising") {
      throw new TypeError(`Cannot build a model of vartype ${vartype}: expected "qubo" or "ising"`);
    }
    this.vartype = vartype;
  }

  /** The labels, by index. */
  get labels(): readonly Label[] {
    return [...this.#indices.keys()];
  }

  /** Index of a variable; names it if it is new. The string "1" and the number 1 are two labels. */
  addVariable(label: Label): number {
    const known = this.#indices.get(label);
    if (known !== undefined) return known;
    if (typeof label !== "string" && !Number.isFinite(label)) {
      throw new TypeError(`Cannot name a variable ${String(label)}: expected a string or a finite number`);
    }
    const index = this.#indices.size;
    this.#indices.set(label, index);
    this.#linear.push(0);
    this.#rows.push(new Map());
    return index;
  }

  /** Index of a variable that is there already. @throws {RangeError} if it is not */
  indexOf(label: Label): number {
    const index = this.#indices.get(label);
    if (index === undefined) {
      throw new RangeError(`Cannot find the variable ${JSON.stringify(label)}: no term names it`);
    }
    return index;
  }

  /** Adds a constant to the energy. */
  addOffset(value: number): this {
    this.#offset += finite("the offset", value);
    return this;
  }

  /** Adds `coefficient z`. */
  addLinear(label: Label, coefficient: number): this {
    finite(`the term of ${label}`, coefficient);
    this.#linear[this.addVariable(label)] += coefficient;
    return this;
  }

  /** Adds `coefficient z_a z_b`. */
  addQuadratic(a: Label, b: Label, coefficient: number): this {
    finite(`the term of ${a} and ${b}`, coefficient);
    const i = this.addVariable(a);
    const j = this.addVariable(b);
    if (i === j) return this.vartype === "qubo" ? this.addLinear(a, coefficient) : this.addOffset(coefficient);
    const row = this.#rows[Math.min(i, j)];
    const column = Math.max(i, j);
    row.set(column, (row.get(column) ?? 0) + coefficient);
    return this;
  }

  /**
   * Adds `weight (sum_i a_i z_i - target)^2`: zero where the sum meets the target, positive elsewhere.
   *
   * @param terms `[label, a_i]`; a label that comes twice has its coefficients added
   * @param target what the sum is to be
   * @param weight positive, in units of energy
   * @throws {RangeError} if the weight is not positive
   */
  addSquaredPenalty(terms: Iterable<readonly [Label, number]>, target: number, weight: number): this {
    finite("the target", target);
    if (!(finite("the weight of the penalty", weight) > 0)) {
      throw new RangeError(`Cannot add the penalty: its weight is ${weight}, expected a positive number`);
    }
    const merged = new Map<Label, number>();
    for (const [label, a] of terms) merged.set(label, (merged.get(label) ?? 0) + finite(`the term of ${label}`, a));
    const entries = [...merged];
    entries.forEach(([label, a], k) => {
      this.addLinear(label, -2 * weight * target * a);
      this.addQuadratic(label, label, weight * a * a);
      for (const [other, b] of entries.slice(k + 1)) this.addQuadratic(label, other, 2 * weight * a * b);
    });
    return this.addOffset(weight * target * target);
  }

  /** Builds a QUBO; from terms in spins by exact conversion. Dense if a quarter of the pairs or more are there. */
  toQubo(): QuboModel {
    if (this.vartype === "ising") return quboFromIsing(this.toIsing());
    const model = quboModel(this.#parts());
    return this.#isDense() ? toDense(model) : model;
  }

  /** Builds an Ising model; from terms in bits by exact conversion. Dense if a quarter of the pairs or more are there. */
  toIsing(): IsingModel {
    if (this.vartype === "qubo") return isingFromQubo(this.toQubo());
    const model = isingModel(this.#parts());
    return this.#isDense() ? toDense(model) : model;
  }

  /**
   * Gives the value of each variable, by label, in the values of the builder's vartype.
   *
   * @param state `[n]`, of either vartype: 1 is up in both, 0 and -1 are down
   * @throws {TypeError} if the state has another length than there are variables
   * @throws {RangeError} if an entry is none of -1, 0 and 1, or 0 and -1 are mixed
   */
  decode(state: ArrayLike<number>): Map<Label, number> {
    if (state.length !== this.#indices.size) {
      throw new TypeError(`Cannot decode the state: ${state.length} entries for ${this.#indices.size} variables`);
    }
    const values = Array.from(state);
    const wrong = values.find((value) => value !== 1 && value !== 0 && value !== -1);
    if (wrong !== undefined || (values.includes(0) && values.includes(-1))) {
      throw new RangeError("Cannot decode the state: expected only 0 and 1, or only -1 and 1");
    }
    const down = this.vartype === "qubo" ? 0 : -1;
    return new Map(this.labels.map((label, i) => [label, values[i] === 1 ? 1 : down]));
  }

  #isDense(): boolean {
    const n = this.#rows.length;
    const pairs = this.#rows.reduce((sum, row) => sum + row.size, 0);
    return n <= MAX_AUTOMATIC_DENSE && pairs >= DENSE_FROM * n * (n - 1) / 2;
  }

  #parts(): ModelParts {
    const pairs = this.#rows.flatMap((row, i) => [...row].map(([j, value]) => [i, j, value] as const));
    return { couplings: sparseCouplings(this.#rows.length, pairs), linear: this.#linear, offset: this.#offset };
  }
}

function finite(what: string, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot add ${what}: expected a finite number, got ${value}`);
  return value;
}
