import { z } from "zod";
import type { TaskKind } from "./_nats_kinds.ts";
import { processKind, type ProcessSettings } from "./_nats_process_kind.ts";
import type { TtsGapProgress, TtsGapTask } from "./run_tts_gap.ts";
import type { TtsGapOrder } from "./serve_tts_gap.ts";
import { ttsGapFileName, writeTtsGapRecord } from "./tts_gap_file.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";
import { TTS_SOLVERS } from "./tts_gap_solvers.ts";

/** Name of the kind that measures time to solution against gaps. */
export const TTS_GAP = "tts-gap";

const shape = z.strictObject({
  instance: z.string().regex(/^\w[\w.-]{0,120}$/),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  profile: z.string().regex(/^[a-z-]{1,40}$/),
  seed: z.number().int().min(0),
  solvers: z.array(z.enum(TTS_SOLVERS.map(({ name }) => name) as [string, ...string[]])).min(1),
  kept: z.looseObject({ schema: z.number() }).nullable(),
});

/**
 * Makes the kind of task that measures one instance of `deno task tts-gap`, in a process that calls `serveTtsGap`.
 *
 * @param settings the process; it has a folder of its own a task
 * @returns a kind for `serveNats`
 *
 * Cost none.
 * Source: none needed.
 *
 * @example A worker that measures
 * ```ts ignore
 * import { serveNats, ttsGapKind } from "qama/experiments";
 * await serveNats({ servers: "nats://localhost:4222", kinds: { "tts-gap": ttsGapKind(settings) } });
 * ```
 */
export function ttsGapKind(settings: ProcessSettings): TaskKind {
  const { folder } = settings;
  return processKind<TtsGapTask, TtsGapOrder, TtsGapProgress, TtsGapRecord | null>({
    ...settings,
    body: shape,
    checkpoint: async ({ instance: name, profile, seed }, key) => {
      await Deno.mkdir(`${folder}/${key}/records`, { recursive: true });
      return `${folder}/${key}/records/${ttsGapFileName({ instance: { name }, profile, seed })}`;
    },
    order: async ({ kept, ...task }, checkpoint, key) => {
      const there = await Deno.stat(checkpoint).then(() => true, () => false);
      if (kept !== null && !there) await writeTtsGapRecord(checkpoint, kept);
      return { ...task, kept: null, out: `${folder}/${key}` };
    },
    brief: ({ instance, seed }, { work, done, etaMs }) => ({ label: `${instance} seed ${seed}: ${work}`, done, etaMs }),
    isWhole: (record) => record?.ending === "completed",
    clear: (key) => Deno.remove(`${folder}/${key}`, { recursive: true }).catch(() => {}),
  });
}
