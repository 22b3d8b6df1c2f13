import { Rng } from "../random/mod.ts";
import { cancelAtMachine } from "./_at_machine.ts";
import { Course } from "./_course.ts";
import type { CourseContext, CourseTask } from "./_course_types.ts";
import { Flight, LeftJob } from "./_flight.ts";
import { jobKey, plainUrl } from "./job_key.ts";
import type { JobOutcome, JobRunnerOptions, JobTask, JobWait } from "./job_types.ts";
import type { Journal } from "./journal.ts";
import { LONGEST_MS } from "./retry.ts";
import { Slots } from "./_slots.ts";
import { readSent } from "./_sent_jobs.ts";
import type { MachineProtocol } from "./types.ts";

const LEAVING_MS = 5_000;
const RELEASING_MS = 2_000;

/**
 * Runs jobs at a machine so that none is lost and none is sent twice, whatever happens to this process.
 *
 * A job is looked up in the journal first. One that was answered is not sent again. One that the machine has, from whichever
 * process, is collected. One that is under way here or in another living process is joined. One that was about to be sent when
 * its process died, or whose reply never came, is looked for by its tag if the machine can do that: found, it is collected; surely
 * not there, it may be sent; else it is an error of the kind `unknown-submission`, now and later, until the user says what
 * became of it. Everything else is sent, after its intent is durable and the spend cap has been checked, in one decision under
 * the journal's lock; turned down as busy it is sent again after a while.
 *
 * @example A machine that answers at once
 * ```ts
 * import { Journal, JobRunner, type MachineProtocol } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const cost = { jobs: 1, seconds: 0, money: 0 };
 * const job = { machine: "m", variables: 1, vartype: "qubo", numReads: 1, payload: 1, scale: 1, offset: 0, cost } as const;
 * const limits = { variables: 1, topology: { kind: "complete" }, precision: { kind: "float64" }, reads: 1, replyBytes: 9, quotaUnit: "jobs" } as const;
 * const protocol: MachineProtocol = {
 *   name: "m", url: "https://m", limits, keyHeaders: () => ({}), encode: () => job,
 *   submit: () => Promise.resolve({ answer: 1 }), decode: () => ({ states: Int8Array.of(1) }),
 * };
 * const runner = new JobRunner(protocol, new Journal(undefined));
 * const twice = [await runner.run({ job, part: 0 }), await runner.run({ job, part: 0 })];
 * assertEquals(twice.map(({ cached }) => cached), [false, true]);
 * ```
 */
export class JobRunner {
  readonly #context: CourseContext;
  readonly #url: string;

  /**
   * Makes a runner.
   *
   * @param protocol how the machine is spoken to
   * @param journal where everything is recorded
   * @param options see {@link JobRunnerOptions}
   */
  constructor(protocol: MachineProtocol, journal: Journal, options: JobRunnerOptions = {}) {
    this.#url = plainUrl(protocol.url);
    const slots = new Slots(Math.min(options.concurrency ?? 4, protocol.limits.jobs ?? Infinity));
    const rng = new Rng(crypto.getRandomValues(new Uint32Array(1))[0], 1);
    this.#context = { protocol, journal, options, slots, rng, url: this.#url, releasing: new Set() };
  }

  /**
   * Runs a job, or finds the answer that it already has.
   *
   * @param task the job
   * @param options.signal stops the wait; if nobody else waits for the job, in any process that shares the folder, it is cancelled
   *   where the machine can do that
   * @param options.deadlineMs longest wait; the job goes on and can be collected. @default {no limit}
   * @returns its answer; recorded, and durable after the next `sync`
   * @throws {MachineError} see `MachineFault`
   * @throws {LeftJob} if the signal was aborted
   * @throws {Error} if the journal cannot be written: then nothing was sent
   */
  async run(task: JobTask, options: JobWait = {}): Promise<JobOutcome> {
    const { key, payload } = jobKey({ url: this.#url, ...task });
    return await this.#wait(key, { key, payload, task }, options);
  }

  /**
   * Waits until the disk has all answers that `run` gave: those that a machine keeps are handed on before.
   *
   * @throws {Error} if the disk fails
   */
  async sync(): Promise<void> {
    await this.#context.journal.sync();
  }

  /**
   * Collects a job that the journal knows and a machine has, from whichever process; nothing is sent.
   *
   * @param key of the job
   * @param options see `run`
   * @returns its answer; undefined if it cannot be read, because what was sent is no longer known; it is kept all the same
   * @throws {MachineError} as `run` does; `unknown-submission` if nobody knows whether the machine has it
   * @throws {RangeError} if the journal knows no such job
   */
  async collect(key: string, options: JobWait = {}): Promise<JobOutcome> {
    const { folder } = this.#context.journal;
    const job = folder === undefined ? undefined : readSent(folder, key);
    const outcome = await this.#wait(key, { key, collectOnly: true, ...(job && { task: { job, part: 0 } }) }, options);
    await this.sync();
    return outcome;
  }

  /**
   * Cancels a job at the machine.
   *
   * @returns whether it was cancelled; false if it was too late, or the machine cannot cancel, or does not have it
   */
  async cancel(key: string): Promise<boolean> {
    using lease = this.#context.journal.lease();
    const entry = lease.journal.refresh().get(key);
    return entry !== undefined && await cancelAtMachine(this.#context, entry);
  }

  async #wait(key: string, what: CourseTask, options: JobWait): Promise<JobOutcome> {
    const { collectOnly = false } = what;
    const end = performance.now() + (options.deadlineMs ?? Infinity);
    const flights = flightsOf(this.#context.journal, collectOnly);
    let under = flights.get(key);
    let first = false;
    while (under?.flight.left) {
      if (!await settled(under.flight.outcome, end - performance.now(), options.signal)) {
        throw options.signal?.aborted ? new LeftJob("abort") : under.course.late();
      }
      if (flights.get(key) === under) flights.delete(key);
      under = flights.get(key);
    }
    if (under === undefined) {
      const course = new Course(this.#context, what);
      const made = { course, flight: new Flight((signal) => course.fly(signal)) };
      made.flight.outcome.catch(() => {}).finally(() => {
        if (flights.get(key) === made) flights.delete(key);
      });
      flights.set(key, made);
      under = made;
      first = true;
    }
    const { course, flight } = under;
    try {
      const outcome = await flight.join(options.signal, end - performance.now());
      return first ? outcome : course.readFor(what.task, outcome);
    } catch (error) {
      if (!(error instanceof LeftJob)) throw error;
      if (error.reason === "deadline") throw course.late();
      // the cancellation, if it comes to that, should not be cut off by the end of the program
      if (flight.left) await settled(flight.outcome, LEAVING_MS);
      throw new LeftJob("abort", course.cancelled);
    } finally {
      // a program may end after this, and the machine should have heard of it; one that does not listen is not waited for
      await settled(course.released, Math.min(RELEASING_MS, end - performance.now()), options.signal);
    }
  }
}

type Under = { readonly course: Course; readonly flight: Flight<JobOutcome> };
type Flights = Map<string, Under>;
const allFlights = new WeakMap<Journal, readonly [run: Flights, collected: Flights]>();

// apart, for one that is only collected may have no answer that can be read
function flightsOf(journal: Journal, collected: boolean): Flights {
  const known = allFlights.get(journal) ?? [new Map(), new Map()];
  allFlights.set(journal, known);
  return known[collected ? 1 : 0];
}

/** Waits until a promise settles, the time is over or the signal is aborted; whether it was the first of them. */
async function settled(outcome: Promise<unknown>, withinMs: number, signal?: AbortSignal): Promise<boolean> {
  const first = Promise.withResolvers<boolean>();
  const stop = () => first.resolve(false);
  outcome.then(() => first.resolve(true), () => first.resolve(true));
  const timer = withinMs <= LONGEST_MS ? setTimeout(stop, Math.max(0, withinMs)) : undefined;
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    return await first.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
