import { meanInterval } from "../analysis/mod.ts";
import { accuraciesOf, overItems, type SeedAccuracy, seedDifferences, toldApart } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { longStudyRows } from "./long_study_rows.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** Rows whose keys a QUBO chooses: a tenth of them first, which stands for others that do as well. */
const CHOSEN = ["qamaSelected10", "qamaSelected5", "qamaSelected20"];
/** A tenth of the keys by a QUBO, and by one without couplings. */
const TENTH = "qamaSelected10", NO_COUPLINGS = "qamaSelectedNoCouplings10";
/** Rows with the same readout and as many keys as `qamaSelected10`: two that solve nothing, and one whose QUBO has no couplings. */
const CONTROLS = ["selectedTopField10", "selectedFixed10", NO_COUPLINGS];
/** The sparse peers. */
const PEERS = ["longformer", "bigbird", "linformer", "performer", "reformer"];

/** Records that can be compared: of one data set, length, number of sequences and of epochs. */
export function groupsOf(records: readonly LongStudyRecord[]): LongStudyRecord[][] {
  const key = ({ task, tokens, data, options }: LongStudyRecord) =>
    `${task} ${String(tokens).padStart(9)} ${data.train} ${options.epochs}`;
  return [...Map.groupBy(records, key)].sort(([a], [b]) => a < b ? -1 : 1).map(([, group]) => group);
}

/** The runs of a row. */
function runsOf(group: readonly LongStudyRecord[], row: string): LongStudyRecord[] {
  return group.filter((record) => record.row === row);
}

/** What tables call each row. */
function titlesAt(tokens: number): ReadonlyMap<string, string> {
  return new Map(longStudyRows(tokens, 1).map(({ row, title }) => [row, title]));
}

/** Whether some row of a group is above chance. */
function isLearned(group: readonly LongStudyRecord[]): boolean {
  const rows = [...new Set(group.map(({ row }) => row))];
  return rows.some((row) => aboveChance(accuraciesOf(runsOf(group, row)), 1 / group[0].data.classes));
}

/** Whether attention of some kind helps: a row is told apart above no attention, or above chance where that was not trained. */
function isHelped(group: readonly LongStudyRecord[]): boolean {
  const none = runsOf(group, "none");
  if (none.length === 0) return isLearned(group);
  const rows = [...new Set(group.map(({ row }) => row))].filter((row) => row !== "none");
  return rows.some((row) => isAbove(runsOf(group, row), none));
}

/** What training a row of a group takes. */
export interface StepCost {
  /** Processor time, ms a sequence. */
  readonly ms: number;
  /** Softmax attention's time over it; NaN without softmax attention. */
  readonly speedUp: number;
}

/** Tells what training a row of one group takes. */
export type StepClock = (row: string) => StepCost;

/** Whose sequences are not all as long as the group says: times of full length are not theirs. */
const RAGGED = "imdbBytes";

/** Whether texts of a group end before the length that it says. */
export function isRagged([{ task }]: readonly LongStudyRecord[]): boolean {
  return task === RAGGED;
}

/**
 * The clock of a group: times that were taken in turn, where there are some of this length, of as many heads and of every row; else those of
 * the trainings.
 */
export function stepClock(group: readonly LongStudyRecord[], times: readonly LongTimesRecord[] = []): StepClock {
  const [{ tokens, options: { heads } }] = group;
  const taken = isRagged(group)
    ? undefined
    : times.find((one) =>
      one.tokens === tokens && one.heads === heads && group.every(({ row }) => relativeTime(one, row) !== null)
    );
  if (taken !== undefined) {
    return (row) => {
      const { medianMs, speedUp } = relativeTime(taken, row)!;
      return { ms: medianMs, speedUp: speedUp.median };
    };
  }
  const mean = (row: string) => {
    const own = runsOf(group, row);
    if (own.length === 0) return NaN;
    return meanInterval(own.map(({ clocks, data, options }) => clocks.processorMs / (data.train * options.epochs)))
      .mean;
  };
  return (row) => ({ ms: mean(row), speedUp: mean("mha") / mean(row) });
}

/** What times say of a tenth of the keys chosen by a QUBO and by the largest fields, and of the fastest sparse peer; nothing without softmax attention. */
export function longTimesWords(times: readonly LongTimesRecord[]): string[] {
  const timed = times.filter(({ rows }) => rows.some(({ row }) => row === "mha")), longest = timed.at(-1);
  if (longest === undefined) return [];
  const titles = titlesAt(longest.tokens), peer = fastestPeer(longest);
  const said = ["qamaSelected10", CONTROLS[0], ...peer === null ? [] : [peer.row]].flatMap((row) => {
    const own = timed.filter((one) => relativeTime(one, row) !== null);
    if (own.length === 0) return [];
    const fast = own.map((one) =>
      `${relativeTime(one, row)!.speedUp.median.toFixed(1)} at ${one.tokens.toLocaleString("en-US")} tokens`
    );
    return [
      `${titles.get(row)} ${fast.join(", ")}, there in ${memoryShare(own.at(-1)!, row).toFixed(3)} of the memory`,
    ];
  });
  if (said.length === 0) return [];
  const dense = memoryShare(longest, "selectedDense");
  const kernel = Number.isNaN(dense)
    ? ""
    : ` The memory is the kernel's, not the choice's: all keys take ${dense.toFixed(3)} of it too.`;
  return [
    `How many times as fast as softmax attention a training step is (medians of rounds; the fastest sparse peer last): ${
      said.join("; ")
    }.${kernel}`,
  ];
}

/** Memory of a row's attention over softmax attention's. */
function memoryShare({ rows }: LongTimesRecord, row: string): number {
  const bytes = (name: string) => rows.find((own) => own.row === name)?.attentionBytes ?? NaN;
  return bytes(row) / bytes("mha");
}

/** What the records of one data set and length say, in sentences: whether anything was learned, and what choosing keys costs and saves. */
export function longStudyWords(group: readonly LongStudyRecord[], clock: StepClock = stepClock(group)): string[] {
  const [{ data, tokens }] = group, titles = titlesAt(tokens);
  const of = (row: string) => runsOf(group, row);
  const percent = (row: string) => `${(100 * meanOf(accuraciesOf(of(row)))).toFixed(1)} %`;
  if (!isLearned(group)) {
    return [
      `${data.name}: no row is told apart from chance (${
        (100 / data.classes).toFixed(0)
      } %): nothing is learned about choosing keys.`,
    ];
  }
  if (!isHelped(group)) {
    const known = [...CHOSEN, "mha"].filter((row) => of(row).length > 0)
      .map((row) => `${titles.get(row)} ${percent(row)}`);
    return [
      `${data.name}: attention helps nothing here, no row is told apart above no attention (${percent("none")})${
        known.length === 0 ? "" : `: ${known.join(", ")}`
      }.`,
    ];
  }
  const words: string[] = [];
  const best = CHOSEN.filter((row) => of(row).length > 0)
    .toSorted((a, b) => meanOf(accuraciesOf(of(b))) - meanOf(accuraciesOf(of(a))))[0];
  if (best === undefined) return words;
  const [own, softmax] = [of(best), of("mha")];
  const against = softmax.length === 0
    ? "softmax attention was not trained at this length"
    : `${difference(own, softmax)} softmax attention (${percent("mha")}), in ${
      (1 / clock(best).speedUp).toFixed(2)
    } of its processor time and ${(own[0].attentionBytes / softmax[0].attentionBytes).toFixed(2)} of its memory`;
  const bare = of("none").length === 0 ? "was not trained" : percent("none");
  words.push(`${data.name}: ${titles.get(best)} reaches ${percent(best)}, ${against}; without attention ${bare}.`);
  const ten = of("qamaSelected10");
  const beside = CONTROLS.filter((row) => ten.length > 0 && of(row).length > 0)
    .map((row) => `${difference(ten, of(row))} ${titles.get(row)} (${percent(row)})`);
  if (beside.length > 0) {
    words.push(
      `${data.name}: ${titles.get("qamaSelected10")} (${percent("qamaSelected10")}) is ${
        beside.slice(0, -1).join(", ")
      }${beside.length > 1 ? " and " : ""}${beside.at(-1)}.`,
    );
  }
  return words;
}

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
  const groups = groupsOf(records).filter((group) => runsOf(group, TENTH).length > 0 && isHelped(group));
  if (timed.length === 0 || groups.length === 0) return null;
  const fast = (name: string) => timed.map((one) => relativeTime(one, name)!.speedUp.median.toFixed(1)).join(", ");
  const lengths = timed.map(({ tokens }) => tokens.toLocaleString("en-US")).join(", "), longest = timed.at(-1)!;
  const peer = fastestPeer(longest), titles = titlesAt(longest.tokens);
  const beside = peer === null
    ? ""
    : `; the fastest sparse peer there, ${titles.get(peer.row)}, ${peer.speedUp.toFixed(1)} times`;
  return [
    `Right, %, a tenth of the keys by a QUBO and by the largest fields beside softmax attention and the best sparse peer: ${
      groups.map(besideOthers).join("; ")
    }.`,
    `A training step is ${fast(CONTROLS[0])} times as fast as softmax attention's at ${lengths} tokens, there in ${
      memoryShare(longest, CONTROLS[0]).toFixed(3)
    } of the memory, if the largest fields choose, and ${fast(TENTH)} times if a QUBO does${beside}.`,
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

/** The sparse peer with the fastest step, and its speed over softmax attention's; null where none was timed. */
function fastestPeer(times: LongTimesRecord): { readonly row: string; readonly speedUp: number } | null {
  const timed = PEERS.flatMap((row) => {
    const found = relativeTime(times, row);
    return found === null ? [] : [{ row, speedUp: found.speedUp.median }];
  });
  return timed.toSorted((a, b) => b.speedUp - a.speedUp)[0] ?? null;
}

/** Accuracies of a tenth of the keys beside those of softmax attention and of the best sparse peer that was trained. */
function besideOthers(group: readonly LongStudyRecord[]): string {
  const seeds = new Set(group.map(({ seed }) => seed)).size;
  const [peer] = trainedPeers(group), titles = titlesAt(group[0].tokens);
  const names = new Map([[TENTH, "QUBO"], [CONTROLS[0], "largest fields"], ["mha", "softmax attention"]]);
  if (peer !== undefined) names.set(peer, titles.get(peer)!);
  const parts = [...names].flatMap(([row, name]) => {
    const found = runsOf(group, row);
    return found.length === 0 ? [] : [`${name} ${(100 * meanOf(accuraciesOf(found))).toFixed(1)}`];
  });
  return `${placeOf(group)}, ${seeds === 1 ? "one seed" : `${seeds} seeds`} (${parts.join(", ")})`;
}

/** A data set without its brackets, and the length. */
function placeOf([{ data, tokens }]: readonly LongStudyRecord[]): string {
  return `${data.name.split(" (")[0]} at ${tokens.toLocaleString("en-US")}`;
}

/** Sparse peers that were trained in a group, the best first. */
function trainedPeers(group: readonly LongStudyRecord[]): string[] {
  const mean = (row: string) => meanOf(accuraciesOf(runsOf(group, row)));
  return PEERS.filter((row) => runsOf(group, row).length > 0).toSorted((a, b) => mean(b) - mean(a));
}

function choiceBetween(groups: readonly (readonly LongStudyRecord[])[]): string {
  const places = (found: readonly (readonly LongStudyRecord[])[]) =>
    found.length === 0 ? "" : ` (${found.map(placeOf).join(", ")})`;
  const tenths = (group: readonly LongStudyRecord[]) =>
    [TENTH, CONTROLS[0]].map((row) => runsOf(group, row)).filter((runs) => runs.length > 0);
  const peers = (group: readonly LongStudyRecord[]) => trainedPeers(group).map((row) => runsOf(group, row));
  const known = groups.filter((group) => peers(group).length > 0);
  const above = known.filter((group) => tenths(group).some((own) => peers(group).every((peer) => isAbove(own, peer))));
  const below = known.filter((group) => peers(group).some((peer) => tenths(group).every((own) => isAbove(peer, own))));
  const choice = known.length === 0
    ? "No sparse peer was trained beside a tenth of the keys."
    : `A tenth of the keys is told apart above every sparse peer in ${above.length} of ${known.length} tasks and lengths${
      places(above)
    }, below one in ${below.length}${places(below)}: ${
      above.length === 0 ? "on this evidence take a sparse peer." : "take it there, elsewhere a sparse peer."
    }`;
  const both = groups.filter((group) => tenths(group).length === 2);
  if (both.length === 0) return `${choice} The largest fields were not trained yet.`;
  const chance = (group: readonly LongStudyRecord[]) => 1 / group[0].data.classes;
  const dead = both.filter((group) => tenths(group).every((own) => !aboveChance(accuraciesOf(own), chance(group))));
  const better = both.filter((group) => isAbove(tenths(group)[0], tenths(group)[1]));
  const worse = both.filter((group) => isAbove(tenths(group)[1], tenths(group)[0]));
  const same = both.length - dead.length - better.length - worse.length;
  return `${choice} Keys of the QUBO against the largest fields: better in ${better.length}${
    places(better)
  }, worse in ${worse.length}${places(worse)}, not told apart in ${same}, both at chance in ${dead.length}${
    places(dead)
  }: ${better.length > 0 ? "solve it where it is better." : "nothing speaks for solving it yet."}${
    couplingWords(groups, places)
  }`;
}

/** What the couplings of the QUBO do: it with them against it without; empty where that was not trained. */
function couplingWords(
  groups: readonly (readonly LongStudyRecord[])[],
  places: (found: readonly (readonly LongStudyRecord[])[]) => string,
): string {
  const of = (group: readonly LongStudyRecord[], row: string) => runsOf(group, row);
  const both = groups.filter((group) => of(group, TENTH).length > 0 && of(group, NO_COUPLINGS).length > 0);
  if (both.length === 0) return "";
  const better = both.filter((group) => isAbove(of(group, TENTH), of(group, NO_COUPLINGS)));
  const worse = both.filter((group) => isAbove(of(group, NO_COUPLINGS), of(group, TENTH)));
  return ` The same QUBO without its couplings: worse in ${better.length}${places(better)}, better in ${worse.length}${
    places(worse)
  } of ${both.length}.`;
}

/** Whether runs are told apart above others. */
function isAbove(runs: readonly LongStudyRecord[], others: readonly LongStudyRecord[]): boolean {
  const [a, b] = [accuraciesOf(runs), accuraciesOf(others)];
  return meanOf(a) > meanOf(b) && toldApart(a, b);
}

function difference(own: readonly LongStudyRecord[], other: readonly LongStudyRecord[]): string {
  const [a, b] = [accuraciesOf(own), accuraciesOf(other)], found = seedDifferences(a, b);
  if (found.length === 0) return "with other seeds than";
  const { mean, halfWidth } = meanInterval(found);
  const points = (value: number) =>
    `${value.toFixed(2)}${halfWidth === null ? "" : ` ± ${halfWidth.toFixed(2)}`} points`;
  const seeds = found.length === 1 ? " (one seed)" : "";
  if (!toldApart(a, b)) return `not told apart (${points(mean)}${seeds === "" ? "" : ", one seed"}) from`;
  return `${points(Math.abs(mean))}${seeds} ${mean > 0 ? "above" : "below"}`;
}

function aboveChance(runs: readonly SeedAccuracy[], chance: number): boolean {
  if (runs.length === 1) return overItems(runs[0])[0] > chance;
  const { mean, halfWidth } = meanInterval(runs.map(({ accuracy }) => accuracy));
  return mean - halfWidth! > chance;
}

function meanOf(runs: readonly SeedAccuracy[]): number {
  return meanInterval(runs.map(({ accuracy }) => accuracy)).mean;
}
