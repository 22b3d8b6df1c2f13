import { checkOptionNames, fingerprint, isingFromQubo, quboFromIsing, version } from "../model/mod.ts";
import type { Model } from "../model/mod.ts";
import { descendedState } from "./_descended_state.ts";
import { drive } from "./_drive.ts";
import { ExactProgress } from "./_exact_progress.ts";
import { type HighsEnding, runHighs } from "./_highs_thread.ts";
import { linearised, type LinearProgram } from "./_linearised.ts";
import { type ResolvedOptions, resolveOptions } from "./_options.ts";
import { reportedOptions } from "./_run_reads.ts";
import { Stopwatch } from "./_stopwatch.ts";
import { tabuSearch } from "./tabu_search.ts";
import type { Ending, Sampler, SampleSet, Story } from "./types.ts";

const NAME = "mixedInteger";
const CANNOT = "Cannot solve the model";
const START_ROUNDS = 20;
const TARGET_MARGIN = 1e-7;
const LARGEST_COUNT = 2 ** 32 - 1;

/** How {@link mixedInteger} works. */
export interface MixedIntegerOptions {
  /** Rounds of the tabu search that looks for a state to start from; 0 starts from a descent. @default {20} */
  readonly startRounds?: number;
}

/**
 * Makes an exact sampler that proves the optimum by branch and cut: the open solver HiGHS, in a thread of its own.
 *
 * Every product `x_i x_j` of the QUBO becomes a continuous variable y in [0, 1]: `y >= x_i + x_j - 1` where its coefficient is
 * positive, `y <= x_i` and `y <= x_j` where it is negative; the sense of the minimum makes y the product. Every triangle of
 * coupled variables adds its four inequalities (`y_ij + y_ik <= x_i + y_jk`, `x_i + x_j + x_k <= 1 + y_ij + y_ik + y_jk`),
 * unless there are more than 20000 triangles. Where a state and its reverse have the same energy, one bit is fixed. HiGHS starts from the lowest state of a short tabu search and mostly has the bound to
 * raise. The set has one row, whose count is `numReads`: a proven optimum, or the lowest state seen if the
 * call is stopped.
 *
 * The story's findings tell `proven`, `bound` (no state has a lower energy; absent before the first), `gap` (energy of the row
 * less the bound, 0 if proven), `nodes` of the search tree, `columns` and `rows` of the program. Proofs hold to the
 * tolerances of HiGHS, 1e-6 of the program's unit, which is 1/512 to 1/1024 of the largest coefficient: about 1e-9 of it. `seed` only
 * changes the start, `numWorkers` makes no difference.
 *
 * Good for sparse models: 50 variables of 10 % density are proved in 0.1 s, 100 in 1 to 12 s. Dense ones are for up to about 30
 * variables (dense +-1 of 20 in 1 s, QUBO of 40 in 4 s), unless most coefficients have one sign; beyond that the linear bound is
 * far below and the time grows exponentially. `treeDecomposition` is faster wherever its width allows.
 *
 * @param options see {@link MixedIntegerOptions}
 * @returns a sampler; it rejects with a RangeError above 200000 couplings
 * @throws {TypeError} if an option is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost exponential in the worst case; the first call starts the thread, about 0.2 s. The thread never keeps a program alive.
 * A stop is honoured within about 10 ms: a thread that does not answer is ended.
 * Source: Glover and Woolsey, Converting the 0-1 polynomial programming problem to a 0-1 linear program (1974), DOI
 * 10.1287/opre.22.1.180; Huangfu and Hall, Parallelizing the dual revised simplex method (2018), DOI
 * 10.1007/s12532-017-0130-5, for HiGHS. Differs in: of the rows of a product only those that bind are there.
 *
 * @example Two bits of which at most one pays
 * ```ts
 * import { mixedInteger } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, -2] });
 * const { states, story } = await mixedInteger().sample(model);
 * assertEquals([...states, story.findings.proven, story.findings.bound], [0, 1, true, -2]);
 * ```
 */
export function mixedInteger(options: MixedIntegerOptions = {}): Sampler {
  checkOptionNames(CANNOT, options, ["startRounds"]);
  const { startRounds = START_ROUNDS } = options;
  if (!Number.isSafeInteger(startRounds) || startRounds < 0) {
    throw new RangeError(`${CANNOT}: startRounds must be an integer from 0, got ${startRounds}`);
  }
  return {
    name: NAME,
    origin: { module: import.meta.url, name: NAME, options },
    sample: async (model, sampleOptions = {}) =>
      await sample(model, resolveOptions(NAME, model, sampleOptions, false), startRounds),
  };
}

async function sample(model: Model, options: ResolvedOptions, startRounds: number): Promise<SampleSet> {
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options);
  const progress = new ExactProgress(NAME, model, options, watch);
  const qubo = model.vartype === "qubo" ? model : quboFromIsing(model);
  const ising = model.vartype === "ising" ? model : isingFromQubo(model);
  const symmetric = ising.linear.every((h) => h === 0);
  const work = linearised(qubo, symmetric);
  // refuses a model that is too large before anything else is done
  work.next();
  const spins = new Int8Array(model.n);
  let best = await startState(model, options, startRounds, watch);
  let found = progress.see(best);
  let ending = found <= options.target ? "target-reached" : watch.stopped;
  let program: LinearProgram | undefined;
  if (ending === undefined) {
    const driven = await drive(watch, work);
    ending = driven.ending;
    if (driven.ending === undefined) program = driven.result;
  }
  const setupMs = watch.elapsedMs;
  let solved: HighsEnding | undefined = model.n === 0 ? "proven" : undefined;
  let [bound, nodes] = [-Infinity, 0];
  if (program !== undefined && solved === undefined) {
    const { scale, upper } = program;
    const fixed = symmetric ? upper.indexOf(0) : -1;
    const reverse = fixed >= 0 && best[fixed] > 0 ? -1 : 1;
    solved = await runHighs({
      program,
      start: best.map((s) => s * reverse > 0 ? 1 : 0),
      remainingMs: () => options.timeLimitMs - watch.elapsedMs,
      target: (options.target - qubo.offset) * scale + TARGET_MARGIN,
      signal: options.signal,
      onBits(bits) {
        for (let i = 0; i < bits.length; i++) spins[i] = bits[i] === 1 ? 1 : -1;
        const energy = progress.see(spins);
        if (!(energy < found)) return;
        found = energy;
        best = spins.slice();
      },
      onBound(value, searched) {
        bound = Math.max(bound, value / scale + qubo.offset);
        nodes = searched;
      },
      onTick: () => progress.tick(),
    });
  }
  const proven = solved === "proven";
  if (proven) progress.share = 1;
  ending ??= found <= options.target ? "target-reached" : proven ? "completed" : watch.stopped;
  const finalEnding: Ending = ending ?? "completed";
  progress.add(best);
  const taken = progress.rows.taken();
  taken.counts[0] = Math.min(LARGEST_COUNT, options.numReads);
  progress.rows.complete = proven ? options.numReads : 0;
  progress.send();
  const least = proven ? found : Math.min(bound, found);
  const story: Story = {
    sampler: NAME,
    version,
    seed: options.seed,
    options: { startRounds, ...reportedOptions(options) },
    fingerprint: fingerprint(model),
    vartype: model.vartype,
    variables: model.n,
    kernel: "HiGHS 1.15.3",
    completedReads: progress.rows.complete,
    clocks: { startedAt, setupMs, sampleMs: watch.elapsedMs - setupMs },
    ending: finalEnding,
    findings: {
      proven,
      ...(least > -Infinity && { bound: least, gap: found - least }),
      nodes,
      ...(program && { columns: program.costs.length, rows: program.limits.length }),
    },
  };
  return { ...taken, ending: finalEnding, story };
}

/** Spins of the lowest state of a short search, or of a descent where there is no time or no wish for one. */
async function startState(
  model: Model,
  options: ResolvedOptions,
  numRounds: number,
  watch: Stopwatch,
): Promise<Int8Array> {
  if (numRounds === 0 || watch.stopped !== undefined) return descendedState(model);
  const { seed, signal, target } = options;
  const timeLimitMs = Math.max(1, options.timeLimitMs - watch.elapsedMs);
  const { states } = await tabuSearch({ numRounds }).sample(model, { seed, signal, target, timeLimitMs });
  return states.map((value) => value > 0 ? 1 : -1);
}
