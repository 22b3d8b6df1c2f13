import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { checkSolveOptions } from "./_check_options.ts";
import { REPLICA_STREAMS } from "./_slab.ts";
import { checkProblem } from "./check_problem.ts";
import { energiesOf } from "./energies.ts";
import type { AttentionProblem, AttentionSolver } from "./types.ts";

/** Options of {@link boltzmannSelection}. */
export interface BoltzmannSelectionOptions {
  /** Inverse temperature, 1/energy, finite, 0 or more. */
  readonly beta: number;
  /** Sweeps when a call does not say. @default {20} */
  readonly sweeps?: number;
}

/**
 * Makes a solver that draws a selection from the Boltzmann distribution: heat bath sweeps at one temperature.
 *
 * Variable (t, i) is set to 1 with probability `1 / (1 + exp(-beta u))`, u the energy that choosing it saves, heads and tokens
 * in order, from a random start of density 1/2. As sweeps grow, `p(x) -> exp(-beta E(x)) / Z`; after a finite number the sample
 * still remembers its start, and more so the larger beta is. Of several replicas the lowest is kept: no Boltzmann sample any more.
 *
 * @param options.beta inverse temperature
 * @param options.sweeps sweeps when a call does not say
 * @returns a solver; problem b uses stream `firstStream + b` of the seed
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(sweeps H N d) a problem, O(d + N) memory; no N x N matrix is made.
 * Source: Geman and Geman, Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images (1984), DOI 10.1109/TPAMI.1984.4767596.
 *
 * @example At infinite temperature every token is a coin
 * ```ts
 * import { boltzmannSelection } from "qama/attention";
 * import { assertAlmostEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 4096, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const zero = new Float32Array(4096);
 * const { chosen } = boltzmannSelection({ beta: 0 })
 *   .solve({ ...sizes, queries: zero, keys: zero, fields: zero }, { seed: 1 });
 * assertAlmostEquals(chosen.reduce((sum, x) => sum + x, 0) / 4096, 0.5, 4 * 0.5 / 64);
 * ```
 */
export function boltzmannSelection(options: BoltzmannSelectionOptions): AttentionSolver {
  checkOptionNames("Cannot sample", options, ["beta", "sweeps"]);
  const { beta, sweeps: defaultSweeps = 20 } = options;
  if (!(beta >= 0 && beta < Infinity)) {
    throw new RangeError(`Cannot sample: beta must be a finite number of 0 or more, got ${beta}`);
  }
  checkSolveOptions({ seed: 0, sweeps: defaultSweeps });
  return {
    name: "boltzmann",
    solve(problem, solveOptions) {
      checkProblem(problem);
      checkSolveOptions(solveOptions);
      const { batch, heads, tokens } = problem;
      const { seed, firstStream = 0, replicas = 1, sweeps = defaultSweeps } = solveOptions;
      const n = heads * tokens;
      const work = openWork(problem);
      const draw = (r: number) => {
        const chosen = new Uint8Array(batch * n);
        for (let b = 0; b < batch; b++) {
          sampleProblem(problem, b, beta, sweeps, new Rng(seed, firstStream + b + r * REPLICA_STREAMS), chosen, work);
        }
        return { chosen, energies: energiesOf(problem, chosen) };
      };
      const best = draw(0);
      for (let r = 1; r < replicas; r++) {
        const { chosen, energies } = draw(r);
        for (let b = 0; b < batch; b++) {
          if (energies[b] >= best.energies[b]) continue;
          best.energies[b] = energies[b];
          best.chosen.set(chosen.subarray(b * n, (b + 1) * n), b * n);
        }
      }
      return { ...best, solver: "boltzmann" };
    },
  };
}

interface Work {
  /** Sums of the chosen keys and queries, `[H, d]`. */
  readonly sumK: Float64Array;
  readonly sumQ: Float64Array;
  /** q_i . k_i `[H N]`. */
  readonly own: Float64Array;
  /** Heads that chose each token. */
  readonly heads: Float64Array;
  /** Tokens that each head chose. */
  readonly counts: Float64Array;
}

function openWork({ heads, tokens, width }: AttentionProblem): Work {
  return {
    sumK: new Float64Array(heads * width),
    sumQ: new Float64Array(heads * width),
    own: new Float64Array(heads * tokens),
    heads: new Float64Array(tokens),
    counts: new Float64Array(heads),
  };
}

/** Invariant: `sumK`, `sumQ`, `heads` and `counts` are those of x. */
function sampleProblem(
  problem: AttentionProblem,
  b: number,
  beta: number,
  sweeps: number,
  rng: Rng,
  chosen: Uint8Array,
  { sumK, sumQ, own, heads, counts }: Work,
): void {
  const { heads: H, tokens: N, width: d, queries, keys, fields, weights } = problem;
  const { field, overlap, cardinality } = weights;
  const coupling = weights.coupling / Math.sqrt(d);
  const { k, weight: lambda } = cardinality ?? { k: 0, weight: 0 };
  const first = b * H * N;
  for (const array of [sumK, sumQ, heads, counts]) array.fill(0);
  const flip = (t: number, i: number, sign: 1 | -1) => {
    const at = (first + t * N + i) * d;
    for (let a = 0; a < d; a++) {
      sumK[t * d + a] += sign * keys[at + a];
      sumQ[t * d + a] += sign * queries[at + a];
    }
    heads[i] += sign;
    counts[t] += sign;
    chosen[first + t * N + i] = sign === 1 ? 1 : 0;
  };
  for (let t = 0; t < H; t++) {
    for (let i = 0; i < N; i++) {
      const at = (first + t * N + i) * d;
      let product = 0;
      for (let a = 0; a < d; a++) product += queries[at + a] * keys[at + a];
      own[t * N + i] = product;
      if (rng.uint32() >>> 31) flip(t, i, 1);
    }
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (let t = 0; t < H; t++) {
      for (let i = 0; i < N; i++) {
        const x = chosen[first + t * N + i], at = (first + t * N + i) * d;
        let pull = -2 * x * own[t * N + i];
        for (let a = 0; a < d; a++) pull += queries[at + a] * sumK[t * d + a] + keys[at + a] * sumQ[t * d + a];
        const saved = coupling * pull + field * fields[first + t * N + i] - 2 * overlap * (heads[i] - x) -
          lambda * (2 * (counts[t] - x - k) + 1);
        const next = rng.uniform() * (1 + Math.exp(-beta * saved)) < 1 ? 1 : 0;
        if (next !== x) flip(t, i, next === 1 ? 1 : -1);
      }
    }
  }
}
