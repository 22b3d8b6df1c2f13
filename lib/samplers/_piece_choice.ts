import type { Model } from "../model/mod.ts";
import type { Rng } from "../random/mod.ts";
import type { PieceState } from "./_piece_state.ts";

/** Which variables a piece is made of. */
export type PieceChoice = "connected" | "impactful" | "random";

/** Chooses pieces of at most `size` variables of a model. */
export class PieceChooser {
  readonly #model: Model;
  readonly #size: number;
  readonly #order: Uint32Array;
  readonly #keys: Float64Array;

  constructor(model: Model, size: number) {
    this.#model = model;
    this.#size = Math.min(size, model.n);
    this.#order = new Uint32Array(model.n).map((_, i) => i);
    this.#keys = new Float64Array(model.n);
  }

  /** Indices of a piece, ascending. */
  choose(choice: PieceChoice, state: PieceState, rng: Rng): Uint32Array {
    if (this.#size === this.#model.n) return new Uint32Array(this.#size).map((_, i) => i);
    if (choice === "impactful") return this.#impactful(state, rng);
    return choice === "connected" && this.#model.couplings.form === "sparse" ? this.#connected(rng) : this.#random(rng);
  }

  #random(rng: Rng): Uint32Array {
    const order = this.#order;
    for (let k = 0; k < this.#size; k++) {
      const j = k + rng.integer(order.length - k);
      [order[k], order[j]] = [order[j], order[k]];
    }
    return order.slice(0, this.#size).sort();
  }

  // those that cost least to flip, each cost times a random number so that pieces differ
  #impactful(state: PieceState, rng: Rng): Uint32Array {
    const keys = this.#keys;
    state.flipCosts(keys);
    for (let i = 0; i < keys.length; i++) keys[i] *= rng.uniform();
    const bound = keys.slice().sort()[this.#size - 1];
    const chosen: number[] = [];
    for (let i = 0; i < keys.length && chosen.length < this.#size; i++) if (keys[i] < bound) chosen.push(i);
    for (let i = 0; i < keys.length && chosen.length < this.#size; i++) if (keys[i] === bound) chosen.push(i);
    return Uint32Array.from(chosen).sort();
  }

  // breadth first from a random variable, and from another where the component ends
  #connected(rng: Rng): Uint32Array {
    const { n, couplings } = this.#model;
    if (couplings.form !== "sparse") return this.#random(rng);
    const seen = new Uint8Array(n);
    const chosen: number[] = [];
    for (let at = 0; chosen.length < this.#size;) {
      if (at === chosen.length) {
        let start = rng.integer(n);
        while (seen[start] === 1) start = (start + 1) % n;
        seen[start] = 1;
        chosen.push(start);
      }
      const i = chosen[at++];
      const count = couplings.rowPtr[i + 1] - couplings.rowPtr[i];
      const first = count > 0 ? rng.integer(count) : 0;
      for (let k = 0; k < count && chosen.length < this.#size; k++) {
        const j = couplings.columns[couplings.rowPtr[i] + (first + k) % count];
        if (seen[j] === 1) continue;
        seen[j] = 1;
        chosen.push(j);
      }
    }
    return Uint32Array.from(chosen).sort();
  }
}
