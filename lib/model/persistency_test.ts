import { assert, assertEquals } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { allStates, assertClose, bruteForceMinimum, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { FlowNetwork } from "./_max_flow.ts";
import {
  energy,
  fixVariables,
  isingModel,
  localFields,
  type Model,
  quboModel,
  roofDuality,
  signPersistency,
  sparseCouplings,
} from "./mod.ts";

/** Sparse random models with fields, both vartypes; many whole ones have several optima. */
function* sparseModels(count: number, whole: boolean): Generator<Model> {
  const rng = new Rng(41);
  for (let t = 0; t < count; t++) {
    const n = 1 + rng.integer(9);
    const draw = () => whole ? rng.integer(7) - 3 : rng.normal();
    const pairs: [number, number, number][] = [];
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) if (rng.integer(3) === 0) pairs.push([i, j, draw()]);
    }
    const parts = { couplings: sparseCouplings(n, pairs), linear: Array.from({ length: n }, draw), offset: draw() };
    yield t % 2 === 0 ? isingModel(parts) : quboModel(parts);
  }
}

function optima(model: Model): { lowest: number; states: Int8Array[] } {
  const all = [...allStates(model.n, model.vartype)].map((state) => ({ state, value: modelEnergyTwin(model, state) }));
  const lowest = Math.min(...all.map(({ value }) => value));
  return { lowest, states: all.filter(({ value }) => value <= lowest + 1e-9).map(({ state }) => state) };
}

const agrees = (state: Int8Array, values: ReadonlyMap<number, number>) =>
  [...values].every(([i, value]) => state[i] === value);

Deno.test("roofDuality() and signPersistency() fix values that every optimum has, with ties values that some optimum has", () => {
  let [byRoof, bySign, byTies, total] = [0, 0, 0, 0];
  for (const whole of [true, false]) {
    for (const model of sparseModels(400, whole)) {
      const { states } = optima(model);
      const roof = roofDuality(model);
      const signs = signPersistency(model);
      const ties = signPersistency(model, { ties: true });
      assertEquals([roof.optima, signs.optima, ties.optima], ["every", "every", "some"]);
      assertEquals(states.every((state) => agrees(state, roof.values)), true, "roof");
      assertEquals(states.every((state) => agrees(state, signs.values)), true, "signs");
      assertEquals(states.some((state) => agrees(state, ties.values)), true, "ties");
      for (const i of signs.values.keys()) assert(roof.values.has(i), "roof duality finds what signs find");
      [byRoof, bySign] = [byRoof + roof.values.size, bySign + signs.values.size];
      [byTies, total] = [byTies + ties.values.size, total + model.n];
      const { model: reduced, lift } = fixVariables(model, roof.values);
      const rest = reduced.n === 0 ? new Int8Array(0) : bruteForceMinimum(reduced).state;
      assertClose(energy(model, lift(rest)), optima(model).lowest, { rtol: 1e-12, atol: 1e-12 });
    }
  }
  assert(bySign > 0.3 * total && byTies > bySign && byRoof > bySign, `${bySign}, ${byTies}, ${byRoof} of ${total}`);
});

Deno.test("signPersistency() goes on until no field that is left outweighs its couplings", () => {
  for (const model of sparseModels(200, true)) {
    const values = new Map<number, number>();
    for (let before = -1; before < values.size;) {
      before = values.size;
      const { model: rest, indices } = fixVariables(model, values);
      const all = [...allStates(rest.n, rest.vartype)];
      indices.forEach((i, k) => {
        const fields = all.map((state) => localFields(rest, state)[k]);
        if (Math.min(...fields) > 0) values.set(i, model.vartype === "ising" ? -1 : 0);
        if (Math.max(...fields) < 0) values.set(i, 1);
      });
    }
    assertEquals(new Map([...signPersistency(model).values].sort()), new Map([...values].sort()));
  }
});

Deno.test("roofDuality() bounds the energy from below, exactly where all variables are fixed or no pair is frustrated", () => {
  let tight = 0;
  for (const whole of [true, false]) {
    for (const model of sparseModels(200, whole)) {
      const { lowerBound, values, energyError } = roofDuality(model);
      const { lowest } = optima(model);
      assert(energyError <= (whole ? 0 : 1e-11), `${energyError}`);
      assert(lowerBound <= lowest + 1e-11, `${lowerBound} is above the optimum ${lowest}`);
      if (values.size === model.n) {
        tight++;
        assertClose(lowerBound, lowest, { rtol: 1e-12, atol: 1e-11 });
      }
    }
  }
  assert(tight > 50);
  // all couplings of a QUBO negative: submodular, the bound is the optimum
  const rng = new Rng(43);
  for (let t = 0; t < 50; t++) {
    const pairs = Array.from(
      { length: 6 },
      (_, k) => [k, (k + 1 + t % 5) % 7, -rng.integer(5)] as [number, number, number],
    );
    const linear = Array.from({ length: 7 }, () => rng.integer(9) - 1);
    const model = quboModel({ couplings: sparseCouplings(7, pairs.filter(([i, j]) => i !== j)), linear, offset: 0.5 });
    assertEquals(roofDuality(model).lowerBound, optima(model).lowest);
  }
});

Deno.test("roofDuality() and signPersistency() take every form of couplings", () => {
  for (const { name, model } of exampleModels(6, 44, "integer")) {
    const strong = { ...model, linear: model.linear.map((value, i) => value + (i < 3 ? 40 : 0)) };
    const { states } = optima(strong);
    const found = [roofDuality(strong), signPersistency(strong)];
    for (const { values } of found) {
      assert(values.size >= 3, name);
      assert(states.every((state) => agrees(state, values)), name);
    }
  }
});

Deno.test("roofDuality() and signPersistency() say nothing of models without variables, terms or a preference", () => {
  for (const n of [0, 1, 3]) {
    const empty = isingModel({ couplings: sparseCouplings(n, []), offset: -7 });
    assertEquals([roofDuality(empty).values.size, roofDuality(empty).lowerBound], [0, -7]);
    assertEquals(signPersistency(empty).values.size, 0);
    assertEquals(signPersistency(empty, { ties: true }).values.size, n);
  }
  const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]) });
  assertEquals([roofDuality(pair).values.size, roofDuality(pair).lowerBound], [0, -1]);
});

Deno.test("FlowNetwork.maximise() sends the capacity of a minimum cut, and reached() is the smallest one", () => {
  const rng = new Rng(45);
  for (let t = 0; t < 200; t++) {
    const nodes = 2 + rng.integer(6);
    const arcs = Array.from({ length: rng.integer(16) }, () => ({
      from: rng.integer(nodes),
      to: rng.integer(nodes),
      capacity: rng.integer(6),
    })).filter(({ from, to }) => from !== to);
    const network = new FlowNetwork(nodes);
    for (const { from, to, capacity } of arcs) network.addArc(from, to, capacity);
    const cuts = [...allStates(nodes, "qubo")].filter((side) => side[0] === 1 && side[1] === 0).map((side) => ({
      side,
      size: side.reduce((sum, value) => sum + value, 0),
      capacity: arcs.reduce(
        (sum, { from, to, capacity }) => sum + (side[from] === 1 && side[to] === 0 ? capacity : 0),
        0,
      ),
    }));
    const least = Math.min(...cuts.map(({ capacity }) => capacity));
    assertEquals(network.maximise(0, 1), least);
    const smallest = cuts.filter(({ capacity }) => capacity === least).sort((a, b) => a.size - b.size)[0];
    assertEquals([...network.reached(0)], [...smallest.side]);
  }
});
