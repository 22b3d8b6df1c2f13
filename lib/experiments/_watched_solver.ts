import type { AttentionSolver } from "../attention/mod.ts";

/** What a solver did behind a layer. */
export interface SolverTally {
  /** E of every problem, in order. */
  readonly energies: number[];
  /** Time spent in `solve`, in ms. */
  solveMs: number;
  /** Tokens chosen. */
  chosen: number;
  /** (Head, token) pairs there were. */
  places: number;
}

/** A solver that keeps count of what it does. */
export function watchedSolver(solver: AttentionSolver): AttentionSolver & { readonly tally: SolverTally } {
  const tally: SolverTally = { energies: [], solveMs: 0, chosen: 0, places: 0 };
  return {
    name: solver.name,
    tally,
    solve(problem, options) {
      const start = performance.now();
      const selection = solver.solve(problem, options);
      tally.solveMs += performance.now() - start;
      tally.energies.push(...selection.energies);
      for (const one of selection.chosen) tally.chosen += one;
      tally.places += selection.chosen.length;
      return selection;
    },
  };
}
