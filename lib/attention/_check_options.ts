import { checkOptionNames } from "../model/mod.ts";
import type { SolveOptions } from "./types.ts";

/** Checks what any solver is asked; limits in the messages are the limits of the checks. */
export function checkSolveOptions(options: SolveOptions): void {
  checkOptionNames("Cannot solve", options, ["seed", "sweeps", "replicas", "firstStream"]);
  const { seed, sweeps = 1, replicas = 1, firstStream = 0 } = options;
  const least = { seed: 0, sweeps: 0, replicas: 1, firstStream: 0 };
  checkIntegers("Cannot solve", { seed, sweeps, replicas, firstStream }, least);
}

/** Throws unless every value is an integer of its least or more. */
export function checkIntegers<Name extends string>(
  cannot: string,
  values: Readonly<Record<Name, number>>,
  least: Readonly<Record<Name, number>>,
): void {
  for (const name of Object.keys(values) as Name[]) {
    if (!Number.isSafeInteger(values[name]) || values[name] < least[name]) {
      throw new RangeError(`${cannot}: ${name} must be an integer of ${least[name]} or more, got ${values[name]}`);
    }
  }
}
