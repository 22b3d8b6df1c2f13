import type { Model, Vartype } from "../types.ts";
import { PLAIN_SCALE } from "./_matrix_problem.ts";
import { firstDifference } from "./_matrix_terms.ts";
import { TermsTable } from "./_terms_table.ts";
import type { Reading } from "./types.ts";

/** What the entries of a sparse matrix give. */
export interface SparseModel {
  readonly model: Model;
  readonly notes: string[];
  /** Sum of the weights, for a maxcut. */
  readonly totalWeight?: number;
}

/**
 * Collects the entries of a sparse matrix and builds the model of it, as `problemFromMatrix` does of a full one.
 *
 * Entries of the same place are summed, as SciPy does, with a note.
 */
export class SparseMatrixTerms {
  readonly #reading: Reading;
  readonly #upper = new TermsTable();
  readonly #lower = new TermsTable();
  readonly #linear: Float64Array;
  #weights = [0, 0];
  #loops = 0;

  constructor(n: number, reading: Reading) {
    this.#linear = new Float64Array(n);
    this.#reading = reading;
  }

  /** Adds entry (i, j); false if the reading has no place for it. */
  add(i: number, j: number, value: number): boolean {
    if (i !== j) {
      (i < j ? this.#upper : this.#lower).add(Math.min(i, j), Math.max(i, j), value, 1);
      this.#weights[i < j ? 0 : 1] += value;
    } else if (this.#reading === "qubo") this.#linear[i] += value;
    else if (value !== 0) {
      if (this.#reading === "ising") return false;
      this.#loops++;
    }
    return true;
  }

  /** Builds the model; undefined if the two triangles differ where they have to be alike. */
  build(h: Float64Array | undefined, offset: number): SparseModel | undefined {
    const n = this.#linear.length;
    const reading = this.#reading;
    const vartype: Vartype = reading === "qubo" ? "qubo" : "ising";
    const linear = h ?? this.#linear;
    const both = this.#upper.size > 0 && this.#lower.size > 0;
    const terms = this.#lower.size > 0 && !(both && reading !== "qubo") ? this.#lower : this.#upper;
    const notes: string[] = [];
    if (both) {
      const halves = [this.#upper, this.#lower].map((half) => half.build({ n, vartype }));
      if (halves.some((half) => half.notes.length > 0)) notes.push("duplicate entries of the matrix were summed");
      if (reading !== "qubo" && firstDifference(halves[0].model, halves[1].model) >= 0) return undefined;
    }
    if (both && reading === "qubo") {
      this.#upper.forEachBlock(({ rows, others, values }, used) => {
        for (let k = 0; k < used; k++) this.#lower.add(rows[k], others[k], values[k], 1);
      });
    }
    for (let i = 0; i < n; i++) if (linear[i] !== 0) terms.add(i, i, linear[i], 1);
    const total = this.#weights[terms === this.#upper ? 0 : 1];
    const built = terms.build({
      n,
      vartype,
      pairScale: PLAIN_SCALE[reading],
      offset: offset + (reading === "maxcut" ? -total / 2 : 0),
    });
    if (!both && built.notes.length > 0) notes.push("duplicate entries of the matrix were summed");
    if (this.#loops > 0) {
      notes.push(
        `${this.#loops} ${
          this.#loops === 1 ? "edge from a vertex to itself was" : "edges from a vertex to itself were"
        } left out`,
      );
    }
    return reading === "maxcut" ? { model: built.model, notes, totalWeight: total } : { model: built.model, notes };
  }
}
