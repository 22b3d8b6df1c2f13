import { fingerprintWork, finished, type Model, version, type Work } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { drive } from "./_drive.ts";
import type { ResolvedOptions } from "./_options.ts";
import type { Reader } from "./_reader.ts";
import { fillInitial, readBatches, type ReadDeal } from "./_read_batches.ts";
import { Report } from "./_report.ts";
import { Rows, scored } from "./_rows.ts";
import { spinLoops } from "./_spin_loops.ts";
import { Stopwatch } from "./_stopwatch.ts";
import type { Ending, SamplerOrigin, SampleSet, Story } from "./types.ts";
import { readInWorkers } from "./_worker_pool.ts";

export type { Reader, ReadStart } from "./_reader.ts";

const SETTLING_MS = 5;
const DESCENT_UP_TO = 1e6;

/** What a sampler is, for the reads it makes. */
export interface ReadRequest {
  readonly sampler: string;
  /** How a worker makes the sampler again; without it every read runs in this thread. */
  readonly origin?: SamplerOrigin;
  readonly model: Model;
  readonly options: ResolvedOptions;
  /** Prepares the algorithm for reads that end at `target`, an energy of the model, in slices; timed as setup. */
  readonly prepare: (target: number) => Work<Reader>;
  /** False if a state stays as it is drawn, also where a call is stopped at once. @default {true} */
  readonly descends?: boolean;
}

/** What the reads tell beside their rows. */
export interface ReadOutcome extends Pick<Reader, "kernel" | "options" | "findings"> {
  readonly ending: Ending;
  readonly setupMs: number;
}

/** Runs the reads, one stream each, until they are done or something stops them, and tells the story. */
export async function runReads(request: ReadRequest): Promise<SampleSet> {
  const { sampler, model, options } = request;
  const startedAt = new Date().toISOString();
  const watch = new Stopwatch(options, options.share?.flag);
  const rows = new Rows(model.n);
  const report = new Report(sampler, options, watch, rows);
  // before the reads, for it takes a while and a time limit is to be kept; a worker's set is not looked at
  const hashed = options.share === undefined ? await drive(watch, fingerprintWork(model)) : { result: "" };
  const outcome = hashed.ending === undefined
    ? await makeReads(request, watch, rows, report)
    : stoppedEarly(hashed.ending, watch);
  if (options.share === undefined && rows.count === 0) addInitial(request, rows);
  const { kernel, ending, setupMs } = outcome;
  report.end();
  const story: Story = {
    sampler,
    version,
    seed: options.seed,
    options: { ...outcome.options, ...reportedOptions(options) },
    fingerprint: hashed.ending === undefined ? hashed.result : "",
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

async function makeReads(request: ReadRequest, watch: Stopwatch, rows: Rows, report: Report): Promise<ReadOutcome> {
  const { sampler, model, options, origin } = request;
  const { share, numWorkers, numReads } = options;
  if (share === undefined && numWorkers > 1 && numReads > 1 && origin !== undefined && watch.stopped === undefined) {
    const pooled = await readInWorkers({ sampler, origin, model, options, watch, rows, report });
    if (pooled !== undefined) return pooled;
  }
  const prepared = await drive(watch, request.prepare(options.target));
  if (prepared.ending !== undefined) return stoppedEarly(prepared.ending, watch);
  const reader = prepared.result;
  const setupMs = watch.elapsedMs;
  const ending = await closing(reader, async () => {
    const deal = share === undefined ? localDeal(reader, options, rows, report) : await share.open(reader, setupMs);
    return await readBatches(reader, model, options, watch, deal);
  });
  return { kernel: reader.kernel, options: reader.options, findings: reader.findings, ending, setupMs };
}

// nothing is known of a reader that was never ready
function stoppedEarly(ending: Ending, watch: Stopwatch): ReadOutcome {
  return { kernel: "none", options: {}, ending, setupMs: watch.elapsedMs };
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

// stopped before there was a row: from the initial state of read 0 down, where the model is small enough to be looked at
function addInitial({ model, options, descends = true }: ReadRequest, rows: Rows): void {
  const [spins, values] = [new Int8Array(model.n), new Int8Array(model.n)];
  fillInitial(spins, model, options, 0, new Rng(options.seed, 0));
  const { couplings } = model;
  if (descends && (couplings.form === "factored" || couplings.values.length <= DESCENT_UP_TO)) {
    const start = performance.now();
    const loops = finished(spinLoops(model));
    loops.load(spins);
    while (loops.descend(spins) > 0 && performance.now() - start < SETTLING_MS);
  }
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
