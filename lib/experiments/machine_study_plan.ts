import type { StudyOperator } from "./machine_study_model.ts";
import { MACHINE_VARIABLES, type StudySolver } from "./machine_study_solver.ts";

/** One row that the study is to make. */
export interface StudyRow {
  /** Which part. */
  readonly part: "training" | "inference" | "replay";
  /** Short name of its solver. */
  readonly row: string;
  /** What stands in the attention slot. */
  readonly operator: StudyOperator;
  /** Seed of weights, order, solver and machine. */
  readonly seed: number;
  /** Who chooses the tokens; the density of a random selection is that of the reference where it is NaN. */
  readonly solver: StudySolver;
}

/** Bits that rows are made for. */
export const STUDY_BITS: readonly number[] = [4, 8, 14];
/** Loop noise of the machine: none, the preset's, four times that. */
export const STUDY_NOISE: readonly number[] = [0, 0.1, 0.4];
/** Runs of the machine a job, of which it tells the best. */
export const STUDY_READS = 10;

const ANNEALER: StudySolver = { kind: "annealer", sweeps: 20, replicas: 1 };
const REFERENCE: StudySolver = { kind: "annealer", sweeps: 1000, replicas: 16 };
const RANDOM: StudySolver = { kind: "random", density: NaN };

/** The row whose lowest energies are what others are measured against. */
export const REFERENCE_ROW = "reference";
/** The row that marks the other end of the scale. */
export const RANDOM_ROW = "random";

/** The name of a solver's row. */
export function rowName(solver: StudySolver): string {
  switch (solver.kind) {
    case "annealer":
      return solver.replicas > 1 ? REFERENCE_ROW : `annealer-${solver.sweeps}`;
    case "random":
      return RANDOM_ROW;
    case "rounded":
      return solver.bits === null ? `annealer-${solver.form}` : `rounded-${solver.form}-${solver.bits}bit`;
    case "machine": {
      const bits = solver.bits === null ? "" : `-${solver.bits}bit`;
      return `machine${bits}-noise${solver.noise}${solver.variables < MACHINE_VARIABLES ? "-alone" : ""}`;
    }
  }
}

/** The solvers of a part, in the order of the tables. */
export function studySolvers(part: StudyRow["part"]): StudySolver[] {
  const machine = (bits: number | null, noise: number, variables = MACHINE_VARIABLES): StudySolver => ({
    ...{ kind: "machine", preset: "5ms", bits, noise, reads: STUDY_READS, variables },
  });
  const rounded = (form: "qubo" | "spins", bits: number | null): StudySolver => ({
    ...{ kind: "rounded", sweeps: 200, replicas: 4, bits, form },
  });
  if (part === "replay") return [machine(8, 0.1)];
  if (part === "training") return [ANNEALER, RANDOM, machine(8, 0.1), machine(4, 0.1)];
  return [
    REFERENCE,
    ANNEALER,
    RANDOM,
    rounded("qubo", null),
    ...STUDY_BITS.map((bits) => rounded("qubo", bits)),
    ...STUDY_BITS.map((bits) => rounded("spins", bits)),
    ...STUDY_BITS.flatMap((bits) => STUDY_NOISE.map((noise) => machine(bits, noise))),
    // one picture a job: what packing costs; 400 variables hold 8 heads of 49 tokens once
    machine(14, 0.1, 400),
  ];
}

/** The rows of a study, those that others need first. */
export function studyRows(
  parts: readonly StudyRow["part"][],
  operators: readonly StudyOperator[],
  seeds: readonly number[],
): StudyRow[] {
  return parts.flatMap((part) => {
    const models = part === "inference" ? operators : ["qamaV2"] as const;
    const own = part === "training" ? seeds : [seeds[0]];
    return own.flatMap((seed) =>
      models.flatMap((operator) =>
        studySolvers(part).map((solver) => ({ part, row: rowName(solver), operator, seed, solver }))
      )
    );
  });
}
