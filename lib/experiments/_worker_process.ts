import type { TrainProgress } from "../training/mod.ts";
import { type FromWorker, lineOf, linesOf, messageOf, type ToWorker } from "./_worker_lines.ts";
import type { RunReport, RunTask } from "./plan_executor.ts";

/** How a worker process ended: with a report, with an error that it named, or without a word. */
export type WorkerEnd<Report = RunReport> = { readonly report: Report } | {
  readonly error: { readonly message: string; readonly fatal: boolean; readonly refused?: boolean };
} | { readonly died: string };

const LAST_WORDS = 2000;

/** A process that does one task: makes a run, for one. */
export class WorkerProcess<Task = RunTask, Progress = TrainProgress, Report = RunReport> {
  /** Settles when the process is gone. */
  readonly ended: Promise<WorkerEnd<Report>>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #lastWords = "";

  /** Starts the process and hands it the task. */
  constructor(
    [program, ...args]: readonly string[],
    order: { readonly task: Task; readonly workers: number },
    onProgress: (progress: Progress) => void,
  ) {
    const env = { NO_COLOR: "1" };
    this.#child = new Deno.Command(program, { args, env, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#tell(order);
    this.ended = this.#listen(onProgress);
  }

  /** Asks it to stop after the current step. */
  stop(): void {
    this.#tell({ stop: true });
  }

  /** Ends it at once. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it is gone
    }
  }

  #tell(message: ToWorker<Task>): void {
    // one that died cannot be told: `ended` says so
    this.#input.write(new TextEncoder().encode(lineOf(message))).catch(() => {});
  }

  async #listen(onProgress: (progress: Progress) => void): Promise<WorkerEnd<Report>> {
    const words = this.#collectWords();
    let end: WorkerEnd<Report> | null = null;
    for await (const line of linesOf(this.#child.stdout)) {
      const message = messageOf<FromWorker<Progress, Report>>(line);
      if (message === null) this.#lastWords += `${line}\n`;
      else if ("progress" in message) onProgress(message.progress);
      else end = message;
    }
    const { code, signal } = await this.#child.status;
    await words;
    await this.#input.close().catch(() => {});
    if (end !== null) return end;
    const said = this.#lastWords.trim();
    return {
      died: `${signal === null ? `ended with code ${code}` : `was killed by ${signal}`}${said ? `: ${said}` : ""}`,
    };
  }

  async #collectWords(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of this.#child.stderr) {
      this.#lastWords = (this.#lastWords + decoder.decode(bytes, { stream: true })).slice(-LAST_WORDS);
    }
  }
}
