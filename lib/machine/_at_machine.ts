import type { CourseContext } from "./_course_types.ts";
import type { JobEntry } from "./job_table.ts";
import { type OpenWire, openWire } from "./wire.ts";

/** Longest time of what is done at a machine beside the wait for an answer, whatever the machine asks for. */
const BESIDE_MS = 10_000;

/**
 * Cancels a job that a machine has, records it, and has what is left of it deleted.
 *
 * @returns whether it was cancelled
 */
export async function cancelAtMachine(context: CourseContext, entry: JobEntry): Promise<boolean> {
  const { protocol: { cancel }, journal } = context;
  const { id } = entry;
  if (cancel === undefined || entry.standing !== "submitted" || id === undefined) return false;
  if (!await briefly(context, (wire) => cancel(id, wire))) return false;
  await journal.transact((jobs) => {
    const now = jobs.get(entry.key);
    const still = now?.standing === "submitted" && now.id === id;
    const toRelease = context.protocol.release !== undefined && { toRelease: true as const };
    return { records: still ? [{ type: "cancellation", key: entry.key, ...toRelease }] : [], result: undefined };
  });
  await releaseKept(context, [entry]);
  return true;
}

/** Tells the machine to delete what it keeps of jobs that are over; what fails is tried again when there is no room. */
export async function releaseKept(context: CourseContext, entries: readonly JobEntry[]): Promise<void> {
  const { protocol: { release }, journal, releasing } = context;
  const kept = entries.filter(({ key, id }) => id !== undefined && !releasing.has(key));
  if (release === undefined || kept.length === 0) return;
  using _lease = journal.lease();
  for (const { key } of kept) releasing.add(key);
  await briefly(context, async (wire) => {
    for (const { key, id } of kept) {
      try {
        await release(id!, wire);
        await journal.transact((jobs) => {
          const same = jobs.get(key)?.id === id;
          return { records: same ? [{ type: "release", key }] : [], result: undefined };
        });
      } catch {
        // what was of use is here
      }
    }
  }).finally(() => {
    for (const { key } of kept) releasing.delete(key);
  });
}

/** Opens a wire on which everything is over soon. */
async function briefly<T>(context: CourseContext, use: (wire: OpenWire) => Promise<T>): Promise<T> {
  const { protocol, options: { carrier, rateLimit } } = context;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("The time for it is over")), BESIDE_MS);
  const deadline = performance.now() + BESIDE_MS;
  const { signal } = controller;
  try {
    return await use(openWire(protocol, { requestMs: BESIDE_MS, retries: 2, deadline, signal, carrier, rateLimit }));
  } finally {
    clearTimeout(timer);
  }
}
