import { assertEquals, assertThrows } from "@std/assert";
import { ModelBuilder } from "../model/mod.ts";
import { chain, drawnSet, setOf } from "./_test_sets.ts";
import { toDataFrame } from "./data_frame.ts";
import { slice } from "./filter.ts";
import { concatenate } from "./sample_sets.ts";

class DataFrame {
  constructor(readonly values: unknown[][], readonly options: { columns: string[]; dtypes: string[] }) {}
}
const danfo = { DataFrame };
const set = setOf(chain(2), [1, 1, 0, 1]);

Deno.test("toDataFrame() has row, energy, count and a column a variable", () => {
  const { values, options } = toDataFrame(set, { danfo });
  assertEquals(options.columns, ["row", "energy", "count", "x0", "x1"]);
  assertEquals(options.dtypes, ["int32", "float32", "int32", "int32", "int32"]);
  assertEquals(values, [[0, 1.5, 1, 1, 1], [1, 2, 1, 0, 1]]);
});

Deno.test("toDataFrame() takes labels of a builder, and its report", () => {
  const builder = new ModelBuilder("ising").addQuadratic("a", 2, 1);
  const labels = {
    labels: builder.labels,
    decode: (state: Int8Array) => builder.decode(state),
    report: (state: Int8Array) => ({ feasible: state[0] === 0 }),
  };
  const { values, options } = toDataFrame(setOf(builder.toQubo(), [1, 1, 0, 1]), { danfo, labels });
  assertEquals(options.columns, ["row", "energy", "count", "feasible", "a", "2"]);
  assertEquals(options.dtypes[3], "boolean");
  assertEquals(values, [[0, 1, 1, false, 1, 1], [1, -1, 1, true, -1, 1]]);
});

Deno.test("toDataFrame() has the call of each row where there is provenance, and may leave the variables out", () => {
  const both = concatenate([set, drawnSet(chain(2), 1, 2)]);
  const { values, options } = toDataFrame(both, { danfo, variables: false });
  assertEquals(options.columns, ["row", "energy", "count", "call"]);
  assertEquals(values.map((row) => row[3]), [0, 0, 1]);
});

Deno.test("toDataFrame() of no rows has its columns", () => {
  const { values, options } = toDataFrame(slice(set, 0, 0), { danfo, labels: ["a", "b"] });
  assertEquals([values.length, options.columns.length], [0, 5]);
});

Deno.test("toDataFrame() refuses columns of one name, tables that are too large, and what is no danfojs", () => {
  assertThrows(
    () => toDataFrame(set, { danfo, labels: ["energy", "b"] }),
    RangeError,
    "two columns would be called energy",
  );
  assertThrows(() => toDataFrame(set, { danfo, labels: [1, "1"] }), RangeError, "two columns would be called 1");
  assertThrows(() => toDataFrame(set, { danfo, labels: ["a"] }), TypeError, "got 1 labels for 2 variables");
  const large = { ...set, energies: new Float64Array(1e7) };
  assertThrows(() => toDataFrame(large, { danfo }), RangeError, "50000000 entries are more than 20000000");
  const none: unknown = {};
  assertThrows(() => toDataFrame(set, { danfo: none as typeof danfo }), TypeError, "danfo has no DataFrame");
  const misspelt = { danfo, label: ["a", "b"] };
  assertThrows(() => toDataFrame(set, misspelt), TypeError, "there is no option label");
});
