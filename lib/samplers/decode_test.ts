import { assertEquals, assertThrows } from "@std/assert";
import { isingModel, ModelBuilder, sparseCouplings } from "../model/mod.ts";
import { setOf } from "./_test_sets.ts";
import { decode, type Labelling } from "./decode.ts";
import { truncate } from "./filter.ts";

const spins = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
const set = setOf(spins, [1, 1, -1, 1]);

Deno.test("decode() puts the values of a row under plain labels", () => {
  const rows = [...decode(set, ["a", 7])];
  assertEquals(rows.map(({ values }) => [...values]), [[["a", 1], [7, 1]], [["a", -1], [7, 1]]]);
  assertEquals(rows.map(({ row, energy, count }) => [row, energy, count]), [[0, 1.5, 1], [1, -1.5, 1]]);
  assertEquals("feasible" in rows[0], false);
});

Deno.test("decode() gives a builder's own values, whatever the vartype of the model", () => {
  const builder = new ModelBuilder("qubo").addQuadratic("a", "b", 1);
  const [, second] = decode(setOf(builder.toIsing(), [1, 1, -1, 1]), builder);
  assertEquals([...second.values], [["a", 0], ["b", 1]]);
});

Deno.test("decode() tells what is feasible where the labelling has a report", () => {
  const labelling: Labelling = { labels: ["a", "b"], report: (state) => ({ feasible: state[0] !== state[1] }) };
  assertEquals([...decode(set, labelling)].map(({ feasible }) => feasible), [false, true]);
});

Deno.test("decode() decodes no more rows than are asked for", () => {
  let asked = 0;
  const labelling: Labelling = { labels: ["a", "b"], decode: () => new Map([["a", ++asked]]) };
  const [first] = decode(set, labelling);
  assertEquals([first.values.get("a"), asked], [1, 1]);
  assertEquals([...decode(truncate(set, 1), labelling)][0].energy, -1.5);
});

Deno.test("decode() refuses labels that do not fit, before the first row", () => {
  assertThrows(() => decode(set, ["a"]), TypeError, "got 1 labels for 2 variables");
  assertThrows(() => decode(set, ["a", "a"]), RangeError, 'the label "a" comes twice, the second time at index 1');
  const nothing: unknown = {};
  assertThrows(() => decode(set, nothing as Labelling), TypeError, "expected labels");
});
