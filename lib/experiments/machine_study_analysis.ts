import { meanInterval, wilsonInterval } from "../analysis/mod.ts";
import { RANDOM_ROW } from "./machine_study_plan.ts";
import type { MachineStudyInference, MachineStudyRecord } from "./machine_study_record.ts";

/** A record of the inference, with what it is measured by. */
export interface StudyInferenceRow {
  /** The record. */
  readonly record: MachineStudyRecord & { readonly inference: MachineStudyInference };
  /**
   * Mean distance of the energies to the best known ones, in percent of the distance from a random selection to them; with half the
   * width of its 95 % interval over the pictures.
   */
  readonly gap: { readonly mean: number; readonly halfWidth: number | null };
  /** Share of pictures whose energy is the best known one, to 0.001. */
  readonly reached: number;
  /** Share of pictures classified right, with Wilson's 95 % interval. */
  readonly accuracy: { readonly share: number; readonly interval: readonly [low: number, high: number] };
  /** Pictures whose class is that of the reference. */
  readonly agreed: number;
  /** The machine's own time a picture, in ms; null where there is no machine. */
  readonly deviceMs: number | null;
  /** Wall time of the solves a picture, in ms. */
  readonly wallMs: number;
}

const REACHED = 1e-3;

/**
 * Measures the rows of one operator's inference against the lowest energies that any of them has found.
 *
 * @param records any records of one operator; those of other parts are passed over
 * @returns the rows in the order given; empty where there is no row of random selections, or no other
 * @throws {RangeError} if rows are of other pictures or weights than the first
 *
 * Cost O(rows * pictures).
 */
export function studyInference(records: readonly MachineStudyRecord[]): StudyInferenceRow[] {
  const rows = records.filter((record): record is StudyInferenceRow["record"] => record.inference !== null);
  const random = rows.find(({ row }) => row === RANDOM_ROW);
  if (random === undefined || rows.length < 2) return [];
  for (const { row, weights, data } of rows) {
    if (weights !== random.weights || data.pictures !== random.data.pictures) {
      throw new RangeError(
        `Cannot compare: ${row} has other pictures or weights than ${random.row}; make all rows again`,
      );
    }
  }
  const count = random.data.pictures;
  const best = Array.from({ length: count }, (_, k) => Math.min(...rows.map(({ inference }) => inference.energies[k])));
  const spread = meanOf(random.inference.energies.map((energy, k) => energy - best[k]));
  const [first] = rows;
  return rows.map((record) => {
    const { energies, predicted, hits } = record.inference;
    const distances = energies.map((energy, k) => energy - best[k]);
    const { mean, halfWidth } = meanInterval(distances);
    return {
      record,
      gap: { mean: 100 * mean / spread, halfWidth: halfWidth === null ? null : 100 * halfWidth / spread },
      reached: distances.filter((distance) => distance < REACHED).length / count,
      accuracy: { share: hits / count, interval: wilsonInterval(hits, count) },
      agreed: [...predicted].filter((label, k) => label === first.inference.predicted[k]).length,
      deviceMs: record.traffic && record.traffic.machineMs / count,
      wallMs: record.solveMs / count,
    };
  });
}

/** Mean of some numbers. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
