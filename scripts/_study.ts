import type { ProgressReporter } from "../lib/display/mod.ts";
import {
  type CodeVersion,
  operatorTitles,
  type PlanExecutor,
  type ProfileName,
  profiles,
  reuseRuns,
  runPlan,
  type RunRecord,
  studyPlan,
} from "../lib/experiments/mod.ts";
import { DataUnavailableError } from "../datasets/mod.ts";
import { UsageError } from "./_cli_option.ts";
import { asInput } from "./_reproduce_cli.ts";
import { type DataSource, loadPart, type LoadWhole } from "./_reproduce_data.ts";
import { progressOf } from "./_reproduce_progress.ts";
import type { StudyValues } from "./_study_cli.ts";

/** What the command needs from outside, so that a test can put something else there. */
export interface StudyDoors {
  /** Carries out the runs. */
  readonly executor: (share: { readonly jobs: number; readonly workers: number }) => PlanExecutor;
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
  /^Cannot ((read|write|name) (the|a) (record|file)|resume|keep a checkpoint|use the folder|plan the study)/;

/** Does what the command line says; returns the exit code: 0, 1 where a run failed, or 130 where it was stopped. */
export async function study(values: StudyValues, doors: StudyDoors): Promise<number> {
  const { progress, signal } = doors;
  const profile = profiles[values.profile as ProfileName];
  const out = values.out ?? (profile.name === "standard" ? "out/study" : `out/study-${profile.name}`);
  const source: DataSource = { dataDir: values.dataDir ?? null, train: profile.train, test: profile.test };
  const { only: data, operators, seeds, reuse: from, resume, jobs, workers, dataDir } = values;
  const plan = await input(() => Promise.resolve(studyPlan({ profile, data, operators, seeds })));
  if (from !== undefined) {
    if (!resume) throw new UsageError("--reuse keeps what it copies only with --resume: give both");
    const copied = await input(() => reuseRuns(plan, { from, out }));
    progress.line(`${copied.length} finished runs are taken over${copied.map((name) => `\n  ${name}`).join("")}`);
  }
  const { ending, failures } = await input(() =>
    runPlan(plan, {
      out,
      executor: doors.executor({ jobs, workers }),
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
  progress.end();
  if (ending === "interrupted") {
    const again = dataDir === undefined ? "" : ` --data-dir ${dataDir}`;
    progress.line(`stopped; everything is kept in ${out}, go on with --resume${again} --out ${out}`);
    return 130;
  }
  return failures.length === 0 ? 0 : 1;
}

/** A run in a line. */
function told({ data, operator, seed, epochs, clocks }: RunRecord): string {
  const accuracy = (100 * (epochs.at(-1)?.testAccuracy ?? NaN)).toFixed(2);
  const seconds = ((clocks.trainMs + clocks.evaluateMs) / 1000).toFixed(1);
  return `${data.title}, ${operatorTitles[operator]}, seed ${seed}: ${accuracy} % in ${seconds} s`;
}

async function input<T>(work: () => Promise<T>): Promise<T> {
  return await asInput([DataUnavailableError], () => asInput([Error], work, CANNOT));
}
