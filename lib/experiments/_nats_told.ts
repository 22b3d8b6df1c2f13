/** Calls of what a submitter wants to be told, one after the other. */
export interface Calls {
  /** Aborted by the signal that was given, and by a call that fails. */
  readonly signal: AbortSignal;
  /** Calls once all that came before are over. */
  readonly next: (call: () => Promise<void>) => void;
  /** Waits for all of them, and throws what the first threw that failed. */
  readonly over: () => Promise<void>;
}

/** Calls in the order in which the news came: a start before what it started. */
export function callsInOrder(signal?: AbortSignal): Calls {
  const stop = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let broken: { readonly error: unknown } | null = null;
  return {
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    next: (call) => {
      last = last.then(call).catch((error) => {
        broken ??= { error };
        stop.abort();
      });
    },
    over: async () => {
      await last;
      if (broken !== null) throw broken.error;
    },
  };
}

/** Tells which worker refused, and why: each reason once. */
export function refusalsTold(onLine: (line: string) => void = () => {}): (
  key: string,
  worker: string,
  reason: string,
) => void {
  const told = new Set<string>();
  return (_key, worker, reason) => {
    if (told.has(reason)) return;
    told.add(reason);
    onLine(`note: the worker ${worker} refuses: ${reason}`);
  };
}
