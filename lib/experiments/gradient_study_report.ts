import { JUPYTER_DISPLAY, markdownTable, type ReportSection, sectionsMarkdown, type Shown } from "../display/mod.ts";
import { biasChart, trainingChart } from "./_gradient_study_charts.ts";
import { betasOf, biasTable, errorsTable, estimatesByRow, trainingTable } from "./_gradient_study_tables.ts";
import { estimateWords, trainingWords } from "./_gradient_study_words.ts";
import { gradientStudyDigest, gradientStudyFileName, type GradientStudyRecord } from "./gradient_study_record.ts";

/** The command that makes the records. */
export const GRADIENT_STUDY_COMMAND = "deno task gradients --seeds 1,2,3";

/** The report of the gradient study. */
export interface GradientStudyReport {
  /** Text by file name: `README.md` and its figures. */
  readonly files: ReadonlyMap<string, string>;
  /** What was found, in Markdown sentences. */
  readonly summary: string;
}

/**
 * Renders the report of the gradient study: sentences, tables and figures, every number from the records.
 *
 * @param given records of the study, in any order
 * @returns the files and what was found
 * @throws {RangeError} if there is no record
 *
 * Cost O(numbers).
 * Source: none needed.
 *
 * @example The page of an invented record
 * ```ts
 * import { exampleGradientStudyRecord, gradientStudyReport } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const { files } = await gradientStudyReport([exampleGradientStudyRecord()]);
 * assertEquals([...files.keys()], ["README.md", "gradients_training.svg"]);
 * ```
 */
export async function gradientStudyReport(given: readonly GradientStudyRecord[]): Promise<GradientStudyReport> {
  if (given.length === 0) throw new RangeError("Cannot write the report: there is no record");
  const records = given.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b), "en", { numeric: true }));
  const sections: ReportSection[] = [];
  const drawn = new Map<string, string>();
  const pictures = new Map<string, { file: string; shows: string }>();
  const draw = (title: string, file: string, shows: string, chart: Shown | null) => {
    if (chart === null) return;
    drawn.set(file, String(chart[JUPYTER_DISPLAY]()["image/svg+xml"]));
    pictures.set(title, { file, shows });
  };
  const [estimated, trained] = [estimateWords(records), trainingWords(records)];
  if (estimated.length > 0) {
    const title = "Against the exact gradient";
    const tables = [biasTable(records), ...betasOf(estimatesByRow(records)).map((beta) => errorsTable(records, beta))];
    sections.push({ title, paragraphs: estimated, tables, reading: ESTIMATE_READING });
    draw(title, "gradients_bias.svg", "Bias of every estimator against beta", biasChart(records));
  }
  if (trained.length > 0) {
    const title = "Training in equal time";
    sections.push({ title, paragraphs: trained, tables: [trainingTable(records)], reading: TRAINING_READING });
    draw(title, "gradients_training.svg", "Test accuracy over processor time", trainingChart(records));
  }
  const digests = await Promise.all(records.map(async (record) => [
    ...[nameOf(record), record.code.commit?.slice(0, 10) ?? "-", await gradientStudyDigest(record)],
  ]));
  const table = markdownTable([{ title: "record" }, { title: "commit" }, { title: "digest" }], digests);
  const [{ question, code, machine }] = records;
  const page =
    `# The gradient laboratory\n\n${question}\n\n${TARGET}\n\nVersion ${code.version}; Deno ${machine.deno} on ${machine.cpu}, ` +
    `busy with other work. Every number and every word of comparison is computed from the records.\n\n${
      sectionsMarkdown(sections, pictures)
    }\n## Records\n\nMade by \`${GRADIENT_STUDY_COMMAND}\`. The digest is the SHA-256 of everything in a record but wall time, computer, ` +
    `code and date. A rerun gives the estimates again, digit for digit; a training depends on how far it gets in its time.\n\n${table}`;
  const summary = [...estimated.slice(0, 2), ...trained].map((sentence) => `- ${sentence}`).join("\n");
  return { files: new Map([["README.md", page], ...drawn]), summary };
}

const TARGET =
  "The target is the readout expected under the Boltzmann distribution, `F = sum_x p(x) f(x)`, `p = exp(-beta E) / Z` over all 2^n states of " +
  "a problem, n = heads times tokens, all heads together because the overlap penalty couples them; `f(x) = sum_i g_i eps_i`, " +
  "`eps_i = -x_i ((J x)_i + h_i)`, with the slopes g held. Its gradient with respect to queries, keys and fields is computed by enumeration " +
  "(`expectedReadout`), which is tested against central differences of a twin written from the definitions. The derivation of each " +
  "estimator, its source, and what it is unbiased for stand at its function in `lib/layers`.";

const ESTIMATE_READING =
  "q, k, h and g are from N(0, 1), weights are the published ones. Minima and samples are exact, by enumeration, except for the heat baths. " +
  "`bias` is the distance of the mean estimate from the exact gradient g in percent of its length, the share of the noise taken out; the 99 % " +
  "interval is a jackknife over seeds: it speaks of other seeds, not of other problems. An estimate without noise has no interval. `along g` is the " +
  "mean of the estimate's part along g, 1 where nothing is missing. `variance` is that of one estimate, the trace of its covariance over the " +
  "squared length of g. `solves` counts minima or samples a problem, that of the forward pass included. `largest z` is over the numbers of the " +
  "gradient whose standard error is above 0.005 rms(g): one that hardly ever moves has no known variance. A tilt is in units of 1 / rms(g).";

const TRAINING_READING =
  "A SimpleViT of the published operator, batches of 128, Adam at 1e-3; time is processor time of the training process in its steps alone, so that " +
  "other programs on the machine do not count. Forward passes are the layer's own annealer, 20 sweeps, except where the row says " +
  "otherwise; beta is 1, at which samples have 94 to 99 % of the annealer's mean energy: chosen by that, not by accuracy. The rows of blackbox and implicit likelihood with a tilt of 0.1 were added when those with 1 had learned nothing; nothing else was tuned. Minima " +
  "are the annealer's, too, with the seed of the forward pass. `+-` is a 95 % t interval over seeds; in brackets two seeds.";

function nameOf({ part, row, seed, estimate }: GradientStudyRecord): string {
  return gradientStudyFileName({ part, row, seed, beta: estimate?.beta });
}
