import {
  annealedSelection,
  attentionEnergies,
  type AttentionProblem,
  jaccard,
  randomSelection,
} from "../attention/mod.ts";
import type { ExhibitEnergies, ExhibitOverlap } from "./exhibit.ts";

const LONG_RUNS = { runs: 8, sweeps: 200 };
const REACHED = 1e-6;

/** Adds up overlaps between heads over problems and their selections. */
export class OverlapSums {
  readonly #heads: number;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  #ones = 0;
  #places = 0;

  constructor(heads: number) {
    this.#heads = heads;
    this.#sums = new Float64Array(heads * heads);
    this.#counts = new Float64Array(heads * heads);
  }

  /** Takes up x, `[B, H, N]`. */
  add(chosen: Uint8Array, tokens: number): void {
    const H = this.#heads;
    for (let from = 0; from < chosen.length; from += H * tokens) {
      const headOf = (t: number) => chosen.subarray(from + t * tokens, from + (t + 1) * tokens);
      for (let t = 0; t < H; t++) {
        for (let u = 0; u < H; u++) {
          const index = jaccard(headOf(t), headOf(u));
          if (Number.isNaN(index)) continue;
          this.#sums[t * H + u] += index;
          this.#counts[t * H + u]++;
        }
      }
    }
    this.#places += chosen.length;
    this.#ones += chosen.reduce((sum, x) => sum + x, 0);
  }

  /** Mean Jaccard indices, `[H, H]`, to four decimals; null where no item has a token in either head. */
  get means(): (number | null)[][] {
    const H = this.#heads;
    const mean = (at: number) => this.#counts[at] === 0 ? null : decimals(this.#sums[at] / this.#counts[at], 4);
    return Array.from({ length: H }, (_, t) => Array.from({ length: H }, (_, u) => mean(t * H + u)));
  }

  /** Share of (head, token) pairs chosen. */
  get density(): number {
    return decimals(this.#ones / this.#places, 4);
  }
}

/** How the problems of a model are measured. */
export interface MeasureOptions {
  readonly seed: number;
  readonly sweeps: number;
}

/** Overlaps and energies of what a model chose in its problems; `parts` in their order, of one size of heads. */
export function measureSelections(
  parts: readonly { readonly problem: AttentionProblem; readonly chosen: Uint8Array }[],
  { seed, sweeps }: MeasureOptions,
): { overlap: ExhibitOverlap | null; energies: ExhibitEnergies } {
  const { heads } = parts[0].problem;
  const [trained, free] = [new OverlapSums(heads), new OverlapSums(heads)];
  for (const { problem, chosen } of parts) trained.add(chosen, problem.tokens);
  const solver = annealedSelection();
  const random = randomSelection({ density: trained.density });
  const sums = { annealed: 0, descent: 0, random: 0, best: 0, reached: 0 };
  let items = 0;
  for (const { problem, chosen } of parts) {
    const options = { seed, sweeps, firstStream: items };
    free.add(solver.solve({ ...problem, weights: { ...problem.weights, overlap: 0 } }, options).chosen, problem.tokens);
    const annealed = attentionEnergies(problem, chosen);
    const descent = solver.solve(problem, { ...options, sweeps: 0 }).energies;
    const drawn = random.solve(problem, options).energies;
    const long = solver.solve(problem, { ...options, sweeps: LONG_RUNS.sweeps, replicas: LONG_RUNS.runs }).energies;
    for (let b = 0; b < problem.batch; b++) {
      const best = Math.min(annealed[b], descent[b], drawn[b], long[b]);
      sums.annealed += annealed[b];
      sums.descent += descent[b];
      sums.random += drawn[b];
      sums.best += best;
      if (annealed[b] <= best + REACHED * Math.abs(best)) sums.reached++;
    }
    items += problem.batch;
  }
  const mean = (sum: number) => decimals(sum / items, 4);
  const energies = {
    items,
    annealed: mean(sums.annealed),
    descent: mean(sums.descent),
    random: mean(sums.random),
    best: mean(sums.best),
    longRuns: LONG_RUNS,
    reached: mean(sums.reached),
  };
  const overlap = {
    items,
    withPenalty: trained.means,
    withoutPenalty: free.means,
    density: [trained.density, free.density] as const,
  };
  return { overlap: heads > 1 ? overlap : null, energies };
}

/** Rounds, so that an exhibit stays a few kB. */
export function decimals(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
