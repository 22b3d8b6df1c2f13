import { crc32 } from "node:zlib";
import type { MachineFault } from "./errors.ts";
import type { Json, Spending } from "./types.ts";

/** Where an answer lies: in the record itself, or in a file named by its digest. */
export interface KeptAnswer {
  /** SHA-256 of its JSON text. */
  readonly digest: string;
  /** Length of the text in bytes. */
  readonly bytes: number;
  /** The answer, where it is short. */
  readonly text?: string;
}

/** One line of the journal. `at` is wall time, for people; nothing is decided by it but the start of a spend cap. */
export type JournalRecord = { readonly at: string; readonly key: string } & JournalEvent;

/** What happened to a job. */
export type JournalEvent =
  /** It is about to be sent: durable before the first byte goes out. */
  | {
    readonly type: "intent";
    readonly machine: string;
    readonly url: string;
    readonly tag: string;
    readonly attempt: number;
    readonly cost: Spending;
    /** Who sends: see `Alive`. */
    readonly by: string;
    /** How the machine is made again: name of the factory and its options. */
    readonly origin?: Json;
  }
  /** The machine took it under this name. */
  | { readonly type: "submission"; readonly id: string; readonly by: string }
  /** Its answer is here. */
  | { readonly type: "answer"; readonly answer: KeptAnswer; readonly toRelease?: true | undefined }
  /** The machine surely did not take it; or it may be sent again although the machine may have worked on it, and was paid. */
  | { readonly type: "rejection"; readonly fault: MachineFault; readonly why: string; readonly mayHaveRun?: true }
  /** Nobody knows whether the machine took it. */
  | { readonly type: "unknown"; readonly why: string }
  /** The machine took it, and there will be no answer. */
  | { readonly type: "failure"; readonly why: string; readonly toRelease?: true }
  /** It was cancelled at the machine. */
  | { readonly type: "cancellation"; readonly toRelease?: true }
  /** The machine was told to delete what it keeps of it. */
  | { readonly type: "release" }
  /** The user allows to send it again. */
  | { readonly type: "forgotten" }
  /** The user has seen a damaged line, which begins at this byte; it belongs to no job. */
  | { readonly type: "damage-seen"; readonly from: number };

/** The line of a record, with a checksum of all that stands before it. */
export function lineOf(record: JournalRecord): string {
  const text = JSON.stringify(record).slice(0, -1);
  return `${text},"sum":"${checksum(text)}"}\n`;
}

/** The record of a line without its end; undefined if the line is damaged. */
export function recordOf(line: string): JournalRecord | undefined {
  const at = line.lastIndexOf(',"sum":"');
  if (at < 0 || line.slice(at) !== `,"sum":"${checksum(line.slice(0, at))}"}`) return undefined;
  try {
    const record: JournalRecord = JSON.parse(`${line.slice(0, at)}}`);
    return typeof record.key === "string" && typeof record.type === "string" ? record : undefined;
  } catch {
    return undefined;
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
