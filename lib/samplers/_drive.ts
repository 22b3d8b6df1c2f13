import type { Stopwatch } from "./_stopwatch.ts";
import type { Ending } from "./types.ts";

/** How work in slices ended: with its result, or with the reason why it was stopped. */
export type Driven<T> = { readonly result: T; readonly ending?: undefined } | { readonly ending: Ending };

/** Runs work that yields about every millisecond, until it is done or the watch says stop; `tick` is called at every pause. */
export async function drive<Y, T>(
  watch: Stopwatch,
  work: Generator<Y, T>,
  tick: (yielded: Y) => void = () => {},
): Promise<Driven<T>> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return { result: value };
    if (!watch.due) continue;
    await watch.pause();
    tick(value);
    const ending = watch.stopped;
    if (ending !== undefined) return { ending };
  }
}
