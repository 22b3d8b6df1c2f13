/*
 * Runs inside a kernel, before its first cell; imports nothing, so that a kernel is ready at once.
 */

/** One press of Stop reaches the kernel twice where Jupyter signals the group: by itself, and through the launcher. */
const SAME_PRESS_MS = 300;
/** Under this key `stopSignal()` of `qama/samplers` finds the signal. */
const STOP = Symbol.for("qama.stop");

/** What Deno offers in its kernel, and only there. */
interface Jupyter {
  broadcast(type: string, content: Record<string, unknown>): Promise<void>;
}

/** What Deno's kernel calls of its own when a cell has ended well, before it begins the next. */
interface Inner {
  broadcastResult?(...result: unknown[]): Promise<void>;
}

/** Prepares the kernel: working folder, Stop, the end of its parent; `leads` is true where it leads a group of processes. */
export async function prepare(folder: string, leads: boolean): Promise<void> {
  Deno.chdir(folder);
  await watchParent(leads);
  let controller = new AbortController();
  let single: { from: string; at: number } | undefined;
  const stop = (from: "signal" | "launcher") => {
    const at = performance.now();
    const isSame = single !== undefined && single.from !== from && at - single.at < SAME_PRESS_MS;
    single = isSame ? undefined : { from, at };
    if (!isSame) controller.abort(new DOMException("Stopped", "AbortError"));
  };
  Object.defineProperty(globalThis, STOP, { value: () => controller.signal });
  // a cell has ended: what the next one starts is not stopped
  const rearm = () => {
    if (controller.signal.aborted) controller = new AbortController();
  };
  // taken now, so that cells may replace them
  const { log } = console;
  const { jupyter } = Deno as unknown as { jupyter: Jupyter };
  const broadcast = jupyter.broadcast.bind(jupyter);
  const mark = async (token: string) => {
    rearm();
    log(token);
    await broadcast("display_data", { data: { "application/x.qama-barrier": token }, metadata: {}, transient: {} });
  };
  Object.defineProperty(globalThis, Symbol.for("qama.barrier"), { value: mark });
  // registered, the listener also keeps the signal from killing the kernel
  Deno.addSignalListener("SIGINT", () => stop("signal"));
  obey((order) => {
    if (order === "stop") stop("launcher");
    if (order === "idle") rearm();
  });
  // the order comes too late for a cell that is in line already
  const inner = (Deno as unknown as Record<symbol, { jupyter?: Inner }>)[Reflect.get(Deno, "internal")]?.jupyter;
  const ended = inner?.broadcastResult;
  if (inner !== undefined && ended !== undefined) {
    inner.broadcastResult = (...result) => {
      rearm();
      return ended.apply(inner, result);
    };
  }
}

/** Starts the worker that ends us with our parent; it cannot start while a cell is busy, so it is waited for. */
async function watchParent(leads: boolean): Promise<void> {
  const ready = Promise.withResolvers<void>();
  const worker = new Worker(new URL("./_watch_parent.ts", import.meta.url), { type: "module" });
  worker.onmessage = () => ready.resolve();
  worker.postMessage(leads);
  await ready.promise;
}

/** Follows the orders of the parent, a line each; when they end, it is gone, and so are we. */
async function obey(follow: (order: string) => void): Promise<never> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(follow);
  }
  Deno.exit(0);
}
