import { type Kernels, roundUp4 } from "../kernels/mod.ts";
import type { PackedSoftSolve, PackedSoftSolver, SoftShape } from "./annealed_soft_selection.ts";
import { checkSoftChosen } from "./soft_energies.ts";
import type { SoftSolver } from "./soft_types.ts";

function isPacked(solver: SoftSolver): solver is PackedSoftSolver {
  return "open" in solver;
}

/** Makes any solver work on problems in an arena: ours in place, others through a copy. */
export function openSoftSolver(
  solver: SoftSolver,
  kernels: Kernels,
  shape: SoftShape,
  sweeps?: number,
): PackedSoftSolve {
  if (isPacked(solver)) return solver.open(kernels, shape, { sweeps });
  const { heads, bits, weights } = shape;
  return ({ samples, tokens, couplings, fields, chosen }, seed, firstStream) => {
    const places = samples * heads * tokens, stride = roundUp4(tokens);
    const dense = new Float32Array(places * tokens);
    for (let r = 0; r < places; r++) dense.set(couplings.subarray(r * stride, r * stride + tokens), r * tokens);
    const sizes = { batch: samples, heads, tokens, bits };
    const problem = { ...sizes, couplings: dense, fields: fields.slice(0, places), weights };
    const found = solver.solve(problem, { seed, sweeps, firstStream });
    checkSoftChosen(sizes, found.chosen);
    chosen.set(found.chosen);
  };
}
