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

/** Prepares the kernel: working folder, Stop, the end of its parent. */
export function prepare(folder: string): void {
  Deno.chdir(folder);
  let controller = new AbortController();
  let last: { from: string; at: number } | undefined;
  const stop = (from: "signal" | "launcher") => {
    const at = performance.now();
    const isSame = last !== undefined && last.from !== from && at - last.at < SAME_PRESS_MS;
    last = { from, at };
    if (!isSame) controller.abort(new DOMException("Stopped", "AbortError"));
  };
  Object.defineProperty(globalThis, STOP, { value: () => controller.signal });
  // taken now, so that cells may replace them
  const { log } = console;
  const { jupyter } = Deno as unknown as { jupyter: Jupyter };
  const broadcast = jupyter.broadcast.bind(jupyter);
  const mark = async (token: string) => {
    log(token);
    await broadcast("display_data", { data: { "application/x.qama-barrier": token }, metadata: {}, transient: {} });
  };
  Object.defineProperty(globalThis, Symbol.for("qama.barrier"), { value: mark });
  // registered, the listener also keeps the signal from killing the kernel
  Deno.addSignalListener("SIGINT", () => stop("signal"));
  obey((order) => {
    if (order === "stop") stop("launcher");
    // a cell has ended: what the next one starts is not stopped
    if (order === "idle" && controller.signal.aborted) controller = new AbortController();
  });
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
