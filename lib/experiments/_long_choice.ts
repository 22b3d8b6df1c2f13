import {
  aboveChance,
  briefly,
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
  TENTH,
  titlesAt,
} from "./_long_groups.ts";
import { memoryShare } from "./_long_study_words.ts";
import { accuraciesOf } from "./_seed_accuracies.ts";
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
 * What long sequences come to in short: accuracies beside the best sparse peer, times, what to choose; null while there are no times beside
 * softmax attention, or attention helped nowhere.
 */
export function longLines({ records, times }: LongEvidence): [right: string, fast: string, choice: string] | null {
  const timed = times.filter((one) => ["mha", TENTH, CONTROLS[0]].every((name) => relativeTime(one, name) !== null));
  const known = groupsOf(records).filter((group) => runsOf(group, TENTH).length > 0);
  const [groups, others] = [known.filter(isHelped), known.filter((group) => !isHelped(group))];
  if (timed.length === 0 || groups.length === 0) return null;
  const fast = (name: string) => timed.map((one) => relativeTime(one, name)!.speedUp.median.toFixed(1)).join(", ");
  const lengths = timed.map(({ tokens }) => tokens.toLocaleString("en-US")).join(", "), longest = timed.at(-1)!;
  const dense = relativeTime(longest, "selectedDense");
  const kernel = dense === null
    ? ""
    : `; all keys, by the same kernel, ${dense.speedUp.median.toFixed(1)} times in ${
      memoryShare(longest, "selectedDense").toFixed(3)
    } of it`;
  return [
    "Right, %, a tenth of the keys by a QUBO and by the largest fields beside softmax attention and the steadiest sparse peer, of several seeds " +
    `the mean [smallest to largest], - where none was trained: ${placesBy(groups, besideOthers)}.${
      withoutHelp(others)
    }`,
    `A training step is ${
      fast(CONTROLS[0])
    } times as fast as softmax attention's at ${lengths} tokens if the largest fields choose, there in ${
      memoryShare(longest, CONTROLS[0]).toFixed(3)
    } of its attention's memory, and ${fast(TENTH)} times if a QUBO does${kernel}. At ${
      longest.tokens.toLocaleString("en-US")
    } ${peersBeside(groups, longest)}.`,
    choiceBetween(groups),
  ];
}

/** The same as what to choose where sequences are long, with a link to all rows. */
export function longAdvice(evidence: LongEvidence): string | null {
  const lines = longLines(evidence);
  if (lines === null) return null;
  const [right, fast, choice] = lines;
  return `**Long sequences:** ${choice} ${fast} ${right} [Rows, times, memory](../long/README.md).`;
}

/** How fast sparse peers are, each beside the least accuracy that it came to: the steadiest, and the fastest, of those that most tasks have. */
function peersBeside(groups: readonly (readonly LongStudyRecord[])[], longest: LongTimesRecord): string {
  const titles = titlesAt(longest.tokens);
  const known = PEERS.flatMap((row) => {
    const time = relativeTime(longest, row), own = groups.filter((group) => runsOf(group, row).length > 0);
    if (time === null || 2 * own.length <= groups.length) return [];
    const least = Math.min(...own.map((group) => meanOf(accuraciesOf(runsOf(group, row))))), fast = time.speedUp.median;
    const where = `${own.length} of ${groups.length} tasks and lengths`;
    const words = `${titles.get(row)} ${fast.toFixed(1)} times, ${(100 * least).toFixed(1)} % right or more (${where})`;
    return [{ least, fast, words }];
  });
  if (known.length === 0) return "no sparse peer was timed that most tasks have";
  const [steady] = known.toSorted((a, b) => b.least - a.least), [fastest] = known.toSorted((a, b) => b.fast - a.fast);
  return [...new Set([steady, fastest])].map(({ words }) => words).join("; ");
}

/** Accuracies of a tenth of the keys at all lengths of a task beside those of softmax attention and of its steadiest sparse peer. */
function besideOthers(groups: readonly (readonly LongStudyRecord[])[]): string {
  const peer = steadiestPeer(groups), titles = titlesAt(groups[0][0].tokens);
  const names = new Map([
    ...[[TENTH, "QUBO"], [CONTROLS[0], "largest fields"], [NEAR[0], "QUBO by blocks with a neighbour"]] as const,
    ["mha", "softmax attention"],
    ...peer === undefined ? [] : [[peer, titles.get(peer)!] as const],
  ]);
  const found = [...names].map(([row, name]) => ({ name, all: groups.map((group) => runsOf(group, row)) }));
  const parts = found.filter(({ all }) => all.some(({ length }) => length > 0))
    .map(({ name, all }) => `${name} ${all.map((runs) => runs.length === 0 ? "-" : briefly(runs)).join(", ")}`);
  const counts = found.flatMap(({ all }) => all.map(({ length }) => length)).filter((count) => count > 0);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const seeds = fewest === most ? seedsWord(most) : `${fewest} to ${most} seeds`;
  return `${placesOf(groups)}, ${seeds} (${parts.join("; ")})`;
}

/** Of the sparse peers with the most lengths of a task the one whose least accuracy is largest. */
function steadiestPeer(groups: readonly (readonly LongStudyRecord[])[]): string | undefined {
  const known = PEERS.map((row) => {
    const own = groups.map((group) => runsOf(group, row)).filter(({ length }) => length > 0);
    return { row, count: own.length, least: Math.min(...own.map((runs) => meanOf(accuraciesOf(runs)))) };
  });
  return known.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count || b.least - a.least)[0]?.row;
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

/** A data set without its brackets. */
function taskOf([{ data }]: readonly LongStudyRecord[]): string {
  return data.name.split(" (")[0];
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
  const places = (found: readonly (readonly LongStudyRecord[])[]) =>
    found.length === 0 ? "" : ` (${found.map(placeOf).join(", ")})`;
  const trained = (group: readonly LongStudyRecord[], rows: readonly string[]) =>
    rows.map((row) => runsOf(group, row)).filter((runs) => runs.length > 0);
  const tenths = (group: readonly LongStudyRecord[]) => trained(group, [TENTH, CONTROLS[0], ...NEAR]);
  const peers = (group: readonly LongStudyRecord[]) => trainedPeers(group).map((row) => runsOf(group, row));
  const known = groups.filter((group) => peers(group).length > 0);
  const above = known.filter((group) => tenths(group).some((own) => peers(group).every((peer) => isAbove(own, peer))));
  const winners = (group: readonly LongStudyRecord[]) =>
    trainedPeers(group).filter((row) => tenths(group).every((own) => isAbove(runsOf(group, row), own)));
  const below = known.filter((group) => winners(group).length > 0);
  const lost = below.map((group) => {
    const [row] = winners(group), { length } = runsOf(group, row);
    return `${placeOf(group)}: ${titlesAt(group[0].tokens).get(row)}, ${seedsWord(length)}`;
  });
  const choice = known.length === 0
    ? "No sparse peer was trained beside a tenth of the keys."
    : `A tenth of the keys is told apart above every sparse peer in ${above.length} of ${known.length} tasks and lengths${
      places(above)
    }, below one in ${below.length}${lost.length === 0 ? "" : ` (${lost.join("; ")})`}: ${
      above.length === 0 ? "on this evidence take a sparse peer." : "take it there, elsewhere a sparse peer."
    }`;
  const { both, better, worse } = compared(groups, TENTH, CONTROLS[0]), byBlocks = compared(groups, NEAR[0], NEAR[1]);
  if (both.length === 0) return `${choice} The largest fields were not trained yet.`;
  const chance = (group: readonly LongStudyRecord[]) => 1 / group[0].data.classes;
  const dead = both.filter((group) =>
    !better.includes(group) && !worse.includes(group) &&
    trained(group, [TENTH, CONTROLS[0]]).every((own) => !aboveChance(accuraciesOf(own), chance(group)))
  );
  const same = both.length - dead.length - better.length - worse.length;
  return `${choice} Keys of the QUBO against the largest fields: better in ${better.length}${
    places(better)
  }, worse in ${worse.length}${places(worse)}, not told apart in ${same}, both at chance in ${dead.length}${
    places(dead)
  }${
    byBlocks.both.length === 0
      ? ""
      : `; by blocks with a neighbour better in ${byBlocks.better.length}${
        places(byBlocks.better)
      }, worse in ${byBlocks.worse.length}${places(byBlocks.worse)} of ${byBlocks.both.length}`
  }: ${solving(better.length + byBlocks.better.length, worse.length + byBlocks.worse.length)}${
    couplingWords(groups, places)
  }`;
}

/** What follows for solving where it was better so often than the largest fields, and worse so often. */
function solving(better: number, worse: number): string {
  if (better === 0) return "nothing speaks for solving it yet.";
  return worse === 0 ? "solve it where it is better." : "that is no rule for solving it.";
}

/** Groups that have two rows, and those of them where the first is told apart as better or as worse. */
function compared(groups: readonly (readonly LongStudyRecord[])[], first: string, second: string) {
  const both = groups.filter((group) => [first, second].every((row) => runsOf(group, row).length > 0));
  const above = (row: string, other: string) =>
    both.filter((group) => isAbove(runsOf(group, row), runsOf(group, other)));
  return { both, better: above(first, second), worse: above(second, first) };
}

/** What the couplings of the QUBO do: it with them against it without; empty where that was not trained. */
function couplingWords(
  groups: readonly (readonly LongStudyRecord[])[],
  places: (found: readonly (readonly LongStudyRecord[])[]) => string,
): string {
  const { both, better, worse } = compared(groups, TENTH, NO_COUPLINGS);
  if (both.length === 0) return "";
  return ` The same QUBO without its couplings: worse in ${better.length}${places(better)}, better in ${worse.length}${
    places(worse)
  } of ${both.length}.`;
}
