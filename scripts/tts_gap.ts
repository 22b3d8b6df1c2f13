/*
 * Question   How does the time to solution of our solvers go with the spectral gaps of an instance?
 * Command    deno task tts-gap [--quick] [--only FAMILIES] [--solvers NAMES] [--out FOLDER] [--resume]
 * Cost       quick: under three minutes on one core; full: about 80 core-minutes, family by family with --only; it goes on where it was
 *            interrupted with --resume, which also measures what records of a smaller plan lack
 * Expected   no bound is violated; at fixed beta the time to solution falls with the gap of the chain (rho below 0); for the other
 *            solvers rho is what it is. Counts repeat exactly; times depend on the machine
 */
import { fileURLToPath } from "node:url";
import { plotlySource } from "../lib/display/mod.ts";
import {
  natsTtsGap,
  publishTtsGapRecords,
  readLengthBench,
  readTtsGapRecords,
  runTtsGap,
  TTS_SOLVERS,
  ttsGapFileName,
  ttsGapInstances,
  type TtsGapOutcome,
  type TtsGapProfile,
  type TtsGapProfileName,
  ttsGapProfiles,
  ttsGapReport,
  writeTtsGapRecord,
  writeWhole,
} from "../lib/experiments/mod.ts";
import { asUsage, runCli, UsageError, type Values } from "./_cli.ts";
import { ifThere, reading } from "./_files.ts";
import { endingCode, interrupts } from "./_interrupts.ts";
import { natsFrom, submitOptions } from "./_nats_cli.ts";
import { stderrProgress } from "./_terminal.ts";
import { givenInstances } from "./_tts_gap_given.ts";
import { summaryOf, summaryText } from "./_tts_gap_summary.ts";

/** The command line. */
export const cli = {
  command: "deno task tts-gap",
  summary:
    "Measures time to solution against spectral gaps: for every instance its gaps, what each solver does at each run length, and " +
    "the bounds that join them; keeps a record an instance, and prints rank correlations and exponents.",
  examples: [
    "deno task tts-gap --quick",
    "deno task tts-gap --profile full --only sk,attention --out out/tts-gap --resume",
    "deno task tts-gap --profile full --reuse results/tts-gap/records --resume",
    "deno task tts-gap --quick --solvers annealing,glauber-mid --json",
  ],
  options: {
    quick: { type: "boolean", help: "the same as --profile quick" },
    profile: { type: "string", help: "how much is measured", choices: ["quick", "full"], default: "quick" },
    only: { type: "list", help: "families of instances" },
    solvers: { type: "list", help: "solvers", choices: TTS_SOLVERS.map(({ name }) => name) },
    seeds: { type: "integers", help: "seeds of the reads, a record each", default: "1", min: 0 },
    out: { type: "string", help: "folder of the records [out/tts-gap-quick or -full]" },
    resume: { type: "boolean", help: "keeps what is there and measures what it lacks" },
    reuse: { type: "string", help: "folder of published records: those that --out lacks are taken over from there" },
    publish: {
      type: "string",
      help: "nothing is measured: writes the records of the folder, compressed, into this one of results/",
    },
    ...submitOptions,
    json: { type: "boolean", help: "prints one JSON object" },
  },
} as const;
async function main(values: Values<typeof cli.options>): Promise<number> {
  if (values.quick && values.profile === "full") throw new UsageError("--quick and --profile full exclude each other");

  const profile = ttsGapProfiles[values.profile as TtsGapProfileName];
  const out = values.out ?? fileURLToPath(new URL(`../out/tts-gap-${profile.name}`, import.meta.url));
  if (values.publish !== undefined) return await publish(out, values.publish);
  if (values.reuse !== undefined) await takeOver(values.reuse, out, values.resume);
  const { ending, records } = await measure(values, profile, out);
  const summary = summaryOf(records);
  const measured = records.filter(({ solvers }) => solvers.length > 0);
  if (measured.length > 0) {
    const lengths = await readLengthBench(fileURLToPath(new URL("../results/bench/length.json", import.meta.url)));
    const { files } = await ttsGapReport(measured, { plotly: await plotlySource(), lengths });
    for (const [name, text] of files) await writeWhole(`${out}/${name}`, text);
  }
  if (values.json) console.log(JSON.stringify({ out, ending, ...summary }));
  else {
    console.log(summaryText(summary));
    console.log(`${records.length} records in ${out}/records, page: ${out}/index.html`);
  }
  return endingCode(ending, out) || (summary.bounds.violated > 0 ? 1 : 0);
}

/** Joins the records of a folder into files to be published. */
async function publish(out: string, folder: string): Promise<number> {
  const records = await reading(`${out}/records`, () => readTtsGapRecords(`${out}/records`));
  await Deno.mkdir(folder, { recursive: true });
  const names = await publishTtsGapRecords(folder, records);
  console.log(`${records.length} records are in ${names.map((name) => `${folder}/${name}`).join(", ") || "no file"}`);
  return 0;
}

/** Writes published records that a folder lacks into it, a file each. */
async function takeOver(from: string, out: string, resume: boolean): Promise<void> {
  if (!resume) throw new UsageError("--reuse keeps what it takes over only with --resume: give both");
  await Deno.mkdir(`${out}/records`, { recursive: true });
  for (const record of await reading(from, () => readTtsGapRecords(from))) {
    const path = `${out}/records/${ttsGapFileName(record)}`;
    if (await ifThere(() => Deno.stat(path)) === null) await writeTtsGapRecord(path, record);
  }
}

async function measure(
  values: Values<typeof cli.options>,
  profile: TtsGapProfile,
  out: string,
): Promise<TtsGapOutcome> {
  const progress = stderrProgress();
  const signal = interrupts(() => progress.line("stopping after the call under way"));
  const nats = natsFrom(values);
  const title = `tts-gap ${profile.name}`;
  const onLine = (line: string) => progress.line(line);
  const given = await givenInstances();
  const instances = asUsage(() => ttsGapInstances(profile, given, values.only));
  try {
    return await runTtsGap({
      ...{ out, profile, signal, instances, seeds: values.seeds, resume: values.resume },
      ...nats === null ? {} : { executor: natsTtsGap({ ...nats, title, priority: values.priority, onLine }) },
      solvers: TTS_SOLVERS.filter(({ name }) => values.solvers?.includes(name) ?? true),
      onProgress: ({ instance, work, done, etaMs }) => progress.update({ label: instance, done, etaMs, detail: work }),
      onMissing: (instance, what) => progress.line(`${instance}: not found, ${what}`),
    });
  } finally {
    progress.end();
  }
}

if (import.meta.main) await runCli(cli, main);
