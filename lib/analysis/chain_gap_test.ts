import { assert, assertEquals, assertThrows } from "@std/assert";
import { EigenvalueDecomposition } from "ml-matrix";
import { isingModel, quboFromIsing, quboModel, sparseCouplings, toDense, toSparse } from "../model/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { chainModel, completeModel, freeModel, glassModel, sideBySide } from "./_test_spectra.ts";
import { chainGap, GapNotConverged, type SpectrumMethod } from "./mod.ts";

const CLOSE = { rtol: 1e-10, atol: 1e-15 };
const METHODS: readonly SpectrumMethod[] = ["dense", "lanczos"];
/** What each method promises by default. */
const PROMISED = { dense: CLOSE, lanczos: { rtol: 1e-8, atol: 0 } };

Deno.test("chainGap() of one spin: heat bath forgets at once, Metropolis changes sides", () => {
  for (const method of METHODS) {
    for (const [h, beta] of [[0.7, 1.3], [-2, 0.4], [0, 1]]) {
      const heatBath = chainGap(freeModel([h]), { beta, method });
      assertClose([heatBath.gap, heatBath.absoluteGap], [1, 1], CLOSE);
      const back = Math.exp(-2 * beta * Math.abs(h));
      const metropolis = chainGap(freeModel([h]), { beta, dynamics: "metropolis", method });
      assertClose([metropolis.gap, metropolis.absoluteGap], [1 + back, 1 - back], CLOSE);
      assertClose(metropolis.lambdaMin ?? NaN, -back, CLOSE);
    }
  }
});

Deno.test("chainGap() of two spins is (1 - tanh(beta |J|)) / 2 per update", () => {
  for (const method of METHODS) {
    for (const [J, beta] of [[1, 0.3], [-0.5, 4], [2, 5]]) {
      const { gap, absoluteGap, lambda2 } = chainGap(chainModel(2, J, false), { beta, method });
      // 1 - tanh(y) without cancellation
      const expected = 1 / (1 + Math.exp(2 * beta * Math.abs(J)));
      assertClose([gap, absoluteGap, lambda2], [expected, expected, 1 - expected], CLOSE);
    }
  }
});

Deno.test("chainGap() of a ring is 1 - tanh(2 beta |J|) per sweep", () => {
  for (const method of METHODS) {
    for (const [n, J, beta] of [[3, -1, 0.2], [6, -0.7, 1], [8, 1, 0.6], [7, -1, 3]]) {
      const { gap, gapPerSweep } = chainGap(chainModel(n, J, true), { beta, method });
      const expected = 2 / (1 + Math.exp(4 * beta * Math.abs(J)));
      assertClose([gap * n, gapPerSweep], [expected, expected], PROMISED[method]);
    }
  }
});

Deno.test("chainGap() of an open chain is that of the linear equations of its magnetisations", () => {
  for (const [n, J, beta] of [[3, -1, 0.8], [5, 0.6, 1.1], [10, -1, 0.5]]) {
    const inner = -Math.tanh(2 * beta * J) / 2;
    const outer = -Math.tanh(beta * J);
    // d <s_i> / dt = -<s_i> + (what its neighbours make of it)
    const rates = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => {
        if (i === j) return 1;
        return Math.abs(i - j) === 1 ? -(i === 0 || i === n - 1 ? outer : inner) : 0;
      }));
    const expected = Math.min(...new EigenvalueDecomposition(rates).realEigenvalues);
    for (const method of n < 9 ? METHODS : ["lanczos"] as const) {
      assertClose(chainGap(chainModel(n, J, false), { beta, method }).gapPerSweep, expected, PROMISED[method]);
    }
  }
});

Deno.test("chainGap() of the Curie-Weiss model is that of the chain of its magnetisation", () => {
  for (const dynamics of ["glauber", "metropolis"] as const) {
    for (const [n, beta, h] of [[6, 0.5, 0], [8, 1.5, 0.1], [10, 2, 0], [9, 1.2, -0.3]]) {
      const J = -1 / n;
      const energy = (up: number) => J * ((2 * up - n) ** 2 - n) / 2 + h * (2 * up - n);
      const flip = (from: number, to: number) => {
        const x = Math.exp(-beta * (energy(to) - energy(from)));
        return dynamics === "glauber" ? x / (1 + x) : Math.min(1, x);
      };
      // up spins are born and die; made symmetric
      const birth = (up: number) => up < n ? (n - up) / n * flip(up, up + 1) : 0;
      const death = (up: number) => up > 0 ? up / n * flip(up, up - 1) : 0;
      const matrix = Array.from({ length: n + 1 }, (_, a) =>
        Array.from({ length: n + 1 }, (_, b) => {
          if (a === b) return birth(a) + death(a);
          return Math.abs(a - b) === 1 ? -Math.sqrt(birth(Math.min(a, b)) * death(Math.max(a, b))) : 0;
        }));
      const levels = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
      const { gap } = chainGap(completeModel(n, J, h), { beta, dynamics, method: "lanczos" });
      assertClose(gap, levels[1], { rtol: 1e-8, atol: 1e-13 });
    }
  }
});

Deno.test("chainGap() by Lanczos is the dense one, for both rules and sectors", () => {
  for (const [n, beta, field] of [[3, 1, 0.3], [5, 0, 0.5], [6, 4, 0.2], [7, 12, 0.3], [8, 1, 0], [9, 6, 0]]) {
    for (const dynamics of ["glauber", "metropolis"] as const) {
      for (const sector of field === 0 ? ["full", "even"] as const : ["full"] as const) {
        const model = glassModel(n, 5, field);
        const dense = chainGap(model, { beta, dynamics, sector, method: "dense" });
        const lanczos = chainGap(model, { beta, dynamics, sector, method: "lanczos" });
        assertClose(lanczos.gap, dense.gap, { rtol: 1e-8, atol: 0 });
        assertClose(lanczos.absoluteGap, dense.absoluteGap, { rtol: 1e-8, atol: 1e-14 });
        assert(lanczos.residual < 1e-4 * Math.sqrt(lanczos.gap), `residual ${lanczos.residual}`);
        assertClose([lanczos.groundWeight, lanczos.minimumWeight], [dense.groundWeight, dense.minimumWeight], CLOSE);
      }
    }
  }
});

Deno.test("chainGap() keeps the digits of a gap of 1e-12 and less", () => {
  // two spins held together: 1 - tanh(beta) = 2 / (1 + e^(2 beta))
  for (const beta of [10, 14, 20]) {
    const expected = 1 / (1 + Math.exp(2 * beta));
    const { gap } = chainGap(chainModel(2, -1, false), { beta, method: "dense" });
    assertClose(gap, expected, { rtol: 1e-9, atol: 0 });
    // below the rounding of a product Lanczos refuses
    const other = () => chainGap(chainModel(2, -1, false), { beta, method: "lanczos" });
    if (beta > 14) assertThrows(other, GapNotConverged);
    else assertClose(other().gap, expected, { rtol: 1e-9, atol: 0 });
  }
  for (const n of [6, 10]) {
    const { gapPerSweep } = chainGap(chainModel(n, -1, true), { beta: 7, method: "lanczos" });
    assertClose(gapPerSweep, 2 / (1 + Math.exp(28)), { rtol: 1e-7, atol: 0 });
  }
});

Deno.test("chainGap() at beta = 0 is 1 / n, and Metropolis has a period there", () => {
  const model = glassModel(5, 1, 0.3);
  assertClose(chainGap(model, { beta: 0 }).gap, 1 / 5, CLOSE);
  const { gap } = chainGap(model, { beta: 0, dynamics: "metropolis" });
  assertClose(gap, 2 / 5, CLOSE);
});

Deno.test("chainGap() of a chain that has a period is exactly -1 at the other end; even functions of odd n have none", () => {
  for (const n of [1, 2, 3, 8, 9]) {
    for (const method of ["dense", "lanczos"] as const) {
      const model = n === 1 ? freeModel([0]) : glassModel(n, 1, 0);
      const gaps = (sector: "full" | "even") => chainGap(model, { beta: 0, dynamics: "metropolis", method, sector });
      const { absoluteGap, lambdaMin, relaxationUpdates } = gaps("full");
      assertEquals([absoluteGap, lambdaMin, relaxationUpdates], [0, -1, Infinity], `${n} spins, ${method}`);
      const even = gaps("even");
      // parities of an even number of spins: 2 |S| / n off 1
      if (n % 2 === 0) assertEquals(even.relaxationUpdates, Infinity);
      else if (n > 1) assertClose(even.lambdaMin ?? NaN, 2 / n - 1, CLOSE);
    }
  }
  // one that stays where a field holds it
  const held = chainGap(freeModel([0, 0.5]), { beta: 1, dynamics: "metropolis" });
  assert(held.absoluteGap > 0.01 && Number.isFinite(held.relaxationUpdates));
});

Deno.test("chainGap() of two models side by side is that of the slower one, per sweep", () => {
  const [a, b] = [glassModel(4, 1, 0.4), glassModel(3, 2, 0.4)];
  for (const beta of [0.5, 3]) {
    const whole = chainGap(sideBySide(a, b), { beta });
    assertEquals(whole.components, 2);
    const parts = [a, b].map((model) => chainGap(model, { beta }).gapPerSweep);
    assertClose(whole.gapPerSweep, Math.min(...parts), CLOSE);
  }
  assertClose(chainGap(freeModel([0, 0, 0.5]), { beta: 2 }).gapPerSweep, 1, CLOSE);
});

Deno.test("chainGap() knows the even functions, which need not change sign", () => {
  // the sign of a ferromagnet is forgotten late, the rest early
  const model = completeModel(6, -1, 0);
  const full = chainGap(model, { beta: 1 });
  const even = chainGap(model, { beta: 1, sector: "even" });
  assert(full.gap < 1e-4 && even.gap > 0.1, `${full.gap} ${even.gap}`);
  assertEquals([full.groundStates, even.groundStates], [2, 2]);
  assertClose([even.groundWeight, even.minimumWeight], [full.groundWeight, full.minimumWeight], CLOSE);
  assertThrows(() => chainGap(freeModel([1]), { beta: 1, sector: "even" }), RangeError, "a spin has a field");
});

Deno.test("chainGap() takes any form of a model, and no notice of its offset", () => {
  const model = glassModel(6, 9, 0.5);
  const expected = chainGap(model, { beta: 2 });
  const qubo = quboFromIsing(model);
  const others = [
    toSparse(model),
    isingModel({ couplings: model.couplings, linear: model.linear, offset: 1e6 }),
    qubo,
    toSparse(qubo),
    toDense(toSparse(qubo)),
  ];
  for (const other of others) {
    const got = chainGap(other, { beta: 2 });
    assertClose([got.gap, got.groundWeight], [expected.gap, expected.groundWeight], { rtol: 1e-9, atol: 0 });
  }
});

Deno.test("chainGap() refuses what has no gap or is too large, with the reason", () => {
  const model = chainModel(3, 1, true);
  assertThrows(() => chainGap(model, { beta: Infinity }), RangeError, "never leaves a local minimum");
  for (const beta of [NaN, -1]) assertThrows(() => chainGap(model, { beta }), RangeError, `got ${beta}`);
  assertThrows(() => chainGap(model, { beta: 1000 }), RangeError, "lower beta to 160 or less");
  const empty = isingModel({ couplings: sparseCouplings(0, []) });
  assertThrows(() => chainGap(empty, { beta: 1 }), RangeError, "has no spins");
  assertThrows(() => chainGap(chainModel(21, 1, true), { beta: 1 }), RangeError, "at most 20 spins");
  assertThrows(() => chainGap(chainModel(30, 1, true), { beta: 1 }), RangeError, "vectors over all states would take");
  assertThrows(() => chainGap(chainModel(13, 1, true), { beta: 1, method: "dense" }), RangeError, "2.0 GiB");
  assertThrows(() => chainGap(model, { beta: 1, dynamics: "heat" as "glauber" }), RangeError, "got heat");
  assertThrows(() => chainGap(quboModel({ couplings: sparseCouplings(21, []) }), { beta: 1 }), RangeError, "21 spins");
});

Deno.test("chainGap() gives no number that did not converge, but an upper bound", () => {
  const model = glassModel(9, 3, 0.2);
  const { gap } = chainGap(model, { beta: 5, method: "lanczos" });
  const error = assertThrows(() => chainGap(model, { beta: 5, method: "lanczos", maxProducts: 12 }), GapNotConverged);
  assert(error.upperBound > gap && error.residual > 0, error.message);
});
