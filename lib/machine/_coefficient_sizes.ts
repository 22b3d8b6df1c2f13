import { type Model, quantisationSteps, toSparse } from "../model/mod.ts";
import type { DynamicRange, Survival } from "./preflight_types.ts";

const MAX_BITS = 53;

/** `|c|` of every coupling, one a pair, ascending. */
export function couplingSizes(model: Model): Float64Array {
  const { n, couplings: { rowPtr, columns, values } } = toSparse(model);
  const sizes = new Float64Array(values.length / 2);
  let next = 0;
  for (let i = 0; i < n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) sizes[next++] = Math.abs(values[k]);
  }
  return sizes.sort();
}

/** What is left of sizes, ascending, after rounding to multiples of a step, to the nearest one by default. */
export function survival(sizes: Float64Array, step: number, round = Math.round): Survival {
  let [before, after, all, kept] = [0, 0, 0, 0];
  for (const size of sizes) {
    if (size === 0) continue;
    before++;
    all += size;
    if (round(size / step) === 0) continue;
    after++;
    kept += size;
  }
  return { before, after, share: before === 0 ? 1 : after / before, weightShare: all === 0 ? 1 : kept / all };
}

/** How far the coefficients of a model lie apart. */
export function dynamicRange(model: Model, couplings = couplingSizes(model)): DynamicRange {
  const steps = quantisationSteps(model);
  // survival does not fall as bits grow
  const bitsUntil = (isEnough: (step: number) => boolean) => {
    for (let bits = 2; bits <= MAX_BITS; bits++) if (isEnough(steps(bits))) return bits;
    return Infinity;
  };
  const bitsFor = (share: number) => bitsUntil((step) => survival(couplings, step).weightShare >= share);
  return {
    largest: model.linear.reduce((most, value) => Math.max(most, Math.abs(value)), couplings.at(-1) ?? 0),
    largestCoupling: couplings.at(-1) ?? 0,
    smallestCoupling: couplings[0] ?? 0,
    bitsForAll: bitsUntil((step) => survival(couplings, step).share === 1),
    bitsFor99: bitsFor(0.99),
    bitsFor90: bitsFor(0.9),
    bitsFor50: bitsFor(0.5),
  };
}
