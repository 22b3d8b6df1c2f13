import type { RunRecord } from "./types.ts";
import { RECORD_SCHEMA } from "./types.ts";

/**
 * Makes a small invented record, for examples and tests; its numbers were measured nowhere.
 *
 * @param changes fields that replace those of the example. @default {none}
 * @returns a fresh record: operator `mha`, seed 1, two epochs, synthetic data named `example`
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Two epochs
 * ```ts
 * import { exampleRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleRecord().epochs.length, 2);
 * ```
 */
export function exampleRecord(changes: Partial<RunRecord> = {}): RunRecord {
  const epoch = { trainLoss: 0.9, trainAccuracy: 0.7, testLoss: 0.8, density: null };
  return {
    schema: RECORD_SCHEMA,
    experiment: "example",
    question: "What does a record look like?",
    profile: "smoke",
    data: {
      name: "example",
      title: "Example, invented numbers",
      synthetic: true,
      train: 100,
      test: 50,
      fullTrain: 100,
      fullTest: 50,
      checksums: { "example.bin": "00" },
    },
    operator: "mha",
    options: { epochs: 2, batchSize: 128, learningRate: 1e-3, sweeps: 20, workers: 2 },
    seed: 1,
    code: { version: "0.1.0", commit: null },
    machine: { deno: "2.9.6", v8: "15.0", os: "linux 6.1", arch: "x86_64", cpu: "example", cores: 2 },
    startedAt: "2026-01-01T00:00:00.000Z",
    ending: "completed",
    epochs: [{ ...epoch, epoch: 1, testAccuracy: 0.75 }, { ...epoch, epoch: 2, testAccuracy: 0.8 }],
    parameters: 1000,
    weightsDigest: "ab".repeat(32),
    clocks: { trainMs: 100, evaluateMs: 10 },
    ...changes,
  };
}
