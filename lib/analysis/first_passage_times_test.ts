import { assert, assertEquals, assertThrows } from "@std/assert";
import { energy, isingModel, sparseCouplings } from "../model/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { glassModel } from "./_test_spectra.ts";
import { chainGap, firstPassages } from "./mod.ts";

/** Mean number of updates from each state until a ground state, by elimination in `(I - Q) t = 1`; bit i set is spin i up. */
function exactMeans(n: number, E: number[], beta: number, heatBath: boolean): number[] {
  const lowest = Math.min(...E);
  const open = E.map((_, x) => x).filter((x) => E[x] > lowest + 1e-9);
  const rows = open.map((x) => {
    const row = new Array(open.length + 1).fill(0);
    row[open.length] = 1;
    let stays = 1;
    for (let i = 0; i < n; i++) {
      const y = x ^ (1 << i);
      const up = beta * (E[y] - E[x]);
      const p = (heatBath ? 1 / (1 + Math.exp(up)) : Math.min(1, Math.exp(-up))) / n;
      stays -= p;
      const at = open.indexOf(y);
      if (at >= 0) row[at] -= p;
    }
    row[open.indexOf(x)] += 1 - stays;
    return row;
  });
  for (let c = 0; c < rows.length; c++) {
    for (let r = 0; r < rows.length; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k <= rows.length; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  const means = new Array(E.length).fill(0);
  open.forEach((x, r) => means[x] = rows[r][open.length] / rows[r][r]);
  return means;
}

Deno.test("firstPassages() has the means of the chain's equations, from both starts, for heat bath and Metropolis", () => {
  const n = 4;
  const model = glassModel(n, 3, 0.4);
  const E = Array.from(
    { length: 2 ** n },
    (_, x) => energy(model, Array.from({ length: n }, (_, i) => x >> i & 1 ? 1 : -1)),
  );
  const run = firstPassages(model);
  for (const beta of [0, 0.7]) {
    for (const dynamics of ["glauber", "metropolis"] as const) {
      const means = exactMeans(n, E, beta, dynamics === "glauber");
      const w = E.map((e) => Math.exp(-beta * e));
      const Z = w.reduce((sum, one) => sum + one, 0);
      for (const from of ["stationary", "uniform"] as const) {
        const expected = means.reduce((sum, t, x) => sum + t * (from === "uniform" ? 1 / E.length : w[x] / Z), 0);
        const numRuns = 20_000;
        const { updates, reached } = run({ beta, dynamics, from, numRuns, seed: 6 });
        const mean = updates.reduce((sum, t) => sum + t / numRuns, 0);
        const sigma = Math.sqrt(updates.reduce((sum, t) => sum + (t - mean) ** 2 / numRuns, 0) / numRuns);
        assertClose(mean, expected, { rtol: 0, atol: 4 * sigma });
        assert(reached.every((one) => one));
      }
    }
  }
});

Deno.test("firstPassages() from the stationary start keep below relaxation time over odds of the ground set", () => {
  const model = glassModel(8, 11, 0.1);
  const run = firstPassages(model);
  for (const dynamics of ["glauber", "metropolis"] as const) {
    const { gap, groundWeight } = chainGap(model, { beta: 0.8, dynamics });
    const { updates } = run({ beta: 0.8, dynamics, numRuns: 2000, seed: 1 });
    const mean = updates.reduce((sum, t) => sum + t / 2000, 0);
    assert(mean < (1 - groundWeight) / groundWeight / gap, `${mean}`);
    // a share pi of the runs starts there: sigma 0.011
    assertClose(updates.filter((t) => t === 0).length / 2000, groundWeight, { rtol: 0, atol: 0.045 });
  }
});

Deno.test("firstPassages() gives run r the same count whatever the number of runs, and gives up where it is told to", () => {
  const run = firstPassages(glassModel(6, 2, 0));
  const few = run({ beta: 1, numRuns: 5, from: "uniform", seed: 9 });
  const many = run({ beta: 1, numRuns: 200, from: "uniform", seed: 9 });
  assertEquals([...few.updates], [...many.updates.subarray(0, 5)]);
  const short = run({ beta: 1, numRuns: 200, from: "uniform", seed: 9, maxUpdates: 3 });
  assertEquals([...short.updates], [...many.updates].map((t) => Math.min(3, t)));
  assertEquals(short.reached, [...many.updates].map((t) => t <= 3));
  assert(short.reached.includes(false));
});

Deno.test("firstPassages() refuses models and options out of range", () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
  const run = firstPassages(model);
  assertThrows(() => run({ beta: Infinity, numRuns: 1 }), RangeError, "beta");
  assertThrows(() => run({ beta: -1, numRuns: 1 }), RangeError, "beta");
  assertThrows(() => run({ beta: 400, numRuns: 1 }), RangeError, "at most 640 can be");
  assertThrows(() => run({ beta: 1, numRuns: 0 }), RangeError, "numRuns must be an integer from 1");
  const large = isingModel({ couplings: sparseCouplings(23, []) });
  assertThrows(() => firstPassages(large), RangeError, "23 spins, expected 1 to 22");
});
