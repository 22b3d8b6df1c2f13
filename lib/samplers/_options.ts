import type { Model } from "../model/mod.ts";
import type { SampleOptions } from "./types.ts";

const KNOWN = ["numReads", "seed", "timeLimitMs", "target", "initialStates", "signal", "onProgress"];

/** Sample options, checked, with their defaults. */
export interface ResolvedOptions {
  readonly numReads: number;
  readonly seed: number;
  readonly timeLimitMs: number;
  readonly target: number;
  readonly initialStates: Int8Array | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: SampleOptions["onProgress"];
}

/** Checks everything a caller can say; `startsFrom` is false for a sampler that has no use for initial states. */
export function resolveOptions(
  sampler: string,
  model: Model,
  options: SampleOptions,
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
  const { initialStates, timeLimitMs = Infinity, target = -Infinity, signal, onProgress } = options;
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
  if (!(timeLimitMs > 0)) throw new RangeError(`${cannot} timeLimitMs must be a positive number, got ${timeLimitMs}`);
  if (typeof target !== "number" || Number.isNaN(target)) {
    throw new RangeError(`${cannot} the target must be an energy, got ${target}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`${cannot} the signal must be an AbortSignal`);
  }
  if (onProgress !== undefined && typeof onProgress !== "function") {
    throw new TypeError(`${cannot} onProgress must be a function`);
  }
  if (initialStates !== undefined) checkStates(cannot, model, initialStates, numReads);
  return { numReads, seed, timeLimitMs, target, initialStates, signal, onProgress };
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
