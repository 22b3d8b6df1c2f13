import type { ImageData } from "../training/mod.ts";
import { type Made, measure, recordAndReplay } from "./_machine_study_rows.ts";
import { readTraffic } from "./_machine_study_samplers.ts";
import { checkRows } from "./_check_rows.ts";
import { makeRecords } from "./_make_records.ts";
import { ifThere } from "./_out_folder.ts";
import { describeMachine } from "./machine.ts";
import { openStudyEmulator } from "./machine_study_emulator.ts";
import { readMachineStudyRecord, writeMachineStudyRecord } from "./machine_study_file.ts";
import type { StudyOperator } from "./machine_study_model.ts";
import { REFERENCE_ROW, type StudyRow, studyRows } from "./machine_study_plan.ts";
import {
  MACHINE_STUDY_QUESTION,
  MACHINE_STUDY_SCHEMA,
  machineStudyFileName,
  type MachineStudyRecord,
} from "./machine_study_record.ts";
import { openLocalSolver, openMachineSolver, type StudySolver } from "./machine_study_solver.ts";
import type { CodeVersion } from "./types.ts";

/** How the machine study is run. */
export interface RunMachineStudyOptions {
  /** Folder of the records, in `records/`; made if it is not there. */
  readonly out: string;
  /** Which parts. */
  readonly parts: readonly StudyRow["part"][];
  /** Seeds of the trainings; the first is that of the other parts. */
  readonly seeds: readonly number[];
  /** Trained weights by operator, for the inference. */
  readonly weights: ReadonlyMap<StudyOperator, Float32Array>;
  /** What the inference is shown: its test pictures. Needed for that part alone. */
  readonly pictures?: ImageData;
  /** How many of them, from the first. */
  readonly count: number;
  /** What is trained on. */
  readonly glyphs: ImageData;
  /** Steps of a training. */
  readonly steps: number;
  /** Rows that are made, by name. @default {all} */
  readonly rows?: readonly string[];
  /** Keeps the records that are there. @default {false: they are made anew} */
  readonly resume?: boolean;
  /** Stops; the row under way is not kept. */
  readonly signal?: AbortSignal;
  /** Called as a row goes on. */
  readonly onProgress?: (row: StudyRow, share: number) => void;
  /** Called for each record. */
  readonly onRecord?: (record: MachineStudyRecord, how: "kept" | "made") => void;
}

/**
 * Runs the machine study: training and inference with an emulated machine behind the layer, beside what is computed here.
 *
 * A record a row, written as soon as it is made; rows that need a machine start an emulator of their own, and one tape is recorded
 * and played again.
 *
 * @param options see {@link RunMachineStudyOptions}
 * @returns the records in the order of the plan; `interrupted` if the signal came first
 * @throws {RangeError} if a row is unknown, a record that is there is of other pictures or steps, or a random row lacks its reference
 * @throws {Deno.errors.Busy} if another process writes to the folder
 *
 * Cost a second of the emulator for five pictures: about a quarter of an hour for 128 pictures and one operator.
 * Source: none needed.
 *
 * @example Nothing asked for
 * ```ts
 * import { runMachineStudy } from "qama/experiments";
 * import { loadGlyphs } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const glyphs = await loadGlyphs({ trainCount: 1, testCount: 1 });
 * const out = await Deno.makeTempDir();
 * const options = { out, parts: [], seeds: [1], weights: new Map(), count: 0, glyphs, steps: 1 };
 * assertEquals((await runMachineStudy(options)).records, []);
 * ```
 */
export async function runMachineStudy(
  options: RunMachineStudyOptions,
): Promise<{ readonly ending: "completed" | "interrupted"; readonly records: MachineStudyRecord[] }> {
  const { out, parts, seeds, weights, resume, signal, onRecord } = options;
  const planned = studyRows(parts, [...weights.keys()], seeds);
  // a row may be of a part that is not asked for
  const possible = studyRows(["training", "inference", "replay"], ["qamaV2"], seeds);
  checkRows(possible.map(({ row }) => row), options.rows);
  const rows = planned.filter(({ row }) => options.rows?.includes(row) ?? true);
  const records = rows.map((row) => ({
    file: machineStudyFileName(row),
    checkKept: (kept: MachineStudyRecord, path: string) => checkSame(path, kept, options),
    make: (code: CodeVersion) => makeRow(row, options, code),
  }));
  const files = { read: readMachineStudyRecord, write: writeMachineStudyRecord };
  return await makeRecords(out, records, { ...files, resume, signal, onRecord });
}

function checkSame(path: string, kept: MachineStudyRecord, { count, steps }: RunMachineStudyOptions): void {
  const [found, asked, what] = kept.part === "training"
    ? [kept.training?.losses.length, steps, "steps"]
    : kept.part === "inference"
    ? [kept.data.pictures, count, "pictures"]
    : [0, 0, ""];
  if (found === asked) return;
  throw new RangeError(
    `Cannot go on: the record ${path} has ${found} ${what}, ${asked} were asked for; ask for as many or choose another folder`,
  );
}

/** One row; null if it was stopped. */
async function makeRow(
  row: StudyRow,
  options: RunMachineStudyOptions,
  code: CodeVersion,
): Promise<MachineStudyRecord | null> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  const solver = await withDensity(row, options.out);
  const made = solver.kind === "machine"
    ? await withMachine(row, solver, options)
    : await withLocal(row, solver, options);
  if (made === null) return null;
  return {
    ...{ schema: MACHINE_STUDY_SCHEMA, experiment: "machine-study", question: MACHINE_STUDY_QUESTION },
    ...{ part: row.part, row: row.row, operator: row.operator, seed: row.seed, solver },
    ...{ traffic: null, training: null, inference: null, replay: null },
    ...made,
    ...{ wallMs: performance.now() - start, code, machine: describeMachine(), startedAt },
  };
}

/** A random selection is as dense as that of the reference, or of the trained annealer. */
async function withDensity({ part, operator, seed, solver }: StudyRow, out: string): Promise<StudySolver> {
  if (solver.kind !== "random" || !Number.isNaN(solver.density)) return solver;
  const row = part === "inference" ? REFERENCE_ROW : "annealer-20";
  const path = `${out}/records/${machineStudyFileName({ part, operator, row, seed })}`;
  const reference = await ifThere(() => readMachineStudyRecord(path));
  if (reference === null) {
    throw new RangeError(`Cannot choose at random: ${path} is not there, whose density is wanted; make that row first`);
  }
  return { ...solver, density: Math.round(1e4 * reference.density) / 1e4 };
}

async function withLocal(
  row: StudyRow,
  solver: Exclude<StudySolver, { kind: "machine" }>,
  options: RunMachineStudyOptions,
): Promise<Made | null> {
  using opened = openLocalSolver(solver);
  return await measure(row, opened, options);
}

async function withMachine(
  row: StudyRow,
  solver: Extract<StudySolver, { kind: "machine" }>,
  options: RunMachineStudyOptions,
): Promise<Made | null> {
  const { preset, bits, noise } = solver;
  const folder = await Deno.makeTempDir({ prefix: "qama-study-" });
  const notes = `${folder}/notes.jsonl`;
  try {
    const emulator = await openStudyEmulator({ preset, bits, noise, seed: row.seed });
    const place = { url: emulator.url, notes, folder: `${folder}/jobs` };
    let closed = false;
    const close = async () => {
      const { machineMs } = await emulator.stats();
      await emulator.close();
      closed = true;
      const { cachedJobs: _, ...traffic } = readTraffic(notes);
      return { ...traffic, machineMs };
    };
    try {
      if (row.part === "replay") return await recordAndReplay(row, solver, place, close, options);
      using opened = openMachineSolver(solver, place);
      const made = await measure(row, opened, options);
      return made && { ...made, traffic: await close() };
    } finally {
      if (!closed) await emulator.close();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
