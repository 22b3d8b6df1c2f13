import { firstPassages } from "../analysis/mod.ts";
import { fingerprint, type Instance } from "../model/mod.ts";
import { proveInstance } from "../samplers/mod.ts";
import { allBounds } from "./_tts_gap_bounds.ts";
import { fieldSize, gapsOf } from "./_tts_gap_gaps.ts";
import { measureSolver } from "./_tts_gap_reads.ts";
import { describeMachine } from "./machine.ts";
import { writeTtsGapRecord } from "./tts_gap_file.ts";
import type { TtsGapProfile } from "./tts_gap_plan.ts";
import {
  TTS_GAP_QUESTION,
  TTS_GAP_SCHEMA,
  type TtsGapAddition,
  type TtsGapRecord,
  type TtsGapSolver,
} from "./tts_gap_record.ts";
import { TTS_SOLVERS, type TtsSolver } from "./tts_gap_solvers.ts";
import type { CodeVersion } from "./types.ts";

/** What is measured on one instance, and what is there of it. */
export interface InstanceRun {
  readonly instance: Instance;
  readonly seed: number;
  readonly path: string;
  readonly profile: TtsGapProfile;
  readonly kept: TtsGapRecord | undefined;
  /** Whether gaps or bounds that it lacks are tried. */
  readonly lacksGaps: boolean;
  readonly code: CodeVersion;
  readonly signal: AbortSignal | undefined;
  readonly say: (work: string, share: number) => void;
  readonly missing: (what: string) => void;
}

/** One record; null if it was stopped before there was something to keep. */
export async function measureInstance(
  run: InstanceRun,
  lacking: readonly TtsSolver[],
  wanted: ReadonlySet<string>,
): Promise<TtsGapRecord | null> {
  const { instance, seed, path, profile, kept, lacksGaps, code, signal, say, missing } = run;
  const startedAt = new Date().toISOString();
  const clocks = { proofMs: 0, gapsMs: 0, readsMs: 0, ...kept?.clocks };
  const { model } = instance;
  const passages = firstPassages(model);
  let record = kept ?? null;
  const what: string[] = [];
  const additions = (): TtsGapAddition[] =>
    kept === undefined ? [] : [...kept.additions, { code, machine: describeMachine(), startedAt, what: [...what] }];
  const wholeWith = (solvers: readonly TtsGapSolver[]) =>
    [...wanted].every((name) => solvers.some((one) => one.name === name)) ? "completed" : "interrupted";
  const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));
  // one piece of work after another, null where it was stopped
  const through = async <T>(work: Generator<string, T>): Promise<T | null> => {
    const start = performance.now();
    let step = work.next();
    for (; !step.done; step = work.next()) {
      say(step.value, 0);
      await breathe();
      if (signal?.aborted) return null;
    }
    clocks.gapsMs += performance.now() - start;
    return step.value;
  };
  let proved: { groundEnergy: number; groundStates: number; proof: string } | null = record && record.instance;
  if (proved === null) {
    say("proof", 0);
    const start = performance.now();
    const found = await proveInstance(instance, { signal });
    if (signal?.aborted) return null;
    if (found?.groundEnergy === undefined) {
      throw new RangeError(`Cannot measure ${instance.name}: its ground energy cannot be proved; leave it out`);
    }
    clocks.proofMs += performance.now() - start;
    const { groundEnergy, groundStates = 1, proof = "exactEnumeration" } = found;
    proved = { groundEnergy, groundStates, proof };
  }
  if (record === null || lacksGaps) {
    const gaps = await through(gapsOf(model, profile, missing, record?.gaps));
    if (gaps === null) return record;
    const bounds = await through(allBounds(model, gaps.chain, passages, profile, seed, missing, record?.bounds));
    if (bounds === null) return record;
    what.push(...record === null ? [] : moreOf(record, gaps, bounds));
    const { groundEnergy, groundStates, proof } = proved;
    const measuredOn = {
      ...{ name: instance.name, family: instance.family, n: model.n, fingerprint: fingerprint(model) },
      ...{ provenance: instance.provenance, parameters: instance.parameters, groundEnergy, groundStates, proof },
    };
    const solvers = record?.solvers ?? [];
    record = {
      ...{ schema: TTS_GAP_SCHEMA, experiment: "tts-gap", question: TTS_GAP_QUESTION, profile: profile.name },
      ...{ instance: record?.instance ?? measuredOn, gaps, solvers, bounds, seed },
      ...{ code: kept?.code ?? code, machine: kept?.machine ?? describeMachine() },
      ...{ startedAt: kept?.startedAt ?? startedAt, additions: additions(), clocks: { ...clocks } },
      ending: lacking.length === 0 ? wholeWith(solvers) : "interrupted",
    };
    await writeTtsGapRecord(path, record);
  }
  const on = { model, groundEnergy: record.instance.groundEnergy, fieldSize: fieldSize(model), passages };
  for (const [k, solver] of lacking.entries()) {
    const start = performance.now();
    const known = record.solvers.find(({ name }) => name === solver.name);
    const work = measureSolver(on, solver, profile, seed, signal, known);
    let step: IteratorResult<string, TtsGapSolver | null> = await work.next();
    for (; !step.done; step = await work.next()) {
      say(step.value, (k + 1) / (lacking.length + 1));
      await breathe();
    }
    if (step.value === null) return record;
    clocks.readsMs += performance.now() - start;
    const before = new Set(known?.lengths.map(({ runLength }) => runLength));
    const added = step.value.lengths.map(({ runLength }) => runLength).filter((length) => !before.has(length));
    what.push(known === undefined ? solver.name : `${solver.name} at ${added.join(", ")}`);
    const order = TTS_SOLVERS.map(({ name }) => name);
    const solvers: TtsGapSolver[] = [...record.solvers.filter(({ name }) => name !== solver.name), step.value]
      .sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    const ending = k === lacking.length - 1 ? wholeWith(solvers) : "interrupted";
    record = { ...record, solvers, additions: additions(), clocks: { ...clocks }, ending };
    await writeTtsGapRecord(path, record);
  }
  return record;
}

/** What gaps and bounds have more than a record. */
function moreOf(record: TtsGapRecord, gaps: TtsGapRecord["gaps"], bounds: TtsGapRecord["bounds"]): string[] {
  const count = ({ chain, sweep, transverse }: TtsGapRecord["gaps"]) =>
    chain.length + sweep.length + (transverse === null ? 0 : 1);
  const more = [[count(gaps) - count(record.gaps), "gaps"], [bounds.length - record.bounds.length, "bounds"]] as const;
  const said = more.filter(([added]) => added > 0).map(([added, noun]) => `${added} ${noun}`);
  return said.length > 0 ? said : ["no gap more, those it lacks were tried again"];
}
