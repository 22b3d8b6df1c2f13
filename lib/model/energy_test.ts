import { assert, assertEquals, assertThrows } from "@std/assert";
import { allStates, assertClose, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import {
  bitsFromSpins,
  energies,
  energy,
  fingerprint,
  flipDelta,
  isingFromQubo,
  isingModel,
  localFields,
  quboFromIsing,
  quboModel,
  sparseCouplings,
  spinsFromBits,
  toDense,
  toSparse,
} from "./mod.ts";

const N = 7;

Deno.test("energy() and energies() equal the definition over all states, in every form", () => {
  for (const { name, model } of exampleModels(N, 1, "integer")) {
    const states = [...allStates(N, model.vartype)];
    const all = energies(model, Int8Array.from(states.flatMap((state) => [...state])));
    states.forEach((state, t) => {
      assertEquals(energy(model, state), modelEnergyTwin(model, state), `${name} ${state}`);
      assertEquals(all[t], energy(model, state), name);
    });
  }
});

Deno.test("flipDelta() is the difference of energies, localFields() its slope", () => {
  for (const { name, model } of exampleModels(5, 2, "normal")) {
    const down = model.vartype === "ising" ? -1 : 0;
    for (const state of allStates(5, model.vartype)) {
      const fields = localFields(model, state);
      for (let i = 0; i < 5; i++) {
        const flipped = state.with(i, state[i] === 1 ? down : 1);
        const delta = modelEnergyTwin(model, flipped) - modelEnergyTwin(model, state);
        assertClose(flipDelta(model, state, i), delta, { rtol: 1e-12, atol: 1e-12 });
        assertClose((flipped[i] - state[i]) * fields[i], delta, { rtol: 1e-12, atol: 1e-12 });
      }
    }
    assertThrows(() => flipDelta(model, new Int8Array(5).fill(1), 5), RangeError, "from 0 to 4", name);
  }
});

Deno.test("isingFromQubo() and quboFromIsing() keep every energy, offset included, in every form", () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(N, 3, kind)) {
      const other = model.vartype === "ising" ? quboFromIsing(model) : isingFromQubo(model);
      const back = other.vartype === "ising" ? quboFromIsing(other) : isingFromQubo(other);
      assertEquals(other.couplings.form, model.couplings.form);
      const tolerance = { rtol: 0, atol: kind === "integer" ? 0 : 1e-12 };
      for (const state of allStates(N, model.vartype)) {
        const same = model.vartype === "ising" ? bitsFromSpins(state) : spinsFromBits(state);
        assertClose(energy(other, same), modelEnergyTwin(model, state), tolerance);
        assertClose(energy(back, state), modelEnergyTwin(model, state), tolerance);
      }
      assert(other.vartype !== model.vartype, name);
    }
  }
});

Deno.test("toDense() and toSparse() keep the energies; between dense and sparse to the last bit", () => {
  for (const { name, model } of exampleModels(N, 4, "normal")) {
    const atol = model.couplings.form === "factored" ? 1e-12 : 0;
    for (const state of allStates(N, model.vartype)) {
      assertClose(energy(toDense(model), state), energy(model, state), { rtol: 0, atol });
      assertEquals(energy(toSparse(model), state), energy(toDense(model), state), name);
    }
    assertEquals(toSparse(toDense(toSparse(model))), toSparse(model));
  }
});

Deno.test("toDense() refuses what no matrix holds, and gives a dense model itself", () => {
  assertThrows(
    () => toDense(isingModel({ couplings: sparseCouplings(20_000, []) })),
    RangeError,
    "it would take 3.0 GiB",
  );
  const model = toDense(quboModel({ couplings: sparseCouplings(2, []) }));
  assert(toDense(model) === model);
});

Deno.test("energy() and energies() refuse states of another length or vartype", () => {
  const couplings = sparseCouplings(2, [[0, 1, 1]]);
  assertThrows(() => energy(isingModel({ couplings }), [1]), TypeError, "1 entries for 2 variables");
  assertThrows(
    () => energy(isingModel({ couplings }), [1, 0]),
    RangeError,
    "entry 1 is 0, an Ising model takes -1 and 1",
  );
  assertThrows(() => energy(quboModel({ couplings }), [-1, 0]), RangeError, "entry 0 is -1, a QUBO takes 0 and 1");
  assertThrows(() => energies(quboModel({ couplings }), [1, 0, 1]), TypeError, "no whole number of states");
  assertThrows(() => energies(quboModel({ couplings }), [1, 0, 1, NaN]), RangeError, "entry 3 is NaN");
  assertThrows(() => spinsFromBits([2]), RangeError, "entry 0 is 2");
  assertThrows(() => bitsFromSpins([0]), RangeError, "entry 0 is 0");
});

Deno.test("energy() of no variables is the offset", () => {
  assertEquals(energy(isingModel({ couplings: sparseCouplings(0, []), offset: 3 }), []), 3);
});

Deno.test("fingerprint() is one for dense and sparse, and tells every other difference", () => {
  const models = exampleModels(N, 5, "normal").map(({ model }) => model);
  for (const model of models) {
    if (model.couplings.form === "factored") continue;
    assertEquals(fingerprint(toDense(model)), fingerprint(model));
    assertEquals(fingerprint(toSparse(model)), fingerprint(model));
  }
  const base = { couplings: sparseCouplings(3, [[0, 1, 1]]), linear: [0, 0, 1], offset: 2 };
  const different = [
    isingModel(base),
    quboModel(base),
    isingModel({ ...base, couplings: sparseCouplings(3, [[0, 2, 1]]) }),
    isingModel({ ...base, couplings: sparseCouplings(3, [[0, 1, 1 + 2 ** -52]]) }),
    isingModel({ ...base, couplings: sparseCouplings(4, [[0, 1, 1]]), linear: [0, 0, 1, 0] }),
    isingModel({ ...base, linear: [0, 1, 0] }),
    isingModel({ ...base, offset: 3 }),
    models[2],
    models[5],
  ];
  assertEquals(new Set(different.map(fingerprint)).size, different.length);
  assertEquals(fingerprint(isingModel({ ...base, linear: [-0, 0, 1] })), fingerprint(isingModel(base)));
});

Deno.test("fingerprint() is SHA-256 of the documented bytes", async () => {
  const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, -1.5]]), linear: [0.5, 4], offset: -2 });
  const text = new TextEncoder().encode("qama model 1\nqubo pairs\n");
  const view = new DataView(new ArrayBuffer(4 + 3 * 8 + 16));
  view.setUint32(0, 2, true);
  [-2, 0.5, 4].forEach((value, k) => view.setFloat64(4 + 8 * k, value, true));
  view.setUint32(28, 0, true);
  view.setUint32(32, 1, true);
  view.setFloat64(36, -1.5, true);
  const bytes = new Uint8Array([...text, ...new Uint8Array(view.buffer)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  assertEquals(fingerprint(model), digest.toHex());
});
