import type { Model } from "../model/mod.ts";
import { drive } from "./_drive.ts";
import type { ResolvedOptions } from "./_options.ts";
import {
  Control,
  type DealMessage,
  type FromWorker,
  KEPT_MODELS,
  type PrepareMessage,
  REOPENED,
  type RowsMessage,
} from "./_pool_messages.ts";
import type { Report } from "./_report.ts";
import type { Rows } from "./_rows.ts";
import type { ReadOutcome } from "./_run_reads.ts";
import { sharedModel } from "./_shared_model.ts";
import type { Stopwatch } from "./_stopwatch.ts";
import { newThread, returnThreads, takeThreads, type Thread } from "./_threads.ts";
import type { Ending, SamplerOrigin } from "./types.ts";
import { pack, unpack } from "./_wire.ts";

const MAX_DEATHS = 3;
const MAX_UNITS = 2 ** 20;

/** What the pool needs to know of a call. */
export interface PooledReads {
  readonly sampler: string;
  readonly origin: SamplerOrigin;
  readonly model: Model;
  readonly options: ResolvedOptions;
  readonly watch: Stopwatch;
  readonly rows: Rows;
  readonly report: Report;
}

/**
 * Makes the reads of a call in threads; which of them makes which read makes no difference. Undefined if the call is stopped
 * before there are threads for it, or is too short to start them.
 */
export async function readInWorkers(call: PooledReads): Promise<ReadOutcome | undefined> {
  const { options, watch } = call;
  const copied = await drive(watch, sharedModel(call.model));
  if (copied.ending !== undefined) return undefined;
  const count = Math.min(options.numWorkers, options.numReads);
  const threads = await takeThreads(count, options, options.timeLimitMs - watch.elapsedMs);
  if (threads === undefined) return undefined;
  const job = new Job(call, threads, copied.result);
  try {
    return await job.run();
  } finally {
    returnThreads(threads);
  }
}

/** One call, and the threads that work for it. */
class Job {
  readonly #call: PooledReads;
  readonly #threads: Thread[];
  /** The model in shared memory. */
  readonly #copy: { readonly id: number; readonly model: Model };
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * Control.words));
  readonly #received = new Set<number>();
  readonly #end = Promise.withResolvers<void>();
  readonly #outcome: { kernel: string; options: Readonly<Record<string, unknown>>; setupMs: number } = {
    kernel: "none",
    options: {},
    setupMs: 0,
  };
  readonly #findings: Readonly<Record<string, number | string | boolean>>[] = [];
  readonly #endings: Ending[] = [];
  #deal: Omit<DealMessage, "worker"> | undefined;
  #running: number;
  #deaths = 0;
  #hit = Infinity;
  #failure: { readonly error: unknown } | undefined;

  constructor(call: PooledReads, threads: Thread[], copy: { readonly id: number; readonly model: Model }) {
    this.#call = call;
    this.#copy = copy;
    this.#threads = threads;
    this.#running = threads.length;
    this.#control[Control.limit] = 2 ** 31 - 1;
  }

  async run(): Promise<ReadOutcome> {
    const { options: { signal }, watch, rows } = this.#call;
    const stop = () => this.#stop();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    this.#threads.forEach((_, w) => this.#prepare(w));
    await this.#end.promise;
    signal?.removeEventListener("abort", stop);
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#hit < Infinity) rows.dropAfter(this.#hit);
    const ending = this.#hit < Infinity ? "target-reached" : this.#endings.find((one) => one !== "completed") ??
      (watch.stopped && rows.count === 0 ? watch.stopped : "completed");
    return { ...this.#outcome, ending, findings: agreed(this.#findings) };
  }

  #stop(): void {
    Atomics.store(this.#control, Control.stop, 1);
  }

  #prepare(w: number): void {
    const { origin, options, watch } = this.#call;
    const thread = this.#threads[w];
    thread.worker.on("message", (message) => this.#hear(w, unpack<FromWorker>(message)));
    thread.worker.on("error", () => {});
    thread.worker.on("exit", () => this.#died(w));
    const copy = this.#copy;
    const known = thread.models.includes(copy.id);
    const { numReads, seed, target, initialStates, timeLimitMs } = options;
    const message: PrepareMessage = {
      kind: "prepare",
      origin,
      modelId: copy.id,
      model: known ? undefined : copy.model,
      numReads,
      seed,
      target,
      initialStates,
      deadline: Date.now() + timeLimitMs - watch.elapsedMs,
      control: this.#control,
    };
    thread.worker.postMessage(pack(message));
    thread.models = [...thread.models.filter((id) => id !== copy.id), copy.id].slice(-KEPT_MODELS);
  }

  #hear(w: number, message: FromWorker): void {
    try {
      this.#take(w, message);
      this.#call.report.tick();
    } catch (error) {
      // what onProgress throws is for the caller of sample()
      this.#fail(error);
    }
    if (message.kind === "finished" || message.kind === "failed") this.#leave(w);
  }

  #take(w: number, message: FromWorker): void {
    const { report } = this.#call;
    if (message.kind === "prepared") {
      this.#deal ??= this.#firstDeal(message.lanes);
      const { kernel, options } = message;
      if (this.#outcome.kernel === "none") {
        Object.assign(this.#outcome, { kernel, options, setupMs: this.#call.watch.elapsedMs });
      }
      const deal: DealMessage = { ...this.#deal, worker: w };
      this.#threads[w].worker.postMessage(pack(deal));
    } else if (message.kind === "rows") this.#takeRows(message);
    else if (message.kind === "glimpse") report.see(message.values, message.energy);
    else if (message.kind === "hit") this.#reached(message.read);
    else if (message.kind === "finished") {
      this.#endings.push(message.ending);
      this.#findings.push(message.findings);
    } else this.#fail(errorOf(message));
  }

  #firstDeal(lanes: number): Omit<DealMessage, "worker"> {
    const { numReads, target } = this.#call.options;
    // narrow batches give every thread something to do; with a target, whole ones end where they end in one thread
    let width = lanes;
    while (target === -Infinity && width > 1 && numReads <= (this.#threads.length - 1) * width) width /= 2;
    const unit = width * Math.ceil(numReads / width / MAX_UNITS);
    const owners = new Int32Array(new SharedArrayBuffer(4 * Math.ceil(numReads / unit)));
    return { kind: "deal", width, unit, owners };
  }

  #takeRows({ reads, states, energies, complete, units }: RowsMessage): void {
    const { rows, report, model: { n } } = this.#call;
    for (let r = 0; r < reads.length; r++) {
      const values = states.subarray(r * n, (r + 1) * n);
      rows.add(reads[r], values, energies[r], complete[r] === 1);
      report.see(values, energies[r]);
    }
    for (const unit of units) this.#received.add(unit);
  }

  #reached(read: number): void {
    if (this.#deal === undefined || read > this.#hit) return;
    this.#hit = read;
    Atomics.store(this.#control, Control.limit, Math.floor(read / this.#deal.unit));
  }

  // what a dead thread had been dealt is dealt again, to a new thread in its place
  #died(w: number): void {
    const dead = this.#threads[w];
    dead.dead = true;
    if (++this.#deaths > MAX_DEATHS) {
      this.#fail(
        new Error(
          `Cannot sample with ${this.#call.sampler}: its threads ended ${this.#deaths} times without a word; use ` +
            `numWorkers: 1 to see why`,
        ),
      );
      this.#leave(w);
      return;
    }
    const owners = this.#deal?.owners ?? new Int32Array(0);
    owners.forEach((owner, unit) => {
      if (owner === w + 1 && !this.#received.has(unit)) Atomics.store(owners, unit, REOPENED);
    });
    this.#threads[w] = newThread();
    this.#prepare(w);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stop();
  }

  #leave(w: number): void {
    const thread = this.#threads[w];
    for (const event of ["message", "exit"]) thread.worker.removeAllListeners(event);
    // it may still end while the others work: no call must wait for it then
    thread.worker.on("exit", () => thread.dead = true);
    if (--this.#running === 0) this.#end.resolve();
  }
}

// findings of a thread tell of its own reads: what they do not agree on is not the call's
function agreed(
  all: readonly Readonly<Record<string, number | string | boolean>>[],
): Record<string, number | string | boolean> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(Object.entries(first).filter(([key, value]) => others.every((one) => one[key] === value)));
}

function errorOf({ name, message }: { name: string; message: string }): Error {
  const kinds: Readonly<Record<string, ErrorConstructor>> = { RangeError, TypeError };
  return new (kinds[name] ?? Error)(message);
}
