import { energies, fingerprint, type Model, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import type { SampleSet, Story } from "./types.ts";

/** A QUBO of n bits: x_0 costs 1, x_1 costs 2, ..., neighbours gain 1.5. */
export function chain(n: number): Model {
  const pairs = Array.from({ length: Math.max(0, n - 1) }, (_, i) => [i, i + 1, -1.5] as const);
  return quboModel({ couplings: sparseCouplings(n, pairs), linear: Array.from({ length: n }, (_, i) => i + 1) });
}

/** The story of a call that a test made up. */
export function storyOf(model: Model, seed: number, rows: number): Story {
  return {
    sampler: "madeUp",
    version: "0.1.0",
    seed,
    options: { numReads: rows, target: null, betaRange: [0.1, 3.5], schedule: "geometric, \u03b2 \ud83d\ude00" },
    fingerprint: fingerprint(model),
    vartype: model.vartype,
    variables: model.n,
    kernel: "none",
    completedReads: rows,
    clocks: { startedAt: "2026-01-02T03:04:05.678Z", setupMs: 0.30000000000000004, sampleMs: 12.5 },
    ending: "completed",
    findings: { proven: true, gap: 1e-300, why: "" },
  };
}

/** A set of the states given, `[R, n]`, in the values of the model. */
export function setOf(model: Model, states: ArrayLike<number>, seed = 1): SampleSet {
  const values = energies(model, states);
  const story = storyOf(model, seed, values.length);
  return {
    states: Int8Array.from(states),
    energies: values,
    counts: new Uint32Array(values.length).fill(1),
    ending: "completed",
    story,
  };
}

/** A set of states drawn at random. */
export function drawnSet(model: Model, rows: number, seed: number): SampleSet {
  const rng = new Rng(seed, 0);
  const down = model.vartype === "qubo" ? 0 : -1;
  return setOf(model, Int8Array.from({ length: rows * model.n }, () => rng.uint32() & 1 ? 1 : down), seed);
}
