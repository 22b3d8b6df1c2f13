import type { JournalRecord } from "./_journal_records.ts";
import type { Json, Spending } from "./types.ts";

/**
 * Where a job stands:
 *
 * - `sending`: about to be sent, or sent and not yet heard of; if the process that did it is gone, its fate is `unknown`;
 * - `submitted`: the machine has it, under an id;
 * - `answered`: its answer is here;
 * - `rejected`: the machine surely did not take it, or a second job harms nobody; it may be sent again;
 * - `unknown`: nobody knows whether the machine took it; it is never sent again by itself;
 * - `failed`, `cancelled`: the machine took it, and there will be no answer;
 * - `forgotten`: the user allows to send it again.
 */
export type JobStanding =
  | "sending"
  | "submitted"
  | "answered"
  | "rejected"
  | "unknown"
  | "failed"
  | "cancelled"
  | "forgotten";

/** What the journal knows of a job. */
export interface JobEntry {
  /** SHA-256 of what was asked. */
  readonly key: string;
  /** Name of the machine. */
  readonly machine: string;
  /** Its address. */
  readonly url: string;
  /** The name that the machine was given for the latest attempt. */
  readonly tag: string;
  /** How often it was about to be sent, 1 at first. */
  readonly attempt: number;
  /** Where it stands. */
  readonly standing: JobStanding;
  /** Who sent it last. */
  readonly by: string;
  /** When the latest attempt began, ISO 8601. */
  readonly since: string;
  /** When the latest record was written, ISO 8601. */
  readonly at: string;
  /** The machine's name for the latest attempt, once it is known. */
  readonly id?: string;
  /** Why it was rejected, failed or is unknown. */
  readonly why?: string;
  /** What an attempt costs at most. */
  readonly cost: Spending;
  /** Attempts that were not surely rejected, by their beginning. */
  readonly spent: readonly string[];
  /** Where its answer lies: in a line of the journal, or in a file named by the digest. */
  readonly answer?: {
    readonly digest: string;
    readonly bytes: number;
    readonly line?: readonly [from: number, to: number];
  };
  /** The job is over, and the machine keeps something of it until it is told to delete that. */
  readonly toRelease: boolean;
  /** How the machine is made again. */
  readonly origin?: Json;
}

/** The fold of a journal: every job with its state. */
export class JobTable {
  readonly #jobs = new Map<string, JobEntry>();
  readonly #open = new Map<string, JobEntry>();
  readonly #spent = new Map<string, Spending>();

  /** The job of a key. */
  get(key: string): JobEntry | undefined {
    return this.#jobs.get(key);
  }

  /** All jobs, in the order in which they were first seen. */
  all(): JobEntry[] {
    return [...this.#jobs.values()];
  }

  /** Those that a machine has, or may have, or keeps something of. */
  open(): JobEntry[] {
    return [...this.#open.values()];
  }

  /** What was spent at a machine: all attempts that were not surely rejected, from a time on. */
  spent(machine: string, url: string, since?: string): Spending {
    if (since === undefined) return this.#spent.get(placeOf(machine, url)) ?? NOTHING;
    const from = Date.parse(since);
    let sum = NOTHING;
    for (const job of this.#jobs.values()) {
      if (job.machine !== machine || job.url !== url) continue;
      sum = plus(sum, job.cost, job.spent.filter((at) => Date.parse(at) >= from).length);
    }
    return sum;
  }

  /** Takes in a record, which stands in the given bytes of the journal. */
  add(record: JournalRecord, line: readonly [from: number, to: number]): void {
    const before = this.#jobs.get(record.key);
    const entry = next(before, record, line);
    if (entry === undefined) return;
    const place = placeOf(entry.machine, entry.url);
    const without = plus(this.#spent.get(place) ?? NOTHING, before?.cost ?? NOTHING, -(before?.spent.length ?? 0));
    this.#spent.set(place, plus(without, entry.cost, entry.spent.length));
    this.#jobs.set(record.key, entry);
    const { standing, toRelease } = entry;
    const open = standing === "sending" || standing === "submitted" || standing === "unknown" || toRelease;
    if (open) this.#open.set(record.key, entry);
    else this.#open.delete(record.key);
  }
}

const NOTHING: Spending = { jobs: 0, seconds: 0, money: 0 };

function placeOf(machine: string, url: string): string {
  return `${machine} ${url}`;
}

function plus(sum: Spending, cost: Spending, times: number): Spending {
  return {
    jobs: sum.jobs + times * cost.jobs,
    seconds: sum.seconds + times * cost.seconds,
    money: sum.money + times * cost.money,
  };
}

function next(
  before: JobEntry | undefined,
  record: JournalRecord,
  line: readonly [from: number, to: number],
): JobEntry | undefined {
  const { at, key } = record;
  if (record.type === "intent") {
    const { machine, url, tag, attempt, cost, by, origin } = record;
    const spent = [...before?.spent ?? [], at];
    return {
      key,
      machine,
      url,
      tag,
      attempt,
      standing: "sending",
      by,
      since: at,
      at,
      cost,
      spent,
      toRelease: false,
      origin,
    };
  }
  if (before === undefined) return undefined;
  switch (record.type) {
    case "submission":
      return { ...before, at, standing: "submitted", id: record.id, by: record.by, why: undefined, toRelease: false };
    case "answer": {
      const { answer: { digest, bytes, text }, toRelease = false } = record;
      return {
        ...before,
        at,
        standing: "answered",
        answer: { digest, bytes, ...(text !== undefined && { line }) },
        why: undefined,
        toRelease,
      };
    }
    case "rejection": {
      const spent = record.mayHaveRun ? before.spent : before.spent.slice(0, -1);
      return { ...before, at, standing: "rejected", why: record.why, spent };
    }
    case "unknown":
      return { ...before, at, standing: "unknown", why: record.why };
    case "failure":
      return { ...before, at, standing: "failed", why: record.why, toRelease: record.toRelease ?? false };
    case "cancellation":
      return { ...before, at, standing: "cancelled", toRelease: record.toRelease ?? false };
    case "release":
      return { ...before, at, toRelease: false };
    case "forgotten":
      return { ...before, at, standing: "forgotten" };
    case "damage-seen":
      return undefined;
  }
}
