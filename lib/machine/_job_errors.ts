import { MachineError } from "./errors.ts";
import type { JobEntry } from "./job_table.ts";

/** Whether an error is of a kind. */
export function isFault(error: unknown, fault: MachineError["fault"]): error is MachineError {
  return error instanceof MachineError && error.fault === fault;
}

/** The beginning of a key: enough for people. */
export function short(key: string): string {
  return key.slice(0, 12);
}

/** What the errors about a job say, ways out included. */
export class JobErrors {
  readonly #machine: string;
  readonly #key: string;

  constructor(machine: string, key: string) {
    this.#machine = machine;
    this.#key = key;
  }

  /** A caller waits no longer. */
  late(id: string | undefined, trouble: string | undefined): MachineError {
    const where = id === undefined
      ? "it was not sent as far as we know"
      : `the job ${id} goes on; ask for the same again, or \`deno task jobs resume ${short(this.#key)}\``;
    const last = trouble === undefined ? "" : `; last trouble: ${trouble}`;
    return this.#make("deadline", `Cannot wait longer for ${this.#machine}: the time is over, and ${where}${last}`, id);
  }

  /** Nobody knows whether the machine has it. */
  unknown({ tag, why }: JobEntry): MachineError {
    const reason = why ?? "its process ended before the reply came";
    const key = short(this.#key);
    return this.#make(
      "unknown-submission",
      `Cannot tell whether there is a job at ${this.#machine}: ${tag} was sent, and ${reason}. It is not sent again by itself; ` +
        `look for it at the machine: \`deno task jobs resume ${key} --as ID\` collects it, ${this.#forget()}`,
    );
  }

  /** There is nothing to be collected. */
  nothingToCollect(entry: JobEntry | undefined): Error {
    if (entry === undefined) {
      return new RangeError(`Cannot collect the job ${short(this.#key)}: the journal knows no such job`);
    }
    return this.job(`it is ${entry.standing}: ${entry.why ?? "there is nothing to collect"}`, entry.id);
  }

  /** The answer was here. */
  answerGone(): MachineError {
    return this.job(`its answer was here, and is gone or changed on disk; ${this.#forget()}`);
  }

  /** The answer is here, and cannot be read. */
  unreadable({ message, excerpt }: MachineError): MachineError {
    const machine = this.#machine;
    return new MachineError(
      `${message}; it is kept, and not asked for again by itself: ${this.#forget()}`,
      { machine, fault: "reply", ...(excerpt !== undefined && { excerpt }) },
    );
  }

  /** The machine answers at once, and this one has no answer. */
  nothingKept(id: string): MachineError {
    return this.job(`the machine answers at once and keeps nothing of ${id}; ${this.#forget()}`, id);
  }

  /** The machine took it, and there will be no answer. */
  job(what: string, id?: string): MachineError {
    return this.#make("job", `Cannot get an answer from ${this.#machine}: ${what}`, id);
  }

  #forget(): string {
    return `\`deno task jobs forget ${short(this.#key)}\` allows to send it again`;
  }

  #make(fault: MachineError["fault"], message: string, jobId?: string): MachineError {
    return new MachineError(message, { machine: this.#machine, fault, ...(jobId !== undefined && { jobId }) });
  }
}
