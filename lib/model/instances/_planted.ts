import type { Rng } from "../../random/mod.ts";
import { sparseCouplings } from "../couplings.ts";
import { isingModel } from "../models.ts";
import { componentCount } from "./components.ts";
import type { Instance } from "./types.ts";

/** What a planted instance is before its ground state is hidden: all spins up have the lowest energy. */
export interface Planted {
  readonly name: string;
  readonly family: string;
  readonly parameters: Instance["parameters"];
  readonly provenance: string;
  /** n. */
  readonly n: number;
  /** Couplings in the gauge where all spins up are a ground state. */
  readonly pairs: Iterable<readonly [i: number, j: number, value: number]>;
  /** The lowest energy, by construction. */
  readonly groundEnergy: number;
}

/** A sum of couplings a pair, by `i n + j` with i < j. */
export class PairSums {
  readonly #n: number;
  readonly #sums: Map<number, number> = new Map<number, number>();

  constructor(n: number) {
    this.#n = n;
  }

  /** The sum so far. */
  get(i: number, j: number): number {
    return this.#sums.get(Math.min(i, j) * this.#n + Math.max(i, j)) ?? 0;
  }

  /** Adds to it. */
  add(i: number, j: number, value: number): void {
    this.#sums.set(Math.min(i, j) * this.#n + Math.max(i, j), this.get(i, j) + value);
  }

  /** Every pair that was added to, in order. */
  *pairs(): Generator<[number, number, number]> {
    for (const key of [...this.#sums.keys()].sort((a, b) => a - b)) {
      yield [Math.floor(key / this.#n), key % this.#n, this.#sums.get(key) ?? 0];
    }
  }
}

/** Draws n signs, each +1 or -1 with equal chance. */
export function drawSigns(n: number, rng: Rng): Int8Array {
  return Int8Array.from({ length: n }, () => rng.uint32() < 0x80000000 ? -1 : 1);
}

/** Hides the ground state behind a random gauge: `J_ij t_i t_j`, ground state t. */
export function plantedInstance({ pairs, n, groundEnergy, ...rest }: Planted, rng: Rng): Instance {
  const t = drawSigns(n, rng);
  const hidden = Array.from(pairs, ([i, j, value]) => [i, j, value * t[i] * t[j]] as const);
  const model = isingModel({ couplings: sparseCouplings(n, hidden) });
  const parameters = { ...rest.parameters, components: componentCount(model) };
  return { ...rest, parameters, model, groundEnergy, groundState: t, proof: "construction" };
}
