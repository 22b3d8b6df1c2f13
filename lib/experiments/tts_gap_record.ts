import { canonicalJson, digestOf } from "./digest.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the record's form that this code writes and reads. */
export const TTS_GAP_SCHEMA = 2;

/** What the experiment asks. */
export const TTS_GAP_QUESTION = "How does the time to solution go with the spectral gap?";

/** Which instance was measured, and why its ground energy is believed. */
export interface TtsGapInstance {
  /** The name in tables and file names: `sk-n12-seed3`. */
  readonly name: string;
  /** Which family it belongs to: `sk`, `attention`. */
  readonly family: string;
  /** n, the number of spins. */
  readonly n: number;
  /** `fingerprint` of the model. */
  readonly fingerprint: string;
  /** Where it comes from: a generator and its seed, a file, a layer of a trained model. */
  readonly provenance: string;
  /** What it was made with, by name. */
  readonly parameters: Readonly<Record<string, number | string | boolean | null>>;
  /** The lowest energy. */
  readonly groundEnergy: number;
  /** How many states have it. */
  readonly groundStates: number;
  /** What proved it: `exactEnumeration`, `mixedInteger`, `treeDecomposition`. */
  readonly proof: string;
}

/** Gaps of a random-scan chain at one beta. */
export interface TtsChainGap {
  /** Inverse temperature, in 1/energy. */
  readonly beta: number;
  /** The rule of acceptance. */
  readonly dynamics: "glauber" | "metropolis";
  /** `even`, where no spin has a field: a state and its opposite are one, as both are solutions or none is. */
  readonly sector: "even" | "full";
  /** `1 - lambda_2`, per update. */
  readonly gap: number;
  /** `1 - max(lambda_2, |lambda_min|)`, per update. */
  readonly absoluteGap: number;
  /** `n` times `gap`. */
  readonly gapPerSweep: number;
  /** `1 / absoluteGap`, in updates. */
  readonly relaxationUpdates: number;
  /** Stationary weight of the ground states. */
  readonly groundWeight: number;
  /** Smallest stationary weight of a state. */
  readonly minimumWeight: number;
  /** How it was computed. */
  readonly method: string;
  /** Residual of the eigenpair. */
  readonly residual: number;
}

/** Singular-value gap of a sequential sweep at one beta. */
export interface TtsSweepGap {
  /** Inverse temperature, in 1/energy. */
  readonly beta: number;
  /** The rule of acceptance. */
  readonly dynamics: "glauber" | "metropolis";
  /** One less the second singular value, per sweep. */
  readonly gap: number;
  /** How it was computed. */
  readonly method: string;
  /** Residual of the singular pair. */
  readonly residual: number;
}

/** Smallest gap of `-(1 - s) sum sigma^x + s E / energyUnit`. */
export interface TtsTransverseGap {
  /** The smallest gap to a state that ends outside the ground space. */
  readonly gap: number;
  /** Where it is, 0 .. 1. */
  readonly s: number;
  /** How many states have the lowest energy, in the sector. */
  readonly groundDegeneracy: number;
  /** The symmetry sector it was computed in: `even` where no spin has a field. */
  readonly sector: "even" | "full";
  /** The energy of the model that counts as 1: the root mean square field on a spin. */
  readonly energyUnit: number;
  /** The gap against s. */
  readonly curve: readonly { readonly s: number; readonly gap: number }[];
  /** How it was computed. */
  readonly method: string;
  /** Largest residual of an eigenpair. */
  readonly residual: number;
}

/** What was counted at one run length: means are over the reads. */
export interface TtsGapLength {
  /** The length of a run, in the solver's unit. */
  readonly runLength: number;
  /** How many reads there were. */
  readonly trials: number;
  /** How many of them ended at the ground energy. */
  readonly successes: number;
  /** Wall time of a read inside one call of many, set-up left out, ms: the anneal's own clock. */
  readonly annealMs: number;
  /** Wall time of such a call over its reads, set-up and energies included, ms: the solver's clock. */
  readonly runTimeMs: number;
  /** Wall time of a call that asks for a single read, from model to answer, ms: the end-to-end clock. */
  readonly endToEndMs: number;
  /**
   * Times in a read that it was looked at whether to flip or move a single spin: replicas and the descent at the end are counted, a
   * move of tabu search looks at every spin, and drawing the start is a decision about every spin.
   */
  readonly spinUpdates: number;
  /** Products of the coupling matrix with a vector in a read; null for a solver that keeps fields up to date flip by flip. */
  readonly matrixVectorProducts: number | null;
}

/** One solver on the instance. */
export interface TtsGapSolver {
  /** The name in tables, the same on every instance: `annealing`, `glauber-mid`. */
  readonly name: string;
  /** The sampler of ours that ran. */
  readonly sampler: string;
  /** What it was given, and what it resolved, at the longest run length. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What a run length counts: `updates`, `sweeps`, `steps`, `moves`. */
  readonly unit: string;
  /** The inverse temperature, for a solver at a fixed one; null for the others. */
  readonly beta: number | null;
  /** One entry a run length, ascending. */
  readonly lengths: readonly TtsGapLength[];
}

/** An inequality between gap and time, and what was measured beside it. */
export interface TtsGapBound {
  /** Which: `hitting time from the stationary start`. */
  readonly name: string;
  /** Whether `bound` is a ceiling or a floor of what is measured. */
  readonly side: "upper" | "lower";
  /** Inverse temperature, in 1/energy. */
  readonly beta: number;
  /** The rule of acceptance. */
  readonly dynamics: "glauber" | "metropolis";
  /** The value of the bound. */
  readonly bound: number;
  /** What was measured, or computed exactly. */
  readonly measured: number;
  /** Lower end of the measured value's interval. */
  readonly low: number;
  /** Upper end of the measured value's interval. */
  readonly high: number;
  /** Of all four: `updates`. */
  readonly unit: string;
  /** False only if the whole interval lies on the wrong side of the bound. */
  readonly holds: boolean;
}

/** A later run that added to a record what it lacked. */
export interface TtsGapAddition {
  /** Which program made it. */
  readonly code: CodeVersion;
  /** Where it was made. */
  readonly machine: MachineDescription;
  /** When it was begun: ISO 8601, UTC. */
  readonly startedAt: string;
  /** What was added or counted anew, in words. */
  readonly what: readonly string[];
}

/** One instance: its gaps, what every solver did on it, and the bounds checked. */
export interface TtsGapRecord {
  /** Version of this form. */
  readonly schema: typeof TTS_GAP_SCHEMA;
  /** Name of the experiment. */
  readonly experiment: "tts-gap";
  /** What the experiment asks. */
  readonly question: string;
  /** Size of the experiment: `quick`, `full`. */
  readonly profile: string;
  /** Which instance. */
  readonly instance: TtsGapInstance;
  /** Its gaps; a list is empty, and the transverse gap null, where they were not computed. */
  readonly gaps: {
    readonly chain: readonly TtsChainGap[];
    readonly sweep: readonly TtsSweepGap[];
    readonly transverse: TtsTransverseGap | null;
  };
  /** The solvers, in the order of the plan. */
  readonly solvers: readonly TtsGapSolver[];
  /** The inequalities. */
  readonly bounds: readonly TtsGapBound[];
  /** Seed of every read. */
  readonly seed: number;
  /** Which program began the record. */
  readonly code: CodeVersion;
  /** Where it was begun. */
  readonly machine: MachineDescription;
  /** When it was begun: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Later runs that added to it, in their order. */
  readonly additions: readonly TtsGapAddition[];
  /** Wall time, ms, summed over restarts. */
  readonly clocks: { readonly proofMs: number; readonly gapsMs: number; readonly readsMs: number };
  /** `interrupted`: a part of the plan is missing, and resuming goes on with it. */
  readonly ending: "completed" | "interrupted";
}

/**
 * Computes the SHA-256 of everything in a record that a rerun must give again: all but times, machine, code, dates and additions.
 *
 * @param record any record
 * @returns 64 lower-case hexadecimal digits
 *
 * Cost O(size of the record).
 * Source: FIPS 180-4 for SHA-256.
 *
 * @example The digest forgets the clocks
 * ```ts
 * import { exampleTtsGapRecord, ttsGapDigest } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const record = exampleTtsGapRecord();
 * const slower = { ...record, clocks: { proofMs: 1e6, gapsMs: 1e6, readsMs: 1e6 } };
 * assertEquals(await ttsGapDigest(slower), await ttsGapDigest(record));
 * ```
 */
export async function ttsGapDigest(record: TtsGapRecord): Promise<string> {
  const { code: _code, machine: _machine, startedAt: _startedAt, clocks: _clocks, additions: _, solvers, ...rest } =
    record;
  const counts = solvers.map((solver) => ({
    ...solver,
    lengths: solver.lengths.map(({ annealMs: _a, runTimeMs: _r, endToEndMs: _e, ...counted }) => counted),
  }));
  return await digestOf(canonicalJson({ ...rest, solvers: counts }));
}
