import { buildModel } from "./_build.ts";
import { checkLabel, checkWeight, constraintParts, finite, merged } from "./_builder_checks.ts";
import { type Constraint, makeConstraint } from "./_constraint.ts";
import { PairTable } from "./_pair_table.ts";
import { stateBits } from "./_state_bits.ts";
import type { BuiltModel, ConstraintKind, ConstraintOptions, InequalityOptions } from "./constraints.ts";
import { isingFromQubo, quboFromIsing } from "./conversions.ts";
import type { IsingModel, QuboModel, Vartype } from "./types.ts";

const MAX_SPINS_IN_PRODUCT = 16;

/** The name of a variable. */
export type Label = string | number;

/**
 * Collects terms and constraints over named variables and builds a model of them.
 *
 * Terms on the same variables add up. Variables get their indices in the order in which they are first named. In a QUBO
 * `x x = x`, in an Ising model `s s = 1`, so a product that names a variable twice is one of fewer variables.
 * Constraints become penalties when the model is built; without a weight of their own they get one that is enough (see
 * {@link BuiltConstraint.sufficientWeight}). Slack bits and the auxiliary bits of products follow the named variables.
 *
 * @throws {RangeError} from every `add...` if a coefficient is not finite
 *
 * Cost O(1) a term, O(m) a constraint of m variables, and O(m^2) for its pairs when the model is built; 16 bytes a pair.
 *
 * @example The cheaper of two pairs, of which one must be chosen
 * ```ts
 * import { ModelBuilder } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const builder = new ModelBuilder("qubo").addLinear("a", 3).addLinear("b", 5).addOneHot(["a", "b"], { name: "one" });
 * const built = builder.build();
 * assertEquals(built.constraints[0].weight, 6); // above the largest move, 5
 * assertEquals(built.report([1, 1]).constraints, [
 *   { name: "one", kind: "one-hot", satisfied: false, violation: 1, penaltyEnergy: 6 },
 * ]);
 * ```
 */
export class ModelBuilder {
  /** What the variables of the terms are: bits or spins. */
  readonly vartype: Vartype;
  readonly #indices = new Map<Label, number>();
  readonly #linear: number[] = [];
  readonly #pairs: PairTable = new PairTable();
  readonly #products = new Map<string, { indices: number[]; coefficient: number }>();
  readonly #constraints = new Map<string, Constraint>();
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

  /** The labels, by index; those of slack and auxiliary bits are in the built model. */
  get labels(): readonly Label[] {
    return [...this.#indices.keys()];
  }

  /** Index of a variable; names it if it is new. The string "1" and the number 1 are two labels. */
  addVariable(label: Label): number {
    const known = this.#indices.get(label);
    if (known !== undefined) return known;
    checkLabel(label);
    const index = this.#indices.size;
    this.#indices.set(label, index);
    this.#linear.push(0);
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
    this.#pairs.add(i, j, coefficient);
    return this;
  }

  /**
   * Adds `coefficient` times the product of any number of variables.
   *
   * Three and more become quadratic terms with auxiliary bits when the model is built: exact in the minimum over these.
   * A product of spins is first written out in bits, 2^d terms for d spins.
   *
   * @param labels none for a constant; one that comes twice counts by `x x = x` or `s s = 1`
   * @throws {RangeError} if more than 16 different spins are multiplied
   *
   * Source: Rosenberg, Reduction of bivalent maximization to the quadratic case (1975), for positive coefficients; Freedman and
   * Drineas, Energy minimization via graph cuts (2005), DOI 10.1109/CVPR.2005.143, for negative ones.
   */
  addProduct(labels: Iterable<Label>, coefficient: number): this {
    const odd = new Set<Label>();
    for (const label of labels) {
      if (this.vartype === "ising" && odd.has(label)) odd.delete(label);
      else odd.add(label);
    }
    const own = [...odd];
    finite(`the product of ${own.length} variables`, coefficient);
    if (this.vartype === "ising" && own.length > MAX_SPINS_IN_PRODUCT) {
      throw new RangeError(
        `Cannot add a product of ${own.length} spins: at most ${MAX_SPINS_IN_PRODUCT}; split it by spins that stand for parts`,
      );
    }
    own.forEach(checkLabel);
    if (own.length === 0) return this.addOffset(coefficient);
    if (own.length === 1) return this.addLinear(own[0], coefficient);
    if (own.length === 2) return this.addQuadratic(own[0], own[1], coefficient);
    const indices = own.map((label) => this.addVariable(label)).sort((a, b) => a - b);
    const key = indices.join();
    const known = this.#products.get(key);
    this.#products.set(key, { indices, coefficient: coefficient + (known?.coefficient ?? 0) });
    return this;
  }

  /**
   * Adds `weight (sum_i a_i z_i - target)^2`: zero where the sum meets the target, positive elsewhere.
   *
   * A term like any other: it counts as objective in weights and reports. `addEquality` is the one that is a constraint.
   *
   * @param terms `[label, a_i]`; a label that comes twice has its coefficients added
   * @param target what the sum is to be
   * @param weight positive, in units of energy
   * @throws {RangeError} if the weight is not positive
   */
  addSquaredPenalty(terms: Iterable<readonly [Label, number]>, target: number, weight: number): this {
    finite("the target", target);
    checkWeight("the penalty", weight);
    const entries = [...merged(terms)];
    const indices = entries.map(([label]) => this.addVariable(label));
    entries.forEach(([label, a], k) => {
      this.addLinear(label, -2 * weight * target * a);
      this.addQuadratic(label, label, weight * a * a);
      for (let l = k + 1; l < entries.length; l++) {
        this.#pairs.add(indices[k], indices[l], finite("the penalty", 2 * weight * a * entries[l][1]));
      }
    });
    return this.addOffset(weight * target * target);
  }

  /**
   * Asks that exactly one of the variables is up: 1 as a bit, +1 as a spin.
   *
   * @param labels different ones, one or more
   * @throws {RangeError} if there is no label, one comes twice, or the name is taken
   */
  addOneHot(labels: Iterable<Label>, options: ConstraintOptions = {}): this {
    const all = [...labels];
    const terms = new Map(all.map((label) => [label, 1]));
    if (all.length === 0) throw new RangeError("Cannot add a one-hot constraint: expected one label or more");
    if (terms.size < all.length) {
      const twice = all.find((label, k) => all.indexOf(label) < k);
      throw new RangeError(`Cannot add a one-hot constraint: the label ${JSON.stringify(twice)} comes twice`);
    }
    // one spin up: the sum is 1 - (n - 1)
    return this.#addConstraint("one-hot", terms, this.vartype === "qubo" ? 1 : 2 - all.length, options);
  }

  /**
   * Asks that `sum_i a_i z_i = target`, by the penalty `weight (sum - target)^2`.
   *
   * @param terms `[label, a_i]`; a label that comes twice has its coefficients added
   * @throws {RangeError} if no state meets it, or the coefficients are no fractions and no weight is given
   */
  addEquality(terms: Iterable<readonly [Label, number]>, target: number, options: ConstraintOptions = {}): this {
    return this.#addConstraint("equality", merged(terms), finite("the target", target), options);
  }

  /**
   * Asks that `sum_i a_i z_i <= bound` or `>= bound`.
   *
   * By slack bits y with `weight (sum + sum_k c_k y_k - bound)^2`, which take every value from 0 to the range and none beyond
   * (`slackCoefficients`); without slack where at most one of some literals may hold (`x + y <= 1`, `x <= y`, `x + y >= 1`) or
   * none. Coefficients are whole numbers or fractions that can be scaled to whole ones. With the method `unbalanced`,
   * `-l1 h + l2 h^2` for h = what is left to the bound: no slack and any coefficients, but only approximate: a state that just
   * meets the bound, one that leaves room and one that misses it by little differ in penalty, and no weight makes it exact.
   *
   * @param terms `[label, a_i]`; a label that comes twice has its coefficients added
   * @throws {RangeError} if no state meets it, or the coefficients are no fractions and the method is `slack`
   *
   * Source of the unbalanced penalty: Montanez-Barrera, Willsch, Maldonado-Romo and Michielsen, Unbalanced penalization (2022),
   * arXiv 2211.13914, where l1 and l2 are tuned. The default is `-h + h^2 / 2`, the second order of `e^-h`, times the largest
   * move of the objective: it pulls towards h = 1. Tune it, above all where much room below the bound is left.
   */
  addInequality(
    terms: Iterable<readonly [Label, number]>,
    sense: "<=" | ">=",
    bound: number,
    options: InequalityOptions = {},
  ): this {
    if (sense !== "<=" && sense !== ">=") {
      throw new TypeError(`Cannot add the inequality: its sense is ${JSON.stringify(sense)}, expected "<=" or ">="`);
    }
    const sign = sense === "<=" ? 1 : -1;
    const turned = new Map([...merged(terms)].map(([label, a]) => [label, sign * a]));
    return this.#addConstraint("inequality", turned, sign * finite("the bound", bound), options);
  }

  /**
   * Builds the model with all that is needed to read its states.
   *
   * A QUBO or an Ising model, as the builder's vartype says. Dense if a quarter of the pairs or more are there, and at most
   * 4,096 variables; else sparse. What is added to the builder later leaves the built model as it is.
   *
   * @returns a fresh model with labels, constraints, `decode`, `report` and `complete`
   * @throws {RangeError} if the pairs do not fit into memory, or add up to no finite number
   */
  build(): BuiltModel {
    return buildModel({
      vartype: this.vartype,
      labels: this.labels,
      linear: this.#linear,
      pairs: this.#pairs,
      offset: this.#offset,
      products: [...this.#products.values()].filter(({ coefficient }) => coefficient !== 0),
      constraints: [...this.#constraints.values()],
    });
  }

  /** Builds a QUBO, as `build()` does; from terms in spins by exact conversion. */
  toQubo(): QuboModel {
    const { model } = this.build();
    return model.vartype === "qubo" ? model : quboFromIsing(model);
  }

  /** Builds an Ising model, as `build()` does; from terms in bits by exact conversion. */
  toIsing(): IsingModel {
    const { model } = this.build();
    return model.vartype === "ising" ? model : isingFromQubo(model);
  }

  /**
   * Gives the value of each variable, by label, in the values of the builder's vartype.
   *
   * @param state `[n]`, of either vartype: 1 is up in both, 0 and -1 are down; without slack and auxiliary bits
   * @throws {TypeError} if the state has another length than there are named variables; `build().decode` takes all
   * @throws {RangeError} if an entry is none of -1, 0 and 1, or 0 and -1 are mixed
   */
  decode(state: ArrayLike<number>): Map<Label, number> {
    if (state.length > this.#indices.size) {
      throw new TypeError(
        `Cannot decode the state: ${state.length} entries for ${this.#indices.size} named variables; build().decode takes ` +
          `slack and auxiliary bits too`,
      );
    }
    const bits = stateBits("Cannot decode the state", state, this.#indices.size);
    const down = this.vartype === "qubo" ? 0 : -1;
    return new Map(this.labels.map((label, i) => [label, bits[i] === 1 ? 1 : down]));
  }

  // names new variables only once the constraint is found good
  #addConstraint(kind: ConstraintKind, terms: Map<Label, number>, bound: number, options: InequalityOptions): this {
    const parts = constraintParts(kind, options, this.#constraints);
    const indexed = new Map<number, number>();
    let next = this.#indices.size;
    for (const [label, a] of terms) {
      checkLabel(label);
      indexed.set(this.#indices.get(label) ?? next++, a);
    }
    const constraint = makeConstraint(this.vartype, { ...parts, kind, terms: indexed, bound });
    for (const label of terms.keys()) this.addVariable(label);
    this.#constraints.set(constraint.name, constraint);
    return this;
  }
}
