import type { Model } from "../model/mod.ts";
import { type SampleOptions, stopSignal } from "../samplers/mod.ts";

const KNOWN = ["numReads", "seed", "timeLimitMs", "target", "initialStates", "numWorkers", "signal", "onProgress"];

/** What a caller asks of a machine, checked, with the defaults. */
export interface SampleRequest {
  readonly numReads: number;
  /** The seed that was given, if any. */
  readonly seed: number | undefined;
  readonly timeLimitMs: number;
  readonly target: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: SampleOptions["onProgress"];
}

/** Checks everything a caller can say. */
export function sampleRequest(machine: string, model: Model, options: SampleOptions): SampleRequest {
  const cannot = `Cannot sample with ${machine}:`;
  if (model?.vartype !== "ising" && model?.vartype !== "qubo") {
    throw new TypeError(`${cannot} expected a model made by isingModel() or quboModel()`);
  }
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${cannot} there is no option ${unknown}; sample() takes ${KNOWN.join(", ")}`);
  }
  const { numReads = 1, seed, timeLimitMs = Infinity, target = -Infinity, numWorkers = 1, onProgress } = options;
  const { signal = stopSignal() } = options;
  if (options.initialStates !== undefined) {
    throw new TypeError(`${cannot} a machine starts from nothing; leave initialStates out`);
  }
  if (!Number.isSafeInteger(numReads) || numReads < 1) {
    throw new RangeError(`${cannot} numReads must be an integer from 1, got ${numReads}`);
  }
  if (seed !== undefined && (!Number.isSafeInteger(seed) || seed < 0)) {
    throw new RangeError(`${cannot} the seed must be an integer from 0 to 2^53 - 1, got ${seed}`);
  }
  if (typeof timeLimitMs !== "number" || !(timeLimitMs > 0)) {
    throw new RangeError(`${cannot} timeLimitMs must be a positive number, got ${timeLimitMs}`);
  }
  if (typeof target !== "number" || Number.isNaN(target)) {
    throw new RangeError(`${cannot} the target must be an energy, got ${target}`);
  }
  if (!Number.isSafeInteger(numWorkers) || numWorkers < 1) {
    throw new RangeError(`${cannot} numWorkers must be an integer from 1, got ${numWorkers}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`${cannot} the signal must be an AbortSignal`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(`${cannot} onProgress must be a function`);
  }
  return { numReads, seed, timeLimitMs, target, signal, onProgress };
}
