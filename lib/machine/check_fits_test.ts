import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { isingModel, type Model, quboModel, sparseCouplings } from "../model/mod.ts";
import { allStates, assertClose, modelEnergyTwin } from "../testing/mod.ts";
import { fitPrecision, unfitted } from "./_fit_precision.ts";
import { checkFits, checkRequestBytes } from "./check_fits.ts";
import type { MachineLimits } from "./types.ts";

const LIMITS: MachineLimits = {
  variables: 20,
  topology: { kind: "complete" },
  precision: { kind: "float64" },
  reads: 10,
  requestBytes: 100,
  replyBytes: 1000,
  runMs: 500,
  quotaUnit: "jobs",
};
const pair = (n: number, i: number, j: number, value = 1) =>
  isingModel({ couplings: sparseCouplings(n, [[i, j, value]]) });

Deno.test("checkFits() names the limit and the way out", () => {
  const refuse = (what: () => void, ...words: string[]) => {
    const error = assertThrows(what, RangeError);
    for (const word of words) assertEquals(error.message.includes(word), true, error.message);
  };
  checkFits("m", pair(20, 0, 19), LIMITS, { numReads: 10, runMs: 500, requestBytes: 100 });
  refuse(() => checkFits("m", pair(21, 0, 1), LIMITS), "Cannot send to m", "21", "20", "largeNeighbourhoodSearch");
  refuse(() => checkFits("m", pair(2, 0, 1), LIMITS, { numReads: 11 }), "11", "10");
  refuse(() => checkFits("m", pair(2, 0, 1), LIMITS, { runMs: 501 }), "501", "500");
  refuse(() => checkFits("m", pair(2, 0, 1), LIMITS, { requestBytes: 101 }), "101", "100");
  checkRequestBytes("m", 1e9, { ...LIMITS, requestBytes: undefined });
});

Deno.test("checkFits() takes neighbours on the King's graph in all eight directions, and nothing else", () => {
  const [width, height] = [4, 3];
  const limits: MachineLimits = { ...LIMITS, topology: { kind: "king", width, height } };
  const fits = (model: Model, places?: number[]) => {
    try {
      checkFits("m", model, limits, places ? { places } : {});
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  };
  for (let a = 0; a < width * height; a++) {
    for (let b = 0; b < width * height; b++) {
      if (a === b) continue;
      const far = Math.max(Math.abs(a % width - b % width), Math.abs(Math.floor(a / width) - Math.floor(b / width)));
      assertEquals(fits(pair(width * height, a, b)), far === 1);
      assertEquals(fits(pair(2, 0, 1), [a, b]), far === 1);
    }
  }
  assertThrows(
    () => checkFits("m", pair(2, 0, 1), limits, { places: [0, 0] }),
    RangeError,
    "two variables are to sit at (0, 0)",
  );
  assertThrows(
    () => checkFits("m", pair(2, 0, 1), limits, { places: [0, 12] }),
    RangeError,
    "no place of the King's graph of 4 x 3",
  );
  assertThrows(() => checkFits("m", pair(2, 0, 1), limits, { places: [0] }), RangeError, "1 places for 2 variables");
  assertThrows(() => checkFits("m", pair(13, 0, 1), limits), RangeError, "embedded()");
});

Deno.test("checkFits() takes couplers of a graph by the numbers of its qubits", () => {
  const topology = { kind: "graph", name: "four", nodes: [2, 3, 10, 11], edges: [[10, 2], [3, 11]] } as const;
  const limits: MachineLimits = { ...LIMITS, topology };
  checkFits("m", pair(4, 0, 2), limits);
  checkFits("m", pair(4, 1, 3), limits);
  checkFits("m", pair(2, 0, 1), limits, { places: [11, 3] });
  assertThrows(
    () => checkFits("m", pair(4, 0, 1), limits),
    RangeError,
    "places 2 and 3 are no neighbours on the graph of four",
  );
  assertThrows(() => checkFits("m", pair(2, 0, 1), limits, { places: [3, 4] }), RangeError, "4, which is no place");
});

Deno.test("checkFits() refuses numbers that the machine does not hold", () => {
  const whole: MachineLimits = { ...LIMITS, precision: { kind: "integer", min: -7, max: 7 } };
  checkFits("m", pair(2, 0, 1, -7), whole);
  for (const value of [8, -8, 0.5]) {
    assertThrows(
      () => checkFits("m", pair(2, 0, 1, value), whole),
      RangeError,
      `is ${value}, expected an integer from -7 to 7`,
    );
  }
  const single: MachineLimits = { ...LIMITS, precision: { kind: "float32" } };
  checkFits("m", pair(2, 0, 1, 0.1), single);
  for (const value of [1e39, 1e-60]) {
    assertThrows(() => checkFits("m", pair(2, 0, 1, value), single), RangeError, "32 bits");
  }
  const range: MachineLimits = { ...LIMITS, precision: { kind: "float64", min: -1, max: 2 } };
  checkFits("m", pair(2, 0, 1, 1.5), range);
  const fields = isingModel({ couplings: sparseCouplings(1, []), linear: [-1.5] });
  assertThrows(() => checkFits("m", fields, range), RangeError, "the linear coefficient of variable 0 is -1.5");
});

const integers = { kind: "integer", min: -7, max: 7 } as const;

Deno.test("fitPrecision() keeps every energy where integers at some scale do, whatever the scale", () => {
  const entry = fc.integer({ min: -7, max: 7 });
  const scales = fc.oneof(
    fc.constantFrom(0.1, 0.25, 0.3, 1 / 3, 7, 1e-9, 1e9, Math.PI),
    fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
  );
  fc.assert(fc.property(fc.array(entry, { minLength: 6, maxLength: 6 }), scales, (values, scale) => {
    const [a, b, c, ...fields] = values.map((value) => value * scale);
    const model = quboModel({
      couplings: sparseCouplings(3, [[0, 1, a], [1, 2, b], [0, 2, c]]),
      linear: fields,
      offset: 2,
    });
    const fitted = fitPrecision("Cannot", model, integers);
    assertEquals(fitted.rounded, false);
    checkFits("m", fitted.model, { ...LIMITS, precision: integers });
    for (const state of allStates(3, "qubo")) {
      const ours = modelEnergyTwin(model, state);
      assertClose(fitted.step * modelEnergyTwin(fitted.model, state), ours, { rtol: 1e-11, atol: 1e-11 * scale });
    }
  }));
});

Deno.test("fitPrecision() finds the scale of decimals for a machine of 32 bits", () => {
  const precision = { kind: "integer", min: -(2 ** 31), max: 2 ** 31 - 1 } as const;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -999_999, max: 999_999 }), { minLength: 5, maxLength: 5 }), (values) => {
      const linear = [0.000001, ...values.map((value) => value / 1e6)];
      const model = isingModel({ couplings: sparseCouplings(6, []), linear });
      const fitted = fitPrecision("", model, precision);
      assertEquals([...fitted.model.linear], [1, ...values.map((value) => value + 0)]);
    }),
  );
});

Deno.test("fitPrecision() leaves integers in range as they are", () => {
  assertEquals(fitPrecision("Cannot", pair(2, 0, 1, 4), integers).step, 1);
  assertEquals(fitPrecision("Cannot", isingModel({ couplings: sparseCouplings(2, []) }), integers).step, 1);
});

Deno.test("fitPrecision() refuses what fits at no scale, and rounds when told, within half a step or a step", () => {
  const real = fc.double({ min: -10, max: 10, noNaN: true });
  fc.assert(fc.property(fc.array(real, { minLength: 4, maxLength: 4 }), fc.nat(), (values, seed) => {
    const [a, b, ...fields] = [...values.map((value) => value + Math.SQRT2 * 20), Math.PI];
    const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, a], [1, 2, -b]]), linear: fields });
    const largest = Math.max(a, b, ...fields.map(Math.abs));
    for (const [quantise, most] of [["nearest", 0.5], ["stochastic", 1]] as const) {
      const fitted = fitPrecision("Cannot", model, integers, quantise, seed);
      checkFits("m", fitted.model, { ...LIMITS, precision: integers });
      assertClose(fitted.step, largest / 7, { rtol: 1e-12, atol: 0 });
      const back = unfitted(fitted);
      back.linear.forEach((value, i) => {
        assertEquals(Math.abs(value - fields[i]) <= most * fitted.step * (1 + 1e-12), true);
      });
    }
  }));
  const odd = isingModel({ couplings: sparseCouplings(2, [[0, 1, Math.SQRT2]]), linear: [1, 0] });
  assertThrows(
    () => fitPrecision("Cannot send to m", odd, integers),
    RangeError,
    'quantise: "nearest" or "stochastic"',
  );
});

Deno.test("fitPrecision() rounds stochastically right on average, and the same for one seed", () => {
  // 3.25 steps: up with p = 1/4; the mean of 4,000 is within 4 sigma = 4 sqrt(3/16/4000)
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 7]]), linear: [3.25, 0] });
  const draws = Array.from(
    { length: 4000 },
    (_, seed) => fitPrecision("", model, integers, "stochastic", seed).model.linear[0],
  );
  const mean = draws.reduce((sum, value) => sum + value) / draws.length;
  assertClose(mean, 3.25, { rtol: 0, atol: 4 * Math.sqrt(3 / 16 / 4000) });
  assertEquals(fitPrecision("", model, integers, "stochastic", 17).model.linear[0], draws[17]);
});

Deno.test("fitPrecision() rounds to float32 unasked and says so, and scales into a range of float64", () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 0.1]]), linear: [3, 0] });
  const single = fitPrecision("", model, { kind: "float32" });
  assertEquals([single.model.couplings.form === "sparse" && single.model.couplings.values[0], single.rounded], [
    Math.fround(0.1),
    true,
  ]);
  assertEquals(fitPrecision("", pair(2, 0, 1, 0.5), { kind: "float32" }).rounded, false);
  const scaled = fitPrecision("", model, { kind: "float64", min: -1, max: 1 });
  assertEquals([scaled.step, scaled.model.linear[0], scaled.rounded], [4, 0.75, false]);
});
