import { type Column, type ReportTable, sectionsMarkdown } from "../display/mod.ts";
import { evaluationsCounted } from "./_evaluations_counted.ts";
import { withInterval } from "./_seed_accuracies.ts";
import { signed } from "./_study_tables.ts";
import { PLANNED_TRIALS, trialOutcome } from "./_trial_words.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyRecord } from "./study_record.ts";
import {
  analyseTrials,
  TRIAL_KEYS,
  TRIAL_PARAMETERS,
  type TrialChoice,
  type TrialDifference,
  type TrialReference,
  type TrialTable,
} from "./trial_analysis.ts";
import { TRIAL_PROFILE, TRIAL_QUESTION, TRIAL_SEEDS } from "./trial_plan.ts";

/** The command that makes the trials. */
export const TRIAL_COMMAND = "deno task study --profile trial";

/**
 * Renders the page of the held-out trials from whatever records are there.
 *
 * @param records evaluations of trials, in any order, at least one
 * @returns the page, in Markdown
 * @throws {RangeError} if a record is no trial, or two are of the same run
 *
 * Cost that of `analyseTrials`.
 * Source: none needed.
 *
 * @example It says what it cannot say
 * ```ts
 * import { trialReport } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(await trialReport([]), "choose and prove nothing");
 * ```
 */
export async function trialReport(records: readonly StudyRecord[]): Promise<string> {
  const analysis = analyseTrials(records), { tables, choices } = analysis;
  const sections = sectionsMarkdown([
    {
      title: "What is said",
      paragraphs: [`By the rule below ${trialOutcome(records, analysis)}`, RULE],
      tables: choices.length ? [choiceTable(choices)] : [],
    },
    { title: "What was tried", paragraphs: [TRIED], tables: tables.map(trialTable), reading: READING },
  ]);
  return `# ${TRIAL_QUESTION}\n\n${WHAT} There are ${records.length} of ${PLANNED_TRIALS} trained models` +
    `${
      records.length < PLANNED_TRIALS ? "; rows and seeds without a run are left out" : ""
    }. Every number is rendered from the records in ` +
    `\`trials/\` by \`deno task results\`; \`${TRIAL_COMMAND}\` makes them again.\n\n${sections}\n## Records\n\n` +
    `${await evaluationsCounted(records)}\n`;
}

function choiceTable(choices: readonly TrialChoice[]): ReportTable {
  const decided = choices.some(({ chosen }) => chosen);
  return {
    columns: [{ title: "design" }, number("lowest difference to softmax attention"), { title: "on" }, {
      title: "said",
    }],
    rows: choices.map(({ operator, lowest, against, out, chosen }) => [
      operatorTitles[operator],
      lowest === null ? "-" : signed(lowest.difference),
      lowest === null ? "-" : lowest.title,
      [chosen ? "chosen" : out ? "out" : decided ? "not chosen" : "can still be chosen", ...against].join("; "),
    ]),
  };
}

function trialTable({ title, items, rows }: TrialTable): ReportTable {
  const less = (other: TrialReference) => [
    { title: `less ${operatorTitles[other]} [95 %]`, align: "right" } as const,
    number("each seed"),
  ];
  return {
    caption: `${title}: classified right of ${items.toLocaleString("en")} held-out training items, %`,
    columns: [
      { title: "row" },
      number("keys chosen, %"),
      number("parameters"),
      number("mean"),
      ...TRIAL_SEEDS.map((seed) => number(`seed ${seed}`)),
      ...less("mha"),
      ...less("qamaNear"),
    ],
    rows: rows.map(({ operator, density, parameters, accuracies, seeds, against }) => [
      operatorTitles[operator],
      density === null ? "-" : (100 * density).toFixed(1),
      parameters!.toLocaleString("en"),
      withInterval(accuracies),
      ...TRIAL_SEEDS.map((seed) => accuracies[seeds.indexOf(seed)]?.toFixed(2) ?? "-"),
      ...differenceEntries(against.mha),
      ...differenceEntries(against.qamaNear),
    ]),
  };
}

function differenceEntries(less: TrialDifference | null): [string, string] {
  if (less === null) return ["-", "-"];
  const { difference, bySeed, interval } = less;
  const between = interval === null ? "" : ` [${interval.map(signed).join(", ")}]`;
  return [signed(difference) + between, bySeed.map(signed).join(", ")];
}

function number(title: string): Column {
  return { title, align: "right" };
}

const WHAT =
  `These trials choose and prove nothing. Each row was trained for ${TRIAL_PROFILE.epochs} epochs on the first ${
    TRIAL_PROFILE.train.toLocaleString("en")
  } **training** items of a data set and tested on the last ${
    TRIAL_PROFILE.test.toLocaleString("en")
  } **training** items: no test item was seen, and no number here stands in the tables or tests of [the study](README.md). ` +
  "What is chosen here has to be registered and tested there. The training set of SST-2 holds the phrases of its sentences beside them, " +
  "so that its held-out items were seen in parts: its accuracies are too high.";
const RULE =
  `Chosen is the design whose lowest mean difference to softmax attention over all data sets is highest, if it is above 0, of those that ` +
  `choose less than ${
    100 * TRIAL_KEYS
  } % of the keys, the neighbour not counted (the tests of the study count it as one more key), and have parameters within ${
    100 * TRIAL_PARAMETERS
  } % ` +
  "of softmax attention's. A data set counts once both have every seed on it, and one with a difference of 0 or less rules a design out; that its other trials then stop was " +
  "decided on 2026-11-29, 13:05 UTC, when seed 1 was known on every data set. The best of many is too good by chance.";
const TRIED =
  "Every design is QAMA with a neighbour (`qamaNear`) with the one thing changed that its name says; `operatorSettings` writes down its " +
  "numbers. 100 sweeps and the greedy descent were tried after the others: energies of trained models had shown that five sweeps solve roughly. The largest fields and all keys, behind the same readout, are controls that a design must beat for its solves to pay. Boltzmann attention " +
  "weighs all keys by the marginals of an Ising model over the positions, with couplings, sampled beyond ten tokens, and without; it cannot be chosen. It is after the abstract of " +
  "[arXiv 2606.12478](https://arxiv.org/abs/2606.12478), with couplings by the distance of two positions, up to eight, where the paper has them by pair.";
const READING =
  "±: half of the 95 % t interval over seeds. Keys chosen: share of (head, token) pairs on the held-out items, mean over seeds. Differences are " +
  "taken seed by seed and item by item, in points; their intervals hold chance of seeds and items and are corrected for nothing.";
