import { assert, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { chainModel, freeModel, glassModel } from "./_test_spectra.ts";
import { chainGap, chainGaps, GapNotConverged, type SpectrumMethod, sweepGap } from "./mod.ts";

const METHODS: readonly SpectrumMethod[] = ["dense", "lanczos"];

Deno.test("sweepGap() of two spins follows from their correlation c = tanh(beta |J|)", () => {
  for (const method of METHODS) {
    for (const [J, beta] of [[1, 0.4], [-2, 0.6], [0.3, 1]]) {
      const c = Math.tanh(beta * Math.abs(J));
      const found = sweepGap(chainModel(2, J, false), { beta, method });
      assertClose(found.gap, 1 - c, { rtol: 1e-9, atol: 0 });
      // singular values a >= b of 1 - K on the two spins: a b = 1 - c^2, a^2 + b^2 = 2 - c^2
      const square = (2 - c * c - Math.sqrt((2 - c * c) ** 2 - 4 * (1 - c * c) ** 2)) / 2;
      assertClose(found.generatorGap, Math.sqrt(square), { rtol: 1e-8, atol: 0 });
    }
  }
});

Deno.test("sweepGap() of one spin is that of its chain", () => {
  for (const method of METHODS) {
    const { gap, generatorGap } = sweepGap(freeModel([0.5]), { beta: 1, dynamics: "metropolis", method });
    assertClose([gap, generatorGap], [1 - Math.exp(-1), 1 + Math.exp(-1)], { rtol: 1e-9, atol: 0 });
  }
  assertClose(sweepGap(freeModel([1, 0, -0.3]), { beta: 2, method: "lanczos" }).gap, 1, { rtol: 1e-9, atol: 0 });
});

Deno.test("sweepGap() by Lanczos is the dense one", () => {
  for (const [n, beta] of [[3, 0.5], [5, 2], [7, 1], [8, 3]]) {
    for (const dynamics of ["glauber", "metropolis"] as const) {
      const model = glassModel(n, 2, 0.3);
      const [dense, lanczos] = METHODS.map((method) => sweepGap(model, { beta, dynamics, method }));
      assertClose(lanczos.gap, dense.gap, { rtol: 1e-7, atol: 1e-14 });
      assertClose(lanczos.generatorGap, dense.generatorGap, { rtol: 1e-6, atol: 0 });
    }
  }
});

Deno.test("sweepGap() bounds the generator gap from below by the gap", () => {
  // |psi - K psi| >= |psi| - |K psi|
  for (let seed = 0; seed < 6; seed++) {
    const { gap, generatorGap } = sweepGap(glassModel(5, seed, 0.2), { beta: 1.5 });
    assert(gap > 0 && gap <= generatorGap * (1 + 1e-9), `${gap} ${generatorGap}`);
  }
});

Deno.test("sweepGap() refuses what has no gap or is too large", () => {
  assertThrows(() => sweepGap(chainModel(3, 1, true), { beta: Infinity }), RangeError, "local minimum");
  assertThrows(() => sweepGap(chainModel(21, 1, true), { beta: 1 }), RangeError, "at most 20 spins");
  assertThrows(() => sweepGap(chainModel(11, 1, true), { beta: 1, method: "dense" }), RangeError, "at most 10 spins");
  assertThrows(() => sweepGap(glassModel(9, 1, 0.2), { beta: 3, maxProducts: 5 }), GapNotConverged);
});

Deno.test("chainGaps() is chainGap() at each beta, and knows the smallest", () => {
  const model = glassModel(5, 4, 0.3);
  const betas = [0.1, 3, 1];
  const { curve, smallest } = chainGaps(model, { betas, dynamics: "metropolis" });
  const gaps = betas.map((beta) => chainGap(model, { beta, dynamics: "metropolis" }).gap);
  assertClose(curve.map(({ gap }) => gap), gaps, { rtol: 0, atol: 0 });
  assertClose([smallest.gap, smallest.beta], [Math.min(...gaps), 3], { rtol: 0, atol: 0 });
  assertThrows(() => chainGaps(model, { betas: [] }), RangeError, "got none");
});
