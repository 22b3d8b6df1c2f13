import type { ImageData } from "../training/mod.ts";
import { watchedSolver } from "./_watched_solver.ts";
import { withoutKey } from "./machine_study_emulator.ts";
import { classify, digestOf, trainSteps } from "./machine_study_model.ts";
import type { StudyRow } from "./machine_study_plan.ts";
import type { MachineStudyRecord } from "./machine_study_record.ts";
import { openMachineSolver, type StudyMachinePlace, type StudySolver } from "./machine_study_solver.ts";
import type { RunMachineStudyOptions } from "./run_machine_study.ts";

/** Pictures of 49 tokens that go to the solver together: two jobs of five. */
const TOGETHER = 10;
/** Pictures of a step, of 16 tokens: two jobs of sixteen, which fill the machine. */
const BATCH = 32;
/** How steps are taken. */
const STEP = { batch: BATCH, together: BATCH, rate: 3e-3, patch: 7 };
const REPLAY_STEPS = 3;

/** What a row is made of before it is a record. */
export type Made = Pick<MachineStudyRecord, "data" | "weights" | "density" | "solveMs"> & Partial<MachineStudyRecord>;

/** Trains or classifies with a solver behind the layer; null if it was stopped. */
export async function measure(
  row: StudyRow,
  opened: Parameters<typeof watchedSolver>[0],
  options: RunMachineStudyOptions,
): Promise<Made | null> {
  const solver = watchedSolver(opened);
  const { signal } = options;
  const made = row.part === "training" ? await training(row, solver, options) : await inference(row, solver, options);
  if (signal?.aborted) return null;
  const { tally: { chosen, places, solveMs } } = solver;
  return { ...made, density: chosen / places, solveMs };
}

async function training(
  row: StudyRow,
  solver: ReturnType<typeof watchedSolver>,
  { glyphs, steps, signal, onProgress }: RunMachineStudyOptions,
) {
  const trained = await trainSteps(glyphs, {
    ...{ ...STEP, solver, steps, seed: row.seed, signal },
    onStep: (step) => onProgress?.(row, step / steps),
  });
  const { energies } = solver.tally;
  const means = trained.losses.map((_, k) => mean(energies.slice(k * BATCH, (k + 1) * BATCH)));
  return {
    data: describe(glyphs, glyphs.train.count, "train"),
    weights: trained.firstWeights,
    training: {
      ...{ batch: BATCH, rate: STEP.rate, patch: STEP.patch, hits: trained.hits, lastWeights: trained.lastWeights },
      ...{ losses: trained.losses.map(places(6)), energies: means.map(places(4)) },
    },
  };
}

async function inference(
  row: StudyRow,
  solver: ReturnType<typeof watchedSolver>,
  { pictures, count, weights, signal, onProgress }: RunMachineStudyOptions,
) {
  const own = weights.get(row.operator);
  if (pictures === undefined || own === undefined) {
    throw new RangeError(
      `Cannot classify pictures: there are ${pictures ? "no weights" : "no pictures"} for the inference`,
    );
  }
  const predicted = await classify(pictures, own, {
    ...{ operator: row.operator, solver, count, together: TOGETHER, seed: row.seed, signal },
    onPictures: (done) => onProgress?.(row, done / count),
  });
  const { labels } = pictures.test;
  return {
    data: describe(pictures, count, "test"),
    weights: await digestOf(own),
    inference: {
      energies: solver.tally.energies.map(places(4)),
      predicted: predicted.join(""),
      hits: predicted.filter((label, k) => label === labels[k]).length,
    },
  };
}

/** Trains through the machine onto a tape, and again from it when the machine is gone; null if it was stopped. */
export async function recordAndReplay(
  row: StudyRow,
  solver: Extract<StudySolver, { kind: "machine" }>,
  place: StudyMachinePlace,
  close: () => Promise<NonNullable<MachineStudyRecord["traffic"]>>,
  { glyphs, signal }: RunMachineStudyOptions,
): Promise<Made | null> {
  const file = `${place.folder}.tape`;
  const run = async (mode: "record" | "replay") => {
    using opened = openMachineSolver(solver, { ...place, folder: `${place.folder}-${mode}`, cassette: { file, mode } });
    const watched = watchedSolver(opened);
    const start = performance.now();
    const steps = { ...STEP, solver: watched, steps: REPLAY_STEPS, seed: row.seed, signal };
    const trained = await trainSteps(glyphs, steps);
    return { trained, tally: watched.tally, ms: performance.now() - start };
  };
  const recorded = await run("record");
  const traffic = await close();
  if (signal?.aborted) return null;
  // from here on there is neither machine nor key
  const replayed = await withoutKey(() => run("replay"));
  const tape = await Deno.readTextFile(file);
  const { chosen, places, solveMs } = recorded.tally;
  return {
    ...{ data: describe(glyphs, glyphs.train.count, "train"), weights: recorded.trained.firstWeights },
    ...{ density: chosen / places, solveMs, traffic },
    replay: {
      ...{ steps: REPLAY_STEPS, batch: BATCH, tapeLines: tape.split("\n").length - 1, tapeBytes: tape.length },
      ...{ recordedWeights: recorded.trained.lastWeights, replayedWeights: replayed.trained.lastWeights },
      ...{ recordedMs: recorded.ms, replayedMs: replayed.ms },
    },
  };
}

function describe({ name, synthetic, checksums }: ImageData, pictures: number, split: "train" | "test") {
  // of files, those of the split; drawn pictures have one checksum a split
  const own = Object.entries(checksums).filter(([file]) =>
    file.startsWith(split === "test" ? "t10k" : "train") || file === split
  );
  return { name, synthetic, pictures, checksums: Object.fromEntries(own) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function places(digits: number): (value: number) => number {
  return (value) => Number(value.toFixed(digits));
}
