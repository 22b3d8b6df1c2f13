import type { CourseContext } from "./_course_types.ts";
import type { JobEntry } from "./job_table.ts";
import { openWire } from "./wire.ts";

const CANCEL_MS = 10_000;

/**
 * Cancels a job that a machine has, and records it.
 *
 * @returns whether it was cancelled
 */
export async function cancelAtMachine(context: CourseContext, entry: JobEntry): Promise<boolean> {
  const { protocol, journal, options: { carrier, rateLimit } } = context;
  const { cancel } = protocol;
  if (cancel === undefined || entry.standing !== "submitted" || entry.id === undefined) return false;
  const wire = openWire(protocol, { requestMs: CANCEL_MS, retries: 2, carrier, rateLimit });
  if (!await cancel(entry.id, wire)) return false;
  await journal.transact((jobs) => {
    const now = jobs.get(entry.key);
    const still = now?.standing === "submitted" && now.id === entry.id;
    return { records: still ? [{ type: "cancellation", key: entry.key }] : [], result: undefined };
  });
  return true;
}

/** Tells the machine to delete what it keeps of answered jobs; what fails is tried again when there is no room. */
export async function releaseKept(context: CourseContext, entries: readonly JobEntry[]): Promise<void> {
  const { protocol, journal, options: { carrier, rateLimit, requestMs } } = context;
  const { release } = protocol;
  if (release === undefined) return;
  const wire = openWire(protocol, { carrier, rateLimit, requestMs, retries: 2 });
  for (const { key, id } of entries) {
    if (id === undefined) continue;
    try {
      await release(id, wire);
      await journal.transact(() => ({ records: [{ type: "release", key }], result: undefined }));
    } catch {
      // the answer is here
    }
  }
}
