import { aboveChance, isAbove, meanOf, runsOf, taskOf } from "./_long_groups.ts";
import { accuraciesOf, pairsOf } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** Groups that have two rows, by what is told of the first against the second. */
export interface Compared {
  readonly both: readonly (readonly LongStudyRecord[])[];
  /** Places, and the seeds that both have. */
  readonly better: readonly string[];
  readonly worse: readonly string[];
  /** How many are not told apart: neither is above chance, both are {@link FULL} or more, or else. */
  readonly dead: number;
  readonly full: number;
  readonly same: number;
}

/** From here on two rows leave no room for one to be better. */
const FULL = 0.99;

export function compared(groups: readonly (readonly LongStudyRecord[])[], first: string, second: string): Compared {
  const both = groups.filter((group) => [first, second].every((row) => runsOf(group, row).length > 0));
  const found = Map.groupBy(both, (group) => {
    const [own, other] = [runsOf(group, first), runsOf(group, second)], all = [own, other].map(accuraciesOf);
    if (isAbove(own, other)) return "better";
    if (isAbove(other, own)) return "worse";
    if (all.every((runs) => !aboveChance(runs, 1 / group[0].data.classes))) return "dead";
    return all.every((runs) => meanOf(runs) >= FULL) ? "full" : "same";
  });
  const places = (word: "better" | "worse") =>
    (found.get(word) ?? []).map((group) => {
      const [own, other] = [first, second].map((row) => accuraciesOf(runsOf(group, row)));
      return `${placeOf(group)}, ${seedsWord(Math.max(1, pairsOf(own, other).length))}`;
    });
  const count = (word: "dead" | "full" | "same") => found.get(word)?.length ?? 0;
  return {
    ...{ both, better: places("better"), worse: places("worse") },
    ...{ dead: count("dead"), full: count("full"), same: count("same") },
  };
}

/** How often a row is better and worse than another. */
export function briefly({ both, better, worse }: Compared): string {
  return `better in ${better.length}${inBrackets(better)}, worse in ${worse.length}${
    inBrackets(worse)
  } of ${both.length}`;
}

export function counted({ both, better, worse, dead, full, same }: Compared): string {
  const parts = [
    `better in ${better.length}${inBrackets(better)}`,
    `worse in ${worse.length}${inBrackets(worse)}`,
    ...dead === 0 ? [] : [`both at chance after the last epoch in ${dead}`],
    ...full === 0 ? [] : [`both 99 % right or more in ${full}`],
    ...same === 0 ? [] : [`else not told apart in ${same}`],
  ];
  return `${parts.join(", ")} of ${both.length}`;
}

/** What stands for each task, of its groups, one after the other. */
export function placesBy(
  groups: readonly (readonly LongStudyRecord[])[],
  words: (own: readonly (readonly LongStudyRecord[])[]) => string,
): string {
  return [...Map.groupBy(groups, taskOf).values()].map(words).join("; ");
}

/** A data set and the lengths of its groups. */
export function placesOf(groups: readonly (readonly LongStudyRecord[])[]): string {
  return `${taskOf(groups[0])} at ${groups.map(([{ tokens }]) => tokens.toLocaleString("en-US")).join(", ")}`;
}

/** A data set and the length. */
export function placeOf(group: readonly LongStudyRecord[]): string {
  return placesOf([group]);
}

/** A list in brackets with a blank before; empty for none. */
export function inBrackets(list: readonly string[]): string {
  return list.length === 0 ? "" : ` (${list.join("; ")})`;
}

function seedsWord(count: number): string {
  return count === 1 ? "one seed" : `${count} seeds`;
}
