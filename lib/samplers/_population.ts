import type { Replicas } from "../kernels/mod.ts";
import type { Rng } from "../random/mod.ts";
import type { ReplicaRun, Steps } from "./_replica_run.ts";

const MOST_BISECTIONS = 200;
const CLOSE = 0.02;
const COPY_NS = 5;

/** A population of replicas: who descends from whom, and the weight it has gathered. */
export class Population {
  /** Estimate of ln Z, without the offset of the energies. */
  logPartitionFunction = 0;
  readonly #replicas: Replicas;
  readonly #family: Uint32Array;
  readonly #weights: Float64Array;
  readonly #copies: Uint32Array;

  constructor(replicas: Replicas) {
    this.#replicas = replicas;
    this.#family = new Uint32Array(replicas.lanes);
    this.#weights = new Float64Array(replicas.lanes);
    this.#copies = new Uint32Array(replicas.lanes);
  }

  /** Starts at beta = 0: Z = 2^n. */
  begin(): void {
    for (let lane = 0; lane < this.#family.length; lane++) this.#family[lane] = lane;
    this.logPartitionFunction = this.#replicas.n * Math.LN2;
  }

  /** The step in beta, at most `most`, by which the expected share of members without a copy is `culled`. */
  step(culled: number, most: number): number {
    if (this.#culled(most) <= culled) return most;
    let [low, high] = [0, most];
    for (let k = 0; k < MOST_BISECTIONS; k++) {
      const middle = (low + high) / 2;
      const share = this.#culled(middle);
      if (Math.abs(share - culled) < CLOSE * culled) return middle;
      if (share < culled) low = middle;
      else high = middle;
    }
    return high;
  }

  // sum_i max(0, 1 - R w_i / sum w) / R
  #culled(step: number): number {
    const total = this.#weigh(step);
    const R = this.#weights.length;
    let missing = 0;
    for (let lane = 0; lane < R; lane++) missing += Math.max(0, 1 - R * this.#weights[lane] / total);
    return missing / R;
  }

  // w_i = exp(-step (E_i - lowest E)); returns their sum
  #weigh(step: number): number {
    const lowest = this.#lowest();
    const { energies } = this.#replicas;
    let total = 0;
    for (let lane = 0; lane < energies.length; lane++) {
      total += this.#weights[lane] = Math.exp(-step * (energies[lane] - lowest));
    }
    return total;
  }

  #lowest(): number {
    const { energies } = this.#replicas;
    let lowest = Infinity;
    for (let lane = 0; lane < energies.length; lane++) lowest = Math.min(lowest, energies[lane]);
    return lowest;
  }

  /** Copies members for a step in beta; those that stay keep their lanes. Yields from time to time. */
  *resample(run: ReplicaRun, step: number, rng: Rng): Steps {
    const total = this.#weigh(step);
    const R = this.#weights.length;
    this.logPartitionFunction += Math.log(total / R) - step * this.#lowest();
    // systematic: one draw for all
    let sum = rng.uniform();
    for (let lane = 0; lane < R; lane++) {
      const next = sum + R * this.#weights[lane] / total;
      this.#copies[lane] = Math.floor(next) - Math.floor(sum);
      sum = next;
    }
    this.#settleCount();
    let free = 0;
    for (let lane = 0; lane < R; lane++) {
      for (let k = 1; k < this.#copies[lane]; k++) {
        while (this.#copies[free] > 0) free++;
        this.#replicas.copy(lane, free);
        this.#family[free] = this.#family[lane];
        free++;
        if (run.spend(COPY_NS * this.#replicas.n)) yield;
      }
    }
  }

  // rounding of the sum may have made one copy too many or too few
  #settleCount(): void {
    const R = this.#copies.length;
    let made = 0;
    let most = 0;
    for (let lane = 0; lane < R; lane++) {
      made += this.#copies[lane];
      if (this.#copies[lane] > this.#copies[most]) most = lane;
    }
    this.#copies[most] += R - made;
  }

  /** rho_t = R sum_f n_f^2 and the entropy -sum_f n_f ln n_f over families, n_f their share of the population. */
  families(): { size: number; entropy: number } {
    const R = this.#family.length;
    const counts = new Float64Array(R);
    for (const family of this.#family) counts[family]++;
    let squares = 0;
    let entropy = 0;
    for (const count of counts) {
      if (count === 0) continue;
      squares += count * count;
      entropy -= count / R * Math.log(count / R);
    }
    return { size: squares / R, entropy };
  }
}
