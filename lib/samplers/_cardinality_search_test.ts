import { assert, assertEquals } from "@std/assert";
import { denseCouplings, energy, type QuboModel, quboModel } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose, bruteForceMinimum } from "../testing/mod.ts";
import { cardinalitySearch } from "./_cardinality_search.ts";

/** Normal coefficients, plus `weight (sum x - k)^2`. */
function drawn(n: number, seed: number, { k = 0, weight = 0, pairs = 1 }): QuboModel {
  const rng = new Rng(seed, n);
  const Q = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) Q[i * n + j] = Q[j * n + i] = pairs * rng.normal() + 2 * weight;
  }
  const linear = Float64Array.from({ length: n }, () => rng.normal() + weight * (1 - 2 * k));
  return quboModel({ couplings: denseCouplings(Q), linear, offset: weight * k * k });
}

/** The state found, and about how many branches it took. */
function searched(model: QuboModel, start: Int8Array = new Int8Array(model.n), most = 1e6) {
  const work = cardinalitySearch(model, start, most);
  for (let slices = 0;; slices++) {
    const { done, value } = work.next();
    if (done) return { state: value, slices };
  }
}

Deno.test("cardinalitySearch() finds the lowest of all states, from any start, with and without a cardinality term", () => {
  for (let n = 1; n <= 12; n++) {
    for (let seed = 0; seed < 20; seed++) {
      const model = drawn(n, seed, { k: seed % n, weight: seed % 4, pairs: seed % 3 });
      const twin = bruteForceMinimum(model);
      for (const bit of [0, 1]) {
        const { state } = searched(model, new Int8Array(n).fill(bit));
        assert(state !== null);
        assertClose(energy(model, state), twin.energy, { rtol: 1e-11, atol: 1e-11 });
      }
      const { state } = searched(model, twin.state);
      assertClose(energy(model, state ?? []), twin.energy, { rtol: 1e-11, atol: 1e-11 });
    }
  }
});

Deno.test("cardinalitySearch() is not slowed down by a cardinality term, and gives up after so many branches", () => {
  const light = searched(drawn(40, 1, { k: 10, weight: 1, pairs: 0.05 }));
  const heavy = searched(drawn(40, 1, { k: 10, weight: 100, pairs: 0.05 }));
  assert(light.state !== null && heavy.state !== null);
  assert(light.slices < 20 && heavy.slices < 20, `${light.slices} and ${heavy.slices} slices of branches`);
  assertEquals(heavy.state.reduce((sum, bit) => sum + bit, 0), 10);
  assertEquals(searched(drawn(40, 1, {}), undefined, 1000).state, null);
});
