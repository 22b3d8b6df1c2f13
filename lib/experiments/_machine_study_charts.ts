import { lineChart, type Shown } from "../display/mod.ts";
import { trainingTitle } from "./_machine_study_words.ts";
import { meanOf, type StudyInferenceRow } from "./machine_study_analysis.ts";
import { STUDY_BITS, STUDY_NOISE } from "./machine_study_plan.ts";
import type { MachineStudyRecord } from "./machine_study_record.ts";
import { MACHINE_VARIABLES, type StudySolver } from "./machine_study_solver.ts";

/** Steps that a point of the training's figure is the mean of. */
const WINDOW = 5;

/** One number of the rows against bits; null where no row has bits. */
export function bitsChart(
  rows: readonly StudyInferenceRow[],
  yLabel: string,
  title: string,
  value: (row: StudyInferenceRow) => number,
): Shown | null {
  const at = (test: (solver: StudySolver) => boolean) => {
    const row = rows.find(({ record }) => test(record.solver));
    return row === undefined ? NaN : value(row);
  };
  const annealer = at((s) => s.kind === "annealer" && s.replicas === 1);
  const series = [
    ...STUDY_NOISE.map((noise) => ({
      label: `machine, loop noise ${noise}`,
      values: STUDY_BITS.map((bits) =>
        at((s) => s.kind === "machine" && s.bits === bits && s.noise === noise && s.variables >= MACHINE_VARIABLES)
      ),
    })),
    ...(["spins", "qubo"] as const).map((form) => ({
      label: form === "qubo" ? "annealing of the rounded QUBO" : "annealing of the pack's rounded spins",
      values: STUDY_BITS.map((bits) => at((s) => s.kind === "rounded" && s.form === form && s.bits === bits)),
    })),
    { label: "layer's annealer, not rounded", values: STUDY_BITS.map(() => annealer) },
  ].filter(({ values }) => values.some(Number.isFinite));
  if (series.length === 0) return null;
  return lineChart(series, { title, x: STUDY_BITS, xLabel: "bits of a coefficient", yLabel, compact: true });
}

/** Loss over steps, the mean over the seeds that all rows have. */
export function lossChart(records: readonly MachineStudyRecord[]): Shown | null {
  const groups = [...Map.groupBy(records, ({ row }) => row).values()];
  const shared = groups[0].map(({ seed }) => seed)
    .filter((seed) => groups.every((own) => own.some((record) => record.seed === seed)));
  const steps = Math.min(...records.map(({ training }) => training?.losses.length ?? 0));
  const windows = Math.floor(steps / WINDOW);
  if (windows < 2 || shared.length === 0) return null;
  const starts = Array.from({ length: windows }, (_, k) => k * WINDOW);
  const series = groups.map((own) => {
    const losses = own.filter(({ seed }) => shared.includes(seed)).map(({ training }) => training!.losses);
    return {
      label: trainingTitle(own[0]),
      values: starts.map((from) => meanOf(losses.map((all) => meanOf(all.slice(from, from + WINDOW))))),
    };
  });
  return lineChart(series, {
    title: `Loss while training on the glyphs, ${shared.length === 1 ? `seed ${shared[0]}` : `${shared.length} seeds`}`,
    x: starts.map((from) => from + WINDOW),
    ...{ xLabel: `steps (means of ${WINDOW})`, yLabel: "cross-entropy, nats", compact: true },
  });
}
