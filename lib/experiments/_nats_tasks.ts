import { type Bus, entryOf, isForbidden, type Priority, reasonOf, TASKS, writeOver } from "./_nats_bus.ts";
import { patiently } from "./_nats_patience.ts";
import { cancelPlan, type PlanEntry } from "./_nats_plan.ts";
import { fromWire, type TaskSpec, toWire } from "./_nats_spec.ts";
import { isUsed, watchAll } from "./_nats_watch.ts";

/** How a task ended. */
export type TaskEnd =
  | { readonly result: unknown }
  | { readonly dead: { readonly attempts: number; readonly reason: string } }
  | { readonly stopped: unknown };

/** What is told of tasks that are handed in. */
export interface TasksOptions {
  /** Name of the plan, as `status` shows it. */
  readonly title: string;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** A worker began it, or began it again. */
  readonly onStart?: (key: string, worker: string) => void;
  readonly onProgress?: (key: string, progress: unknown) => void;
  /** A worker would not do it. */
  readonly onRefused?: (key: string, worker: string, reason: string) => void;
  /** Called once a task. */
  readonly onEnd: (key: string, end: TaskEnd) => void;
}

/** Requests in flight. */
const MOST = 256;
const STOP_MS = 30_000;

/** Hands tasks in and waits until each has ended; a task that has a record already is not handed in. */
export async function runTasks(bus: Bus, specs: readonly TaskSpec[], options: TasksOptions): Promise<void> {
  try {
    await handInAndWait(bus, specs, options);
  } catch (cause) {
    if (!isForbidden(cause)) throw cause;
    throw new Error(`Cannot hand in tasks: ${reasonOf(cause)}; use the credentials of a submitter`, { cause });
  }
}

async function handInAndWait(bus: Bus, specs: readonly TaskSpec[], options: TasksOptions): Promise<void> {
  const { title, priority, signal, onEnd } = options;
  const plan = crypto.randomUUID().slice(0, 8);
  const submittedAt = new Date().toISOString();
  let entry: PlanEntry = { title, priority, total: specs.length, before: 0, submittedAt, cancelled: false };
  const open = new Set(specs.map(({ key }) => key));
  const begun = new Set<string>();
  const handedIn = new Set<string>();
  const all = Promise.withResolvers<void>();
  // it is waited for at the end
  all.promise.catch(() => {});
  const end = (key: string, how: TaskEnd) => {
    if (!open.delete(key)) return;
    onEnd(key, how);
    if (open.size === 0) all.resolve();
  };
  let cancelled = false;
  const drop = (key: string) => {
    open.delete(key);
    if (open.size === 0) all.resolve();
  };
  const result = (key: string, text: string) => end(key, { result: fromWire(text) });
  const news = bus.connection.subscribe(`qama.progress.${plan}.*`, {
    callback: (error, message) => {
      if (error !== null) return all.reject(error);
      const key = message.subject.split(".")[3];
      if (!open.has(key)) return;
      // of workers of this package, or nobody's: what does not fit is passed over
      const told = objectOf(message.string());
      if (typeof told.started === "string") {
        begun.add(key);
        options.onStart?.(key, told.started);
      } else if (typeof told.refused === "string") {
        begun.delete(key);
        options.onRefused?.(key, String(told.worker), told.refused);
        if (cancelled) drop(key);
      } else if ("progress" in told) options.onProgress?.(key, told.progress);
      else if ("stopped" in told) end(key, { stopped: told.stopped });
    },
  });
  const results = await patiently(() => watchAll(bus.results, (key, text) => open.has(key) && result(key, text)));
  const tellDeath = (key: string, text: string) => {
    // one of an earlier plan is tried anew
    if (handedIn.has(key)) end(key, { dead: fromWire(text) as { attempts: number; reason: string } });
  };
  const deaths = await patiently(() => watchAll(bus.dead, tellDeath));
  // somebody else may cancel it
  const tellFate = (name: string, text: string) => {
    if (name === plan && !cancelled && (fromWire(text) as PlanEntry).cancelled) onAbort();
  };
  const fate = await patiently(() => watchAll(bus.plans, tellFate));
  const stored = async ({ key }: TaskSpec) => {
    if (!open.has(key)) return;
    const there = await patiently(() => entryOf(bus.results, key));
    if (there !== null) result(key, there.string());
  };
  let stopping: ReturnType<typeof setTimeout> | undefined;
  const stop = async () => {
    if (cancelled) return;
    cancelled = true;
    await patiently(() => cancelPlan(bus, plan, entry));
    for (const key of open) if (!begun.has(key)) drop(key);
    stopping = setTimeout(all.resolve, STOP_MS);
  };
  const onAbort = () => void stop().catch(all.reject);
  try {
    if (open.size === 0) all.resolve();
    if (await patiently(() => isUsed(bus.results))) await inFlight(specs, stored);
    entry = { ...entry, before: specs.length - open.size };
    await patiently(() => bus.plans.put(plan, JSON.stringify(entry)));
    const anyDead = await patiently(() => isUsed(bus.dead));
    await inFlight(specs.filter(({ key }) => open.has(key)), async (spec) => {
      const { key } = spec;
      // what was given up before is tried anew
      if (anyDead) await patiently(() => forgetDeath(bus, key));
      if (signal?.aborted || cancelled) return;
      handedIn.add(key);
      // the servers know one that came twice by its name
      const [subject, msgID] = [`qama.tasks.${priority}.${plan}.${key}`, `${plan}.${key}`];
      await patiently(() => bus.publisher.publish(subject, toWire(spec), { msgID }));
      // workers begin while the rest is handed in
      if (handedIn.size % MOST === 1) bus.connection.publish("qama.news");
    });
    bus.connection.publish("qama.news");
    signal?.addEventListener("abort", onAbort);
    if (signal?.aborted) onAbort();
    await all.promise;
    // servers that changed their leader may keep what is done long since
    const filter = `qama.tasks.${priority}.${plan}.>`;
    if (open.size === 0) await bus.streams.streams.purge(TASKS, { filter }).catch(() => {});
  } finally {
    clearTimeout(stopping);
    signal?.removeEventListener("abort", onAbort);
    news.unsubscribe();
    await Promise.all([results(), deaths(), fate()]);
  }
}

/** Takes a task from those that were given up; what another plan or a worker wrote in the meantime stays. */
async function forgetDeath(bus: Bus, key: string): Promise<void> {
  // tries first: a worker that finds none finds the death, or a task that may be tried
  const [tries, dead] = [await entryOf(bus.tries, key), await entryOf(bus.dead, key)];
  if (dead === null) return;
  for (const [store, entry] of [[bus.tries, tries], [bus.dead, dead]] as const) {
    if (entry === null) continue;
    await writeOver(store, entry, (options) => store.purge(key, options));
  }
}

async function inFlight<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let at = 0;
  const one = async () => {
    while (at < items.length) await work(items[at++]);
  };
  await Promise.all(Array.from({ length: Math.min(MOST, items.length) }, one));
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value = fromWire(text);
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
