import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { allStates } from "../testing/mod.ts";
import { lowestOverAuxiliaries } from "./_test_built.ts";
import { ModelBuilder } from "./mod.ts";

const product = (labels: readonly number[], state: ArrayLike<number>) =>
  labels.reduce((value, i) => value * state[i], 1);

Deno.test("addProduct() is the polynomial in the minimum over auxiliary bits, over all states, for bits and spins", () => {
  const rng = new Rng(3);
  for (const vartype of ["qubo", "ising"] as const) {
    for (const n of [3, 4, 5, 6]) {
      for (let t = 0; t < 12; t++) {
        const builder = new ModelBuilder(vartype);
        for (let i = 0; i < n; i++) builder.addVariable(i);
        const count = vartype === "qubo" ? 4 : n < 5 ? 2 : 1;
        const terms = Array.from({ length: count }, () => {
          const degree = vartype === "qubo" || n < 5 ? 1 + rng.integer(n) : 3;
          const labels = rng.shuffle(Array.from({ length: n }, (_, i) => i)).slice(0, degree);
          return { labels, coefficient: rng.integer(11) - 5 };
        });
        for (const { labels, coefficient } of terms) builder.addProduct(labels, coefficient);
        const built = builder.build();
        if (built.model.n > 16) continue;
        const lowest = lowestOverAuxiliaries(built, vartype);
        [...allStates(n, vartype)].forEach((state, k) => {
          const expected = terms.reduce(
            (sum, { labels, coefficient }) => sum + coefficient * product(labels, state),
            0,
          );
          assertEquals(lowest[k], expected, `${vartype} ${JSON.stringify(terms)} at ${state}`);
          const report = built.report(built.complete(state));
          assertEquals([report.energy, report.objective, report.auxiliaryEnergy], [expected, expected, 0]);
        });
      }
    }
  }
});

Deno.test("addProduct() takes one auxiliary for a negative product and shares pairs among positive ones", () => {
  const extra = (add: (builder: ModelBuilder) => void) => {
    const builder = new ModelBuilder("qubo");
    add(builder);
    const built = builder.build();
    return built.model.n - built.variables;
  };
  assertEquals(extra((builder) => builder.addProduct([0, 1, 2, 3, 4, 5], -1)), 1);
  assertEquals(extra((builder) => builder.addProduct([0, 1, 2, 3, 4, 5], 1)), 4);
  assertEquals(extra((builder) => [2, 3, 4, 5].forEach((i) => builder.addProduct([0, 1, i], 1))), 1);
  assertEquals(extra((builder) => builder.addProduct([0, 1, 2], 1).addProduct([2, 1, 0], -1)), 0, "they cancel");
});

Deno.test("addProduct() counts a label that comes twice by x x = x and s s = 1", () => {
  const bits = new ModelBuilder("qubo").addProduct(["a", "a", "b"], 3).addProduct([], 2).build();
  assertEquals([bits.labels, bits.report([1, 1]).energy], [["a", "b"], 5]);
  const spins = new ModelBuilder("ising").addProduct(["a", "b", "a"], 3).addProduct(["b", "b"], 2).build();
  assertEquals([spins.labels, spins.report([-1]).energy], [["b"], -1]);
});

Deno.test("report() says what wrong auxiliary bits cost", () => {
  const built = new ModelBuilder("qubo").addProduct(["a", "b", "c"], 4).build();
  const right = built.complete([1, 1, 0]);
  const report = built.report(right.with(3, 0));
  assertEquals([built.report(right).auxiliaryEnergy, report.objective, report.energy], [0, 0, report.auxiliaryEnergy]);
  assert(report.auxiliaryEnergy >= 4);
});

Deno.test("addProduct() refuses what it cannot write out", () => {
  const builder = new ModelBuilder("ising");
  assertThrows(() => builder.addProduct(Array.from({ length: 17 }, (_, i) => i), 1), RangeError, "at most 16");
  assertThrows(() => builder.addProduct(["a", "b", "c"], Infinity), RangeError, "Infinity");
  assertThrows(() => builder.addProduct(["a", NaN, "c"], 1), TypeError, "finite number");
  assertEquals(builder.labels, []);
});
