import {
  annealedSelection,
  type AttentionSolver,
  randomSelection,
  solverFrom,
  type WaitingSolver,
} from "../attention/mod.ts";
import { type CassetteOptions, isingQ } from "../machine/mod.ts";
import { packed, quantised, simulatedAnnealing } from "../samplers/mod.ts";
import { inSpins, noted } from "./_machine_study_samplers.ts";
import { STUDY_KEY } from "./machine_study_emulator.ts";

/** Who chooses the tokens in a row of the machine study; plain data. */
export type StudySolver =
  /** The layer's own annealer; the best of `replicas` runs. */
  | { readonly kind: "annealer"; readonly sweeps: number; readonly replicas: number }
  /** As many tokens a head as the density says, at random. */
  | { readonly kind: "random"; readonly density: number }
  /** Simulated annealing of the problem rounded to `bits`: as a QUBO by itself, or as the machine gets it, a pack of spins. */
  | {
    readonly kind: "rounded";
    readonly sweeps: number;
    readonly replicas: number;
    readonly bits: number | null;
    readonly form: "qubo" | "spins";
  }
  /** The emulated machine, `reads` runs a job, jobs of up to `variables`. */
  | {
    readonly kind: "machine";
    readonly preset: "5ms" | "1.6ms";
    readonly bits: number | null;
    readonly noise: number;
    readonly reads: number;
    readonly variables: number;
  };

/** Variables of the machine that is emulated. */
export const MACHINE_VARIABLES = 2048;

/** Where a machine is, and what it leaves behind. */
export interface StudyMachinePlace {
  /** Its address. */
  readonly url: string;
  /** Folder of the journal. */
  readonly folder: string;
  /** File that takes what each call cost. */
  readonly notes: string;
  /** A tape. @default {none} */
  readonly cassette?: CassetteOptions;
}

/** Puts the machine behind a layer, several problems a job where they fit. */
export function openMachineSolver(
  { reads, variables }: { readonly reads: number; readonly variables: number },
  { url, folder, notes, cassette }: StudyMachinePlace,
): WaitingSolver {
  const machine = isingQ({ url, keyVariable: STUDY_KEY, folder, pollMs: [10, 200], ...(cassette && { cassette }) });
  return solverFrom(packed(noted(machine, notes), { variables }), { numReads: reads, timeLimitMs: 600_000 });
}

/** Makes any solver that needs no machine. */
export function openLocalSolver(solver: Exclude<StudySolver, { kind: "machine" }>): AttentionSolver & Disposable {
  if (solver.kind === "rounded") {
    const { sweeps, bits, form, replicas } = solver;
    const annealer = simulatedAnnealing({ numSweeps: sweeps });
    const rounded = bits === null ? annealer : quantised(annealer, { bits });
    const whole = form === "qubo" ? rounded : packed(inSpins(rounded), { variables: MACHINE_VARIABLES });
    return solverFrom(whole, { numReads: replicas, timeLimitMs: 600_000 });
  }
  const { name, solve } = solver.kind === "random" ? randomSelection({ density: solver.density }) : annealer(solver);
  return { name, solve, [Symbol.dispose]() {} };
}

function annealer({ sweeps, replicas }: { readonly sweeps: number; readonly replicas: number }): AttentionSolver {
  const own = annealedSelection({ sweeps });
  return { name: own.name, solve: (problem, options) => own.solve(problem, { ...options, replicas }) };
}
