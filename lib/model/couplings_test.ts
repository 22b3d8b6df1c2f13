import { assertEquals, assertThrows } from "@std/assert";
import { csrCouplings, denseCouplings, factoredCouplings, isingModel, quboModel, sparseCouplings } from "./mod.ts";

Deno.test("sparseCouplings() stores each pair in both directions, rows sorted, zeros dropped", () => {
  const couplings = sparseCouplings(4, [[3, 0, 2], [1, 0, -1], [1, 2, 0]]);
  assertEquals([...couplings.rowPtr], [0, 2, 3, 3, 4]);
  assertEquals([...couplings.columns], [1, 3, 0, 0]);
  assertEquals([...couplings.values], [-1, 2, -1, 2]);
});

Deno.test("csrCouplings() gives what sparseCouplings() gives, from rows in any order", () => {
  const expected = sparseCouplings(3, [[0, 1, 5], [0, 2, 7]]);
  assertEquals(csrCouplings(3, [0, 2, 3, 4], [2, 1, 0, 0], [7, 5, 5, 7]), expected);
});

Deno.test("couplings refuse what is no symmetric finite matrix with zero diagonal", () => {
  assertThrows(() => denseCouplings([1, 2, 3]), TypeError, "got 3 entries");
  assertThrows(() => denseCouplings([[0, 1], [1]]), TypeError, "row 1 has 1 entries in a matrix of 2 rows");
  assertThrows(() => denseCouplings([[0, 1], [2, 0]]), RangeError, "(1, 0) is 2 and (0, 1) is 1");
  assertThrows(() => denseCouplings([[0, NaN], [NaN, 0]]), RangeError, "expected a finite number");
  assertThrows(() => denseCouplings([0, Infinity, Infinity, 0]), RangeError, "expected a finite number");
  assertThrows(() => denseCouplings([[1]]), RangeError, "diagonal entry 0 is 1");
  assertThrows(() => sparseCouplings(2, [[0, 2, 1]]), RangeError, "from 0 to 1");
  assertThrows(() => sparseCouplings(2, [[0, 0.5, 1]]), RangeError, "from 0 to 1");
  assertThrows(() => sparseCouplings(2, [[1, 1, 1]]), RangeError, "to itself");
  assertThrows(() => sparseCouplings(2, [[0, 1, NaN]]), RangeError, "is NaN");
  assertThrows(() => sparseCouplings(2, [[0, 1, 1], [1, 0, 1]]), RangeError, "comes twice");
  assertThrows(() => sparseCouplings(2, [[0, 1, 0], [1, 0, 1]]), RangeError, "comes twice");
  assertThrows(() => sparseCouplings(-1, []), RangeError, "Cannot use -1");
  assertThrows(() => csrCouplings(2, [0, 1], [1], [1]), TypeError, "3 row pointers");
  assertThrows(() => csrCouplings(2, [0, 2, 1], [1, 0], [1, 1]), RangeError, "row pointer");
  assertThrows(() => csrCouplings(2, [0, 1, 2], [1, 0], [1, 2]), RangeError, "not both there");
  assertThrows(() => csrCouplings(2, [0, 1, 1], [1], [1]), RangeError, "not both there");
  assertThrows(() => csrCouplings(3, [0, 1, 2, 2], [1, 2], [1, 1]), RangeError, "not both there");
  assertThrows(() => factoredCouplings(2, [1, 2, 3], [1, 2, 3]), TypeError, "2 rows");
  assertThrows(() => factoredCouplings(2, [1, 2], [1, 2, 3, 4]), TypeError, "equal width");
  assertThrows(() => factoredCouplings(1, [NaN], [1]), RangeError, "left factor");
});

Deno.test("isingModel() and quboModel() refuse wrong lengths and numbers", () => {
  const couplings = sparseCouplings(2, []);
  assertThrows(() => isingModel({ couplings, linear: [1] }), TypeError, "1 entries for 2 variables");
  // a notebook is not type-checked: fields by another name must not be lost
  const misnamed = { couplings, h: [1, 2] };
  assertThrows(() => isingModel(misnamed), TypeError, "there is no option h; known are couplings, linear, offset");
  assertThrows(() => quboModel({ couplings, linear: [1, NaN] }), RangeError, "entry 1 is NaN");
  assertThrows(() => quboModel({ couplings, offset: Infinity }), RangeError, "offset is Infinity");
});

Deno.test("models keep copies of what they are given, and are frozen", () => {
  const matrix = new Float64Array([0, 1, 1, 0]);
  const linear = [1, 2];
  const model = isingModel({ couplings: denseCouplings(matrix), linear });
  matrix.fill(9);
  linear.fill(9);
  assertEquals([...model.linear], [1, 2]);
  assertEquals(model.couplings, denseCouplings([[0, 1], [1, 0]]));
  assertThrows(() => Object.assign(model, { offset: 1 }), TypeError);
});
