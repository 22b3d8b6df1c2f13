import { z } from "zod";
import type { TaskKind } from "../lib/experiments/mod.ts";

/** Name of the kind of task that waits, or computes, for so many ms and says its number. */
export const PROBE = "probe";

/** Does such a task: what a queue costs, and whether it loses or repeats something, is seen by it. */
export const probeKind: TaskKind = {
  short: true,
  body: z.strictObject({
    number: z.number().int().min(0),
    ms: z.number().min(0).max(60_000),
    computes: z.boolean().optional(),
  }),
  async run(body) {
    const { number, ms, computes } = body as { number: number; ms: number; computes?: boolean };
    const end = performance.now() + ms;
    while (computes && performance.now() < end);
    if (!computes) await new Promise((resolve) => setTimeout(resolve, ms));
    return { result: { number }, stopped: false };
  },
};
