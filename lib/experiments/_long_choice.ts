import {
  aboveChance,
  CONTROLS,
  groupsOf,
  isAbove,
  isHelped,
  isLearned,
  meanOf,
  NEAR,
  NO_COUPLINGS,
  PEERS,
  runsOf,
  taskOf,
  TENTH,
  titlesAt,
} from "./_long_groups.ts";
import { memoryShare } from "./_long_study_words.ts";
import { accuraciesOf, pairsOf } from "./_seed_accuracies.ts";
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

/** How fast sparse peers are, each beside the least accuracy that it came to: the steadiest, and the fastest, of those that most tasks have. */
function peersBeside(groups: readonly (readonly LongStudyRecord[])[], longest: LongTimesRecord): string {
  const titles = titlesAt(longest.tokens);
  const known = PEERS.flatMap((row) => {
    const time = relativeTime(longest, row), least = leastOf(groups, row);
    if (time === null || least === null || 2 * least.count <= groups.length) return [];
    return [{ ...least, row, fast: time.speedUp.median }];
  });
  if (known.length === 0) return "no sparse peer was timed that most tasks have.";
  const steady = known.toSorted(steadierFirst)[0], fastest = known.toSorted((a, b) => b.fast - a.fast)[0];
  const shown = [...new Set([steady, fastest])], qubo = leastOf(groups, TENTH)!;
  const least = ({ mean, place, count }: Least) =>
    `${(100 * mean).toFixed(1)} % (${place}, of ${count} tasks and lengths)`;
  return `${
    shown.map(({ row, fast }) =>
      `${titles.get(row)} ${fast.toFixed(1)} times with ${memoryShare(longest, row).toFixed(2)} times its memory`
    ).join(", ")
  }. Least right, ` +
    `wherever attention helps: ${shown.map((own) => `${titles.get(own.row)} ${least(own)}`).join("; ")}; QUBO ${
      least(qubo)
    }.`;
}

/** The least mean accuracy of a row, where it is, and how many tasks and lengths have the row. */
interface Least {
  readonly mean: number;
  readonly place: string;
  readonly count: number;
}

/** Rows that more tasks and lengths have come first, of as many those whose least accuracy is larger. */
function steadierFirst(a: Least, b: Least): number {
  return b.count - a.count || b.mean - a.mean;
}

function leastOf(groups: readonly (readonly LongStudyRecord[])[], row: string): Least | null {
  const own = groups.filter((group) => runsOf(group, row).length > 0)
    .map((group) => ({ mean: meanOf(accuraciesOf(runsOf(group, row))), place: placeOf(group) }));
  return own.length === 0 ? null : { ...own.toSorted((a, b) => a.mean - b.mean)[0], count: own.length };
}

/** Of the sparse peers with the most lengths of some groups the one whose least accuracy is largest. */
function steadiestPeer(groups: readonly (readonly LongStudyRecord[])[]): string | undefined {
  const known = PEERS.flatMap((row) => {
    const least = leastOf(groups, row);
    return least === null ? [] : [{ row, ...least }];
  });
  return known.toSorted(steadierFirst)[0]?.row;
}

/** What no row says: tasks that attention is not shown to help on, and those that none learned; empty without any. */
function withoutHelp(groups: readonly (readonly LongStudyRecord[])[]): string {
  const [same, unlearned] = [groups.filter(isLearned), groups.filter((group) => !isLearned(group))];
  return [
    same.length === 0 ? "" : ` That attention helps is not shown on ${placesBy(same, placesOf)}.`,
    unlearned.length === 0 ? "" : ` No row is told apart from chance on ${placesBy(unlearned, placesOf)}.`,
  ].join("");
}

/** What stands for each task, of its groups, one after the other. */
function placesBy(
  groups: readonly (readonly LongStudyRecord[])[],
  words: (own: readonly (readonly LongStudyRecord[])[]) => string,
): string {
  return [...Map.groupBy(groups, taskOf).values()].map(words).join("; ");
}

function seedsWord(count: number): string {
  return count === 1 ? "one seed" : `${count} seeds`;
}

/** A data set and the lengths of its groups. */
function placesOf(groups: readonly (readonly LongStudyRecord[])[]): string {
  return `${taskOf(groups[0])} at ${groups.map(([{ tokens }]) => tokens.toLocaleString("en-US")).join(", ")}`;
}

/** A data set and the length. */
function placeOf(group: readonly LongStudyRecord[]): string {
  return placesOf([group]);
}

/** Sparse peers that were trained in a group, the best first. */
function trainedPeers(group: readonly LongStudyRecord[]): string[] {
  const mean = (row: string) => meanOf(accuraciesOf(runsOf(group, row)));
  return PEERS.filter((row) => runsOf(group, row).length > 0).toSorted((a, b) => mean(b) - mean(a));
}

function choiceBetween(groups: readonly (readonly LongStudyRecord[])[]): string {
  const tenths = (group: readonly LongStudyRecord[]) =>
    [TENTH, CONTROLS[0], ...NEAR].map((row) => runsOf(group, row)).filter((runs) => runs.length > 0);
  const peers = (group: readonly LongStudyRecord[]) => trainedPeers(group).map((row) => runsOf(group, row));
  const known = groups.filter((group) => peers(group).length > 0);
  const above = known.filter((group) => tenths(group).some((own) => peers(group).every((peer) => isAbove(own, peer))));
  const winners = (group: readonly LongStudyRecord[]) =>
    trainedPeers(group).filter((row) => tenths(group).every((own) => isAbove(runsOf(group, row), own)));
  const below = known.filter((group) => winners(group).length > 0);
  const steady = steadiestPeer(known.filter(isHelped)), peer = titlesAt(groups[0][0].tokens).get(steady ?? "");
  const choice = steady === undefined
    ? "No sparse peer was trained beside a tenth of the keys."
    : `A tenth of the keys is told apart above every sparse peer in ${above.length} of ${known.length} tasks and lengths${
      inBrackets(above.map(placeOf))
    }, below one in ${below.length}${lostTo(below, (group) => winners(group)[0])}: ${
      above.length === 0 ? "on this evidence take" : "take it there, elsewhere"
    } ${peer}, the steadiest of the sparse peers.`;
  const tenth = compared(groups, TENTH, CONTROLS[0]), byBlocks = compared(groups, NEAR[0], NEAR[1]);
  if (tenth.both.length === 0) return `${choice} The largest fields were not trained yet.`;
  const bare = compared(groups, TENTH, NO_COUPLINGS);
  const [better, worse] = [
    [tenth, byBlocks].flatMap((own) => own.better),
    [tenth, byBlocks].flatMap((own) => own.worse),
  ];
  return `${choice} Keys of the QUBO against the largest fields: ${counted(tenth)}${
    byBlocks.both.length === 0 ? "" : `; by blocks with a neighbour ${counted(byBlocks)}`
  }: ${solving(better.length, worse.length)}${
    bare.both.length === 0 ? "" : ` With its couplings against without: ${counted(bare)}.`
  }`;
}

/** Places by the peer that they are lost to, and its seeds: ` (Longformer on parity at 64; one seed each)`; empty for none. */
function lostTo(
  groups: readonly (readonly LongStudyRecord[])[],
  winner: (group: readonly LongStudyRecord[]) => string,
): string {
  if (groups.length === 0) return "";
  const titles = titlesAt(groups[0][0].tokens);
  const places = [...Map.groupBy(groups, winner)].map(([row, own]) =>
    `${titles.get(row)} on ${placesBy(own, placesOf)}`
  );
  const counts = groups.map((group) => runsOf(group, winner(group)).length), most = Math.max(...counts);
  const seeds = most === 1 ? "one seed each" : `${Math.min(...counts)} to ${most} seeds`;
  return inBrackets([...places, seeds]);
}

/** What follows for solving where it was better so often than the largest fields, and worse so often. */
function solving(better: number, worse: number): string {
  if (better === 0) return "nothing speaks for solving it yet.";
  return worse === 0 ? "solve it where it is better." : "that is no rule for solving it.";
}

/** Groups that have two rows, by what is told of the first against the second. */
interface Compared {
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

function compared(groups: readonly (readonly LongStudyRecord[])[], first: string, second: string): Compared {
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

function counted({ both, better, worse, dead, full, same }: Compared): string {
  const parts = [
    `better in ${better.length}${inBrackets(better)}`,
    `worse in ${worse.length}${inBrackets(worse)}`,
    ...dead === 0 ? [] : [`both at chance after the last epoch in ${dead}`],
    ...full === 0 ? [] : [`both 99 % right or more in ${full}`],
    ...same === 0 ? [] : [`else not told apart in ${same}`],
  ];
  return `${parts.join(", ")} of ${both.length}`;
}

/** A list in brackets with a blank before; empty for none. */
function inBrackets(list: readonly string[]): string {
  return list.length === 0 ? "" : ` (${list.join("; ")})`;
}
