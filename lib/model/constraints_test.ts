import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { allStates, assertClose } from "../testing/mod.ts";
import { lowestOverAuxiliaries } from "./_test_built.ts";
import { energy, isingFromQubo, ModelBuilder, spinsFromBits, type Vartype } from "./mod.ts";

const VARTYPES = ["qubo", "ising"] as const;
const N = 4;

/** Adds a random objective with whole coefficients. */
function randomObjective(builder: ModelBuilder, n: number, rng: Rng, whole = true): ModelBuilder {
  const coefficient = () => whole ? rng.integer(15) - 7 : 5 * rng.normal();
  builder.addOffset(coefficient());
  for (let i = 0; i < n; i++) {
    builder.addLinear(i, coefficient());
    for (let j = 0; j < i; j++) builder.addQuadratic(i, j, coefficient());
  }
  return builder.addProduct([0, 1, 2], coefficient());
}

const sum = (terms: readonly (readonly [number, number])[], state: ArrayLike<number>) =>
  terms.reduce((total, [i, a]) => total + a * state[i], 0);

Deno.test("addInequality() and addEquality() add weight times the squared violation, in the minimum over slack bits, and report it", () => {
  const rng = new Rng(1);
  for (const vartype of VARTYPES) {
    let added = 0;
    for (let t = 0; t < 150; t++) {
      const terms = Array.from({ length: N }, (_, i) => [i, rng.integer(9) - 4] as const);
      const bound = rng.integer(15) - 7;
      const sense = (["<=", ">=", "="] as const)[t % 3];
      const builder = randomObjective(new ModelBuilder(vartype), N, rng);
      const plain = builder.build();
      const states = [...allStates(N, vartype)];
      const missed = states.map((state) => {
        const excess = sum(terms, state) - bound;
        return sense === "=" ? Math.abs(excess) : Math.max(0, sense === "<=" ? excess : -excess);
      });
      const add = () =>
        sense === "="
          ? builder.addEquality(terms, bound, { weight: 3 })
          : builder.addInequality(terms, sense, bound, { weight: 3 });
      if (!missed.includes(0)) {
        // an equality may be out of reach for another reason than its range: no state meets it, yet it can be added
        if (sense !== "=") assertThrows(add, RangeError, "no state");
        continue;
      }
      add();
      added++;
      const built = builder.build();
      const [constraint] = built.constraints;
      const objective = lowestOverAuxiliaries(plain, vartype);
      const lowest = lowestOverAuxiliaries(built, vartype);
      states.forEach((state, k) => {
        const whole = built.complete(state);
        const { satisfied, violation, penaltyEnergy } = built.report(whole).constraints[0];
        assertEquals([violation, satisfied], [missed[k], missed[k] === 0], `${terms} ${sense} ${bound}: ${state}`);
        assertEquals(energy(built.model, whole), lowest[k], "complete() takes the best slack bits");
        assertEquals(lowest[k] - objective[k], penaltyEnergy);
        assertEquals(penaltyEnergy === 0, missed[k] === 0, "0 if and only if the constraint is met");
        const isSquare = constraint.encoding === "squared" || constraint.encoding === "slack";
        // a bound that no sum takes is lowered to the next that some do: the penalty is larger then
        if (isSquare) assert(penaltyEnergy >= 3 * missed[k] ** 2);
        if (isSquare && sense === "=") assertEquals(penaltyEnergy, 3 * missed[k] ** 2);
        assertEquals(built.report(whole).objective, objective[k]);
      });
    }
    assert(added > 60);
  }
});

Deno.test("addOneHot() counts the variables that are up: weight (count - 1)^2, for bits and spins", () => {
  for (const vartype of VARTYPES) {
    const built = new ModelBuilder(vartype).addOneHot(["a", "b", "c", "d"], { weight: 5 }).build();
    for (const state of allStates(4, vartype)) {
      const count = state.filter((value) => value === 1).length;
      const { energy: total, constraints: [{ violation, penaltyEnergy, satisfied }] } = built.report(state);
      const expected = [5 * (count - 1) ** 2, Math.abs(count - 1), count === 1];
      assertEquals([total, violation, satisfied], expected);
      assertEquals(penaltyEnergy, total);
    }
  }
});

Deno.test("addInequality() has no infeasible state without penalty and no feasible one with, for every bound", () => {
  for (const [a, b, c] of [[3, 5, 2], [1, 2, 4], [7, 7, 1], [2, 3, 6]]) {
    const terms = [["a", a], ["b", b], ["c", c]] as const;
    for (let bound = 0; bound <= a + b + c; bound++) {
      const built = new ModelBuilder("qubo").addInequality(terms, "<=", bound, { weight: 1 }).build();
      const lowest = lowestOverAuxiliaries(built, "qubo");
      let t = 0;
      for (const [x, y, z] of allStates(3, "qubo")) {
        const excess = Math.max(0, a * x + b * y + c * z - bound);
        const expected = built.constraints[0].encoding === "slack" ? excess ** 2 : lowest[t];
        assertEquals([lowest[t] === 0, lowest[t]], [excess === 0, expected], `${a} ${b} ${c} <= ${bound}`);
        t++;
      }
    }
  }
});

Deno.test("addInequality() takes no slack bit where at most one of some literals may hold, or none", () => {
  const cases = [
    [[["x", 1], ["y", 1]], "<=", 1, "pairs"],
    [[["x", 1], ["y", -1]], "<=", 0, "pairs"],
    [[["x", 1], ["y", 1]], ">=", 1, "pairs"],
    [[["x", 3], ["y", 3], ["z", 3]], "<=", 4, "pairs"],
    [[["x", 1], ["y", 1], ["z", 1]], ">=", 2, "pairs"],
    [[["x", 1], ["y", 2]], "<=", 0, "linear"],
    [[["x", 1], ["y", 2]], ">=", 3, "linear"],
    [[["x", 1], ["y", 2]], "<=", 3, "none"],
    [[["x", 1], ["y", 1], ["z", 1]], "<=", 2, "slack"],
  ] as const;
  for (const [terms, sense, bound, encoding] of cases) {
    const built = new ModelBuilder("qubo").addInequality(terms, sense, bound, { weight: 2 }).build();
    assertEquals(built.constraints[0].encoding, encoding);
    assertEquals(built.constraints[0].slack.length, encoding === "slack" ? 2 : 0);
    const lowest = lowestOverAuxiliaries(built, "qubo");
    [...allStates(terms.length, "qubo")].forEach((state, t) => {
      const value = terms.reduce((total, [, a], i) => total + a * state[i], 0);
      assertEquals(lowest[t] === 0, sense === "<=" ? value <= bound : value >= bound, `${encoding} ${state}`);
      assert(lowest[t] === 0 || lowest[t] >= 2);
    });
  }
});

Deno.test("constraints without a weight get one with which every minimum is feasible and optimal among the feasible states", () => {
  const rng = new Rng(2);
  const seen = new Set<string>();
  const check = (builder: ModelBuilder, plain: ModelBuilder, vartype: Vartype, name: string) => {
    const built = builder.build();
    for (const { argument, guaranteed } of built.constraints) {
      assertEquals(guaranteed, true, name);
      seen.add(argument ?? "none");
    }
    const objective = lowestOverAuxiliaries(plain.build(), vartype);
    const lowest = lowestOverAuxiliaries(built, vartype);
    const feasible = [...allStates(built.variables, vartype)].map((state) =>
      built.report(built.complete(state)).feasible
    );
    if (!feasible.includes(true)) return;
    const best = Math.min(...objective.filter((_, t) => feasible[t]));
    assertClose(Math.min(...lowest), best, { rtol: 1e-12, atol: 1e-12 });
    lowest.forEach((value, t) => {
      if (!feasible[t]) {
        assert(value > best + 1e-9, `${name}: an infeasible state has the energy ${value}, best ${best}`);
      }
    });
  };
  for (const vartype of VARTYPES) {
    for (let t = 0; t < 60; t++) {
      const constrained = (add: (builder: ModelBuilder) => void, n: number, name: string) => {
        const seed = rng.uint32();
        const builder = randomObjective(new ModelBuilder(vartype), n, new Rng(seed), t % 2 === 0);
        add(builder);
        check(builder, randomObjective(new ModelBuilder(vartype), n, new Rng(seed), t % 2 === 0), vartype, name);
      };
      const coefficients = Array.from({ length: N }, (_, i) => [i, 1 + rng.integer(4)] as const);
      constrained((builder) => builder.addOneHot([0, 1, 2, 3]), N, "one-hot");
      constrained((builder) => builder.addInequality(coefficients, "<=", vartype === "qubo" ? 3 : -1), N, "inequality");
      constrained((builder) => builder.addEquality([[0, 1], [1, 2], [2, -1], [3, 2]], 2), N, "equality");
      constrained(
        (builder) => builder.addOneHot([0, 1]).addOneHot([1, 2]).addInequality(coefficients, ">=", 1),
        N,
        "three",
      );
      const cells = [[0, 1], [2, 3]];
      const rowsAndColumns = [...cells, [0, 2], [1, 3]];
      constrained((builder) => rowsAndColumns.forEach((cells) => builder.addOneHot(cells)), N, "assignment of 2");
    }
  }
  for (let t = 0; t < 10; t++) {
    const seed = rng.uint32();
    const builder = randomObjective(new ModelBuilder("qubo"), 9, new Rng(seed));
    for (const k of [0, 1, 2]) builder.addOneHot([3 * k, 3 * k + 1, 3 * k + 2]).addOneHot([k, k + 3, k + 6]);
    check(builder, randomObjective(new ModelBuilder("qubo"), 9, new Rng(seed)), "qubo", "assignment of 3");
  }
  assertEquals([...seen].sort(), ["assignment", "range", "single-flip"]);
});

Deno.test("a weight below the sufficient one is not called a guarantee, and can fail", () => {
  const make = (weight?: number) =>
    new ModelBuilder("qubo").addLinear("a", -5).addLinear("b", -5).addOneHot(["a", "b"], { weight }).build();
  assertEquals([make().constraints[0].weight, make().constraints[0].guaranteed], [6, true]);
  assertEquals(make(6).constraints[0].guaranteed, true);
  const weak = make(4);
  assertEquals([weak.constraints[0].guaranteed, weak.constraints[0].sufficientWeight], [false, 6]);
  assert(energy(weak.model, [1, 1]) < energy(weak.model, [1, 0]));
});

Deno.test("an equality that one flip cannot mend gets the weight of the range, which it needs", () => {
  const make = (weight?: number) =>
    new ModelBuilder("qubo").addLinear("a", -5).addLinear("b", -5).addLinear("c", 5)
      .addEquality([["a", 2], ["b", 2], ["c", 3]], 3, { weight }).build();
  const built = make();
  assertEquals([built.constraints[0].argument, built.constraints[0].weight], ["range", 16]);
  assert(energy(built.model, [1, 1, 0]) > energy(built.model, [0, 0, 1]));
  // 6 would be above the largest move
  assert(energy(make(6).model, [1, 1, 0]) < energy(make(6).model, [0, 0, 1]));
});

Deno.test("weights of a constraint do not grow with terms that it has nothing to do with", () => {
  const builder = new ModelBuilder("qubo").addLinear("a", 2).addOneHot(["a", "b"]).addOneHot(["c", "d"]);
  builder.addQuadratic("e", "f", 1e6).addLinear("c", 3);
  assertEquals(builder.build().constraints.map(({ weight }) => weight), [3, 4]);
});

Deno.test("fractions are scaled to whole numbers; violations and weights stay in the units of the terms", () => {
  const built = new ModelBuilder("qubo")
    .addInequality([["a", 0.1], ["b", 0.2], ["c", 0.3]], "<=", 0.3, { weight: 100 })
    .addEquality([["a", 1 / 3], ["b", 2 / 3]], 1, { weight: 9 })
    .build();
  assertEquals(built.constraints[0].slack.length, 2);
  const { constraints } = built.report([1, 1, 1, 0, 0]);
  assertClose(constraints[0].violation, 0.3, { rtol: 1e-15, atol: 0 });
  assertClose(constraints[0].penaltyEnergy, 9, { rtol: 1e-15, atol: 0 });
  assertEquals([constraints[1].satisfied, constraints[1].penaltyEnergy], [true, 0]);
  assertEquals(built.report([1, 1, 0, 0, 0]).constraints[0].satisfied, true, "0.1 + 0.2 is at most 0.3");
  // 0.57 * 100 is below 57 in float64
  const cents = new ModelBuilder("qubo").addInequality([["a", 0.57], ["b", 0.01]], "<=", 0.57).build();
  assertEquals(cents.report(cents.complete([1, 0])).feasible, true);
  assertClose(built.report([1, 0, 0, 0, 0]).constraints[1].penaltyEnergy, 4, { rtol: 1e-15, atol: 0 });
});

Deno.test("coefficients that are no fractions are refused with the way out, and taken where that is possible", () => {
  const terms = [["a", Math.PI], ["b", 1]] as const;
  const builder = new ModelBuilder("qubo");
  assertThrows(() => builder.addInequality(terms, "<=", 3), RangeError, 'choose the method "unbalanced"');
  assertThrows(() => builder.addEquality(terms, 1), RangeError, "give a weight");
  assertEquals(builder.labels, [], "a constraint that is refused names no variable");
  const built = builder.addEquality(terms, Math.PI, { weight: 2 }).build();
  assertEquals([built.constraints[0].guaranteed, built.report([1, 0]).feasible], [false, true]);
  assertClose(energy(built.model, [0, 1]), 2 * (1 - Math.PI) ** 2, { rtol: 1e-14, atol: 0 });
  // the bound of an inequality may be any number
  const bounded = new ModelBuilder("qubo").addInequality([["a", 1], ["b", 2], ["c", 2]], "<=", Math.PI).build();
  assertClose(bounded.report([1, 1, 1, 0, 0]).constraints[0].violation, 5 - Math.PI, { rtol: 1e-14, atol: 0 });
  assertEquals(bounded.report([1, 1, 0, 0, 0]).constraints[0].satisfied, true);
});

Deno.test("the unbalanced penalty is -l1 h + l2 h^2 over all states, without slack and without a guarantee", () => {
  for (const vartype of VARTYPES) {
    for (const sense of ["<=", ">="] as const) {
      const builder = new ModelBuilder(vartype);
      const terms = [["a", 2], ["b", -Math.SQRT2], ["c", 3]] as const;
      builder.addInequality(terms, sense, 1.5, { method: "unbalanced", lambdas: [0.9, 0.25] });
      const built = builder.build();
      assertEquals([built.model.n, built.constraints[0].guaranteed], [3, false]);
      for (const state of allStates(3, vartype)) {
        const h = (sense === "<=" ? 1 : -1) * (1.5 - (2 * state[0] - Math.SQRT2 * state[1] + 3 * state[2]));
        const { energy: total, constraints: [{ penaltyEnergy, satisfied, violation }] } = built.report(state);
        assertClose(total, -0.9 * h + 0.25 * h * h, { rtol: 1e-12, atol: 1e-12 });
        assertClose(penaltyEnergy, total, { rtol: 1e-12, atol: 1e-12 });
        assertEquals(satisfied, h >= 0);
        assertClose(violation, Math.max(0, -h), { rtol: 1e-12, atol: 1e-12 });
      }
    }
  }
  const scaled = new ModelBuilder("qubo").addLinear("a", -100).addInequality([["a", 1]], "<=", 0, {
    method: "unbalanced",
  });
  assertClose(scaled.build().report([1]).constraints[0].penaltyEnergy, 100 + 50, { rtol: 1e-12, atol: 0 });
});

Deno.test("constraints that share variables with an unbalanced one are not called guaranteed", () => {
  const builder = new ModelBuilder("qubo").addOneHot(["a", "b"]).addOneHot(["c", "d"]);
  builder.addInequality([["b", 1], ["e", 2]], "<=", 1, { method: "unbalanced" });
  assertEquals(builder.build().constraints.map(({ guaranteed }) => guaranteed), [false, true, false]);
});

Deno.test("build() gives labels to all variables, decodes and reports states of either vartype", () => {
  const builder = new ModelBuilder("qubo").addProduct(["a", "b", "c"], 2);
  builder.addInequality([["a", 2], ["b", 3], ["c", 4]], "<=", 5, { name: "load" });
  const built = builder.build();
  assertEquals(built.labels, ["a", "b", "c", "load.slack0", "load.slack1", "load.slack2", "a*b"]);
  assertEquals([built.variables, [...built.constraints[0].slack]], [3, [3, 4, 5]]);
  const state = built.complete([1, 1, 0]);
  assertEquals([...built.decode(state)], [["a", 1], ["b", 1], ["c", 0]]);
  assertEquals(built.report(spinsFromBits(state)), built.report(state));
  assertEquals(
    energy(isingFromQubo(built.model.vartype === "qubo" ? built.model : builder.toQubo()), spinsFromBits(state)),
    0,
  );
  assertThrows(() => built.report([1, 0]), TypeError, "2 entries for 7 variables");
  assertThrows(() => builder.decode(state), TypeError, "build().decode takes");
  assertThrows(() => built.decode(new Int8Array(7).fill(2)), RangeError, "only 0 and 1");
  builder.addLinear("a", 100).addOneHot(["a", "z"]);
  assertEquals([built.model.n, built.constraints.length, built.report(state).objective], [7, 1, 0]);
});

Deno.test("labels of slack bits do not take those of the builder's own variables", () => {
  const builder = new ModelBuilder("qubo").addLinear("c.slack0", 1);
  builder.addInequality([["a", 1], ["b", 1], ["d", 1]], "<=", 2, { name: "c" });
  assertEquals(builder.build().labels, ["c.slack0", "a", "b", "d", "c.slack0'", "c.slack1"]);
});

Deno.test("constraints refuse what cannot be, and options that are not there", () => {
  const builder = new ModelBuilder("qubo").addOneHot(["a", "b"], { name: "first" });
  const misspelt: { weigth: number } & { weight?: number } = { weigth: 3 };
  assertThrows(() => builder.addOneHot([]), RangeError, "one label or more");
  assertThrows(() => builder.addOneHot(["a", "a"]), RangeError, "comes twice");
  assertThrows(() => builder.addOneHot(["c"], { name: "first" }), RangeError, "already");
  assertThrows(() => builder.addOneHot(["c"], { weight: 0 }), RangeError, "positive");
  assertThrows(() => builder.addOneHot(["c"], misspelt), TypeError, "weigth");
  assertThrows(() => builder.addEquality([["c", 2], ["d", 2]], 3), RangeError, "no state");
  assertThrows(() => builder.addEquality([["c", 1]], 2), RangeError, "no state");
  assertThrows(() => builder.addEquality([["c", 1]], NaN), RangeError, "got NaN");
  assertThrows(() => builder.addInequality([["c", 1]], ">=", 2), RangeError, "no state");
  assertThrows(() => builder.addInequality([["c", 2 ** 40], ["d", 1]], "<=", 2 ** 40), RangeError, "coarser unit");
  assertThrows(() => builder.addInequality([["c", 1]], "<=", 0, { lambdas: [1, 1] }), TypeError, "unbalanced");
  assertThrows(
    () => builder.addInequality([["c", 1]], "<=", 0, { method: "unbalanced", lambdas: [1, 0] }),
    RangeError,
    "the second positive",
  );
  assertEquals(builder.labels, ["a", "b"]);
});
