import type { KvEntry } from "@nats-io/kv";
import type { TaskBrief } from "./_nats_kinds.ts";
import type { DataHere } from "./_nats_train_kind.ts";
import type { CodeVersion } from "./types.ts";

/** What a worker says of itself, for those who look. */
export interface WorkerState {
  /** Name of its machine. */
  readonly host: string;
  /** Tasks at the same time. */
  readonly slots: number;
  /** Which program it is. */
  readonly code: CodeVersion;
  /** By its own clock, ISO 8601. */
  readonly at: string;
  /** Records that it stored. */
  readonly done: number;
  /** Data sets that it has, files and SHA-256 by name; it may fetch others. */
  readonly data: DataHere;
  /** Every task under way. */
  readonly running: readonly ({
    /** Content hash. */
    readonly key: string;
    readonly plan: string;
    readonly kind: string;
  } & Partial<TaskBrief>)[];
  /** Why it refused the task that it refused last. */
  readonly refused?: string;
}

/** How far the clock of a worker is ahead of the server's that kept its word. */
export function clockAheadMs(entry: KvEntry): number {
  return Date.parse(entry.json<WorkerState>().at) - entry.created.getTime();
}

/** Whether a worker has a task under way, by the content hash of the task. */
export function isAt({ running }: WorkerState, key: string): boolean {
  return running.some((task) => task.key === key);
}
