import type { IsingModel, QuboModel } from "../model/mod.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Progress, SampleOptions, Sampler, SampleSet } from "./types.ts";

/** A state that is lower than every one seen before it. */
export interface Improvement {
  /** The state, `[n]`, in the values of the model. */
  readonly state: Int8Array;
  /** Its energy, recomputed from the model in float64. */
  readonly energy: number;
  /** Reads complete when it was seen. */
  readonly reads: number;
  /** Wall time since the call. */
  readonly elapsedMs: number;
}

/**
 * Samples, and hands out every improvement as it is found; at the end the generator returns the sample set.
 *
 * Energies fall strictly. Leaving the loop early stops the sampler: nothing runs on behind it. A consumer that is slower than
 * the sampler misses nothing, it only hears of it later. Works with every sampler that reports its progress.
 *
 * @param sampler any sampler
 * @param model what to minimise
 * @param options as for `sampler.sample`; `onProgress` is called as well
 * @returns an async generator of improvements, which returns the sample set
 * @throws what `sampler.sample` rejects with
 *
 * Cost that of the call, O(n) an improvement.
 *
 * @example The first state is an improvement
 * ```ts
 * import { greedyDescent, improvements } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(1, []), linear: [-3] });
 * const seen = [];
 * for await (const { energy, state } of improvements(greedyDescent(), model, { seed: 1 })) seen.push([energy, ...state]);
 * assertEquals(seen, [[-3, 1]]);
 * ```
 */
export async function* improvements<O extends SampleOptions>(
  sampler: Sampler<O>,
  model: IsingModel | QuboModel,
  options?: O,
): AsyncGenerator<Improvement, SampleSet, void> {
  const queue: Improvement[] = [];
  const stop = new AbortController();
  let wake = Promise.withResolvers<void>();
  let lowest = Infinity;
  const onProgress = (progress: Progress) => {
    const { lowestEnergy: energy, lowestState: state, reads, elapsedMs } = progress;
    if (state !== undefined && energy < lowest) {
      lowest = energy;
      queue.push({ state: state.slice(), energy, reads, elapsedMs });
      wake.resolve();
    }
    options?.onProgress?.(progress);
  };
  const outer = options?.signal ?? stopSignal();
  const signals = [stop.signal, ...(outer ? [outer] : [])];
  const given: SampleOptions = { ...options, onProgress, signal: AbortSignal.any(signals) };
  let ended = false;
  const call = sampler.sample(model, given as O).finally(() => {
    ended = true;
    wake.resolve();
  });
  // the error is thrown below, where the set is awaited
  call.catch(() => {});
  try {
    while (!ended || queue.length > 0) {
      const next = queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
    return await call;
  } finally {
    stop.abort();
    await call.catch(() => {});
  }
}
