import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import {
  denseExpectation,
  denseHamiltonian,
  denseRun,
  randomHamiltonian,
  randomOperations,
  randomState,
} from "./_test_dense.ts";
import { checkMemory } from "./_limits.ts";
import {
  type Angle,
  basisState,
  circuit,
  cz,
  expectations,
  gate,
  openCircuit,
  phase,
  runCircuit,
  rx,
  zz,
} from "./mod.ts";

/** A circuit of operations of every kind, with values for three samples. */
function example(qubits: number, seed: number) {
  const rng = new Rng(seed, qubits);
  const observables = [randomHamiltonian(qubits, 5, rng), randomHamiltonian(qubits, 3, rng, "Z"), "Y0"];
  const made = circuit({ qubits, operations: randomOperations(qubits, 24, rng, 4, 3), observables });
  const parameters = Float64Array.from({ length: made.parameters }, () => rng.normal());
  const inputs = Float64Array.from({ length: 3 * made.inputs }, () => rng.normal());
  const states = new Float64Array([0, 1, 2].flatMap(() => [...randomState(qubits, rng)]));
  return { made, values: { parameters, inputs, states } };
}

Deno.test("openCircuit() runs every operation as whole matrices do, samples apart from each other", () => {
  for (const qubits of [1, 2, 3, 4]) {
    for (const engine of ["wasm", "typescript"] as const) {
      const { made, values } = example(qubits, 1);
      const open = openCircuit(made, { batch: 4, engine });
      const outputs = open.expectations(values);
      const states = open.run(values).slice();
      open.close();
      for (const b of [0, 1, 2]) {
        const angleOf = (angle: Angle) =>
          typeof angle === "number" ? angle : (angle.factor ?? 1) *
            (angle.parameter === undefined ? 1 : values.parameters[angle.parameter]) *
            (angle.input === undefined ? 1 : values.inputs[b * made.inputs + angle.input]);
        const each = 2 ** (qubits + 1);
        const expected = denseRun(made, values.states.slice(b * each, (b + 1) * each), angleOf);
        assertClose(states.subarray(b * each, (b + 1) * each), expected, { rtol: 0, atol: 1e-12 });
        made.observables.forEach((H, k) =>
          assertClose(outputs[3 * b + k], denseExpectation(denseHamiltonian(H), expected), { rtol: 0, atol: 1e-11 })
        );
      }
    }
  }
});

Deno.test("openCircuit() gives the same bits compiled and in TypeScript, gradients included", () => {
  for (const qubits of [1, 3, 6]) {
    const { made, values } = example(qubits, 2);
    const [a, b] = (["wasm", "typescript"] as const).map((engine) => {
      const open = openCircuit(made, { batch: 3, engine });
      const result = [open.run(values).slice(), open.gradient(values)];
      open.close();
      return result;
    });
    assertEquals(a, b);
  }
});

Deno.test("openCircuit() starts a batch anew, whatever ran before", () => {
  const { made, values } = example(3, 3);
  const open = openCircuit(made, { batch: 5 });
  const first = open.gradient(values);
  open.gradient({ ...values, inputs: values.inputs.slice(0, made.inputs), states: basisState(3, 5) });
  assertEquals(open.gradient(values), first);
  open.close();
});

Deno.test("runCircuit() keeps the norm of 20 qubits", () => {
  const operations = Array.from({ length: 20 }, (_, q) => [gate("h", q), rx(0.1 * q, q), cz(q, (q + 7) % 20)]).flat();
  const psi = runCircuit(circuit({ qubits: 20, operations }));
  assertEquals(psi.length, 2 ** 21);
  assertClose(psi.reduce((sum, value) => sum + value * value, 0), 1, { rtol: 1e-12, atol: 0 });
});

Deno.test("circuit() refuses qubits that are not there or equal, matrices that are not unitary and phases not diagonal", () => {
  const make = (operation: Parameters<typeof circuit>[0]["operations"][number]) => () =>
    circuit({ qubits: 3, operations: [operation] });
  assertThrows(make(rx(1, 3)), RangeError, "operation 0: qubit 3 is none of the 3, which are 0 to 2");
  assertThrows(make(gate("h", -1)), RangeError, "qubit -1 is none of the 3");
  assertThrows(make(gate("h", 0.5)), RangeError, "qubit 0.5 is none of the 3");
  assertThrows(make(cz(0, 3)), RangeError, "qubit 3 is none");
  assertThrows(make(cz(1, 1)), RangeError, "needs two different qubits, got 1 twice");
  assertThrows(make(rx(NaN, 0)), RangeError, "the angle must be a finite number, got NaN");
  assertThrows(
    make(rx(undefined as never, 0)),
    TypeError,
    "the angle must be a number, or { parameter, input, factor }",
  );
  for (const qubit of [-1, 0.5]) assertThrows(() => rx(1, qubit), RangeError, `an integer from 0, got ${qubit}`);
  assertThrows(() => zz(1, 2, 2), RangeError, "they must differ, got 2 twice");
  assertThrows(make(rx({ parameter: -1 }, 0)), RangeError, "parameter must be an integer from 0, got -1");
  assertThrows(make(gate([1, 0, 0, 0, 0, 0, 2, 0], 0)), RangeError, "is not unitary");
  assertThrows(make(gate([NaN, 0, 0, 0, 0, 0, 1, 0], 0)), RangeError, "is not unitary");
  assertThrows(make(gate([1, 0, 0], 0)), TypeError, "8 numbers, got 3");
  assertThrows(make(phase(1, randomHamiltonian(3, 4, new Rng(1), "X"))), RangeError, "is not diagonal");
});

Deno.test("circuit() says how many bytes too many qubits would take", () => {
  assertThrows(() => circuit({ qubits: 40, operations: [] }), RangeError, "would take 17,592,186,044,416 bytes");
  const made = circuit({ qubits: 25, operations: [] });
  // more than any machine of today has free
  assertThrows(() => openCircuit(made, { batch: 800 }), RangeError, "would take 1,288,490,188,800 bytes");
  const check = (free: number) => () => checkMemory("Cannot open a circuit", "2 samples of 3 qubits", 768, free);
  check(768)();
  assertThrows(
    check(767),
    RangeError,
    "2 samples of 3 qubits would take 768 bytes, and 767 are free; take fewer qubits",
  );
});

Deno.test("openCircuit() refuses states that are not normalised or finite, and values that do not fit", () => {
  const made = circuit({ qubits: 1, operations: [rx({ parameter: 0 }, 0), rx({ input: 0 }, 0)], observables: ["Z0"] });
  const run = (values: Parameters<typeof expectations>[1]) => () => expectations(made, values);
  const good = { parameters: [1], inputs: [1, 2] };
  assertEquals(run(good)().length, 2);
  assertThrows(run({ ...good, states: Float64Array.of(1, 0, 1, 0) }), RangeError, "the norm of state 0 is 1.414");
  assertThrows(run({ ...good, states: Float64Array.of(1, 0, NaN, 0) }), RangeError, "amplitudes that are not finite");
  assertThrows(run({ ...good, states: Float64Array.of(1, 0) }), TypeError, "is 4 numbers");
  assertThrows(run({ ...good, parameters: [] }), TypeError, "it has 1 parameters, got 0");
  assertThrows(run({ ...good, parameters: [Infinity] }), RangeError, "parameter 0 must be finite");
  assertThrows(run({ ...good, inputs: [] }), TypeError, "it has 1 inputs a sample");
  assertThrows(run({ ...good, inputs: [NaN] }), RangeError, "input 0 must be finite");
  const open = openCircuit(made);
  assertThrows(() => open.expectations(good), RangeError, "opened for 1 samples, got 2");
  assertThrows(() => open.gradient({ parameters: [1], inputs: [1] }, [1, 2]), TypeError, "need 1 weights, got 2");
  open.close();
  assert(made.parameters === 1);
});
