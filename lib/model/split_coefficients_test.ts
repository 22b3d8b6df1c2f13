import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { forEachPair } from "./_terms.ts";
import { denseCouplings, sparseCouplings } from "./couplings.ts";
import { energy } from "./energy.ts";
import { isingModel, quboModel } from "./models.ts";
import { splitCoefficients, splitSpins } from "./split_coefficients.ts";
import type { Model } from "./types.ts";

function triangle(vartype: "ising" | "qubo", seed: number): Model {
  const rng = new Rng(seed, 0);
  const [a, b, c] = [4 * rng.normal(), rng.normal(), 4 * rng.normal()];
  const parts = {
    couplings: denseCouplings([[0, a, b], [a, 0, c], [b, c, 0]]),
    linear: [4 * rng.normal(), rng.normal(), 4 * rng.normal()],
    offset: 2,
  };
  return vartype === "ising" ? isingModel(parts) : quboModel(parts);
}

Deno.test("splitCoefficients() has, over its leaves, the minimum of every state, and joins it to that state", () => {
  let most = 0;
  for (const vartype of ["ising", "qubo"] as const) {
    for (let seed = 0; seed < 12; seed++) {
      const given = triangle(vartype, seed);
      const { model, centres, join } = splitCoefficients(given, { largest: 2.5 });
      most = Math.max(most, centres.length);
      assertEquals(splitSpins(given, { largest: 2.5 }), model.n);
      const lowest = new Map<string, number>();
      for (let bits = 0; bits < 2 ** model.n; bits++) {
        const state = Int8Array.from({ length: model.n }, (_, i) => (bits >> i) & 1 ? 1 : -1);
        const key = join(state).join();
        lowest.set(key, Math.min(lowest.get(key) ?? Infinity, energy(model, state)));
      }
      assertEquals(lowest.size, 8);
      for (const [key, value] of lowest) {
        assertClose([value], [energy(given, key.split(",").map(Number))], { rtol: 1e-12, atol: 1e-12 });
      }
    }
  }
  assert(most >= 6, "some coefficients were split");
});

Deno.test("splitCoefficients() keeps every coefficient within the largest, and leaves small ones as they are", () => {
  const given = isingModel({ couplings: sparseCouplings(3, [[0, 1, 7.3], [1, 2, -0.5]]), linear: [-11.1, 1, 0] });
  const { model, centres } = splitCoefficients(given, { largest: 1 });
  const within = (value: number) => assert(Math.abs(value) <= 1 + 1e-12, `${value}`);
  forEachPair(model.couplings, (_i, _j, value) => within(value));
  model.linear.forEach(within);
  assertEquals(centres.length, 21 + 13);
  assertEquals(splitCoefficients(given, { largest: 12 }).model.linear, given.linear);
});

Deno.test("splitCoefficients() refuses a largest that is none, and says how many spins a split would take", () => {
  const given = isingModel({ couplings: sparseCouplings(1, []), linear: [1e9] });
  for (const largest of [0, -1, NaN, Infinity]) {
    assertThrows(() => splitCoefficients(given, { largest }), RangeError, "positive number");
  }
  assertThrows(() => splitCoefficients(given, { largest: 1 }), RangeError, "1999999999 spins would be needed for 1");
  const { join } = splitCoefficients(given, { largest: 1e9 });
  assertThrows(() => splitCoefficients(given, { largest: 5e8 }).join(new Int8Array(4)), TypeError, "of 3 spins");
  assertEquals(join(Int8Array.of(1, -1)), Int8Array.of(1, -1));
});
