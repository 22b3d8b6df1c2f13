import { aboveChance, isAbove, meanOf, runsOf, taskOf } from "./_long_groups.ts";
import { accuraciesOf, pairsOf } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** Groups that have two rows, by what is told of the first against the second. */
export interface Compared {
  readonly both: readonly (readonly LongStudyRecord[])[];
  /** Places, and the seeds that both have. */
  readonly better: readonly string[];
  readonly worse: readonly string[];
  /** How many leave no room for a difference: neither row is above chance, or both are {@link FULL} or more. */
  readonly closed: number;
}

/** From here on two rows leave no room for one to be better. */
const FULL = 0.99;

/** Compares two rows wherever both were trained. */
export function compared(groups: readonly (readonly LongStudyRecord[])[], first: string, second: string): Compared {
  const both = groups.filter((group) => [first, second].every((row) => runsOf(group, row).length > 0));
  const found = Map.groupBy(both, (group) => {
    const [own, other] = [runsOf(group, first), runsOf(group, second)], all = [own, other].map(accuraciesOf);
    if (isAbove(own, other)) return "better";
    if (isAbove(other, own)) return "worse";
    const dead = all.every((runs) => !aboveChance(runs, 1 / group[0].data.classes));
    return dead || all.every((runs) => meanOf(runs) >= FULL) ? "closed" : "open";
  });
  const places = (word: "better" | "worse") =>
    (found.get(word) ?? []).map((group) => {
      const [own, other] = [first, second].map((row) => accuraciesOf(runsOf(group, row)));
      return `${placeOf(group)}, ${seedsWord(Math.max(1, pairsOf(own, other).length))}`;
    });
  return { both, better: places("better"), worse: places("worse"), closed: found.get("closed")?.length ?? 0 };
}

/** How often a row is better and worse than another. */
export function counted({ both, better, worse, closed }: Compared): string {
  return `better in ${better.length}${inBrackets(better)}, worse in ${worse.length}${
    inBrackets(worse)
  } of ${both.length}${closed === 0 ? "" : ` (in ${closed} both are at chance or 99 % right)`}`;
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

/** A count of seeds in words. */
export function seedsWord(count: number): string {
  return count === 1 ? "one seed" : `${count} seeds`;
}
