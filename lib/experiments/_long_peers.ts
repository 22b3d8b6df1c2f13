import { compared, inBrackets, placeOf, placesBy, placesOf, seedsWord } from "./_long_compared.ts";
import { CONTROLS, isAbove, isHelped, meanOf, NEAR, PEERS, runsOf, TENTH, titlesAt } from "./_long_groups.ts";
import { memoryShare } from "./_long_study_words.ts";
import { accuraciesOf, pairsOf } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** Runs that can be compared: of one data set, length and way to train. */
type Group = readonly LongStudyRecord[];

/** A tenth of the keys beside the sparse peers and no attention, and which peer to take. */
export function choiceOfPeer(groups: readonly Group[]): string {
  const known = groups.filter((group) => peersOf(group).length > 0);
  const [steady, second] = steadiestPeers(known.filter(isHelped));
  if (steady === undefined) return "No sparse peer was trained beside a tenth of the keys.";
  const better = known.map((group) => peersOf(group).filter((peer) => isAbove(peer, runsOf(group, TENTH))));
  const below = better.filter((peers) => peers.length > 0);
  const seeds = known.flatMap((group, at) =>
    better[at].length === 0 ? [] : mostSeeds(runsOf(group, TENTH), better[at])
  );
  const above = known.filter((group) => isAboveAll(group, TENTH));
  const others = known.filter((group) => !above.includes(group) && BESIDE.some((row) => isAboveAll(group, row)));
  const worse = known.filter((group) => {
    const none = runsOf(group, "none");
    return none.length > 0 && isAbove(none, runsOf(group, TENTH));
  });
  const found = [
    `below at least one sparse peer in ${below.length} of ${known.length} tasks and lengths${seedsInBrackets(seeds)}`,
    `above all of them in ${above.length}${inBrackets(above.map(placeOf))}`,
    `below no attention in ${worse.length}${inBrackets(worse.length === 0 ? [] : [placesBy(worse, placesOf)])}`,
  ];
  const beside = others.length === 0
    ? ""
    : ` Above all of them by the largest fields or by blocks in ${others.length}${inBrackets(others.map(placeOf))}.`;
  return `A tenth of the keys by a QUBO is told apart ${found.join(", ")}.${beside} ${
    above.length + others.length === 0 ? "On this evidence take" : "Take it where it is above, elsewhere"
  } ${steadinessOf(known, steady, second)}.`;
}

/** Rows that read a tenth of the keys too: two that solve nothing, and blocks with a neighbour. */
const BESIDE = [CONTROLS[0], ...NEAR];

/** The runs of each sparse peer of a group. */
function peersOf(group: Group): LongStudyRecord[][] {
  return PEERS.map((row) => runsOf(group, row)).filter((runs) => runs.length > 0);
}

function isAboveAll(group: Group, row: string): boolean {
  const runs = runsOf(group, row);
  return runs.length > 0 && peersOf(group).every((peer) => isAbove(runs, peer));
}

/** Seeds that runs have in common with others: the most of several rows, one where none is common. */
function mostSeeds(own: Group, others: readonly Group[]): number {
  return Math.max(1, ...others.map((runs) => pairsOf(accuraciesOf(own), accuraciesOf(runs)).length));
}

function seedsInBrackets(seeds: readonly number[]): string {
  if (seeds.length === 0) return "";
  const [low, high] = [Math.min(...seeds), Math.max(...seeds)];
  return low < high ? ` (by ${low} to ${high} seeds)` : ` (by ${seedsWord(low)} in each)`;
}

/** A peer with the reason to take it, and how it stands to the next one. */
function steadinessOf(known: readonly Group[], steady: string, second: string | undefined): string {
  const titles = titlesAt(known[0][0].tokens);
  const reason = `${
    titles.get(steady)
  }: of the peers that most tasks and lengths have its least accuracy is the largest`;
  if (second === undefined) return reason;
  const { both, better, worse } = compared(known, steady, second);
  if (both.length === 0) return reason;
  return `${reason}; it is told apart above ${
    titles.get(second)
  } in ${better.length} of ${both.length}, below it in ${worse.length}`;
}

/** How fast sparse peers are, each beside the least accuracy that it came to: the steadiest, and the fastest, of those that most tasks have. */
export function peersBeside(groups: readonly Group[], longest: LongTimesRecord): string {
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

function leastOf(groups: readonly Group[], row: string): Least | null {
  const own = groups.filter((group) => runsOf(group, row).length > 0)
    .map((group) => ({ mean: meanOf(accuraciesOf(runsOf(group, row))), place: placeOf(group) }));
  return own.length === 0 ? null : { ...own.toSorted((a, b) => a.mean - b.mean)[0], count: own.length };
}

/** The sparse peers, those with the most lengths of some groups first, of as many the one whose least accuracy is largest. */
function steadiestPeers(groups: readonly Group[]): string[] {
  const known = PEERS.flatMap((row) => {
    const least = leastOf(groups, row);
    return least === null ? [] : [{ row, ...least }];
  });
  return known.toSorted(steadierFirst).map(({ row }) => row);
}
