import type { Bus } from "./_nats_bus.ts";
import { type TakenTask, takeTasks } from "./_nats_take.ts";

/** Work that is taken ahead, ms: it hides the way to the servers, and others wait no longer for it. */
const AHEAD_MS = 100;
/** Tasks that are taken ahead at most. */
const MOST = 128;

/**
 * Gives the tasks of a queue to the slots of a worker, one at a time.
 *
 * While tasks are short, the next ones are here before a slot is free: as many as it does in a tenth of a second. A task that
 * is not short is never taken ahead of its slot, or what comes with one goes back, for another worker may be free.
 */
export class TaskSource {
  readonly #bus: Bus;
  readonly #slots: number;
  #here: TakenTask[] = [];
  #asking: Promise<void> | null = null;
  #waiting = 0;
  /** Mean time of the last tasks; infinite after one that is not short. */
  #meanMs = Infinity;

  constructor(bus: Bus, slots: number) {
    this.#bus = bus;
    this.#slots = slots;
  }

  /** The next task; null where there is none just now. */
  async next(): Promise<TakenTask | null> {
    this.#waiting++;
    try {
      // a question that was under way before may have been for too few
      for (let own = this.#asking === null; this.#here.length === 0; own = true) {
        await (this.#asking ?? this.#ask());
        if (own && this.#here.length === 0) return null;
      }
    } finally {
      this.#waiting--;
    }
    const task = this.#here.shift()!;
    // what goes wrong here is told to the slot that asks next
    if (this.#asking === null && this.#here.length < this.#ahead() / 2) this.#ask().catch(() => {});
    return task;
  }

  /** Is told how long a short task took, or that one is begun that is not short. */
  took(ms: number): void {
    if (ms === Infinity) {
      this.#meanMs = Infinity;
      this.giveBack();
    } else this.#meanMs = this.#meanMs === Infinity ? ms : 0.9 * this.#meanMs + 0.1 * ms;
  }

  /** Tasks that are here and not begun. */
  held(): readonly TakenTask[] {
    return this.#here;
  }

  /** Hands back what no slot waits for. */
  giveBack(): void {
    for (const task of this.#here.splice(this.#waiting)) task.nak();
  }

  /** Hands back all that is here, and what is on its way. */
  async close(): Promise<void> {
    this.#meanMs = Infinity;
    await this.#asking?.catch(() => {});
    this.giveBack();
  }

  #ahead(): number {
    return this.#meanMs === Infinity ? 0 : Math.min(MOST, Math.floor(this.#slots * AHEAD_MS / this.#meanMs));
  }

  #ask(): Promise<void> {
    const most = Math.max(1, this.#waiting + this.#ahead() - this.#here.length);
    const asking = takeTasks(this.#bus, most, (task) => this.#here.push(task));
    this.#asking = asking.finally(() => this.#asking = null);
    return this.#asking;
  }
}
