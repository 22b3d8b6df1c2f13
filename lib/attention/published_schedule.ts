import { Rng } from "../random/mod.ts";
import { annealTemperatures, descendOneWay, moveTo, type PublishedRun } from "./_published_loop.ts";
import { checkProblem } from "./check_problem.ts";
import { checkSolveOptions } from "./_check_options.ts";
import { energiesOf } from "./energies.ts";
import type { AttentionProblem, AttentionSolver, Selection, SolveOptions } from "./types.ts";

const FIRST_TEMPERATURE = 1000;
const LAST_TEMPERATURE = 1e-3;
const FACTOR = 0.99;
const PROPOSALS = 5;
const PATIENCE = 50;

/**
 * Makes the solver of the published program, as a baseline: its schedule, not its speed.
 *
 * Every problem starts from fair coins. Temperatures 1000, 990, .. above 0.001, factor 0.99, at most 1,375 of them; at each
 * one 5 proposals a problem, a uniformly drawn variable flipped by the rule of Metropolis. After each temperature the energy
 * is compared with the best; all problems stop together after 50 temperatures in which no problem of the batch improved, so
 * a problem gets a worse answer in a smaller batch. Then tokens are taken out of each best selection, the one that lowers
 * the energy most first, until none lowers it; none is put in. At 8 x 49 that is at most 18 proposals a variable.
 *
 * Done incrementally, in factored form: the sums of the chosen queries and keys are kept, O(d) a proposal and a flip. Over
 * so few proposals that is half the time of dense couplings with kept fields, whose making alone costs O(N d) a variable.
 * `sweeps` is not read, the schedule is fixed; `replicas` must be 1.
 *
 * @returns a solver named `published`; `solve` throws what {@link checkProblem} throws, and a RangeError for replicas
 *
 * Cost O(B d (H N + 6875)) time and the descent, O(B H (N + d)) memory.
 * Source: the annealer "c_sa" of the program behind QAMA, arXiv 2504.11083 (2025), revision 2. Differs in: random numbers,
 * float64 and incremental energies, an improvement has to exceed rounding (1e-9 of the energy), and any cardinality term.
 *
 * @example A token that costs energy is left out
 * ```ts
 * import { publishedSchedule } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const sizes = { batch: 1, heads: 1, tokens: 2, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
 * const arrays = { queries: new Float32Array(2), keys: new Float32Array(2), fields: Float32Array.of(-1, -2) };
 * assertEquals([...publishedSchedule().solve({ ...sizes, ...arrays }, { seed: 1 }).chosen], [0, 0]);
 * ```
 */
export function publishedSchedule(): AttentionSolver {
  return { name: "published", solve: solvePublished };
}

function solvePublished(problem: AttentionProblem, options: SolveOptions): Selection {
  checkProblem(problem);
  checkSolveOptions(options);
  const { seed, replicas = 1, firstStream = 0 } = options;
  if (replicas !== 1) {
    throw new RangeError(`Cannot run the published schedule: it has no replicas, replicas must be 1, got ${replicas}`);
  }
  const n = problem.heads * problem.tokens;
  const runs = Array.from({ length: problem.batch }, (_, b) => startRun(problem, b, new Rng(seed, firstStream + b)));
  annealTogether(runs, inverseTemperatures());
  const chosen = new Uint8Array(problem.batch * n);
  runs.forEach((run, b) => {
    moveTo(run, run.best);
    descendOneWay(run);
    chosen.set(run.x, b * n);
  });
  return { chosen, energies: energiesOf(problem, chosen), solver: "published" };
}

function startRun(problem: AttentionProblem, b: number, rng: Rng): PublishedRun {
  const { heads: H, tokens: N, width: d, queries, keys, fields, weights } = problem;
  const n = H * N;
  const { k, weight: cardinality } = weights.cardinality ?? { k: 0, weight: 0 };
  const single = new Float64Array(n);
  const self = new Float64Array(n);
  const best = new Uint8Array(n);
  for (let r = 0; r < n; r++) {
    single[r] = cardinality * (1 - 2 * k) - weights.field * fields[b * n + r];
    const q = (b * n + r) * d;
    for (let a = 0; a < d; a++) self[r] += 2 * queries[q + a] * keys[q + a];
    best[r] = rng.uint32() >>> 31;
  }
  const run: PublishedRun = {
    queries,
    keys,
    start: b * n * d,
    tokens: N,
    width: d,
    scale: -weights.coupling / Math.sqrt(d),
    overlap: weights.overlap,
    cardinality,
    single,
    self,
    x: new Uint8Array(n),
    sums: new Float64Array(2 * d * H),
    heads: new Int32Array(N),
    chosen: new Int32Array(H),
    random: rng.state,
    best,
    energy: 0,
    bestEnergy: 0,
  };
  moveTo(run, best);
  run.bestEnergy = run.energy;
  return run;
}

/** Anneals all problems; each goes through `PATIENCE` temperatures at a time, so that its couplings stay in the cache. */
function annealTogether(runs: readonly PublishedRun[], betas: Float64Array): void {
  const improved = new Uint8Array(betas.length);
  const before = runs.map(({ best }) => best.slice());
  let lastImprovement = -1;
  for (let from = 0; from < betas.length; from += PATIENCE) {
    const to = Math.min(from + PATIENCE, betas.length);
    runs.forEach((run, b) => {
      before[b].set(run.best);
      annealTemperatures(run, betas, from, to, PROPOSALS, improved);
    });
    for (let step = from; step < to; step++) {
      if (improved[step] === 1) lastImprovement = step;
      if (step - lastImprovement < PATIENCE) continue;
      // what the batch stopped at: a block is no longer than the patience, so nothing improved in it until here
      runs.forEach((run, b) => run.best.set(before[b]));
      return;
    }
  }
}

function inverseTemperatures(): Float64Array {
  const betas: number[] = [];
  for (let temperature = FIRST_TEMPERATURE; temperature > LAST_TEMPERATURE; temperature *= FACTOR) {
    betas.push(1 / temperature);
  }
  return Float64Array.from(betas);
}
