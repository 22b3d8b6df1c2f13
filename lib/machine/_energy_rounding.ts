import {
  bitsFromSpins,
  energies,
  isingFromQubo,
  type Model,
  quantiseModel,
  quboFromIsing,
  spinsFromBits,
} from "../model/mod.ts";

/** Share of the sum of all coefficients by which float64 sums in another order may differ. */
export const SUM_NOISE = 2 ** -36;
/** The same of float32 sums. */
const FLOAT32_NOISE = 2 ** -19;
const MAX_DECIMALS = 9;
const MAX_BITS = 16;

/** Reported energies that are not ours, and what belongs to them. */
export interface EnergyCase {
  readonly sent: Model;
  readonly states: Int8Array;
  readonly theirs: Float64Array;
  readonly scale: number;
  readonly offset: number;
  /** Sum of what energies are made of, in units of our energy. */
  readonly size: number;
  /** True if the sent model is not the caller's. */
  readonly rounded: boolean;
}

/** How many reported energies are the expected ones. */
export function matches(expected: Float64Array, theirs: Float64Array, noise: number): number {
  return expected.reduce((count, value, r) => count + (Math.abs(theirs[r] - value) <= noise ? 1 : 0), 0);
}

/** How reported energies are rounded, in words; undefined if they are not. */
export function roundingOf(
  { sent, states, theirs, scale, offset, size }: EnergyCase,
  right: Float64Array,
): string | undefined {
  const noise = SUM_NOISE * size / Math.abs(scale);
  const coarse = coarseness(right, theirs, noise, size / Math.abs(scale));
  if (coarse !== undefined) return coarse;
  // a machine holds the one form or the other
  const spins = sent.vartype === "ising" ? states : spinsFromBits(states);
  const forms: readonly (readonly [Model, Int8Array])[] = [
    [sent.vartype === "ising" ? sent : isingFromQubo(sent), spins],
    [sent.vartype === "qubo" ? sent : quboFromIsing(sent), bitsFromSpins(spins)],
  ];
  for (let bits = 2; bits <= MAX_BITS; bits++) {
    for (const [form, values] of forms) {
      const { model, step } = quantiseModel(form, { bits });
      const told = (z: Int8Array) => energies(model, z).map((value) => (step * value - offset) / scale);
      // the first state tells nearly always
      if (matches(told(values.subarray(0, sent.n)), theirs, noise) === 0) continue;
      const reported = told(values);
      if (matches(reported, theirs, noise) === theirs.length) return `the machine holds coefficients of ${bits} bits`;
    }
  }
  return undefined;
}

/** How numbers are rounded to float32, digits or decimals, in words; undefined if they are not. */
export function coarseness(right: Float64Array, theirs: Float64Array, noise: number, size: number): string | undefined {
  if (matches(right, theirs, FLOAT32_NOISE * size) === theirs.length) return "to float32, or by as little";
  for (let digits = 2; digits <= MAX_DECIMALS; digits++) {
    const rounded = right.map((value) => Number(value.toPrecision(digits)));
    if (matches(rounded, theirs, noise) === theirs.length) return `to ${digits} digits`;
  }
  for (let decimals = MAX_DECIMALS; decimals >= 0; decimals--) {
    const unit = 10 ** -decimals;
    const whole = theirs.every((value) => Math.abs(value - unit * Math.round(value / unit)) <= noise);
    if (whole && matches(right, theirs, unit / 2 + noise) === theirs.length) return `to ${decimals} decimals`;
  }
  return undefined;
}
