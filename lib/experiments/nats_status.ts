import {
  type Bus,
  entriesOf,
  entryOf,
  isForbidden,
  type NatsOptions,
  openBus,
  type Priority,
  reasonOf,
  TASKS,
} from "./_nats_bus.ts";
import { cancelPlan, type PlanEntry } from "./_nats_plan.ts";
import { clockAheadMs, type WorkerState } from "./nats_worker_state.ts";

/** Where a plan stands that was handed in to a NATS queue. */
export interface NatsPlanStatus {
  /** Its name in the store. */
  readonly plan: string;
  /** Its name as it was handed in. */
  readonly title: string;
  /** How soon its tasks have their turn. */
  readonly priority: Priority;
  /** Tasks in all, those that had a record already among them. */
  readonly total: number;
  /** Tasks that have a record, or were taken back with a cancelled plan. */
  readonly ended: number;
  /** Tasks that wait or are under way. */
  readonly left: number;
  /** Tasks that were given up, with the reason. */
  readonly failures: readonly { readonly key: string; readonly attempts: number; readonly reason: string }[];
  /** Whether it was cancelled. */
  readonly cancelled: boolean;
  /** When it was handed in, ISO 8601, by the submitter's clock. */
  readonly submittedAt: string;
  /** Share of it that is done, that of tasks under way counted, 0 .. 1. */
  readonly done: number;
  /** Expected time to its end from the pace so far, ms; null while unknown. */
  readonly etaMs: number | null;
}

/** A worker that gave a sign a short while ago. */
export interface NatsWorkerStatus extends WorkerState {
  /** Its name. */
  readonly worker: string;
  /** How far its clock is ahead of the server's, ms, to about the time that a message takes. */
  readonly clockAheadMs: number;
}

/** What a NATS queue is doing. */
export interface NatsStatus {
  /** Plans, the newest first. */
  readonly plans: readonly NatsPlanStatus[];
  /** Workers, by name. */
  readonly workers: readonly NatsWorkerStatus[];
  /** Why this is of a while ago: the servers did not answer. */
  readonly away?: string;
}

/** How a NATS queue is watched. */
export interface WatchNatsOptions extends NatsOptions {
  /** Time between two looks, ms. @default {2000} */
  readonly everyMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Looks at a NATS queue again and again: its plans, its workers, what was given up and why.
 *
 * Servers that go away end nothing: what was seen last is given again, with `away`.
 *
 * @param options which servers, and how often
 * @returns what is there at each look, until the signal
 * @throws {RangeError} if the address is none
 * @throws {Error} if the servers cannot be used at the start
 *
 * Cost a request for each plan, worker and failure, at each look.
 * Source: none needed.
 *
 * @example The tasks that are left
 * ```ts ignore
 * import { watchNats } from "qama/experiments";
 * for await (const { plans } of watchNats({ servers: "nats://localhost:4222" })) console.log(plans[0]?.left);
 * ```
 */
export async function* watchNats(options: WatchNatsOptions): AsyncGenerator<NatsStatus, void, void> {
  const { everyMs = 2000, signal } = options;
  await using bus = await openBus(options);
  let last = await statusOf(bus);
  for (;;) {
    yield last;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
      if (signal?.aborted) resolve();
    });
    if (signal?.aborted) return;
    try {
      last = await statusOf(bus);
    } catch (error) {
      last = { ...last, away: reasonOf(error) };
    }
  }
}

/**
 * Looks at a NATS queue once: its plans, its workers, what was given up and why.
 *
 * @param options which servers
 * @returns what is there now
 * @throws {RangeError} if the address is none
 * @throws {Error} if the servers cannot be used
 *
 * Cost a request for each plan, worker and failure.
 * Source: none needed.
 *
 * @example The tasks that are left
 * ```ts ignore
 * import { natsStatus } from "qama/experiments";
 * const { plans } = await natsStatus({ servers: "nats://localhost:4222" });
 * console.log(plans.map(({ title, left }) => `${title}: ${left}`));
 * ```
 */
export async function natsStatus(options: NatsOptions): Promise<NatsStatus> {
  await using bus = await openBus(options);
  return await statusOf(bus);
}

/**
 * Cancels a plan that somebody handed in: what waits is taken back, what is under way stops at a checkpoint.
 *
 * @param options which servers
 * @param plan its name in the store, as `natsStatus` gives it
 * @throws {RangeError} if there is no such plan
 * @throws {Error} if the servers cannot be used, or refuse
 *
 * Cost three requests.
 * Source: none needed.
 *
 * @example A plan nobody waits for
 * ```ts ignore
 * import { cancelNatsPlan } from "qama/experiments";
 * await cancelNatsPlan({ servers: "nats://localhost:4222" }, "1f2e3d4c");
 * ```
 */
export async function cancelNatsPlan(options: NatsOptions, plan: string): Promise<void> {
  await using bus = await openBus(options);
  const found = /^[\w-]+$/.test(plan) ? await entryOf(bus.plans, plan) : null;
  if (found === null) {
    const names = (await statusOf(bus)).plans.map(({ plan }) => plan).join(", ");
    throw new RangeError(`Cannot cancel ${plan}: there is no such plan; there are ${names || "none"}`);
  }
  await cancelPlan(bus, plan, found.json<PlanEntry>()).catch((cause) => {
    if (!isForbidden(cause)) throw cause;
    throw new Error(`Cannot cancel ${plan}: ${reasonOf(cause)}; use the credentials of a submitter`, { cause });
  });
}

async function statusOf(bus: Bus): Promise<NatsStatus> {
  const workers: NatsWorkerStatus[] = [];
  for (const [worker, found] of await entriesOf(bus, "workers")) {
    const state = found.json<WorkerState>();
    workers.push({ worker, ...state, clockAheadMs: clockAheadMs(found) });
  }
  const failures = new Map<string, { key: string; attempts: number; reason: string }[]>();
  for (const [key, found] of await entriesOf(bus, "dead")) {
    const { plan, attempts, reason } = found.json<{ plan: string; attempts: number; reason: string }>();
    failures.set(plan, [...failures.get(plan) ?? [], { key, attempts, reason }]);
  }
  const { state } = await bus.streams.streams.info(TASKS, { subjects_filter: "qama.tasks.>" });
  const waiting = Map.groupBy(Object.keys(state.subjects ?? {}), (subject) => subject.split(".")[3]);
  const plans = (await entriesOf(bus, "plans")).map(([plan, found]): NatsPlanStatus => {
    const { title, priority, total, before, submittedAt, cancelled } = found.json<PlanEntry>();
    const lost = failures.get(plan) ?? [];
    const left = waiting.get(plan)?.length ?? 0;
    const ended = total - left - lost.length;
    const running = workers.flatMap(({ running }) => running).filter((task) => task.plan === plan);
    const part = running.reduce((sum, { done }) => sum + (done ?? 0), 0);
    const etas = running.map(({ etaMs }) => etaMs ?? NaN);
    const elapsedMs = Math.max(0, Date.now() - Date.parse(submittedAt));
    const pace = (ended - before + part) / elapsedMs;
    const etaMs = left === 0
      ? 0
      : running.length === left && etas.every(Number.isFinite)
      ? Math.max(...etas)
      : pace > 0
      ? (left - part) / pace
      : null;
    const done = total === 0 ? 1 : (ended + part) / total;
    return { plan, title, priority, total, left, ended, cancelled, submittedAt, done, etaMs, failures: lost };
  });
  plans.sort((a, b) => a.submittedAt < b.submittedAt ? 1 : -1);
  return { plans, workers: workers.sort((a, b) => a.worker < b.worker ? -1 : 1) };
}
