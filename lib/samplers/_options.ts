import type { Model } from "../model/mod.ts";
import type { Reader } from "./_reader.ts";
import type { ReadDeal } from "./_read_batches.ts";
import { stopSignal } from "./stop_signal.ts";
import type { SampleOptions } from "./types.ts";

/** Under this key a worker tells a sampler to make the reads it is dealt instead of all of them. */
export const SHARE = Symbol("qama.share");

/** A worker's part of the reads. */
export interface ReadShare {
  /** Not zero: stop. */
  readonly flag: Int32Array;
  /** Called when the reader is prepared; gives the reads. */
  open(reader: Reader, setupMs: number): Promise<ReadDeal>;
}

const KNOWN = ["numReads", "seed", "timeLimitMs", "target", "initialStates", "numWorkers", "signal", "onProgress"];
const MAX_WORKERS = 256;

/** Sample options, checked, with their defaults. */
export interface ResolvedOptions {
  readonly numReads: number;
  readonly seed: number;
  readonly timeLimitMs: number;
  readonly target: number;
  readonly initialStates: Int8Array | undefined;
  readonly numWorkers: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: SampleOptions["onProgress"];
  /** There if this thread makes a share of the reads. */
  readonly share: ReadShare | undefined;
}

/** Checks everything a caller can say; `startsFrom` is false for a sampler that has no use for initial states. */
export function resolveOptions(
  sampler: string,
  model: Model,
  options: SampleOptions & { readonly [SHARE]?: ReadShare },
  startsFrom: boolean,
): ResolvedOptions {
  const cannot = `Cannot sample with ${sampler}:`;
  if (model?.vartype !== "ising" && model?.vartype !== "qubo") {
    throw new TypeError(`${cannot} expected a model made by isingModel() or quboModel()`);
  }
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${cannot} there is no option ${unknown}; sample() takes ${KNOWN.join(", ")}`);
  }
  const { initialStates, timeLimitMs = Infinity, target = -Infinity, numWorkers = 1, onProgress } = options;
  const { signal = stopSignal() } = options;
  if (initialStates !== undefined && !startsFrom) {
    throw new TypeError(`${cannot} it starts from nothing; leave initialStates out`);
  }
  const numReads = options.numReads ?? rowsOf(model, initialStates);
  if (!Number.isSafeInteger(numReads) || numReads < 1) {
    throw new RangeError(`${cannot} numReads must be an integer from 1, got ${numReads}`);
  }
  const seed = options.seed ?? crypto.getRandomValues(new Uint32Array(1))[0];
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`${cannot} the seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
  if (typeof timeLimitMs !== "number" || !(timeLimitMs > 0)) {
    throw new RangeError(`${cannot} timeLimitMs must be a positive number, got ${timeLimitMs}`);
  }
  if (typeof target !== "number" || Number.isNaN(target)) {
    throw new RangeError(`${cannot} the target must be an energy, got ${target}`);
  }
  if (!Number.isSafeInteger(numWorkers) || numWorkers < 1 || numWorkers > MAX_WORKERS) {
    throw new RangeError(`${cannot} numWorkers must be an integer from 1 to ${MAX_WORKERS}, got ${numWorkers}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`${cannot} the signal must be an AbortSignal`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(`${cannot} onProgress must be a function`);
  }
  if (initialStates !== undefined) checkStates(cannot, model, initialStates, numReads);
  // -0 is 0, and cannot be kept in JSON
  const [seedGiven, targetGiven] = [seed + 0, target + 0];
  return {
    ...{ numReads, seed: seedGiven, timeLimitMs, target: targetGiven, initialStates, numWorkers, signal, onProgress },
    share: options[SHARE],
  };
}

function rowsOf(model: Model, initialStates: Int8Array | undefined): number {
  return initialStates === undefined || model.n === 0 ? 1 : Math.max(1, Math.ceil(initialStates.length / model.n));
}

function checkStates(cannot: string, model: Model, states: Int8Array, numReads: number): void {
  const n = model.n;
  if (!(states instanceof Int8Array)) throw new TypeError(`${cannot} initialStates must be an Int8Array`);
  if (states.length !== n && states.length !== numReads * n) {
    throw new TypeError(
      `${cannot} initialStates has ${states.length} entries, expected ${n} for one state or ${numReads * n} for ` +
        `${numReads} reads`,
    );
  }
  const low = model.vartype === "ising" ? -1 : 0;
  const wrong = states.findIndex((value) => value !== 1 && value !== low);
  if (wrong >= 0) {
    throw new RangeError(`${cannot} entry ${wrong} of initialStates is ${states[wrong]}, expected ${low} or 1`);
  }
}
