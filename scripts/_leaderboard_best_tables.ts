import { lineChart } from "../lib/display/mod.ts";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { sizeClass } from "./_leaderboard_instances.ts";
import {
  columnsOf,
  digits,
  failureNotes,
  type FoundRecord,
  gapPercent,
  mean,
  median,
  type RenderedSection,
  type Verdict,
  withResult,
} from "./_leaderboard_report.ts";
import type { CellRecord } from "./_leaderboard_types.ts";

const MOST_LINES = 8;

function isOurs(contestant: string): boolean {
  return CONTESTANTS.get(contestant)?.program === "qama";
}

/** A contestant with what it was asked to do. */
function entryOf({ cell }: CellRecord): string {
  const sized = CONTESTANTS.get(cell.contestant)?.lengthOption !== undefined;
  if (!sized) return cell.contestant;
  return `${cell.contestant}, ${cell.length === null ? "one read" : `restarts of ${cell.length}`}`;
}

/** The section of mean cuts at equal time: a row an entry, a column a size class. */
export function equalTimeSection(records: readonly CellRecord[]): RenderedSection {
  const found = withResult(records);
  const sizes = [...Map.groupBy(found, ({ found }) => sizeClass(found.n))]
    .sort(([, a], [, b]) => a[0].found.n - b[0].found.n)
    .map(([group, rows]) => ({ group, rows, graphs: new Set(rows.map(({ cell }) => cell.instance)) }));
  const entries = [...new Set(found.map(entryOf))];
  // a mean counts only over all graphs of the class
  const cut = new Map<string, (number | undefined)[]>(entries.map((entry) => [
    entry,
    sizes.map(({ rows, graphs }) => {
      const own = rows.filter((row) => entryOf(row) === entry);
      return own.length === graphs.size ? mean(own.map(({ found }) => -found.bestEnergy)) : undefined;
    }),
  ]));
  const known = sizes.map(({ rows, graphs }) =>
    mean([...graphs].map((graph) => -(rows.find(({ cell }) => cell.instance === graph)?.found.best ?? NaN)))
  );
  const gaps = entries.map((entry) => ({
    entry,
    values: (cut.get(entry) ?? []).map((value, s) =>
      value === undefined ? NaN : 100 * (known[s] - value) / Math.abs(known[s])
    ),
  })).toSorted((a, b) => total(a.values) - total(b.values));
  const cell = (value: number | undefined, gap: number) =>
    value === undefined ? "-" : `${value.toFixed(1)} (${gap.toFixed(3)} %)`;
  const rows = [
    ["best known", ...known.map((value) => value.toFixed(1))],
    ...gaps.map(({ entry, values }) => [entry, ...(cut.get(entry) ?? []).map((value, s) => cell(value, values[s]))]),
  ];
  const title = "Mean gap to the best known cut by size class";
  const drawn = gaps.filter(({ values }) => values.some(Number.isFinite)).slice(0, MOST_LINES);
  const x = sizes.map(({ group }) => group.replace("G-set n = ", ""));
  const shown = drawn.length === 0 ? [] : [{
    file: "gset_gap.svg",
    alt: title,
    shown: lineChart(drawn.map(({ entry, values }) => ({ label: entry, values })), {
      title,
      x,
      xLabel: "vertices",
      yLabel: "gap, % of the cut",
    }),
  }];
  return {
    tables: sizes.length === 0 ? [] : [{
      caption: "Mean cut, and in brackets its gap to the mean of the best known cuts",
      columns: columnsOf("sampler", ...sizes.map(({ group, graphs }) => `${group} (${graphs.size})`)),
      rows,
    }],
    figures: shown,
    verdicts: equalTimeVerdicts(entries, cut, sizes.map(({ group }) => group)),
    notes: [
      ...failureNotes(records),
      ...overruns(found),
      ...(gaps.length > MOST_LINES ? [`The figure shows the ${MOST_LINES} entries of smallest gap.`] : []),
    ],
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + (Number.isFinite(value) ? value : 100), 0);
}

function equalTimeVerdicts(
  entries: readonly string[],
  cut: ReadonlyMap<string, readonly (number | undefined)[]>,
  groups: readonly string[],
): Verdict[] {
  const some = "G-set at equal time: in every size class a sampler of ours with a mean cut no worse than every peer's";
  const one = "G-set at equal time: one and the same sampler of ours no worse than every peer in every size class";
  const sampler = (entry: string) => entry.split(", restarts")[0].split(", one read")[0];
  const ours = entries.filter((entry) => isOurs(sampler(entry)));
  const peers = entries.filter((entry) => !isOurs(sampler(entry)));
  if (ours.length === 0 || peers.length === 0) {
    return [some, one].map((wanted) => ({ wanted, measured: "-", state: "not measured" }));
  }
  const against = `; against ${[...new Set(peers.map(sampler))].join(", ")}`;
  const cutOf = (entry: string, s: number) => cut.get(entry)?.[s] ?? -Infinity;
  const lostBy = (entry: string) =>
    groups.filter((_, s) => cutOf(entry, s) < Math.max(...peers.map((peer) => cutOf(peer, s))));
  const ranked = ours.map((entry) => ({ entry, classes: lostBy(entry) }))
    .sort((a, b) => a.classes.length - b.classes.length);
  // each class goes to the first of the ranking that holds it
  const holders = groups.map((group) => ranked.find(({ classes }) => !classes.includes(group))?.entry);
  const shares = [...Map.groupBy(groups, (_, s) => holders[s])]
    .map(([entry, held]) => `${entry ?? "none"}: ${held.map((group) => group.replace("G-set ", "")).join(", ")}`);
  const [best] = ranked;
  const missed = best.classes.length === 0 ? "" : `, but not in ${best.classes.join(", ")}`;
  return [
    { wanted: some, measured: shares.join("; ") + against, state: holders.includes(undefined) ? "missed" : "reached" },
    { wanted: one, measured: best.entry + missed + against, state: best.classes.length === 0 ? "reached" : "missed" },
  ];
}

function overruns(found: readonly FoundRecord[]): string[] {
  const worst = new Map<string, number>();
  for (const { cell, found: { clocks } } of found) {
    const over = clocks.callMs / (cell.timeLimitMs ?? Infinity);
    if (over > Math.max(1.05, worst.get(cell.contestant) ?? 0)) worst.set(cell.contestant, over);
  }
  return worst.size === 0 ? [] : [
    "Some calls cannot be stopped and ended late; what they found counts: " +
    `${[...worst].map(([name, over]) => `${name} up to ${digits(over)} times the time`).join(", ")}.`,
  ];
}

/** A section of times to the best known energy: a row a contestant, and a table a contestant against the instances. */
export function toBestSection(records: readonly CellRecord[], wanted: string, everySampler: boolean): RenderedSection {
  const found = withResult(records);
  if (found.length === 0) {
    return {
      tables: [],
      figures: [],
      verdicts: [{ wanted, measured: "-", state: "not measured" }],
      notes: failureNotes(records),
    };
  }
  const instances = [...Map.groupBy(found, ({ cell }) => cell.instance)];
  const summary = [...Map.groupBy(found, ({ cell }) => cell.contestant)].map(([name, runs]) => {
    const times = runs.map(({ found }) => found.reachedMs ?? Infinity);
    const solved = new Set(runs.filter(({ found }) => reached(found)).map(({ cell }) => cell.instance));
    const missed = instances.map(([instance]) => instance).filter((instance) => !solved.has(instance));
    return {
      name,
      runs,
      times,
      missed,
      count: runs.filter(({ found }) => reached(found)).length,
      gap: mean(runs.map(gapPercent)),
    };
  }).sort((a, b) => a.missed.length - b.missed.length || median(a.times) - median(b.times));
  const limit = `> ${digits((found[0].cell.timeLimitMs ?? NaN) / 1000)}`;
  const seconds = (ms: number) => Number.isFinite(ms) ? digits(ms / 1000) : limit;
  const names = summary.map(({ name }) => name);
  const judged = summary.filter(({ name }) => isOurs(name)).slice(0, everySampler ? undefined : 1);
  const verdict: Verdict = judged.length === 0 ? { wanted, measured: "-", state: "not measured" } : {
    wanted,
    measured: judged.map(({ name, missed }) =>
      `${name} ${instances.length - missed.length} of ${instances.length}${
        missed.length > 0 ? `, not ${missed.join(", ")}` : ""
      }`
    ).join("; "),
    state: judged.every(({ missed }) => missed.length === 0) ? "reached" : "missed",
  };
  return {
    tables: [{
      columns: columnsOf(
        "sampler",
        "instances reached",
        "runs reached",
        "median s a run",
        "longest s reached",
        "mean gap, %",
      ),
      rows: summary.map(({ name, runs, times, missed, count, gap }) => [
        name,
        `${instances.length - missed.length} of ${instances.length}`,
        `${count} of ${runs.length}`,
        seconds(median(times)),
        count === 0 ? "-" : seconds(Math.max(...times.filter(Number.isFinite))),
        gap.toFixed(4),
      ]),
    }, {
      caption:
        "Each instance: runs that reached the best known energy, and their median time in s; or the smallest gap",
      columns: columnsOf("instance", "n", ...names),
      rows: instances.map(([instance, ofInstance]) => [
        instance,
        String(ofInstance[0].found.n),
        ...names.map((name) => entry(ofInstance.filter(({ cell }) => cell.contestant === name))),
      ]),
    }],
    figures: [],
    verdicts: [verdict],
    notes: failureNotes(records),
  };
}

function reached(found: FoundRecord["found"]): boolean {
  return found.reachedMs !== null && found.reachedMs !== undefined;
}

function entry(runs: readonly FoundRecord[]): string {
  if (runs.length === 0) return "-";
  const good = runs.filter(({ found }) => reached(found));
  if (good.length === 0) return `0/${runs.length}, gap ${Math.min(...runs.map(gapPercent)).toFixed(3)} %`;
  return `${good.length}/${runs.length}, ${
    digits(median(good.map(({ found }) => found.reachedMs ?? Infinity)) / 1000)
  }`;
}
