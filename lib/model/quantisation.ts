import { forEachPair } from "./_terms.ts";
import { csrCouplings, denseCouplings } from "./couplings.ts";
import { toSparse } from "./forms.ts";
import { isingModel, quboModel } from "./models.ts";
import { checkOptionNames } from "./option_names.ts";
import type { IsingModel, Model, QuboModel } from "./types.ts";

const MAX_BITS = 53;

/** How coarse coefficients become: by bits, or by the step. */
export interface QuantisationOptions {
  /** Signed integers of this many bits, 2 to 53: from `-(2^(bits-1) - 1)` to `2^(bits-1) - 1`. */
  readonly bits?: number;
  /** What 1 stands for, in units of energy; instead of bits. */
  readonly step?: number;
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
 * With bits the step is `max |coefficient| / (2^(bits-1) - 1)`, or 1 where the coefficients are such integers already. The bound
 * on energies is the sum of all roundings: reached only if all of them pull one way. A state that is optimal for the rounded
 * model is within twice the bound of the optimum.
 *
 * @returns a fresh model; sparse from factored couplings, else the form is kept
 * @throws {TypeError} unless either bits or a step is given
 * @throws {RangeError} if bits is no integer from 2 to 53, the step is not positive, or a multiple is above 2^53
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
  let energyError = 0;
  const rounded = (value: number) => {
    const multiple = Math.round(value / step);
    if (!Number.isSafeInteger(multiple)) {
      throw new RangeError(`Cannot round ${value} to multiples of ${step}: ${multiple} of them; choose a larger step`);
    }
    // not -0
    return multiple + 0;
  };
  forEachPair(couplings, (_i, _j, value) => energyError += Math.abs(value - step * rounded(value)));
  for (const value of model.linear) energyError += Math.abs(value - step * rounded(value));
  const whole = couplings.form === "sparse"
    ? csrCouplings(n, couplings.rowPtr, couplings.columns, couplings.values.map(rounded))
    : denseCouplings(couplings.form === "dense" ? couplings.values.map(rounded) : []);
  const parts = { couplings: whole, linear: model.linear.map(rounded), offset: model.offset / step };
  return Object.freeze({ model: model.vartype === "ising" ? isingModel(parts) : quboModel(parts), step, energyError });
}

function chosenStep(model: Model, options: QuantisationOptions): number {
  checkOptionNames("Cannot round the model", options, ["bits", "step"]);
  const { bits, step } = options;
  if ((bits === undefined) === (step === undefined)) {
    throw new TypeError("Cannot round the model: expected either bits or a step");
  }
  if (step !== undefined) {
    if (step > 0 && Number.isFinite(step)) return step;
    throw new RangeError(`Cannot round the model: the step is ${step}, expected a positive number`);
  }
  const width = bits ?? 0;
  if (!Number.isInteger(width) || width < 2 || width > MAX_BITS) {
    throw new RangeError(`Cannot round the model: bits is ${width}, expected an integer from 2 to ${MAX_BITS}`);
  }
  const largest = 2 ** (width - 1) - 1;
  let most = 0;
  let isWhole = true;
  const see = (value: number) => {
    most = Math.max(most, Math.abs(value));
    isWhole &&= Number.isInteger(value);
  };
  forEachPair(model.couplings, (_i, _j, value) => see(value));
  model.linear.forEach(see);
  return isWhole && most <= largest ? 1 : most / largest;
}
