import { inBrackets, placeOf, placesBy, placesOf, seedsWord } from "./_long_compared.ts";
import { aboveChance, CONTROLS, isAbove, meanOf, NEAR, PEERS, runsOf, TENTH, titlesAt } from "./_long_groups.ts";
import { memoryShare } from "./_long_study_words.ts";
import { accuraciesOf, pairsOf } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** Runs that can be compared: of one data set, length and way to train. */
type Group = readonly LongStudyRecord[];

/** How a tenth of the keys stands to the sparse peers and to no attention, in short. */
export function againstPeers(groups: readonly Group[]): string {
  const { known, below, over, above, worse } = besidePeers(groups);
  if (known.length === 0) return "trained beside no sparse peer";
  const bare = worse.length === 0 ? "" : `, and less accurate than no attention on ${placesBy(worse, placesOf)}`;
  return `less accurate than at least one sparse peer in ${below.length} of ${known.length} tasks and lengths, more accurate than at least one in ${over.length} and than all of them in ${above.length}${bare}`;
}

/** The same with the number of seeds and the places, and other rows that are above all peers. */
export function againstPeersInFull(groups: readonly Group[]): string {
  const { known, below, over, above, worse, others, seeds } = besidePeers(groups);
  if (known.length === 0) return "trained beside no sparse peer";
  const found = [
    `below at least one sparse peer in ${below.length} of ${known.length}${seedsInBrackets(seeds)}`,
    `above at least one in ${over.length}${inBrackets(over.length === 0 ? [] : [placesBy(over, placesOf)])}`,
    `above all of them in ${above.length}${inBrackets(above.map(placeOf))}`,
    `below no attention in ${worse.length}${inBrackets(worse.length === 0 ? [] : [placesBy(worse, placesOf)])}`,
    ...others.length === 0
      ? []
      : [`above all peers by the largest fields or by blocks in ${others.length}${inBrackets(others.map(placeOf))}`],
  ];
  return `against the sparse peers: ${found.join(", ")}`;
}

/** Groups in which a tenth of the keys stands beside sparse peers, by how it does. */
function besidePeers(groups: readonly Group[]) {
  const known = groups.filter((group) => peersOf(group).length > 0);
  const better = known.map((group) => peersOf(group).filter((peer) => isAbove(peer, runsOf(group, TENTH))));
  const above = known.filter((group) => isAboveAll(group, TENTH));
  return {
    ...{ known, above },
    below: better.filter((peers) => peers.length > 0),
    over: known.filter((group) => peersOf(group).some((peer) => isAbove(runsOf(group, TENTH), peer))),
    seeds: known.flatMap((group, at) => better[at].length === 0 ? [] : mostSeeds(runsOf(group, TENTH), better[at])),
    others: known.filter((group) => !above.includes(group) && BESIDE.some((row) => isAboveAll(group, row))),
    worse: known.filter((group) => {
      const none = runsOf(group, "none");
      return none.length > 0 && isAbove(none, runsOf(group, TENTH));
    }),
  };
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

/** Which sparse peer to take wherever attention helps, by its worst case there, beside those of the next peer, softmax attention and the QUBO. */
export function peerToTake(groups: readonly Group[]): string {
  const [steady, second] = steadiestPeers(groups);
  if (steady === undefined) return "No sparse peer was trained yet.";
  const titles = titlesAt(groups[0][0].tokens);
  const lowest = [steady, ...second === undefined ? [] : [second], "mha", TENTH].flatMap((row) => {
    const least = leastOf(groups, row);
    if (least === null) return [];
    const name = row === TENTH ? "a tenth of the keys by a QUBO" : titles.get(row);
    const fewer = least.count === groups.length ? "" : `, trained in ${least.count} of ${groups.length}`;
    const dead = groups.filter((group) => row === TENTH && isAtChance(group, row)).length;
    const chance = dead === 0 ? "" : `, at chance in ${dead} of ${least.count}`;
    return [`${name} ${(100 * least.mean).toFixed(1)} % (${least.place}${fewer}${chance})`];
  });
  return `Where attention helps and softmax attention takes too long, take ${
    titles.get(steady)
  }: it has the best worst case of the sparse peers that most of these tasks and lengths have; lowest accuracies: ${
    lowest.join(", ")
  }.`;
}

/** Whether no run of a row is above chance. */
function isAtChance(group: Group, row: string): boolean {
  return !aboveChance(accuraciesOf(runsOf(group, row)), 1 / group[0].data.classes);
}

/** How fast the steadiest and the fastest sparse peer are that most tasks have, with their memory; empty without any. */
export function peersBeside(groups: readonly Group[], longest: LongTimesRecord): string {
  const titles = titlesAt(longest.tokens);
  const known = PEERS.flatMap((row) => {
    const time = relativeTime(longest, row), least = leastOf(groups, row);
    if (time === null || least === null || 2 * least.count <= groups.length) return [];
    return [{ ...least, row, fast: time.speedUp.median }];
  });
  if (known.length === 0) return "";
  const steady = known.toSorted(steadierFirst)[0], fastest = known.toSorted((a, b) => b.fast - a.fast)[0];
  const shown = [...new Set([steady, fastest])];
  return `; at ${longest.tokens.toLocaleString("en-US")} tokens ${
    shown.map(({ row, fast }) =>
      `${titles.get(row)} is ${fast.toFixed(1)} times as fast with ${
        memoryShare(longest, row).toFixed(2)
      } times the memory`
    ).join(", ")
  } (in our kernels, in which sparse peers keep their probabilities)`;
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
