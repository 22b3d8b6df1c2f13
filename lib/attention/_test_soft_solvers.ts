import { softEnergies } from "./soft_energies.ts";
import type { SoftSolver } from "./soft_types.ts";

/** A solver of bits decided beforehand: problem b gets row `firstStream + b` of `[problems, H, N, q]`. */
export function givenSoft(bits: ArrayLike<number>): SoftSolver {
  return {
    name: "given",
    solve(problem, { firstStream = 0 }) {
      const size = problem.heads * problem.tokens * problem.bits;
      const chosen = Uint8Array.from({ length: problem.batch * size }, (_, at) => bits[firstStream * size + at]);
      return { chosen, energies: softEnergies(problem, chosen), solver: "given" };
    },
  };
}
