import { assert, assertEquals } from "@std/assert";
import { assertClose } from "../../testing/mod.ts";
import {
  componentCount,
  denseCouplings,
  drawInstance,
  energy,
  frustratedLoops,
  gapTuned,
  type Instance,
  INSTANCE_FAMILIES,
  isingModel,
  quboModel,
  sparseCouplings,
  subInstance,
  tilePlanted,
  weakStrongCluster,
  wishartPlanted,
} from "../mod.ts";

/** Every pair that is coupled, i < j, with its coupling. */
function pairsOf({ model: { couplings } }: Instance): [number, number, number][] {
  if (couplings.form !== "sparse") throw new Error("expected sparse couplings");
  const { rowPtr, columns, values } = couplings;
  return Array.from({ length: couplings.n }, (_, i) => i).flatMap((i) =>
    Array.from({ length: rowPtr[i + 1] - rowPtr[i] }, (_, e) => rowPtr[i] + e).flatMap((e) =>
      columns[e] > i && values[e] !== 0 ? [[i, columns[e], values[e]] as [number, number, number]] : []
    )
  );
}

Deno.test("weakStrongCluster() couples the second half of the weak cluster with the first of the strong one, strong ones in a chain", () => {
  assertEquals(pairsOf(weakStrongCluster({ cluster: 2 })), [[0, 1, -1], [1, 2, -1], [2, 3, -1]]);
  const joints = pairsOf(weakStrongCluster({ cluster: 2, pairs: 2 })).filter(([i, j]) => i < 4 && j >= 4);
  assertEquals(joints.map(([i, j]) => [i, j]), [[2, 6], [3, 7]]);
});

Deno.test("gapTuned() hangs pendant m + i on spin i of the ring", () => {
  assertEquals(
    pairsOf(gapTuned({ n: 6, detuning: 0.1 })).filter(([, j]) => j >= 3),
    [[0, 3, -1], [1, 4, -1], [2, 5, -1]],
  );
});

Deno.test("frustratedLoops() couples neighbours of its graph only, and keeps loops of the fewest edges or more", () => {
  for (let seed = 0; seed < 20; seed++) {
    for (const [i, j] of pairsOf(frustratedLoops({ n: 20, ratio: 0.4, seed }))) {
      // four rows of five
      assert(j === i + 5 || (j === i + 1 && j % 5 > 0), `${i}, ${j}`);
    }
    const degrees = new Uint32Array(20);
    for (const [i, j] of pairsOf(frustratedLoops({ n: 20, ratio: 1, seed, graph: "cubic" }))) {
      degrees[i]++, degrees[j]++;
    }
    assert(degrees.every((degree) => degree <= 3), `${degrees}`);
    const { groundEnergy = NaN } = frustratedLoops({ n: 20, ratio: 0.05, seed, minLength: 8 });
    assert(groundEnergy <= 2 - 8, `${groundEnergy}`);
  }
});

Deno.test("planted states are as often up as down", () => {
  const { groundState = new Int8Array() } = tilePlanted({ rows: 64, columns: 64, seed: 1 });
  // the sum of 4096 signs has a deviation of 64, 4 sigma
  assert(Math.abs(groundState.reduce((sum, spin) => sum + spin, 0)) < 4 * 64);
});

Deno.test("tilePlanted() violates every side of a tile equally often where all are weak", () => {
  const instance = tilePlanted({ rows: 64, columns: 64, seed: 2, tile: 4 });
  const t = instance.groundState ?? [];
  const sides = { top: 0, right: 0, bottom: 0, left: 0 };
  for (const [i, j, value] of pairsOf(instance)) {
    if (value * t[i] * t[j] < 0) continue;
    const across = Math.floor(i / 64) === Math.floor(j / 64);
    // round the border the lower number comes second
    const [first] = (across ? j - i === 1 : j - i === 64) ? [i] : [j];
    const [row, column] = [Math.floor(first / 64), first % 64];
    sides[across ? (row + column) % 2 === 0 ? "top" : "bottom" : (row + column) % 2 === 0 ? "left" : "right"]++;
  }
  const counts = Object.values(sides);
  assertEquals(counts.reduce((sum, count) => sum + count, 0), 2048);
  // binomial, p = 1/4: 4 sigma of sqrt(2048 x 3 / 16)
  for (const count of counts) assert(Math.abs(count - 512) < 4 * Math.sqrt(384), `${counts}`);
});

Deno.test("wishartPlanted() draws columns of unit variance where n is small too", () => {
  let sum = 0;
  const [seeds, columns] = [200, 32];
  for (let seed = 0; seed < seeds; seed++) sum += -2 * (wishartPlanted({ n: 4, alpha: 8, seed }).groundEnergy ?? NaN);
  // a column has three degrees of freedom, its sum of squares mean 4; E = -sum w^2 / (2 n)
  assertClose(sum / (seeds * columns), 1, { rtol: 0, atol: 4 * Math.sqrt(2 / (3 * seeds * columns)) });
});

Deno.test("drawInstance() draws the members of the families that its documentation names", () => {
  assertEquals(INSTANCE_FAMILIES.map((family) => drawInstance(family, { n: 16, seed: 3 }).name), [
    "sk-n16-seed3",
    "sk-gaussian-n16-seed3",
    "maxcut-n16-seed3",
    "maxcut-cubic-n16-seed3",
    "tiles-4x4-c1-seed3",
    "wishart-n16-a0.5-seed3",
    "wishart-signs-n16-a0.5-seed3",
    "loops-square-n16-r0.5-seed3",
    "weak-strong-m8-h0.44",
    "gap-tuned-n16-d0.2",
  ]);
});

Deno.test("subInstance() keeps the offset of a sparse model, componentCount() joins nothing by a coupling of 0", () => {
  const model = quboModel({ couplings: sparseCouplings(3, [[0, 2, 1]]), linear: [1, 2, 3], offset: 5 });
  const whole: Instance = { ...gapTuned({ n: 6, detuning: 0.1 }), model };
  assertEquals(energy(subInstance(whole, { variables: [0, 2] }).model, [1, 1]), 1 + 3 + 1 + 5);
  const zero = denseCouplings([[0, 0, 1], [0, 0, 0], [1, 0, 0]]);
  assertEquals(componentCount(isingModel({ couplings: zero })), 2);
  assertEquals(componentCount(isingModel({ couplings: { ...zero, values: new Float64Array(9) } })), 3);
});
