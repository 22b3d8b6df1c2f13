import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { wasmKernels } from "../kernels/mod.ts";
import { randomProblem } from "./_test_problems.ts";
import { allTokens, fixedSelection, noTokens, randomSelection, topFieldSelection } from "./controls.ts";
import { attentionEnergies } from "./energies.ts";
import { selectedWeights } from "./energy_weights.ts";
import { partitionSelection } from "./partition_selection.ts";
import type { PackedSolver } from "./annealed_selection.ts";
import type { AttentionProblem } from "./types.ts";

const sizes = { batch: 3, heads: 4, tokens: 20, width: 2, weights: selectedWeights({ k: 5 }) };
const problem = randomProblem(sizes, 1);
const perProblem = sizes.heads * sizes.tokens;

Deno.test("every control returns its name, its energies recomputed, and refuses a broken problem", () => {
  const controls = {
    random: randomSelection({ density: 0.3 }),
    fixed: fixedSelection({ density: 0.3, seed: 1 }),
    topField: topFieldSelection({ k: 3 }),
    all: allTokens(),
    none: noTokens(),
  };
  for (const [name, solver] of Object.entries(controls)) {
    const { chosen, energies, solver: told } = solver.solve(problem, { seed: 1 });
    assertEquals([solver.name, told], [name, name]);
    assertEquals(energies, attentionEnergies(problem, chosen));
    assertThrows(() => solver.solve({ ...problem, fields: new Float32Array(3) }, { seed: 1 }), TypeError, "fields");
  }
});

Deno.test("randomSelection() and fixedSelection() choose exactly round(density N) tokens in every head", () => {
  for (const density of [0, 0.13, 0.5, 0.876, 1]) {
    for (const solver of [randomSelection({ density }), fixedSelection({ density, seed: 5 })]) {
      const { chosen } = solver.solve(problem, { seed: 2 });
      assertEquals(counts(chosen), new Array(12).fill(Math.round(20 * density)));
    }
  }
});

Deno.test("fixedSelection() with a count chooses so many tokens a head, and all where there are fewer", () => {
  assertEquals(counts(fixedSelection({ count: 6, seed: 1 }).solve(problem, { seed: 2 }).chosen), new Array(12).fill(6));
  assertEquals(
    counts(fixedSelection({ count: 60, seed: 1 }).solve(problem, { seed: 2 }).chosen),
    new Array(12).fill(20),
  );
  assertThrows(
    () => fixedSelection({ count: -1, seed: 1 }),
    RangeError,
    "count must be an integer of 0 or more, got -1",
  );
  const both = { count: 1, density: 0.5, seed: 1 };
  assertThrows(() => fixedSelection(both), TypeError, "density");
});

Deno.test("randomSelection() and topFieldSelection() with a count choose so many tokens, and all where there are fewer", () => {
  for (const control of [randomSelection, topFieldSelection]) {
    for (const [count, expected] of [[0, 0], [6, 6], [60, 20]]) {
      assertEquals(counts(control({ count }).solve(problem, { seed: 2 }).chosen), new Array(12).fill(expected));
    }
    assertThrows(() => control({ count: 0.5 }), RangeError, "count must be an integer of 0 or more, got 0.5");
  }
  const byShare = topFieldSelection({ density: 0.3 }).solve(problem, { seed: 1 }).chosen;
  assertEquals(byShare, topFieldSelection({ k: 6 }).solve(problem, { seed: 1 }).chosen);
});

Deno.test("randomSelection() draws each problem from its own stream: a shard chooses as the whole batch does", () => {
  const solver = randomSelection({ density: 0.4 });
  const whole = solver.solve(problem, { seed: 2 }).chosen;
  const shard = solver.solve(randomProblem({ ...sizes, batch: 1 }, 9), { seed: 2, firstStream: 2 }).chosen;
  assertEquals(shard, whole.slice(2 * perProblem));
  assertNotEquals(whole.slice(0, perProblem), whole.slice(perProblem, 2 * perProblem));
  assertNotEquals(whole, solver.solve(problem, { seed: 3 }).chosen);
  assertEquals(whole, solver.solve(problem, { seed: 2 }).chosen);
});

Deno.test("randomSelection() chooses every token equally often", () => {
  // 400 x 4 heads choose a given token with p = 5/20: mean 400, sigma sqrt(1600 * 0.25 * 0.75) = 17.3; 4 sigma
  const { chosen } = randomSelection({ density: 0.25 }).solve(randomProblem({ ...sizes, batch: 400 }, 2), { seed: 4 });
  for (let i = 0; i < 20; i++) {
    let often = 0;
    for (let at = i; at < chosen.length; at += 20) often += chosen[at];
    assert(Math.abs(often - 400) <= 4 * 17.4, `token ${i} was chosen ${often} times`);
  }
});

Deno.test("fixedSelection() gives every problem, call and solver of one seed the same mask, a different one a head", () => {
  const solver = fixedSelection({ density: 0.5, seed: 8 });
  const { chosen } = solver.solve(problem, { seed: 1 });
  const mask = chosen.slice(0, perProblem);
  for (let b = 1; b < 3; b++) assertEquals(chosen.slice(b * perProblem, (b + 1) * perProblem), mask);
  assertEquals(solver.solve(problem, { seed: 77, firstStream: 5 }).chosen, chosen);
  assertNotEquals(mask.slice(0, 20), mask.slice(20, 40));
  // another size in between, and a solver of its own: still the same mask
  solver.solve(randomProblem({ ...sizes, tokens: 7 }, 1), { seed: 1 });
  assertEquals(solver.solve(problem, { seed: 1 }).chosen, chosen);
  assertEquals(fixedSelection({ density: 0.5, seed: 8 }).solve(problem, { seed: 1 }).chosen, chosen);
  assertNotEquals(fixedSelection({ density: 0.5, seed: 9 }).solve(problem, { seed: 1 }).chosen, chosen);
});

Deno.test("topFieldSelection() chooses what sorting each head by h chooses", () => {
  for (const k of [1, 2, 7, 20]) {
    const { chosen } = topFieldSelection({ k }).solve(problem, { seed: 1 });
    for (let head = 0; head < chosen.length; head += 20) {
      const order = [...Array(20).keys()].sort((i, j) => problem.fields[head + j] - problem.fields[head + i]);
      const expected = new Uint8Array(20);
      for (const i of order.slice(0, k)) expected[i] = 1;
      assertEquals(chosen.slice(head, head + 20), expected);
    }
  }
});

Deno.test("topFieldSelection() takes the earlier of equal fields", () => {
  const level: AttentionProblem = { ...problem, fields: new Float32Array(240).fill(-2) };
  const { chosen } = topFieldSelection({ k: 3 }).solve(level, { seed: 1 });
  assertEquals([...chosen.subarray(0, 5)], [1, 1, 1, 0, 0]);
});

Deno.test("a control that reads no couplings chooses in an arena what it chooses of a problem, of part of it too", () => {
  const kernels = wasmKernels({ bytes: 2 ** 20 });
  const solvers = [
    ...[
      randomSelection({ density: 0.4 }),
      fixedSelection({ density: 0.4, seed: 3 }),
      partitionSelection({ count: 2, seed: 3 }),
    ],
    ...[topFieldSelection({ k: 3 }), allTokens(), noTokens()],
  ];
  for (const solver of solvers) {
    assert("open" in solver, solver.name);
    const fields = kernels.float32(problem.fields.length), chosen = kernels.uint8(problem.fields.length);
    fields.set(problem.fields);
    const heads = { packed: kernels.float32(0), fields, chosen };
    const solve = (solver as PackedSolver).open(kernels, { ...sizes, samples: sizes.batch }, problem.weights, heads);
    const expected = solver.solve(problem, { seed: 5, firstStream: 2 }).chosen;
    chosen.fill(1);
    solve(3, 5, 2);
    assertEquals(chosen, expected, solver.name);
    // two problems from the second on: the streams of their own, and nothing else is written
    const from = perProblem, part = { ...heads, fields: fields.subarray(from), chosen: chosen.subarray(from) };
    chosen.fill(9);
    solve(2, 5, 3, { ...part, tokens: sizes.tokens, weights: problem.weights });
    assertEquals([...chosen], [...Array(from).fill(9), ...expected.subarray(from)], solver.name);
  }
});

Deno.test("noTokens() costs what an empty selection costs: H weight k^2", () => {
  assertEquals([...noTokens().solve(problem, { seed: 1 }).energies], [100, 100, 100]);
  assertEquals(counts(allTokens().solve(problem, { seed: 1 }).chosen), new Array(12).fill(20));
});

Deno.test("the controls refuse densities and counts out of range", () => {
  assertThrows(() => randomSelection({ density: 1.1 }), RangeError, "density must be from 0 to 1, got 1.1");
  assertThrows(() => fixedSelection({ density: NaN, seed: 1 }), RangeError, "density must be from 0 to 1, got NaN");
  assertThrows(() => fixedSelection({ density: 0.1, seed: -1 }), RangeError, "seed");
  assertThrows(() => topFieldSelection({ k: 0 }), RangeError, "k must be a positive integer, got 0");
  assertThrows(() => topFieldSelection({ k: 21 }).solve(problem, { seed: 1 }), RangeError, "at most 20 tokens, got 21");
});

function counts(chosen: Uint8Array): number[] {
  const heads: number[] = [];
  for (let head = 0; head < chosen.length; head += 20) {
    heads.push(chosen.subarray(head, head + 20).reduce((sum, x) => sum + x, 0));
  }
  return heads;
}
