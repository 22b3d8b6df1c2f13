import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ModelBuilder } from "../model/mod.ts";
import { chain, drawnSet, setOf } from "./_test_sets.ts";
import { decode } from "./decode.ts";
import { feasibility, type FeasibilityCheck, feasibleOnly, lowestFeasible } from "./feasibility.ts";
import { slice } from "./filter.ts";
import { concatenate } from "./sample_sets.ts";

const oneOf = (x: Int8Array) => x.reduce((sum, value) => sum + value, 0) === 1;
const report = { report: (x: Int8Array) => ({ feasible: oneOf(x), violated: [] }) };
// energies 0, 2, 1, 1.5, 3; feasible are rows 1, 2, 4
const set = {
  ...setOf(chain(3), [0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1]),
  counts: Uint32Array.of(5, 1, 2, 1, 1),
};

Deno.test("feasibility() counts rows and reads, and finds the lowest feasible row", () => {
  for (const check of [oneOf, report]) {
    const { lowest, ...counts } = feasibility(set, check);
    assertEquals(counts, { rows: 5, feasibleRows: 3, reads: 10, feasibleReads: 4, share: 0.4 });
    assertEquals([lowest?.row, lowest?.energy, lowest?.count], [2, 1, 2]);
  }
});

Deno.test("feasibility() takes what a builder built, slack bits among the variables, in either vartype", () => {
  const builder = new ModelBuilder("qubo").addLinear("a", -1).addLinear("b", -2).addLinear("c", -4);
  const built = builder.addInequality([["a", 1], ["b", 1], ["c", 1]], "<=", 2).build();
  const drawn = drawnSet(built.model, 300, 1);
  const rows = [...decode(drawn, built)];
  const atMostTwo = rows.filter(({ values }) => [...values.values()].reduce((sum, value) => sum + value, 0) <= 2);
  assertEquals(feasibility(drawn, built).feasibleRows, atMostTwo.length);
  assertEquals(rows.filter(({ feasible }) => feasible).length, atMostTwo.length);
  assertEquals(atMostTwo.length > 200 && atMostTwo.length < 300, true);
  assertEquals([...rows[0].values.keys()], ["a", "b", "c"]);
});

Deno.test("feasibility() of no rows, and of no feasible row, is a value", () => {
  const { share, rows } = feasibility(slice(set, 0, 0), oneOf);
  assertEquals([share, rows], [0, 0]);
  assertEquals("lowest" in feasibility(set, () => false), false);
  assertStrictEquals(lowestFeasible(set, () => false), undefined);
});

Deno.test("feasibleOnly() keeps the rows in order, with the call of each", () => {
  assertEquals([...feasibleOnly(set, report).energies], [2, 1, 3]);
  const both = concatenate([set, drawnSet(chain(3), 40, 2)]);
  const kept = feasibleOnly(both, oneOf);
  assertEquals(kept.energies.length, feasibility(both, oneOf).feasibleRows);
  assertEquals([...kept.provenance?.rows ?? []].slice(0, 4), [0, 0, 0, 1]);
});

Deno.test("lowestFeasible() agrees with feasibility() and asks no further than the first", () => {
  const drawn = drawnSet(chain(8), 500, 4);
  assertEquals(lowestFeasible(drawn, oneOf), feasibility(drawn, oneOf).lowest);
  let asked = 0;
  lowestFeasible(drawn, () => ++asked === 3);
  assertEquals(asked, 3);
});

Deno.test("lowestFeasible() returns the state as it was, whatever the check did to it", () => {
  const found = lowestFeasible(set, (x) => {
    x.fill(9);
    return true;
  });
  assertEquals([...found?.state ?? []], [0, 0, 0]);
  assertEquals(set.states.includes(9), false);
});

Deno.test("feasibility() refuses a check that is none", () => {
  const none: unknown = {};
  assertThrows(() => feasibility(set, none as FeasibilityCheck), TypeError, "expected a function of a state");
  const vague: unknown = () => 1;
  assertThrows(() => feasibility(set, vague as FeasibilityCheck), TypeError, "row 0 expected true or false, got 1");
});
