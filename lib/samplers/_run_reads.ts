import { fingerprint, type Model, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import type { ResolvedOptions } from "./_options.ts";
import type { Reader } from "./_reader.ts";
import { fillInitial, readBatches, type ReadDeal } from "./_read_batches.ts";
import { Report } from "./_report.ts";
import { Rows, scored } from "./_rows.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Ending, SamplerOrigin, SampleSet, Story } from "./types.ts";
import { readInWorkers } from "./_worker_pool.ts";

export type { Reader, ReadStart } from "./_reader.ts";

/** What a sampler is, for the reads it makes. */
export interface ReadRequest {
  readonly sampler: string;
  /** How a worker makes the sampler again; without it every read runs in this thread. */
  readonly origin?: SamplerOrigin;
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** Prepares the algorithm for reads that end at `target`, an energy of the model; timed as setup. */
  readonly prepare: (target: number) => Reader;
}

/** What the reads tell beside their rows. */
export interface ReadOutcome extends Pick<Reader, "kernel" | "options" | "findings"> {
  readonly ending: Ending;
  readonly setupMs: number;
}

/** Runs the reads, one stream each, until they are done or something stops them, and tells the story. */
export async function runReads(request: ReadRequest): Promise<SampleSet> {
  const { sampler, model, options, origin } = request;
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options, options.share?.flag);
  const rows = new Rows(model.n);
  const report = new Report(sampler, options, watch, rows);
  let outcome: ReadOutcome;
  const shared = options.share;
  // made before the reads, for it takes a while and a time limit is to be kept; a worker's set is not looked at
  const identity = shared === undefined ? fingerprint(model) : "";
  const pooled = shared === undefined && options.numWorkers > 1 && options.numReads > 1 && origin !== undefined &&
      watch.stopped === undefined
    ? await readInWorkers({ sampler, origin, model, options, watch, rows, report })
    : undefined;
  if (shared !== undefined) {
    const reader = request.prepare(options.target);
    const ending = await closing(reader, async () => {
      const deal = await shared.open(reader, watch.elapsedMs);
      return readBatches(reader, model, options, watch, deal);
    });
    outcome = { ...reader, ending, setupMs: 0 };
  } else if (pooled !== undefined) {
    outcome = pooled;
    if (rows.count === 0) addInitial(model, options, rows);
  } else {
    const reader = request.prepare(options.target);
    const setupMs = watch.elapsedMs;
    const deal = localDeal(reader, options, rows, report);
    const ending = await closing(reader, () => readBatches(reader, model, options, watch, deal));
    outcome = { kernel: reader.kernel, options: reader.options, findings: reader.findings, ending, setupMs };
  }
  const { kernel, ending, setupMs } = outcome;
  report.end();
  const story: Story = {
    sampler,
    version,
    seed: options.seed,
    options: { ...outcome.options, ...reportedOptions(options) },
    fingerprint: identity,
    vartype: model.vartype,
    variables: model.n,
    kernel,
    completedReads: rows.complete,
    clocks: { startedAt, setupMs, sampleMs: watch.elapsedMs - setupMs },
    ending,
    findings: { ...outcome.findings },
  };
  return { ...rows.taken(), ending, story };
}

async function closing(reader: Reader, work: () => Promise<Ending>): Promise<Ending> {
  try {
    return await work();
  } finally {
    reader.close?.();
  }
}

// all reads in order, rows straight into the set
function localDeal(reader: Reader, options: ResolvedOptions, rows: Rows, report: Report): ReadDeal {
  const width = reader.lanes ?? 1;
  let next = 0;
  return {
    width,
    next() {
      const first = next;
      next += width;
      return first < options.numReads ? first : -1;
    },
    dropped: () => false,
    row(read, values, found, complete) {
      rows.add(read, values, found, complete);
      report.see(values, found);
    },
    glimpse: (values, found) => report.see(values, found),
    done: () => report.tick(),
    hit() {},
    tick: () => report.tick(),
  };
}

// stopped before any worker had a row: the initial state of read 0 is still something
function addInitial(model: Model, options: ResolvedOptions, rows: Rows): void {
  const [spins, values] = [new Int8Array(model.n), new Int8Array(model.n)];
  fillInitial(spins, model, options, 0, new Rng(options.seed, 0));
  rows.add(0, values, scored(model, spins, values));
}

/** The sample options as a story keeps them. */
export function reportedOptions(options: ResolvedOptions): Record<string, unknown> {
  const { numReads, timeLimitMs, target, initialStates } = options;
  return {
    numReads,
    timeLimitMs: Number.isFinite(timeLimitMs) ? timeLimitMs : null,
    target: Number.isFinite(target) ? target : null,
    initialStates: initialStates === undefined ? "drawn" : "given",
  };
}
