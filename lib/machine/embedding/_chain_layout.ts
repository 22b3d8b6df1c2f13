import type { Rng } from "../../random/mod.ts";
import { ChainRouter } from "./_chain_router.ts";
import type { HardwareGraph } from "./types.ts";

/** Chains of all variables while they are being found: they may still share qubits. */
export class ChainLayout {
  readonly #target: HardwareGraph;
  readonly #router: ChainRouter;
  readonly #neighbours: readonly (readonly number[])[];
  readonly #isNeighbour: readonly ReadonlySet<number>[];
  readonly #owners: number[][];
  /** Qubits of each variable; empty before it is placed. */
  readonly chains: readonly Set<number>[];

  constructor(target: HardwareGraph, neighbours: readonly (readonly number[])[]) {
    this.#target = target;
    this.#router = new ChainRouter(target);
    this.#neighbours = neighbours;
    this.#isNeighbour = neighbours.map((list) => new Set(list));
    this.#owners = Array.from(target.nodes, () => []);
    this.chains = neighbours.map(() => new Set<number>());
  }

  /** How many too many chains there are on all qubits together. */
  get shared(): number {
    return this.#router.usage.reduce((sum, usage) => sum + Math.max(0, usage - 1), 0);
  }

  /** The variables that a variable is to touch. */
  neighboursOf(variable: number): readonly number[] {
    return this.#neighbours[variable];
  }

  /** A copy of the chains. */
  taken(): Uint32Array[] {
    return this.chains.map((chain) => Uint32Array.from(chain));
  }

  /** Puts a qubit into the chain of a variable. */
  add(variable: number, qubit: number): void {
    if (this.chains[variable].has(qubit)) return;
    this.chains[variable].add(qubit);
    this.#owners[qubit].push(variable);
    this.#router.usage[qubit]++;
  }

  #remove(variable: number, qubit: number): void {
    const owners = this.#owners[qubit];
    this.chains[variable].delete(qubit);
    owners.splice(owners.indexOf(variable), 1);
    this.#router.usage[qubit]--;
  }

  /** Takes every chain away. */
  clear(): void {
    this.chains.forEach((chain, variable) => [...chain].forEach((qubit) => this.#remove(variable, qubit)));
    this.forgive();
  }

  /** Makes qubits dearer that are shared now. */
  charge(): void {
    const { usage, toll } = this.#router;
    usage.forEach((chains, qubit) => {
      if (chains > 1) toll[qubit] += chains - 1;
    });
  }

  /** Makes all qubits cost the same. */
  forgive(): void {
    this.#router.toll.fill(1);
  }

  /**
   * Takes a variable's chain away and finds it another. Of each way to a neighbour the half that no other way uses goes to the
   * neighbour, so that a chain which is walled in grows out of its walls. False if there is no way; then it has no chain.
   */
  place(variable: number, price: number, rng: Rng): boolean {
    for (const qubit of [...this.chains[variable]]) this.#remove(variable, qubit);
    const neighbours = this.#neighbours[variable].filter((other) => this.chains[other].size > 0);
    for (const other of neighbours) this.#trim(other);
    const route = this.#router.route(neighbours.map((other) => [...this.chains[other]]), price, rng);
    if (route === undefined) return false;
    const ways = new Map<number, number>();
    for (const path of route.paths) for (const qubit of path) ways.set(qubit, (ways.get(qubit) ?? 0) + 1);
    this.add(variable, route.root);
    route.paths.forEach((path, k) => {
      let own = 0;
      while (own < path.length && ways.get(path[path.length - 1 - own]) === 1) own++;
      const kept = path.length - Math.ceil(own / 2);
      path.forEach((qubit, step) => this.add(step < kept ? variable : neighbours[k], qubit));
    });
    return true;
  }

  // takes off the ends of a chain by which it touches no neighbour that it does not touch elsewhere
  #trim(variable: number): void {
    const chain = this.chains[variable];
    if (chain.size < 2) return;
    const { rowPtr, columns } = this.#target;
    const inside = new Map<number, number>();
    const touching = new Map<number, number>();
    for (const qubit of chain) {
      let count = 0;
      for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) if (chain.has(columns[k])) count++;
      inside.set(qubit, count);
      for (const [other, times] of this.#touched(variable, qubit)) {
        touching.set(other, (touching.get(other) ?? 0) + times);
      }
    }
    const ends = [...chain].filter((qubit) => inside.get(qubit) === 1);
    for (let end = ends.pop(); end !== undefined && chain.size > 1; end = ends.pop()) {
      const touched = this.#touched(variable, end);
      if ([...touched].some(([other, times]) => (touching.get(other) ?? 0) <= times)) continue;
      for (const [other, times] of touched) touching.set(other, (touching.get(other) ?? 0) - times);
      this.#remove(variable, end);
      for (let k = rowPtr[end]; k < rowPtr[end + 1]; k++) {
        if (!chain.has(columns[k])) continue;
        const left = (inside.get(columns[k]) ?? 0) - 1;
        inside.set(columns[k], left);
        if (left === 1) ends.push(columns[k]);
      }
    }
  }

  // by how many couplers a qubit touches the chain of each neighbour
  #touched(variable: number, qubit: number): Map<number, number> {
    const { rowPtr, columns } = this.#target;
    const touched = new Map<number, number>();
    for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) {
      for (const other of this.#owners[columns[k]]) {
        if (this.#isNeighbour[variable].has(other)) touched.set(other, (touched.get(other) ?? 0) + 1);
      }
    }
    return touched;
  }
}
