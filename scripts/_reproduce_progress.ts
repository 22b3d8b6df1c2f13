import type { ProgressState } from "../lib/display/mod.ts";
import { operatorTitles, type PlanProgress, type RunningCell } from "../lib/experiments/mod.ts";

/** What the progress line shows of a plan: one run in full, of several at the same time the epoch and accuracy of each. */
export function progressOf({ cell, title, done, etaMs, training, slots, running }: PlanProgress): ProgressState {
  // the label changes only when the number of runs does, for a pipe shows each change
  if (slots > 1) return { label: `${slots} runs`, done, etaMs, detail: running.map(shortText).join("; ") };
  const { epoch, epochs, accuracy, testAccuracy } = training;
  const tested = Number.isFinite(testAccuracy) ? `, test ${percent(testAccuracy)}` : "";
  const trained = Number.isFinite(accuracy) ? `, train ${percent(accuracy)}` : "";
  const label = `${operatorTitles[cell.operator]}, ${title}, seed ${cell.seed}`;
  return { label, done, etaMs, detail: `epoch ${epoch}/${epochs}${trained}${tested}` };
}

function shortText({ cell, training: { epoch, epochs, accuracy, testAccuracy } }: RunningCell): string {
  const known = Number.isFinite(testAccuracy) ? testAccuracy : accuracy;
  const share = Number.isFinite(known) ? ` ${percent(known)}` : "";
  return `${cell.data} ${cell.operator} ${cell.seed}: ${epoch}/${epochs}${share}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
