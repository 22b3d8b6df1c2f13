const PAGE = 65536;
const MAX_PAGES = 65536;
const KEPT = 4;
const KEPT_PAGES = 1024;

/** A module at work over a memory of its own. */
export interface KernelInstance {
  readonly memory: WebAssembly.Memory;
  readonly exports: Readonly<Record<string, (...values: number[]) => number>>;
}

const free = new WeakMap<WebAssembly.Module, KernelInstance[]>();

/**
 * Opens a module over at least `bytes` of memory, which is not zeroed. Instances that were given back are used again: a
 * memory reserves gigabytes of address space, and is returned late.
 *
 * @throws {RangeError} if no memory is that large, or there is none
 */
export function takeInstance(module: WebAssembly.Module, bytes: number, what: string): KernelInstance {
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  const kept = free.get(module) ?? [];
  const at = kept.findIndex(({ memory }) => memory.buffer.byteLength >= pages * PAGE);
  if (at >= 0) return kept.splice(at, 1)[0];
  if (pages > MAX_PAGES) {
    throw new RangeError(
      `Cannot work on ${what}: it would take ${bytes} bytes of memory, at most ${MAX_PAGES * PAGE} can be had`,
    );
  }
  try {
    const memory = new WebAssembly.Memory({ initial: pages });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return { memory, exports: exports as KernelInstance["exports"] };
  } catch (error) {
    throw new RangeError(`Cannot work on ${what}: it would take ${bytes} bytes of memory, which the system refuses`, {
      cause: error,
    });
  }
}

/** Gives an instance back for others; its arrays must not be used any more. */
export function returnInstance(module: WebAssembly.Module, instance: KernelInstance): void {
  if (instance.memory.buffer.byteLength > KEPT_PAGES * PAGE) return;
  const kept = free.get(module) ?? [];
  if (kept.length < KEPT) free.set(module, [...kept, instance]);
}
