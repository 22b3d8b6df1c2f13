import { compared, counted, placesBy, placesOf } from "./_long_compared.ts";
import { CONTROLS, groupsOf, isHelped, isLearned, NEAR, NO_COUPLINGS, runsOf, TENTH } from "./_long_groups.ts";
import { choiceOfPeer, peersBeside } from "./_long_peers.ts";
import { memoryShare } from "./_long_study_words.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** What was found on long sequences. */
export interface LongEvidence {
  /** Trainings. */
  readonly records: readonly LongStudyRecord[];
  /** Times of all rows, taken in turn, shortest sequences first. */
  readonly times: readonly LongTimesRecord[];
}

/**
 * What long sequences come to in short: what to choose, times beside the best sparse peer, where attention helps at all; null while there are
 * no times beside softmax attention, or attention helped nowhere.
 */
export function longLines({ records, times }: LongEvidence): [choice: string, fast: string, helped: string] | null {
  const timed = times.filter((one) => ["mha", TENTH, CONTROLS[0]].every((name) => relativeTime(one, name) !== null));
  const known = groupsOf(records).filter((group) => runsOf(group, TENTH).length > 0);
  const [groups, others] = [known.filter(isHelped), known.filter((group) => !isHelped(group))];
  if (timed.length === 0 || groups.length === 0) return null;
  const fast = (name: string) => timed.map((one) => relativeTime(one, name)!.speedUp.median.toFixed(1)).join(", ");
  const lengths = timed.map(({ tokens }) => tokens.toLocaleString("en-US")).join(", "), longest = timed.at(-1)!;
  const dense = relativeTime(longest, "selectedDense");
  const kernel = dense === null
    ? ""
    : `; reading all keys by that kernel is ${dense.speedUp.median.toFixed(1)} times as fast`;
  return [
    choiceBetween(known.filter(isLearned)),
    `A training step is ${
      fast(CONTROLS[0])
    } times as fast as softmax attention's at ${lengths} tokens if the largest fields choose, and ${
      fast(TENTH)
    } times if a QUBO does, there with ${memoryShare(longest, TENTH).toFixed(2)} times its memory${kernel}. At ${
      longest.tokens.toLocaleString("en-US")
    } ${peersBeside(groups, longest)}`,
    `Attention helps on ${placesBy(groups, placesOf)}.${withoutHelp(others)}`,
  ];
}

/** The same as what to choose where sequences are long, with a link to all rows. */
export function longAdvice(evidence: LongEvidence): string | null {
  const lines = longLines(evidence);
  if (lines === null) return null;
  return `**Long sequences:** ${lines.join(" ")} [Rows, times, memory](../long/README.md#at-a-glance).`;
}

/** What no row says: tasks that attention is not shown to help on, and those that none learned; empty without any. */
function withoutHelp(groups: readonly (readonly LongStudyRecord[])[]): string {
  const [same, unlearned] = [groups.filter(isLearned), groups.filter((group) => !isLearned(group))];
  return [
    same.length === 0 ? "" : ` That attention helps is not shown on ${placesBy(same, placesOf)}.`,
    unlearned.length === 0 ? "" : ` No row is told apart from chance on ${placesBy(unlearned, placesOf)}.`,
  ].join("");
}

/** What to choose, from groups in which some row is above chance. */
function choiceBetween(groups: readonly (readonly LongStudyRecord[])[]): string {
  const share = [["qamaSelected5", "5"], ["qamaSelected20", "20"]].flatMap(([row, percent]) => {
    const found = compared(groups, row, TENTH);
    return found.both.length === 0 ? [] : [`${percent} % ${counted(found)}`];
  });
  const against = share.length === 0 ? "" : ` Against a tenth of the keys by a QUBO: ${share.join("; ")}.`;
  return `${choiceOfPeer(groups)} ${worthOfSolving(groups)}${against}`;
}

/** Keys of a QUBO beside choices that solve nothing or less. */
function worthOfSolving(groups: readonly (readonly LongStudyRecord[])[]): string {
  const tenth = compared(groups, TENTH, CONTROLS[0]), byBlocks = compared(groups, NEAR[0], NEAR[1]);
  if (tenth.both.length === 0) return "The largest fields were not trained yet.";
  const mask = compared(groups, TENTH, CONTROLS[1]), bare = compared(groups, TENTH, NO_COUPLINGS);
  const better = tenth.better.length + byBlocks.better.length, worse = tenth.worse.length + byBlocks.worse.length;
  return `Keys of the QUBO against the largest fields: ${counted(tenth)}${
    byBlocks.both.length === 0 ? "" : `; by blocks with a neighbour ${counted(byBlocks)}`
  }: ${solving(better, worse)}${mask.both.length === 0 ? "" : ` Against one random mask a head: ${counted(mask)}.`}${
    bare.both.length === 0 ? "" : ` With its couplings against without: ${counted(bare)}.`
  }`;
}

/** What follows for solving where it was better so often than the largest fields, and worse so often. */
function solving(better: number, worse: number): string {
  if (better === 0) return "nothing speaks for solving it yet.";
  return worse === 0 ? "solve it where it is better." : "that is no rule for solving it.";
}
