import type { Rng } from "../../random/mod.ts";
import type { HardwareGraph } from "./types.ts";

const FIRST_RADIUS = 4;
// chains on one qubit that still make a difference, and the price that is dear enough for any
const COUNTED = 64;
const DEAREST = 1e12;

/** A qubit and the ways from it to each neighbour's chain, both ends left out. */
export interface Route {
  readonly root: number;
  readonly paths: readonly (readonly number[])[];
}

/** Searches from the chains of the neighbours of one variable, kept for the next: distances and the way back. */
class Search {
  readonly distance: Float64Array;
  readonly from: Int32Array;
  readonly reached: number[] = [];

  constructor(qubits: number) {
    this.distance = new Float64Array(qubits).fill(Infinity);
    this.from = new Int32Array(qubits);
  }

  clear(): void {
    for (const qubit of this.reached) this.distance[qubit] = Infinity;
    this.reached.length = 0;
  }
}

/**
 * Finds where a variable is best placed when the chains of the others stand: the qubit with the least sum of distances to the
 * chains of its neighbours, among those that all searches reach within one radius.
 *
 * A qubit that u chains have already costs its toll times `price^u`.
 */
export class ChainRouter {
  readonly #target: HardwareGraph;
  readonly #searches: Search[] = [];
  readonly #heap = new Heap();
  /** How many chains each qubit is in. */
  readonly usage: Uint16Array;
  /** What each qubit costs before it is shared: grows where it was shared again and again. */
  readonly toll: Float64Array;

  constructor(target: HardwareGraph) {
    this.#target = target;
    this.usage = new Uint16Array(target.nodes.length);
    this.toll = new Float64Array(target.nodes.length).fill(1);
  }

  /**
   * The best place for a variable whose neighbours have these chains; undefined if no qubit reaches all of them. A price of
   * Infinity keeps off every qubit that is taken.
   */
  route(neighbours: readonly ArrayLike<number>[], price: number, rng: Rng): Route | undefined {
    if (neighbours.length === 0) return this.#anywhere(rng);
    const powers = Float64Array.from(
      { length: COUNTED },
      (_, u) => u === 0 ? 1 : Math.min(price ** u, Math.max(price, DEAREST)),
    );
    for (let radius = FIRST_RADIUS;; radius *= 2) {
      const complete = this.#explore(neighbours, radius, powers);
      const root = this.#meeting(neighbours.length, powers, rng);
      if (root >= 0) return this.#paths(root, neighbours.length);
      if (complete) return undefined;
    }
  }

  // one of the qubits in the fewest chains
  #anywhere(rng: Rng): Route | undefined {
    let least = Infinity;
    let ties = 0;
    let root = -1;
    this.usage.forEach((usage, q) => {
      if (usage > least) return;
      ties = usage < least ? 1 : ties + 1;
      least = usage;
      if (rng.integer(ties) === 0) root = q;
    });
    return root < 0 ? undefined : { root, paths: [] };
  }

  // true if every search has seen all that it can reach
  #explore(neighbours: readonly ArrayLike<number>[], radius: number, powers: Float64Array): boolean {
    let complete = true;
    neighbours.forEach((chain, s) => {
      const search = this.#searches[s] ??= new Search(this.usage.length);
      complete = this.#dijkstra(search, chain, radius, powers) && complete;
    });
    return complete;
  }

  #dijkstra(search: Search, chain: ArrayLike<number>, radius: number, powers: Float64Array): boolean {
    const { rowPtr, columns } = this.#target;
    const { usage, toll } = this;
    const heap = this.#heap;
    const { distance, from, reached } = search;
    search.clear();
    heap.clear();
    for (let c = 0; c < chain.length; c++) {
      distance[chain[c]] = 0;
      from[chain[c]] = -1;
      reached.push(chain[c]);
      heap.push(0, chain[c]);
    }
    let complete = true;
    while (heap.size > 0) {
      const near = heap.key();
      const qubit = heap.pop();
      if (near > distance[qubit]) continue;
      for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) {
        const next = columns[k];
        const far = near + toll[next] * powers[Math.min(usage[next], COUNTED - 1)];
        if (far >= distance[next]) continue;
        if (far > radius) {
          if (far < Infinity) complete = false;
          continue;
        }
        if (distance[next] === Infinity) reached.push(next);
        distance[next] = far;
        from[next] = qubit;
        heap.push(far, next);
      }
    }
    return complete;
  }

  // the qubit with the least sum, -1 if there is none; its own cost counts once
  #meeting(count: number, powers: Float64Array, rng: Rng): number {
    const searches = this.#searches;
    let smallest = searches[0];
    for (let s = 1; s < count; s++) if (searches[s].reached.length < smallest.reached.length) smallest = searches[s];
    let least = Infinity;
    let root = -1;
    let ties = 0;
    for (const qubit of smallest.reached) {
      const own = this.toll[qubit] * powers[Math.min(this.usage[qubit], COUNTED - 1)];
      if (own === Infinity) continue;
      let sum = own;
      for (let s = 0; s < count && sum <= least; s++) {
        const distance = searches[s].distance[qubit];
        // in a chain itself the way is nothing
        sum += distance === 0 ? 0 : distance - own;
      }
      if (sum > least || sum === Infinity) continue;
      ties = sum < least ? 1 : ties + 1;
      least = sum;
      if (rng.integer(ties) === 0) root = qubit;
    }
    return root;
  }

  #paths(root: number, count: number): Route {
    const paths: number[][] = [];
    for (let s = 0; s < count; s++) {
      const { from } = this.#searches[s];
      const path: number[] = [];
      if (from[root] >= 0) { for (let q = from[root]; from[q] >= 0; q = from[q]) path.push(q); }
      paths.push(path);
    }
    return { root, paths };
  }
}

/** A binary heap of qubits by distance. */
class Heap {
  #keys = new Float64Array(1024);
  #values = new Int32Array(1024);
  size = 0;

  clear(): void {
    this.size = 0;
  }

  key(): number {
    return this.#keys[0];
  }

  push(key: number, value: number): void {
    if (this.size === this.#keys.length) this.#grow();
    const [keys, values] = [this.#keys, this.#values];
    let at = this.size++;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (keys[above] <= key) break;
      keys[at] = keys[above];
      values[at] = values[above];
      at = above;
    }
    keys[at] = key;
    values[at] = value;
  }

  pop(): number {
    const [keys, values] = [this.#keys, this.#values];
    const top = values[0];
    const size = --this.size;
    const [key, value] = [keys[size], values[size]];
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && keys[below + 1] < keys[below]) below++;
      if (keys[below] >= key) break;
      keys[at] = keys[below];
      values[at] = values[below];
      at = below;
    }
    keys[at] = key;
    values[at] = value;
    return top;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(2 * keys.length);
    this.#keys.set(keys);
    this.#values = new Int32Array(2 * values.length);
    this.#values.set(values);
  }
}
