import { fingerprint, type Instance } from "../model/mod.ts";
import { serveWork, type WorkContext } from "./_serve_work.ts";
import { codeVersion } from "./machine.ts";
import { runTtsGap, type TtsGapProgress, type TtsGapTask } from "./run_tts_gap.ts";
import { type TtsGapProfile, ttsGapProfiles } from "./tts_gap_plan.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";
import { TTS_SOLVERS } from "./tts_gap_solvers.ts";

/** What a worker process of the experiment is made of. */
export interface ServeTtsGapOptions {
  /** The instances of a profile; a task names one. */
  readonly instances: (profile: TtsGapProfile) => readonly Instance[] | Promise<readonly Instance[]>;
  /** Profiles by name. @default {ttsGapProfiles} */
  readonly profiles?: Readonly<Record<string, TtsGapProfile>>;
}

/** A task, and the folder of its record. */
export type TtsGapOrder = TtsGapTask & { readonly out: string };

/**
 * Measures one instance for the queue that started this process, and ends the process.
 *
 * Goes on from the record in the task's folder. An instance that it has not, or whose model is another, is refused.
 *
 * @param options what there is to measure
 *
 * Cost that of the measurement; about 20 MB for the thread that watches the parent.
 * Source: none needed.
 *
 * @example A worker script of two lines
 * ```ts ignore
 * import { serveTtsGap, ttsGapInstances } from "qama/experiments";
 * await serveTtsGap({ instances: (profile) => ttsGapInstances(profile) });
 * ```
 */
export async function serveTtsGap(options: ServeTtsGapOptions): Promise<never> {
  return await serveWork((task: TtsGapOrder, context: WorkContext<TtsGapProgress>) => measure(task, options, context));
}

async function measure(
  { instance: name, fingerprint: wanted, profile: profileName, seed, solvers, out }: TtsGapOrder,
  { instances, profiles = ttsGapProfiles }: ServeTtsGapOptions,
  { signal, begin, onProgress }: WorkContext<TtsGapProgress>,
): Promise<TtsGapRecord | null> {
  const profile = Object.hasOwn(profiles, profileName) ? profiles[profileName] : undefined;
  if (profile === undefined) throw new RangeError(`Cannot measure ${name}: there is no profile ${profileName} here`);
  const instance = (await instances(profile)).find((one) => one.name === name);
  if (instance === undefined) throw new RangeError(`Cannot measure ${name}: there is no such instance here`);
  const here = fingerprint(instance.model);
  if (here !== wanted) {
    throw new RangeError(`Cannot measure ${name}: the instance of that name here is another, ${here}`);
  }
  begin();
  const { records } = await runTtsGap({
    ...{
      out,
      profile,
      instances: [instance],
      seeds: [seed],
      signal,
      onProgress,
      resume: true,
      code: await codeVersion(),
    },
    solvers: TTS_SOLVERS.filter((solver) => solvers.includes(solver.name)),
  });
  return records[0] ?? null;
}
