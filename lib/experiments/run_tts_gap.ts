import { firstPassages } from "../analysis/mod.ts";
import { fingerprint, type Instance } from "../model/mod.ts";
import { proveInstance } from "../samplers/mod.ts";
import { ifThere, refuseOther, removeLeftovers } from "./_out_folder.ts";
import { boundsOf } from "./_tts_gap_bounds.ts";
import { fieldSize, gapsOf } from "./_tts_gap_gaps.ts";
import { measureSolver } from "./_tts_gap_reads.ts";
import { lockFolder } from "./folder_lock.ts";
import { codeVersion, describeMachine } from "./machine.ts";
import { readTtsGapRecord, ttsGapFileName, writeTtsGapRecord } from "./tts_gap_file.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import {
  TTS_GAP_QUESTION,
  TTS_GAP_SCHEMA,
  type TtsGapBound,
  type TtsGapRecord,
  type TtsGapSolver,
} from "./tts_gap_record.ts";
import { runLengthsOf, TTS_SOLVERS, type TtsSolver } from "./tts_gap_solvers.ts";
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
 * resumed run has the counts of an unbroken one. The folder is locked. Records of another version of the package, another model, other
 * run lengths or other numbers of reads are refused before anything is measured.
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
 * assertEquals(records[0].solvers[0].lengths.length, 9);
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
  const lacks = (record: TtsGapRecord | undefined) =>
    solvers.filter(({ name }) => !record?.solvers.some((solver) => solver.name === name));
  const clock = new WorkClock(
    runs.map(({ instance, path }) => (1 + lacks(before.get(path)).length) * 2 ** (instance.model.n / 4)),
  );
  const records: TtsGapRecord[] = [];
  for (const [r, { instance, seed, path }] of runs.entries()) {
    const kept = before.get(path);
    if (kept !== undefined && kept.ending === "completed" && lacks(kept).length === 0) {
      records.push(kept);
      onRecord?.(kept, "kept");
      clock.skip(r);
      continue;
    }
    if (signal?.aborted) break;
    const say = (work: string, share: number) => onProgress?.({ instance: instance.name, work, ...clock.at(r, share) });
    const missing = (what: string) => options.onMissing?.(instance.name, what);
    const record = await measureInstance(
      { instance, seed, path, profile, kept, code, signal, say, missing },
      lacks(kept),
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

interface InstanceRun {
  readonly instance: Instance;
  readonly seed: number;
  readonly path: string;
  readonly profile: TtsGapProfile;
  readonly kept: TtsGapRecord | undefined;
  readonly code: CodeVersion;
  readonly signal: AbortSignal | undefined;
  readonly say: (work: string, share: number) => void;
  readonly missing: (what: string) => void;
}

/** One record; null if it was stopped before there was something to keep. */
async function measureInstance(
  run: InstanceRun,
  lacking: readonly TtsSolver[],
  wanted: ReadonlySet<string>,
): Promise<TtsGapRecord | null> {
  const { instance, seed, path, profile, kept, code, signal, say, missing } = run;
  const startedAt = new Date().toISOString();
  const clocks = { proofMs: 0, gapsMs: 0, readsMs: 0, ...kept?.clocks };
  const { model } = instance;
  const passages = firstPassages(model);
  let record = kept ?? null;
  const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));
  if (record === null) {
    say("proof", 0);
    let start = performance.now();
    const proved = await proveInstance(instance, { signal });
    if (signal?.aborted) return null;
    if (proved?.groundEnergy === undefined) {
      throw new RangeError(`Cannot measure ${instance.name}: its ground energy cannot be proved; leave it out`);
    }
    clocks.proofMs += performance.now() - start;
    start = performance.now();
    const work = gapsOf(model, profile, missing);
    let step = work.next();
    for (; !step.done; step = work.next()) {
      say(step.value, 0);
      await breathe();
      if (signal?.aborted) return null;
    }
    const gaps = step.value;
    const bounds: TtsGapBound[] = [];
    for (const [k, gap] of gaps.chain.entries()) {
      say("first passages", 0);
      await breathe();
      if (signal?.aborted) return null;
      bounds.push(...boundsOf(gap, passages, profile, seed * 64 + k));
    }
    clocks.gapsMs += performance.now() - start;
    record = {
      schema: TTS_GAP_SCHEMA,
      experiment: "tts-gap",
      question: TTS_GAP_QUESTION,
      profile: profile.name,
      instance: {
        ...{ name: instance.name, family: instance.family, n: model.n, fingerprint: fingerprint(model) },
        ...{ provenance: instance.provenance, parameters: instance.parameters, groundEnergy: proved.groundEnergy },
        ...{ groundStates: proved.groundStates ?? 1, proof: proved.proof ?? "exactEnumeration" },
      },
      ...{
        gaps,
        solvers: [],
        bounds,
        seed,
        code,
        machine: describeMachine(),
        startedAt,
        clocks,
        ending: "interrupted",
      },
    };
    await writeTtsGapRecord(path, record);
  }
  const on = { model, groundEnergy: record.instance.groundEnergy, fieldSize: fieldSize(model), passages };
  for (const [k, solver] of lacking.entries()) {
    const start = performance.now();
    const work = measureSolver(on, solver, profile, seed, signal);
    let step: IteratorResult<string, TtsGapSolver | null> = await work.next();
    for (; !step.done; step = await work.next()) {
      say(step.value, (k + 1) / (lacking.length + 1));
      await breathe();
    }
    if (step.value === null) return record;
    clocks.readsMs += performance.now() - start;
    const done: TtsGapSolver[] = [...record.solvers, step.value];
    const order = TTS_SOLVERS.map(({ name }) => name);
    done.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    const whole = [...wanted].every((name) => done.some((one) => one.name === name));
    record = {
      ...record,
      solvers: done,
      code,
      startedAt,
      clocks: { ...clocks },
      ending: whole ? "completed" : "interrupted",
    };
    await writeTtsGapRecord(path, record);
  }
  return record;
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
    const lengths = planned === undefined ? [] : runLengthsOf(planned, model.n);
    if (solver.lengths.map(({ runLength }) => runLength).join() !== lengths.join()) {
      differences.push(`the run lengths of ${solver.name}`);
    }
    const trials = solver.lengths[0]?.trials;
    if (trials !== profile.trials) differences.push(`${trials} and ${profile.trials} reads of ${solver.name}`);
  }
  return differences;
}

/** Time left, by work that is guessed beforehand. */
class WorkClock {
  readonly #weights: readonly number[];
  readonly #started = performance.now();
  #done = 0;
  #skipped = 0;

  constructor(weights: readonly number[]) {
    this.#weights = weights;
  }

  skip(run: number): void {
    this.#skipped += this.#weights[run];
  }

  end(run: number): void {
    this.#done += this.#weights[run];
  }

  at(run: number, share: number): { done: number; etaMs: number } {
    const total = this.#weights.reduce((sum, weight) => sum + weight, 0);
    const worked = this.#done + share * this.#weights[run];
    const elapsed = performance.now() - this.#started;
    return {
      done: (worked + this.#skipped) / total,
      etaMs: worked === 0 ? NaN : elapsed * (total - this.#skipped - worked) / worked,
    };
  }
}
