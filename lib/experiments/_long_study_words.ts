import { meanInterval } from "../analysis/mod.ts";
import {
  accuraciesOf,
  overItems,
  type SeedAccuracy,
  seedDifferences,
  toldApart,
  withInterval,
} from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";
import { longStudyRows } from "./long_study_rows.ts";
import { type LongTimesRecord, relativeTime } from "./long_times_record.ts";

/** Rows whose keys a QUBO chooses. */
const CHOSEN = ["qamaSelected5", "qamaSelected10", "qamaSelected20"];
/** Rows with the same readout and as many keys as `qamaSelected10`, that solve nothing. */
const CONTROLS = ["selectedTopField10", "selectedFixed10"];
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

/**
 * The clock of a group: times that were taken in turn, where there are some of this length, of as many heads and of every row; else those of
 * the trainings.
 */
export function stepClock(group: readonly LongStudyRecord[], times: readonly LongTimesRecord[] = []): StepClock {
  const [{ task, tokens, options: { heads } }] = group;
  const taken = task === RAGGED
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
  return said.length === 0 ? [] : [
    `How many times as fast as softmax attention a training step is (medians of rounds; the fastest sparse peer last): ${
      said.join("; ")
    }.`,
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
      `${data.name}: ${titles.get("qamaSelected10")} (${percent("qamaSelected10")}) is ${beside.join(" and ")}.`,
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

/** What to choose where sequences are long; null while there are no times beside softmax attention, or no row learned anything. */
export function longAdvice({ records, times }: LongEvidence): string | null {
  const [row, control] = ["qamaSelected10", CONTROLS[0]];
  const timed = times.filter((one) => ["mha", row, control].every((name) => relativeTime(one, name) !== null));
  const groups = groupsOf(records).filter((group) => runsOf(group, row).length > 0 && isLearned(group));
  if (timed.length === 0 || groups.length === 0) return null;
  const fast = (name: string) => timed.map((one) => relativeTime(one, name)!.speedUp.median.toFixed(1)).join(", ");
  const lengths = timed.map(({ tokens }) => tokens.toLocaleString("en-US")).join(", "), longest = timed.at(-1)!;
  const peer = fastestPeer(longest), titles = titlesAt(longest.tokens);
  const beside = peer === null
    ? ""
    : `; the fastest sparse peer there, ${titles.get(peer.row)}, ${peer.speedUp.toFixed(1)} times`;
  return `**Long sequences:** a tenth of the keys. A training step is ${
    fast(control)
  } times as fast as softmax attention's at ${lengths} tokens, there in ${
    memoryShare(longest, control).toFixed(3)
  } of the memory, if the largest fields choose, and ${fast(row)} times if a QUBO does${beside}. Right: ${
    groups.map(besideOthers).join("; ")
  }. ${choiceBetween(groups, row, control)} [Rows, times, memory](../long/README.md).`;
}

/** The sparse peer with the fastest step, and its speed over softmax attention's; null where none was timed. */
function fastestPeer(times: LongTimesRecord): { readonly row: string; readonly speedUp: number } | null {
  const timed = PEERS.flatMap((row) => {
    const found = relativeTime(times, row);
    return found === null ? [] : [{ row, speedUp: found.speedUp.median }];
  });
  return timed.toSorted((a, b) => b.speedUp - a.speedUp)[0] ?? null;
}

/** Accuracies of a tenth of the keys beside those of softmax attention and of every sparse peer that was trained. */
function besideOthers(group: readonly LongStudyRecord[]): string {
  const titles = titlesAt(group[0].tokens);
  const seeds = new Set(group.map(({ seed }) => seed)).size;
  const parts = ["qamaSelected10", CONTROLS[0], "mha", ...PEERS].flatMap((name) => {
    const found = runsOf(group, name);
    return found.length === 0 ? [] : [`${titles.get(name)} ${(100 * meanOf(accuraciesOf(found))).toFixed(1)}`];
  });
  return `${group[0].data.name}, ${seeds === 1 ? "one seed" : `${seeds} seeds`}, % (${parts.join(", ")})`;
}

function choiceBetween(groups: readonly (readonly LongStudyRecord[])[], row: string, control: string): string {
  const compared = groups.flatMap((group) => {
    const [own, other] = [row, control].map((name) => accuraciesOf(runsOf(group, name)));
    return other.length === 0 ? [] : [toldApart(own, other) ? Math.sign(meanOf(own) - meanOf(other)) : 0];
  });
  if (compared.length === 0) return "The largest fields were not trained yet.";
  const count = (sign: number) => compared.filter((one) => one === sign).length;
  return `Keys of the QUBO are told apart from the largest fields as better in ${count(1)} and as worse in ${
    count(-1)
  } of ${compared.length}: ${count(1) > 0 ? "solve it where it is better" : "nothing speaks for solving it yet"}.`;
}

function difference(own: readonly LongStudyRecord[], other: readonly LongStudyRecord[]): string {
  const [a, b] = [accuraciesOf(own), accuraciesOf(other)], found = seedDifferences(a, b);
  if (found.length === 0) return "with other seeds than";
  const points = `${withInterval(found)} points`;
  if (!toldApart(a, b)) return `not told apart (${points}) from`;
  return `${points} ${meanInterval(found).mean > 0 ? "above" : "below"}`;
}

function aboveChance(runs: readonly SeedAccuracy[], chance: number): boolean {
  if (runs.length === 1) return overItems(runs[0])[0] > chance;
  const { mean, halfWidth } = meanInterval(runs.map(({ accuracy }) => accuracy));
  return mean - halfWidth! > chance;
}

function meanOf(runs: readonly SeedAccuracy[]): number {
  return meanInterval(runs.map(({ accuracy }) => accuracy)).mean;
}
