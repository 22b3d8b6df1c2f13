import { forEachPair, scaled } from "./_terms.ts";
import { isingModel, quboModel } from "./models.ts";
import { checkOptionNames } from "./option_names.ts";
import type { IsingModel, Model, QuboModel } from "./types.ts";

/** The ranges that coefficients are to keep. */
export interface ScaleToRangeOptions {
  /** Lowest and highest coupling, around 0. @default {[-1, 1]} */
  readonly couplings?: readonly [lowest: number, highest: number];
  /** Lowest and highest linear coefficient, around 0. @default {the range of the couplings} */
  readonly linear?: readonly [lowest: number, highest: number];
  /** Takes the next lower power of two, by which numbers are multiplied without rounding. @default {true} */
  readonly powerOfTwo?: boolean;
}

/** A model with its energies multiplied by a factor. */
export interface ScaledModel<M extends Model = Model> {
  /** The model with all coefficients multiplied, the offset too. */
  readonly model: M;
  /** What they were multiplied by: an energy of the original is one of this model divided by it. */
  readonly factor: number;
}

/**
 * Multiplies all energies by a factor: couplings, linear coefficients and offset.
 *
 * @param factor positive; a power of two multiplies without rounding
 * @returns a fresh model, the form of the couplings kept
 * @throws {RangeError} if the factor is not positive, or a coefficient becomes infinite or 0
 *
 * Cost one pass over the couplings.
 *
 * @example Twice the energy
 * ```ts
 * import { energy, isingModel, scaleModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [3], offset: 1 });
 * assertEquals(energy(scaleModel(model, 2), [1]), 8);
 * ```
 */
export function scaleModel(model: IsingModel, factor: number): IsingModel;
/** Multiplies all energies of a QUBO by a factor. */
export function scaleModel(model: QuboModel, factor: number): QuboModel;
/** Multiplies all energies by a factor. */
export function scaleModel(model: Model, factor: number): Model;
export function scaleModel(model: Model, factor: number): Model {
  if (!(factor > 0 && Number.isFinite(factor))) {
    throw new RangeError(`Cannot scale the model by ${factor}: expected a positive number`);
  }
  forEachPair(model.couplings, (_i, _j, value) => checkProduct(value, factor));
  model.linear.forEach((value) => checkProduct(value, factor));
  checkProduct(model.offset, factor);
  const linear = model.linear.map((value) => value * factor);
  const parts = { couplings: scaled(model.couplings, factor), linear, offset: model.offset * factor };
  return model.vartype === "ising" ? isingModel(parts) : quboModel(parts);
}

function checkProduct(value: number, factor: number): void {
  const product = value * factor;
  if (!Number.isFinite(product) || (product === 0 && value !== 0)) {
    throw new RangeError(
      `Cannot scale the model by ${factor}: ${value} becomes ${product}; choose a factor nearer to 1`,
    );
  }
}

/**
 * Multiplies all energies by the largest factor that keeps the coefficients within ranges.
 *
 * By default a power of two, so that energies scale exactly; it fills at least half of a range. A model of zeros keeps its
 * scale. The offset is in no range.
 *
 * @returns a fresh model and the factor
 * @throws {TypeError} if an option is not known
 * @throws {RangeError} if a range does not hold 0 between two numbers
 *
 * Cost one pass over the couplings, O(n^2 d) for factored ones.
 *
 * @example Into a machine that takes -1 to 1
 * ```ts
 * import { isingModel, scaleToRange, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, -5]]), linear: [2, 0] });
 * assertEquals(scaleToRange(model).factor, 1 / 8);
 * assertEquals(scaleToRange(model, { powerOfTwo: false }).factor, 1 / 5);
 * ```
 */
export function scaleToRange(model: IsingModel, options?: ScaleToRangeOptions): ScaledModel<IsingModel>;
/** Multiplies all energies of a QUBO by the largest factor that keeps the coefficients within ranges. */
export function scaleToRange(model: QuboModel, options?: ScaleToRangeOptions): ScaledModel<QuboModel>;
/** Multiplies all energies by the largest factor that keeps the coefficients within ranges. */
export function scaleToRange(model: Model, options?: ScaleToRangeOptions): ScaledModel;
export function scaleToRange(model: Model, options: ScaleToRangeOptions = {}): ScaledModel {
  checkOptionNames("Cannot scale the model", options, ["couplings", "linear", "powerOfTwo"]);
  const { couplings = [-1, 1], linear = couplings, powerOfTwo = true } = options;
  let factor = Infinity;
  const fit = (value: number, [lowest, highest]: readonly [number, number]) => {
    if (value !== 0) factor = Math.min(factor, (value > 0 ? highest : lowest) / value);
  };
  for (const [name, range] of [["couplings", couplings], ["linear", linear]] as const) {
    if (!(range.length === 2 && range[0] < 0 && range[1] > 0 && range.every(Number.isFinite))) {
      throw new RangeError(`Cannot scale the model: ${name} is [${range}], expected a negative and a positive number`);
    }
  }
  forEachPair(model.couplings, (_i, _j, value) => fit(value, couplings));
  model.linear.forEach((value) => fit(value, linear));
  if (factor === Infinity) factor = 1;
  else if (powerOfTwo) factor = lowerPowerOfTwo(factor);
  return Object.freeze({ model: scaleModel(model, factor), factor });
}

function lowerPowerOfTwo(value: number): number {
  const power = 2 ** Math.floor(Math.log2(value));
  // the logarithm is rounded
  return power > value ? power / 2 : 2 * power <= value ? 2 * power : power;
}
