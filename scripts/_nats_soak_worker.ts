// A worker of the soak: does probes and runs that train nothing. It is killed on purpose, and started again as a service is.
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { serveNats } from "../lib/experiments/mod.ts";
import { PROBE, probeKind } from "./_nats_probe_kind.ts";

/** What a worker of the soak is told. */
export interface SoakWorkerOrder {
  readonly servers: string;
  readonly folder: string;
  readonly slots: number;
  readonly ackWaitMs: number;
}

/** Which program the processes of a soak are: one. */
export const SOAK_CODE = { version: "0.1.0", commit: "soak" } as const;

/** Does the work again and again until it can be done: servers that are away come back. */
export async function untilServed<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!/^Cannot (use|connect|hand)/.test((error as Error).message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

if (import.meta.main) {
  const { servers, folder, slots, ackWaitMs }: SoakWorkerOrder = JSON.parse(Deno.args[0]);
  await Deno.mkdir(folder, { recursive: true });
  const script = fileURLToPath(new URL("./_nats_soak_run.ts", import.meta.url));
  const command = [Deno.execPath(), "run", "-A", "--quiet", "--no-check", script];
  const source = z.strictObject({ slowMs: z.number() });
  await untilServed(() =>
    serveNats({
      ...{ servers, slots, ackWaitMs, refusalMs: 500, code: SOAK_CODE },
      kinds: { [PROBE]: probeKind },
      train: { command, folder, workers: 1, source, checkpointMs: 100 },
      onLine: (line) => console.log(line),
    })
  );
}
