import { assertThrows } from "@std/assert";
import { randomProblem } from "./_test_problems.ts";
import { checkChosen, checkProblem } from "./check_problem.ts";
import { attentionEnergies } from "./energies.ts";
import type { AttentionProblem } from "./types.ts";

const whole = randomProblem({
  batch: 2,
  heads: 2,
  tokens: 3,
  width: 2,
  weights: { coupling: 1, field: 1, overlap: 1, cardinality: { k: 3, weight: 1 } },
}, 1);

Deno.test("checkProblem() accepts a whole problem, cardinality 0 and N included", () => {
  checkProblem(whole);
  checkProblem({ ...whole, weights: { ...whole.weights, cardinality: { k: 0, weight: 1 } } });
  checkProblem({ ...whole, weights: { coupling: 0, field: 0, overlap: 0 } });
});

Deno.test("checkProblem() names what is wrong with a problem", () => {
  const infinite = whole.keys.slice();
  infinite[5] = -Infinity;
  const notANumber = whole.fields.slice();
  notANumber[11] = NaN;
  const cases: [Partial<AttentionProblem>, typeof RangeError | typeof TypeError, string][] = [
    [{ batch: 0 }, RangeError, "batch must be a positive integer, got 0"],
    [{ heads: 1.5 }, RangeError, "heads must be a positive integer, got 1.5"],
    [{ tokens: -3 }, RangeError, "tokens must be a positive integer, got -3"],
    [{ width: NaN }, RangeError, "width must be a positive integer, got NaN"],
    [{ queries: new Float32Array(23) }, TypeError, "queries must have 24 entries"],
    [{ keys: new Float32Array(25) }, TypeError, "keys must have 24 entries"],
    [{ fields: new Float32Array(0) }, TypeError, "fields must have 12 entries (batch * heads * tokens), got 0"],
    [{ keys: infinite }, RangeError, "keys[5] must be finite, got -Infinity"],
    [{ fields: notANumber }, RangeError, "fields[11] must be finite, got NaN"],
    [{ weights: { ...whole.weights, overlap: NaN } }, RangeError, "the overlap weight must be finite, got NaN"],
    [{ weights: { ...whole.weights, cardinality: { k: 4, weight: 1 } } }, RangeError, "from 0 to 3 tokens, got 4"],
    [{ weights: { ...whole.weights, cardinality: { k: NaN, weight: 1 } } }, RangeError, "got NaN"],
    [{ weights: { ...whole.weights, cardinality: { k: 1, weight: Infinity } } }, RangeError, "cardinality weight"],
  ];
  for (const [change, error, text] of cases) assertThrows(() => checkProblem({ ...whole, ...change }), error, text);
});

Deno.test("checkChosen() refuses other lengths and other numbers than 0 and 1", () => {
  checkChosen(whole, new Uint8Array(12).fill(1));
  assertThrows(() => checkChosen(whole, new Uint8Array(11)), TypeError, "chosen must have 12 entries");
  assertThrows(() => attentionEnergies(whole, new Uint8Array(12).fill(2, 7)), RangeError, "chosen[7] must be 0 or 1");
});
