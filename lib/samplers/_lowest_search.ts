import { energy, isingFromQubo, type IsingModel, type Model, toDense } from "../model/mod.ts";
import { enumerateStates, fieldsFromBelow, grayCode, type Walk } from "./_gray_enumeration.ts";
import type { SampleSet } from "./types.ts";

const MIN_LISTED = 1024;
const RELATIVE_TOLERANCE = 1e-12;

/** The walk over all states and the list of the lowest. */
export class LowestSearch {
  readonly rows: number;
  readonly #model: Model;
  readonly #ising: IsingModel;
  readonly #J: Float64Array;
  readonly #below: Float64Array;
  readonly #above: Float64Array;
  readonly #spins: Int8Array;
  readonly #state: Int8Array;
  readonly #walk: Walk;
  readonly #listed: Float64Array;
  readonly #indices: Uint32Array;
  #recomputed = 0;

  constructor(model: Model, rows: number) {
    const ising = toDense(model.vartype === "ising" ? model : isingFromQubo(model));
    const n = model.n;
    this.rows = rows;
    this.#model = model;
    this.#ising = ising;
    this.#J = ising.couplings.values;
    this.#below = new Float64Array(n);
    this.#above = new Float64Array(n);
    this.#spins = new Int8Array(n);
    this.#state = new Int8Array(n);
    this.#listed = new Float64Array(Math.max(MIN_LISTED, 2 * rows));
    this.#indices = new Uint32Array(this.#listed.length);
    const size = (values: Float64Array) => values.reduce((sum, value) => sum + Math.abs(value), 0);
    // the walk leaves the offset out, however large it is
    const tolerance = RELATIVE_TOLERANCE * (size(ising.linear) + size(this.#J) / 2);
    this.#walk = { next: 0, count: 0, limit: Infinity, ground: Infinity, groundIndex: 0, degeneracy: 0, tolerance };
    fieldsFromBelow(n, this.#J, this.#below);
  }

  get visited(): number {
    return this.#walk.next;
  }

  get findings(): { statesVisited: number; groundDegeneracy: number; proven: boolean } {
    const { next, degeneracy } = this.#walk;
    return { statesVisited: next, groundDegeneracy: degeneracy, proven: next === 2 ** this.#model.n };
  }

  advance(until: number): void {
    const walk = this.#walk;
    while (walk.next < until) {
      enumerateStates(
        this.#model.n,
        this.#J,
        this.#ising.linear,
        this.#below,
        this.#above,
        this.#spins,
        walk,
        until,
        this.#listed,
        this.#indices,
      );
      if (walk.next < until) this.#shorten();
    }
  }

  /** Lowest energy seen, recomputed from the model. */
  lowest(): number {
    return energy(this.#model, this.#stateOf(this.#walk.groundIndex));
  }

  /** The first state of the lowest energy seen, in the values of the model; a copy. */
  lowestState(): Int8Array {
    return this.#stateOf(this.#walk.groundIndex).slice();
  }

  /** The lowest states seen, in order. */
  result(): Pick<SampleSet, "states" | "energies" | "counts"> {
    this.#shorten();
    const count = this.#walk.count;
    const n = this.#model.n;
    const states = new Int8Array(count * n);
    for (let r = 0; r < count; r++) states.set(this.#stateOf(this.#indices[r]), r * n);
    return { states, energies: this.#listed.slice(0, count), counts: new Uint32Array(count).fill(1) };
  }

  // keeps the lowest `rows` of the list, by energy as the model has it, then by order of visit
  #shorten(): void {
    const walk = this.#walk;
    for (let k = this.#recomputed; k < walk.count; k++) {
      this.#listed[k] = energy(this.#model, this.#stateOf(this.#indices[k]));
    }
    const [indices, listed] = [this.#indices.slice(0, walk.count), this.#listed.slice(0, walk.count)];
    const order = Uint32Array.from(indices, (_, k) => k);
    order.sort((a, b) => listed[a] - listed[b] || indices[a] - indices[b]);
    walk.count = this.#recomputed = Math.min(this.rows, order.length);
    for (let k = 0; k < walk.count; k++) {
      this.#indices[k] = indices[order[k]];
      this.#listed[k] = listed[order[k]];
    }
    // a state that only ties with the last of a full list comes too late; the walk leaves the offset out
    if (walk.count === this.rows) walk.limit = this.#listed[walk.count - 1] - this.#ising.offset - walk.tolerance;
  }

  // the state of an index, in the values of the model; the same array every time
  #stateOf(index: number): Int8Array {
    const code = grayCode(index);
    const down = this.#model.vartype === "ising" ? -1 : 0;
    for (let i = 0; i < this.#state.length; i++) this.#state[i] = (code >>> i) & 1 ? 1 : down;
    return this.#state;
  }
}
