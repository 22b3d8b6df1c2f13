import { cancelAtMachine, releaseKept } from "./_at_machine.ts";
import { isFault, JobErrors } from "./_job_errors.ts";
import { keepAnswer } from "./answer_cache.ts";
import { Cassette } from "./cassette.ts";
import { MachineError } from "./errors.ts";
import { LeftJob } from "./_flight.ts";
import { nextStep } from "./_next_step.ts";
import { keepSent, removeSent } from "./_sent_jobs.ts";
import type { JobEntry } from "./job_table.ts";
import type { CourseContext, CourseTask } from "./_course_types.ts";
import type { JobOutcome, JobTask } from "./job_types.ts";
import type { Decision } from "./journal.ts";
import { backoffMs, pause, RETRIES } from "./retry.ts";
import type { JobState, Json, MachineAnswer } from "./types.ts";
import { type OpenWire, openWire } from "./wire.ts";

const MOST_BAD_REPLIES = 8;
const LOOK_AGAIN_MS = 1000;
const REQUEST_MS = 60_000;
const SETTLE_MS = 10_000;
// statuses of a request that did not come through
const LOST = [408, 425];

/** One job from the first look into the journal to its answer; what `JobRunner` promises is done here. */
export class Course {
  readonly #context: CourseContext;
  readonly #what: CourseTask;
  readonly #key: string;
  readonly #task: JobTask | undefined;
  readonly #errors: JobErrors;
  readonly #wires: OpenWire[] = [];
  #signal: AbortSignal = new AbortController().signal;
  #id: string | undefined;
  #trouble: string | undefined;
  #answer: Json | undefined;
  #badReplies = 0;
  #resends = 0;
  #kept = false;
  /** Whether the machine cancelled it. */
  cancelled = false;
  /** Settles when the machine was told to delete what it keeps of the job that is over, or did not listen. */
  released: Promise<void> = Promise.resolve();

  /** Makes it; one that is to be collected is never sent, and without a task its answer is not read. */
  constructor(context: CourseContext, what: CourseTask) {
    this.#context = context;
    this.#errors = new JobErrors(context.protocol.name, what.key);
    this.#what = what;
    this.#key = what.key;
    this.#task = what.task;
  }

  /** Flies until there is an answer, or there will be none, or the signal is aborted. */
  async fly(signal: AbortSignal): Promise<JobOutcome> {
    this.#signal = signal;
    const { journal, slots } = this.#context;
    using _lease = journal.lease();
    const entry = journal.refresh().get(this.#key);
    if (entry?.standing === "answered") return await this.#cached(entry);
    using _slot = await slots.take(signal);
    // once it is sent again, what the machine keeps of it has no name any more
    if (entry?.toRelease) await releaseKept(this.#context, [entry]);
    try {
      for (let k = 0;; k++) {
        const outcome = await this.#step(k);
        if (outcome !== undefined) return outcome;
      }
    } catch (error) {
      if (error instanceof LeftJob && error.reason === "abort") await this.#cancel();
      throw error;
    }
  }

  /** The error of a caller that waits no longer. */
  late(): MachineError {
    return this.#errors.late(this.#id, this.#trouble);
  }

  /** The outcome as another caller reads it: the same request may stand for a model of other values. */
  readFor(task: JobTask | undefined, outcome: JobOutcome): JobOutcome {
    if (task === undefined || this.#answer === undefined) return outcome;
    return { ...outcome, answer: this.#context.protocol.decode(this.#answer, task.job) };
  }

  async #step(k: number): Promise<JobOutcome | undefined> {
    this.#signal.throwIfAborted();
    const { journal } = this.#context;
    const step = await journal.transact((jobs) => nextStep(this.#context, this.#what, this.#errors, jobs));
    switch (step.kind) {
      case "answered":
        return await this.#cached(step.entry);
      case "collect":
        return await this.#collect(step.entry.id!);
      case "lost":
        return void await this.#lookUp(step.entry);
      case "elsewhere":
        return void await this.#pause(Math.min(LOOK_AGAIN_MS, 10 * 1.5 ** k));
      case "full":
        this.#trouble = `the account has no room for another job (limit ${this.#context.protocol.limits.jobs}); ` +
          `see \`deno task jobs\``;
        await releaseKept(this.#context, step.kept);
        return void await this.#pause(Math.min(LOOK_AGAIN_MS, 10 * 1.5 ** k));
      case "send":
        return await this.#send(step.tag, k);
    }
  }

  async #send(tag: string, k: number): Promise<JobOutcome | undefined> {
    const { protocol, journal } = this.#context;
    const { job } = this.#task!;
    // a machine that answers in the same breath works meanwhile
    const wire = this.#wire(1000 * job.cost.seconds);
    let submission;
    try {
      submission = await protocol.submit(job, wire, tag);
      if (submission.id !== undefined && wire.withoutKey(submission.id) !== submission.id) {
        throw wire.fault("reply", "it names the job by the key");
      }
    } catch (error) {
      return await this.#notTaken(error, wire, k);
    }
    const { id } = submission;
    this.#id = id;
    // written at once; durable with the answer, or before the first wait
    if (id !== undefined) await this.#record({ type: "submission", id, by: journal.self }, { durable: false });
    if ("answer" in submission) {
      try {
        return await this.#finish(submission.answer, wire);
      } catch (error) {
        if (id === undefined || protocol.look === undefined || !isFault(error, "reply")) throw error;
        // the machine has it still
        this.#trouble = error.message;
      }
    }
    return await this.#collect(id!);
  }

  /** Undefined if the job may be sent again, or looked for. */
  async #notTaken(error: unknown, wire: OpenWire, k: number): Promise<undefined> {
    const words = wire.withoutKey(error instanceof Error ? error.message : String(error));
    this.#trouble = words;
    // the opening says what the record says
    const why = words.replace(/^Cannot [^:]*: /, "");
    if (isFault(error, "job")) {
      await this.#record({ type: "failure", why });
      throw error;
    }
    if (wire.mayHaveJob || isFault(error, "unknown-submission")) {
      this.#keepSent();
      await this.#record({ type: "unknown", why });
      return;
    }
    const fault = error instanceof MachineError ? error.fault : "network";
    const { mayHaveRun } = wire;
    await this.#record({ type: "rejection", fault, why, ...(mayHaveRun && { mayHaveRun }) });
    if (isFault(error, "busy")) return void await this.#backOff(error, k);
    if (isFault(error, "reply") && ++this.#badReplies <= MOST_BAD_REPLIES) return;
    const { retries = RETRIES } = this.#context.options;
    const lost = isFault(error, "network") || (error instanceof MachineError && LOST.includes(error.status ?? 0));
    if (!(mayHaveRun && lost && this.#resends++ < retries)) throw error;
    await this.#backOff(error, k);
  }

  /** A job of which nobody knows whether the machine has it. */
  async #lookUp(entry: JobEntry): Promise<void> {
    const { protocol, journal } = this.#context;
    const { find } = protocol;
    if (find === undefined) {
      if (entry.standing === "sending") await this.#recordIf(entry, { type: "unknown", why: "its process ended" });
      throw this.#errors.unknown(entry);
    }
    const wire = this.#wire();
    const look = () => this.#patiently(() => find(entry.tag, wire));
    let id = await look();
    if (id === undefined) {
      // the request may still be on its way
      await this.#pause(this.#context.options.settleMs ?? SETTLE_MS);
      id = await look();
    }
    if (id !== undefined) await this.#recordIf(entry, { type: "submission", id, by: journal.self });
    else {
      await this.#recordIf(entry, {
        type: "rejection",
        fault: "network",
        why: "the machine was asked for it by its tag, and does not have it",
      });
    }
  }

  async #collect(id: string): Promise<JobOutcome> {
    const { protocol, journal, options, rng } = this.#context;
    const [first, longest] = options.pollMs ?? [200, 5000];
    this.#id = id;
    if (protocol.look === undefined) throw this.#errors.nothingKept(id);
    // its sender should not cancel it
    using _wait = journal.refresh().get(this.#key)?.by === journal.self ? undefined : journal.waitFor(this.#key);
    const wire = this.#wire();
    let missed = false;
    for (let k = 0;; k++) {
      const state = await this.#patiently(() => protocol.look!(id, wire));
      if (state.state === "done") {
        try {
          return await this.#finish(state.answer, wire);
        } catch (error) {
          if (!isFault(error, "reply") || ++this.#badReplies > MOST_BAD_REPLIES) throw error;
          this.#trouble = error.message;
        }
      } else if (state.state === "failed" || state.state === "cancelled" || (state.state === "gone" && missed)) {
        return await this.#ended(state, wire);
      } else if (k === 0) {
        this.#keepSent();
        await journal.sync();
      }
      missed = state.state === "gone";
      if (state.state === "gone") {
        // one such reply may be a slip of the service, and the job is paid
        this.#trouble = state.why;
        await this.#pause(options.settleMs ?? SETTLE_MS);
      } else await this.#pause(Math.min(longest, first * 1.5 ** k) * (0.8 + 0.4 * rng.uniform()));
    }
  }

  /** The machine will not answer any more; unless another process was quicker, that is the end. */
  async #ended({ state, why }: Extract<JobState, { why: string }>, wire: OpenWire): Promise<JobOutcome> {
    const words = wire.withoutKey(why);
    const { journal, protocol } = this.#context;
    // what is left of it may count against the account; of one that was not found nothing is known, so nothing is deleted
    const kept = state !== "gone" && protocol.release !== undefined && { toRelease: true as const };
    const answered = await journal.transact((jobs): Decision<JobEntry | undefined> => {
      const entry = jobs.get(this.#key);
      if (entry?.standing === "answered" && journal.answerText(entry) !== undefined) {
        return { records: [], result: entry };
      }
      const key = this.#key;
      const record = state === "cancelled"
        ? { type: "cancellation", key, ...kept } as const
        : { type: "failure", key, why: words, ...kept } as const;
      return { records: [record], result: undefined };
    });
    if (answered !== undefined) return await this.#cached(answered);
    this.#removeSent();
    if (kept) this.#release();
    throw this.#errors.job(`the job ${this.#id} is ${state}: ${words}`, this.#id);
  }

  async #finish(answer: Json, wire: OpenWire): Promise<JobOutcome> {
    const { protocol, journal } = this.#context;
    const seen = JSON.stringify(answer);
    const text = wire.withoutKey(seen);
    const kept: Json = text === seen ? answer : JSON.parse(text);
    // what can be asked for again is read first; an answer that comes once is paid, and kept whether it can be read or not
    const once = protocol.look === undefined || this.#id === undefined;
    const readBefore = once ? undefined : this.#task && protocol.decode(kept, this.#task.job);
    const toRelease = this.#id !== undefined && protocol.release !== undefined;
    const answerKept = await keepAnswer(journal.folder, text);
    const event = { type: "answer", answer: answerKept, ...(toRelease && { toRelease }) } as const;
    // a machine that keeps the answer can be asked again after a loss of power: the disk may come later
    await this.#record(event, { durable: toRelease || once });
    this.#removeSent();
    if (toRelease) this.#release();
    this.#answer = kept;
    return this.#outcome(readBefore ?? this.#readKept(kept), false);
  }

  #release(): void {
    const entry = this.#context.journal.refresh().get(this.#key);
    if (entry !== undefined) this.released = releaseKept(this.#context, [entry]).catch(() => {});
  }

  async #cached(entry: JobEntry): Promise<JobOutcome> {
    const { protocol, journal, options } = this.#context;
    const text = journal.answerText(entry);
    this.#id = entry.id;
    if (text === undefined) {
      if (entry.id !== undefined && protocol.look !== undefined) {
        return await this.#collect(entry.id);
      }
      throw this.#errors.answerGone();
    }
    if (options.carrier instanceof Cassette) options.carrier.note(this.#key, text);
    const kept: Json = this.#answer = JSON.parse(text);
    return this.#outcome(this.#readKept(kept), true);
  }

  #readKept(kept: Json): MachineAnswer | undefined {
    try {
      return this.#task && this.#context.protocol.decode(kept, this.#task.job);
    } catch (error) {
      throw isFault(error, "reply") ? this.#errors.unreadable(error) : error;
    }
  }

  #outcome(answer: MachineAnswer | undefined, cached: boolean): JobOutcome {
    const sum = (of: (wire: OpenWire) => number) => this.#wires.reduce((total, wire) => total + of(wire), 0);
    return {
      key: this.#key,
      ...(answer !== undefined && { answer }),
      cached,
      ...(this.#id !== undefined && { id: this.#id }),
      requests: sum((wire) => wire.requests),
      sentBytes: sum((wire) => wire.sentBytes),
      receivedBytes: sum((wire) => wire.receivedBytes),
    };
  }

  async #cancel(): Promise<void> {
    const { journal } = this.#context;
    const entry = journal.refresh().get(this.#key);
    if (entry === undefined || journal.isOthers(entry)) return;
    this.cancelled = await cancelAtMachine(this.#context, entry).catch(() => false);
  }

  /** Looks again after trouble, until nobody waits any more; after a reply that cannot be read only so often. */
  async #patiently<T>(look: () => Promise<T>): Promise<T> {
    for (let k = 0;; k++) {
      try {
        return await look();
      } catch (error) {
        const again = isFault(error, "busy") || isFault(error, "network") ||
          (isFault(error, "reply") && ++this.#badReplies <= MOST_BAD_REPLIES);
        if (!again) throw error;
        this.#trouble = error.message;
        await this.#backOff(error, k);
      }
    }
  }

  #wire(moreMs = 0): OpenWire {
    const { protocol, options } = this.#context;
    const { requestMs = REQUEST_MS, rateLimit, carrier, retries, firstBackoffMs, longestBackoffMs } = options;
    const wire = openWire(protocol, {
      signal: this.#signal,
      requestMs: requestMs + moreMs,
      rateLimit,
      carrier,
      retries,
      firstBackoffMs,
      longestBackoffMs,
    });
    this.#wires.push(wire);
    return wire;
  }

  /** What the machine asks for and some more, longer each time: it may ask for nothing. */
  async #backOff({ retryAfterMs = 0 }: MachineError, k: number): Promise<void> {
    await this.#pause(retryAfterMs + backoffMs(k, this.#context.rng, this.#context.options));
  }

  async #pause(ms: number): Promise<void> {
    await pause(this.#context.options.carrier?.instant ? 0 : ms, this.#signal);
  }

  #record(event: KeylessEvent, options?: { readonly durable: boolean }): Promise<void> {
    const records = [{ ...event, key: this.#key }];
    return this.#context.journal.transact(() => ({ records, result: undefined }), options);
  }

  /** Records what became of an attempt, unless somebody else did. */
  #recordIf(before: JobEntry, event: KeylessEvent): Promise<void> {
    return this.#context.journal.transact((jobs) => {
      const now = jobs.get(this.#key);
      const same = now?.attempt === before.attempt && now.standing === before.standing;
      return { records: same ? [{ ...event, key: this.#key }] : [], result: undefined };
    });
  }

  /** Not before it is known that the machine takes its time: most files would be written to be removed at once. */
  #keepSent(): void {
    const { folder } = this.#context.journal;
    const { payload = "", task } = this.#what;
    if (folder === undefined || task === undefined || payload === "") return;
    keepSent(folder, this.#key, task.job, payload);
    this.#kept = true;
  }

  #removeSent(): void {
    const { folder } = this.#context.journal;
    if (folder !== undefined && (this.#kept || this.#what.collectOnly)) removeSent(folder, this.#key);
  }
}

type Keyless<T> = T extends unknown ? Omit<T, "key"> : never;
type KeylessEvent = Keyless<Decision<unknown>["records"][number]>;
