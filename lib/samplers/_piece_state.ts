import {
  csrCouplings,
  denseCouplings,
  energy,
  factoredCouplings,
  isingModel,
  localFields,
  type Model,
  quboModel,
} from "../model/mod.ts";

const MOST_STEPS = 64;

/**
 * A state of a large model, its fields kept up to date, and the models of its pieces: the rest fixed, `linear_i + sum_{j fixed} C_ij
 * z_j` for what is left, and an offset that makes energies those of whole states.
 */
export class PieceState {
  readonly #model: Model;
  readonly #fields: Float64Array;
  readonly #place: Int32Array;
  #steps = 0;
  /** The state, in the values of the model. */
  readonly values: Int8Array;
  /** Its energy, recomputed in float64 where `settle` was last called. */
  energy: number;

  constructor(model: Model, values: Int8Array) {
    this.#model = model;
    this.values = values.slice();
    this.#fields = new Float64Array(model.n);
    this.#place = new Int32Array(model.n).fill(-1);
    this.energy = 0;
    this.#reload();
    this.settle();
  }

  /** Computes the energy anew. */
  settle(): void {
    this.energy = energy(this.#model, this.values);
  }

  /** What it would cost to flip each variable. */
  flipCosts(costs: Float64Array): void {
    const { values } = this;
    const fields = this.#fields;
    if (this.#model.vartype === "ising") {
      for (let i = 0; i < values.length; i++) {
        costs[i] = -2 * values[i] * fields[i];
      }
    } else for (let i = 0; i < values.length; i++) costs[i] = (1 - 2 * values[i]) * fields[i];
  }

  /** The model of some variables, ascending, with the rest as it is. */
  piece(indices: Uint32Array): Model {
    const couplings = this.#couplings(indices);
    const parts = { couplings, linear: new Float64Array(indices.length) };
    const own = Int8Array.from(indices, (i) => this.values[i]);
    const bare = this.#model.vartype === "ising" ? isingModel(parts) : quboModel(parts);
    const inner = localFields(bare, own);
    const linear = inner.map((field, k) => this.#fields[indices[k]] - field);
    let inside = 0;
    for (let k = 0; k < own.length; k++) inside += own[k] * (linear[k] + inner[k] / 2);
    const whole = { couplings, linear, offset: this.energy - inside };
    return this.#model.vartype === "ising" ? isingModel(whole) : quboModel(whole);
  }

  /** Sets the variables of a piece; `found` is the energy that its model gives them. */
  set(indices: Uint32Array, values: Int8Array, found: number): void {
    for (let k = 0; k < indices.length; k++) {
      const i = indices[k];
      const change = values[k] - this.values[i];
      if (change === 0) continue;
      this.values[i] = values[k];
      this.#shift(i, change);
    }
    this.energy = found;
    // rounding builds up
    if (++this.#steps % MOST_STEPS === 0) {
      this.#reload();
      this.settle();
    }
  }

  #reload(): void {
    this.#fields.set(localFields(this.#model, this.values));
  }

  #shift(i: number, change: number): void {
    const { couplings, n } = this.#model;
    const fields = this.#fields;
    if (couplings.form === "dense") {
      const row = i * n;
      for (let j = 0; j < n; j++) fields[j] += change * couplings.values[row + j];
    } else if (couplings.form === "sparse") {
      for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
        fields[couplings.columns[k]] += change * couplings.values[k];
      }
    } else {
      const { width, left, right } = couplings;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        let sum = 0;
        for (let a = 0; a < width; a++) {
          sum += left[i * width + a] * right[j * width + a] + right[i * width + a] * left[j * width + a];
        }
        fields[j] += change * sum / 2;
      }
    }
  }

  #couplings(indices: Uint32Array): Model["couplings"] {
    const { couplings, n } = this.#model;
    const m = indices.length;
    if (couplings.form === "dense") {
      const values = new Float64Array(m * m);
      for (let k = 0; k < m; k++) {
        const row = indices[k] * n;
        for (let l = 0; l < m; l++) values[k * m + l] = couplings.values[row + indices[l]];
      }
      return denseCouplings(values);
    }
    if (couplings.form === "factored") {
      const { width } = couplings;
      const rows = (factor: Float64Array) => {
        const own = new Float64Array(m * width);
        indices.forEach((i, k) => own.set(factor.subarray(i * width, (i + 1) * width), k * width));
        return own;
      };
      return factoredCouplings(m, rows(couplings.left), rows(couplings.right));
    }
    const place = this.#place;
    indices.forEach((i, k) => place[i] = k);
    const rowPtr = new Uint32Array(m + 1);
    const columns: number[] = [];
    const values: number[] = [];
    indices.forEach((i, k) => {
      for (let t = couplings.rowPtr[i]; t < couplings.rowPtr[i + 1]; t++) {
        if (place[couplings.columns[t]] < 0) continue;
        columns.push(place[couplings.columns[t]]);
        values.push(couplings.values[t]);
      }
      rowPtr[k + 1] = columns.length;
    });
    for (const i of indices) place[i] = -1;
    return csrCouplings(m, rowPtr, columns, values);
  }
}
