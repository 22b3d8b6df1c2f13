import type { ProgressReporter } from "../lib/display/mod.ts";
import {
  evaluateStudyRuns,
  lockFolder,
  operatorTitles,
  type Plan,
  type Profile,
  type ProfileName,
  profiles,
  publishStudyRecords,
  readPublishedStudy,
  readRecord,
  readStudyRecords,
  recordFileName,
  reuseRuns,
  runPlan,
  type RunRecord,
  studyPlan,
  TRIAL_PROFILE,
  trialPlan,
} from "../lib/experiments/mod.ts";
import { asUsage, shellWord, UsageError } from "./_cli_option.ts";
import { ifThere, reading } from "./_files.ts";
import { natsWords, sourceFor, type SubmitValues } from "./_nats_cli.ts";
import type { PlanDoors } from "./_plan_doors.ts";
import { type DataSource, loadPart } from "./_reproduce_data.ts";
import { progressOf } from "./_reproduce_progress.ts";
import type { StudyValues } from "./_study_cli.ts";

/** How many items of a data set are trained and tested on, and of which split the latter are. */
type StudySize = Pick<Profile, "train" | "test"> & Pick<DataSource, "heldOut">;

/** Does what the command line says; returns the exit code: 0, 1 where a run failed, or 130 where it was stopped. */
export async function study(values: StudyValues, doors: PlanDoors): Promise<number> {
  const { progress, signal } = doors;
  const profile = values.profile === TRIAL_PROFILE.name ? TRIAL_PROFILE : profiles[values.profile as ProfileName];
  const out = values.out ?? (profile.name === "standard" ? "out/study" : `out/study-${profile.name}`);
  if (values.publish !== undefined) return await publish(out, values.publish, progress);
  const { only: data, operators, seeds, reuse: from, resume, dataDir, parts } = values;
  const part = { data, operators, seeds };
  const plan = asUsage(
    () => "heldOut" in profile ? trialPlan(part) : studyPlan({ profile, ...part }),
    [RangeError],
  );
  if (from !== undefined) {
    if (!resume) throw new UsageError("--reuse keeps what it copies only with --resume: give both");
    for (const folder of from) await reading(folder, () => Deno.stat(folder));
    const copied = await reuseRuns(plan, { from, out });
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
    const again = [
      "--resume",
      ...profile.name === "standard" ? [] : [`--profile ${profile.name}`],
      ...values.accuracyOnly ? ["--accuracy-only"] : [],
      ...dataDir === undefined ? [] : [`--data-dir ${shellWord(dataDir)}`],
      ...natsWords(values),
    ];
    progress.line(`stopped; everything is kept in ${out}, go on with ${again.join(" ")} --out ${shellWord(out)}`);
    return 130;
  }
  return failed === 0 ? 0 : 1;
}

/** Trains the rows of a plan; gives the number of runs that failed. */
export async function trainBlock(
  plan: Plan,
  values: Pick<StudyValues, "jobs" | "workers" | "resume" | "dataDir"> & SubmitValues,
  out: string,
  profile: StudySize,
  doors: PlanDoors,
): Promise<number> {
  const { progress, signal } = doors;
  const { jobs, workers, resume } = values;
  const source = sourceOf(values, profile);
  const { failures } = await runPlan(plan, {
    out,
    train: doors.train,
    executor: doors.executor?.({ jobs, workers }),
    source: () => sourceFor(values, source),
    load: (name) => loadPart(doors.loadWhole, name, source, signal),
    resume,
    ...doors.code === undefined ? {} : { code: doors.code },
    signal,
    onProgress: (state) => progress.update(progressOf(state)),
    onRecord: (record, how) => progress.line(`${told(record)}${how === "made" ? "" : ` (${how})`}`),
    onFailure: ({ cell, title, attempts, reason }) =>
      progress.line(`warning: ${title}, ${cell.operator}, seed ${cell.seed} failed ${attempts} times: ${reason}`),
  });
  return failures.length;
}

/** The records of a plan that are there. */
export async function recordsOf({ cells, profile }: Plan, out: string): Promise<RunRecord[]> {
  const records: RunRecord[] = [];
  for (const { data, operator, seed } of cells) {
    const file = recordFileName({ data: { name: data }, operator, seed, profile });
    const record = await ifThere(() => readRecord(`${out}/records/${file}`));
    if (record !== null) records.push(record);
  }
  return records;
}

/** Evaluates the models of a seed of a data set. */
async function evaluateBlock(
  plan: Plan,
  values: StudyValues,
  out: string,
  profile: StudySize,
  doors: PlanDoors,
) {
  const { progress, signal } = doors;
  const source = sourceOf(values, profile);
  const runs = await recordsOf(plan, out);
  if (runs.length === 0) return;
  using _lock = await lockFolder(out);
  const label = ({ data, operator, seed }: Pick<RunRecord, "data" | "operator" | "seed">) =>
    `evaluation: ${operatorTitles[operator]}, ${data.title}, seed ${seed}`;
  await evaluateStudyRuns(runs, {
    ...{ out, signal, variants: !profile.heldOut && !values.accuracyOnly },
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
    onMissing: (run) => progress.line(`note: ${label(run)}: its weights are not in ${out}/checkpoints, it is left out`),
  });
}

async function publish(out: string, folder: string, progress: ProgressReporter): Promise<number> {
  await Deno.mkdir(folder, { recursive: true });
  // what is published and not here stays
  const here = await readStudyRecords(`${out}/evaluations`), published = await readPublishedStudy(folder);
  const own = new Map(here.map((record) => [recordFileName(record.run), record]));
  const kept = published.filter(({ run }) => !own.has(recordFileName(run)));
  const names = await publishStudyRecords(folder, [...kept, ...here]);
  progress.line(
    `${here.length} evaluations are in ${names.map((name) => `${folder}/${name}`).join(", ") || "no file"}, ` +
      `beside ${kept.length} that were there`,
  );
  return 0;
}

/** Where a run of a command finds its data. */
export function sourceOf(
  { dataDir }: Pick<StudyValues, "dataDir">,
  { train, test, heldOut }: StudySize,
): DataSource {
  return { dataDir: dataDir ?? null, train, test, ...heldOut ? { heldOut } : {} };
}

/** A run in a line. */
function told({ data, operator, seed, epochs, clocks }: RunRecord): string {
  const accuracy = (100 * (epochs.at(-1)?.testAccuracy ?? NaN)).toFixed(2);
  const seconds = ((clocks.trainMs + clocks.evaluateMs) / 1000).toFixed(1);
  return `${data.title}, ${operatorTitles[operator]}, seed ${seed}: ${accuracy} % in ${seconds} s`;
}
