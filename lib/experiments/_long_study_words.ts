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

/** Processor time of training a row, ms a sequence. */
export type StepClock = (records: readonly LongStudyRecord[]) => number;

/** The clock of times that were taken in turn, and of the trainings themselves for rows that were not, or without any. */
export function stepClock(times?: LongTimesRecord): StepClock {
  return (records) =>
    (times && relativeTime(times, records[0].row)?.medianMs) ??
      meanInterval(records.map(({ clocks, data, options }) => clocks.processorMs / (data.train * options.epochs))).mean;
}

/** What times say of a tenth of the keys chosen by a QUBO and by the largest fields, and of the fastest sparse peer; nothing without softmax attention. */
export function longTimesWords(times: readonly LongTimesRecord[]): string[] {
  const timed = times.filter(({ rows }) => rows.some(({ row }) => row === "mha")), longest = timed.at(-1);
  if (longest === undefined) return [];
  const titles = new Map(longStudyRows(longest.tokens, 1).map(({ row, title }) => [row, title]));
  const speedUp = (times: LongTimesRecord, row: string) => relativeTime(times, row)?.speedUp.median ?? NaN;
  const peer = PEERS.filter((row) => relativeTime(longest, row) !== null)
    .toSorted((a, b) => speedUp(longest, b) - speedUp(longest, a)).slice(0, 1);
  const said = ["qamaSelected10", CONTROLS[0], ...peer].flatMap((row) => {
    const own = timed.filter((one) => relativeTime(one, row) !== null);
    if (own.length === 0) return [];
    const fast = own.map((one) => `${speedUp(one, row).toFixed(1)} at ${one.tokens.toLocaleString("en-US")} tokens`);
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
export function longStudyWords(group: readonly LongStudyRecord[], clock: StepClock = stepClock()): string[] {
  const [{ data, tokens }] = group;
  const titles = new Map(longStudyRows(tokens, 1).map(({ row, title }) => [row, title]));
  const of = (row: string) => group.filter((record) => record.row === row);
  const percent = (row: string) => `${(100 * meanOf(accuraciesOf(of(row)))).toFixed(1)} %`;
  const chance = 1 / data.classes;
  const learned = [...new Set(group.map(({ row }) => row))].filter((row) => aboveChance(accuraciesOf(of(row)), chance));
  if (learned.length === 0) {
    return [
      `${data.name}: no row is told apart from chance (${
        (100 * chance).toFixed(0)
      } %): nothing is learned about choosing keys.`,
    ];
  }
  const words: string[] = [];
  const best = CHOSEN.filter((row) => of(row).length > 0)
    .toSorted((a, b) => meanOf(accuraciesOf(of(b))) - meanOf(accuraciesOf(of(a))))[0];
  if (best === undefined || of("mha").length === 0) return words;
  const [own, softmax] = [of(best), of("mha")];
  const memory = own[0].attentionBytes / softmax[0].attentionBytes;
  words.push(
    `${data.name}: ${titles.get(best)} reaches ${percent(best)}, ${difference(own, softmax)} softmax attention (${
      percent("mha")
    }), in ${(clock(own) / clock(softmax)).toFixed(2)} of its processor time and ${
      memory.toFixed(2)
    } of its memory; without attention ${of("none").length === 0 ? "was not trained" : percent("none")}.`,
  );
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

/** What to choose where sequences are long; null while there are no times, or no training of the row. */
export function longAdvice({ records, times }: LongEvidence): string | null {
  const [row, control] = ["qamaSelected10", CONTROLS[0]],
    timed = times.filter((one) => relativeTime(one, row) !== null);
  const groups = groupsOf(records).flatMap((group) => {
    const own = group.filter((record) => record.row === row), chance = 1 / group[0].data.classes;
    return own.length > 0 && aboveChance(accuraciesOf(own), chance) ? [{ group, own }] : [];
  });
  if (timed.length === 0 || groups.length === 0) return null;
  const speed = timed.map((one) =>
    `${relativeTime(one, row)!.speedUp.median.toFixed(1)} times as fast in ${
      memoryShare(one, row).toFixed(3)
    } of the memory at ${one.tokens.toLocaleString("en-US")} tokens`
  );
  const accuracies = groups.map(({ group, own }) => {
    const titles = new Map(longStudyRows(group[0].tokens, 1).map(({ row, title }) => [row, title]));
    const percent = (records: readonly LongStudyRecord[]) => `${(100 * meanOf(accuraciesOf(records))).toFixed(1)} %`;
    const others = ["mha", control, ...PEERS].flatMap((name) => {
      const found = group.filter((record) => record.row === name);
      return found.length === 0 ? [] : [{ name, found, mean: meanOf(accuraciesOf(found)) }];
    });
    const peer = others.filter(({ name }) => PEERS.includes(name)).toSorted((a, b) => b.mean - a.mean)[0];
    const beside = others.filter(({ name }) => !PEERS.includes(name) || name === peer?.name)
      .map(({ name, found }) => `${titles.get(name)} ${percent(found)}`);
    return `${group[0].data.name} ${percent(own)} (${beside.join(", ")})`;
  });
  const compared = groups.flatMap(({ group, own }) => {
    const other = group.filter((record) => record.row === control), [a, b] = [own, other].map(accuraciesOf);
    return other.length === 0 ? [] : [toldApart(a, b) && meanOf(a) > meanOf(b)];
  });
  const above = compared.filter((one) => one).length;
  return `**Long sequences:** selected softmax with a tenth of the keys; against softmax attention a training step is ${
    speed.join(", ")
  }. Right, the best sparse peer last: ${
    accuracies.join("; ")
  }. Keys of the QUBO are shown to be better than the largest fields in ${above} of ${compared.length}: ${
    above === 0 ? "take the largest fields, and solve nothing" : "solve it where that is so"
  }. [Rows, times, memory](../long/README.md).`;
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
