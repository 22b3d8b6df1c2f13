import { fingerprint, type Instance } from "../model/mod.ts";
import { measureInstance } from "./_measure_instance.ts";
import { ifThere, refuseOther, removeLeftovers } from "./_out_folder.ts";
import { hasAllBounds } from "./_tts_gap_bounds.ts";
import { hasAllGaps } from "./_tts_gap_gaps.ts";
import { lackingLengths } from "./_tts_gap_reads.ts";
import { WorkClock } from "./_work_clock.ts";
import { lockFolder } from "./folder_lock.ts";
import { codeVersion } from "./machine.ts";
import { readTtsGapRecord, ttsGapFileName, writeTtsGapRecord } from "./tts_gap_file.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";
import { plannedLengths, TTS_SOLVERS, type TtsSolver } from "./tts_gap_solvers.ts";
import type { CodeVersion } from "./types.ts";

/** Spins up to which gaps are computed and ground states counted. */
const MAX_SPINS = 20;

/** How the experiment is run. */
export interface RunTtsGapOptions {
  /** Folder of the records, in `records/`; made if it is not there. */
  readonly out: string;
  /** Sizes and numbers. */
  readonly profile: TtsGapProfile;
  /** The instances, each name once. */
  readonly instances: readonly Instance[];
  /** Solvers. @default {all} */
  readonly solvers?: readonly TtsSolver[];
  /** Seeds of the reads; a record each. @default {[1]} */
  readonly seeds?: readonly number[];
  /** Keeps what records have, and goes on with what they lack; otherwise all is measured anew. @default {false} */
  readonly resume?: boolean;
  /** Measures elsewhere what no record has. @default {in this process} */
  readonly executor?: TtsGapExecutor;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
  /** Stops after the call under way; what is complete is kept. */
  readonly signal?: AbortSignal;
  /** Called before each piece of work. */
  readonly onProgress?: (progress: TtsGapProgress) => void;
  /** Called for each record that is complete, and whether it was there before. */
  readonly onRecord?: (record: TtsGapRecord, how: "kept" | "made") => void;
  /** Called for each gap that was not found, and each instance that was left out. */
  readonly onMissing?: (instance: string, what: string) => void;
}

/** One record to make, as plain JSON: all that a worker on another machine needs to make it. */
export interface TtsGapTask {
  /** Name of the instance. */
  readonly instance: string;
  /** Fingerprint of its model. */
  readonly fingerprint: string;
  /** Name of the profile. */
  readonly profile: string;
  /** Seed of the reads. */
  readonly seed: number;
  /** Names of the solvers. */
  readonly solvers: readonly string[];
  /** The record that it goes on from. */
  readonly kept: TtsGapRecord | null;
}

/** What measures elsewhere than in this process. */
export interface TtsGapExecutor {
  /**
   * Measures, in any order; ends when every task has ended or, after an abort, when the workers have kept their state.
   *
   * @param tasks records to make
   * @param options what is told, by the number of the task; `onRecord` is awaited
   */
  measure(tasks: readonly TtsGapTask[], options: {
    readonly signal: AbortSignal | undefined;
    readonly onProgress: (i: number, progress: TtsGapProgress) => void;
    readonly onRecord: (i: number, record: TtsGapRecord) => Promise<void>;
    readonly onFailure: (i: number, reason: string) => void;
  }): Promise<void>;
}

/** Where the experiment stands. */
export interface TtsGapProgress {
  /** The instance. */
  readonly instance: string;
  /** What is done with it. */
  readonly work: string;
  /** Share of the whole done, 0 .. 1. */
  readonly done: number;
  /** Expected time to the end; NaN while unknown. */
  readonly etaMs: number;
}

/** What the experiment came to. */
export interface TtsGapOutcome {
  /** Whether all of it was done. */
  readonly ending: "completed" | "interrupted";
  /** Records in the order of the plan, an interrupted one among them. */
  readonly records: readonly TtsGapRecord[];
}

/**
 * Measures time to solution against spectral gaps: for each instance its gaps, every solver at every run length, and the bounds.
 *
 * The ground energy is proved first, and one that an instance brings is checked. A record is written after the gaps and after every
 * solver, whole or not at all, so a killed run loses one solver of one instance; every read has a seed of its own, so a
 * resumed run has the counts of an unbroken one. Resuming measures what a record lacks of the plan, single run lengths, gaps, bounds,
 * and nothing else, so a record of a smaller plan becomes that of a larger one, and `additions` says what was added by which program;
 * gaps that were not found are tried again by another commit only. The folder is locked. Records of another version of the package,
 * another model, run lengths that the plan has not or other numbers of reads are refused before anything is measured.
 *
 * @param options see {@link RunTtsGapOptions}
 * @returns every record that is there when it ends
 * @throws {RangeError} if there is no instance, one is there twice, has more than 20 spins or none, or its ground energy is not the
 *   lowest or cannot be proved; or a record of something else is in the place of one of these
 * @throws {SyntaxError} if a record is damaged
 * @throws {Deno.errors.Busy} if another process uses `out`
 *
 * Cost that of the gaps, O(n 2^n) times some thousands, and of the reads.
 * Source: none needed.
 *
 * @example One small instance, one solver
 * ```ts
 * import { runTtsGap, TTS_SOLVERS, ttsGapProfiles } from "qama/experiments";
 * import { drawInstance } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const profile = { ...ttsGapProfiles.quick, trials: 20, passages: 50 };
 * const solvers = TTS_SOLVERS.filter(({ name }) => name === "annealing");
 * const instances = [drawInstance("sk", { n: 5, seed: 1 })];
 * const { records } = await runTtsGap({ out: await Deno.makeTempDir(), profile, instances, solvers });
 * assertEquals(records[0].solvers[0].lengths.length, 12);
 * ```
 */
export async function runTtsGap(options: RunTtsGapOptions): Promise<TtsGapOutcome> {
  const { out, profile, instances, seeds = [1], resume = false, signal, onProgress, onRecord } = options;
  const solvers = options.solvers ?? TTS_SOLVERS;
  checkInstances(instances);
  await Deno.mkdir(`${out}/records`, { recursive: true });
  using _lock = await lockFolder(out);
  await removeLeftovers(`${out}/records`);
  const code = options.code ?? await codeVersion();
  const runs = seeds.flatMap((seed) =>
    instances.map((instance) => {
      const path = `${out}/records/${ttsGapFileName({ instance, profile: profile.name, seed })}`;
      return { instance, seed, path };
    })
  );
  const before = new Map<string, TtsGapRecord>();
  for (const { instance, path } of runs) {
    const record = await ifThere(() => readTtsGapRecord(path));
    if (record === null) continue;
    refuseOther(path, differencesOf(record, instance, profile, code));
    if (resume) before.set(path, record);
  }
  const wanted = new Set(solvers.map(({ name }) => name));
  const lacks = (record: TtsGapRecord | undefined, { model }: Instance) =>
    solvers.filter((solver) => {
      const known = record?.solvers.find(({ name }) => name === solver.name);
      return lackingLengths(solver, model.n, known?.lengths ?? []).length > 0;
    });
  const isWhole = (record: TtsGapRecord | undefined, instance: Instance) =>
    record?.ending === "completed" && lacks(record, instance).length === 0 &&
    !gapsToTry(record, instance, profile, code);
  const made = options.executor === undefined
    ? new Set()
    : await measureElsewhere(runs.filter(({ instance, path }) => !isWhole(before.get(path), instance)), {
      ...options,
      ...{ executor: options.executor, solvers, before },
    });
  const clock = new WorkClock(
    runs.map(({ instance, path }) => (1 + lacks(before.get(path), instance).length) * 2 ** (instance.model.n / 4)),
  );
  const records: TtsGapRecord[] = [];
  for (const [r, { instance, seed, path }] of runs.entries()) {
    const kept = before.get(path);
    const lacking = lacks(kept, instance);
    const lacksGaps = kept !== undefined && gapsToTry(kept, instance, profile, code);
    if (kept !== undefined && (options.executor !== undefined || isWhole(kept, instance))) {
      records.push(kept);
      onRecord?.(kept, made.has(path) ? "made" : "kept");
      clock.skip(r);
      continue;
    }
    if (options.executor !== undefined) continue;
    if (signal?.aborted) break;
    const say = (work: string, share: number) => onProgress?.({ instance: instance.name, work, ...clock.at(r, share) });
    const missing = (what: string) => options.onMissing?.(instance.name, what);
    const record = await measureInstance(
      { instance, seed, path, profile, kept, lacksGaps, code, signal, say, missing },
      lacking,
      wanted,
    );
    if (record === null) break;
    records.push(record);
    if (record.ending === "interrupted") break;
    clock.end(r);
    onRecord?.(record, "made");
  }
  const complete = records.length === runs.length && records.every(({ ending }) => ending === "completed");
  return { ending: complete ? "completed" : "interrupted", records };
}

/** Hands out what no record has, and keeps each record that comes back; gives the paths of those. */
async function measureElsewhere(
  runs: readonly { readonly instance: Instance; readonly seed: number; readonly path: string }[],
  { executor, solvers, before, profile, signal, onProgress, onMissing }: RunTtsGapOptions & {
    readonly executor: TtsGapExecutor;
    readonly solvers: readonly TtsSolver[];
    readonly before: Map<string, TtsGapRecord>;
  },
): Promise<Set<string>> {
  const made = new Set<string>();
  const started = performance.now();
  const tasks = runs.map(({ instance, seed, path }): TtsGapTask => ({
    ...{ instance: instance.name, fingerprint: fingerprint(instance.model), profile: profile.name, seed },
    ...{ solvers: solvers.map(({ name }) => name), kept: before.get(path) ?? null },
  }));
  const parts = tasks.map(() => 0);
  await executor.measure(tasks, {
    signal,
    onProgress: (i, { instance, work, done }) => {
      parts[i] = done;
      const whole = parts.reduce((sum, part) => sum + part, 0) / parts.length;
      onProgress?.({ instance, work, done: whole, etaMs: (performance.now() - started) * (1 - whole) / whole });
    },
    onRecord: async (i, record) => {
      const { path } = runs[i];
      await writeTtsGapRecord(path, record);
      before.set(path, record);
      made.add(path);
      parts[i] = 1;
    },
    onFailure: (i, reason) => onMissing?.(tasks[i].instance, reason),
  });
  return made;
}

/** Whether there are gaps or bounds that a record lacks and this program has not tried yet. */
function gapsToTry(record: TtsGapRecord, { model }: Instance, profile: TtsGapProfile, code: CodeVersion): boolean {
  const last = [record, ...record.additions].map(({ code }) => code.commit).pop();
  return last !== code.commit && !(hasAllGaps(model, record.gaps, profile) && hasAllBounds(record, profile));
}

function checkInstances(instances: readonly Instance[]): void {
  if (instances.length === 0) throw new RangeError("Cannot measure: there is no instance");
  const names = new Set<string>();
  for (const { name, model } of instances) {
    if (names.has(name)) throw new RangeError(`Cannot measure ${name}: there are two instances of that name`);
    names.add(name);
    if (model.n < 1 || model.n > MAX_SPINS) {
      throw new RangeError(
        `Cannot measure ${name}: it has ${model.n} spins, expected 1 to ${MAX_SPINS}; ` +
          `the gaps of ${model.n} spins would take ${(2 ** model.n * 8 * 60 / 2 ** 30).toPrecision(2)} GiB`,
      );
    }
  }
}

/** In what a record that is there differs from the one that would be made. */
function differencesOf(
  record: TtsGapRecord,
  { model }: Instance,
  profile: TtsGapProfile,
  code: CodeVersion,
): string[] {
  const differences: string[] = [];
  if (record.code.version !== code.version) differences.push(`version ${record.code.version} and ${code.version}`);
  if (record.instance.fingerprint !== fingerprint(model)) differences.push("the model");
  for (const solver of record.solvers) {
    const planned = TTS_SOLVERS.find(({ name }) => name === solver.name);
    const { always, longer } = planned === undefined ? { always: [], longer: [] } : plannedLengths(planned, model.n);
    const lengths = new Set([...always, ...longer].map(({ runLength }) => runLength));
    if (solver.lengths.some(({ runLength }) => !lengths.has(runLength))) {
      differences.push(`the run lengths of ${solver.name}`);
    }
    const other = solver.lengths.find(({ trials }) => trials !== profile.trials);
    if (other !== undefined) differences.push(`${other.trials} and ${profile.trials} reads of ${solver.name}`);
  }
  return differences;
}
