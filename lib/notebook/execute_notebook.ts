import { InputRequested, KernelGone } from "./kernel_client.ts";
import { Kernel } from "./kernel.ts";
import { type Cell, type Notebook, type Output, textOf } from "./notebook_file.ts";
import { OutputCollector } from "./output_collector.ts";

/** How a notebook ended. */
export type NotebookEnding =
  | "completed"
  | "cell-failed"
  | "cell-timed-out"
  | "kernel-died"
  | "input-requested"
  | "too-much-output"
  | "interrupted";

/** What {@link executeNotebook} takes. */
export interface ExecuteNotebookOptions {
  /** The working folder of the cells: that of the notebook. */
  readonly folder: string;
  /** The folder where Deno looks for its configuration. */
  readonly home: string;
  /** The longest that one cell may take. @default {60000} */
  readonly cellLimitMs?: number;
  /** The most characters that one cell may put out. @default {10 million} */
  readonly outputLimit?: number;
  /** More variables for the kernel's environment. @default {{}} */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the run, and the kernel. */
  readonly signal?: AbortSignal;
  /** Called before each code cell, with its place in the file from 1. */
  readonly onCell?: (cell: number, cells: number) => void;
}

/** What became of a notebook. */
export interface ExecutedNotebook {
  /** How it ended. */
  readonly ending: NotebookEnding;
  /** A sentence: which cell, and why; empty if completed. */
  readonly verdict: string;
  /** The place of the cell where it ended, from 1 among all cells; undefined if completed or before the first. */
  readonly cell?: number;
  /** Lines of the traceback where a cell failed. */
  readonly traceback: readonly string[];
  /** The notebook with the new outputs; cells that were not reached have none. */
  readonly notebook: Notebook;
  /** Wall time, the start of the kernel included. */
  readonly elapsedMs: number;
}

const CELL_LIMIT_MS = 60_000;
const OUTPUT_LIMIT = 10_000_000;

/** A cell that put out more than it may. */
class TooMuchOutput extends Error {}
/** A cell that took longer than it may. */
class TimedOut extends Error {}

/**
 * Executes a notebook from top to bottom in a kernel of its own, and stops at the first cell that fails.
 *
 * A cell tagged `raises-exception` may fail; one tagged `skip-execution` is not run. Whatever happens, the kernel and the processes
 * that its cells started are gone when this returns (on Windows the kernel alone).
 *
 * @param notebook left as it is
 * @param options see {@link ExecuteNotebookOptions}
 * @returns the ending, the verdict, and the notebook with its new outputs
 * @throws {Error} if no kernel can be started
 *
 * Cost a second for the kernel, then what the cells take.
 */
export async function executeNotebook(notebook: Notebook, options: ExecuteNotebookOptions): Promise<ExecutedNotebook> {
  const { folder, home, env, cellLimitMs = CELL_LIMIT_MS, outputLimit = OUTPUT_LIMIT, signal } = options;
  const started = performance.now();
  const cells: Cell[] = notebook.cells.map((cell) =>
    cell.cell_type === "code" ? { ...cell, execution_count: null, outputs: [] } : cell
  );
  const end = (ending: NotebookEnding, verdict = "", cell?: number, traceback: readonly string[] = []) => ({
    ending,
    verdict,
    ...(cell !== undefined && { cell }),
    traceback,
    notebook: { ...notebook, cells },
    elapsedMs: performance.now() - started,
  });
  if (signal?.aborted) return end("interrupted", "Interrupted before the first cell");
  await using kernel = await Kernel.start({ folder, home, env });
  for (const [index, cell] of cells.entries()) {
    const number = index + 1;
    if (cell.cell_type !== "code" || cell.metadata.tags?.includes("skip-execution")) continue;
    const code = textOf(cell.source);
    options.onCell?.(number, cells.length);
    const collector = new OutputCollector();
    const stop = Promise.withResolvers<never>();
    const abort = () => stop.reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(() => stop.reject(new TimedOut()), cellLimitMs);
    try {
      const running = kernel.execute(code, {
        onMessage: (message) => {
          collector.take(message);
          if (collector.characters > outputLimit) stop.reject(new TooMuchOutput());
        },
      });
      // the loser of the race ends when the kernel does
      running.catch(() => {});
      if (signal?.aborted) abort();
      const reply = await Promise.race([running, stop.promise]);
      cells[index] = { ...cell, execution_count: reply.execution_count ?? null, outputs: collector.outputs };
      const failure = failureOf(collector.outputs);
      // Deno's kernel reports success where the value of a cell cannot be shown
      const fine = reply.status === "ok" && failure === undefined;
      if (fine || cell.metadata.tags?.includes("raises-exception")) continue;
      const what = failure ? `${failure.ename}: ${failure.evalue}` : `${reply.ename}: ${reply.evalue}`;
      return end("cell-failed", `Cell ${number} failed: ${explained(what)}`, number, failure?.traceback ?? []);
    } catch (error) {
      cells[index] = { ...cell, outputs: shortened(collector.outputs, outputLimit) };
      if (signal?.aborted) return end("interrupted", `Interrupted in cell ${number}`, number);
      if (error instanceof TimedOut) {
        return end("cell-timed-out", `Cell ${number} was still running after ${cellLimitMs} ms`, number);
      }
      if (error instanceof TooMuchOutput || error instanceof RangeError) {
        return end("too-much-output", `Cell ${number} put out more than ${outputLimit} characters`, number);
      }
      if (error instanceof InputRequested) {
        const verdict = `Cell ${number} asks for input, "${error.message}", and nobody is there to type it`;
        return end("input-requested", verdict, number);
      }
      if (error instanceof KernelGone) {
        const how = await endOf(kernel);
        const said = kernel.process.lastWords;
        return end("kernel-died", `Cell ${number} ended the kernel ${how}${said && `: ${said}`}`, number);
      }
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      stop.promise.catch(() => {});
    }
  }
  return end("completed");
}

/** How the process ended; one that hangs up and lives on is not waited for. */
async function endOf(kernel: Kernel): Promise<string> {
  const unknown = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => unknown.resolve(undefined), 5000);
  const status = await Promise.race([kernel.process.status, unknown.promise]);
  clearTimeout(timer);
  if (status === undefined) return "which no longer answers";
  return status.signal === null ? `with code ${status.code}` : `by ${status.signal}`;
}

function failureOf(outputs: readonly Output[]) {
  return outputs.filter((output) => output.output_type === "error").at(-1);
}

/** Deno's kernel says no more than this of a cell that it cannot parse. */
function explained(what: string): string {
  return what.endsWith("Execution failed") ? `${what}; the code cannot be parsed` : what;
}

/** Outputs that fit a file again: a stream keeps its beginning, and says so. */
function shortened(outputs: readonly Output[], limit: number): Output[] {
  const kept: Output[] = [];
  let room = Math.min(limit, 10_000);
  for (const output of outputs) {
    if (output.output_type !== "stream") {
      if (JSON.stringify(output).length <= limit) kept.push(output);
      continue;
    }
    const text = textOf(output.text);
    kept.push({ ...output, text: text.length > room ? `${text.slice(0, room)}\n[shortened]\n` : text });
    room = Math.max(0, room - text.length);
  }
  return kept;
}
