import { type IsingModel, isingModel, sparseCouplings } from "../../model/mod.ts";
import { Rng } from "../../random/mod.ts";

/** A model in which every pair is coupled with the probability given, of normal or of small whole coefficients. */
export function randomModel(n: number, density: number, seed: number, whole = false): IsingModel {
  const rng = new Rng(seed);
  const draw = () => whole ? rng.integer(7) - 3 : rng.normal();
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) if (rng.uniform() < density) pairs.push([i, j, draw()]);
  }
  const linear = Float64Array.from({ length: n }, draw);
  return isingModel({ couplings: sparseCouplings(n, pairs), linear, offset: draw() });
}

/** A model in which every pair is coupled, without a zero. */
export function cliqueModel(n: number): IsingModel {
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) pairs.push([i, j, 1 + ((i * 7 + j) % 5)]);
  return isingModel({ couplings: sparseCouplings(n, pairs) });
}
