import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  denseCouplings,
  factoredCouplings,
  isingModel,
  type Model,
  quboModel,
  sparseCouplings,
  toDense,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { eachCoupling } from "./_coupling_entries.ts";
import { graphLayout } from "./_graph_layout.ts";
import { cellsOf } from "./_test_png.ts";
import { latticeModel } from "./_test_shown.ts";
import { showModel } from "./mod.ts";

function randomModel(n: number, pairs: number): Model {
  const rng = new Rng(7);
  const drawn = Array.from({ length: pairs }, () => [rng.integer(n), rng.integer(n), rng.normal()] as const)
    .filter(([i, j]) => i !== j).map(([i, j, value]) => [Math.min(i, j), Math.max(i, j), value] as const);
  const once = new Map(drawn.map(([i, j, value]) => [i * n + j, [i, j, value] as const]));
  return isingModel({ couplings: sparseCouplings(n, [...once.values()]) });
}

Deno.test("eachCoupling() gives the same pairs for every form of couplings", () => {
  const rng = new Rng(1);
  const factors = () => Array.from({ length: 6 * 2 }, () => rng.normal());
  const model = isingModel({ couplings: factoredCouplings(6, factors(), factors()) });
  const pairsOf = (couplings: Model["couplings"]) => {
    const pairs: string[] = [];
    eachCoupling(couplings, (i, j, value) => pairs.push(`${i} ${j} ${value.toPrecision(12)}`));
    return pairs.sort();
  };
  const dense = pairsOf(toDense(model).couplings);
  assertEquals(dense.length, 15);
  assertEquals(pairsOf(model.couplings), dense);
  const lattice = latticeModel(4);
  assertEquals(pairsOf(lattice.couplings), pairsOf(toDense(lattice).couplings));
});

Deno.test("showModel() has in each cell the coupling that is largest in size, and its mirror image", () => {
  const n = 240;
  const pairs = [[0, 100, 1], [1, 101, -4], [3, 7, 2], [20, 200, -4], [21, 201, 1]] as const;
  const { svg = "", text } = showModel(isingModel({ couplings: sparseCouplings(n, pairs) }));
  assertStringIncludes(svg, "the largest of 2 x 2 a cell");
  const cells = cellsOf(svg);
  assertEquals([cells.length, cells[0].length], [120, 120]);
  assertEquals([cells[0][50], cells[50][0]], ["#2166ac", "#2166ac"], "-4 wins over 1");
  assertEquals(cells[10][100], "#2166ac", "and where it comes first");
  assert(cells[1][3] === cells[3][1] && cells[1][3] !== "#f7f7f7");
  assertEquals(cells.flat().filter((cell) => cell !== "#f7f7f7").length, 6);
  assertStringIncludes(text, "5 couplings");
});

Deno.test("showModel() shows 5,000 spins in a figure of 30 kB, and more couplings than fit a list", () => {
  const { svg = "", text } = showModel(randomModel(5000, 100_000));
  assert(svg.length < 30_000, `${svg.length}`);
  assert(text.length < 10_000, `${text.length}`);
  const { length } =
    showModel(isingModel({ couplings: factoredCouplings(6000, new Array(6000).fill(1), new Array(6000).fill(1)) }))
      .svg ?? "";
  assert(length < 30_000, `${length}`);
});

Deno.test("showModel() adds the graph where it is sparse, the fields where there are some, and what is asked for", () => {
  const parts = (...given: Parameters<typeof showModel>) =>
    [...(showModel(...given).svg ?? "").matchAll(/<title>([^<]*)/g)].map(([, title]) => title);
  const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
  assertEquals(parts(latticeModel(5)).slice(1), ["Couplings", "Graph", "Fields"]);
  assertEquals(parts(pair).slice(1), ["Couplings", "Graph"]);
  assertEquals(parts(pair, { graph: false, title: "T" }), ["T", "Couplings"]);
  const all = Array.from({ length: 8 }, (_, i) => Array.from({ length: 8 }, (_, j) => i === j ? 0 : 1)).flat();
  assertEquals(parts(isingModel({ couplings: denseCouplings(all) })).slice(1), ["Couplings"]);
  assertEquals(parts(quboModel({ couplings: sparseCouplings(1, []), linear: [1] })), [
    "QUBO of 1 bit, 0 couplings",
    "Linear coefficients",
  ]);
  assertEquals(parts(isingModel({ couplings: sparseCouplings(1, []) })), [
    "Ising model of 1 spin, 0 couplings",
    "Couplings",
  ]);
  assertThrows(
    () => showModel(randomModel(100, 50), { graph: true }),
    RangeError,
    "at most 64 variables and 256 couplings",
  );
});

Deno.test("showModel() writes labels into the graph, escaped, and beside the bars of the text", () => {
  const couplings = sparseCouplings(2, [[0, 1, 1]]);
  const bars = showModel(isingModel({ couplings, linear: [1, 2] }), { labels: ["a", "bcd"] }).text;
  assertStringIncludes(bars, "Fields\n  a │");
  assertStringIncludes(bars, "\nbcd │");
  const { svg = "", text } = showModel(isingModel({ couplings }), { labels: ["a<b", "c"] });
  assertStringIncludes(svg, ">a&lt;b</text>");
  assertStringIncludes(text, "a<b -- c: 1");
  assertThrows(
    () => showModel(isingModel({ couplings }), { labels: ["a"] }),
    RangeError,
    "a label for each of 2 variables, got 1",
  );
});

Deno.test("showModel() refuses a model without variables, and numbers that are none", () => {
  const empty = {
    vartype: "ising",
    n: 0,
    couplings: sparseCouplings(0, []),
    linear: new Float64Array(0),
    offset: 0,
  } as const;
  assertThrows(() => showModel(empty), RangeError, "it has no variables");
  const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0, 1] });
  assertThrows(() => showModel({ ...pair, linear: Float64Array.of(0, NaN) }), RangeError, "of variable 1 is NaN");
  const values = Float64Array.of(0, NaN, NaN, 0);
  assertThrows(
    () => showModel({ ...pair, couplings: { form: "dense", n: 2, values } }),
    RangeError,
    "of variables 0 and 1 is NaN",
  );
});

Deno.test("graphLayout() places a path on a line, a lattice square, and the same graph alike", () => {
  const path = Array.from({ length: 6 }, (_, i) => [i, i + 1, 1] as const);
  const at = graphLayout(7, path);
  const gaps = path.map(([i, j]) => Math.hypot(at[2 * i] - at[2 * j], at[2 * i + 1] - at[2 * j + 1]));
  const whole = Math.hypot(at[0] - at[12], at[1] - at[13]);
  assert(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) - whole) < 0.02 * whole, `${gaps}, ${whole}`);
  assertEquals(graphLayout(7, path), at);
  const edges: [number, number, number][] = [];
  eachCoupling(latticeModel(5).couplings, (i, j, value) => edges.push([i, j, value]));
  const places = graphLayout(25, edges);
  assert(places.every((place) => place >= -1e-9 && place <= 1 + 1e-9));
  const lengths = edges.map(([i, j]) =>
    Math.hypot(places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1])
  );
  assert(Math.max(...lengths) < 1.5 * Math.min(...lengths), `${Math.min(...lengths)} to ${Math.max(...lengths)}`);
});
