import { type FirstPassageOptions, type FirstPassages, firstPassages } from "../analysis/mod.ts";
import type { Model } from "../model/mod.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import type { TtsGapLength, TtsGapSolver } from "./tts_gap_record.ts";
import { type ChainSolver, runLengthsOf, type SampledSolver, TTS_SOLVERS, type TtsSolver } from "./tts_gap_solvers.ts";

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

/** A seed of its own for each solver, run length and use, whichever solvers are asked for. */
export function seedOf(seed: number, solver: TtsSolver, length: number, use: number): number {
  return ((seed * 64 + TTS_SOLVERS.indexOf(solver)) * 64 + length) * 4096 + use;
}

/** Makes the reads of a solver, run length by run length; null where it was stopped. */
export async function* measureSolver(
  on: MeasuredModel,
  solver: TtsSolver,
  profile: TtsGapProfile,
  seed: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, TtsGapSolver | null> {
  const lengths: TtsGapLength[] = [];
  let options: Readonly<Record<string, unknown>> = {};
  const count = runLengthsOf(solver, on.model.n).length;
  for (let k = 0; k < count; k++) {
    yield `${solver.name} ${k + 1}/${count}`;
    if (signal?.aborted) return null;
    const measured = solver.kind === "chain"
      ? chainLength(on, solver, k, profile, seed)
      : await sampledLength(on, solver, k, profile, seed, signal);
    if (measured === null) return null;
    lengths.push(measured.length);
    options = measured.options;
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
  k: number,
  profile: TtsGapProfile,
  seed: number,
): Measured {
  const { trials, singleCalls } = profile;
  const runLength = runLengthsOf(solver, on.model.n)[k];
  const beta = solver.scaledBeta / on.fieldSize;
  const options = { beta, from: "uniform", maxUpdates: runLength } as const;
  let start = performance.now();
  const { reached } = on.passages({ ...options, numRuns: trials, seed: seedOf(seed, solver, k, 0) });
  const runTimeMs = Math.max(LEAST_MS, (performance.now() - start) / trials);
  start = performance.now();
  for (let call = 0; call < singleCalls; call++) {
    firstPassages(on.model)({ ...options, numRuns: 1, seed: seedOf(seed, solver, k, 1 + call) });
  }
  return {
    length: {
      ...{ runLength, trials, successes: reached.filter((one) => one).length, annealMs: runTimeMs, runTimeMs },
      endToEndMs: Math.max(LEAST_MS, (performance.now() - start) / singleCalls),
      // a run that was there sooner could not know it: runs of one length are charged in full
      spinUpdates: runLength,
      matrixVectorProducts: null,
    },
    options: { dynamics: "glauber", ...options },
  };
}

async function sampledLength(
  on: MeasuredModel,
  solver: SampledSolver,
  k: number,
  { trials, singleCalls }: TtsGapProfile,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Measured | null> {
  const runLength = solver.lengths[k];
  const sampler = solver.make(runLength);
  // the compiler and the kernels warm up on reads that are not counted
  if (k === 0) await sampler.sample(on.model, { numReads: WARM_READS, seed: seedOf(seed, solver, k, 4095) });
  let start = performance.now();
  const set = await sampler.sample(on.model, { numReads: trials, seed: seedOf(seed, solver, k, 0), signal });
  const callMs = performance.now() - start;
  if (set.story.completedReads < trials) return null;
  start = performance.now();
  for (let call = 0; call < singleCalls; call++) {
    // a copy: nothing of it is known from an earlier call
    await sampler.sample({ ...on.model }, { numReads: 1, seed: seedOf(seed, solver, k, 1 + call) });
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
