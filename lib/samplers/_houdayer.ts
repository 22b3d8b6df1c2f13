import type { Rng } from "../random/mod.ts";
import type { SparseArrays } from "./_ising_arrays.ts";
import type { ReplicaRun, Steps } from "./_replica_run.ts";

const FLIP_NS = 100;

/** Clusters of the overlap of two replicas. */
export class OverlapClusters {
  readonly #couplings: SparseArrays;
  readonly #stack: Uint32Array;
  readonly #seen: Uint32Array;
  #visit = 0;

  constructor(n: number, couplings: SparseArrays) {
    this.#couplings = couplings;
    this.#stack = new Uint32Array(n);
    this.#seen = new Uint32Array(n);
  }

  /**
   * Flips one cluster of spins in which lanes a and b differ, in both: their energies change by +d and -d, so at one beta the
   * move is always accepted. The cluster is that of the first differing spin at or after a random one. Yields from time to time.
   */
  *flip(run: ReplicaRun, a: number, b: number, rng: Rng): Steps {
    const { replicas } = run;
    const { n, energies } = replicas;
    let seed = n === 0 ? 0 : Math.floor(rng.uniform() * n);
    let tried = 0;
    while (tried < n && replicas.spin(a, seed) === replicas.spin(b, seed)) {
      seed = seed + 1 === n ? 0 : seed + 1;
      tried++;
    }
    if (tried === n) return;
    const { rowPtr, columns } = this.#couplings;
    const stack = this.#stack, seen = this.#seen;
    const visit = ++this.#visit;
    stack[0] = seed;
    seen[seed] = visit;
    let top = 1, size = 0;
    while (size < top) {
      const i = stack[size++];
      for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
        const j = columns[k];
        if (seen[j] === visit || replicas.spin(a, j) === replicas.spin(b, j)) continue;
        seen[j] = visit;
        stack[top++] = j;
      }
    }
    for (let c = 0; c < size; c++) {
      for (const lane of [a, b]) {
        energies[lane] += replicas.flipCost(lane, stack[c]);
        replicas.flip(lane, stack[c]);
      }
      if (run.spend(FLIP_NS)) yield;
    }
  }
}
