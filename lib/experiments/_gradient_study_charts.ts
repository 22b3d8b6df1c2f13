import { lineChart, type Shown } from "../display/mod.ts";
import { betasOf, estimatesByRow, trainingsByRow } from "./_gradient_study_tables.ts";
import type { GradientStudyRecord } from "./gradient_study_record.ts";

/** Rows of the figure: one of each kind, the others lie beside them and stand in the table. */
const DRAWN = [
  ...["energy-minimum", "straightThrough", "covariance-4", "covariance-4-heatbath", "perturbation-0.1", "blackbox-1"],
  "implicit-0.1",
];

/** Bias against temperature; null without estimates. */
export function biasChart(records: readonly GradientStudyRecord[]): Shown | null {
  const rows = estimatesByRow(records).filter(({ row }) => DRAWN.includes(row)), betas = betasOf(rows);
  if (rows.length === 0) return null;
  const series = rows.map(({ title, at }) => ({
    label: title,
    values: betas.map((beta) => 100 * (at.get(beta)?.errors.all.bias.value ?? NaN)),
  }));
  const yLabel = "bias, % of the exact gradient";
  return lineChart(series, { title: "Bias of gradient estimators", x: betas, xLabel: "beta, 1/energy", yLabel });
}

/** Test accuracy over processor time, means over seeds; null without trainings. */
export function trainingChart(records: readonly GradientStudyRecord[]): Shown | null {
  const rows = trainingsByRow(records);
  if (rows.length === 0) return null;
  const { budgetMs, points, pictures } = rows[0].records[0].training!;
  const series = rows.map(({ title, records }) => ({
    label: title,
    values: points.map((_, i) => {
      const hits = records.map(({ training }) => training!.points[i].hits);
      return 100 * hits.reduce((sum, right) => sum + right, 0) / (hits.length * pictures.test);
    }),
  }));
  return lineChart(series, {
    title: `Accuracy in equal time, ${rows[0].records[0].data.name}`,
    x: points.map((_, i) => Math.round(budgetMs * (i + 1) / points.length / 100) / 10),
    xLabel: "processor time, s",
    yLabel: "test pictures right, %",
  });
}
