import { inBlocks, type IsingModel, type Work } from "../model/mod.ts";
import { largestOf } from "./_coupling_size.ts";

// wide enough for sums, squares and betas in float32 on either side
const ORDINARY = 2 ** 80;
const MOST_POWER = 1000;

/**
 * The power of two that brings the largest coefficient to about 1 where float32 or its square would not hold it; 1 for a model of
 * ordinary numbers or zeros, and for factored couplings, whose products are not looked at.
 */
export function* levellingFactor({ couplings, linear }: IsingModel): Work<number> {
  if (couplings.form === "factored") return 1;
  let largest = largestOf(linear, 0, linear.length);
  const { values } = couplings;
  yield* inBlocks(values.length, 1, (from, to) => largest = Math.max(largest, largestOf(values, from, to)));
  if (largest === 0 || (largest >= 1 / ORDINARY && largest <= ORDINARY)) return 1;
  return 2 ** Math.max(-MOST_POWER, Math.min(MOST_POWER, -Math.floor(Math.log2(largest))));
}

/** The model of all energies times a power of two; what is small beside the largest coefficient may vanish. */
export function* levelled(ising: IsingModel, factor: number): Work<IsingModel> {
  const { couplings, linear, offset } = ising;
  if (couplings.form === "factored") throw new TypeError("Cannot level factored couplings: make them dense");
  const values = new Float64Array(couplings.values.length);
  yield* inBlocks(values.length, 1, (from, to) => {
    for (let k = from; k < to; k++) values[k] = couplings.values[k] * factor;
  });
  return {
    ...ising,
    couplings: { ...couplings, values },
    linear: linear.map((value) => value * factor),
    offset: offset * factor,
  };
}
