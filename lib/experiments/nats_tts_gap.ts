import { TTS_GAP } from "./_nats_tts_gap_kind.ts";
import type { NatsExecutorOptions } from "./nats_executor.ts";
import { runNatsTasks } from "./nats_tasks.ts";
import type { TtsGapExecutor, TtsGapProgress } from "./run_tts_gap.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";

/**
 * Measures instances on the workers of a NATS queue, on any number of machines; a task an instance and seed.
 *
 * Counts are those of a run on one machine; times are those of the machine that measured, which the record names.
 *
 * @param options which servers
 * @returns an executor for `runTtsGap`
 *
 * Cost some requests an instance.
 * Source: none needed.
 *
 * @example Instances on other machines
 * ```ts ignore
 * import { natsTtsGap, runTtsGap } from "qama/experiments";
 * await runTtsGap({ out, profile, instances, executor: natsTtsGap({ servers: "nats://localhost:4222" }) });
 * ```
 */
export function natsTtsGap(options: NatsExecutorOptions): TtsGapExecutor {
  return {
    async measure(tasks, { signal, onProgress, onRecord, onFailure }) {
      await runNatsTasks(TTS_GAP, tasks, {
        title: "tts-gap",
        ...options,
        signal,
        // of workers of this version
        onProgress: (i, progress) => onProgress(i, progress as TtsGapProgress),
        onEnd: async (i, end) => {
          if ("result" in end) await onRecord(i, end.result as TtsGapRecord);
          else if ("failed" in end) onFailure(i, end.failed.reason);
        },
      });
    },
  };
}
