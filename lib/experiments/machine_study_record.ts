import { canonicalJson, digestOf } from "./digest.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";
import type { StudyOperator } from "./machine_study_model.ts";
import type { StudySolver } from "./machine_study_solver.ts";

/** The version of the record's form that this code writes and reads. */
export const MACHINE_STUDY_SCHEMA = 1;

/** What the study asks. */
export const MACHINE_STUDY_QUESTION = "What does a coherent Ising machine give behind the attention layer?";

/** What went over the line, and what the machine says that it took. */
export interface MachineStudyTraffic {
  /** Jobs that were answered. */
  readonly jobs: number;
  /** Requests that they took; depends on how often was looked. */
  readonly requests: number;
  /** Bytes sent. */
  readonly sentBytes: number;
  /** Bytes received; depends on how often was looked. */
  readonly receivedBytes: number;
  /** The machine's own time, in ms. */
  readonly machineMs: number;
  /** Jobs by what re-energising found. */
  readonly energyChecks: Readonly<Record<string, number>>;
}

/** A few steps of training. */
export interface MachineStudyTraining {
  /** Pictures of a step. */
  readonly batch: number;
  /** Adam's step size. */
  readonly rate: number;
  /** Edge of a patch in pixels. */
  readonly patch: number;
  /** Mean cross-entropy of each step's pictures, nats. */
  readonly losses: readonly number[];
  /** Pictures of each step classified right. */
  readonly hits: readonly number[];
  /** Mean energy of each step's selections. */
  readonly energies: readonly number[];
  /** SHA-256 of the weights at the end. */
  readonly lastWeights: string;
}

/** A trained model on test pictures. */
export interface MachineStudyInference {
  /** Energy of each picture's selection, to four places. */
  readonly energies: readonly number[];
  /** Class of each picture, a digit each. */
  readonly predicted: string;
  /** Pictures classified right. */
  readonly hits: number;
}

/** A training that was recorded on a tape, and played again without machine and key. */
export interface MachineStudyReplay {
  /** Steps. */
  readonly steps: number;
  /** Pictures of a step. */
  readonly batch: number;
  /** Lines of the tape. */
  readonly tapeLines: number;
  /** Bytes of the tape. */
  readonly tapeBytes: number;
  /** SHA-256 of the recorded run's weights at the end. */
  readonly recordedWeights: string;
  /** SHA-256 of the replayed run's. */
  readonly replayedWeights: string;
  /** Wall time of the recorded run, in ms. */
  readonly recordedMs: number;
  /** Wall time of the replayed run, in ms. */
  readonly replayedMs: number;
}

/** One row of the machine study. */
export interface MachineStudyRecord {
  /** {@link MACHINE_STUDY_SCHEMA}. */
  readonly schema: number;
  /** Which experiment. */
  readonly experiment: "machine-study";
  /** {@link MACHINE_STUDY_QUESTION}. */
  readonly question: string;
  /** Which part of it. */
  readonly part: "training" | "inference" | "replay";
  /** Short name of the solver in tables and file names: `machine-8bit-noise0.1`. */
  readonly row: string;
  /** What stands in the attention slot. */
  readonly operator: StudyOperator;
  /** Seed of weights, order, solver and machine. */
  readonly seed: number;
  /** What the model saw. */
  readonly data: {
    readonly name: string;
    readonly synthetic: boolean;
    /** Pictures: test pictures from the first, or training pictures to draw steps from. */
    readonly pictures: number;
    readonly checksums: Readonly<Record<string, string>>;
  };
  /** SHA-256 of the weights at the start. */
  readonly weights: string;
  /** Who chose the tokens. */
  readonly solver: StudySolver;
  /** Share of (head, token) pairs that were chosen. */
  readonly density: number;
  /** Null where no machine took part. */
  readonly traffic: MachineStudyTraffic | null;
  /** Null in the other parts. */
  readonly training: MachineStudyTraining | null;
  /** Null in the other parts. */
  readonly inference: MachineStudyInference | null;
  /** Null in the other parts. */
  readonly replay: MachineStudyReplay | null;
  /** Wall time of all solves together, in ms. */
  readonly solveMs: number;
  /** Wall time of the row, in ms. */
  readonly wallMs: number;
  /** The program. */
  readonly code: CodeVersion;
  /** The computer. */
  readonly machine: MachineDescription;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
}

/**
 * Names the file of a record: `<part>-<operator>-<row>-seed<k>.json`.
 *
 * @param record part, operator, row and seed
 * @returns a file name without folder
 * @throws {RangeError} if a part has characters other than letters, digits, points, dashes and underscores
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example A row of inference
 * ```ts
 * import { machineStudyFileName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const name = machineStudyFileName({ part: "inference", operator: "qamaV2", row: "annealer-20", seed: 1 });
 * assertEquals(name, "inference-qamaV2-annealer-20-seed1.json");
 * ```
 */
export function machineStudyFileName(
  { part, operator, row, seed }: Pick<MachineStudyRecord, "part" | "operator" | "row" | "seed">,
): string {
  const name = `${part}-${operator}-${row}-seed${seed}.json`;
  if (!/^[\w.-]+$/.test(name)) {
    throw new RangeError(`Cannot name a record "${name}": expected letters, digits, points, dashes and underscores`);
  }
  return name;
}

/**
 * Computes the SHA-256 of everything in a record that a rerun must give again: all but times, requests, computer, code and date.
 *
 * @param record any record
 * @returns 64 lower-case hexadecimal digits
 *
 * Cost O(numbers).
 * Source: FIPS 180-4 for SHA-256.
 *
 * @example It forgets the clocks
 * ```ts
 * import { exampleMachineStudyRecord, machineStudyDigest } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const record = exampleMachineStudyRecord();
 * assertEquals(await machineStudyDigest({ ...record, wallMs: 1e6 }), await machineStudyDigest(record));
 * ```
 */
export async function machineStudyDigest(record: MachineStudyRecord): Promise<string> {
  const { solveMs: _s, wallMs: _w, code: _c, machine: _m, startedAt: _a, traffic, replay, ...kept } = record;
  const { requests: _r, receivedBytes: _b, ...steady } = traffic ?? {};
  const { recordedMs: _1, replayedMs: _2, tapeLines: _3, tapeBytes: _4, ...same } = replay ?? {};
  return await digestOf(canonicalJson({ ...kept, traffic: steady, replay: same }));
}

/**
 * Makes an invented record: one row of three pictures, for examples and tests.
 *
 * @param changes what is to be other
 * @returns a fresh record
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Two of its three pictures are classified right
 * ```ts
 * import { exampleMachineStudyRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleMachineStudyRecord().inference?.hits, 2);
 * ```
 */
export function exampleMachineStudyRecord(changes: Partial<MachineStudyRecord> = {}): MachineStudyRecord {
  return {
    ...{ schema: MACHINE_STUDY_SCHEMA, experiment: "machine-study", question: MACHINE_STUDY_QUESTION },
    ...{ part: "inference", row: "annealer-20", operator: "qamaV2", seed: 1 },
    data: { name: "example", synthetic: true, pictures: 3, checksums: {} },
    weights: "0".repeat(64),
    solver: { kind: "annealer", sweeps: 20, replicas: 1 },
    ...{ density: 0.2, traffic: null, training: null, replay: null },
    inference: { energies: [-10, -12, -11], predicted: "123", hits: 2 },
    ...{ solveMs: 3, wallMs: 5, code: { version: "0.0.0", commit: null }, startedAt: "2026-01-01T00:00:00.000Z" },
    machine: { deno: "0", v8: "0", os: "example", arch: "example", cpu: "example", cores: 1 },
    ...changes,
  };
}
