import { type FirstPassageOptions, type FirstPassages, firstPassages, optimalTimeToSolution } from "../analysis/mod.ts";
import type { Model } from "../model/mod.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import type { TtsGapLength, TtsGapSolver } from "./tts_gap_record.ts";
import {
  type ChainSolver,
  type PlannedLength,
  plannedLengths,
  type SampledSolver,
  START,
  TTS_SOLVERS,
  type TtsSolver,
} from "./tts_gap_solvers.ts";

const WARM_READS = 32;
/** Times below what the clock tells apart. */
const LEAST_MS = 1e-6;

/** What a solver is measured on. */
export interface MeasuredModel {
  readonly model: Model;
  readonly groundEnergy: number;
  /** See `fieldSize`. */
  readonly fieldSize: number;
  readonly passages: (options: FirstPassageOptions) => FirstPassages;
}

/** A seed of its own for each solver, run length and use, whichever solvers and lengths are asked for. */
export function seedOf(seed: number, solver: TtsSolver, stream: number, use: number): number {
  return ((seed * 64 + TTS_SOLVERS.indexOf(solver)) * 64 + stream) * 4096 + use;
}

/** The run lengths that are measured next: all of the plan, then, one by one, longer ones while the longest is the best. */
export function lackingLengths(
  solver: TtsSolver,
  n: number,
  measured: readonly TtsGapLength[],
): readonly PlannedLength[] {
  const { always, longer } = plannedLengths(solver, n);
  const there = new Set(measured.map(({ runLength }) => runLength));
  const missing = always.filter(({ runLength }) => !there.has(runLength));
  if (missing.length > 0) return missing;
  const next = longer.find(({ runLength }) => !there.has(runLength));
  return next !== undefined && longestIsBest(measured) ? [next] : [];
}

/** Whether the longest run is the best by what the page says of it, in spin updates; or none of any length solved. */
function longestIsBest(measured: readonly TtsGapLength[]): boolean {
  const counted = measured.map(({ runLength, spinUpdates, successes, trials }) => ({
    ...{ runLength, cost: spinUpdates, successes, trials },
  }));
  // which length is the best needs no replicates
  const { censored, atEnd } = optimalTimeToSolution(counted, { replicates: 2 });
  return censored || atEnd === "longest" || atEnd === "only";
}

/** Makes the reads of a solver at every run length that `kept` lacks; null where it was stopped. */
export async function* measureSolver(
  on: MeasuredModel,
  solver: TtsSolver,
  profile: TtsGapProfile,
  seed: number,
  signal: AbortSignal | undefined,
  kept?: TtsGapSolver,
): AsyncGenerator<string, TtsGapSolver | null> {
  let lengths = kept?.lengths ?? [];
  let options = kept?.options ?? {};
  let warm = false;
  for (let lacking = lackingLengths(solver, on.model.n, lengths); lacking.length > 0;) {
    for (const planned of lacking) {
      yield `${solver.name} at ${planned.runLength}`;
      if (signal?.aborted) return null;
      const measured = solver.kind === "chain"
        ? chainLength(on, solver, planned, profile, seed)
        : await sampledLength(on, solver, planned, profile, seed, signal, warm);
      if (measured === null) return null;
      warm = true;
      if (lengths.every(({ runLength }) => runLength < planned.runLength)) options = measured.options;
      lengths = [...lengths, measured.length].sort((a, b) => a.runLength - b.runLength);
    }
    lacking = lackingLengths(solver, on.model.n, lengths);
  }
  const beta = solver.kind === "chain" ? solver.scaledBeta / on.fieldSize : null;
  const sampler = solver.kind === "chain" ? "firstPassages" : solver.make(solver.lengths[0]).name;
  const unit = solver.kind === "chain" ? "updates" : solver.unit;
  return { name: solver.name, sampler, options, unit, beta, lengths };
}

interface Measured {
  readonly length: TtsGapLength;
  readonly options: Readonly<Record<string, unknown>>;
}

function chainLength(
  on: MeasuredModel,
  solver: ChainSolver,
  { runLength, stream }: PlannedLength,
  profile: TtsGapProfile,
  seed: number,
): Measured {
  const { trials, singleCalls } = profile;
  const beta = solver.scaledBeta / on.fieldSize;
  const options = { beta, from: "uniform", maxUpdates: runLength } as const;
  let start = performance.now();
  const { reached } = on.passages({ ...options, numRuns: trials, seed: seedOf(seed, solver, stream, 0) });
  const runTimeMs = Math.max(LEAST_MS, (performance.now() - start) / trials);
  start = performance.now();
  for (let call = 0; call < singleCalls; call++) {
    firstPassages(on.model)({ ...options, numRuns: 1, seed: seedOf(seed, solver, stream, 1 + call) });
  }
  return {
    length: {
      ...{ runLength, trials, successes: reached.filter((one) => one).length, annealMs: runTimeMs, runTimeMs },
      endToEndMs: Math.max(LEAST_MS, (performance.now() - start) / singleCalls),
      // a run that was there sooner could not know it: runs of one length are charged in full
      spinUpdates: runLength + START * on.model.n,
      matrixVectorProducts: null,
    },
    options: { dynamics: "glauber", ...options },
  };
}

async function sampledLength(
  on: MeasuredModel,
  solver: SampledSolver,
  { runLength, stream }: PlannedLength,
  { trials, singleCalls }: TtsGapProfile,
  seed: number,
  signal: AbortSignal | undefined,
  warm: boolean,
): Promise<Measured | null> {
  const sampler = solver.make(runLength);
  // the compiler and the kernels warm up on reads that are not counted
  if (!warm) await sampler.sample(on.model, { numReads: WARM_READS, seed: seedOf(seed, solver, stream, 4095) });
  let start = performance.now();
  const set = await sampler.sample(on.model, { numReads: trials, seed: seedOf(seed, solver, stream, 0), signal });
  const callMs = performance.now() - start;
  if (set.story.completedReads < trials) return null;
  start = performance.now();
  for (let call = 0; call < singleCalls; call++) {
    // a copy: nothing of it is known from an earlier call
    await sampler.sample({ ...on.model }, { numReads: 1, seed: seedOf(seed, solver, stream, 1 + call) });
  }
  const endToEndMs = Math.max(LEAST_MS, (performance.now() - start) / singleCalls);
  const enough = on.groundEnergy + 1e-9 * Math.max(1, Math.abs(on.groundEnergy));
  return {
    length: {
      ...{ runLength, trials, successes: set.energies.filter((energy) => energy <= enough).length },
      annealMs: Math.max(LEAST_MS, set.story.clocks.sampleMs / trials),
      ...{ runTimeMs: Math.max(LEAST_MS, callMs / trials), endToEndMs },
      ...solver.count(set, runLength),
    },
    options: set.story.options,
  };
}
