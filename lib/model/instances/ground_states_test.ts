import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { exactEnumeration } from "../../samplers/mod.ts";
import { assertClose } from "../../testing/mod.ts";
import {
  componentCount,
  energy,
  fingerprint,
  frustratedLoops,
  gapTunedFamily,
  type Instance,
  tilePlanted,
  weakStrongCluster,
  type WeakStrongClusterOptions,
  wishartPlanted,
} from "../mod.ts";

const SEEDS = [1, 2, 3];

async function provesGround({ model, name, groundEnergy = NaN, groundState, proof }: Instance, exact: boolean) {
  const tolerance = exact ? { rtol: 0, atol: 0 } : { rtol: 1e-12, atol: 1e-12 };
  const { energies, story } = await exactEnumeration().sample(model);
  assert(story.findings.proven === true, name);
  assertClose(energies[0], groundEnergy, tolerance);
  assertClose(energy(model, groundState ?? []), groundEnergy, tolerance);
  assertEquals(proof, "construction", name);
  return Number(story.findings.groundDegeneracy);
}

Deno.test("tilePlanted() has the lowest energy it says, for every tile and mixture, on the torus and with free borders", async () => {
  for (const tile of [1, 2, 3, 4, [0.4, 0.3, 0.2, 0.1]] as const) {
    for (const periodic of [true, false]) {
      for (const seed of SEEDS) {
        await provesGround(tilePlanted({ rows: 4, columns: 4, seed, tile, periodic }), true);
      }
    }
  }
});

Deno.test("tilePlanted() on a long torus: every site has four couplings, tiles with four weak ones have more ground states", async () => {
  const { model } = tilePlanted({ rows: 6, columns: 12, seed: 1 });
  assert(model.couplings.form === "sparse");
  assertEquals(new Set([...model.couplings.rowPtr].map((to, i, all) => i === 0 ? 4 : to - all[i - 1])), new Set([4]));
  let [few, many] = [0, 0];
  for (const seed of SEEDS) {
    few += await provesGround(tilePlanted({ rows: 4, columns: 4, seed, tile: 1 }), true);
    many += await provesGround(tilePlanted({ rows: 4, columns: 4, seed, tile: 4 }), true);
  }
  assert(few < many, `${few} ground states with one weak coupling, ${many} with four`);
});

Deno.test("wishartPlanted() has the lowest energy it says, exactly with signs, and its own negative as another ground state", async () => {
  for (const n of [6, 11, 16]) {
    for (const alpha of [0.1, 0.5, 1.5]) {
      for (const seed of SEEDS) {
        const degeneracy = await provesGround(wishartPlanted({ n, alpha, seed }), false);
        assertEquals(degeneracy % 2, 0);
        if (n % 2 === 0) {
          const signs = wishartPlanted({ n, alpha, seed, entries: "signs" });
          await provesGround(signs, true);
          assertEquals(signs.groundEnergy, -n * Number(signs.parameters.columns) / 2);
        }
      }
    }
  }
});

Deno.test("wishartPlanted() draws Gaussian columns of unit variance at right angles to the state", () => {
  // -2 E / (n M) is the mean of n M squares of unit variance, whose variance is about 2
  const { groundEnergy = NaN, parameters } = wishartPlanted({ n: 60, alpha: 2, seed: 5 });
  const squares = 60 * Number(parameters.columns);
  assertClose(-2 * groundEnergy / squares * 60, 1, { rtol: 0, atol: 4 * Math.sqrt(2 / squares) });
});

Deno.test("frustratedLoops() has the lowest energy it says, on every graph, with and without a range", async () => {
  for (const graph of ["square", "cubic", "complete"] as const) {
    for (const ratio of [0.1, 0.5, 1]) {
      for (const seed of SEEDS) {
        await provesGround(frustratedLoops({ n: 12, ratio, seed, graph, minLength: 3 }), true);
        const limited = frustratedLoops({ n: 16, ratio: ratio / 2, seed, graph, minLength: 3, range: 3 });
        await provesGround(limited, true);
        assert(limited.model.couplings.form === "sparse");
        assert(limited.model.couplings.values.every((value) => Math.abs(value) <= 3));
      }
    }
  }
});

Deno.test("weakStrongCluster() has one ground state, of the energy it says, and a local minimum with the weak cluster turned", async () => {
  const cases: WeakStrongClusterOptions[] = [
    { cluster: 2 },
    { cluster: 4, field: 0.1 },
    { cluster: 8 },
    { cluster: 4, pairs: 2, field: 0.49 },
    { cluster: 2, pairs: 4, seed: 3 },
    { cluster: 2, pairs: 4, seed: 4 },
  ];
  for (const options of cases) {
    const instance = weakStrongCluster(options);
    assertEquals(await provesGround(instance, false), 1, instance.name);
    const { model, groundState = [], groundEnergy = NaN } = instance;
    const m = options.cluster;
    const turned = Int8Array.from(groundState, (spin, i) => i < m ? -spin : spin);
    const field = options.field ?? 0.44;
    assertClose(energy(model, turned), groundEnergy + m * (1 - 2 * field), { rtol: 1e-12, atol: 1e-12 });
  }
  const minimum = weakStrongCluster({ cluster: 8 });
  const turned = Int8Array.from({ length: 16 }, (_, i) => i < 8 ? 1 : -1);
  for (let i = 0; i < 16; i++) {
    const flipped = turned.slice();
    flipped[i] *= -1;
    assert(energy(minimum.model, flipped) > energy(minimum.model, turned), `spin ${i}`);
  }
});

Deno.test("gapTunedFamily() has one ground state below the cluster, 2^m above it, and both at detuning 0", async () => {
  for (const n of [6, 8, 12]) {
    const [above, crossing, ...below] = gapTunedFamily({ n, detunings: [-0.3, 0, 0.01, 0.4, 2] });
    assertEquals(await provesGround(above, false), 2 ** (n / 2));
    assertEquals(await provesGround(crossing, false), 2 ** (n / 2) + 1);
    for (const instance of below) assertEquals(await provesGround(instance, false), 1, instance.name);
  }
});

Deno.test("planted states differ from seed to seed, and one seed gives one model", () => {
  const makers: ((seed: number) => Instance)[] = [
    (seed) => tilePlanted({ rows: 6, columns: 6, seed }),
    (seed) => wishartPlanted({ n: 30, alpha: 0.5, seed }),
    (seed) => frustratedLoops({ n: 30, ratio: 0.5, seed }),
    (seed) => weakStrongCluster({ cluster: 2, pairs: 20, seed }),
  ];
  for (const make of makers) {
    assertEquals(fingerprint(make(7).model), fingerprint(make(7).model));
    assertNotEquals(fingerprint(make(7).model), fingerprint(make(8).model));
    assertNotEquals(make(7).groundState, make(8).groundState);
    assertEquals(make(7).parameters.components ?? 1, componentCount(make(7).model), make(7).name);
  }
});
