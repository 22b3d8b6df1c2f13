import type { Bytes, Floats, Kernels } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import type { PackedSolve, PackedSolver } from "./annealed_selection.ts";
import type { BlockShape } from "./block.ts";
import { checkChosen } from "./check_problem.ts";
import type { AttentionProblem, AttentionSolver, EnergyWeights } from "./types.ts";

function isPacked(solver: AttentionSolver): solver is PackedSolver {
  return "open" in solver;
}

/** Makes any solver work on packed heads: ours in place, others through a copy. */
export function openSolver(
  solver: AttentionSolver,
  kernels: Kernels,
  shape: BlockShape,
  weights: EnergyWeights,
  heads: { readonly packed: Floats; readonly fields: Floats; readonly chosen: Bytes },
  sweeps?: number,
): PackedSolve {
  if (isPacked(solver)) return solver.open(kernels, shape, weights, heads, { sweeps });
  const { heads: H, tokens: N, width: d } = shape;
  const dp = roundUp4(d);
  return (samples, seed, firstStream) => {
    const queries = new Float32Array(samples * H * N * d);
    const keys = new Float32Array(samples * H * N * d);
    for (let i = 0; i < samples * H * N; i++) {
      for (let a = 0; a < d; a++) {
        queries[i * d + a] = heads.packed[2 * i * dp + a];
        keys[i * d + a] = heads.packed[(2 * i + 1) * dp + a];
      }
    }
    const fields = heads.fields.slice(0, samples * H * N);
    const problem: AttentionProblem = { batch: samples, heads: H, tokens: N, width: d, queries, keys, fields, weights };
    const { chosen } = solver.solve(problem, { seed, sweeps, firstStream });
    checkChosen(problem, chosen);
    heads.chosen.set(chosen);
  };
}
