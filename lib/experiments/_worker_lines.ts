import { keepNumbers, NOT_FINITE } from "./_not_finite.ts";
import type { TrainProgress } from "../training/mod.ts";
import type { RunReport, RunTask } from "./plan_executor.ts";

/** What a queue tells a worker, a line of JSON each: first the task, then perhaps that it is to stop after the current step. */
export type ToWorker<Task = RunTask> = { readonly task: Task; readonly workers: number } | { readonly stop: true };

/** What a worker tells its queue, a line of JSON each. */
export type FromWorker<Progress = TrainProgress, Report = RunReport> =
  | { readonly progress: Progress }
  | { readonly report: Report }
  | {
    readonly error: {
      readonly message: string;
      /** Nothing can go on, other runs neither. */
      readonly fatal: boolean;
      /** It was not begun: another program, or other data, than the run is of. */
      readonly refused?: boolean;
    };
  };

/** One line of JSON with its line break; numbers that are not finite are kept as text. */
export function lineOf(message: ToWorker<unknown> | FromWorker<unknown, unknown>): string {
  return `${JSON.stringify(message, keepNumbers)}\n`;
}

/** Reads a line; null if it is no JSON object. */
export function messageOf<T extends ToWorker<unknown> | FromWorker<unknown, unknown>>(line: string): T | null {
  try {
    const value: unknown = JSON.parse(line, (_key, entry) => NOT_FINITE.get(entry) ?? entry);
    return typeof value === "object" && value !== null ? value as T : null;
  } catch {
    return null;
  }
}

/** Lines of a stream of UTF-8; a last one without a line break is passed over, as one that was cut off. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
