import { energies as energiesOf, quantiseModel } from "../../model/mod.ts";
import type { Sampler } from "../../samplers/mod.ts";
import type { Budget } from "./_budget.ts";
import { drawsOf } from "./_draws.ts";
import type { FaultPlan } from "./_fault_plan.ts";
import { digestOf, type Job, type Order } from "./_job.ts";
import { modelBytes, type Outcome } from "./_outcome.ts";
import { Refusal } from "./_refusal.ts";
import type { AcceptedJob } from "./types.ts";
import { wrongAnswer } from "./_wrong_answer.ts";

const MAX_ACCEPTED = 50_000;
const MAX_COUNTED = 10_000;

/** What a desk works with. */
export interface DeskOptions {
  readonly sampler: Sampler;
  readonly bits: number | undefined;
  readonly seed: number;
  readonly quota: number;
  readonly waiting: number;
  readonly results: number;
  readonly keepMs: number;
  readonly jobMs: number;
  readonly reads: number;
  readonly budget: Budget;
  readonly faults: FaultPlan;
}

interface Entry {
  readonly job: Job;
  readonly abort: AbortController;
  readonly settle: () => void;
  readonly seed: number;
  order: Order | undefined;
  bytes: number;
}

/** Takes jobs, computes them one after another, keeps what they gave for a while. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #queue: Entry[] = [];
  readonly #seen = new Map<string, number>();
  readonly #accepted: AcceptedJob[] = [];
  readonly #counts = { accepted: 0, done: 0, failed: 0, cancelled: 0, running: 0 };
  #reserved = 0;
  #closed = false;
  #working: Promise<void> = Promise.resolve();
  /** Time that the machine would have computed. */
  machineMs = 0;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** The jobs taken. */
  get accepted(): readonly AcceptedJob[] {
    return this.#accepted;
  }

  /** How many jobs are where. */
  get counts() {
    const kept = Math.max(0, this.#entries.size - this.#queue.length - this.#counts.running);
    return { ...this.#counts, waiting: this.#queue.length, kept };
  }

  /**
   * Takes a job.
   *
   * @throws {Refusal} `quota` if the account has none left, `busy` if too many wait or memory is short
   */
  async submit(order: Order): Promise<Job> {
    const { quota, waiting, budget, faults, seed } = this.#options;
    if (this.#counts.accepted + this.#reserved >= quota) {
      throw new Refusal("quota", `all ${quota} jobs of this account are used up`);
    }
    if (this.#queue.length + this.#reserved >= waiting) {
      throw new Refusal("busy", `${waiting} jobs are waiting already`);
    }
    const bytes = modelBytes(order.model);
    this.#makeRoom(bytes);
    if (!budget.take(bytes)) throw new Refusal("busy", "there is no memory left for another job");
    this.#reserved++;
    let digest: string;
    try {
      digest = await digestOf(order);
    } finally {
      this.#reserved--;
    }
    if (this.#closed) throw new Refusal("broken", "the machine is shut down");
    const nth = this.#seen.get(digest) ?? 0;
    this.#seen.set(digest, nth + 1);
    if (this.#seen.size > MAX_COUNTED) this.#seen.delete(this.#seen.keys().next().value ?? "");
    const draws = drawsOf(seed, digest, nth);
    const fault = faults.job();
    const naming = drawsOf(seed, "name", this.#counts.accepted);
    const id = [0, 1, 2, 3].map(() => naming.uint32().toString(16).padStart(8, "0")).join("");
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
    const job: Job = {
      ...{ id, tag: order.tag, numReads: order.numReads, variables: order.model.n, fault },
      ...{ coin: draws.uint32() % 2 === 0, submittedAt: Date.now(), startedAt: undefined, endedAt: undefined },
      ...{ state: "waiting", outcome: undefined, why: "", settled },
    };
    const entry = { job, abort: new AbortController(), settle, seed: draws.uint32(), order, bytes };
    this.#counts.accepted++;
    this.#accepted.push({ id, tag: order.tag, digest, fault: fault ?? "none" });
    if (this.#accepted.length > MAX_ACCEPTED) this.#accepted.splice(0, MAX_ACCEPTED / 10);
    this.#entries.set(id, entry);
    this.#queue.push(entry);
    if (this.#counts.running === 0 && this.#queue.length === 1) this.#working = this.#work();
    return job;
  }

  /** A job by its name; nobody knows of a lost one. */
  find(id: string): Job | undefined {
    this.#forgetOld();
    const job = this.#entries.get(id)?.job;
    return job?.fault === "lost" ? undefined : job;
  }

  /** All jobs known, oldest first. */
  list(): Job[] {
    this.#forgetOld();
    return [...this.#entries.values()].map(({ job }) => job).filter(({ fault }) => fault !== "lost");
  }

  /** How many jobs come before a waiting one; 0 for the next. */
  position(job: Job): number {
    return this.#queue.findIndex((entry) => entry.job === job);
  }

  /** Cancels a waiting job, and a running one if `running` says so; false if it was too late. */
  cancel(job: Job, running: boolean): boolean {
    const entry = this.#entries.get(job.id);
    if (entry === undefined || (job.state !== "waiting" && !(running && job.state === "running"))) return false;
    const at = this.#queue.indexOf(entry);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#end(entry, "cancelled", "cancelled by its owner");
    entry.abort.abort();
    return true;
  }

  /** Forgets a job that is not running. */
  forget(job: Job): void {
    if (job.state === "running") return;
    if (job.state === "waiting") this.cancel(job, false);
    this.#drop(job.id);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { job } of [...this.#entries.values()]) this.cancel(job, true);
    await this.#working;
  }

  async #work(): Promise<void> {
    for (let entry = this.#queue.shift(); entry !== undefined; entry = this.#queue.shift()) {
      const { job, order } = entry;
      if (order === undefined) continue;
      job.state = "running";
      job.startedAt = Date.now();
      this.#counts.running++;
      try {
        const outcome = await this.#compute(entry, order);
        // cancelled in between
        if (job.endedAt !== undefined) continue;
        this.machineMs += outcome.machineMs;
        job.outcome = job.fault === undefined ? outcome : wrongAnswer(outcome, order.model, job.fault);
        this.#end(entry, "done", "");
      } catch (error) {
        if (job.endedAt === undefined) this.#end(entry, "failed", error instanceof Error ? error.message : "unknown");
      } finally {
        this.#counts.running--;
      }
    }
  }

  async #compute({ seed, abort }: Entry, order: Order): Promise<Outcome> {
    const { sampler, bits, jobMs, reads } = this.#options;
    const { model } = order;
    const held = bits === undefined ? model : quantiseModel(model, { bits }).model;
    const set = await sampler.sample(held, {
      numReads: order.bestOnly ? Math.min(order.numReads, reads) : order.numReads,
      ...{ seed, signal: abort.signal, timeLimitMs: Math.min(jobMs, order.runMs ?? Infinity) },
    });
    const { machineMs } = set.story.findings;
    const { sampleMs } = set.story.clocks;
    return {
      states: set.states,
      // a machine tells the energies of what it was sent
      energies: bits === undefined ? set.energies : energiesOf(model, set.states),
      machineMs: typeof machineMs === "number" ? machineMs : sampleMs,
    };
  }

  #end(entry: Entry, state: "done" | "failed" | "cancelled", why: string): void {
    const { job } = entry;
    job.state = state;
    job.why = why;
    job.endedAt = Date.now();
    this.#counts[state]++;
    const kept = 1000 + (job.outcome?.states.byteLength ?? 0) + (job.outcome?.energies.byteLength ?? 0);
    this.#options.budget.give(entry.bytes);
    entry.bytes = 0;
    entry.order = undefined;
    // jobs that are done stand in the order in which they ended
    this.#entries.delete(job.id);
    this.#makeRoom(kept);
    if (this.#options.budget.take(kept)) {
      entry.bytes = kept;
      this.#entries.set(job.id, entry);
    }
    this.#forgetOld();
    entry.settle();
  }

  // gives up the oldest answers while memory is short
  #makeRoom(bytes: number): void {
    const { budget } = this.#options;
    for (const { job } of this.#entries.values()) {
      if (budget.take(bytes)) {
        budget.give(bytes);
        return;
      }
      if (job.endedAt !== undefined) this.#drop(job.id);
    }
  }

  #forgetOld(): void {
    const { results, keepMs } = this.#options;
    let over = this.#entries.size - this.#queue.length - this.#counts.running - results;
    for (const { job } of this.#entries.values()) {
      if (job.endedAt === undefined) continue;
      if (over <= 0 && Date.now() - job.endedAt < keepMs) return;
      this.#drop(job.id);
      over--;
    }
  }

  #drop(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#options.budget.give(entry.bytes);
    this.#entries.delete(id);
  }
}
