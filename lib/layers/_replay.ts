import type { AttentionSolver, PackedSolver } from "../attention/mod.ts";

/** A selection to use instead of solving; null: solve. */
export interface Replay {
  chosen: Uint8Array | null;
}

/** A solver that gives `replay.chosen` where there is one: a forward pass done again chooses what it chose before. */
export function replaying(solver: AttentionSolver, replay: Replay): AttentionSolver {
  const again: AttentionSolver = {
    name: solver.name,
    solve(problem, options) {
      if (replay.chosen === null) return solver.solve(problem, options);
      return { chosen: replay.chosen, energies: new Float64Array(problem.batch).fill(NaN), solver: solver.name };
    },
  };
  if (!isPacked(solver)) return again;
  const packed: PackedSolver = {
    ...again,
    open(kernels, shape, weights, heads, options) {
      const solve = solver.open(kernels, shape, weights, heads, options);
      return (samples, seed, firstStream, part) => {
        if (replay.chosen === null) solve(samples, seed, firstStream, part);
        else (part ?? heads).chosen.set(replay.chosen);
      };
    },
  };
  return packed;
}

function isPacked(solver: AttentionSolver): solver is PackedSolver {
  return "open" in solver;
}
