import { type Bus, entryOf } from "./_nats_bus.ts";
import { isAt, type WorkerState } from "./nats_worker_state.ts";

type Tries = { readonly attempts: number; readonly worker: string };

/** What a worker may do with a task: try it, leave it to another one, forget it for it is done, or give it up. */
export type Claim = { readonly attempt: number } | "another's" | "done" | {
  readonly attempts: number;
  readonly lost: string;
};

/** Counts a try of a task at the servers, for one worker alone of those that have it. */
export async function claimTask(
  bus: Bus,
  key: string,
  { worker, attempts: most, tell }: {
    /** Who claims it. */
    readonly worker: string;
    /** Tries in all. */
    readonly attempts: number;
    /** Says at the servers that the worker is at it. */
    readonly tell: () => Promise<void>;
  },
): Promise<Claim> {
  const before = await entryOf(bus.tries, key);
  const tries = before?.json<Tries>() ?? null;
  if (tries !== null && tries.worker !== worker) {
    // the same task twice, or a worker that is thought lost: it may still be at it
    const other = await entryOf(bus.workers, tries.worker);
    if (other !== null && isAt(other.json<WorkerState>(), key)) return "another's";
  }
  // looked for after the other one: a record is stored before its worker says that it is no longer at it
  if (await bus.results.get(key) !== null) return "done";
  const attempt = (tries?.attempts ?? 0) + 1;
  if (attempt > most) {
    const last = tries === null ? "" : `, the last of them ${tries.worker}`;
    return { attempts: attempt - 1, lost: `each of ${attempt - 1} workers was lost${last}` };
  }
  // said before it is so: whoever finds the claim finds that this worker is at it
  await tell();
  const claim = JSON.stringify({ attempts: attempt, worker });
  try {
    await (before === null ? bus.tries.create(key, claim) : bus.tries.update(key, claim, before.revision));
  } catch (error) {
    const now = (await entryOf(bus.tries, key))?.json<Tries>() ?? null;
    if (now === null || now.worker === worker) throw error;
    return "another's";
  }
  return { attempt };
}
