import { meanInterval } from "../analysis/mod.ts";
import type { Column, ReportTable } from "../display/mod.ts";
import type { Estimated, GradientStudyEstimate, GradientStudyRecord } from "./gradient_study_record.ts";
import { estimateRows, trainingRows } from "./gradient_study_rows.ts";

/** Largest |z| that chance gives an unbiased estimator: of the 864 numbers of a row one is larger with p = 0.0005. */
export const LARGEST_Z = 5;

/** Estimates by row, in the order of the plan, each by its beta. */
export function estimatesByRow(
  records: readonly GradientStudyRecord[],
): { row: string; title: string; at: Map<number, GradientStudyEstimate> }[] {
  const own = Map.groupBy(records.filter(({ estimate }) => estimate !== null), ({ row }) => row);
  return estimateRows(1).filter(({ row }) => own.has(row)).map(({ row, title }) => ({
    row,
    title,
    at: new Map(own.get(row)?.map(({ estimate }) => [estimate!.beta, estimate!])),
  }));
}

/** The temperatures that any row has. */
export function betasOf(rows: readonly { at: Map<number, unknown> }[]): number[] {
  return [...new Set(rows.flatMap(({ at }) => [...at.keys()]))].sort((a, b) => a - b);
}

/** A row's trainings. */
export interface TrainedRow {
  readonly row: string;
  readonly title: string;
  /** By seed. */
  readonly records: readonly GradientStudyRecord[];
  /** Test pictures right at the end, %, seed by seed. */
  readonly right: readonly number[];
  /** Differences to the first row, the paper's, in points, over the seeds that both have; empty for itself. */
  readonly against: readonly number[];
  /** Processor time of a step, ms. */
  readonly stepMs: number;
  /** Steps, the mean over seeds. */
  readonly steps: number;
}

/** Trainings by row, in the order of the plan. */
export function trainingsByRow(records: readonly GradientStudyRecord[]): TrainedRow[] {
  const own = Map.groupBy(records.filter(({ training }) => training !== null), ({ row }) => row);
  const first = own.get("energy") ?? [];
  return trainingRows(1).filter(({ row }) => own.has(row)).map(({ row, title }) => {
    const records = (own.get(row) ?? []).toSorted((a, b) => a.seed - b.seed);
    const pairs = row === "energy" ? [] : records.flatMap((record) => {
      const other = first.find(({ seed }) => seed === record.seed);
      return other ? [rightOf(record) - rightOf(other)] : [];
    });
    const last = records.map(({ training }) => training!.points.at(-1)!);
    const steps = last.reduce((sum, point) => sum + point.steps, 0);
    const stepMs = last.reduce((sum, point) => sum + point.cpuMs, 0) / steps;
    return { row, title, records, right: records.map(rightOf), against: pairs, stepMs, steps: steps / records.length };
  });
}

/** Test pictures right at the end, %. */
function rightOf({ training }: GradientStudyRecord): number {
  return 100 * training!.points.at(-1)!.hits / training!.pictures.test;
}

/** A mean with half the width of its 95 % t interval, which two values do not give usefully: then the two. */
export function meanText(values: readonly number[], digits: number): string {
  if (values.length === 0) return "-";
  const { mean, halfWidth } = meanInterval(values);
  if (halfWidth === null) return mean.toFixed(digits);
  if (values.length === 2) {
    return `${mean.toFixed(digits)} (${values.map((value) => value.toFixed(digits)).join(", ")})`;
  }
  return `${mean.toFixed(digits)} +- ${halfWidth.toFixed(digits)}`;
}

/** A share with its interval, in percent. */
export function biasText({ value, low, high }: Estimated): string {
  const [at, from, to] = [value, low, high].map((share) => (100 * share).toFixed(1));
  return from === to ? at : `${at} (${from} .. ${to})`;
}

/** Bias of every row at every temperature. */
export function biasTable(records: readonly GradientStudyRecord[]): ReportTable {
  const rows = estimatesByRow(records), betas = betasOf(rows);
  const columns: Column[] = [
    { title: "estimator" },
    { title: "solves", align: "right" },
    ...betas.map((beta): Column => ({ title: `bias at beta ${beta}, %`, align: "right" })),
  ];
  return {
    columns,
    rows: rows.map(({ title, at }) => {
      const [some] = at.values();
      return [
        title,
        some.solves.toFixed(0),
        ...betas.map((beta) => {
          const own = at.get(beta);
          return own ? biasText(own.errors.all.bias) : "-";
        }),
      ];
    }),
  };
}

/** Everything that was measured at one temperature. */
export function errorsTable(records: readonly GradientStudyRecord[], beta: number): ReportTable {
  const right = (title: string): Column => ({ title, align: "right" });
  return {
    caption: `At beta ${beta}`,
    columns: [
      { title: "estimator" },
      ...["bias of q, %", "bias of k, %", "bias of h, %", "along g", "cosine", "variance", "largest z"].map(right),
    ],
    rows: estimatesByRow(records).flatMap(({ title, at }) => {
      const own = at.get(beta);
      if (!own) return [];
      const { all, queries, keys, fields } = own.errors;
      return [[
        ...[title, ...[queries, keys, fields].map(({ bias }) => (100 * bias.value).toFixed(1))],
        `${all.along.value.toFixed(3)} (${all.along.low.toFixed(3)} .. ${all.along.high.toFixed(3)})`,
        ...[
          all.cosine.toFixed(3),
          all.variance < 1e-9 ? "0" : all.variance.toPrecision(3),
          own.largestZ === 0 ? "-" : own.largestZ.toFixed(1),
        ],
      ]];
    }),
  };
}

/** What each training came to. */
export function trainingTable(records: readonly GradientStudyRecord[]): ReportTable {
  const right = (title: string): Column => ({ title, align: "right" });
  const rows = trainingsByRow(records);
  return {
    columns: [
      { title: "estimator" },
      ...[
        "seeds",
        "ms a step",
        "steps",
        "right, %",
        "seed by seed, %",
        "against energy, points",
        "test loss, nats",
        "chosen, %",
      ]
        .map(right),
    ],
    rows: rows.map(({ title, records, right, against, stepMs, steps }) => {
      const density = records.flatMap(({ training }) => training!.density ?? []);
      const losses = records.map(({ training }) => training!.points.at(-1)!.testLoss);
      return [
        ...[title, String(records.length), stepMs.toFixed(1), steps.toFixed(0), meanText(right, 2)],
        ...[right.map((value) => value.toFixed(2)).join(", "), meanText(against, 2), meanText(losses, 3)],
        density.length === 0 ? "-" : (100 * density.reduce((sum, d) => sum + d, 0) / density.length).toFixed(1),
      ];
    }),
    marks: rows.map(({ title }) => title.startsWith("control") ? "control" as const : "" as const),
  };
}
