import { checkRows } from "./_check_rows.ts";
import type { ImageData } from "../training/mod.ts";
import { makeRecords } from "./_make_records.ts";
import { gradientProblems, type GradientProblemSizes, measureEstimator } from "./gradient_study_estimate.ts";
import { readGradientStudyRecord, writeGradientStudyRecord } from "./gradient_study_file.ts";
import {
  GRADIENT_STUDY_QUESTION,
  GRADIENT_STUDY_SCHEMA,
  gradientStudyFileName,
  type GradientStudyRecord,
} from "./gradient_study_record.ts";
import { estimateRows, GRADIENT_STUDY_BETAS, type GradientStudyRow, trainingRows } from "./gradient_study_rows.ts";
import { trainForTime } from "./gradient_study_training.ts";
import { describeMachine } from "./machine.ts";
import type { CodeVersion } from "./types.ts";

/** Tests of a training. */
const POINTS = 3;
/** Problems that are enumerated: 12 variables. */
const SIZES: GradientProblemSizes = { heads: 2, tokens: 6, width: 4, problems: 8 };

/** How the gradient study is run. */
export interface RunGradientStudyOptions {
  /** Folder of the records, in `records/`; made if it is not there. */
  readonly out: string;
  /** Which parts. */
  readonly parts: readonly GradientStudyRecord["part"][];
  /** Seeds of the trainings; the first is that of the problems that are enumerated. */
  readonly seeds: readonly number[];
  /** Estimates a row and temperature, a multiple of 20. */
  readonly estimates: number;
  /** Inverse temperatures of the estimates. @default {0.5, 1, 2, 4} */
  readonly betas?: readonly number[];
  /** What is trained on; needed for that part alone. */
  readonly pictures?: ImageData;
  /** Processor time of a training, ms. */
  readonly budgetMs: number;
  /** Rows that are made, by name. @default {all} */
  readonly rows?: readonly string[];
  /** Keeps the records that are there. @default {false: they are made anew} */
  readonly resume?: boolean;
  /** Stops; the row under way is not kept. */
  readonly signal?: AbortSignal;
  /** Called as a row goes on. */
  readonly onProgress?: (label: string, share: number) => void;
  /** Called for each record. */
  readonly onRecord?: (record: GradientStudyRecord, how: "kept" | "made") => void;
}

/** A record to be made. */
interface Planned {
  readonly part: GradientStudyRecord["part"];
  readonly seed: number;
  readonly own: GradientStudyRow;
  readonly beta?: number;
}

/**
 * Runs the gradient study: every estimator against the exact gradient, and a training of each in equal time; a record a row.
 *
 * @param options see {@link RunGradientStudyOptions}
 * @returns the records in the order of the plan; `interrupted` if the signal came first
 * @throws {RangeError} if a row is unknown, or a record that is there is of other numbers of estimates or another time
 * @throws {TypeError} if there are no pictures to train on
 * @throws {Deno.errors.Busy} if another process writes to the folder
 *
 * Cost estimates: some minutes; trainings: ten rows of the time given, for each seed.
 * Source: none needed.
 *
 * @example Nothing asked for
 * ```ts
 * import { runGradientStudy } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const out = await Deno.makeTempDir();
 * assertEquals((await runGradientStudy({ out, parts: [], seeds: [1], estimates: 20, budgetMs: 1 })).records, []);
 * ```
 */
export async function runGradientStudy(
  options: RunGradientStudyOptions,
): Promise<{ readonly ending: "completed" | "interrupted"; readonly records: GradientStudyRecord[] }> {
  const all = planOf(options);
  checkRows(all.map(({ own }) => own.row), options.rows);
  const planned = all.filter(({ own }) => options.rows?.includes(own.row) ?? true);
  const records = planned.map((plan) => ({
    file: gradientStudyFileName({ ...plan, row: plan.own.row }),
    checkKept: (kept: GradientStudyRecord, path: string) => checkSame(path, kept, options),
    make: (code: CodeVersion) => recordOf(plan, options, code),
  }));
  return await makeRecords(options.out, records, {
    ...{ read: readGradientStudyRecord, write: writeGradientStudyRecord, resume: options.resume },
    ...{ signal: options.signal, onRecord: options.onRecord },
  });
}

function planOf({ parts, seeds, betas = GRADIENT_STUDY_BETAS }: RunGradientStudyOptions): Planned[] {
  const estimates = parts.includes("estimate")
    ? betas.flatMap((beta) =>
      estimateRows(beta).map((own): Planned => ({ part: "estimate", seed: seeds[0], own, beta }))
    )
    : [];
  const trainings = parts.includes("training")
    ? seeds.flatMap((seed) => trainingRows(seed).map((own): Planned => ({ part: "training", seed, own })))
    : [];
  return [...estimates, ...trainings];
}

function checkSame(path: string, kept: GradientStudyRecord, { estimates, budgetMs }: RunGradientStudyOptions): void {
  const [found, asked, what] = kept.part === "training"
    ? [kept.training?.budgetMs, budgetMs, "ms"]
    : [kept.estimate?.seeds, estimates, "estimates"];
  if (found === asked) return;
  throw new RangeError(
    `Cannot go on: the record ${path} is of ${found} ${what}, ${asked} were asked for; ask for as many or choose another folder`,
  );
}

/** One record; null if it was stopped. */
async function recordOf(
  plan: Planned,
  options: RunGradientStudyOptions,
  code: CodeVersion,
): Promise<GradientStudyRecord | null> {
  const { part, seed, own: { row, settings } } = plan;
  const startedAt = new Date().toISOString(), start = performance.now();
  const made = await make(plan, options);
  return made && {
    ...{ schema: GRADIENT_STUDY_SCHEMA, experiment: "gradients", question: GRADIENT_STUDY_QUESTION },
    ...{ part, row, seed, settings, ...made },
    ...{ wallMs: performance.now() - start, code, machine: describeMachine(), startedAt },
  };
}

type Made = Pick<GradientStudyRecord, "data" | "estimate" | "training">;

async function make({ part, seed, own, beta = NaN }: Planned, options: RunGradientStudyOptions): Promise<Made | null> {
  const { estimates, budgetMs, pictures, signal, onProgress } = options;
  const { estimator, solver, row, counted } = own;
  if (part === "estimate") {
    if (estimator === null) throw new TypeError(`Cannot estimate: ${row} has no estimator`);
    onProgress?.(`${row} beta ${beta}`, 0);
    // signals get their turn
    await new Promise((resolve) => setTimeout(resolve));
    const estimate = measureEstimator(gradientProblems(SIZES, seed), {
      estimator,
      solver,
      beta,
      seeds: estimates,
      counted,
    });
    return { data: { name: "problems", synthetic: true, checksums: {} }, estimate, training: null };
  }
  if (pictures === undefined) throw new TypeError("Cannot train: there are no pictures; give them");
  const onStep = (share: number) => onProgress?.(`${row} seed ${seed}`, share);
  const training = await trainForTime(pictures, own, { budgetMs, points: POINTS, seed, signal, onStep });
  const { name, synthetic, checksums } = pictures;
  return training && { data: { name, synthetic, checksums }, estimate: null, training };
}
