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
  const shown = [...new Set([steady, fastest])], softmax = leastOf(groups, "mha");
  const least = ({ mean, place, count }: Least) =>
    `${(100 * mean).toFixed(1)} % (${place}, of ${count} tasks and lengths)`;
  return `${
    shown.map(({ row, fast }) =>
      `${titles.get(row)} ${fast.toFixed(1)} times with ${memoryShare(longest, row).toFixed(2)} times its memory`
    ).join(", ")
  }. Least right, ` +
    `wherever attention helps: ${
      [
        ...shown.map((own) => `${titles.get(own.row)} ${least(own)}`),
        `QUBO ${least(leastOf(groups, TENTH)!)}`,
        ...softmax === null ? [] : [`softmax attention ${least(softmax)}`],
      ].join("; ")
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

/** The sparse peers, those with the most lengths of some groups first, of as many the one whose least accuracy is largest. */
function steadiestPeers(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  const known = PEERS.flatMap((row) => {
    const least = leastOf(groups, row);
    return least === null ? [] : [{ row, ...least }];
  });
  return known.toSorted(steadierFirst).map(({ row }) => row);
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

/** What to choose, from groups in which some row is above chance. */
function choiceBetween(groups: readonly (readonly LongStudyRecord[])[]): string {
  const share = [["qamaSelected5", "5"], ["qamaSelected20", "20"]].flatMap(([row, percent]) => {
    const found = compared(groups, row, TENTH);
    return found.both.length === 0 ? [] : [`${percent} % ${briefly(found)}`];
  });
  const against = share.length === 0 ? "" : ` Against a tenth of the keys by a QUBO: ${share.join("; ")}.`;
  return `${choiceOfPeer(groups)} ${worthOfSolving(groups)}${against}`;
}

/** A tenth of the keys beside the sparse peers and no attention, and which peer to take. */
function choiceOfPeer(groups: readonly (readonly LongStudyRecord[])[]): string {
  const peers = (group: readonly LongStudyRecord[]) =>
    PEERS.map((row) => runsOf(group, row)).filter((runs) => runs.length > 0);
  const known = groups.filter((group) => peers(group).length > 0);
  const [steady, second] = steadiestPeers(known.filter(isHelped));
  if (steady === undefined) return "No sparse peer was trained beside a tenth of the keys.";
  const own = (group: readonly LongStudyRecord[]) => runsOf(group, TENTH);
  const below = known.filter((group) => peers(group).some((peer) => isAbove(peer, own(group))));
  const over = (rows: readonly string[]) =>
    known.filter((group) =>
      rows.some((row) => {
        const runs = runsOf(group, row);
        return runs.length > 0 && peers(group).every((peer) => isAbove(runs, peer));
      })
    );
  const above = over([TENTH]), others = over([CONTROLS[0], ...NEAR]).filter((group) => !above.includes(group));
  const worse = known.filter((group) => runsOf(group, "none").length > 0 && isAbove(runsOf(group, "none"), own(group)));
  const titles = titlesAt(known[0][0].tokens), alone = known.filter((group) => own(group).length === 1).length;
  const found = [
    `below at least one sparse peer in ${below.length} of ${known.length} tasks and lengths`,
    `above all of them in ${above.length}${inBrackets(above.map(placeOf))}`,
    `below no attention in ${worse.length}${inBrackets(worse.length === 0 ? [] : [placesBy(worse, placesOf)])}`,
  ];
  const beside = others.length === 0
    ? ""
    : ` Above all of them by the largest fields or by blocks in ${others.length}${inBrackets(others.map(placeOf))}.`;
  const pair = second === undefined ? null : compared(known, steady, second);
  const runnerUp = pair === null || pair.both.length === 0
    ? ""
    : ` (told apart above ${
      titles.get(second!)
    } in ${pair.better.length}, below it in ${pair.worse.length} of ${pair.both.length})`;
  return `A tenth of the keys by a QUBO is told apart ${
    found.join(", ")
  }; ${alone} of the ${known.length} have one seed.${beside} ${
    above.length === 0 ? "On this evidence take" : "Take it where it is above, elsewhere"
  } ${
    titles.get(steady)
  }, of the peers that most tasks and lengths have the one with the largest least accuracy${runnerUp}.`;
}

/** Keys of a QUBO beside choices that solve nothing or less. */
function worthOfSolving(groups: readonly (readonly LongStudyRecord[])[]): string {
  const tenth = compared(groups, TENTH, CONTROLS[0]), byBlocks = compared(groups, NEAR[0], NEAR[1]);
  if (tenth.both.length === 0) return "The largest fields were not trained yet.";
  const mask = compared(groups, TENTH, CONTROLS[1]), bare = compared(groups, TENTH, NO_COUPLINGS);
  const [better, worse] = [
    [tenth, byBlocks].flatMap((own) => own.better),
    [tenth, byBlocks].flatMap((own) => own.worse),
  ];
  return `Keys of the QUBO against the largest fields: ${counted(tenth)}${
    byBlocks.both.length === 0 ? "" : `; by blocks with a neighbour ${counted(byBlocks)}`
  }: ${solving(better.length, worse.length)}${
    mask.both.length === 0 ? "" : ` Against one random mask a head: ${briefly(mask)}.`
  }${bare.both.length === 0 ? "" : ` With its couplings against without: ${briefly(bare)}.`}`;
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

/** How often a row is better and worse than another. */
function briefly({ both, better, worse }: Compared): string {
  return `better in ${better.length}${inBrackets(better)}, worse in ${worse.length}${
    inBrackets(worse)
  } of ${both.length}`;
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
