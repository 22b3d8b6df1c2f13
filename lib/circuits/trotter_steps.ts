import { checkOptionNames } from "../model/mod.ts";
import { checkFinite, checkInteger } from "./_limits.ts";
import type { Hamiltonian } from "./hamiltonian.ts";
import { rotation, type RotationOperation } from "./operations.ts";

/** Order of a product formula: its error is of this power of the step, for a fixed time. */
export type TrotterOrder = 1 | 2 | 4;

/** Options of {@link trotterSteps}. */
export interface TrotterOptions {
  /** t, for which the Hamiltonian acts. */
  readonly time: number;
  /** Steps that the time is divided into. @default {1} */
  readonly steps?: number;
  /** 1, 2 or 4. @default {2} */
  readonly order?: TrotterOrder;
  /** If given, the coefficient of string j is not that of the Hamiltonian but parameter `firstParameter + j`. @default {none} */
  readonly firstParameter?: number;
}

/** Suzuki's part of a step of fourth order, `1 / (4 - 4^(1/3))`. */
const SUZUKI = 1 / (4 - 4 ** (1 / 3));

/**
 * Splits an evolution `exp(-i t H)` into rotations by a product formula of Lie-Trotter or Suzuki.
 *
 * With `r = t / steps`, order 1 is `prod_j exp(-i r c_j P_j)` in the order of the strings, order 2 half of each forwards and half
 * backwards, order 4 five of those of `p r, p r, (1 - 4 p) r, p r, p r`, p = 1 / (4 - 4^(1/3)). Neighbours of one string are merged. The error is of order
 * `steps^-order`, and 0 where all strings commute.
 *
 * @param H what evolves the state
 * @param options see {@link TrotterOptions}
 * @returns operations for `circuit()`; with `firstParameter` the gradient by the coefficients goes through them
 * @throws {RangeError} if the time is not finite, steps or firstParameter is no integer, or there is no such order
 *
 * Cost strings times steps rotations, twice that for order 2, ten times for order 4.
 * Source: Suzuki, General theory of fractal path integrals with applications to many-body theories and statistical physics
 * (1991), DOI 10.1063/1.529425.
 *
 * @example Half steps meet
 * ```ts
 * import { hamiltonian, trotterSteps } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * const steps = trotterSteps(hamiltonian(1, [[1, "X0"], [2, "Z0"]]), { time: 0.1, order: 2 });
 * assertEquals(steps.map(({ string, angle }) => [string.label, angle]), [["X0", 0.1], ["Z0", 0.4], ["X0", 0.1]]);
 * ```
 */
export function trotterSteps(H: Hamiltonian, options: TrotterOptions): RotationOperation[] {
  const cannot = "Cannot split an evolution into steps";
  checkOptionNames(cannot, options, ["time", "steps", "order", "firstParameter"]);
  const { time, steps = 1, order = 2, firstParameter } = options;
  checkFinite(cannot, "time", time);
  checkInteger(cannot, "steps", steps);
  if (firstParameter !== undefined) checkInteger(cannot, "firstParameter", firstParameter, 0);
  if (order !== 1 && order !== 2 && order !== 4) {
    throw new RangeError(`${cannot}: order must be 1, 2 or 4, got ${order}`);
  }
  // strings and how long each acts
  const forwards = H.strings.map((_, j) => j);
  const second = (t: number) => [...forwards, ...forwards.toReversed()].map((j) => ({ j, t: t / 2 }));
  const parts = order === 1
    ? forwards.map((j) => ({ j, t: 1 }))
    : (order === 2 ? [1] : [SUZUKI, SUZUKI, 1 - 4 * SUZUKI, SUZUKI, SUZUKI]).flatMap(second);
  const merged: { j: number; t: number }[] = [];
  for (let step = 0; step < steps; step++) {
    for (const { j, t } of parts) {
      const last = merged.at(-1);
      if (last?.j === j) last.t += t;
      else merged.push({ j, t });
    }
  }
  return merged.map(({ j, t }) => {
    const factor = 2 * t * time / steps;
    return rotation(
      firstParameter === undefined ? factor * H.coefficients[j] : { parameter: firstParameter + j, factor },
      H.strings[j],
    );
  });
}
