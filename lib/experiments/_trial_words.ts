import { analyseTrials, type TrialChoice } from "./trial_analysis.ts";
import { TRIAL_DATA, TRIAL_OPERATORS, TRIAL_SEEDS } from "./trial_plan.ts";
import { operatorTitles } from "./operators.ts";
import type { StudyRecord } from "./study_record.ts";

/** Trials that are planned. */
export const PLANNED_TRIALS = TRIAL_DATA.length * TRIAL_OPERATORS.length * TRIAL_SEEDS.length;

/** Which design the held-out trials choose, in a sentence. */
export function trialOutcome(
  records: readonly StudyRecord[],
  choices: readonly TrialChoice[] = analyseTrials(records).choices,
): string {
  const chosen = choices.find(({ chosen }) => chosen);
  if (chosen !== undefined) return `chosen, to be registered and tested: ${operatorTitles[chosen.operator]}.`;
  const open = choices.filter(({ out }) => !out).length;
  if (choices.length > 0 && open === 0) {
    const missing = records.length < PLANNED_TRIALS ? "; the runs that are missing cannot change that" : "";
    const places = new Set(choices.map(({ lowest }) => lowest?.title.split(" (")[0]));
    const alone = places.size === 1 && choices.length > 1 ? ` (all of them by ${[...places]})` : "";
    return `no design is chosen: none of the ${choices.length} is allowed and above softmax attention on every data set${alone}${missing}.`;
  }
  const still = choices.length === 0 ? "no design was begun" : `${open} of ${choices.length} can still be chosen`;
  return `no design is chosen yet: ${still}, and not all of their runs are there.`;
}
