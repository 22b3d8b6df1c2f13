import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  bitsFromSpins,
  energies,
  isingFromQubo,
  isingModel,
  type Model,
  quantiseModel,
  quboModel,
  scaleModel,
  sparseCouplings,
  spinsFromBits,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { modelEnergyTwin } from "../testing/mod.ts";
import { randomCouplingMatrix } from "../testing/_example_models.ts";
import { denseCouplings } from "../model/mod.ts";
import { energyFindings, reEnergise } from "./re_energise.ts";

interface Drawn {
  readonly model: Model;
  readonly states: Int8Array;
  readonly ours: Float64Array;
  readonly scale: number;
  readonly offset: number;
  /** What an honest machine reports. */
  readonly honest: Float64Array;
}

/** A model with generic coefficients, different states in random order, and a convention. */
function drawn(seed: number): Drawn {
  const rng = new Rng(seed, 1);
  const n = 6 + rng.integer(6);
  const parts = {
    couplings: denseCouplings(randomCouplingMatrix(n, rng, "normal")),
    linear: Array.from({ length: n }, () => rng.normal()),
    offset: 3 * rng.normal(),
  };
  const model = rng.uniform() < 0.5 ? isingModel(parts) : quboModel(parts);
  const chosen = new Set<number>();
  while (chosen.size < 12) chosen.add(rng.integer(2 ** n));
  const down = model.vartype === "ising" ? -1 : 0;
  const states = Int8Array.from([...chosen].flatMap((t) => Array.from({ length: n }, (_, i) => t >> i & 1 ? 1 : down)));
  const ours = energies(model, states);
  const scale = rng.uniform() < 0.5 ? 1 : 0.5 + rng.uniform();
  // a machine of the model's own values, which lacks its constant; or of the other ones
  const offset = model.vartype === "qubo" && rng.uniform() < 0.5 ? isingFromQubo(model).offset : model.offset;
  return { model, states, ours, scale, offset, honest: ours.map((value) => (value - offset) / scale) };
}

const CORRUPTIONS: Readonly<Record<string, (one: Drawn) => ArrayLike<number>>> = {
  "exact": ({ honest }) => honest,
  "sign": ({ honest }) => honest.map((value) => -value),
  "factor-2": ({ honest }) => honest.map((value) => 2 * value),
  "missing-offset": ({ honest }) => honest.map((value) => value + 1.75),
  "bit-order": ({ model, states, scale, offset }) =>
    rows(model, states).map((row) => (modelEnergyTwin(model, row.toReversed()) - offset) / scale),
  "spin-binary": ({ model, states, scale, offset }) =>
    // the coefficients as they stand, with the other values
    rows(model, states).map((row) => {
      const other = row.map((value) => model.vartype === "ising" ? Number(value === 1) : value === 1 ? 1 : -1);
      return (modelEnergyTwin(model, other) - offset) / scale;
    }),
  "rounding": ({ honest }) => honest.map((value) => Math.fround(value)),
};

function rows(model: Model, states: Int8Array): Int8Array[] {
  return Array.from({ length: states.length / model.n }, (_, r) => states.slice(r * model.n, (r + 1) * model.n));
}

for (const [name, corrupt] of Object.entries(CORRUPTIONS)) {
  Deno.test(`reEnergise() names ${name} on random models, and gives our energies`, () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
      const one = drawn(seed);
      const { energies, check } = reEnergise(one.model, one.states, corrupt(one), one);
      assertEquals(energies, one.ours);
      assertEquals([check.diagnosis, check.states, check.explained], [name, 12, 12] as unknown);
    }));
  });
}

const both = (a: string, b: string): [string, (one: Drawn) => ArrayLike<number>] => [
  `${a}+${b}`,
  (one) => {
    const once = { ...one, honest: Float64Array.from(CORRUPTIONS[b](one)) };
    return CORRUPTIONS[a](once);
  },
];

for (
  const [name, corrupt] of [
    both("sign", "missing-offset"),
    both("factor-2", "missing-offset"),
    both("sign", "bit-order"),
    both("sign", "spin-binary"),
    both("factor-2", "bit-order"),
    both("sign", "factor-2"),
  ]
) {
  Deno.test(`reEnergise() names ${name} where both came together`, () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
      const one = drawn(seed);
      assertEquals(reEnergise(one.model, one.states, corrupt(one), one).check.diagnosis, name as unknown);
    }));
  });
}

Deno.test("reEnergise() names pairs that a machine counts twice, in its own values", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
    const { model, states, ours } = drawn(seed);
    const bare = energies({ ...model, linear: new Float64Array(model.n), offset: 0 }, states);
    const { check } = reEnergise(model, states, ours.map((value, r) => value + bare[r]));
    assertEquals(check.diagnosis, "factor-2");
    assertMatch(check.message, /pairs counted twice/);
  }));
});

Deno.test("reEnergise() tells roundings apart: digits, decimals, bits of the coefficients, our own before sending", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
    const { model, states, ours } = drawn(seed);
    const said = (reported: ArrayLike<number>, options = {}) => {
      const { check } = reEnergise(model, states, reported, options);
      assertEquals(check.diagnosis, "rounding");
      return check.message;
    };
    assertMatch(said(ours.map((value) => Number(value.toPrecision(4)))), /to 4 digits/);
    assertMatch(said(ours.map((value) => Number(value.toFixed(3)))), /to 3 decimals|to \d digits/);
    const coarse = quantiseModel(model, { bits: 6 });
    const reported = energies(coarse.model, states).map((value) => coarse.step * value);
    assertMatch(said(reported), /of 6 bits/);
    const sent = () => scaleModel(coarse.model, coarse.step);
    assertMatch(said(reported, { sent }), /rounded before it was sent/);
  }));
});

Deno.test("reEnergise() sees the sign through a model that was rounded before it was sent", () => {
  const { model, states } = drawn(5);
  const { model: whole, step } = quantiseModel(model, { bits: 4 });
  const sent = () => scaleModel(whole, step);
  const reported = energies(sent(), states).map((value) => -(value - model.offset) / step);
  const { check } = reEnergise(model, states, reported, { scale: step, offset: model.offset, sent });
  assertEquals(check.diagnosis, "sign");
});

Deno.test("reEnergise() reads states of a QUBO that was sent as an Ising model, and the other way round", () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { model, states, ours } = drawn(seed);
    const spins = model.vartype === "ising" ? states : spinsFromBits(states);
    const sent = model.vartype === "qubo" ? isingFromQubo(model) : model;
    assertEquals(reEnergise(model, states, ours.map((value) => -value), { sent: () => sent }).check.diagnosis, "sign");
    assertEquals(bitsFromSpins(spins).length, states.length);
  }
});

Deno.test("reEnergise() cannot tell from states of one energy, and says what it could be", () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0.5, 0] });
  const { check } = reEnergise(model, Int8Array.of(1, 1), [-1.5]);
  assertEquals([check.diagnosis, check.explained], ["cannot-tell", 0]);
  assertMatch(check.message, /sign or missing-offset/);
  const zero = isingModel({ couplings: sparseCouplings(3, []) });
  assertEquals(reEnergise(zero, Int8Array.of(1, 1, 1, -1, 1, 1), [2, 2]).check.diagnosis, "cannot-tell");
  // agreement is no guess
  assertEquals(reEnergise(zero, Int8Array.of(1, 1, 1, -1, 1, 1), [0, 0]).check.diagnosis, "exact");
});

Deno.test("reEnergise() cannot tell where two things explain the energies equally simply", () => {
  // turning the sign and reversing the spins is the same here
  const model = isingModel({ couplings: sparseCouplings(2, []), linear: [1, -1] });
  const states = Int8Array.of(1, -1, -1, 1);
  const { check } = reEnergise(model, states, [-2, 2]);
  assertEquals(check.diagnosis, "cannot-tell");
  assertMatch(check.message, /sign or bit-order/);
});

Deno.test("reEnergise() explains nothing that it does not know, and counts what the nearest explains", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
    const { model, states, ours } = drawn(seed);
    const reported = ours.map((value, r) => r === 4 ? value + 77.123456 : value);
    const { check } = reEnergise(model, states, reported);
    assertEquals([check.diagnosis, check.states, check.explained], ["unexplained", 12, 11]);
    assert(Math.abs(check.largestDifference - 77.123456) < 1e-9);
    const noise = new Rng(seed, 2);
    const random = reEnergise(model, states, ours.map(() => 10 * noise.normal())).check;
    assertEquals(random.diagnosis, "unexplained");
  }));
});

Deno.test("reEnergise() takes NaN and infinity for wrong, and no energies for none", () => {
  const { model, states, ours } = drawn(9);
  const { check } = reEnergise(model, states, ours.map((value, r) => r === 0 ? NaN : value));
  assertEquals([check.diagnosis, check.explained, check.largestDifference], ["unexplained", 11, Infinity]);
  assertEquals(reEnergise(model, states, undefined).check.diagnosis, "not-reported");
  assertThrows(() => reEnergise(model, states, [1]), TypeError, "1 were reported of 12 states");
  assertThrows(() => reEnergise(model, states, ours, { scale: 0 }), RangeError, "scale is 0");
});

Deno.test("energyFindings() says nothing more of energies that agree, and why others do not", () => {
  const { model, states, ours } = drawn(2);
  const fine = energyFindings(reEnergise(model, states, ours).check);
  assertEquals([fine.energyCheck, fine.energiesExplained, fine.energyNote], ["exact", 12, undefined] as unknown);
  const wrong = energyFindings(reEnergise(model, states, ours.map((value) => -value)).check);
  assertEquals([wrong.energyCheck, wrong.energyNote], ["sign", "the machine reports minus the energy"]);
});
