import type { TrialAnalysis } from "./trial_analysis.ts";
import { TRIAL_DATA, TRIAL_OPERATORS, TRIAL_SEEDS } from "./trial_plan.ts";
import { TRIAL_NAMES } from "../training/mod.ts";
import { shortTitle } from "./_study_words.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyRecord } from "./study_record.ts";

/** Trials that are planned. */
export const PLANNED_TRIALS = TRIAL_DATA.length * TRIAL_OPERATORS.length * TRIAL_SEEDS.length;

/** Which design the held-out trials choose, in a sentence. */
export function trialOutcome(
  records: readonly StudyRecord[],
  { choices, tables }: TrialAnalysis,
): string {
  const chosen = choices.find(({ chosen }) => chosen);
  if (chosen !== undefined) return `chosen, to be registered and tested: ${operatorTitles[chosen.operator]}.`;
  const begun = choices.map(({ operator }) => operator);
  const waiting = (["qamaNear", ...TRIAL_NAMES] as const).filter((name) => !begun.includes(name));
  const names = waiting.length > 2 ? "" : `, ${waiting.map((name) => operatorTitles[name]).join(", ")}`;
  const notBegun = waiting.length === 0 ? "" : `; not begun: ${waiting.length}${names}`;
  const open = choices.filter(({ out }) => !out).length;
  if (choices.length > 0 && open === 0) {
    const missing = notBegun !== "" || records.length === PLANNED_TRIALS
      ? notBegun
      : "; the runs that are missing cannot change that";
    const own = choices.some(({ operator }) => operator === "qamaNear") ? ", `qamaNear` itself among them," : "";
    return `none of ${choices.length} designs${own} is chosen: each is ruled out${judgedOn(tables)}${missing}.`;
  }
  const still = choices.length === 0 ? "no design was begun" : `${open} of ${choices.length} can still be chosen`;
  return `no design is chosen yet: ${still}, and not all of their runs are there${
    choices.length === 0 ? "" : notBegun
  }.`;
}

/** On which data sets there is every seed, where there are others. */
function judgedOn(tables: TrialAnalysis["tables"]): string {
  const whole = tables.filter(({ rows }) =>
    rows.every(({ seeds }) => TRIAL_SEEDS.every((seed) => seeds.includes(seed)))
  );
  return whole.length === 0 || whole.length === TRIAL_DATA.length
    ? ""
    : ` by ${whole.map(shortTitle).join(", ")}, the only data set with every seed`;
}
