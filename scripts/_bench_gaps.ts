import { chainGap, sweepGap, transverseGap } from "../lib/analysis/mod.ts";
import { openHypercube } from "../lib/kernels/mod.ts";
import { denseCouplings, type IsingModel, isingModel } from "../lib/model/mod.ts";
import { Rng } from "../lib/random/mod.ts";
import { timeTogether, type Timing } from "./_timing.ts";

/** One product over all states, compiled and in TypeScript. */
export interface ProductRow {
  readonly product: "transverse" | "glauber" | "metropolis" | "sweep";
  readonly n: number;
  readonly wasm: Timing;
  readonly typescript: Timing;
  /** TypeScript over WASM, medians. */
  readonly ratio: number;
}

/** One gap of a model with normal couplings of variance 1 / n, and normal fields if there are any, of deviation 0.3. */
export interface GapRow {
  readonly what: string;
  readonly n: number;
  readonly seconds: number;
  readonly products: number;
  readonly residual: number;
  /** Resident memory after it less that before: 0 where it fitted into what others have left. */
  readonly mebibytes: number;
}

/** Times the matrix-free products from 10 to 20 spins, both engines in turns over the same vectors. */
export function benchProducts(rounds: number): ProductRow[] {
  return [10, 12, 14, 16, 18, 20].flatMap((n) => {
    const cubes = (["wasm", "typescript"] as const).map((engine) => {
      const cube = openHypercube({ n, vectors: 3, engine });
      const rng = new Rng(n, 0);
      cube.vectors.forEach((v, k) => v.forEach((_, x) => v[x] = k === 0 ? Math.exp(-rng.uniform()) : rng.normal()));
      return cube;
    });
    const repeats = Math.max(1, 2 ** (14 - n));
    return (["transverse", "glauber", "metropolis", "sweep"] as const).map((product) => {
      const [wasm, typescript] = cubes.map((cube) => () => {
        const [g, psi, out] = cube.vectors;
        for (let k = 0; k < repeats; k++) {
          if (product === "transverse") cube.applyTransverse(0.5, 0.5, g, psi, out);
          else if (product === "sweep") cube.sweep("lastFirst", "metropolis", g, out);
          else cube.applyGenerator(product, 1 / n, g, psi, out);
        }
      });
      const times = timeTogether({ wasm, typescript }, rounds);
      const each = ({ min, median }: Timing) => ({ min: min / repeats, median: median / repeats });
      const [a, b] = [each(times.wasm), each(times.typescript)];
      return { product, n, wasm: a, typescript: b, ratio: b.median / a.median };
    });
  });
}

/** Times whole gaps at the sizes that are as large as they get. */
export function benchGaps(say: (row: GapRow) => void): GapRow[] {
  const field = glass(18, 0.3);
  const tasks: [string, number, () => { iterations: number; residual: number }][] = [
    ["chain, Glauber, beta 1", 16, () => chainGap(glass(16, 0.3), { beta: 1 })],
    ["chain, Glauber, beta 1", 18, () => chainGap(field, { beta: 1 })],
    ["chain, Glauber, beta 1", 20, () => chainGap(glass(20, 0.3), { beta: 1 })],
    ["sweep, Metropolis, beta 1", 16, () => sweepGap(glass(16, 0.3), { beta: 1, dynamics: "metropolis" })],
    ["sweep, Metropolis, beta 1", 18, () => sweepGap(field, { beta: 1, dynamics: "metropolis" })],
    ["transverse, no fields", 18, () => transverseGap(glass(18, 0))],
    ["transverse, fields", 18, () => transverseGap(field)],
  ];
  return tasks.map(([what, n, run]) => {
    const before = Deno.memoryUsage().rss;
    const start = performance.now();
    const { iterations, residual } = run();
    const seconds = (performance.now() - start) / 1000;
    const row = {
      what,
      n,
      seconds,
      products: iterations,
      residual,
      mebibytes: Math.max(0, Deno.memoryUsage().rss - before) / 2 ** 20,
    };
    say(row);
    return row;
  });
}

function glass(n: number, field: number): IsingModel {
  const rng = new Rng(5, n);
  const J = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) J[i * n + j] = J[j * n + i] = rng.normal() / Math.sqrt(n);
  const linear = Float64Array.from({ length: n }, () => field * rng.normal());
  return isingModel({ couplings: denseCouplings(J), linear });
}
