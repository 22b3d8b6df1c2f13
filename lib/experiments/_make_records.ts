import { ifThere, removeLeftovers } from "./_out_folder.ts";
import { canonicalJson } from "./digest.ts";
import { lockFolder } from "./folder_lock.ts";
import { codeVersion } from "./machine.ts";
import type { CodeVersion } from "./types.ts";

/** A record of a plan. */
export interface PlannedRecord<R> {
  /** Name of its file. */
  readonly file: string;
  /** Throws if the record that is there is not the one that was asked for. */
  readonly checkKept: (kept: R, path: string) => void;
  /** Makes it; null if it was stopped. */
  readonly make: (code: CodeVersion) => Promise<R | null>;
  /** Called when its file is written. */
  readonly onWritten?: () => Promise<void>;
}

/** How the records of a plan are made. */
export interface MakeRecordsOptions<R> {
  /** Reads a record. */
  readonly read: (path: string) => Promise<R>;
  /** Writes it, whole or not at all. */
  readonly write: (path: string, record: R) => Promise<void>;
  /** Keeps the records that are there. @default {false: they are made anew} */
  readonly resume?: boolean;
  /** Stops before the next record is made. */
  readonly signal?: AbortSignal;
  /** Called for each record. */
  readonly onRecord?: (record: R, how: "kept" | "made") => void;
}

/** What became of a plan: its records in their order, not all of them if it was interrupted. */
export interface MadeRecords<R> {
  readonly ending: "completed" | "interrupted";
  readonly records: R[];
}

/** Throws if a part of a record that is there is not what was asked for. */
export function checkAsked<T extends object>(path: string, kept: T, asked: Readonly<T>): void {
  for (const part of Object.keys(asked) as (keyof T & string)[]) {
    const [found, wanted] = [canonicalJson(kept[part]), canonicalJson(asked[part])];
    if (found === wanted) continue;
    throw new RangeError(
      `Cannot go on: the record ${path} has ${part} ${found}, ${wanted} was asked for; ask for the same or choose another folder`,
    );
  }
}

/** Makes the records of a plan one after another in `out`/records, which is locked meanwhile; each is written as soon as it is made. */
export async function makeRecords<R>(
  out: string,
  plan: Iterable<PlannedRecord<R>> | AsyncIterable<PlannedRecord<R>>,
  { read, write, resume = false, signal, onRecord }: MakeRecordsOptions<R>,
): Promise<MadeRecords<R>> {
  const folder = `${out}/records`;
  await Deno.mkdir(folder, { recursive: true });
  using _lock = await lockFolder(out);
  await removeLeftovers(folder);
  const code = await codeVersion(), records: R[] = [];
  for await (const { file, checkKept, make, onWritten } of plan) {
    const path = `${folder}/${file}`;
    const kept = resume ? await ifThere(() => read(path)) : null;
    if (kept !== null) {
      checkKept(kept, path);
      records.push(kept);
      onRecord?.(kept, "kept");
      continue;
    }
    if (signal?.aborted) return { ending: "interrupted", records };
    const record = await make(code);
    if (record === null) return { ending: "interrupted", records };
    await write(path, record);
    await onWritten?.();
    records.push(record);
    onRecord?.(record, "made");
  }
  return { ending: "completed", records };
}
