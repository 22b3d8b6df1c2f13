import { openBus } from "./_nats_bus.ts";
import { specOf, type TaskSpec } from "./_nats_spec.ts";
import { runTasks } from "./_nats_tasks.ts";
import { callsInOrder, refusalsTold } from "./_nats_told.ts";
import { codeVersion } from "./machine.ts";
import type { NatsExecutorOptions } from "./nats_executor.ts";

/** How a task ended: with what its kind gives, given up, or stopped before its end. */
export type NatsTaskEnd =
  | { readonly result: unknown }
  | { readonly failed: { readonly attempts: number; readonly reason: string } }
  | { readonly stopped: true };

/** What is told of tasks that are handed in. */
export interface NatsTasksOptions extends NatsExecutorOptions {
  /** Takes the tasks back: what is under way stops at a checkpoint. */
  readonly signal?: AbortSignal;
  /** Called as often as the tasks report; i counts bodies. */
  readonly onProgress?: (i: number, progress: unknown) => void;
  /** Awaited once a task, in the order in which they end; one that was taken back has no end. */
  readonly onEnd: (i: number, end: NatsTaskEnd) => void | Promise<void>;
}

/**
 * Hands tasks of a kind in to a NATS queue and waits until each has ended.
 *
 * A task is known by the hash of kind, body and code: one that has a record is not done again, equal bodies are one task.
 *
 * @param kind what workers call it, see `serveNats`
 * @param bodies plain JSON each; workers check them
 * @param options which servers, and what is told
 * @throws {RangeError} if the address is none
 * @throws {Error} if the servers cannot be used, or `onEnd` throws
 *
 * Cost some requests a task.
 * Source: none needed.
 *
 * @example Tasks of a kind of one's own
 * ```ts ignore
 * import { runNatsTasks } from "qama/experiments";
 * await runNatsTasks("mine", [{ size: 3 }], { servers: "nats://localhost:4222", onEnd: (i, end) => console.log(i, end) });
 * ```
 */
export async function runNatsTasks(
  kind: string,
  bodies: readonly unknown[],
  options: NatsTasksOptions,
): Promise<void> {
  const { title = kind, priority = "normal", signal, onProgress, onEnd, onLine } = options;
  await using bus = await openBus(options);
  const code = options.code ?? await codeVersion();
  const specs = new Map<string, { spec: TaskSpec; places: number[] }>();
  for (const [i, body] of bodies.entries()) {
    const spec = specOf(kind, body, code);
    const { places } = specs.get(spec.key) ?? { places: [] };
    specs.set(spec.key, { spec, places: [...places, i] });
  }
  const calls = callsInOrder(signal);
  await runTasks(bus, [...specs.values()].map(({ spec }) => spec), {
    ...{ title, priority },
    signal: calls.signal,
    onProgress: (key, progress) => specs.get(key)!.places.forEach((i) => onProgress?.(i, progress)),
    onRefused: refusalsTold(onLine),
    onEnd: (key, end) => {
      const how: NatsTaskEnd = "dead" in end ? { failed: end.dead } : "stopped" in end ? { stopped: true } : end;
      calls.next(async () => {
        for (const i of specs.get(key)!.places) await onEnd(i, how);
      });
    },
  });
  await calls.over();
}
