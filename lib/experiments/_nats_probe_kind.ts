import { z } from "zod";
import type { TaskKind } from "./_nats_kinds.ts";

/** Waits so many ms and says its number: what a queue costs is measured with it. */
export const probeKind: TaskKind = {
  short: true,
  body: z.strictObject({ number: z.number().int().min(0), ms: z.number().min(0).max(60_000) }),
  async run(body) {
    const { number, ms } = body as { number: number; ms: number };
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { result: { number }, stopped: false };
  },
};
