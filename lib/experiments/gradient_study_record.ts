import { rerunDigest } from "./digest.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the record's form that this code writes and reads. */
export const GRADIENT_STUDY_SCHEMA = 1;

/** What the study asks. */
export const GRADIENT_STUDY_QUESTION =
  "How far is each gradient estimator from the exact gradient of the expected readout, at what cost, and which trains best in equal time?";

/** A number and the ends of its interval. */
export interface Estimated {
  /** The number. */
  readonly value: number;
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** Estimates against the exact gradient g, over seeds; norms over all problems together. */
export interface GradientErrors {
  /** `|mean - g| / |g|`, the share that noise has in it taken out; the 99 % interval is over seeds, for these problems. */
  readonly bias: Estimated;
  /** `<estimate, g> / |g|^2`, the mean, with a 95 % t interval: 1 where nothing is missing along g. */
  readonly along: Estimated;
  /** Trace of the covariance of one estimate, over `|g|^2`. */
  readonly variance: number;
  /** Cosine of the mean and g. */
  readonly cosine: number;
}

/** Estimates at one temperature, on problems that can be enumerated. */
export interface GradientStudyEstimate {
  /** Inverse temperature of the expected readout. */
  readonly beta: number;
  /** H, N, d and the number of problems, q, k and h from N(0, 1), published weights. */
  readonly sizes: {
    readonly heads: number;
    readonly tokens: number;
    readonly width: number;
    readonly problems: number;
  };
  /** Seeds. */
  readonly seeds: number;
  /** Largest |z| of a number of the mean estimate against the exact one, of those whose standard error is above 0.005 rms(g); 0: none. */
  readonly largestZ: number;
  /** Numbers of a gradient, all problems together. */
  readonly numbers: number;
  /** Solves a problem of one estimate, that of the forward pass included. */
  readonly solves: number;
  /** Errors of all numbers, and of those of q, k and h alone. */
  readonly errors: {
    readonly all: GradientErrors;
    readonly queries: GradientErrors;
    readonly keys: GradientErrors;
    readonly fields: GradientErrors;
  };
}

/** Where a training stood. */
export interface GradientStudyPoint {
  /** Processor time of the training so far, ms; tests are not in it. */
  readonly cpuMs: number;
  /** Steps so far. */
  readonly steps: number;
  /** Mean cross-entropy of the training pictures since the last point, nats. */
  readonly trainLoss: number;
  /** Mean cross-entropy of the test pictures, nats. */
  readonly testLoss: number;
  /** Test pictures classified right. */
  readonly hits: number;
}

/** A training in a given processor time. */
export interface GradientStudyTraining {
  /** Processor time that was given, ms. */
  readonly budgetMs: number;
  /** Pictures of a step. */
  readonly batch: number;
  /** Adam's step size. */
  readonly rate: number;
  /** Training pictures, test pictures. */
  readonly pictures: { readonly train: number; readonly test: number };
  /** Share of (head, token) pairs chosen in the last test; null where nothing is chosen. */
  readonly density: number | null;
  /** The points, the last at the end. */
  readonly points: readonly GradientStudyPoint[];
}

/** One row of the gradient study. */
export interface GradientStudyRecord {
  /** {@link GRADIENT_STUDY_SCHEMA}. */
  readonly schema: number;
  /** Which experiment. */
  readonly experiment: "gradients";
  /** {@link GRADIENT_STUDY_QUESTION}. */
  readonly question: string;
  /** Which part of it. */
  readonly part: "estimate" | "training";
  /** Short name of the row: `covariance-4`. */
  readonly row: string;
  /** Seed: of the problems, or of weights, order and solver. */
  readonly seed: number;
  /** Estimator, its options, and who chose in the forward pass. */
  readonly settings: Readonly<Record<string, string | number | null>>;
  /** What the model saw; `problems` where there were none. */
  readonly data: {
    readonly name: string;
    readonly synthetic: boolean;
    readonly checksums: Readonly<Record<string, string>>;
  };
  /** Null in the other part. */
  readonly estimate: GradientStudyEstimate | null;
  /** Null in the other part. */
  readonly training: GradientStudyTraining | null;
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
 * Names the file of a record: `estimate-<row>-beta<b>-seed<k>.json` or `training-<row>-seed<k>.json`.
 *
 * @param record part, row, seed, and beta of an estimate
 * @returns a file name without folder
 * @throws {RangeError} if a part has characters other than letters, digits, points, dashes and underscores
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example A training
 * ```ts
 * import { gradientStudyFileName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const name = gradientStudyFileName({ part: "training", row: "energy", seed: 1 });
 * assertEquals(name, "training-energy-seed1.json");
 * ```
 */
export function gradientStudyFileName(
  { part, row, seed, beta }: Pick<GradientStudyRecord, "part" | "row" | "seed"> & { readonly beta?: number },
): string {
  const name = `${part}-${row}-${beta === undefined ? "" : `beta${beta}-`}seed${seed}.json`;
  if (!/^[\w.-]+$/.test(name)) {
    throw new RangeError(`Cannot name a record "${name}": expected letters, digits, points, dashes and underscores`);
  }
  return name;
}

/**
 * Computes the SHA-256 of everything in a record but wall time, computer, code and date.
 *
 * A rerun gives an estimate again, and another training: how far it gets in its time differs.
 *
 * @param record any record
 * @returns 64 lower-case hexadecimal digits
 *
 * Cost O(numbers).
 * Source: FIPS 180-4 for SHA-256.
 *
 * @example It forgets the clock on the wall
 * ```ts
 * import { exampleGradientStudyRecord, gradientStudyDigest } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const record = exampleGradientStudyRecord();
 * assertEquals(await gradientStudyDigest({ ...record, wallMs: 1e6 }), await gradientStudyDigest(record));
 * ```
 */
export async function gradientStudyDigest(record: GradientStudyRecord): Promise<string> {
  return await rerunDigest(record);
}

/**
 * Makes an invented record: a training of two points, for examples and tests.
 *
 * @param changes what is to be other
 * @returns a fresh record
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example It ends with 9 of 10 pictures right
 * ```ts
 * import { exampleGradientStudyRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleGradientStudyRecord().training?.points.at(-1)?.hits, 9);
 * ```
 */
export function exampleGradientStudyRecord(changes: Partial<GradientStudyRecord> = {}): GradientStudyRecord {
  const point = { trainLoss: 1, testLoss: 1 };
  return {
    ...{ schema: GRADIENT_STUDY_SCHEMA, experiment: "gradients", question: GRADIENT_STUDY_QUESTION },
    ...{ part: "training", row: "energy", seed: 1, settings: { estimator: "heldSelection" } },
    ...{ data: { name: "example", synthetic: true, checksums: {} }, estimate: null },
    training: {
      ...{ budgetMs: 1000, batch: 2, rate: 1e-3, pictures: { train: 20, test: 10 }, density: 0.2 },
      points: [{ ...point, cpuMs: 500, steps: 10, hits: 8 }, { ...point, cpuMs: 1000, steps: 20, hits: 9 }],
    },
    ...{ wallMs: 5, code: { version: "0.0.0", commit: null }, startedAt: "2026-01-01T00:00:00.000Z" },
    machine: { deno: "0", v8: "0", os: "example", arch: "example", cpu: "example", cores: 1 },
    ...changes,
  };
}
