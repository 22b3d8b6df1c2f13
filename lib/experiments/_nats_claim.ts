import { type Bus, entryOf, writeOver } from "./_nats_bus.ts";
import type { DeadTask } from "./_nats_store.ts";
import { isAt, type WorkerState } from "./nats_worker_state.ts";

/** What is kept of a task that was tried: how often, and who tries it; null where the last one gave its try back. */
type Tries = { readonly attempts: number; readonly worker: string | null };

/** A try that is counted at the servers for one worker. */
export interface ClaimedTry {
  /** Which one of the task, from 1. */
  readonly attempt: number;
  /** Of its entry at the servers: another one is there as soon as another worker claims the task. */
  readonly revision: number;
}

/** What a worker may do with a task: try it, leave it to another one, forget it for it is done, or give it up. */
export type Claim = ClaimedTry | "another's" | "done" | { readonly attempts: number; readonly reason: string };

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
  const tries = before?.json<Tries>() ?? null, last = tries?.worker ?? null;
  if (last !== null && last !== worker) {
    // the same task twice, or a worker that is thought lost: it may still be at it
    const other = await entryOf(bus.workers, last);
    if (other !== null && isAt(other.json<WorkerState>(), key)) return "another's";
  }
  // looked for after the other one: a record is stored, or a task given up, before its worker says that it is no longer at it
  if (await bus.results.get(key) !== null) return "done";
  const dead = (await entryOf(bus.dead, key))?.json<DeadTask>() ?? null;
  // handed in beside the one that was given up, by a plan that may not have been told
  if (dead !== null) return { attempts: dead.attempts, reason: dead.reason };
  const attempt = (tries?.attempts ?? 0) + 1;
  if (attempt > most) {
    const who = last === null ? "" : `, the last of them ${last}`;
    return { attempts: attempt - 1, reason: `each of ${attempt - 1} workers was lost${who}` };
  }
  // said before it is so: whoever finds the claim finds that this worker is at it
  await tell();
  const claim = JSON.stringify({ attempts: attempt, worker });
  try {
    const revision =
      await (before === null ? bus.tries.create(key, claim) : bus.tries.update(key, claim, before.revision));
    return { attempt, revision };
  } catch (error) {
    const entry = await entryOf(bus.tries, key), now = entry?.json<Tries>() ?? null;
    if (entry === null || now === null) throw error;
    if (now.worker !== worker) return "another's";
    // it was counted, and the answer lost
    if (now.attempts === attempt) return { attempt, revision: entry.revision };
    throw error;
  }
}

/** Whether a try is still its worker's: one that was silent for too long is thought lost, and another one claims its task. */
export async function isStillClaimed(bus: Bus, key: string, { revision }: ClaimedTry): Promise<boolean> {
  return (await entryOf(bus.tries, key))?.revision === revision;
}

/** Gives a try back, for a task that stopped has not been tried; leaves the claim of another worker alone. */
export async function giveTryBack({ tries }: Bus, key: string, { attempt, revision }: ClaimedTry): Promise<void> {
  const before: Tries = { attempts: attempt - 1, worker: null };
  await writeOver(
    tries,
    { key, revision },
    (options) =>
      attempt === 1 ? tries.delete(key, options) : tries.update(key, JSON.stringify(before), options.previousSeq),
  );
}
