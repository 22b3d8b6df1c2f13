import { Rng } from "../random/mod.ts";
import { PairTable } from "./_pair_table.ts";
import { forEachPair } from "./_terms.ts";
import { denseCouplings } from "./couplings.ts";
import { toSparse } from "./forms.ts";
import { isingModel, quboModel } from "./models.ts";
import { checkOptionNames } from "./option_names.ts";
import type { IsingModel, Model, QuboModel } from "./types.ts";

const MAX_BITS = 53;
const ROUNDINGS = ["nearest", "truncate", "stochastic"];

/** How coarse coefficients become: by bits, by the step, or by both. */
export interface QuantisationOptions {
  /** Signed integers of this many bits, 2 to 53: from `-(2^(bits-1) - 1)` to `2^(bits-1) - 1`. */
  readonly bits?: number;
  /** What 1 stands for, in units of energy. With bits too, what lies outside their range is clipped to its end. */
  readonly step?: number;
  /**
   * `nearest` whole multiple, halves away from 0; `truncate`, toward 0, as a cast to integers does; or `stochastic`, up with the
   * probability that leaves the mean where it was, so that what is far below the step survives on the average of several models.
   *
   * @default {"nearest"}
   */
  readonly rounding?: "nearest" | "truncate" | "stochastic";
  /** Seed of stochastic rounding, an integer from 0. @default {0} */
  readonly seed?: number;
}

/** A model with whole coefficients that stands for another one. */
export interface QuantisedModel<M extends Model = Model> {
  /** The model with whole couplings and linear coefficients; its offset is divided by the step and not rounded. */
  readonly model: M;
  /** `step` times its energy stands for the original energy. */
  readonly step: number;
  /** The two differ by at most this in every state, beside float64 rounding; 0 where nothing was rounded. */
  readonly energyError: number;
}

/**
 * Rounds couplings and linear coefficients to whole multiples of a step.
 *
 * With bits alone the step is `max |coefficient| / (2^(bits-1) - 1)`, or 1 where the coefficients are such integers already. The bound
 * on energies is the sum of all roundings: reached only if all of them pull one way. A state that is optimal for the rounded
 * model is within twice the bound of the optimum. With bits and a step, clipping counts as rounding.
 *
 * @returns a fresh model; sparse from factored couplings, else the form is kept
 * @throws {TypeError} if neither bits nor a step is given, or the rounding is none of the three
 * @throws {RangeError} if bits is no integer from 2 to 53, the step is not positive, a multiple is above 2^53, or the seed is
 *   no integer from 0
 *
 * Cost one pass over the couplings.
 *
 * @example Three bits: -3 to 3
 * ```ts
 * import { isingModel, quantiseModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, step, energyError } = quantiseModel(
 *   isingModel({ couplings: sparseCouplings(2, [[0, 1, -6]]), linear: [3, 0] }),
 *   { bits: 3 },
 * );
 * assertEquals([step, model.linear[0], energyError], [2, 2, 1]);
 * ```
 */
export function quantiseModel(model: IsingModel, options: QuantisationOptions): QuantisedModel<IsingModel>;
/** Rounds the coefficients of a QUBO to whole multiples of a step. */
export function quantiseModel(model: QuboModel, options: QuantisationOptions): QuantisedModel<QuboModel>;
/** Rounds couplings and linear coefficients to whole multiples of a step. */
export function quantiseModel(model: Model, options: QuantisationOptions): QuantisedModel;
export function quantiseModel(given: Model, options: QuantisationOptions): QuantisedModel {
  const model = given.couplings.form === "factored" ? toSparse(given) : given;
  const { n, couplings } = model;
  const step = chosenStep(model, options);
  const largest = options.bits !== undefined && options.step !== undefined ? 2 ** (options.bits - 1) - 1 : Infinity;
  const whole = wholeMultiple(step, largest, options);
  let energyError = 0;
  const rounded = (value: number) => {
    const multiple = whole(value);
    energyError += Math.abs(value - step * multiple);
    return multiple;
  };
  // each pair once, for its two entries are one draw
  const table = new PairTable();
  const matrix = couplings.form === "dense" ? new Float64Array(n * n) : undefined;
  forEachPair(couplings, (i, j, value) => {
    const multiple = rounded(value);
    if (matrix !== undefined) matrix[i * n + j] = matrix[j * n + i] = multiple;
    else if (multiple !== 0) table.add(i, j, multiple);
  });
  const parts = {
    couplings: matrix === undefined ? table.couplings(n) : denseCouplings(matrix),
    linear: model.linear.map(rounded),
    offset: model.offset / step,
  };
  return Object.freeze({ model: model.vartype === "ising" ? isingModel(parts) : quboModel(parts), step, energyError });
}

function wholeMultiple(step: number, largest: number, { rounding = "nearest", seed = 0 }: QuantisationOptions) {
  const rng = new Rng(seed, 0);
  const near = {
    nearest: (exact: number) => Math.sign(exact) * Math.round(Math.abs(exact)),
    truncate: Math.trunc,
    stochastic: (exact: number) => Math.floor(exact + rng.uniform()),
  }[rounding];
  return (value: number): number => {
    const exact = value / step;
    // what is whole stays
    const whole = Number.isInteger(exact) ? exact : near(exact);
    const multiple = Math.max(-largest, Math.min(largest, whole));
    if (!Number.isSafeInteger(multiple)) {
      throw new RangeError(`Cannot round ${value} to multiples of ${step}: ${multiple} of them; choose a larger step`);
    }
    // not -0
    return multiple + 0;
  };
}

function chosenStep(model: Model, options: QuantisationOptions): number {
  checkOptionNames("Cannot round the model", options, ["bits", "step", "rounding", "seed"]);
  const { bits, step, rounding = "nearest" } = options;
  if (bits === undefined && step === undefined) {
    throw new TypeError("Cannot round the model: expected bits, a step, or both");
  }
  if (!ROUNDINGS.includes(rounding)) {
    throw new TypeError(`Cannot round the model: rounding is ${rounding}, expected ${ROUNDINGS.join(", ")}`);
  }
  const width = bits ?? 2;
  if (!Number.isInteger(width) || width < 2 || width > MAX_BITS) {
    throw new RangeError(`Cannot round the model: bits is ${width}, expected an integer from 2 to ${MAX_BITS}`);
  }
  if (step !== undefined) {
    if (step > 0 && Number.isFinite(step)) return step;
    throw new RangeError(`Cannot round the model: the step is ${step}, expected a positive number`);
  }
  return quantisationSteps(model)(width);
}

/**
 * Gives the step that {@link quantiseModel} takes at a number of bits.
 *
 * `max |coefficient| / (2^(bits-1) - 1)`, or 1 where the coefficients are such integers already, or there are none but zeros.
 *
 * @returns a function of the bits, 2 to 53
 *
 * Cost one pass over the couplings; then O(1) a step.
 *
 * @example The largest coefficient is 6, the largest integer of three bits 3
 * ```ts
 * import { isingModel, quantisationSteps, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -6]]), linear: [3, 0] });
 * assertEquals(quantisationSteps(model)(3), 2);
 * ```
 */
export function quantisationSteps(model: Model): (bits: number) => number {
  let most = 0;
  let isWhole = true;
  const see = (value: number) => {
    most = Math.max(most, Math.abs(value));
    isWhole &&= Number.isInteger(value);
  };
  forEachPair(model.couplings, (_i, _j, value) => see(value));
  model.linear.forEach(see);
  return (bits) => {
    const largest = 2 ** (bits - 1) - 1;
    return isWhole && most <= largest ? 1 : most / largest;
  };
}
