import { type Hypercube, openHypercube, type UpdateRule } from "../kernels/mod.ts";
import { fillEnergies, type StateEnergies } from "./_ising_energies.ts";

/** Largest `beta (E - lowest E)`: beyond it squares of the square roots of weights are no normal numbers any more. */
const LARGEST_EXPONENT = 640;

/** A chain over the states of a model, `sqrt(pi)` in vector 0, of length 1. */
export interface OpenChain {
  readonly cube: Hypercube;
  readonly g: Float64Array;
  /** Stationary weight of the ground states. */
  readonly groundWeight: number;
  /** How many ground states there are, among all states. */
  readonly groundStates: number;
  /** Smallest weight of a state. */
  readonly minimumWeight: number;
  /** True for the states of lowest energy. */
  readonly isGround: (x: number) => boolean;
}

/** Which functions of the states are looked at: all, or those that a flip of all spins leaves alone. */
export type ChainSector = "full" | "even";

/** Checks what a chain is made with. */
export function checkChain(cannot: string, beta: number, dynamics: UpdateRule): void {
  if (dynamics !== "glauber" && dynamics !== "metropolis") {
    throw new RangeError(`${cannot}: dynamics must be "glauber" or "metropolis", got ${String(dynamics)}`);
  }
  if (beta === Infinity) {
    throw new RangeError(
      `${cannot} at beta = Infinity: the chain then never leaves a local minimum and has no gap; give a finite beta`,
    );
  }
  if (!(beta >= 0)) throw new RangeError(`${cannot}: beta must be a number from 0, got ${beta}`);
}

/** Opens a chain with so many vectors beside `sqrt(pi)`. */
export function openChain(
  cannot: string,
  states: StateEnergies,
  beta: number,
  sector: ChainSector,
  vectors: number,
): OpenChain {
  const { n, tolerance } = states;
  const even = sector === "even";
  const cube = openHypercube({ n, vectors: vectors + 1, even });
  const [g] = cube.vectors;
  const lowest = fillEnergies(states, even, g);
  const highest = g.reduce((a, b) => Math.max(a, b), -Infinity);
  if (beta * (highest - lowest) > LARGEST_EXPONENT) {
    cube.close();
    throw new RangeError(
      `${cannot} at beta = ${beta}: beta times the range of energies, ${highest - lowest}, is ` +
        `${beta * (highest - lowest)}, at most ${LARGEST_EXPONENT} can be; lower beta to ` +
        `${LARGEST_EXPONENT / (highest - lowest)} or less`,
    );
  }
  const ground = new Uint8Array(cube.size);
  let [sum, groundSum, groundStates, smallest] = [0, 0, 0, Infinity];
  for (let x = 0; x < cube.size; x++) {
    const above = g[x] - lowest;
    g[x] = Math.exp(-beta * above / 2);
    const weight = g[x] * g[x];
    sum += weight;
    smallest = Math.min(smallest, weight);
    if (above <= tolerance) {
      ground[x] = 1;
      groundSum += weight;
      groundStates++;
    }
  }
  const length = Math.sqrt(sum);
  for (let x = 0; x < cube.size; x++) g[x] /= length;
  const copies = even ? 2 : 1;
  return {
    cube,
    g,
    groundWeight: groundSum / sum,
    groundStates: groundStates * copies,
    minimumWeight: smallest / (sum * copies),
    isGround: (x) => ground[x] === 1,
  };
}
