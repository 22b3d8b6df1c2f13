import { short } from "./_job_errors.ts";
import { removeSent } from "./_sent_jobs.ts";
import type { JobEntry, JobStanding } from "./job_table.ts";
import type { Decision, Journal } from "./journal.ts";

/**
 * Says where a job stands, its process taken into account: one that was about to be sent by a process that is gone is `unknown`.
 *
 * @param journal with a lease
 * @param entry of it
 *
 * Cost O(1), a file looked at for a job that is being sent.
 *
 * @example Nobody knows what became of it
 * ```ts
 * import { Journal, jobFate } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * using lease = new Journal(await Deno.makeTempDir()).lease();
 * const cost = { jobs: 1, seconds: 0, money: 0 };
 * const intent = { type: "intent", key: "k", machine: "m", url: "u", tag: "t", attempt: 1, cost, by: "gone" } as const;
 * const entry = await lease.journal.transact(() => ({ records: [intent], result: undefined })).then(() => lease.journal.refresh().get("k"));
 * assertEquals(entry && jobFate(lease.journal, entry), "unknown");
 * ```
 */
export function jobFate(journal: Journal, entry: JobEntry): JobStanding {
  return entry.standing === "sending" && !journal.isAlive(entry.by) ? "unknown" : entry.standing;
}

/**
 * Finds the job that a user means: by the beginning of its key, by its tag, or by the machine's own name for it.
 *
 * @throws {RangeError} if there is none, or more than one
 *
 * Cost O(jobs).
 */
export function findJob(entries: readonly JobEntry[], name: string): JobEntry {
  const found = entries.filter(({ key, tag, id }) =>
    (name.length >= 4 && key.startsWith(name)) || tag === name || id === name
  );
  if (found.length === 1) return found[0];
  const why = found.length === 0
    ? "there is no such job; `deno task jobs` lists them"
    : `it could be ${found.slice(0, 3).map(({ key }) => short(key)).join(" or ")}; give more of it`;
  throw new RangeError(`Cannot find the job ${name}: ${why}`);
}

/**
 * Tells a job of unknown fate the name under which the user found it at the machine, so that it can be collected.
 *
 * @throws {RangeError} if its fate is known
 *
 * Cost one record.
 */
export async function adoptJob(journal: Journal, key: string, id: string): Promise<void> {
  await change(journal, key, (entry) => {
    const fate = jobFate(journal, entry);
    if (fate !== "unknown" && fate !== "failed") {
      throw new RangeError(
        `Cannot take ${id} for the job ${short(key)}: it is ${fate}${entry.id ? ` (${entry.id})` : ""}`,
      );
    }
    return [{ type: "submission", key, id, by: journal.self }];
  });
}

/**
 * Allows a job to be sent again: the user knows that the machine does not have it, or wants it twice.
 *
 * @param options.force also where the machine has it
 * @throws {RangeError} if a process is sending it, or the machine has it
 *
 * Cost one record.
 */
export async function forgetJob(
  journal: Journal,
  key: string,
  options: { readonly force?: boolean } = {},
): Promise<void> {
  await change(journal, key, (entry) => {
    const fate = jobFate(journal, entry);
    if (fate === "sending") throw new RangeError(`Cannot forget the job ${short(key)}: a process is sending it now`);
    if (fate === "submitted" && !options.force) {
      throw new RangeError(
        `Cannot forget the job ${
          short(key)
        }: the machine has it as ${entry.id}; resume or cancel it, or forget it with --force`,
      );
    }
    return [{ type: "forgotten", key }];
  });
  if (journal.folder !== undefined) removeSent(journal.folder, key);
}

/**
 * Notes that the user has seen the damaged lines, so that jobs are sent again.
 *
 * @returns how many there were
 *
 * Cost a record a line.
 */
export async function acceptDamage(journal: Journal): Promise<number> {
  using _lease = journal.lease();
  return await journal.transact(() => {
    const parts = journal.damage.filter(({ seen }) => !seen);
    return { records: parts.map(({ from }) => ({ type: "damage-seen", key: "", from })), result: parts.length };
  });
}

async function change(
  journal: Journal,
  key: string,
  decide: (entry: JobEntry) => Decision<void>["records"],
): Promise<void> {
  using _lease = journal.lease();
  await journal.transact((jobs) => {
    const entry = jobs.get(key);
    if (entry === undefined) throw new RangeError(`Cannot find the job ${short(key)}: the journal knows no such job`);
    return { records: decide(entry), result: undefined };
  });
}
