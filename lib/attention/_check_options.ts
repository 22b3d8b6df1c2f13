import { checkOptionNames } from "../model/mod.ts";
import type { SolveOptions } from "./types.ts";

/** Checks what any solver is asked; limits in the messages are the limits of the checks. */
export function checkSolveOptions(options: SolveOptions): void {
  checkOptionNames("Cannot solve", options, ["seed", "sweeps", "replicas", "firstStream"]);
  const { seed, sweeps = 1, replicas = 1, firstStream = 0 } = options;
  const least = { seed: 0, sweeps: 0, replicas: 1, firstStream: 0 };
  for (const [name, value] of Object.entries({ seed, sweeps, replicas, firstStream })) {
    const limit = least[name as keyof typeof least];
    if (!Number.isSafeInteger(value) || value < limit) {
      throw new RangeError(`Cannot solve: ${name} must be an integer of ${limit} or more, got ${value}`);
    }
  }
}
