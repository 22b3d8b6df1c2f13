import { type Bus, entryOf, isForbidden, reasonOf } from "./_nats_bus.ts";
import { toWire } from "./_nats_spec.ts";

/** A task that nobody is to try again, and why. */
export interface DeadTask {
  /** Name of its plan. */
  readonly plan: string;
  /** How often it was tried. */
  readonly attempts: number;
  /** Why it is given up, in words. */
  readonly reason: string;
  /** Who gave it up. */
  readonly worker: string;
  /** By that one's clock, ISO 8601. */
  readonly at: string;
  /** What was to be done, or the start of a text that cannot be read. */
  readonly spec: unknown;
}

/** What a worker keeps at the servers, under content hashes of tasks: everything is tried until they take it. */
export class NatsStore {
  readonly #bus: Bus;
  readonly #onTrouble: (line: string) => void;

  constructor(bus: Bus, onTrouble: (line: string) => void) {
    this.#bus = bus;
    this.#onTrouble = onTrouble;
  }

  /** Tries until the servers take it: what was computed is worth the wait. */
  async again<T>(work: () => Promise<T>): Promise<T> {
    for (let waitMs = 100;; waitMs = Math.min(5000, 2 * waitMs)) {
      try {
        return await work();
      } catch (error) {
        if (isForbidden(error)) throw notAllowed(error);
        if (this.#bus.connection.isClosed()) throw error;
        this.#onTrouble(`the servers do not take it: ${reasonOf(error)}; trying again`);
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** Keeps a record; the first counts, a second one of the same task is dropped. */
  async keepRecord(key: string, result: unknown): Promise<void> {
    const text = toWire(result);
    const bytes = new TextEncoder().encode(text).length;
    const most = this.#bus.connection.info?.max_payload ?? Infinity;
    // it would be refused for ever
    if (bytes > most) throw new Error(`its record has ${bytes} bytes, and the server takes ${most} in a message`);
    await this.again(async () => {
      try {
        await this.#bus.results.create(key, text);
      } catch (error) {
        if (await entryOf(this.#bus.results, key) === null) throw error;
      }
    });
  }

  /** Keeps a checkpoint in place of the one before. */
  async keepCheckpoint(key: string, path: string): Promise<void> {
    const bytes = await Deno.readFile(path);
    await this.again(() => this.#bus.checkpoints.putBlob({ name: key }, bytes));
  }

  /** Writes the checkpoint that was kept last; false where there is none. */
  async restoreCheckpoint(key: string, path: string): Promise<boolean> {
    const bytes = await this.again(() => this.#bus.checkpoints.getBlob(key));
    if (bytes === null) return false;
    await Deno.writeFile(path, bytes);
    return true;
  }

  /** Keeps a task among those that are given up. */
  async bury(key: string, task: DeadTask): Promise<void> {
    await this.again(() => this.#bus.dead.put(key, JSON.stringify(task)));
  }
}

/** The servers do not let this worker do what tasks need. */
export function notAllowed(cause: unknown): Error {
  return new Error(`Cannot do tasks: ${reasonOf(cause)}; use the credentials of a worker`, { cause });
}
