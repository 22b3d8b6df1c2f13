import { TTS_GAP_QUESTION, TTS_GAP_SCHEMA, type TtsGapRecord } from "./tts_gap_record.ts";

/**
 * Makes a small invented record of time to solution against gap, for examples and tests; its numbers were measured nowhere.
 *
 * @param changes fields that replace those of the example. @default {none}
 * @returns a fresh record: three spins, seed 1, a solver at fixed beta and two others, one of which never succeeds
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Three solvers
 * ```ts
 * import { exampleTtsGapRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleTtsGapRecord().solvers.length, 3);
 * ```
 */
export function exampleTtsGapRecord(changes: Partial<TtsGapRecord> = {}): TtsGapRecord {
  const length = (runLength: number, successes: number, matrixVectorProducts: number | null) => ({
    ...{ runLength, trials: 100, successes },
    ...{ annealMs: 0.001 * runLength, runTimeMs: 0.0015 * runLength, endToEndMs: 0.2 + 0.002 * runLength },
    ...{ spinUpdates: 3 * runLength, matrixVectorProducts },
  });
  return {
    schema: TTS_GAP_SCHEMA,
    experiment: "tts-gap",
    question: TTS_GAP_QUESTION,
    profile: "quick",
    instance: {
      name: "example-n3",
      family: "example",
      n: 3,
      fingerprint: "ab".repeat(32),
      provenance: "invented",
      parameters: { spins: 3 },
      ...{ groundEnergy: -3, groundStates: 2, proof: "exactEnumeration" },
    },
    gaps: {
      chain: [{
        ...{
          beta: 1,
          dynamics: "glauber",
          sector: "full",
          gap: 0.02,
          absoluteGap: 0.02,
          gapPerSweep: 0.06,
          relaxationUpdates: 50,
        },
        ...{ groundWeight: 0.5, minimumWeight: 0.001, method: "dense", residual: 1e-14 },
      }],
      sweep: [{ beta: 1, dynamics: "metropolis", gap: 0.1, method: "dense", residual: 1e-14 }],
      transverse: {
        ...{ gap: 0.4, s: 0.6, groundDegeneracy: 1, sector: "even", energyUnit: 1, method: "dense", residual: 1e-14 },
        curve: [{ s: 0, gap: 4 }, { s: 0.6, gap: 0.4 }, { s: 1, gap: 2 }],
      },
    },
    solvers: [
      {
        ...{ name: "glauber", sampler: "randomScanGlauber", options: { beta: 1 }, unit: "updates", beta: 1 },
        lengths: [10, 20, 40].map((runLength, k) => ({
          ...length(runLength, 20 + 20 * k, null),
          spinUpdates: runLength,
        })),
      },
      {
        ...{
          name: "annealing",
          sampler: "simulatedAnnealing",
          options: { descend: false },
          unit: "sweeps",
          beta: null,
        },
        lengths: [length(1, 5, null), length(4, 50, null), length(16, 95, null)],
      },
      {
        ...{
          name: "dsb",
          sampler: "simulatedBifurcation",
          options: { variant: "discrete" },
          unit: "steps",
          beta: null,
        },
        lengths: [length(10, 0, 10), length(40, 0, 40)],
      },
    ],
    bounds: [{
      ...{ name: "hitting time from the stationary start", side: "upper", beta: 1, dynamics: "glauber" },
      ...{ bound: 50, measured: 12, low: 11, high: 13, unit: "updates", holds: true },
    }],
    seed: 1,
    code: { version: "0.0.0", commit: null },
    machine: { deno: "0.0.0", v8: "0.0", os: "none", arch: "none", cpu: "invented", cores: 1 },
    startedAt: "2026-01-01T00:00:00.000Z",
    additions: [],
    clocks: { proofMs: 1, gapsMs: 2, readsMs: 3 },
    ending: "completed",
    ...changes,
  };
}
