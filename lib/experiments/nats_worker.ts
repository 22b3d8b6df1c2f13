import { hostname } from "node:os";
import { type Bus, entryOf, isForbidden, type NatsOptions, openBus, reasonOf } from "./_nats_bus.ts";
import { type ClaimedTry, claimTask, giveTryBack, isStillClaimed } from "./_nats_claim.ts";
import {
  BrokenWorkerError,
  DiedError,
  type KindContext,
  RefusedError,
  type TaskBrief,
  type TaskKind,
} from "./_nats_kinds.ts";
import { complaintOf, fromWire, otherCode, readSpec, type TaskSpec, toWire } from "./_nats_spec.ts";
import { TaskSource } from "./_nats_source.ts";
import { NatsStore, notAllowed } from "./_nats_store.ts";
import type { TakenTask } from "./_nats_take.ts";
import { TRAIN, trainKind, type TrainKindOptions } from "./_nats_train_kind.ts";
import { codeVersion } from "./machine.ts";
import { clockAheadMs, type WorkerState } from "./nats_worker_state.ts";
import type { CodeVersion } from "./types.ts";

/** What a worker of a NATS queue is made of. */
export interface ServeNatsOptions extends NatsOptions {
  /** How runs of a plan are made; absent: it makes none. */
  readonly train?: TrainKindOptions;
  /** Other things that it can do, by name. @default {{}} */
  readonly kinds?: Readonly<Record<string, TaskKind>>;
  /** Tasks at the same time. @default {1} */
  readonly slots?: number;
  /** How often a task whose process died, or whose worker was lost, is tried in all. @default {3} */
  readonly attempts?: number;
  /** Time after which a refused task is offered again, ms. @default {5000} */
  readonly refusalMs?: number;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
  /** Ends the worker: its tasks stop at a checkpoint and go back to the queue. */
  readonly signal?: AbortSignal;
  /** Time in ms, as the records have it. @default {Date.now} */
  readonly now?: () => number;
  /** Receives what it does, a line each. */
  readonly onLine?: (line: string) => void;
}

const IDLE_MS = 5000;
const SKEW_MS = 5000;
/** Records of short tasks on their way to the servers at most. */
const MOST_STORING = 64;

/**
 * Takes tasks from a NATS queue and does them, until it is told to end.
 *
 * A task is acknowledged after its record is stored, so that one whose worker is lost is dealt again, and goes on from the
 * checkpoint that was kept last. A record is stored under the content hash of its task and never replaced: of two that were
 * made, one counts. Nothing is run but the kinds that this worker was started with, on bodies that fit their description.
 *
 * @param options which servers, and what it can do
 * @returns how many records it stored
 * @throws {RangeError} if a number is no integer of 1 or more, or the address is none
 * @throws {Error} if the servers cannot be used, or nothing can go on here, for instance because the disk is full
 *
 * Cost a request to the server for each priority and task; a request each five seconds and priority where there is nothing to do.
 * Source: none needed.
 *
 * @example A worker that makes runs
 * ```ts ignore
 * import { serveNats } from "qama/experiments";
 * await serveNats({ servers: "nats://localhost:4222", train });
 * ```
 */
export async function serveNats(options: ServeNatsOptions): Promise<number> {
  const { slots = 1, attempts = 3, refusalMs = 5000 } = options;
  for (const [name, value] of Object.entries({ slots, attempts, refusalMs })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new RangeError(`Cannot serve a queue: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  await using bus = await openBus(options);
  const kinds = { ...options.kinds, ...options.train === undefined ? {} : { [TRAIN]: trainKind(options.train) } };
  const code = options.code ?? await codeVersion();
  return await new NatsWorker(bus, kinds, { ...options, slots, attempts, refusalMs, code }).serve();
}

type Settings = ServeNatsOptions & Required<Pick<ServeNatsOptions, "slots" | "attempts" | "refusalMs" | "code">>;
type ClaimedTask = {
  readonly message: TakenTask;
  readonly plan: string;
  readonly spec: TaskSpec;
  /** Null: the first try of a short task, which nobody counts. */
  readonly claim: ClaimedTry | null;
  readonly signal: AbortSignal;
};

class NatsWorker {
  readonly #bus: Bus;
  readonly #kinds: Readonly<Record<string, TaskKind>>;
  readonly #settings: Settings;
  readonly #id = `${hostname().replace(/[^\w-]/g, "_")}-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  readonly #end = new AbortController();
  readonly #running = new Map<string, { plan: string; kind: string; stop: AbortController; brief?: TaskBrief }>();
  readonly #cancelled = new Set<string>();
  readonly #source: TaskSource;
  readonly #store: NatsStore;
  /** Begun, and not acknowledged. */
  readonly #begun = new Set<TakenTask>();
  readonly #storing = new Set<Promise<void>>();
  #done = 0;
  #refused: string | undefined;
  #broken: { readonly error: unknown } | null = null;
  #news = Promise.withResolvers<void>();

  constructor(bus: Bus, kinds: Readonly<Record<string, TaskKind>>, settings: Settings) {
    this.#bus = bus;
    this.#kinds = kinds;
    this.#settings = settings;
    this.#source = new TaskSource(bus, settings.slots);
    this.#store = new NatsStore(bus, (text) => this.#line(text));
  }

  async serve(): Promise<number> {
    const { signal, slots } = this.#settings;
    const { connection, plans } = this.#bus;
    const end = () => this.#stop();
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
    const news = connection.subscribe("qama.news", { callback: () => this.#wake() });
    // servers that go away just now come back
    const watch = await this.#store.again(() => plans.watch());
    const watching = (async () => {
      for await (const entry of watch) {
        const plan = entry.value.length === 0 ? null : entry.json<{ cancelled?: boolean }>();
        if (plan?.cancelled) this.#cancel(entry.key);
      }
    })();
    await this.#store.again(() => this.#tell());
    await this.#compareClocks();
    this.#line(`waiting for tasks as ${this.#id}`);
    const telling = setInterval(() => {
      for (const task of [...this.#source.held(), ...this.#begun]) task.working();
      this.#tell().catch(() => {});
    }, this.#bus.ackWaitMs / 4);
    try {
      await Promise.all(Array.from({ length: slots }, () => this.#slot()));
      await this.#source.close();
      await Promise.all(this.#storing);
    } finally {
      clearInterval(telling);
      signal?.removeEventListener("abort", end);
      news.unsubscribe();
      watch.stop();
      await watching;
      await this.#bus.workers.delete(this.#id).catch(() => {});
    }
    if (this.#broken !== null) throw this.#broken.error;
    return this.#done;
  }

  #stop(): void {
    this.#end.abort();
    for (const { stop } of this.#running.values()) stop.abort();
    this.#wake();
  }

  #breakOff(reason: string, cause: unknown): void {
    this.#broken ??= { error: new Error(`Cannot go on here: ${reason}; its tasks went back to the queue`, { cause }) };
    this.#stop();
  }

  #wake(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }

  #cancel(plan: string): void {
    this.#cancelled.add(plan);
    for (const running of this.#running.values()) if (running.plan === plan) running.stop.abort();
  }

  #line(text: string): void {
    this.#settings.onLine?.(text);
  }

  async #tell(): Promise<void> {
    const { slots, code } = this.#settings;
    const running = [...this.#running].map(([key, { plan, kind, brief }]) => ({ key, plan, kind, ...brief }));
    const refused = this.#refused === undefined ? {} : { refused: this.#refused };
    const at = new Date(this.#settings.now?.() ?? Date.now()).toISOString();
    const data = this.#settings.train?.data?.() ?? {};
    const state: WorkerState = { host: hostname(), slots, code, at, done: this.#done, data, running, ...refused };
    await this.#bus.workers.put(this.#id, JSON.stringify(state));
  }

  /** Nothing is decided by this clock, but records tell of it. */
  async #compareClocks(): Promise<void> {
    const told = await this.#store.again(() => entryOf(this.#bus.workers, this.#id));
    const aheadMs = told === null ? 0 : clockAheadMs(told);
    if (Math.abs(aheadMs) < SKEW_MS) return;
    this.#line(
      `warning: the clock of this machine is ${Math.round(Math.abs(aheadMs) / 1000)} s ${
        aheadMs > 0 ? "ahead of" : "behind"
      } the server's; times in its records are off by that`,
    );
  }

  async #slot(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const news = this.#news.promise;
      const message = await this.#source.next().catch((error) => {
        if (isForbidden(error)) throw notAllowed(error);
        // credentials that do not hold any longer: nobody would connect again
        if (this.#bus.connection.isClosed()) this.#breakOff(`the servers refuse it: ${reasonOf(error)}`, error);
        // servers that are away come back; nothing is under way here
        else this.#line(`no task can be taken: ${reasonOf(error)}; trying again`);
        return null;
      });
      if (message === null) await this.#idle(news);
      else if (this.#end.signal.aborted) message.nak();
      else {await this.#settle(message).catch((error) =>
          this.#line(`a task goes back to the queue: ${reasonOf(error)}`)
        );}
    }
  }

  async #idle(news: Promise<void>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, IDLE_MS));
    await Promise.race([news, late]);
    clearTimeout(timer);
  }

  async #settle(message: TakenTask): Promise<void> {
    const settings = this.#settings;
    const [, , , plan, key] = message.subject.split(".");
    if (this.#cancelled.has(plan)) return message.term();
    const spec = readSpec(message.text);
    if ("unreadable" in spec) {
      if (spec.wait) return this.#refuse(message, plan, key, spec.unreadable);
      return await this.#bury(message, plan, key, 0, `it cannot be read: ${spec.unreadable}`);
    }
    const kind = this.#kinds[spec.kind];
    const why = kind === undefined ? `it does no ${spec.kind}` : otherCode(spec.code, settings.code);
    if (kind === undefined || why !== null) return this.#refuse(message, plan, key, why!);
    const valid = kind.body.safeParse(spec.body);
    if (!valid.success) return await this.#bury(message, plan, key, 0, `its ${complaintOf(valid.error)}`);
    if (this.#running.has(key)) return message.nak(settings.refusalMs);
    const stop = new AbortController();
    // from here on another slot of this worker leaves it alone
    this.#running.set(key, { plan, kind: spec.kind, stop });
    this.#begun.add(message);
    const over = () => {
      this.#begun.delete(message);
      this.#running.delete(key);
    };
    let storing = false;
    try {
      // taken ahead, a short task may come back untried: from there on its tries are counted as those of long ones
      const claim = kind.short && message.deliveries === 1 ? null : await this.#claim(message, plan, key);
      if (claim === "not ours") return;
      const task = { message, plan, spec, claim, signal: stop.signal };
      storing = await this.#do(task, kind, valid.data, over);
    } finally {
      if (!storing) over();
    }
  }

  /** The try of the task that is this worker's, if it is to be done here. */
  async #claim(message: TakenTask, plan: string, key: string): Promise<ClaimedTry | "not ours"> {
    const { attempts, refusalMs } = this.#settings;
    const claim = await claimTask(this.#bus, key, { worker: this.#id, attempts, tell: () => this.#tell() });
    if (claim === "another's") message.nak(refusalMs);
    else if (claim === "done") message.ack();
    else if ("attempt" in claim) return claim;
    else await this.#bury(message, plan, key, claim.attempts, claim.reason);
    return "not ours";
  }

  /** Whether another worker claimed the task of this one, which was silent for too long. */
  async #isAnothers(key: string, claim: ClaimedTry | null): Promise<boolean> {
    if (claim === null || await this.#store.again(() => isStillClaimed(this.#bus, key, claim))) return false;
    this.#line(`left to another worker: ${key}`);
    return true;
  }

  async #giveBack(key: string, claim: ClaimedTry | null): Promise<void> {
    if (claim !== null) await this.#store.again(() => giveTryBack(this.#bus, key, claim));
  }

  /** Does a task that is this worker's; whether its record is still being stored when the slot goes on. */
  async #do(
    { message, plan, spec, claim, signal }: ClaimedTask,
    kind: TaskKind,
    body: unknown,
    over: () => void,
  ): Promise<boolean> {
    const { key } = spec, attempt = claim?.attempt ?? 1;
    try {
      if (!kind.short) {
        this.#source.took(Infinity);
        this.#publish(plan, key, { started: this.#id, attempt });
      }
      const begin = performance.now();
      const { result, stopped } = await kind.run(body, this.#context(plan, key, claim, signal));
      if (!stopped && kind.short) {
        this.#source.took(performance.now() - begin);
        await this.#storeBeside(message, key, result, over);
        return true;
      }
      if (!stopped) {
        await this.#store.keepRecord(key, result);
        message.ack();
        this.#done++;
        this.#line(`done: ${spec.kind} ${key}`);
      } else {
        await this.#giveBack(key, claim);
        if (this.#cancelled.has(plan)) {
          this.#publish(plan, key, { stopped: result });
          message.term();
        } else message.nak();
      }
    } catch (error) {
      const reason = reasonOf(error);
      if (error instanceof RefusedError) {
        await this.#giveBack(key, claim);
        this.#refuse(message, plan, key, reason);
      } else if (error instanceof BrokenWorkerError) {
        await this.#giveBack(key, claim);
        message.nak();
        this.#breakOff(reason, error);
      } else if (error instanceof DiedError && attempt < this.#settings.attempts) message.nak();
      else if (!await this.#isAnothers(key, claim)) await this.#bury(message, plan, key, attempt, reason);
    }
    return false;
  }

  /** Stores a record while the slot goes on; the task is acknowledged when it is stored, as every other. */
  async #storeBeside(message: TakenTask, key: string, result: unknown, over: () => void): Promise<void> {
    const store = async () => {
      try {
        await this.#store.keepRecord(key, result);
        message.ack();
        this.#done++;
      } catch (error) {
        this.#line(`a task goes back to the queue: ${reasonOf(error)}`);
      }
      over();
    };
    const stored = store().finally(() => this.#storing.delete(stored));
    this.#storing.add(stored);
    while (this.#storing.size >= MOST_STORING) await Promise.race(this.#storing);
  }

  #context(plan: string, key: string, claim: ClaimedTry | null, signal: AbortSignal): KindContext {
    return {
      ...{ key, signal },
      onProgress: (progress, brief) => {
        const running = this.#running.get(key);
        if (running !== undefined) running.brief = brief;
        this.#publish(plan, key, { progress });
      },
      restore: (path) => this.#store.restoreCheckpoint(key, path),
      keep: async (path) => {
        if (!await this.#isAnothers(key, claim)) return await this.#store.keepCheckpoint(key, path);
        this.#running.get(key)?.stop.abort();
      },
    };
  }

  #publish(plan: string, key: string, news: unknown): void {
    try {
      this.#bus.connection.publish(`qama.progress.${plan}.${key}`, toWire(news));
    } catch {
      // news are news: the record counts
    }
  }

  #refuse(message: TakenTask, plan: string, key: string, reason: string): void {
    if (this.#refused !== reason) this.#line(`refused: ${reason}`);
    this.#refused = reason;
    this.#publish(plan, key, { refused: reason, worker: this.#id });
    message.nak(this.#settings.refusalMs);
  }

  async #bury(message: TakenTask, plan: string, key: string, attempts: number, reason: string): Promise<void> {
    const at = new Date().toISOString();
    await this.#store.bury(key, { plan, attempts, reason, worker: this.#id, at, spec: safe(message.text) });
    message.term();
    this.#line(`given up: ${key}: ${reason}`);
  }
}

function safe(text: string): unknown {
  try {
    return fromWire(text);
  } catch {
    return text.slice(0, 1000);
  }
}
