import { JUPYTER_DISPLAY, lineChart, type ReportSection, sectionsMarkdown, type Shown } from "../display/mod.ts";
import { solveLimits, studyDescribed } from "./_study_described.ts";
import { studyFigures } from "./_study_figures.ts";
import { STUDY_METHOD, studyLimits } from "./_study_method.ts";
import { evaluationsCounted } from "./_evaluations_counted.ts";
import {
  accuracyTable,
  byOperator,
  comparisonTable,
  energyTable,
  isTried,
  selectionTable,
  variantOf,
  variantTable,
} from "./_study_tables.ts";
import { refuseTrials } from "./_refuse_trials.ts";
import { addedWords, repeatedWords } from "./_study_added.ts";
import { studyAdvice } from "./_study_advice.ts";
import { studyAnswer, studyVerdict, wholeSets } from "./_study_verdict.ts";
import { studyWords } from "./_study_words.ts";
import { operatorTitles } from "./operators.ts";
import { analyseStudy, type StudyDataAnalysis } from "./study_analysis.ts";
import { ADDED_QUESTION, REPEATED_QUESTIONS, STUDY_QUESTIONS, type StudyQuestionName } from "./study_comparisons.ts";
import { SENSITIVITY_ITEMS, STUDY_SWEEPS } from "./study_evaluation.ts";
import { isAddedName } from "../training/mod.ts";
import { STUDY_DATA, STUDY_OPERATORS, STUDY_QUESTION, STUDY_SEEDS } from "./study_plan.ts";
import type { LongEvidence } from "./_long_choice.ts";
import type { StudyRecord } from "./study_record.ts";
import { analyseTrials } from "./trial_analysis.ts";

/** The command that makes the records. */
export const STUDY_COMMAND = "deno task study";
/** When and where the questions were written down, before the first training. */
const REGISTERED = { commit: "dec77f3534b0cb6c5c883ec8fe12d0809c8a7562", at: "2026-11-28 11:16 UTC" };

/** What stands beside the records on the page of the study. */
export interface StudyReportOptions {
  /** What was done otherwise than registered, in Markdown. @default {none} */
  readonly deviations?: string;
  /** Held-out trials on a page of their own, which is named. @default {none} */
  readonly trials?: readonly StudyRecord[];
  /** What was found on long sequences, for what to choose there. @default {nothing} */
  readonly long?: LongEvidence;
}

/** The report of the study. */
export interface StudyReport {
  /** Text by file name: `README.md` and its figures. */
  readonly files: ReadonlyMap<string, string>;
  /** What is shown so far, in sentences; none until a family of comparisons is whole. */
  readonly summary: readonly string[];
  /** The answer in three sentences, over all data sets that are whole; empty while none is. */
  readonly answer: readonly string[];
  /** The verdict in three lines, with its numbers; empty while none is. */
  readonly verdict: readonly string[];
  /** What a user should choose when, a line for each case; empty while nothing is whole. */
  readonly advice: readonly string[];
}

/**
 * Renders the report of the study from whatever records are there: missing rows are named, never filled.
 *
 * @param records evaluations, in any order; those of the profile `standard` are the study, others are described beside it
 * @param beside what stands beside them on the page
 * @returns the files and what is shown
 * @throws {RangeError} if two records are of the same run, or one is a trial that was tested on training items
 *
 * Cost that of `analyseStudy` for each data set.
 * Source: none needed.
 *
 * @example Nothing is there yet
 * ```ts
 * import { studyReport } from "qama/experiments";
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * const { files, summary } = await studyReport([]);
 * assertStringIncludes(files.get("README.md")!, "0 of 320 trained models");
 * assertEquals(summary, []);
 * ```
 */
export async function studyReport(
  records: readonly StudyRecord[],
  beside: StudyReportOptions = {},
): Promise<StudyReport> {
  const { deviations = "", trials = [], long = { records: [], times: [] } } = beside;
  refuseTrials("Cannot render the study", records);
  const standard = records.filter(({ run }) => run.profile === "standard");
  const own = standard.filter(hasStudySeed);
  const registered = own.filter(({ run }) => STUDY_OPERATORS.includes(run.operator)).length;
  const sets = STUDY_DATA.flatMap((data) => {
    const found = standard.filter(({ run }) => run.data.name === data);
    return found.length === 0 ? [] : [{ analysis: analyseStudy(found), records: found.filter(hasStudySeed) }];
  });
  const summary = sets.flatMap(({ analysis }) => [
    ...[...studyWords(analysis), ...addedWords(analysis), ...repeatedWords(analysis)],
  ]);
  const analyses = sets.map(({ analysis }) => analysis);
  const whole = wholeSets(analyses);
  const tried = { records: trials, analysis: analyseTrials(trials) };
  const answer = studyAnswer(whole, tried),
    verdict = studyVerdict(whole, tried),
    advice = studyAdvice(whole, long, tried);
  const pictures = new Map<string, { file: string; shows: string }>();
  const files = new Map<string, string>();
  const figures = studyFigures(analyses);
  for (const { title, file, shows, svg } of figures) {
    files.set(file, svg);
    pictures.set(title, { file, shows });
  }
  const sections: ReportSection[] = [
    ...answer.length === 0 ? [] : [{ title: "Answer", paragraphs: [list(answer)] }],
    { title: "Verdict", paragraphs: verdict.length === 0 ? [NO_VERDICT] : [list(verdict)] },
    ...advice.length === 0 ? [] : [{ title: "What to choose", paragraphs: [list(advice)] }],
    { title: "Method", paragraphs: STUDY_METHOD },
    ...figures.length === 0 ? [] : [{ title: "Differences", paragraphs: [FIGURES_READING] }],
    ...figures.map(({ title }) => ({ title, level: 3 as const })),
    ...summary.length === 0 ? [] : [{ title: "What is shown on each data set", paragraphs: [list(summary)] }],
    {
      title: "Accuracy",
      tables: analyses.map((analysis) => accuracyTable(analysis, STUDY_SEEDS)),
      reading: ACCURACY_READING,
    },
    ...questionSections(analyses),
  ];
  const described = studyDescribed(sets);
  if (described.length > 0) {
    const title = "Heads, solver seeds, noise and bits in short";
    sections.push({ title, paragraphs: [list(described)], reading: DESCRIBED_READING });
  }
  const chosen = sets.flatMap(({ analysis, records }) => selectionTable(analysis.title, records) ?? []);
  if (chosen.length > 0) sections.push({ title: "What is chosen", tables: chosen, reading: CHOSEN_READING });
  const title = "Other sweeps, noise, few bits";
  const changed = sets.flatMap(({ analysis, records }) => variantTable(changeCaption(analysis.title), records) ?? []);
  if (changed.length > 0) sections.push({ title, tables: changed, reading: CHANGED_READING });
  const energies = sets.flatMap(({ analysis, records }) => energyTable(energyCaption(analysis.title), records) ?? []);
  if (energies.length > 0) {
    sections.push({ title: "How well it was solved", level: 3, tables: energies, reading: ENERGY_READING });
  }
  for (const { analysis, records } of sets) {
    const chart = sweepsChart(analysis, records);
    if (chart === null) continue;
    const file = `study_sweeps_${analysis.data}.svg`;
    files.set(file, String(chart[JUPYTER_DISPLAY]()["image/svg+xml"]));
    const heading = `Sweeps, ${analysis.title}`;
    sections.push({ title: heading, level: 3 });
    pictures.set(heading, { file, shows: `Accuracy against sweeps in the test, ${analysis.title}` });
  }
  sections.push(...describedSections(records.filter(({ run }) => run.profile !== "standard")));
  sections.push({ title: "Limits", paragraphs: [list([...studyLimits(analyses), ...solveLimits(sets, trials)])] });
  const planned = STUDY_DATA.length * STUDY_OPERATORS.length * STUDY_SEEDS.length;
  files.set(
    "README.md",
    `# ${STUDY_QUESTION}\n\n` +
      `Questions Q1 to Q4, their tests and rules were [written down](preregistration.md) before the first new training, later questions each before its own runs: commit ${REGISTERED.commit}, ` +
      `${REGISTERED.at}. Every number below is rendered from the records in \`records/\` by \`deno task results\`; ` +
      `\`${STUDY_COMMAND}\` repeats the runs of Q1 to Q4, later questions name their own commands. ` +
      `There are ${registered} of ${planned} trained models of Q1 to Q4${
        registered < planned ? ": the tables are interim, and what is missing is named" : ""
      }.\n\n` +
      (trials.length === 0
        ? ""
        : `Designs are tried in [${trials.length} ${
          trials.length === 1 ? "trial" : "trials"
        } on held-out training items](trials.md), no part of the tests that follow.\n\n`) +
      `${sectionsMarkdown(sections, pictures)}\n## Deviations\n\n${deviations.trim() || "None."}\n\n` +
      `## Records\n\n${[await evaluationsCounted(records), ...kindsCounted(records)].join(" ")}\n`,
  );
  return { files, summary, answer, verdict, advice };
}

function questionSections(sets: readonly StudyDataAnalysis[]): ReportSection[] {
  const questions = [...STUDY_QUESTIONS, ADDED_QUESTION, ...REPEATED_QUESTIONS];
  const texts = new Map<StudyQuestionName, string>(questions.map(({ name, text }) => [name, text]));
  texts.set("Q2", "Does a trained model need the solution of its own sample's QUBO?");
  const added = (["Q5", "Q6", "Q7"] as const).filter((name) => sets.some(({ questions }) => questions.has(name)));
  return [...["Q1", "Q2", "Q3", "Q4"] as const, ...added].map((name) => ({
    title: `${name}. ${texts.get(name)}`,
    ...name === "Q5" || name === "Q6" || name === "Q7" ? { paragraphs: [ADDED_WORDS[name]] } : {},
    tables: sets.flatMap((analysis) => {
      const comparisons = analysis.questions.get(name);
      const seeds = REPEATED_QUESTIONS.find((one) => one.name === name)?.seeds ?? STUDY_SEEDS;
      return comparisons ? [comparisonTable(analysis, comparisons, seeds)] : [];
    }),
  }));
}

/** Records of other profiles: described, one seed or more, without tests. */
function describedSections(records: readonly StudyRecord[]): ReportSection[] {
  const profiles = [...Map.groupBy(records, ({ run }) => `${run.profile}, ${run.options.epochs} epochs`)];
  return profiles.map(([profile, own]) => {
    const sets = [...Map.groupBy(own, ({ run }) => run.data.title)];
    return {
      title: `Described beside it: profile ${profile}`,
      paragraphs: [
        `Models of \`deno task reproduce\`, seeds ${
          [...new Set(own.map(({ run }) => run.seed))].sort().join(", ")
        }: no part of the tests above.`,
      ],
      tables: sets.flatMap(([title, records]) =>
        [
          selectionTable(`${title}, what is chosen`, records) ?? [],
          variantTable(changeCaption(title), records) ?? [],
          energyTable(energyCaption(title), records) ?? [],
        ].flat()
      ),
    };
  });
}

function sweepsChart({ title }: StudyDataAnalysis, records: readonly StudyRecord[]): Shown | null {
  const solved = byOperator(records, ({ variants }) => variants.some(({ kind }) => kind === "sweeps"));
  if (solved.length === 0) return null;
  const series = solved.map(([operator, own]) => ({
    label: operatorTitles[operator],
    values: STUDY_SWEEPS.map((sweeps) => {
      if (!isTried(operator, "sweeps", sweeps)) return NaN;
      const found = own.flatMap((record) => variantOf(record, "sweeps", sweeps) ?? []);
      return found.reduce((sum, { correct, items }) => sum + 100 * correct / items, 0) / found.length;
    }),
  }));
  const axes = { x: STUDY_SWEEPS, xLabel: "sweeps in the test", yLabel: "classified right, %", compact: true };
  return lineChart(series, { title: `Sweeps in the test, ${title}`, ...axes });
}

function changeCaption(title: string): string {
  return `${title}, change of accuracy against the model's own selection, points`;
}

function energyCaption(title: string): string {
  return `${title}, energy of the selection above that of the same model's own solver, %`;
}

/** Whether an evaluation has a seed of the study, not one of Q6 and Q7. */
function hasStudySeed({ run }: StudyRecord): boolean {
  return STUDY_SEEDS.includes(run.seed);
}

/** What the evaluations are of: the registered rows, those of Q5, the seeds of Q6, models that are described. */
function kindsCounted(records: readonly StudyRecord[]): string[] {
  const kindOf = (record: StudyRecord) => {
    if (record.run.profile !== "standard") return "described beside it";
    if (!hasStudySeed(record)) return "with the seeds of Q6 and Q7";
    return isAddedName(record.run.operator) ? "of the rows of Q5" : "of the registered rows";
  };
  const kinds = ["of the registered rows", "of the rows of Q5", "with the seeds of Q6 and Q7", "described beside it"];
  const counted = kinds.flatMap((kind) => {
    const count = records.filter((record) => kindOf(record) === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return counted.length === 0 ? [] : [`They are ${counted.join(", ")}.`];
}

function list(sentences: readonly string[]): string {
  return sentences.map((sentence) => `- ${sentence}`).join("\n");
}

const NO_VERDICT = "None yet: on no data set has every comparison all of its seeds.";
const FIGURES_READING =
  "Mean over seeds with its 95 % interval, not corrected; grey where the corrected tests decide neither way. Questions that are not whole on a data set are left out.";
const ADDED_WORDS = {
  Q5:
    "[Added](preregistration-better.md) when the questions above were being answered, and registered by itself before its runs.",
  Q6:
    "[Registered](preregistration-again.md) when Q5 was whole and undecided, before a model of these ten seeds was trained. Its runs are in no other table; " +
    "each p is multiplied by two, the number of data sets.",
  Q7:
    "[Registered](preregistration-solving.md) when Q6 was whole, before a model of the largest fields with these seeds was trained; its first row is " +
    "that of Q6, whose accuracies were known. Its runs are in no other table; each p is multiplied by two, the number of data sets.",
};
const ACCURACY_READING =
  "±: half of the 95 % t interval over seeds. Keys chosen: share of (head, token) pairs on the test items, mean over seeds, a neighbour not counted. For pictures the row without attention has less than half of the parameters of the others.";
const DESCRIBED_READING =
  "Means over seeds, described and not tested; every row is in the tables below. QAMA with a neighbour has a selection for every head and block of queries, and they count as heads.";
const CHOSEN_READING =
  "Likenesses and overlap are mean Jaccard indices, 1 for the same tokens and 0 for none in common; pairs that are both empty are left out. QAMA with a neighbour has a selection for every head and block of queries, and they count as heads. Means over seeds.";
const ENERGY_READING =
  "Mean over seeds ± half of its 95 % t interval, in % of the mean size over the row's models; below 0 is better solved. Swapped selections are held against those of another solver seed, on all test items; sweeps, noise and bits against 20 sweeps (with a neighbour against five), on the first ones. " +
  "Energies are those of the model's own problems, whatever the solver saw.";
const CHANGED_READING =
  `Greedy descent starts from no key and takes the flip that lowers the energy most; with 0 sweeps a random selection descends, one flip after the other as they come. ` +
  `Mean over seeds, and smallest to largest. Swapped selections and the other seed are tested on all items, sweeps, noise and bits on the first ${
    SENSITIVITY_ITEMS.toLocaleString("en")
  }. Selected softmax and QAMA v2 were trained with 20 sweeps, QAMA with a neighbour with five, and more were not tried (-). Noise is over the root mean square of a head's couplings; bits are of all coefficients of the QUBO, one scale a problem.`;
