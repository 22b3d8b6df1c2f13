import { assert, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { assertChainIsDense, assertLevelsAreDense } from "./_test_dense_gaps.ts";
import { chainModel, completeModel, freeModel, glassModel } from "./_test_spectra.ts";
import { chainGap, GapNotConverged, sweepGap, transverseGap } from "./mod.ts";

const RULES = ["glauber", "metropolis"] as const;

Deno.test("chainGap() by Lanczos is the dense one for every n from 1 to 8, symmetric and degenerate models among them", () => {
  for (let n = 1; n <= 8; n++) {
    const models = [glassModel(n, 7, 0.3), glassModel(n, 8, 0), completeModel(n, 0.4, 0), freeModel(Array(n).fill(0))];
    if (n > 2) models.push(chainModel(n, 1, true));
    for (const model of models) {
      for (const beta of [0, 0.7, 2]) {
        for (const dynamics of RULES) {
          const [dense, lanczos] = (["dense", "lanczos"] as const).map((method) =>
            chainGap(model, { beta, dynamics, method })
          );
          assertClose(lanczos.gap, dense.gap, { rtol: 1e-8, atol: 0 });
          assertClose(lanczos.absoluteGap, dense.absoluteGap, { rtol: 1e-8, atol: 2e-14 });
        }
      }
    }
  }
});

Deno.test("chainGap() and the levels of transverseGap() are the dense ones at 9 and 10 spins with fields", () => {
  for (const n of [9, 10]) {
    assertChainIsDense(glassModel(n, 5, 0.3), 1);
    for (const s of [0.03, 0.7]) assertLevelsAreDense(glassModel(n, 5, 0.3), s);
  }
});

Deno.test("sweepGap() is exactly 0 where Metropolis only exchanges states of equal energies", () => {
  // a free spin turns in every sweep: its sign is as long as before, and of the other sign
  for (const method of ["dense", "lanczos"] as const) {
    const free = sweepGap(freeModel([0, 0.6]), { beta: 1, dynamics: "metropolis", method });
    assertClose([free.gap, free.generatorGap > 0.1 ? 1 : 0], [0, 1], { rtol: 0, atol: 0 });
    // two free spins turn together, always: their product never changes
    const pair = sweepGap(freeModel([0, 0]), { beta: 1, dynamics: "metropolis", method });
    assertClose([pair.gap, pair.generatorGap], [0, 0], { rtol: 0, atol: 0 });
    const mixed = sweepGap(freeModel([0, 0]), { beta: 1, method });
    assertClose([mixed.gap, mixed.generatorGap], [1, 1], { rtol: 1e-9, atol: 0 });
  }
});

Deno.test("sweepGap() finds the small gaps that lie close together, as the dense solver does", () => {
  for (const [n, beta, sector] of [[8, 6, "full"], [8, 5, "even"], [9, 4, "even"]] as const) {
    const model = sector === "even" ? glassModel(n, 6, 0) : glassModel(n, 6, 0.3);
    const [dense, lanczos] = (["dense", "lanczos"] as const).map((method) =>
      sweepGap(model, { beta, dynamics: "metropolis", sector, method })
    );
    assertClose(lanczos.gap, dense.gap, { rtol: 1e-7, atol: 1e-14 });
    assertClose(lanczos.generatorGap, dense.generatorGap, { rtol: 1e-6, atol: 1e-13 });
  }
});

Deno.test("sweepGap() of even functions is not smaller than that of all", () => {
  const model = completeModel(6, -0.5, 0);
  const [full, even] = (["full", "even"] as const).map((sector) => sweepGap(model, { beta: 1, sector }));
  assert(full.gap < 0.01 && even.gap > 0.1, `${full.gap} ${even.gap}`);
  assertThrows(() => sweepGap(freeModel([1]), { beta: 1, sector: "even" }), RangeError, "a spin has a field");
});

Deno.test("sweepGap() refuses a generator gap whose square the rounding of a product hides", () => {
  // c = tanh(beta): singular values a >= b of 1 - K, a b = 1 - c^2, a^2 + b^2 = 2 - c^2
  const expected = (beta: number) => {
    const cosh = Math.cosh(beta) ** -2;
    return cosh / Math.sqrt((1 + cosh + Math.sqrt((1 + cosh) ** 2 - 4 * cosh * cosh)) / 2);
  };
  const model = chainModel(2, 1, false);
  assertClose(sweepGap(model, { beta: 9, method: "lanczos" }).generatorGap, expected(9), { rtol: 1e-6, atol: 0 });
  assertThrows(() => sweepGap(model, { beta: 15, method: "lanczos" }), GapNotConverged, "generator gap");
});

Deno.test("gaps of models with couplings of 1e300 and of 1e-300 are right or refused", () => {
  const huge = chainModel(3, 1e300, true);
  assertThrows(() => chainGap(huge, { beta: 1 }), RangeError, "lower beta to");
  assertClose(chainGap(huge, { beta: 1e-300 }).gap, chainGap(chainModel(3, 1, true), { beta: 1 }).gap, {
    rtol: 1e-9,
    atol: 0,
  });
  assertThrows(() => chainGap(chainModel(3, 1e308, true), { beta: 1 }), RangeError, "divide all by one number");
  for (const dynamics of RULES) {
    const tiny = chainGap(chainModel(3, 1e-300, true), { beta: 1, dynamics });
    assertClose(tiny.gap, dynamics === "glauber" ? 1 / 3 : 2 / 3, { rtol: 1e-9, atol: 0 });
  }
  assertClose(
    chainGap(chainModel(3, 1e-300, true), { beta: 1e300 }).gap,
    chainGap(chainModel(3, 1, true), { beta: 1 }).gap,
    {
      rtol: 1e-9,
      atol: 0,
    },
  );
  for (const beta of [NaN, -1, Infinity]) {
    assertThrows(() => sweepGap(chainModel(3, 1, true), { beta }), RangeError, "beta");
  }
  for (const J of [1e300, 1e-300, 1e7]) {
    assertThrows(() => transverseGap(chainModel(4, J, false)), RangeError, `give an energyUnit near ${J}`);
    const { gap } = transverseGap(chainModel(4, J, false), { energyUnit: J });
    assertClose(gap, transverseGap(chainModel(4, 1, false)).gap, { rtol: 1e-9, atol: 0 });
  }
});

Deno.test("transverseGap() sees crossings next to the ends of the anneal, where couplings are 1e5 units or 1e-5", () => {
  for (const J of [1e5, 1e-5]) {
    // two spins: 2 sqrt(4 A^2 + B^2 J^2), smallest where 4 (1 - s) = J^2 s
    const at = 4 / (4 + J * J);
    const { gap } = transverseGap(chainModel(2, J, false));
    assertClose(gap, 2 * Math.hypot(2 * (J * J / (4 + J * J)), at * J), { rtol: 1e-6, atol: 0 });
  }
});

Deno.test("gaps say in which time and memory a model that is too large would have been", () => {
  const model = glassModel(21, 1, 0.3);
  assertThrows(
    () => chainGap(model, { beta: 1 }),
    RangeError,
    "47 vectors over all states would take 0.7 GiB and a thousand",
  );
  assertThrows(() => transverseGap(model), RangeError, "68 vectors over all states would take 1.1 GiB");
  assertThrows(() => sweepGap(model, { beta: 1 }), RangeError, "49 vectors over all states");
});
