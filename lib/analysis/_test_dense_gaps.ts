import { openHypercube } from "../kernels/mod.ts";
import type { IsingModel } from "../model/mod.ts";
import { fillEnergies, stateEnergies } from "./_ising_energies.ts";
import { openChain } from "./_open_chain.ts";
import { assertLowest } from "./_test_brackets.ts";
import { levelVectors, transverseLevels } from "./_transverse_levels.ts";
import { chainGap } from "./mod.ts";

/** Asserts that the gaps of chains at one beta, and the smallest eigenvalue of Metropolis, are those of the dense matrices. */
export function assertChainIsDense(
  model: IsingModel,
  beta: number,
  rules: readonly ("glauber" | "metropolis")[] = ["glauber", "metropolis"],
): void {
  for (const dynamics of rules) {
    const { gap, lambdaMin } = chainGap(model, { beta, dynamics, method: "lanczos" });
    const { cube, g } = openChain("Cannot compare", stateEnergies(model), beta, "full", 2);
    const apply = (psi: Float64Array, out: Float64Array) => cube.applyGenerator(dynamics, 1 / cube.n, g, psi, out);
    assertLowest(`${dynamics}, ${model.n} spins`, cube, apply, [g], gap, 2e-8 * gap);
    const mirrored = (psi: Float64Array, out: Float64Array) => {
      apply(psi, out);
      for (let x = 0; x < out.length; x++) out[x] = 2 * psi[x] - out[x];
    };
    // the smallest eigenvalue of P from the other end
    if (lambdaMin !== null) {
      assertLowest(`${dynamics}, other end`, cube, mirrored, [], 1 + lambdaMin, 2e-8 * (1 + lambdaMin));
    }
    cube.close();
  }
}

/** Asserts that the two lowest levels in a transverse field are those of the dense matrix. */
export function assertLevelsAreDense(model: IsingModel, s: number): void {
  const cube = openHypercube({ n: model.n, vectors: levelVectors(2) + 2 });
  const [E] = cube.vectors;
  const lowest = fillEnergies(stateEnergies(model), false, E);
  for (let x = 0; x < E.length; x++) E[x] -= lowest;
  const search = {
    method: "lanczos",
    wanted: 2,
    tolerance: 1e-8,
    maxProducts: 5000,
    warm: false,
    verify: true,
  } as const;
  const { values } = transverseLevels(cube, { s, A: 1 - s, B: s, dA: -1, dB: 1 }, search);
  const apply = (psi: Float64Array, out: Float64Array) => cube.applyTransverse(1 - s, s, E, psi, out);
  for (const k of [0, 1]) {
    const known = cube.vectors.slice(1, 1 + k);
    assertLowest(
      `level ${k} at s = ${s}, ${model.n} spins`,
      cube,
      apply,
      known,
      values[k],
      1e-7 * (values[1] - values[0]),
    );
  }
  cube.close();
}
