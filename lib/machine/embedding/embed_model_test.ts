import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { energy, isingModel, quboFromIsing, sparseCouplings } from "../../model/mod.ts";
import { allStates, assertClose, bruteForceMinimum } from "../../testing/mod.ts";
import { chainStrengths, embedKing, embedModel, kingGraph, unembed } from "../mod.ts";
import { cliqueModel, randomModel } from "./_test_models.ts";

const SIZE = { width: 6, height: 6 };

function onChains(state: ArrayLike<number>, chains: readonly Uint32Array[], variables: number): Int8Array {
  const spins = new Int8Array(variables).fill(1);
  chains.forEach((chain, i) => chain.forEach((qubit) => spins[qubit] = state[i]));
  return spins;
}

Deno.test("embedModel() keeps the energy of every state whose chains agree, offset included", () => {
  for (const placement of ["share", "first"] as const) {
    for (const [n, density] of [[1, 1], [2, 1], [4, 1], [6, 1], [7, 0.5], [5, 0]]) {
      for (const whole of [true, false]) {
        const model = randomModel(n, density, n, whole);
        const embedding = embedKing(model, SIZE);
        for (const given of [model, quboFromIsing(model)]) {
          const embedded = embedModel(given, embedding, { placement }).model;
          for (const state of allStates(n, "ising")) {
            const spins = onChains(state, embedding.chains, embedded.n);
            assertClose(energy(embedded, spins), energy(model, state), { rtol: 1e-12, atol: 1e-12 });
            assertEquals(unembed(spins, embedding).states, Int8Array.from(state));
          }
        }
      }
    }
  }
});

Deno.test("embedModel() puts whole coefficients in one place each, as they are", () => {
  const model = randomModel(7, 1, 3, true);
  const embedded = embedModel(model, embedKing(model, SIZE), { placement: "first", chainStrength: 3 }).model;
  const rest = [...embedded.couplings.form === "sparse" ? embedded.couplings.values : []].filter((value) =>
    value !== -3
  );
  assert(rest.every(Number.isInteger) && embedded.linear.every(Number.isInteger));
});

Deno.test("embedModel() with strength bound has its optimum where chains agree", () => {
  const size = { width: 4, height: 4 };
  for (let seed = 0; seed < 20; seed++) {
    const model = randomModel(5, 1, seed);
    const { model: embedded } = embedModel(model, embedKing(model, size), { chainStrength: "bound" });
    assert(embedded.n <= 16);
    assertClose(bruteForceMinimum(embedded).energy, bruteForceMinimum(model).energy, { rtol: 1e-9, atol: 1e-9 });
  }
});

Deno.test("embedModel() with a chain too weak has a lower optimum: what the bound is for", () => {
  const model = cliqueModel(5);
  const { model: embedded } = embedModel(model, embedKing(model, { width: 4, height: 4 }), { chainStrength: 0.1 });
  assert(bruteForceMinimum(embedded).energy < bruteForceMinimum(model).energy - 1);
});

Deno.test("chainStrengths() scale with the model, and are 1 where there is nothing to hold", () => {
  fc.assert(fc.property(fc.nat(), fc.integer({ min: -8, max: 8 }), (seed, power) => {
    const model = randomModel(8, 0.6, seed);
    const factor = 2 ** power;
    const larger = isingModel({
      couplings: sparseCouplings(
        8,
        [...allPairs(model)].map(([i, j, value]) => [i, j, value * factor] as const),
      ),
      linear: model.linear.map((value) => value * factor),
    });
    for (const rule of ["torque", "scaled", "bound"] as const) {
      const [one, other] = [chainStrengths(model, rule), chainStrengths(larger, rule)];
      one.forEach((value, i) => assertClose(other[i], value * factor, { rtol: 1e-12, atol: 0 }));
    }
  }));
  const empty = isingModel({ couplings: sparseCouplings(3, []) });
  for (const rule of ["torque", "scaled", "bound"] as const) assertEquals([...chainStrengths(empty, rule)], [1, 1, 1]);
  // one pair of J = 2: rms 2, mean degree 2 / 2
  const pair = isingModel({ couplings: sparseCouplings(2, [[0, 1, -2]]) });
  assertClose(chainStrengths(pair)[0], 2 * Math.SQRT2, { rtol: 1e-15, atol: 0 });
});

function* allPairs(model: ReturnType<typeof randomModel>): Generator<[number, number, number]> {
  if (model.couplings.form !== "sparse") return;
  const { rowPtr, columns, values } = model.couplings;
  for (let i = 0; i < model.n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) yield [i, columns[k], values[k]];
  }
}

Deno.test("embedModel() refuses what does not fit together", () => {
  const model = cliqueModel(3);
  const embedding = embedKing(model, SIZE);
  assertThrows(() => embedModel(cliqueModel(4), embedding), TypeError, "3 chains for 4 variables");
  const apart = { target: kingGraph(6, 1), chains: [0, 2, 4].map((qubit) => Uint32Array.of(qubit)) };
  assertThrows(() => embedModel(model, apart), RangeError, "edge (0, 1)");
  assertThrows(() => embedModel(model, embedding, { chainStrength: 0 }), RangeError, "strength 0 is 0");
  assertThrows(() => embedModel(model, embedding, { chainStrength: [1, 2] }), TypeError, "2 strengths for 3");
  const wrong: Record<string, unknown> = { placement: "last" };
  assertThrows(() => embedModel(model, embedding, wrong), TypeError, '"share" or "first"');
  const unknown: Record<string, unknown> = { chainStrength: "strong" };
  assertThrows(() => embedModel(model, embedding, unknown), TypeError, '"torque"');
});
