import {
  denseCouplings,
  factoredCouplings,
  type IsingModel,
  isingModel,
  type Model,
  type QuboModel,
  quboModel,
  toSparse,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";

/** How the coefficients of an example are drawn. */
export type Coefficients = "integer" | "normal";

/** A random symmetric matrix with zero diagonal, `[n, n]`; integers are -3 .. 3. */
export function randomCouplingMatrix(n: number, rng: Rng, kind: Coefficients): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) matrix[i * n + j] = matrix[j * n + i] = draw(rng, kind);
  }
  return matrix;
}

/** One coefficient. */
export function draw(rng: Rng, kind: Coefficients): number {
  return kind === "integer" ? rng.integer(7) - 3 : rng.normal();
}

/** Random models of n variables with fields and offset: both vartypes, all three forms, named. */
export function exampleModels(n: number, seed: number, kind: Coefficients): { name: string; model: Model }[] {
  const rng = new Rng(seed);
  const couplings = denseCouplings(randomCouplingMatrix(n, rng, kind));
  const linear = Float64Array.from({ length: n }, () => draw(rng, kind));
  const factor = () => Float64Array.from({ length: 2 * n }, () => draw(rng, kind));
  const factored = factoredCouplings(n, factor(), factor());
  const offset = 2.5;
  const ising: IsingModel = isingModel({ couplings, linear, offset });
  const qubo: QuboModel = quboModel({ couplings, linear, offset });
  return [
    { name: "ising dense", model: ising },
    { name: "ising sparse", model: toSparse(ising) },
    { name: "ising factored", model: isingModel({ couplings: factored, linear, offset }) },
    { name: "qubo dense", model: qubo },
    { name: "qubo sparse", model: toSparse(qubo) },
    { name: "qubo factored", model: quboModel({ couplings: factored, linear, offset }) },
  ];
}
