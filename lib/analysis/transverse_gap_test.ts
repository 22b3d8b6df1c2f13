import { assert, assertEquals, assertThrows } from "@std/assert";
import { isingModel, quboFromIsing, sparseCouplings, toDense } from "../model/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { chainModel, completeModel, freeModel, glassModel, sideBySide } from "./_test_spectra.ts";
import { GapNotConverged, type SpectrumMethod, transverseGap } from "./mod.ts";

const METHODS: readonly SpectrumMethod[] = ["dense", "lanczos"];

Deno.test("transverseGap() of spins that do not interact is the smallest of 2 sqrt(A^2 + B^2 h^2)", () => {
  for (const method of METHODS) {
    for (const fields of [[0.5], [-2], [0.5, 1.5, -0.9], [1, -1, 2, 0.3, 0.8, -0.4]]) {
      const h = Math.min(...fields.map(Math.abs));
      const { gap, s, curve, groundDegeneracy, sector } = transverseGap(freeModel(fields), { method });
      assertClose(gap, 2 * h / Math.sqrt(1 + h * h), { rtol: 1e-7, atol: 0 });
      assertClose(s, 1 / (1 + h * h), { rtol: 1e-3, atol: 0 });
      assertEquals([groundDegeneracy, sector], [1, "full"]);
      for (const point of curve) {
        assertClose(point.gap, 2 * Math.hypot(1 - point.s, point.s * h), { rtol: 1e-6, atol: 0 });
        const lowest = -fields.reduce((sum, field) => sum + Math.hypot(1 - point.s, point.s * field), 0);
        assertClose(point.levels[0], lowest, { rtol: 1e-6, atol: 0 });
      }
    }
  }
});

Deno.test("transverseGap() of two coupled spins without fields, in the even sector, is 2 sqrt(4 A^2 + B^2 J^2)", () => {
  for (const method of METHODS) {
    for (const J of [1, -0.5]) {
      const { gap, s, sector } = transverseGap(chainModel(2, J, false), { method });
      assertEquals(sector, "even");
      // smallest where 4 (1 - s) = J^2 s
      const at = 4 / (4 + J * J);
      assertClose(s, at, { rtol: 1e-3, atol: 0 });
      assertClose(gap, 2 * Math.hypot(2 * (1 - at), at * J), { rtol: 1e-7, atol: 0 });
    }
  }
});

Deno.test("transverseGap() of a ferromagnetic ring is that of its free fermions", () => {
  // even sector: 2 sqrt(A^2 + B^2 - 2 A B cos k) each, momenta pi (2 m + 1) / n, two at a time
  for (const n of [4, 8, 10]) {
    const k = Math.PI / n;
    const expected = (s: number) => 4 * Math.sqrt((1 - s) ** 2 + s * s - 2 * s * (1 - s) * Math.cos(k));
    const { gap, s, curve } = transverseGap(chainModel(n, -1, true), { method: "lanczos", points: 9 });
    assertClose(s, 0.5, { rtol: 1e-3, atol: 0 });
    assertClose(gap, 4 * Math.sin(k / 2), { rtol: 1e-6, atol: 0 });
    for (const point of curve) assertClose(point.gap, expected(point.s), { rtol: 1e-6, atol: 0 });
  }
});

Deno.test("transverseGap() by Lanczos is the dense one, ground states counted as often as they occur", () => {
  const models = [glassModel(4, 3, 0.3), glassModel(7, 3, 0.3), glassModel(6, 3, 0), glassModel(8, 4, 0)];
  models.push(chainModel(3, 1, true), chainModel(5, 1, true), chainModel(7, 1, true), freeModel([0, 0.5, 1]));
  const degenerate = [1, 1, 1, 1, 3, 5, 7, 2];
  for (const [k, model] of models.entries()) {
    const dense = transverseGap(model, { method: "dense", points: 7 });
    const lanczos = transverseGap(model, { method: "lanczos", points: 7 });
    assertEquals([dense.groundDegeneracy, lanczos.groundDegeneracy], [degenerate[k], degenerate[k]]);
    assertClose(lanczos.gap, dense.gap, { rtol: 1e-6, atol: 1e-9 });
    assertClose(lanczos.s, dense.s, { rtol: 1e-2, atol: 0 });
    for (let p = 0; p < 7; p++) {
      const at = (curve: typeof dense.curve) => curve.find(({ s }) => s === p / 6);
      assertClose(at(lanczos.curve)?.gap ?? NaN, at(dense.curve)?.gap ?? NaN, { rtol: 1e-6, atol: 0 });
    }
  }
});

Deno.test("transverseGap() finds a narrow crossing between the points of its grid", () => {
  const model = glassModel(7, 12, 0.2);
  const coarse = transverseGap(model, { points: 5, method: "lanczos" });
  const fine = transverseGap(model, { points: 401, method: "lanczos" });
  assertClose(coarse.gap, fine.gap, { rtol: 1e-6, atol: 0 });
  assert(Math.min(...fine.curve.map(({ gap }) => gap)) >= coarse.gap * (1 - 1e-6));
});

Deno.test("transverseGap() counts energies in the unit that is given, and takes any form", () => {
  const model = completeModel(4, -0.7, 0.2);
  const tenfold = completeModel(4, -7, 2);
  const expected = transverseGap(model);
  assertClose(transverseGap(tenfold, { energyUnit: 10 }).gap, expected.gap, { rtol: 1e-7, atol: 0 });
  assertClose(transverseGap(quboFromIsing(model)).gap, expected.gap, { rtol: 1e-7, atol: 0 });
  const steep = { transverse: (s: number) => 3 * (1 - s), problem: (s: number) => 3 * s };
  assertClose(transverseGap(model, { schedule: steep }).gap, 3 * expected.gap, { rtol: 1e-7, atol: 0 });
});

Deno.test("transverseGap() of two models side by side is the smaller of their gaps", () => {
  const [a, b] = [glassModel(3, 1, 0.4), toDense(freeModel([0.4]))];
  const whole = transverseGap(sideBySide(a, b));
  assertEquals(whole.components, 2);
  assertClose(whole.gap, Math.min(transverseGap(a).gap, transverseGap(b).gap), { rtol: 1e-6, atol: 0 });
});

Deno.test("transverseGap() refuses what has no gap, or is too large, with the reason", () => {
  const empty = isingModel({ couplings: sparseCouplings(0, []) });
  assertThrows(() => transverseGap(empty), RangeError, "has no spins");
  assertThrows(() => transverseGap(freeModel([0])), RangeError, "every state of the model is a ground state");
  assertThrows(() => transverseGap(freeModel([0, 0, 0])), RangeError, "every state of the model is a ground state");
  assertThrows(() => transverseGap(chainModel(22, 1, true)), RangeError, "at most 20 spins");
  const many = freeModel([1, 0, 0, 0, 0, 0, 0, 0]);
  assertThrows(() => transverseGap(many), RangeError, "128 states have the lowest energy");
  assertThrows(() => transverseGap(freeModel([1]), { points: 2 }), RangeError, "points must be an integer from 3");
  assertThrows(() => transverseGap(freeModel([1]), { energyUnit: 0 }), RangeError, "energyUnit");
  const schedule = { transverse: () => NaN, problem: (s: number) => s };
  assertThrows(() => transverseGap(freeModel([1]), { schedule }), RangeError, "A(0) must be a number from 0, got NaN");
  assertThrows(() => transverseGap(glassModel(8, 1, 0.2), { method: "lanczos", maxProducts: 5 }), GapNotConverged);
});
