import { meanInterval } from "../analysis/mod.ts";
import { accuraciesOf, overItems, pairsOf, type SeedAccuracy, toldApart } from "./_seed_accuracies.ts";
import { type LongStudyRecord, otherWays } from "./long_study_record.ts";
import { longStudyRows } from "./long_study_rows.ts";

/** Rows whose keys a QUBO chooses: a tenth of them first, which stands for others that do as well. */
export const CHOSEN = ["qamaSelected10", "qamaSelected5", "qamaSelected20", "qamaNear10"];
/** A tenth of the keys by a QUBO, by one without couplings, and by one without the learned positional field. */
export const TENTH = "qamaSelected10",
  NO_COUPLINGS = "qamaSelectedNoCouplings10",
  NO_POSITIONS = "qamaSelectedNoPositions10";
/** Every query reads the mean of all values; the largest fields, without the learned positional field. */
export const UNIFORM = "uniform", BARE_FIELDS = "topFieldNoPositions10";
/** Rows with the same readout and as many keys as `qamaSelected10`: two that solve nothing, and one whose QUBO has no couplings. */
export const CONTROLS = ["selectedTopField10", "selectedFixed10", NO_COUPLINGS];
/** A tenth of the keys for each block of queries and a neighbour, by a QUBO and by the largest fields. */
export const NEAR = ["qamaNear10", "nearTopField10"];
/** Boltzmann attention, with couplings and without. */
export const BOLTZMANN = ["boltzmann", "boltzmannApart"];
/** The sparse peers. */
export const PEERS = ["longformer", "bigbird", "linformer", "performer", "reformer"];

/** Records that can be compared: of one data set, length, number of sequences and of epochs, and step size. */
export function groupsOf(records: readonly LongStudyRecord[]): LongStudyRecord[][] {
  const key = ({ task, tokens, data, options }: LongStudyRecord) =>
    `${task} ${String(tokens).padStart(9)} ${data.train} ${String(options.epochs).padStart(6)} ${options.learningRate}`;
  return [...Map.groupBy(records, key)].sort(([a], [b]) => a < b ? -1 : 1).map(([, group]) => group);
}

/** A data set without its brackets, with what is other than in most trainings. */
export function taskOf(group: readonly LongStudyRecord[]): string {
  return `${group[0].data.name.split(" (")[0]}${otherThanMost(group)}`;
}

/** A data set as its records name it, with what is other than in most trainings. */
export function nameOf(group: readonly LongStudyRecord[]): string {
  return `${group[0].data.name}${otherThanMost(group)}`;
}

function otherThanMost([{ options }]: readonly LongStudyRecord[]): string {
  return otherWays(options).map((way) => `, ${way}`).join("");
}

/** The runs of a row. */
export function runsOf(group: readonly LongStudyRecord[], row: string): LongStudyRecord[] {
  return group.filter((record) => record.row === row);
}

/** How many rows groups have, and how many of them were trained with one seed. */
export function countedRows(groups: readonly (readonly LongStudyRecord[])[]): { all: number; alone: number } {
  const rows = groups.flatMap((group) => [...Map.groupBy(group, ({ row }) => row).values()]);
  return { all: rows.length, alone: rows.filter(({ length }) => length === 1).length };
}

/** What tables call each row. */
export function titlesAt(tokens: number): ReadonlyMap<string, string> {
  return new Map(longStudyRows(tokens, 1).map(({ row, title }) => [row, title]));
}

/** Whether some row of a group is above chance. */
export function isLearned(group: readonly LongStudyRecord[]): boolean {
  const rows = [...new Set(group.map(({ row }) => row))];
  return rows.some((row) => aboveChance(accuraciesOf(runsOf(group, row)), 1 / group[0].data.classes));
}

/** Whether attention of some kind helps: some row is above chance, and one is told apart above no attention where that was trained. */
export function isHelped(group: readonly LongStudyRecord[]): boolean {
  const learned = isLearned(group);
  return runsOf(group, "none").length === 0 ? learned : learned && isAnyAbove(group, "none");
}

/** Whether some other row of a group is told apart above a row. */
export function isAnyAbove(group: readonly LongStudyRecord[], row: string): boolean {
  const own = runsOf(group, row), others = [...new Set(group.map(({ row }) => row))].filter((other) => other !== row);
  return others.some((other) => isAbove(runsOf(group, other), own));
}

/** Whose sequences are not all as long as the group says: times of full length are not theirs. */
const RAGGED = "imdbBytes";

/** Whether texts of a group end before the length that it says. */
export function isRagged([{ task }]: readonly LongStudyRecord[]): boolean {
  return task === RAGGED;
}

/** Whether runs are told apart above others: over the seeds that both have, where there are some. */
export function isAbove(runs: readonly LongStudyRecord[], others: readonly LongStudyRecord[]): boolean {
  const [a, b] = [accuraciesOf(runs), accuraciesOf(others)], pairs = pairsOf(a, b);
  const [own, beside] = pairs.length === 0 ? [a, b] : [pairs.map(([run]) => run), pairs.map(([, run]) => run)];
  return meanOf(own) > meanOf(beside) && toldApart(a, b);
}

/** Whether some run of a row is above chance, by its Wilson interval over the test items: one seed may learn what another does not. */
export function aboveChance(runs: readonly SeedAccuracy[], chance: number): boolean {
  return runs.some((run) => overItems(run)[0] > chance);
}

/** Accuracies of a row in %, by seed: `50.0/100.0/100.0`, or one number where all are equal. */
export function percentOf(runs: readonly LongStudyRecord[], unit = ""): string {
  return `${bySeed(accuraciesOf(runs).map(({ accuracy }) => (100 * accuracy).toFixed(1)))}${unit}`;
}

/** What stands for several seeds, one after the other: `100.0/50.0 ×4` where three or more in a row are the same, once where all are. */
export function bySeed(values: readonly string[]): string {
  if (new Set(values).size === 1) return values[0];
  const parts: string[] = [];
  for (let from = 0, end = 0; from < values.length; from = end) {
    while (end < values.length && values[end] === values[from]) end++;
    if (end - from >= 3) parts.push(`${values[from]} ×${end - from}`);
    else parts.push(...values.slice(from, end));
  }
  return parts.join("/");
}

export function meanOf(runs: readonly SeedAccuracy[]): number {
  return meanInterval(runs.map(({ accuracy }) => accuracy)).mean;
}
