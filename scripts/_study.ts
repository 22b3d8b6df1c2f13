import type { ProgressReporter } from "../lib/display/mod.ts";
import {
  type CodeVersion,
  evaluateStudyRuns,
  lockFolder,
  operatorTitles,
  type Plan,
  type PlanExecutor,
  type Profile,
  type ProfileName,
  profiles,
  publishStudyRecords,
  readRecord,
  readStudyRecords,
  recordFileName,
  reuseRuns,
  runPlan,
  type RunRecord,
  studyPlan,
  type Trainer,
} from "../lib/experiments/mod.ts";
import { DataUnavailableError } from "../datasets/mod.ts";
import { UsageError } from "./_cli_option.ts";
import { reading } from "./_files.ts";
import { asInput } from "./_reproduce_cli.ts";
import { type DataSource, loadPart, type LoadWhole } from "./_reproduce_data.ts";
import { progressOf } from "./_reproduce_progress.ts";
import type { StudyValues } from "./_study_cli.ts";

/** What the command needs from outside, so that a test can put something else there. */
export interface StudyDoors {
  /** Trains a model in this process; for tests. */
  readonly train?: Trainer;
  /** Carries out the runs. @default {in this process, by `train`} */
  readonly executor?: (share: { readonly jobs: number; readonly workers: number }) => PlanExecutor;
  /** Loads a whole data set. */
  readonly loadWhole: LoadWhole;
  /** Receives progress and remarks. */
  readonly progress: ProgressReporter;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Which program is running. @default {from codeVersion} */
  readonly code?: CodeVersion;
}

/** Errors of the output folder and of what is in it, as they begin: told in one line. */
const CANNOT =
  /^Cannot ((read|write|name) (the|a) (record|file)|resume|keep a checkpoint|use the folder|plan the (study|circuits)|evaluate)/;

/** Does what the command line says; returns the exit code: 0, 1 where a run failed, or 130 where it was stopped. */
export async function study(values: StudyValues, doors: StudyDoors): Promise<number> {
  const { progress, signal } = doors;
  const profile = profiles[values.profile as ProfileName];
  const out = values.out ?? (profile.name === "standard" ? "out/study" : `out/study-${profile.name}`);
  if (values.publish !== undefined) return await publish(out, values.publish, progress);
  const { only: data, operators, seeds, reuse: from, resume, dataDir, parts } = values;
  const plan = await input(() => Promise.resolve(studyPlan({ profile, data, operators, seeds })));
  if (from !== undefined) {
    if (!resume) throw new UsageError("--reuse keeps what it copies only with --resume: give both");
    for (const folder of from) await reading(folder, () => Deno.stat(folder));
    const copied = await input(() => reuseRuns(plan, { from, out }));
    progress.line(`${copied.length} finished runs are taken over${copied.map((name) => `\n  ${name}`).join("")}`);
  }
  let failed = 0;
  for (const cells of Map.groupBy(plan.cells, ({ data, seed }) => `${data} ${seed}`).values()) {
    if (parts.includes("train")) failed += await trainBlock({ ...plan, cells }, values, out, profile, doors);
    if (parts.includes("evaluate") && !signal.aborted) {
      await evaluateBlock({ ...plan, cells }, values, out, profile, doors);
    }
    progress.end();
    if (!signal.aborted) continue;
    const again = dataDir === undefined ? "" : ` --data-dir ${dataDir}`;
    progress.line(`stopped; everything is kept in ${out}, go on with --resume${again} --out ${out}`);
    return 130;
  }
  return failed === 0 ? 0 : 1;
}

/** Trains the rows of a plan; gives the number of runs that failed. */
export async function trainBlock(
  plan: Plan,
  values: Pick<StudyValues, "jobs" | "workers" | "resume" | "dataDir">,
  out: string,
  profile: Pick<Profile, "train" | "test">,
  doors: StudyDoors,
): Promise<number> {
  const { progress, signal } = doors;
  const { jobs, workers, resume } = values;
  const source = sourceOf(values, profile);
  const { failures } = await input(() =>
    runPlan(plan, {
      out,
      train: doors.train,
      executor: doors.executor?.({ jobs, workers }),
      source: () => source,
      load: (name) => loadPart(doors.loadWhole, name, source, signal),
      resume,
      ...doors.code === undefined ? {} : { code: doors.code },
      signal,
      onProgress: (state) => progress.update(progressOf(state)),
      onRecord: (record, how) => progress.line(`${told(record)}${how === "made" ? "" : ` (${how})`}`),
      onFailure: ({ cell, title, attempts, reason }) =>
        progress.line(`warning: ${title}, ${cell.operator}, seed ${cell.seed} failed ${attempts} times: ${reason}`),
    })
  );
  return failures.length;
}

/** Evaluates the models of a seed of a data set. */
async function evaluateBlock(
  { cells, profile: name }: Plan,
  values: StudyValues,
  out: string,
  profile: Profile,
  doors: StudyDoors,
) {
  const { progress, signal } = doors;
  const source = sourceOf(values, profile);
  const runs: RunRecord[] = [];
  for (const { data, operator, seed } of cells) {
    const path = `${out}/records/${recordFileName({ data: { name: data }, operator, seed, profile: name })}`;
    try {
      runs.push(await input(() => readRecord(path)));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  if (runs.length === 0) return;
  using _lock = await lockFolder(out);
  const label = ({ data, operator, seed }: Pick<RunRecord, "data" | "operator" | "seed">) =>
    `evaluation: ${operatorTitles[operator]}, ${data.title}, seed ${seed}`;
  await input(() =>
    evaluateStudyRuns(runs, {
      ...{ out, signal },
      ...doors.code === undefined ? {} : { code: doors.code },
      data: async (name) => (await loadPart(doors.loadWhole, name, source, signal)).data,
      onPass: (run, done, passes) =>
        progress.update({ label: label(run), done: done / passes, etaMs: NaN, detail: `${done} of ${passes} passes` }),
      onRecord: (record, how) =>
        progress.line(
          `${label(record.run)}: ${record.variants.length} variants in ${(record.wallMs / 1000).toFixed(0)} s${
            how === "kept" ? " (kept)" : ""
          }`,
        ),
      onMissing: (run) =>
        progress.line(`note: ${label(run)}: its weights are not in ${out}/checkpoints, it is left out`),
    })
  );
}

async function publish(out: string, folder: string, progress: ProgressReporter): Promise<number> {
  await Deno.mkdir(folder, { recursive: true });
  const records = await input(() => readStudyRecords(`${out}/evaluations`));
  const names = await publishStudyRecords(folder, records);
  progress.line(
    `${records.length} evaluations are in ${names.map((name) => `${folder}/${name}`).join(", ") || "no file"}`,
  );
  return 0;
}

function sourceOf(
  { dataDir }: Pick<StudyValues, "dataDir">,
  { train, test }: Pick<Profile, "train" | "test">,
): DataSource {
  return { dataDir: dataDir ?? null, train, test };
}

/** A run in a line. */
function told({ data, operator, seed, epochs, clocks }: RunRecord): string {
  const accuracy = (100 * (epochs.at(-1)?.testAccuracy ?? NaN)).toFixed(2);
  const seconds = ((clocks.trainMs + clocks.evaluateMs) / 1000).toFixed(1);
  return `${data.title}, ${operatorTitles[operator]}, seed ${seed}: ${accuracy} % in ${seconds} s`;
}

/** Does work whose errors of folders and data are told in one line. */
export async function input<T>(work: () => Promise<T>): Promise<T> {
  return await asInput([DataUnavailableError], () => asInput([Error], work, CANNOT));
}
