import { assertEquals, assertThrows } from "@std/assert";
import { allStates, assertClose } from "../testing/mod.ts";
import { energy, ModelBuilder } from "./mod.ts";

// E = 3 + 2 a - b + 4 a b + 0.5 b b + 1.5 (2 a - b + 3 c - 1)^2
function filled(vartype: "qubo" | "ising"): ModelBuilder {
  return new ModelBuilder(vartype)
    .addOffset(3)
    .addLinear("a", 2)
    .addLinear("b", -1)
    .addQuadratic("b", "a", 4)
    .addQuadratic("b", "b", 0.5)
    .addSquaredPenalty([["a", 2], ["b", 1], [7, 3], ["b", -2]], 1, 1.5);
}

Deno.test("ModelBuilder builds the energy of its terms over all states, in both vartypes and from both", () => {
  for (const vartype of ["qubo", "ising"] as const) {
    const builder = filled(vartype);
    assertEquals(builder.labels, ["a", "b", 7]);
    for (const [model, states] of [[builder.toQubo(), "qubo"], [builder.toIsing(), "ising"]] as const) {
      for (const state of allStates(3, states)) {
        const [a, b, c] = builder.decode(state).values();
        const expected = 3 + 2 * a - b + 4 * a * b + 0.5 * b * b + 1.5 * (2 * a - b + 3 * c - 1) ** 2;
        assertClose(energy(model, state), expected, { rtol: 1e-14, atol: 1e-14 });
      }
    }
  }
});

Deno.test("ModelBuilder chooses sparse for few pairs and dense for many", () => {
  const builder = new ModelBuilder("ising");
  for (let i = 0; i < 20; i++) builder.addQuadratic(i, (i + 1) % 20, 1);
  assertEquals(builder.toIsing().couplings.form, "sparse");
  builder.addSquaredPenalty(builder.labels.map((label) => [label, 1]), 0, 1);
  assertEquals(builder.toIsing().couplings.form, "dense");
  assertEquals(builder.toQubo().couplings.form, "dense");
});

Deno.test("ModelBuilder.decode() reads states of either vartype in the values of its own", () => {
  const builder = filled("ising");
  assertEquals([...builder.decode([1, 0, 0]).values()], [1, -1, -1]);
  assertEquals([...filled("qubo").decode([1, -1, -1])], [["a", 1], ["b", 0], [7, 0]]);
  assertThrows(() => builder.decode([1, 0]), TypeError, "2 entries for 3 variables");
  assertThrows(() => builder.decode([1, 0, -1]), RangeError, "only 0 and 1");
  assertThrows(() => builder.decode([1, 1, 2]), RangeError, "only 0 and 1");
});

Deno.test("ModelBuilder refuses numbers that are none, unknown labels and penalties that reward", () => {
  const builder = new ModelBuilder("qubo");
  assertThrows(() => builder.addLinear("a", NaN), RangeError, "got NaN");
  assertThrows(() => builder.addQuadratic("a", "b", Infinity), RangeError, "got Infinity");
  assertThrows(() => builder.addOffset(NaN), RangeError, "got NaN");
  assertThrows(() => builder.addSquaredPenalty([["a", 1]], 1, 0), RangeError, "positive");
  assertThrows(() => builder.addSquaredPenalty([["a", NaN]], 1, 1), RangeError, "got NaN");
  assertThrows(() => builder.addVariable(NaN), TypeError, "finite number");
  assertThrows(() => builder.indexOf("z"), RangeError, "no term names it");
  assertEquals(builder.labels, []);
});

Deno.test("ModelBuilder builds 2^18 variables with 2^16 constraints, and a constraint over 1,000 labels", () => {
  const n = 2 ** 18;
  const builder = new ModelBuilder("qubo");
  for (let i = 0; i < n; i++) builder.addLinear(i, 1 + i % 4).addQuadratic(i, (i + 4) % n, -1);
  for (let i = 0; i < n; i += 4) builder.addOneHot([i, i + 1, i + 2, i + 3]);
  const built = builder.build();
  assertEquals([built.model.n, built.model.couplings.form], [n, "sparse"]);
  // the first of each four: 1 for itself, -1 with the next four
  const { feasible, objective, energy } = built.report(built.labels.map((label) => Number(label) % 4 === 0 ? 1 : 0));
  assertEquals([feasible, objective, energy], [true, 0, 0]);
  const wide = new ModelBuilder("qubo").addOneHot(Array.from({ length: 1000 }, (_, i) => `x${i}`), { weight: 2 })
    .build();
  assertEquals([wide.model.couplings.form, wide.report(new Int8Array(1000).fill(1)).energy], ["dense", 2 * 999 ** 2]);
});
