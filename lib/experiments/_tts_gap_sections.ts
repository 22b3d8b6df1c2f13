import { timeToSolutionQuantiles } from "../analysis/mod.ts";
import { type Column, type ReportSection, scatterChart, scatterLegend, type ScatterPanel } from "../display/mod.ts";
import { type BoundCheck, boundPanel, gapPanel } from "./_tts_gap_charts.ts";
import { familySlot, familyTitle, type GapKind, gapKinds, type SolutionCost } from "./_tts_gap_kinds.ts";
import {
  brief,
  chanceSentence,
  counted,
  exponentText,
  gapSentences,
  listed,
  notFoundNotes,
  readingOf,
  rhoText,
} from "./_tts_gap_words.ts";
import {
  alikeRho,
  competing,
  costedTrials,
  plainMedian,
  rhoOf,
  solverNames,
  type TtsGapCell,
  type TtsGapTime,
} from "./tts_gap_analysis.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";

const right = (title: string): Column => ({ title, align: "right" });

/** The label of every axis of times. */
export const TIME_AXIS = "TTS99, spin updates";

/** What was found, in sentences and one table: rank correlation of every solver with every gap. */
export function foundSection(cells: readonly TtsGapCell[]): ReportSection {
  const kinds = kindsOf(cells);
  const solvers = [...new Set(cells.map(({ solver }) => solver))];
  const find = (solver: string, kind: GapKind) => cells.find((cell) => cell.solver === solver && cell.kind === kind);
  return {
    title: "What was found",
    paragraphs: [...gapSentences(cells), chanceSentence(cells)],
    tables: [{
      caption: "Spearman's rho [95 % interval] of gap and time to solution, over all instances",
      columns: [{ title: "solver" }, ...kinds.map((kind) => right(gapKinds[kind].title))],
      rows: solvers.map((solver) => [solver, ...kinds.map((kind) => rhoText(find(solver, kind)?.rho ?? null))]),
    }],
    reading:
      "Time to solution: spin updates until a ground state was seen with probability 0.99, at the best of the run lengths tried, " +
      "chosen for each instance; a decision about one spin of one replica is an update. Gap: of a chain at a fixed beta for a " +
      "solver at that beta, else the smallest over the betas of the schedule; of the transverse field in units of the field that a random state has. " +
      "Rho is negative where a smaller gap takes longer. Instances that no run solved " +
      "count as slower than their bound, none is left out. The intervals are bootstrap intervals over instances.",
  };
}

/** The gaps that some cell has, in their order. */
export function kindsOf(cells: readonly TtsGapCell[]): GapKind[] {
  return (Object.keys(gapKinds) as GapKind[]).filter((kind) => cells.some((cell) => cell.kind === kind));
}

/** The figure: every solver against every gap, a part a gap, each with its table. */
export function gapSections(cells: readonly TtsGapCell[]): ReportSection[] {
  const panels = cells.map((cell) => gapPanel(cell, TIME_AXIS));
  const legend = legendOf(panels);
  const parts = kindsOf(cells).map((kind): ReportSection => {
    const ofKind = cells.filter((cell) => cell.kind === kind);
    return {
      title: `Against the gap of the ${gapKinds[kind].title}`,
      level: 3,
      figures: ofKind.map((cell) => scatterChart(...withoutLegend(gapPanel(cell, TIME_AXIS)))),
      tables: [{
        caption: `${gapKinds[kind].title}: rank correlation rho, and k of TTS ~ gap^-k, with 95 % intervals`,
        columns: [
          ...[{ title: "solver" }, right("rho"), right("k"), right("instances"), right("not solved")],
          ...[right("best length 1"), right("best at an end"), right("left out"), { title: "reading" }],
        ],
        rows: ofKind.map((cell) => [
          ...[cell.solver, rhoText(cell.rho), exponentText(cell.exponent), String(cell.points.length)],
          ...[String(cell.censored), String(cell.leastBest), String(cell.atEnd), String(cell.leftOut), readingOf(cell)],
        ]),
      }],
    };
  });
  return [{ title: "Time to solution against gap", paragraphs: endSentences(cells), figures: [legend] }, ...parts];
}

/** Whether the optimum over run lengths is one: of each solver by the gap that most of its instances have. */
function endSentences(cells: readonly TtsGapCell[]): string[] {
  const widest = [...Map.groupBy(cells, ({ solver }) => solver).values()].map((ofSolver) =>
    ofSolver.reduce((a, b) => b.points.length > a.points.length ? b : a)
  );
  const atEnd = widest.filter((cell) => cell.atEnd > 0);
  const least = widest.filter((cell) => cell.leastBest > 0);
  const share = (of: (cell: TtsGapCell) => number) => (cell: TtsGapCell) =>
    `${cell.solver} (${of(cell)} of ${cell.points.length})`;
  return [
    atEnd.length === 0
      ? "No optimum lies at an end of the run lengths tried where longer or shorter ones are possible."
      : `Warning: the best run length of some instances is the shortest or longest tried for ${
        listed(atEnd.map(share((cell) => cell.atEnd)))
      }: a better one may lie beyond, and their times may be smaller than these.`,
    ...least.length === 0 ? [] : [
      `A single step, sweep, move or update is the best run length for ${
        listed(least.map(share((cell) => cell.leastBest)))
      }. There is none that is shorter, so these are optima and no bounds; but they say that the solver is best started again at once, ` +
      "and where it descends at its end the descent from its start does the work. Such times measure the landscape more than the solver.",
    ],
  ];
}

/** The legend of several charts. */
function legendOf(panels: readonly ScatterPanel[]) {
  const groups = panels.flatMap((panel) => panel.groups).sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0));
  return scatterLegend(groups, panels.flatMap((panel) => panel.lines ?? []));
}

function withoutLegend({ groups, ...options }: ScatterPanel): Parameters<typeof scatterChart> {
  return [groups, { ...options, legend: false }];
}

/** The same correlations inside each family, where sizes and energy scales differ less. */
export function familySection(
  records: readonly TtsGapRecord[],
  times: ReadonlyMap<string, readonly TtsGapTime[]>,
  replicates: number,
): ReportSection {
  const families = familiesOf(records);
  const table = (kind: GapKind) => {
    const rows = [...times].map(([solver, ofSolver]) => [
      solver,
      ...families.map((family) =>
        rhoText(
          rhoOf(solver, kind, ofSolver.filter(({ record }) => record.instance.family === family), replicates),
        )
      ),
    ]);
    const shown = families.flatMap((_, f) => rows.some((row) => row[f + 1] !== "-") ? [f] : []);
    return shown.length === 0 ? [] : [{
      caption: `${gapKinds[kind].title}: rho [95 % interval] within a family`,
      columns: [{ title: "solver" }, ...shown.map((f) => right(familyTitle(families[f])))],
      rows: rows.map((row) => [row[0], ...shown.map((f) => row[f + 1])]),
    }];
  };
  const tables = (Object.keys(gapKinds) as GapKind[]).flatMap(table);
  return {
    title: "Within each family",
    paragraphs: [
      "Over all instances together, families of different size and energy scale can make a relation that none of them has, or hide one " +
      "that all have. Here each family stands alone; a dash where it has too few solved instances of different gaps." +
      (tables.length === 0 ? " No family has enough." : ""),
    ],
    tables,
  };
}

/** Rank correlations among instances of one family and one size: what is left when neither can make a relation. */
export function alikeSection(cells: readonly TtsGapCell[]): ReportSection[] {
  const kinds = kindsOf(cells);
  const found = cells.map((cell) => ({ cell, rho: alikeRho(cell) }));
  const known = found.flatMap(({ rho }) => rho === null ? [] : [rho]);
  if (known.length === 0) return [];
  const below = known.filter(({ high }) => high < 0).length;
  const above = known.filter(({ low }) => low > 0).length;
  const text = (solver: string, kind: GapKind) =>
    rhoText(found.find(({ cell }) => cell.solver === solver && cell.kind === kind)?.rho ?? null);
  return [{
    title: "Among instances of one family and size",
    paragraphs: [
      `Larger instances have smaller gaps and take longer, whatever joins the two. Here gaps and times are ranked inside groups of one ` +
      `family and one size, and the groups are pooled. Of ${known.length} rank correlations ${below} lie below 0 with their whole ` +
      `interval, a smaller gap then takes longer; ${above} above; of the other ${
        known.length - below - above
      } chance ` +
      `can be the cause. By chance alone about one in twenty would lie outside.`,
    ],
    tables: [{
      caption: "Rho [95 % interval] inside groups of one family and size",
      columns: [{ title: "solver" }, ...kinds.map((kind) => right(gapKinds[kind].title))],
      rows: [...new Set(cells.map(({ solver }) => solver))].map((
        solver,
      ) => [solver, ...kinds.map((kind) => text(solver, kind))]),
    }],
  }];
}

/** Families in the order of the legends. */
export function familiesOf(records: readonly TtsGapRecord[]): string[] {
  return [...new Set(records.map(({ instance }) => instance.family))].sort((a, b) =>
    familySlot(a) - familySlot(b) || (a < b ? -1 : 1)
  );
}

/** Hitting-time and mixing-time bounds: a chart each, and whether any is violated. */
export function boundsSection(records: readonly TtsGapRecord[]): ReportSection {
  const title = "Bounds from the gap";
  const checks = records.flatMap((record): BoundCheck[] => record.bounds.map((bound) => ({ record, bound })));
  if (checks.length === 0) return { title, paragraphs: ["The records check no bound."] };
  const violated = checks.filter(({ bound }) => !bound.holds);
  const verdict = violated.length === 0
    ? `None of ${counted(checks.length, "check")} violates its bound.`
    : `${violated.length} of ${counted(checks.length, "check")} violate their bound: ` + listed(
      violated.map(({ record, bound }) =>
        `${record.instance.name}, ${bound.name}, ${bound.dynamics} at beta ${brief(bound.beta)} (measured ` +
        `${brief(bound.measured)} [${brief(bound.low)}, ${brief(bound.high)}], bound ${
          brief(bound.bound)
        } ${bound.unit})`
      ),
    ) + ".";
  const groups = [
    ...Map.groupBy(checks, ({ bound }) => `${bound.name}, ${bound.dynamics}, ${bound.side} bound`),
  ];
  const panels = groups.map(([name, found]) => boundPanel(name, found)).filter(({ groups }) => groups.length > 0);
  const ratio = ({ bound }: BoundCheck) => bound.measured / bound.bound;
  return {
    title,
    paragraphs: [verdict],
    figures: panels.length === 0
      ? []
      : [legendOf(panels), ...panels.map((panel) => scatterChart(...withoutLegend(panel)))],
    tables: [{
      caption: "Every inequality; nearest: the measured value over the bound where it comes closest to it",
      columns: [{ title: "bound" }, right("checks"), right("violated"), right("nearest")],
      rows: groups.map(([name, found]) => [
        ...[name, String(found.length), String(found.filter(({ bound }) => !bound.holds).length)],
        brief(
          found[0].bound.side === "upper" ? Math.max(...found.map(ratio)) : Math.min(...found.map(ratio)),
        ),
      ]),
    }],
    notes: [
      "An upper bound is a ceiling of what is measured, a lower one a floor. A bound counts as violated if the whole interval of " +
      "the measured value lies on its wrong side.",
      ...mixingNote(checks),
    ],
  };
}

/** What mixing times are, and of which instances there are any. */
function mixingNote(checks: readonly BoundCheck[]): string[] {
  const mixed = checks.filter(({ bound }) => bound.name.startsWith("mixing time"));
  if (mixed.length === 0) return [];
  const most = Math.max(...mixed.map(({ record }) => record.instance.n));
  const instances = new Set(mixed.map(({ record }) => record.instance.name)).size;
  return [
    `Mixing times are computed, not measured: of ${
      counted(instances, "instance")
    } of up to ${most} spins. Their interval is how well ` +
    "the gap is known in double precision.",
  ];
}

const COSTS: readonly (readonly [SolutionCost, string])[] = [
  ["annealMs", "anneal, ms"],
  ["runTimeMs", "solver, ms"],
  ["endToEndMs", "end to end, ms"],
  ["matrixVectorProducts", "products"],
];

/** Quantiles over the instances of each family, and the three clocks. */
export function timesSection(records: readonly TtsGapRecord[], replicates: number): ReportSection {
  const tables = familiesOf(records).map((family) => {
    const ofFamily = records.filter(({ instance }) => instance.family === family);
    const rows = solverNames(ofFamily).flatMap((solver) => {
      const trialsOf = (cost: SolutionCost) =>
        ofFamily.flatMap((record) => {
          const counted = costedTrials(record, solver, cost);
          return counted === null ? [] : [competing(counted)];
        });
      const updates = trialsOf("spinUpdates");
      if (updates.length === 0) return [];
      const quantiles = timeToSolutionQuantiles(updates, { replicates });
      const medians = COSTS.map(([cost]) => {
        const found = trialsOf(cost);
        if (found.length === 0) return "-";
        const median = plainMedian(found);
        return atLeast(median.value, median.censored);
      });
      return [[
        ...[solver, String(updates.length), String(quantiles[0].unsolved)],
        ...quantiles.map(({ value, low, high, censored }) =>
          `${atLeast(value, censored)} [${brief(low)}, ${brief(high)}]`
        ),
        ...medians,
      ]];
    });
    return {
      caption: `${familyTitle(family)}: TTS99, quantiles over instances [95 % interval], and medians on the clocks`,
      columns: [
        ...[{ title: "solver" }, right("instances"), right("not solved")],
        ...[right("median, updates"), right("0.8, updates"), right("0.95, updates")],
        ...COSTS.map(([, title]) => right(title)),
      ],
      rows,
    };
  });
  return {
    title: "Times to solution by family",
    tables,
    notes: [
      "A quantile that falls on an instance no run solved is a lower bound (≥). Where the instances are too few to bound a quantile " +
      "from above, the upper end is ∞, from below the lower end 0. Anneal: the time of a read inside a call of many, set-up left out. Solver: a call of many " +
      "over its reads, set-up included. End to end: a call for a single read. Products: of the coupling matrix with a vector, for " +
      "solvers that make them. Medians on the clocks are of the smallest over run lengths as it was counted, not corrected for being the " +
      "smallest of several.",
    ],
  };
}

function atLeast(value: number, censored: boolean): string {
  return `${censored ? "≥ " : ""}${brief(value)}`;
}

/** What was measured: families, sizes, proofs, and what is incomplete. */
export function instancesSection(records: readonly TtsGapRecord[]): ReportSection {
  const range = (values: readonly number[]) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return low === high ? brief(low) : `${brief(low)} to ${brief(high)}`;
  };
  const rows = familiesOf(records).map((family) => {
    const found = records.filter(({ instance }) => instance.family === family).map(({ instance }) => instance);
    return [
      familyTitle(family),
      String(found.length),
      range(found.map(({ n }) => n)),
      range(found.map(({ groundStates }) => groundStates)),
      [...new Set(found.map(({ proof }) => proof))].join(", "),
      found[0].provenance,
    ];
  });
  const broken = records.filter(({ ending }) => ending === "interrupted").map(({ instance }) => instance.name);
  return {
    title: "Instances",
    tables: [{
      columns: [
        ...[{ title: "family" }, right("instances"), right("spins"), right("ground states")],
        ...[{ title: "proved by" }, { title: "the first comes from" }],
      ],
      rows,
    }],
    notes: [
      ...notFoundNotes(records),
      ...broken.length === 0 ? [] : [`Interrupted, so that solvers are missing: ${listed(broken)}.`],
    ],
  };
}
