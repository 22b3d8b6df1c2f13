import { assertEquals, assertThrows } from "@std/assert";
import { allStates } from "../../testing/mod.ts";
import {
  componentCount,
  denseCouplings,
  drawInstance,
  energy,
  factoredCouplings,
  frustratedLoops,
  gapTuned,
  type Instance,
  INSTANCE_FAMILIES,
  isingModel,
  maxCutInstance,
  quboModel,
  sherringtonKirkpatrick,
  sparseCouplings,
  subInstance,
  tilePlanted,
  weakStrongCluster,
  wishartPlanted,
} from "../mod.ts";

Deno.test("maxCutInstance() has minus the cut for an energy, the edges it counts, three at every vertex of a cubic graph", () => {
  for (const graph of ["half", "cubic"] as const) {
    const { model, parameters } = maxCutInstance({ n: 10, seed: 2, graph });
    const { couplings } = model;
    if (couplings.form !== "sparse") throw new Error("expected sparse couplings");
    assertEquals(couplings.values.length, 2 * Number(parameters.edges));
    if (graph === "cubic") assertEquals([...couplings.rowPtr], Array.from({ length: 11 }, (_, i) => 3 * i));
    for (const state of allStates(10, "ising")) {
      let cut = 0;
      for (let i = 0; i < 10; i++) {
        for (let e = couplings.rowPtr[i]; e < couplings.rowPtr[i + 1]; e++) {
          if (state[i] > state[couplings.columns[e]]) cut++;
        }
      }
      assertEquals(energy(model, state) + 0, -cut + 0);
    }
  }
});

Deno.test("maxCutInstance() keeps half of all edges", () => {
  const pairs = 300 * 299 / 2;
  // binomial, p = 1/2: 4 sigma of sqrt(pairs) / 2
  const edges = Number(maxCutInstance({ n: 300, seed: 1 }).parameters.edges);
  assertEquals(Math.abs(edges - pairs / 2) < 2 * Math.sqrt(pairs), true, `${edges} of ${pairs}`);
});

Deno.test("maxCutInstance() gives each of the 70 labelled cubic graphs of six vertices equally often", () => {
  const seen = new Map<string, number>();
  const draws = 7000;
  for (let seed = 0; seed < draws; seed++) {
    const { couplings } = maxCutInstance({ n: 6, seed, graph: "cubic" }).model;
    if (couplings.form === "sparse") seen.set(couplings.columns.join(), (seen.get(couplings.columns.join()) ?? 0) + 1);
  }
  assertEquals(seen.size, 70);
  // chi^2 with 69 degrees of freedom: mean 69, deviation sqrt(138), 4 sigma
  const chi2 = [...seen.values()].reduce((sum, count) => sum + (count - draws / 70) ** 2 / (draws / 70), 0);
  assertEquals(chi2 < 69 + 4 * Math.sqrt(138), true, `chi^2 is ${chi2}`);
});

Deno.test("componentCount() counts parts in every form of the couplings", () => {
  const two = sparseCouplings(5, [[0, 3, 1], [3, 4, -1], [1, 2, 2]]);
  assertEquals(componentCount(isingModel({ couplings: two })), 2);
  assertEquals(componentCount(quboModel({ couplings: sparseCouplings(4, []) })), 4);
  assertEquals(componentCount(isingModel({ couplings: denseCouplings([[0, 0, 1], [0, 0, 0], [1, 0, 0]]) })), 2);
  assertEquals(componentCount(isingModel({ couplings: factoredCouplings(2, [1, 0], [0, 1]) })), 1);
  assertEquals(componentCount(isingModel({ couplings: sparseCouplings(0, []) })), 0);
});

Deno.test("subInstance() has the energy of the whole where the others are left out", () => {
  const wholes: Instance[] = [
    sherringtonKirkpatrick({ n: 8, seed: 1, couplings: "gaussian" }),
    weakStrongCluster({ cluster: 4 }),
  ];
  const whole = wholes[0];
  const bits = quboModel({ couplings: whole.model.couplings, linear: [1, 2, 3, 4, 5, 6, 7, 8], offset: 3 });
  const part = subInstance({ ...whole, model: bits }, { variables: [5, 0, 3] });
  for (const state of allStates(3, "qubo")) {
    const padded = new Int8Array(8);
    [padded[5], padded[0], padded[3]] = state;
    assertEquals(Math.abs(energy(part.model, state) - energy(bits, padded)) < 1e-12, true);
  }
  const first = subInstance(wholes[1], { variables: 6 });
  assertEquals([first.name, first.family, first.groundEnergy], [
    "weak-strong-m4-h0.44-first6",
    "weak-strong-part",
    undefined,
  ]);
  // the two halves of the weak cluster, coupled to each other, and two of the strong one, coupled to these
  assertEquals(energy(first.model, new Int8Array(6).fill(1)), -4 - 2 - 4 * 0.44 + 2);
});

Deno.test("every generator refuses what it cannot make, with the limits and the way out", () => {
  const refused: [() => unknown, string][] = [
    [() => maxCutInstance({ n: 7, seed: 1, graph: "cubic" }), "even number of vertices, got n = 7"],
    [() => maxCutInstance({ n: 1, seed: 1 }), "n must be an integer from 2 to 8192, got 1"],
    [() => maxCutInstance({ n: 4, seed: 1, graph: "ring" as "half" }), "graph must be half or cubic, got ring"],
    [() => tilePlanted({ rows: 2, columns: 4, seed: 1 }), "rows must be an integer from 4 to 128, got 2"],
    [() => tilePlanted({ rows: 4, columns: 5, seed: 1 }), "columns must be even"],
    [() => tilePlanted({ rows: 4, columns: 4, seed: 1, tile: 5 }), "tile must be an integer from 1 to 4, got 5"],
    [
      () => tilePlanted({ rows: 4, columns: 4, seed: 1, tile: [1, 1, 0, 0] }),
      "four chances that add up to 1, got 1, 1, 0, 0",
    ],
    [
      () => wishartPlanted({ n: 7, alpha: 1, seed: 1, entries: "signs" }),
      "need an even n, got 7; take gaussian entries",
    ],
    [() => wishartPlanted({ n: 8, alpha: 0, seed: 1 }), "alpha must be a number"],
    [() => frustratedLoops({ n: 7, ratio: 1, seed: 1 }), "7 sites make no rectangle; take another n"],
    [() => frustratedLoops({ n: 9, ratio: 1, seed: 1, graph: "cubic" }), "even number of vertices"],
    [() => frustratedLoops({ n: 4, ratio: 50, seed: 1, range: 1 }), "ask for fewer or shorter loops, or raise range"],
    [() => weakStrongCluster({ cluster: 3 }), "cluster must be even"],
    [() => weakStrongCluster({ cluster: 4, field: 0.5 }), "field must be above 0 and below 0.5"],
    [() => gapTuned({ n: 9, detuning: 0.1 }), "n must be even"],
    [() => gapTuned({ n: 8, detuning: NaN }), "detuning must be a number from -4 to 4, got NaN"],
    [
      () => subInstance(gapTuned({ n: 8, detuning: 0 }), { variables: 9 }),
      "variables must be an integer from 1 to 8, got 9",
    ],
    [() => subInstance(gapTuned({ n: 8, detuning: 0 }), { variables: [1, 1] }), "each once, got 1, 1"],
  ];
  for (const [make, message] of refused) assertThrows(make, RangeError, message);
  assertThrows(() => gapTuned({ n: 8, detuning: 0, seed: 1 } as never), TypeError, "there is no option seed");
});

Deno.test("drawInstance() makes one of every family, under its name, and tells who misspells one what is near", () => {
  for (const family of INSTANCE_FAMILIES) {
    const { model, family: own, name } = drawInstance(family, { n: 16, seed: 1 });
    assertEquals([model.n, own, name.startsWith(family)], [16, family, true], name);
  }
  assertThrows(() => drawInstance("wishhart", { n: 8, seed: 1 }), RangeError, 'got "wishhart"; did you mean wishart?');
  assertThrows(() => drawInstance("toString", { n: 8, seed: 1 }), RangeError, "expected one of sk, ");
  assertThrows(() => drawInstance("tiles", { n: 12, seed: 1 }), RangeError, "rows must be an integer from 4");
  assertThrows(() => drawInstance("weak-strong", { n: 7, seed: 1 }), RangeError, "cluster must be an integer");
});
