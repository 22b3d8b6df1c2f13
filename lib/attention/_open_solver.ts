import type { Kernels } from "../kernels/mod.ts";
import type { PackedHeads, PackedSolve, PackedSolver } from "./annealed_selection.ts";
import type { BlockShape } from "./block.ts";
import { checkChosen } from "./check_problem.ts";
import type { AttentionSolver, EnergyWeights } from "./types.ts";
import { unpackHeads } from "./_unpack_heads.ts";

function isPacked(solver: AttentionSolver): solver is PackedSolver {
  return "open" in solver;
}

/** Makes any solver work on packed heads: ours in place, others through a copy. */
export function openSolver(
  solver: AttentionSolver,
  kernels: Kernels,
  shape: BlockShape,
  weights: EnergyWeights,
  heads: PackedHeads,
  sweeps?: number,
): PackedSolve {
  if (isPacked(solver)) return solver.open(kernels, shape, weights, heads, { sweeps });
  return (samples, seed, firstStream, part) => {
    const { tokens, ...own } = part ?? { ...heads, weights, tokens: shape.tokens };
    const problem = unpackHeads(samples, { ...shape, tokens }, { ...own, copies: heads.copies }, own.weights);
    const { chosen } = solver.solve(problem, { seed, sweeps, firstStream });
    checkChosen(problem, chosen);
    own.chosen.set(chosen);
  };
}
