const STOP = Symbol.for("qama.stop");

/**
 * The signal that the Stop button of a notebook aborts, where the kernel of `deno task kernel` runs; undefined anywhere else.
 *
 * Samplers and trainings that are given no signal of their own listen to it. It stays aborted until the cell has ended, so that
 * a loop of solves ends too; pass it to `fetch`, or ask it in a loop, to make code of your own stop.
 *
 * @returns the signal of the running cell
 *
 * Cost one look at a global.
 *
 * @example Outside of a notebook
 * ```ts
 * import { stopSignal } from "qama/samplers";
 * import { assertEquals } from "@std/assert";
 * assertEquals(stopSignal(), undefined);
 * ```
 */
export function stopSignal(): AbortSignal | undefined {
  return (globalThis as { [STOP]?: () => AbortSignal })[STOP]?.();
}
