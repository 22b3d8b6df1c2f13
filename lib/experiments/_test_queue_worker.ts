/*
 * A worker of the queue's tests: trains nothing, and dies, fails or finds a full disk as the plan's source says.
 */
import { dots, fakeTrainer } from "./_fake_trainer.ts";
import { serveRun } from "./mod.ts";
import type { Trainer } from "./types.ts";

/** What goes wrong, by operator. */
export interface Trouble {
  /** Dies after this many epochs of its own. */
  readonly dies?: Readonly<Record<string, number>>;
  /** Throws at once. */
  readonly fails?: string;
  /** Writes to a disk that is full, after an epoch. */
  readonly full?: string;
  /** After an epoch never gives timers their turn again. */
  readonly hangs?: string;
  /** Has another picture than the plan. */
  readonly changed?: boolean;
  /** After an epoch of their own these report again and again and wait until they are told to stop. */
  readonly wait?: readonly string[];
  /** Time before each epoch, ms. */
  readonly slowMs?: number;
}

let trouble: Trouble = {};
const train: Trainer = async (data, options) => {
  const { operator } = options;
  if (trouble.fails === operator) throw new RangeError("Cannot train: the loss is NaN");
  let report = () => {};
  const { train } = fakeTrainer((trained) => {
    if (trained.length === trouble.dies?.[operator]) {
      console.error("last words");
      Deno.kill(Deno.pid, "SIGKILL");
    }
    while (trouble.hangs === operator);
    if (trouble.full === operator) Deno.writeTextFileSync("/dev/full", "x");
  }, async (trained) => {
    if (trouble.slowMs !== undefined) await new Promise((resolve) => setTimeout(resolve, trouble.slowMs));
    if (trained.length === 0 || !trouble.wait?.includes(operator)) return;
    while (!options.signal?.aborted) {
      report();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  return await train(data, {
    ...options,
    onProgress: (training) => {
      report = () => options.onProgress?.(training);
      report();
    },
  });
};

await serveRun({
  load: (_name, source) => {
    trouble = source as Trouble;
    return Promise.resolve({ data: dots("Dots", trouble.changed ? 5 : 4, 2), full: { train: 4, test: 2 } });
  },
  train,
});
