import { HEADLINE, REFERENCE } from "./_leaderboard_contestants.ts";
import {
  columnsOf,
  digits,
  failureNotes,
  type FoundRecord,
  median,
  type RenderedSection,
  type Verdict,
  withResult,
} from "./_leaderboard_report.ts";
import type { CellRecord } from "./_leaderboard_types.ts";

const WANTED_DENSE = 8;
const WANTED_SPARSE = 1;
const WANTED_WORKERS = 1.9;
const DENSE_FROM = 0.25;
const LARGE = 1000;

/** The section of spin updates per second: a row an instance, a column a contestant. */
export function rateSection(records: readonly CellRecord[]): RenderedSection {
  const found = withResult(records);
  const names = [...new Set(found.map(({ cell }) => cell.contestant))].sort((a, b) => order(a) - order(b));
  const ratios: { dense: number[]; sparse: number[] } = { dense: [], sparse: [] };
  const rows = [...Map.groupBy(found, ({ cell }) => cell.instance)].map(([instance, ofInstance]) => {
    const { n, terms } = ofInstance[0].found;
    const rates = new Map(names.map((name) => [
      name,
      ofInstance.filter(({ cell }) => cell.contestant === name).map(updatesPerNs),
    ]));
    const ratio = median(rates.get(HEADLINE) ?? []) / median(rates.get(REFERENCE) ?? []);
    const dense = terms >= DENSE_FROM * n * (n - 1) / 2;
    if (Number.isFinite(ratio) && (!dense || n >= LARGE)) ratios[dense ? "dense" : "sparse"].push(ratio);
    return [
      instance,
      String(n),
      digits(2 * terms / n),
      ...names.map((name) => spread(rates.get(name) ?? [])),
      digits(ratio),
    ];
  });
  const kernels = [...Map.groupBy(found.filter(({ found }) => found.kernel !== undefined), ({ found }) => found.kernel)]
    .map(([kernel, rows]) => `${kernel}: ${[...new Set(rows.map(({ cell }) => cell.instance))].join(", ")}`);
  return {
    tables: rows.length === 0 ? [] : [{
      caption: "Spin updates per nanosecond: the median over the repetitions, with the lowest and the highest",
      columns: columnsOf("model", "n", "mean degree", ...names, `${HEADLINE} / ${REFERENCE}`),
      rows,
    }],
    figures: [],
    verdicts: [
      verdict("Dense n = 2,000", ratios.dense, WANTED_DENSE),
      verdict("Sparse G-set graphs", ratios.sparse, WANTED_SPARSE),
    ],
    notes: [...failureNotes(records), ...(kernels.length > 0 ? [`Loops of ours: ${kernels.join("; ")}.`] : [])],
  };
}

function order(name: string): number {
  return name === HEADLINE ? 0 : name === REFERENCE ? 1 : 2;
}

function updatesPerNs({ found }: FoundRecord): number {
  return found.n * (found.length ?? 0) * found.reads / ((found.clocks.annealMs ?? found.clocks.callMs) * 1e6);
}

function spread(values: readonly number[]): string {
  if (values.length === 0) return "-";
  if (values.length === 1) return digits(values[0]);
  return `${digits(median(values))} (${digits(Math.min(...values))} - ${digits(Math.max(...values))})`;
}

function verdict(what: string, ratios: readonly number[], wanted: number): Verdict {
  const text = `${what}: at least ${wanted} times the spin updates per second of ${REFERENCE}`;
  if (ratios.length === 0) return { wanted: text, measured: "-", state: "not measured" };
  const least = Math.min(...ratios);
  const measured = ratios.length === 1
    ? `${digits(least)} times`
    : `${digits(least)} to ${digits(Math.max(...ratios))} times`;
  return { wanted: text, measured, state: least >= wanted ? "reached" : "missed" };
}

/** The section of worker threads: a row a model, reads per second on one and on two. */
export function workersSection(records: readonly CellRecord[]): RenderedSection {
  const found = withResult(records);
  const perSecond = ({ found }: FoundRecord) => 1000 * found.reads / found.clocks.callMs;
  const ratios: number[] = [];
  const rows = [...Map.groupBy(found, ({ cell }) => cell.instance)].map(([instance, ofInstance]) => {
    const [one, two] = [1, 2].map((workers) =>
      ofInstance.filter(({ cell }) => cell.numWorkers === workers).map(perSecond)
    );
    const ratio = median(two) / median(one);
    if (Number.isFinite(ratio)) ratios.push(ratio);
    return [instance, spread(one), spread(two), digits(ratio)];
  });
  const text = `Two workers: at least ${WANTED_WORKERS} times the reads per second of one`;
  const least = Math.min(...ratios);
  const verdict: Verdict = ratios.length === 0 ? { wanted: text, measured: "-", state: "not measured" } : {
    wanted: text,
    measured: `${digits(least)} to ${digits(Math.max(...ratios))} times`,
    state: least >= WANTED_WORKERS ? "reached" : "missed",
  };
  return {
    tables: rows.length === 0 ? [] : [{
      caption: "Reads per second: the median over the repetitions, with the lowest and the highest",
      columns: columnsOf("model", "one worker", "two workers", "ratio"),
      rows,
    }],
    figures: [],
    verdicts: [verdict],
    notes: failureNotes(records),
  };
}
