import { checkOptionNames, fingerprint, isingFromQubo, type Model, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { eliminate, type Eliminated, eliminationBytes, type EliminationGoal } from "./_bucket_elimination.ts";
import { bestOrder, type DecompositionLimits, graphFor, sizeOf } from "./_decomposition_setup.ts";
import { descendedState } from "./_descended_state.ts";
import { drive } from "./_drive.ts";
import type { Elimination } from "./_elimination_order.ts";
import { ExactProgress } from "./_exact_progress.ts";
import { type ResolvedOptions, resolveOptions } from "./_options.ts";
import { reportedOptions } from "./_run_reads.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Ending, Sampler, SampleSet, Story } from "./types.ts";

const NAME = "treeDecomposition";
const CANNOT = "Cannot decompose the model";
const DEFAULT_MAX_WIDTH = 26;
const LARGEST_MAX_WIDTH = 30;
const DEFAULT_MAX_BYTES = 2 ** 31;
const RELATIVE_TOLERANCE = 1e-12;
const DRAWS_PER_SLICE = 20_000;
const LARGEST_COUNT = 2 ** 32 - 1;
const LARGEST_EXACT_DEGENERACY = 1e9;

/** How {@link treeDecomposition} works. */
export interface TreeDecompositionOptions {
  /**
   * Inverse temperature of the reads, in 1/energy, from 0: each read is an independent draw from the Gibbs distribution.
   * Infinity draws ground states, all with the same probability, and counts them.
   *
   * @default {none: the proven optimum}
   */
  readonly beta?: number;
  /** The largest width of a decomposition that is worked on, 0 to 30: a table has 2^width entries. @default {26} */
  readonly maxWidth?: number;
  /** The most bytes that all tables together may take. @default {2147483648} */
  readonly maxBytes?: number;
}

/**
 * Makes an exact sampler for sparse models: dynamic programming over a tree decomposition (bucket elimination).
 *
 * Variables are eliminated one by one. The table of v holds, for every choice of the variables it then meets (its scope S),
 * `m_v(s_S) = min_{s_v} [ h_v s_v + sum_{j in S} J_vj s_v s_j + (tables that v is first in) ]`, and the last table is the
 * minimum; going back through the choices gives the state. Without `beta` the set has one row, a proven optimum, whose count
 * is `numReads`. With a finite `beta` the minimum becomes `-1/beta log sum exp(-beta ...)`, and going back draws each variable
 * from its conditional probability: read k is an exact, independent sample of `p(s) ~ exp(-beta E(s))`, decided by one 32-bit
 * draw of stream k a variable, so that a conditional probability is right to 2^-33. With `beta: Infinity` reads are
 * uniform over the ground states; sums closer than 1e-12 of the sum of all coefficients count as equal.
 *
 * The order is the best of three rules: narrow front, minimum degree, minimum fill. The story's findings tell the `width` of the
 * decomposition found (an upper bound of the treewidth), its `rule`, `tableBytes`, `proven` (the least energy of the set is
 * the minimum), with finite beta `logPartitionFunction`, and with infinite beta `logGroundDegeneracy`, the entropy of the
 * ground states, and `groundDegeneracy` where that is below 1e9. A call that is stopped before the tables are complete
 * returns one local minimum, found by descent; it is no exact sample.
 *
 * Good for paths, trees, ladders, strips of lattices; bad for anything with large separators: a lattice of L x L needs 2^L, a torus 2^(2 L), a
 * dense model 2^(n - 1). `numWorkers` makes no difference.
 *
 * @param options see {@link TreeDecompositionOptions}
 * @returns a sampler; it rejects with a RangeError that names width and bytes if no order fits into the limits
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(n 2^width) time and, beside a few tables of 2^width float64, 1 bit (with `beta` 4 bytes) for every entry of every
 * table; O(n width) a read. 800 variables of width 16 take 0.3 s, 2 s with `beta`.
 * Source: Dechter, Bucket elimination: a unifying framework for reasoning (1999), DOI 10.1016/S0004-3702(99)00059-4.
 *
 * @example A chain of 200 spins has two ground states
 * ```ts
 * import { treeDecomposition } from "qama/samplers";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const pairs = Array.from({ length: 199 }, (_, i) => [i, i + 1, 1] as const);
 * const model = isingModel({ couplings: sparseCouplings(200, pairs) });
 * const { energies, story } = await treeDecomposition({ beta: Infinity }).sample(model);
 * assertEquals([energies[0], story.findings.groundDegeneracy, story.findings.width], [-199, 2, 1]);
 * ```
 */
export function treeDecomposition(options: TreeDecompositionOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["beta", "maxWidth", "maxBytes"]);
  const { beta, maxWidth = DEFAULT_MAX_WIDTH, maxBytes = DEFAULT_MAX_BYTES } = options;
  if (beta !== undefined && !(beta >= 0)) throw new RangeError(`${CANNOT}: beta must be a number from 0, got ${beta}`);
  if (!Number.isInteger(maxWidth) || maxWidth < 0 || maxWidth > LARGEST_MAX_WIDTH) {
    throw new RangeError(
      `${CANNOT}: maxWidth must be an integer from 0 to ${LARGEST_MAX_WIDTH}, got ${maxWidth}`,
    );
  }
  if (!(maxBytes > 0)) throw new RangeError(`${CANNOT}: maxBytes must be a positive number, got ${maxBytes}`);
  return {
    name: NAME,
    origin: { module: import.meta.url, name: NAME, options },
    sample: async (model, sampleOptions = {}) =>
      await sample(model, resolveOptions(NAME, model, sampleOptions, false), { beta, maxWidth, maxBytes }),
  };
}

interface Limits extends DecompositionLimits {
  readonly beta: number | undefined;
}

async function sample(model: Model, options: ResolvedOptions, limits: Limits): Promise<SampleSet> {
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options);
  const progress = new ExactProgress(NAME, model, options, watch);
  const { beta } = limits;
  const goal: EliminationGoal = beta === undefined ? "minimum" : beta === Infinity ? "ground states" : "Gibbs";
  const ising = model.vartype === "ising" ? model : isingFromQubo(model);
  const graph = graphFor(ising, limits, goal === "Gibbs" && beta !== undefined ? beta : 1);
  // who watches can stop before the work starts
  if (goal === "minimum") progress.see(descendedState(model));
  else progress.send();
  let ending = watch.stopped;
  let elimination: Elimination | undefined;
  let eliminated: Eliminated | undefined;
  if (ending === undefined) {
    const driven = await drive(watch, bestOrder(graph, goal, limits));
    ending = driven.ending;
    if (driven.ending === undefined) elimination = driven.result;
  }
  const setupMs = watch.elapsedMs;
  if (elimination !== undefined) {
    const tolerance = RELATIVE_TOLERANCE * sizeOf(graph);
    const driven = await drive(watch, eliminate(graph, elimination, goal, tolerance), (share) => {
      progress.share = share;
      progress.tick();
    });
    ending = driven.ending;
    if (driven.ending === undefined) eliminated = driven.result;
  }
  const drawn = eliminated && await drawRows(eliminated, goal, model.n, options, watch, progress);
  const finalEnding: Ending = drawn?.ending ?? ending ?? "completed";
  const { rows } = progress;
  if (rows.count === 0) progress.add(descendedState(model));
  // the one optimum stands for all reads
  const taken = rows.taken();
  if (goal === "minimum" && rows.complete > 0) {
    rows.complete = options.numReads;
    taken.counts[0] = Math.min(LARGEST_COUNT, options.numReads);
  }
  progress.send();
  const story: Story = {
    sampler: NAME,
    version,
    seed: options.seed,
    options: {
      ...limits,
      beta: beta === undefined ? null : beta === Infinity ? "Infinity" : beta,
      ...reportedOptions(options),
    },
    fingerprint: fingerprint(model),
    vartype: model.vartype,
    variables: model.n,
    kernel: `bucket elimination, ${goal}`,
    completedReads: rows.complete,
    clocks: { startedAt, setupMs, sampleMs: watch.elapsedMs - setupMs },
    ending: finalEnding,
    findings: {
      proven: rows.complete > 0 && goal !== "Gibbs",
      ...(elimination && {
        width: elimination.width,
        rule: elimination.rule,
        tableBytes: eliminationBytes(elimination, goal),
      }),
      ...(eliminated && valuesOf(eliminated, goal, (beta ?? 0) * ising.offset)),
    },
  };
  return { ...taken, ending: finalEnding, story };
}

async function drawRows(
  { draw }: Eliminated,
  goal: EliminationGoal,
  n: number,
  options: ResolvedOptions,
  watch: Stopwatch,
  progress: ExactProgress,
): Promise<{ ending: Ending }> {
  const { rows } = progress;
  const spins = new Int8Array(n);
  const wanted = goal === "minimum" ? 1 : options.numReads;
  const rowsPerSlice = Math.ceil(DRAWS_PER_SLICE / (1 + n));
  progress.share = 1;
  for (;;) {
    const rng = new Rng(options.seed, rows.count);
    draw(spins, () => rng.uint32());
    const found = progress.add(spins);
    rows.complete++;
    if (found <= options.target) return { ending: "target-reached" };
    if (rows.count === wanted) return { ending: "completed" };
    if (rows.count % rowsPerSlice !== 0 || !watch.due) continue;
    await watch.pause();
    progress.tick();
    const ending = watch.stopped;
    if (ending !== undefined) return { ending };
  }
}

function valuesOf({ value, ways }: Eliminated, goal: EliminationGoal, scaledOffset: number): Record<string, number> {
  if (goal === "minimum") return {};
  if (goal === "Gibbs") return { logPartitionFunction: 0 - value - scaledOffset };
  const degeneracy = Math.round(Math.exp(ways));
  return {
    logGroundDegeneracy: ways,
    ...(degeneracy <= LARGEST_EXACT_DEGENERACY && { groundDegeneracy: degeneracy }),
  };
}
