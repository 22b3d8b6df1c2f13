import { type FromWorker, lineOf, linesOf, messageOf, type ToWorker } from "./_worker_lines.ts";

/** What a worker process is given beside its task. */
export interface WorkContext<Progress> {
  /** Threads that it may use. */
  readonly workers: number;
  /** Asks to stop after the current step. */
  readonly signal: AbortSignal;
  /** From here on what goes wrong is the task's own; before, this worker refuses it. */
  readonly begin: () => void;
  /** Tells the queue where the task stands. */
  readonly onProgress: (progress: Progress) => void;
}

const FATAL = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO"];

/**
 * Does one task for the queue that started this process, and ends the process.
 *
 * Reads the task from standard input, writes progress and the report to standard output, a line of JSON each. Ctrl-C is left
 * to the queue, which says `stop`; when the queue's process is gone, so is this one, at most a third of a second later.
 */
export async function serveWork<Task, Progress, Report>(
  work: (task: Task, context: WorkContext<Progress>) => Promise<Report>,
): Promise<never> {
  // Ctrl-C reaches every process of a terminal; the queue decides
  Deno.addSignalListener("SIGINT", () => {});
  new Worker(new URL("./_parent_watch.ts", import.meta.url), { type: "module" });
  const controller = new AbortController();
  const lines = linesOf(Deno.stdin.readable);
  const first = await lines.next();
  const order = first.done ? null : messageOf<ToWorker<Task>>(first.value);
  if (order === null || !("task" in order)) Deno.exit(1);
  listen(lines, controller);
  let refused = true;
  const say = (message: FromWorker<Progress, Report>) => {
    const bytes = new TextEncoder().encode(lineOf(message));
    for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  };
  try {
    const report = await work(order.task, {
      workers: order.workers,
      signal: controller.signal,
      begin: () => refused = false,
      onProgress: (progress) => say({ progress }),
    });
    say({ report });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && !/^Cannot /.test(message)) console.error(error.stack);
    say({ error: { message, fatal: isFatal(error), refused } });
  }
  Deno.exit(0);
}

/** Waits for `stop`; the end of the input means that the queue is gone. */
async function listen(lines: AsyncGenerator<string>, controller: AbortController): Promise<void> {
  for await (const line of lines) if ("stop" in (messageOf<ToWorker<unknown>>(line) ?? {})) controller.abort();
  Deno.exit(1);
}

/** True for errors of disks and folders, which meet every task alike. */
function isFatal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return FATAL.includes(String((error as { code?: unknown }).code)) || isFatal(error.cause);
}
