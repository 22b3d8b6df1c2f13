import { forEachPair } from "../_terms.ts";
import type { Problem, Reading } from "./types.ts";

const RELATIVE_ROUNDING = 1e-12;

/** What a listed number is multiplied by to give the coefficient of its pair: 1/2 for a cut, 2 for a symmetric Q. */
export function plainScale(reading: Reading): number {
  return reading === "ising" ? 1 : reading === "maxcut" ? 0.5 : 2;
}

/**
 * Throws unless a plain list, read as `reading`, has a place for all that is in the model.
 *
 * @throws {RangeError} if the model is of the other vartype, has fields beside couplings of spins, or a constant that the list does not imply
 */
export function checkPlainList(format: string, { model }: Problem, reading: Reading): void {
  const refuse = (what: string, way = "write qbsolv, coo or bqm-json instead") => {
    throw new RangeError(`Cannot write ${format} as ${reading}: ${what}; ${way}`);
  };
  if ((model.vartype === "qubo") !== (reading === "qubo")) {
    refuse("the model is a QUBO", 'write it as "qubo", or another format');
  }
  if (reading !== "qubo" && model.linear.some((value) => value !== 0)) {
    refuse("the model has fields, and a list of pairs has no place for them");
  }
  let expected = 0;
  let size = 0;
  if (reading === "maxcut") {
    forEachPair(model.couplings, (_i, _j, value) => {
      expected -= value;
      size += Math.abs(value);
    });
  }
  if (Math.abs(model.offset - expected) > RELATIVE_ROUNDING * size) {
    refuse(
      reading === "maxcut"
        ? `its offset is ${model.offset}, and that of a cut of these weights is ${expected}`
        : `it has an offset of ${model.offset}, and the format has no place for a constant`,
    );
  }
}
