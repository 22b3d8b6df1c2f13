/*
 * A worker of the NATS queue's tests: address, folder and slots as arguments; a line on standard output for each it does.
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { PROBE, probeKind } from "../../scripts/_nats_probe_kind.ts";
import { ttsGapKind } from "./_nats_tts_gap_kind.ts";
import { serveNats } from "./nats_worker.ts";

const [servers, folder, slots = "1", ackWaitMs = "2000", creds, tlsCa] = Deno.args;
await Deno.mkdir(folder, { recursive: true });
const script = fileURLToPath(new URL("./_test_queue_worker.ts", import.meta.url));
const gaps = fileURLToPath(new URL("./_test_tts_gap_worker.ts", import.meta.url));
const deno = [Deno.execPath(), "run", "-A", "--quiet"];
const serve = () =>
  serveNats({
    servers,
    ...creds === undefined ? {} : { creds, tlsCa },
    slots: Number(slots),
    ackWaitMs: Number(ackWaitMs),
    refusalMs: 500,
    code: { version: "0.1.0", commit: "test" },
    kinds: {
      [PROBE]: probeKind,
      "tts-gap": ttsGapKind({ command: [...deno, gaps], folder: `${folder}/gaps`, workers: 1, checkpointMs: 20 }),
    },
    train: {
      command: [...deno, script],
      folder,
      workers: 1,
      source: z.unknown(),
      // a set that no plan has, but for the test that has it
      data: () => ({ other: { "Dots.bin": "11" } }),
      checkpointMs: 50,
    },
    onLine: (line) => console.log(line),
  });

// as a service would be: started again where the server was away at its start
for (let tries = 0; tries < 50; tries++) {
  try {
    await serve();
    break;
  } catch (error) {
    if (!/^Cannot (use|connect)/.test((error as Error).message)) throw error;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
