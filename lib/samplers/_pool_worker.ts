// A thread of the pool: makes the sampler of a job again and the reads it is dealt.
import { parentPort } from "node:worker_threads";
import type { Model } from "../model/mod.ts";
import { type ReadShare, SHARE } from "./_options.ts";
import {
  Control,
  type DealMessage,
  type FromWorker,
  KEPT_MODELS,
  type PrepareMessage,
  REOPENED,
} from "./_pool_messages.ts";
import type { ReadDeal } from "./_read_batches.ts";
import type { Reader } from "./_reader.ts";
import { samplerFromOrigin } from "./sampler_from_origin.ts";
import { pack, unpack } from "./_wire.ts";
import type { Ending, SampleOptions, Sampler } from "./types.ts";

const FLUSH_MS = 20;

const models = new Map<number, Model>();
let dealt: ((message: DealMessage) => void) | undefined;

const say = (message: FromWorker, transfer: ArrayBuffer[] = []) => parentPort?.postMessage(pack(message), transfer);

parentPort?.on("message", (packed) => {
  const message = unpack<PrepareMessage | DealMessage>(packed);
  if (message.kind === "deal") dealt?.(message);
  else work(message).catch(({ name, message }: Error) => say({ kind: "failed", name, message }));
});

async function work(job: PrepareMessage): Promise<void> {
  // first of all: the pool will not send it again, whatever becomes of this job
  const model = job.model ?? models.get(job.modelId);
  if (model === undefined) throw new Error(`Cannot sample: the worker does not have model ${job.modelId}`);
  models.delete(job.modelId);
  models.set(job.modelId, model);
  for (const id of models.keys()) if (models.size > KEPT_MODELS) models.delete(id);
  const sampler: Sampler<SampleOptions & { readonly [SHARE]: ReadShare }> = await samplerFromOrigin(job.origin);
  let reader: Reader | undefined;
  let deal: (ReadDeal & { flush(): void }) | undefined;
  const set = await sampler.sample(model, {
    numReads: job.numReads,
    seed: job.seed,
    target: job.target,
    initialStates: job.initialStates,
    timeLimitMs: Math.max(1e-3, job.deadline - Date.now()),
    [SHARE]: {
      flag: job.control.subarray(Control.stop, Control.stop + 1),
      async open(made) {
        reader = made;
        const asked = new Promise<DealMessage>((resolve) => dealt = resolve);
        say({ kind: "prepared", kernel: made.kernel, options: made.options, lanes: made.lanes ?? 1 });
        deal = sharedDeal(job, await asked, model.n);
        return deal;
      },
    },
  });
  deal?.flush();
  const ending: Ending = set.ending;
  say({ kind: "finished", ending, findings: { ...reader?.findings } });
}

function sharedDeal(
  { control, numReads }: PrepareMessage,
  { worker, width, unit, owners }: DealMessage,
  n: number,
): ReadDeal & { flush(): void } {
  let next = 0;
  let end = 0;
  let lowest = Infinity;
  let flushedAt = performance.now();
  let reads: number[] = [];
  let energies: number[] = [];
  let complete: number[] = [];
  let states: Int8Array[] = [];
  let units: number[] = [];

  const flush = () => {
    flushedAt = performance.now();
    if (reads.length === 0) return;
    const block = new Int8Array(reads.length * n);
    states.forEach((values, r) => block.set(values, r * n));
    say({
      kind: "rows",
      reads: Float64Array.from(reads),
      states: block,
      energies: Float64Array.from(energies),
      complete: Uint8Array.from(complete),
      units,
    }, [block.buffer]);
    [reads, energies, complete, states, units] = [[], [], [], [], []];
  };
  const glimpse = (values: Int8Array, energy: number) => {
    if (!(energy < lowest)) return;
    lowest = energy;
    say({ kind: "glimpse", values: values.slice(), energy });
  };
  const flushIfDue = () => {
    // rows of a unit under way stay here: should this thread die, the whole unit is dealt again
    if (units.length > 0 && next === end && performance.now() - flushedAt >= FLUSH_MS) flush();
  };
  return {
    width,
    next() {
      if (next === end) {
        const taken = takeUnit(control, owners, worker);
        if (taken < 0 || taken > Atomics.load(control, Control.limit)) return -1;
        next = taken * unit;
        end = Math.min(numReads, next + unit);
      }
      const first = next;
      next = Math.min(end, next + width);
      return first;
    },
    dropped: (first) => Math.floor(first / unit) > Atomics.load(control, Control.limit),
    row(read, values, found, isComplete) {
      reads.push(read);
      energies.push(found);
      complete.push(isComplete ? 1 : 0);
      states.push(values.slice());
      glimpse(values, found);
    },
    glimpse,
    done(first) {
      if (next === end) units.push(Math.floor(first / unit));
      flushIfDue();
    },
    hit(read) {
      flush();
      say({ kind: "hit", read });
    },
    tick: flushIfDue,
    flush,
  };
}

function takeUnit(control: Int32Array, owners: Int32Array, worker: number): number {
  for (let u = Atomics.load(control, Control.cursor); u < owners.length; u = Atomics.load(control, Control.cursor)) {
    // the unit is this worker's before the others go on: should it die here, all know whose it was
    const taken = Atomics.compareExchange(owners, u, 0, worker + 1) === 0;
    Atomics.compareExchange(control, Control.cursor, u, u + 1);
    if (taken) return u;
  }
  for (let u = 0; u < owners.length; u++) {
    if (Atomics.load(owners, u) !== REOPENED) continue;
    if (Atomics.compareExchange(owners, u, REOPENED, worker + 1) === REOPENED) return u;
  }
  return -1;
}
