import { fileURLToPath } from "node:url";
import { DataUnavailableError, type FeatureProgress } from "../datasets/mod.ts";
import { learningCurvesSvg, plotlySource, type ProgressReporter } from "../lib/display/mod.ts";
import {
  type CodeVersion,
  defaultOperators,
  type Exhibit,
  isOperatorName,
  keepExhibits,
  learningCurves,
  operatorTitles,
  planOf,
  type Profile,
  type ProfileName,
  profiles,
  readExhibits,
  readLengthBench,
  readSoftSelection,
  recordDigest,
  recordFileName,
  resultRows,
  resultsMarkdown,
  resultsPage,
  type RunFailure,
  runPlan,
  type RunRecord,
  tableRows,
  writeWhole,
} from "../lib/experiments/mod.ts";
import type { TrainingData } from "../lib/training/mod.ts";
import { type DataSource, isTextName, loadPart, partOf } from "./_reproduce_data.ts";
import { explain, systemCause } from "./_cli_errors.ts";
import { asUsage, UsageError } from "./_cli_option.ts";
import { sourceFor } from "./_nats_cli.ts";
import type { PlanDoors } from "./_plan_doors.ts";
import { progressOf } from "./_reproduce_progress.ts";
import {
  asInput,
  commandLine,
  featuresOf,
  inFlags,
  InputError,
  readSeeds,
  type ReproduceValues,
} from "./_reproduce_cli.ts";

/** What the command needs from outside: what plans need, and where results go. */
export interface Doors extends PlanDoors {
  /** Receives the results. */
  readonly print: (text: string) => void;
  /** Text of the plotly program. @default {plotlySource} */
  readonly plotly?: () => Promise<string | null>;
}

/** What is trained on where nothing of a kind can be had. */
const STAND_INS = [
  ["pictures", { name: "glyphs", what: "pictures drawn" }],
  ["texts", { name: "reviews", what: "sentences made up" }],
] as const;

/** Errors of the output folder and of what is in it, as they begin: told in one line. */
const CANNOT = /^Cannot ((read|write|name) (the|a) (record|file)|resume|keep a checkpoint|use the folder)/;
const DISK = /^Cannot (write the file|keep a checkpoint)/;

/** Does what the command line says; returns the exit code: 0, 1 where a run failed, or 130 where it was stopped. */
export async function reproduce(values: ReproduceValues, doors: Doors): Promise<number> {
  const { progress, signal } = doors;
  const profile = profiles[values.profile as ProfileName];
  const seeds = values.seeds === undefined ? profile.seeds : readSeeds(values.seeds);
  const named = values.operators?.filter(isOperatorName);
  const operators = (data: string) => named ?? defaultOperators(data, profile);
  const { epochs, textHead } = values;
  const changes = { epochs, ...textHead === "doubleSoftmax" ? { textHead } as const : {} };
  const out = values.out ?? `out/${profile.name}`;
  await checkWritable(out);
  const plan = (data: readonly string[]) =>
    asUsage(() => planOf(profile, { data, operators, seeds, ...changes }), [RangeError]);
  plan(values.only ?? profile.data);
  const loaded = await loadAll(values, profile, doors);
  if (signal.aborted || loaded === null) return stopped(values, profile, out, progress);
  const { jobs, workers } = values;
  const features = featuresOf(values);
  if (values.nats !== undefined && values.featuresDir !== undefined) {
    throw new UsageError(
      "--features-dir is a folder of this machine, which the workers of --nats cannot read; use --features",
    );
  }
  const source: DataSource = {
    dataDir: values.dataDir ?? null,
    train: profile.train,
    test: profile.test,
    ...features === undefined ? {} : { features },
  };
  const { ending, records, failures } = await asInput(
    [Error],
    async () =>
      await runPlan(plan([...loaded.keys()]), {
        out,
        train: doors.train,
        executor: doors.executor?.({ jobs, workers }),
        source: () => sourceFor(values, source),
        load: (name) => {
          const whole = loaded.get(name)!;
          // workers load their own
          loaded.delete(name);
          return Promise.resolve(partOf(whole, profile));
        },
        resume: values.resume,
        ...(doors.code === undefined ? {} : { code: doors.code }),
        workers: workers ?? Math.min(2, navigator.hardwareConcurrency),
        signal,
        onProgress: (state) => progress.update(progressOf(state)),
        onRecord: (record, how, code) => progress.line(remarkOn(record, how, code)),
        onFailure: (failure) => progress.line(remarkOnFailure(failure)),
      }),
    CANNOT,
    // of these nothing is lost, and the folder is not at fault
    (message) => DISK.test(message) ? `${message}; then go on with: ${commandLine(values, profile, true)}` : message,
  );
  progress.end();
  const command = commandLine(values, profile, false);
  if (records.some((record) => record.epochs.length > 0)) {
    const data = async (name: string) => (await loadPart(doors.loadWhole, name, source, signal)).data;
    const exhibits = signal.aborted
      ? await readExhibits(`${out}/exhibits`)
      : await exhibitsOf(records, out, data, progress);
    await asInput([Error], () => writeReport(records, exhibits, out, command, doors), CANNOT);
  }
  doors.print(values.json ? await jsonText(records, profile, out, command, ending) : tableText(records));
  if (ending === "interrupted") return stopped(values, profile, out, progress);
  if (failures.length === 0) return 0;
  const runs = failures.length === 1 ? "1 run" : `${failures.length} runs`;
  progress.line(
    `warning: ${runs} failed, see above; the others are kept in ${out}, try again with: ` +
      commandLine(values, profile, true),
  );
  return 1;
}

async function loadAll(
  values: ReproduceValues,
  profile: Profile,
  doors: Doors,
): Promise<Map<string, TrainingData> | null> {
  const loaded = new Map<string, TrainingData>();
  const load = async (name: string) => {
    const options = values.dataDir === undefined ? {} : { dataDir: values.dataDir };
    const features = featuresOf(values);
    const onFeatures = ({ split, texts, totalTexts, etaMs }: FeatureProgress) => {
      const label = `features of ${name}, ${split}`;
      doors.progress.update({ label, done: texts / totalTexts, etaMs, detail: `${texts} of ${totalTexts} texts` });
    };
    const frozen = features === undefined ? {} : { features, onFeatures };
    loaded.set(name, await doors.loadWhole(name, { ...options, ...frozen, signal: doors.signal }));
  };
  const kinds = [
    RangeError,
    SyntaxError,
    Deno.errors.NotFound,
    Deno.errors.NotADirectory,
    Deno.errors.PermissionDenied,
  ];
  try {
    for (const name of values.only ?? profile.data) {
      try {
        await asInput(values.only === undefined ? kinds : [...kinds, DataUnavailableError], () => load(name));
      } catch (error) {
        if (!(error instanceof DataUnavailableError)) throw error;
        doors.progress.line(`note: ${inFlags(error.message)}`);
      }
    }
    for (const [kind, stand] of STAND_INS) {
      const wanted = (values.only ?? profile.data).filter((name) => isTextName(name) === (kind === "texts"));
      if (wanted.length === 0 || wanted.some((name) => loaded.has(name))) continue;
      doors.progress.line(
        `note: ${wanted.join(" and ")} cannot be had, so the runs use ${stand.name}, ${stand.what} by this project: ` +
          "synthetic data, compared with nothing published. For the real ones connect to the network, or give the folder " +
          "that holds them with --data-dir",
      );
      await load(stand.name);
    }
    return loaded;
  } catch (error) {
    if (doors.signal.aborted) return null;
    throw error;
  }
}

function remarkOn(record: RunRecord, how: "kept" | "made" | "same" | "different", code: CodeVersion): string {
  const accuracy = (100 * (record.epochs.at(-1)?.testAccuracy ?? NaN)).toFixed(2);
  const remarks = {
    kept: record.code.commit === code.commit
      ? " (kept from an earlier run)"
      : ` (kept a record of ${commitText(record.code)}; the code is now at ${
        commitText(code).replace(/^commit /, "")
      })`,
    made: "",
    same: " (same numbers as the record that was there)",
    different: " (warning: other numbers than the record that was there, under the same configuration)",
  };
  const seconds = ((record.clocks.trainMs + record.clocks.evaluateMs) / 1000).toFixed(1);
  return `${record.data.title}, ${operatorTitles[record.operator]}, seed ${record.seed}: ${accuracy} % in ${seconds} s${
    remarks[how]
  }`;
}

function remarkOnFailure({ cell, title, attempts, reason }: RunFailure): string {
  const often = attempts === 1 ? "failed" : `failed ${attempts} times`;
  return `warning: ${title}, ${operatorTitles[cell.operator]}, seed ${cell.seed} ${often}: ${reason}`;
}

function commitText({ commit }: CodeVersion): string {
  return commit === null ? "an unknown commit" : `commit ${commit.replace(/^([0-9a-f]{7})[0-9a-f]*/, "$1")}`;
}

/** The exhibits of the folder, the missing ones made; a checkpoint that cannot be read costs its exhibit, not the report. */
async function exhibitsOf(
  records: readonly RunRecord[],
  out: string,
  data: (name: string) => Promise<TrainingData>,
  progress: ProgressReporter,
): Promise<Exhibit[]> {
  try {
    return await keepExhibits(records, {
      out,
      data,
      onMade: ({ operator, dataTitle }) => progress.line(`exhibit: ${operatorTitles[operator]}, ${dataTitle}`),
    });
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)) throw error;
    progress.line(`note: no exhibits are made: ${error.message}`);
    return [];
  }
}

async function writeReport(
  records: readonly RunRecord[],
  exhibits: readonly Exhibit[],
  out: string,
  command: string,
  doors: Doors,
): Promise<void> {
  const plotly = await (doors.plotly ?? plotlySource)();
  // measured once, its machine named, and shown with every experiment
  const measured = (name: string) => fileURLToPath(new URL(`../results/${name}`, import.meta.url));
  const lengths = await readLengthBench(measured("bench/length.json"));
  const soft = await readSoftSelection(measured("soft_selection.json"));
  await writeWhole(`${out}/table.md`, tableText(records));
  await writeWhole(`${out}/learning_curves.svg`, learningCurvesSvg(learningCurves(records)));
  await writeWhole(`${out}/index.html`, resultsPage(records, { command, plotly, exhibits, lengths, soft }));
  doors.progress.line(`table, page and figure: ${out}/table.md, ${out}/index.html, ${out}/learning_curves.svg`);
}

function tableText(records: readonly RunRecord[]): string {
  const rows = tableRows(records);
  return rows.length === 0 ? "" : resultsMarkdown(rows);
}

async function jsonText(
  records: readonly RunRecord[],
  profile: Profile,
  out: string,
  command: string,
  ending: string,
): Promise<string> {
  const files = await Promise.all(records.map(async (record) => ({
    file: `${out}/records/${recordFileName(record)}`,
    digest: await recordDigest(record),
  })));
  const object = { command, profile: profile.name, ending, unit: "percent", rows: resultRows(records), records: files };
  return `${JSON.stringify(object, null, 2)}\n`;
}

function stopped(
  values: ReproduceValues,
  profile: Profile,
  out: string,
  progress: ProgressReporter,
): number {
  progress.line(`stopped; everything is kept in ${out}, go on with: ${commandLine(values, profile, true)}`);
  return 130;
}

async function checkWritable(out: string): Promise<void> {
  try {
    await Deno.mkdir(out, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: out, prefix: ".writable-" }));
  } catch (error) {
    const reason = systemCause(error) ?? explain(error);
    throw new InputError(`Cannot write to the folder ${out}: ${reason}; choose another with --out`);
  }
}
