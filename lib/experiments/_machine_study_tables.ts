import type { Column, ReportTable } from "../display/mod.ts";
import { accuracyText, bitsOf, gapText, solverTitle, trainingTitle } from "./_machine_study_words.ts";
import { meanOf, type StudyInferenceRow } from "./machine_study_analysis.ts";
import type { MachineStudyRecord } from "./machine_study_record.ts";

/** Rows of one operator's inference. */
export function inferenceTable(rows: readonly StudyInferenceRow[]): ReportTable {
  const columns: Column[] = [
    { title: "who chooses" },
    ...[
      "bits",
      "loop noise",
      "from best, %",
      "best found, %",
      "right, %",
      "as first",
      "chosen, %",
      "machine ms",
      "wall ms",
      "jobs",
      "pictures a job",
      "MB sent",
    ]
      .map((title) => ({ title, align: "right" }) as const),
  ];
  return {
    columns,
    rows: rows.map((row) => {
      const { solver, traffic, density, data } = row.record;
      return [
        ...[solverTitle(solver), textOf(bitsOf(solver)), solver.kind === "machine" ? String(solver.noise) : "-"],
        ...[gapText(row), (100 * row.reached).toFixed(0), accuracyText(row), `${row.agreed} of ${data.pictures}`],
        ...[
          (100 * density).toFixed(1),
          row.deviceMs === null ? "-" : row.deviceMs.toFixed(1),
          row.wallMs < 100 ? row.wallMs.toPrecision(3) : row.wallMs.toFixed(0),
        ],
        ...[textOf(traffic?.jobs), traffic ? (data.pictures / traffic.jobs).toFixed(1) : "-"],
        traffic ? (traffic.sentBytes / 1e6).toFixed(0) : "-",
      ];
    }),
  };
}

/** Rows of the trainings. */
export function trainingTable(records: readonly MachineStudyRecord[]): ReportTable {
  const columns: Column[] = [
    { title: "who chooses" },
    ...[
      "seed",
      "loss, first 10 steps",
      "loss, last 10",
      "right in the last 10, %",
      "energy, last 10",
      "chosen, %",
      "machine ms",
      "wall s",
      "jobs",
      "MB sent",
    ]
      .map((title) => ({ title, align: "right" }) as const),
  ];
  return {
    columns,
    rows: records.map((record) => {
      const { batch, losses, hits, energies } = record.training!;
      const { traffic } = record;
      const ten = Math.min(10, losses.length);
      return [
        ...[trainingTitle(record), String(record.seed), meanOf(losses.slice(0, ten)).toFixed(3)],
        ...[meanOf(losses.slice(-ten)).toFixed(3), (100 * meanOf(hits.slice(-ten)) / batch).toFixed(1)],
        ...[meanOf(energies.slice(-ten)).toFixed(1), (100 * record.density).toFixed(1)],
        ...[textOf(traffic?.machineMs), (record.wallMs / 1000).toFixed(1), textOf(traffic?.jobs)],
        traffic ? (traffic.sentBytes / 1e6).toFixed(0) : "-",
      ];
    }),
  };
}

function textOf(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : String(value);
}
