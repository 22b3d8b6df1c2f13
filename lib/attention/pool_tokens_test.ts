import { assertEquals, assertThrows } from "@std/assert";
import { energy } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { allStates, assertClose } from "../testing/mod.ts";
import { type AttentionProblem, attentionQubo, poolTokens } from "./mod.ts";

function drawn(): AttentionProblem {
  const rng = new Rng(3);
  const draw = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const sizes = { batch: 2, heads: 3, tokens: 5, width: 4 };
  const weights = { coupling: 1, field: 0.7, overlap: 0.4, cardinality: { k: 2, weight: 0.3 } };
  return { ...sizes, queries: draw(120), keys: draw(120), fields: draw(30), weights };
}

Deno.test("poolTokens() of single tokens is the problem where all else chooses nothing, but for the constant", () => {
  const problem = drawn();
  const [heads, tokens] = [[2, 0], [4, 1, 3]];
  const part = attentionQubo(poolTokens(problem, { sample: 1, heads, groups: tokens.map((token) => [token]) }), 0);
  const whole = attentionQubo(problem, 1);
  for (const state of allStates(6, "qubo")) {
    const padded = new Int8Array(15);
    heads.forEach((head, t) => tokens.forEach((token, i) => padded[head * 5 + token] = state[t * 3 + i]));
    const constant = whole.offset - part.offset;
    assertClose(energy(part, state) + constant, energy(whole, padded), { rtol: 1e-12, atol: 1e-12 });
  }
});

Deno.test("poolTokens() takes means over each group, and the weights it is given", () => {
  const problem = drawn();
  const weights = { coupling: 2, field: 1, overlap: 0 };
  const pooled = poolTokens(problem, { sample: 0, heads: [1], groups: [[0, 1, 4], [2]], weights });
  assertEquals([pooled.batch, pooled.heads, pooled.tokens, pooled.weights], [1, 1, 2, weights]);
  const at = (values: Float32Array, d: number, token: number, a: number) => values[(5 + token) * d + a];
  for (let a = 0; a < 4; a++) {
    const mean = (at(problem.queries, 4, 0, a) + at(problem.queries, 4, 1, a) + at(problem.queries, 4, 4, a)) / 3;
    assertClose(pooled.queries[a], mean, { rtol: 1e-7, atol: 1e-7 });
    assertEquals(pooled.keys[4 + a], at(problem.keys, 4, 2, a));
  }
  const field = (at(problem.fields, 1, 0, 0) + at(problem.fields, 1, 1, 0) + at(problem.fields, 1, 4, 0)) / 3;
  assertClose(pooled.fields[0], field, { rtol: 1e-7, atol: 1e-7 });
});

Deno.test("poolTokens() refuses what is not there", () => {
  const problem = drawn();
  const door = { sample: 0, heads: [0], groups: [[0]] };
  const wrong = [
    [{ ...door, sample: 2 }, "a sample must be an integer from 0 to 1, got 2"],
    [{ ...door, heads: [3] }, "a head must be an integer from 0 to 2, got 3"],
    [{ ...door, heads: [] }, "expected each head once, got none"],
    [{ ...door, groups: [[0], [0, 1]] }, "expected each token once, got 0, 0, 1"],
    [{ ...door, groups: [[0], []] }, "got an empty one"],
  ] as const;
  for (const [options, message] of wrong) assertThrows(() => poolTokens(problem, options), RangeError, message);
});
