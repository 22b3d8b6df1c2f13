import { type Model, readProblem, version } from "../lib/model/mod.ts";
import * as samplers from "../lib/samplers/mod.ts";
import type { Sampler, SampleSet } from "../lib/samplers/mod.ts";
import type { Answer, Job, Reading } from "./_leaderboard_types.ts";

const MANY_READS = 1_000_000;
const WARM_READS = 64;
const WARM_MS = 300;
const FIRST_LENGTH = 100;
const KEPT_IMPROVEMENTS = 32;
const TRIAL_SHARE = 0.1;
const LEFT_SHARE = 0.15;
const FILLED_SHARE = 0.6;

let kept: { key: string; model: Model; terms: number; readMs: number } | undefined;

/** True if this version has a factory of that name. */
export function hasSampler(name: string): boolean {
  return typeof Object.getOwnPropertyDescriptor(samplers, name)?.value === "function";
}

/** Runs one job with a sampler of ours. */
export async function runJob(job: Job, pinned: boolean): Promise<Answer> {
  const { model, terms, readMs } = await load(job.file, job.as);
  const threads = job.numWorkers === undefined ? {} : { numWorkers: job.numWorkers };
  if (job.warmUp) {
    const warm = { seed: 0, numReads: WARM_READS, timeLimitMs: WARM_MS, ...threads };
    await make(job, job.length ?? FIRST_LENGTH).sample(model, warm);
  }
  const { set, callMs, length, calls, reads, annealMs, best, reachedMs, trace } = job.timeLimitMs === undefined
    ? await counted(job, model, threads)
    : await within(job, model, job.timeLimitMs);
  return {
    ok: true,
    versions: { qama: version },
    terms,
    length,
    calls,
    reads,
    bestEnergy: best,
    // reading gives the model at once
    clocks: { readMs, convertMs: 0, annealMs, callMs, totalMs: readMs + callMs },
    ...(job.timeLimitMs === undefined ? { energies: [...set.energies] } : { reachedMs, trace }),
    kernel: set.story.kernel,
    pinned,
  };
}

interface Outcome {
  readonly set: SampleSet;
  readonly length: number | null;
  readonly calls: number;
  readonly reads: number;
  readonly best: number;
  readonly annealMs: number;
  readonly callMs: number;
  readonly reachedMs: number | null;
  readonly trace: [number, number][];
}

async function counted(job: Job, model: Model, threads: { numWorkers?: number }): Promise<Outcome> {
  const sampler = make(job, job.length);
  const start = performance.now();
  const set = await sampler.sample(model, {
    numReads: job.numReads,
    seed: job.seed,
    ...threads,
  });
  const callMs = performance.now() - start;
  const best = samplers.lowest(set).energy;
  const annealMs = set.story.clocks.sampleMs;
  return {
    set,
    length: job.length,
    calls: 1,
    reads: set.energies.length,
    best,
    annealMs,
    callMs,
    reachedMs: null,
    trace: [],
  };
}

/** Restarts of a given length until the time is up; without one, a short read, a trial, and one as long as the time allows. */
async function within(job: Job, model: Model, limit: number): Promise<Outcome> {
  const fill = job.length === null && !job.ownTime;
  const trace: [number, number][] = [];
  let [spent, calls, reads, annealMs, best] = [0, 0, 0, 0, Infinity];
  let length = fill ? FIRST_LENGTH : job.length;
  let reachedMs: number | null = null;
  for (;;) {
    const sampler = make(job, length);
    const start = performance.now();
    const before = spent;
    const set = await sampler.sample(model, {
      numReads: fill ? 1 : MANY_READS,
      seed: job.seed * 100_003 + calls,
      timeLimitMs: Math.max(1, limit - spent),
      ...(job.target === undefined ? {} : { target: job.target }),
      onProgress({ lowestEnergy }) {
        if (!(lowestEnergy < best)) return;
        best = lowestEnergy;
        trace.push([before + performance.now() - start, best]);
      },
    });
    const callMs = performance.now() - start;
    spent += callMs;
    calls++;
    reads += set.story.completedReads;
    annealMs += set.story.clocks.sampleMs;
    // what counts is recomputed from the states
    best = Math.min(best, samplers.lowest(set).energy);
    if (job.target !== undefined && samplers.lowest(set).energy <= job.target) reachedMs = spent;
    const remaining = limit - spent;
    if (reachedMs !== null || !fill || remaining < LEFT_SHARE * limit) {
      const rounded = trace.slice(-KEPT_IMPROVEMENTS).map((
        [ms, e],
      ): [number, number] => [Math.round(ms * 1000) / 1000, e]);
      return { set, length, calls, reads, best, annealMs, callMs: spent, reachedMs, trace: rounded };
    }
    // a read that is cut short is worth little: its length is set by a longer trial, and leaves some time
    const share = calls === 1 ? TRIAL_SHARE : FILLED_SHARE;
    length = Math.max(1, Math.floor((length ?? 1) * share * remaining / callMs));
  }
}

function make(job: Job, length: number | null): Sampler {
  const factory: unknown = Object.getOwnPropertyDescriptor(samplers, job.sampler)?.value;
  if (typeof factory !== "function") throw new TypeError(`qama/samplers has no ${job.sampler}`);
  const sized = length === null || job.lengthOption === undefined ? {} : { [job.lengthOption]: length };
  return factory({ ...job.options, ...sized });
}

async function load(file: string, as: Reading): Promise<NonNullable<typeof kept>> {
  const key = `${as}:${file}`;
  if (kept?.key === key) return kept;
  const start = performance.now();
  const { model } = await readProblem(file, { as });
  kept = { key, model, terms: termsOf(model), readMs: performance.now() - start };
  return kept;
}

function termsOf({ couplings }: Model): number {
  if (couplings.form === "factored") return couplings.n * (couplings.n - 1) / 2;
  return couplings.values.reduce((count, value) => value === 0 ? count : count + 1, 0) / 2;
}
