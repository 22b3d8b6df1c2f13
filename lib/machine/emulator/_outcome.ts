import type { Model } from "../../model/mod.ts";

/** What a job found. */
export interface Outcome {
  /** `[R, n]` row-major, in the values of the model. */
  readonly states: Int8Array;
  /** Energies of the model, offset included, `[R]`. */
  readonly energies: Float64Array;
  /** Time that the machine would have computed, in ms. */
  readonly machineMs: number;
}

/** n values of read k. */
export function rowOf({ states, energies }: Outcome, k: number): Int8Array {
  const n = states.length / energies.length;
  return states.subarray(k * n, (k + 1) * n);
}

/** The read of the lowest energy. */
export function bestRead({ energies }: Outcome): number {
  return energies.reduce((best, energy, k) => energy < energies[best] ? k : best, 0);
}

/** Reads by rising energy. */
export function byEnergy({ energies }: Outcome): number[] {
  return Array.from(energies.keys()).sort((a, b) => energies[a] - energies[b]);
}

/** Bytes of a model. */
export function modelBytes({ couplings, linear }: Model): number {
  const own = couplings.form === "sparse"
    ? couplings.values.byteLength + couplings.columns.byteLength + couplings.rowPtr.byteLength
    : couplings.form === "dense"
    ? couplings.values.byteLength
    : couplings.left.byteLength + couplings.right.byteLength;
  return own + linear.byteLength + 1000;
}
