import { denseCouplings, type IsingModel, isingModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";

/** A ring or an open chain of n spins, every coupling J. */
export function chainModel(n: number, J: number, closed: boolean): IsingModel {
  const pairs = Array.from({ length: n - 1 }, (_, i): [number, number, number] => [i, i + 1, J]);
  if (closed) pairs.push([0, n - 1, J]);
  return isingModel({ couplings: sparseCouplings(n, pairs) });
}

/** Normal couplings of variance 1 / n and normal fields of deviation `field`. */
export function glassModel(n: number, seed: number, field: number): IsingModel {
  const rng = new Rng(seed, n);
  const J = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) J[i * n + j] = J[j * n + i] = rng.normal() / Math.sqrt(n);
  }
  return isingModel({
    couplings: denseCouplings(J),
    linear: Float64Array.from({ length: n }, () => field * rng.normal()),
  });
}

/** Every pair coupled by J, every spin in the field h. */
export function completeModel(n: number, J: number, h: number): IsingModel {
  const values = Float64Array.from({ length: n * n }, (_, k) => k % (n + 1) === 0 ? 0 : J);
  return isingModel({ couplings: denseCouplings(values), linear: new Float64Array(n).fill(h) });
}

/** Spins without couplings. */
export function freeModel(fields: readonly number[]): IsingModel {
  return isingModel({ couplings: sparseCouplings(fields.length, []), linear: fields });
}

/** Two models side by side. */
export function sideBySide(a: IsingModel, b: IsingModel): IsingModel {
  const n = a.n + b.n;
  const values = new Float64Array(n * n);
  for (const [model, from] of [[a, 0], [b, a.n]] as const) {
    if (model.couplings.form !== "dense") throw new TypeError("Cannot put models side by side: make them dense");
    for (let i = 0; i < model.n; i++) {
      for (let j = 0; j < model.n; j++) values[(from + i) * n + from + j] = model.couplings.values[i * model.n + j];
    }
  }
  return isingModel({ couplings: denseCouplings(values), linear: [...a.linear, ...b.linear] });
}
