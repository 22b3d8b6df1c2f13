import {
  isingModel,
  type Model,
  type QuantisedModel,
  quantiseModel,
  quboModel,
  scaleModel,
  scaleToRange,
  sparseCouplings,
  toSparse,
} from "../model/mod.ts";
import type { Precision } from "./types.ts";

/** How coefficients are made integers where they are none at any scale. */
export type Quantise = "nearest" | "stochastic";

/** Differences up to this share of the largest coefficient are float64's, not the model's: 0.1, 0.2 and 0.3 are 1, 2, 3. */
const FLOAT_NOISE = 2 ** -40;

/** A model in numbers that a machine holds, and what it stands for. */
export interface FittedModel<M extends Model = Model> extends QuantisedModel<M> {
  /** True if coefficients were changed by more than float64 rounding. */
  readonly rounded: boolean;
}

/**
 * Gives a model whose coefficients a machine can hold, at the scale that keeps them exact, where there is one.
 *
 * @param cannot start of the message: `Cannot send to hitachi`
 * @param quantise how coefficients are rounded that fit at no scale; refused if undefined
 * @param seed of stochastic rounding, by which a coefficient between two integers becomes either, right on average
 * @throws {RangeError} if the coefficients fit at no scale and nothing was said about rounding
 */
export function fitPrecision<M extends Model>(
  cannot: string,
  model: M,
  precision: Precision,
  quantise?: Quantise,
  seed = 0,
): FittedModel<M> {
  if (precision.kind !== "integer") return floatModel(model, precision) as FittedModel<M>;
  const { min, max } = precision;
  const numbers = coefficients(model);
  const exact = exactStep(numbers, min, max);
  if (exact !== undefined) {
    return { ...quantiseModel(model as Model, { step: exact }), energyError: 0, rounded: false } as FittedModel<M>;
  }
  if (quantise === undefined) {
    throw new RangeError(
      `${cannot}: coefficients must be integers from ${min} to ${max}, and those of the model are such integers at no ` +
        `scale; let them be rounded with quantise: "nearest" or "stochastic", and look first with preflight() at what that ` +
        `does to the model`,
    );
  }
  let step = 0;
  for (const value of numbers) step = Math.max(step, value / (value > 0 ? max : min));
  // a hair more, so that the largest stays within the range whichever way it is rounded
  step *= 1 + Number.EPSILON;
  return { ...quantiseModel(model as Model, { step, rounding: quantise, seed }), rounded: true } as FittedModel<M>;
}

function coefficients(model: Model): number[] {
  const { rowPtr, columns, values } = toSparse(model).couplings;
  const numbers: number[] = [];
  for (let i = 0; i < model.n; i++) {
    if (model.linear[i] !== 0) numbers.push(model.linear[i]);
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) numbers.push(values[k]);
  }
  return numbers;
}

// the largest number that all are multiples of, by Euclid; 1 where that does
function exactStep(numbers: readonly number[], min: number, max: number): number | undefined {
  const fits = (step: number) =>
    numbers.every((value) => {
      const multiple = Math.round(value / step);
      const noise = FLOAT_NOISE * Math.abs(value);
      return multiple >= min && multiple <= max && Math.abs(value - step * multiple) <= noise;
    });
  if (fits(1)) return 1;
  const most = numbers.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const finest = most / Math.max(max, -min) / 2;
  let step = 0;
  for (const value of numbers) {
    let [a, b] = [Math.max(step, Math.abs(value)), Math.min(step, Math.abs(value))];
    while (b > FLOAT_NOISE * most) [a, b] = [b, remainder(a, b)];
    step = a;
    if (step < finest) return undefined;
  }
  // Euclid's rest carries the noise of all subtractions: the step of the largest coefficient does not
  step = most / Math.round(most / step);
  return fits(step) ? step : undefined;
}

// 0.3 % 0.1 is 0.09999999999999998: a rest that is almost all of b is none, and as one it would spoil the step
function remainder(a: number, b: number): number {
  const rest = a % b;
  return Math.min(rest, b - rest);
}

function floatModel(model: Model, precision: Exclude<Precision, { kind: "integer" }>): FittedModel {
  if (precision.kind === "float32") {
    const { model: whole, rounded } = single(model);
    return { model: whole, step: 1, energyError: 0, rounded };
  }
  const { min = -Infinity, max = Infinity } = precision;
  // models are finite
  if (min === -Infinity && max === Infinity) return { model, step: 1, energyError: 0, rounded: false };
  if (coefficients(model).every((value) => value >= min && value <= max)) {
    return { model, step: 1, energyError: 0, rounded: false };
  }
  const range = [Math.max(min, -Number.MAX_VALUE), Math.min(max, Number.MAX_VALUE)] as const;
  const scaled = scaleToRange(model, { couplings: range });
  return { model: scaled.model, step: 1 / scaled.factor, energyError: 0, rounded: false };
}

// float32 rounds every number a little: too little to ask anybody, enough to be told apart in an energy
function single(model: Model): { model: Model; rounded: boolean } {
  const { rowPtr, columns, values } = toSparse(model).couplings;
  const pairs: [number, number, number][] = [];
  let [rounded, held] = [false, true];
  const fround = (value: number) => {
    const result = Math.fround(value);
    rounded ||= result !== value;
    held &&= Number.isFinite(result) && (result !== 0 || value === 0);
    return result;
  };
  for (let i = 0; i < model.n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) pairs.push([i, columns[k], fround(values[k])]);
  }
  const linear = model.linear.map(fround);
  // checkFits() says which coefficient is infinite or 0 in float32
  if (!held) return { model, rounded };
  const parts = { couplings: sparseCouplings(model.n, pairs), linear, offset: model.offset };
  return { model: model.vartype === "ising" ? isingModel(parts) : quboModel(parts), rounded };
}

/** The model that a fitted one stands for: its coefficients in the units of the original. */
export function unfitted(fitted: FittedModel): Model {
  return fitted.step === 1 ? fitted.model : scaleModel(fitted.model, fitted.step);
}
