/*
 * Question   none: takes tasks from a NATS queue, on any number of machines, and does them
 * Command    deno task worker --nats nats://HOST:4222 [--creds FILE] [--tls-ca FILE] [--slots N]
 * Cost       that of the runs; idle, three small requests each five seconds
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { type DataHere, serveNats, ttsGapKind } from "../lib/experiments/mod.ts";
import { runCli, type Values } from "./_cli.ts";
import { dataFolder } from "./_leaderboard_instances.ts";
import { leaderboardKind } from "./_leaderboard_kind.ts";
import { LEADERBOARD } from "./_leaderboard_task.ts";
import { interrupts } from "./_interrupts.ts";
import { natsNeeded, natsOptions } from "./_nats_cli.ts";

const COMMAND = "deno task worker";

/** The command line. */
export const cli = {
  command: COMMAND,
  summary:
    "Takes tasks from a NATS queue and does them: runs of reproduce, study and circuits, instances of tts-gap, cells of leaderboard; " +
    "until Ctrl-C, which stops each at a checkpoint and hands it back. It runs what " +
    "this package has, and refuses plans of another version or commit, and data sets that it cannot have.",
  examples: [
    `${COMMAND} --nats nats://localhost:4222`,
    `${COMMAND} --nats nats://a:4222,nats://b:4222 --creds worker.nk --tls-ca ca.pem --slots 4`,
  ],
  options: {
    ...natsOptions,
    slots: { type: "integer", min: 1, max: 256, default: 1, help: "runs at the same time" },
    workers: { type: "integer", min: 1, max: 256, default: 1, help: "threads that share a step of a run" },
    attempts: { type: "integer", min: 1, max: 100, default: 3, help: "how often a run is tried whose worker dies" },
    dataDir: { type: "string", help: "folder that holds the data sets, and no other place is looked at" },
    out: { type: "string", default: "out/worker", help: "folder for checkpoints under way, for one worker at a time" },
  },
} as const;

/** What `reproduce` may say of the data of a run; where they are is the worker's own affair. */
const source = z.strictObject({
  dataDir: z.null(),
  train: z.number().int().min(1).nullable(),
  test: z.number().int().min(1).nullable(),
  heldOut: z.literal(true).optional(),
  features: z.strictObject({ folder: z.null() }).optional(),
});

/** What the worker names by checksum; nothing where it cannot be told. */
async function dataHere(dataDir: string | undefined): Promise<DataHere> {
  const script = fileURLToPath(new URL("./_data_here.ts", import.meta.url));
  const args = ["run", "-A", "--deny-net", "--no-prompt", "--quiet", script, ...dataDir === undefined ? [] : [dataDir]];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
  return success ? JSON.parse(new TextDecoder().decode(stdout)) : {};
}

async function main(values: Values<typeof cli.options>): Promise<number> {
  const nats = natsNeeded(values);
  const { slots, workers, attempts, out, dataDir } = values;
  const say = (line: string) => console.error(line);
  const signal = interrupts(() => say("handing every run back after its current step; Ctrl-C again stops at once"));
  const folder = `${out}/checkpoints`;
  await Deno.mkdir(folder, { recursive: true });
  const script = fileURLToPath(new URL("./_reproduce_worker.ts", import.meta.url));
  const command = [Deno.execPath(), "run", "-A", "--quiet", script];
  const here = source.transform((given) => ({ ...given, dataDir: dataDir ?? null }));
  const gaps = fileURLToPath(new URL("./_tts_gap_worker.ts", import.meta.url));
  const settings = { folder, workers, checkpointMs: 10_000 };
  const cache = fileURLToPath(new URL("../.cache/leaderboard", import.meta.url));
  const kinds = {
    "tts-gap": ttsGapKind({ ...settings, command: [Deno.execPath(), "run", "-A", "--quiet", gaps] }),
    [LEADERBOARD]: leaderboardKind({ data: dataFolder(dataDir), cache, slots }),
  };
  let data: DataHere = {};
  void dataHere(dataDir).then((found) => data = found);
  const train = { ...settings, command, source: here, data: () => data };
  const done = await serveNats({ ...nats, name: "qama-worker", slots, attempts, signal, train, kinds, onLine: say });
  say(`${done} tasks done`);
  return 0;
}

if (import.meta.main) await runCli(cli, main);
