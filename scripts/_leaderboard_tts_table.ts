import { type QuantileTimeToSolution, quantileTimeToSolution } from "../lib/analysis/mod.ts";
import { lineChart } from "../lib/display/mod.ts";
import { HEADLINE, REFERENCE } from "./_leaderboard_contestants.ts";
import {
  columnsOf,
  digits,
  failureNotes,
  type FoundRecord,
  mean,
  type RenderedSection,
  type Verdict,
  withResult,
} from "./_leaderboard_report.ts";
import type { CellRecord } from "./_leaderboard_types.ts";

const REPLICATES = 2000;
const MOST_LINES = 8;
const WANTED_RATIO = 1 / 3;

interface Measured {
  readonly name: string;
  readonly instances: readonly string[];
  /** By the library's own account of its reads where it gives one, by the wall time of the call otherwise. */
  readonly anneal: QuantileTimeToSolution;
  readonly ownAccount: boolean;
  readonly call: QuantileTimeToSolution;
  readonly successAtBest: number;
}

/** The section of times to solution: a row a contestant, a curve over the lengths of a read. */
export function ttsSection(records: readonly CellRecord[]): RenderedSection {
  const found = withResult(records).filter((record) => record.found.successes !== undefined);
  const measured = [...Map.groupBy(found, ({ cell }) => cell.contestant)].flatMap(([name, rows]) =>
    measure(name, rows)
  );
  const notes = failureNotes(records);
  if (measured.length === 0) return { tables: [], figures: [], verdicts: [unmeasured()], notes };
  const reference = measured.find(({ name }) => name === REFERENCE);
  const ranked = measured.toSorted((a, b) => a.anneal.valueMs - b.anneal.valueMs);
  const rows = ranked.map(({ name, anneal, call, successAtBest, instances }) => [
    name,
    bound(anneal),
    `${digits(anneal.lowMs)} - ${digits(anneal.highMs)}`,
    `${anneal.runLength}${anneal.atEnd === null ? "" : ` (${anneal.atEnd} tried)`}`,
    digits(successAtBest),
    bound(call),
    ratio({ anneal, instances }, reference).text,
    String(instances.length),
  ]);
  for (const { name, anneal } of ranked) {
    if (anneal.atEnd === "shortest" || anneal.atEnd === "longest") {
      notes.push(
        `${name}: the best length of a read is the ${anneal.atEnd} tried, so its time is an upper bound of the optimum.`,
      );
    }
  }
  const own = measured.filter(({ ownAccount }) => !ownAccount).map(({ name }) => name);
  if (own.length > 0) {
    notes.push(`${own.join(", ")}: the library does not time its reads; the wall time of the call stands for it.`);
  }
  const ours = measured.find(({ name }) => name === HEADLINE);
  return {
    tables: [{
      columns: columnsOf(
        "sampler",
        "median TTS99, ms",
        "95 % interval",
        "sweeps or steps",
        "mean success",
        "by the call's wall time, ms",
        `ratio to ${REFERENCE}`,
        "instances",
      ),
      rows,
    }],
    figures: [figure(ranked)],
    verdicts: [ours === undefined || reference === undefined ? unmeasured() : verdict(ours, reference)],
    notes,
  };
}

function measure(name: string, rows: readonly FoundRecord[]): Measured[] {
  const byInstance = Map.groupBy(rows, ({ cell }) => cell.instance);
  const lengthsOf = (records: readonly FoundRecord[]) => new Set(records.map(({ cell }) => cell.length ?? 0));
  // what was not measured on every instance yet cannot be compared
  const common = [...byInstance.values()].map(lengthsOf).reduce((a, b) => a.intersection(b));
  if (common.size === 0) return [];
  const instances = [...byInstance.keys()].sort();
  const ownAccount = rows.every(({ found }) => found.clocks.annealMs !== null);
  const quantile = (time: (record: FoundRecord) => number) =>
    quantileTimeToSolution(
      instances.map((instance) =>
        (byInstance.get(instance) ?? []).filter(({ cell }) => common.has(cell.length ?? 0)).map((record) => ({
          runLength: record.cell.length ?? 0,
          runTimeMs: time(record) / record.found.reads,
          successes: record.found.successes ?? 0,
          trials: record.found.reads,
        }))
      ),
      { replicates: REPLICATES },
    );
  const anneal = quantile(({ found }) => ownAccount ? found.clocks.annealMs ?? NaN : found.clocks.callMs);
  const atBest = rows.filter(({ cell }) => cell.length === anneal.runLength);
  return [{
    name,
    instances,
    anneal,
    ownAccount,
    call: quantile(({ found }) => found.clocks.callMs),
    successAtBest: mean(atBest.map(({ found }) => (found.successes ?? 0) / found.reads)),
  }];
}

/** A ratio with its interval: replicate by replicate, over the same resampled instances. */
function ratio(
  of: Pick<Measured, "anneal" | "instances">,
  reference: Measured | undefined,
): { value: number; text: string } {
  if (reference === undefined || reference.instances.join() !== of.instances.join()) return { value: NaN, text: "-" };
  const value = of.anneal.valueMs / reference.anneal.valueMs;
  if (of.anneal.censored || reference.anneal.censored) return { value: NaN, text: "-" };
  const each = of.anneal.replicates.map((ms, r) => ms / reference.anneal.replicates[r]).sort();
  const at = (share: number) => digits(each[Math.round(share * (each.length - 1))]);
  return { value, text: `${digits(value)} (${at(0.025)} - ${at(0.975)})` };
}

function bound({ valueMs, censored }: QuantileTimeToSolution): string {
  return censored ? `> ${digits(valueMs)}` : digits(valueMs);
}

function verdict(ours: Measured, reference: Measured): Verdict {
  const { value, text } = ratio(ours, reference);
  if (!Number.isFinite(value)) return unmeasured();
  return { wanted: wanted(), measured: `${text} of its time`, state: value <= WANTED_RATIO ? "reached" : "missed" };
}

function wanted(): string {
  return `SK n = 100: median optimal TTS99 of ${HEADLINE} at most 1/3 of ${REFERENCE}`;
}

function unmeasured(): Verdict {
  return { wanted: wanted(), measured: "-", state: "not measured" };
}

function figure(ranked: readonly Measured[]): RenderedSection["figures"][number] {
  const x = [...new Set(ranked.flatMap(({ anneal }) => anneal.curve.map(({ runLength }) => runLength)))].sort((a, b) =>
    a - b
  );
  const series = ranked.slice(0, MOST_LINES).map(({ name, anneal }) => {
    const values = new Map(
      anneal.curve.map((point) => [point.runLength, point.censored ? NaN : Math.log10(point.valueMs)]),
    );
    return { label: name, values: x.map((length) => values.get(length) ?? NaN) };
  }).filter(({ values }) => values.some(Number.isFinite));
  const title = "Median time to solution against the length of a read, SK n = 100";
  const shown = lineChart(series, { title, x, xLabel: "sweeps or steps a read", yLabel: "log10(TTS99 / ms)" });
  return { file: "sk_tts.svg", alt: title, shown };
}
