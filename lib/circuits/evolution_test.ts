import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { denseExponential, denseHamiltonian, product, randomHamiltonian, randomState } from "./_test_dense.ts";
import {
  basisState,
  circuit,
  evolutionErrors,
  evolve,
  expectations,
  hamiltonian,
  openCircuit,
  runCircuit,
  trotterSteps,
} from "./mod.ts";

const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((value, i) => value - b[i]));

Deno.test("evolve() is within its bound of the exponential of the whole matrix, forwards and backwards", () => {
  for (const qubits of [1, 2, 4, 5]) {
    for (const [time, tolerance, basis] of [[0.3, 1e-12, 20], [-2, 1e-10, 8], [7, 1e-4, 6], [0.2, 1e-3, 2]]) {
      const rng = new Rng(11, qubits);
      const H = randomHamiltonian(qubits, 8, rng);
      const psi = randomState(qubits, rng);
      const exact = product(denseExponential(denseHamiltonian(H), time), psi);
      const { state, error, steps, products } = evolve(H, psi, { time, tolerance, basis });
      assert(error <= tolerance, `the bound ${error} is above ${tolerance}`);
      const off = distance(state, exact);
      assert(off <= error + 2e-12 * Math.sqrt(steps), `off by ${off}, bound ${error}, ${steps} steps`);
      assert(products >= steps);
    }
  }
});

Deno.test("evolve() errs by what its bound says and not by much less, where a step is long", () => {
  const rng = new Rng(12);
  const H = randomHamiltonian(5, 12, rng);
  const psi = randomState(5, rng);
  const exact = product(denseExponential(denseHamiltonian(H), 2), psi);
  const { state, error } = evolve(H, psi, { time: 2, tolerance: 1e-3, basis: 5 });
  const off = distance(state, exact);
  assert(off > error / 50 && off <= error, `off by ${off}, bound ${error}`);
});

Deno.test("evolve() keeps an eigenstate but for its phase, and both engines give the same bits", () => {
  const H = hamiltonian(3, [[1, "Z0 Z1"], [0.5, "Z2"], [2, "I"]]);
  const { state, error } = evolve(H, basisState(3, 1), { time: 3 });
  assertClose(state.subarray(2, 4), [Math.cos(4.5), -Math.sin(4.5)], { rtol: 0, atol: 1e-13 });
  assertEquals(error, 0);
  const rng = new Rng(13);
  const random = randomHamiltonian(4, 9, rng);
  const psi = randomState(4, rng);
  const [a, b] = (["wasm", "typescript"] as const).map((engine) => evolve(random, psi, { time: 1, engine }));
  assertEquals(a, b);
  assertEquals(evolve(random, psi, { time: 0 }).state, psi);
});

Deno.test("trotterSteps() errs by the power of the step that its order says, at every order", () => {
  const rng = new Rng(14);
  const H = randomHamiltonian(4, 7, rng);
  const psi = randomState(4, rng);
  const { rows, exactWithin } = evolutionErrors(H, psi, { time: 0.5, steps: [16, 32] });
  assert(exactWithin < 1e-12);
  for (const order of [1, 2, 4]) {
    const [a, b] = rows.filter((row) => row.order === order);
    const measured = Math.log2(a.error / b.error);
    assert(Math.abs(measured - order) < 0.15, `order ${order} falls by the power ${measured}`);
  }
  const [first, second, fourth] = [1, 2, 4].map((order) => rows.find((row) => row.order === order)!.error);
  assert(first > second && second > fourth);
  // the exponential of the whole matrix says the same as the Krylov spaces
  const exact = product(denseExponential(denseHamiltonian(H), 0.5), psi);
  const made = circuit({ qubits: 4, operations: trotterSteps(H, { time: 0.5, steps: 16, order: 4 }) });
  assertClose(distance(runCircuit(made, { states: psi }), exact), fourth, { rtol: 1e-3, atol: 0 });
});

Deno.test("trotterSteps() is exact where all strings commute, and learns coefficients as parameters", () => {
  const H = hamiltonian(3, [[0.3, "Z0 Z1"], [-0.7, "Z1 Z2"], [0.2, "Z0"], [1.5, "I"]]);
  const psi = randomState(3, new Rng(15));
  const exact = product(denseExponential(denseHamiltonian(H), 2), psi);
  const fixed = circuit({ qubits: 3, operations: trotterSteps(H, { time: 2, order: 1 }) });
  assertClose(runCircuit(fixed, { states: psi }), exact, { rtol: 0, atol: 1e-13 });

  const general = randomHamiltonian(3, 5, new Rng(16));
  const options = { time: 0.8, steps: 3, order: 4, firstParameter: 0 } as const;
  const learned = circuit({ qubits: 3, operations: trotterSteps(general, options), observables: ["Z0", "X1 Y2"] });
  assertEquals(learned.parameters, 5);
  const parameters = general.coefficients;
  const { firstParameter: _, ...same } = options;
  const plain = circuit({ ...learned, operations: trotterSteps(general, same) });
  const values = { parameters, states: psi };
  assertClose(expectations(learned, values), expectations(plain, { states: psi }), { rtol: 0, atol: 1e-14 });
  const open = openCircuit(learned);
  const gradient = open.gradient(values).parameters;
  const total = (x: Float64Array) => open.expectations({ ...values, parameters: x }).reduce((a, b) => a + b, 0);
  const differences = parameters.map((c, j) =>
    (total(parameters.with(j, c + 1e-5)) - total(parameters.with(j, c - 1e-5))) / 2e-5
  );
  open.close();
  assertClose(gradient, differences, { rtol: 1e-7, atol: 1e-8 });
});

Deno.test("evolve() and trotterSteps() refuse what they cannot follow", () => {
  const H = hamiltonian(1, [[1, "X0"]]);
  const psi = basisState(1);
  assertThrows(() => evolve(H, psi, { time: NaN }), RangeError, "time must be a finite number, got NaN");
  assertThrows(() => evolve(H, psi, { time: 1, tolerance: 0 }), RangeError, "tolerance must be a number from 1e-14");
  assertThrows(() => evolve(H, psi, { time: 1, basis: 1 }), RangeError, "basis must be an integer from 2, got 1");
  const slow = randomHamiltonian(3, 7, new Rng(17));
  assertThrows(
    () => evolve(slow, basisState(3), { time: 1, tolerance: 1e-9, basis: 2 }),
    RangeError,
    "raise basis or tolerance",
  );
  assertThrows(() => evolve(H, Float64Array.of(1, 0, 1, 0), { time: 1 }), RangeError, "norm of state 0 is 1.41");
  assertThrows(() => evolve(H, Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0), { time: 1 }), TypeError, "one state");
  // of two qubits, where one is expected: no word of a norm
  assertThrows(() => evolve(H, basisState(2), { time: 1 }), TypeError, "one state is expected, got 2");
  assertThrows(() => trotterSteps(H, { time: Infinity }), RangeError, "time must be a finite number");
  assertThrows(() => trotterSteps(H, { time: 1, steps: 0 }), RangeError, "steps must be an integer from 1, got 0");
  assertThrows(() => trotterSteps(H, { time: 1, order: 3 as 4 }), RangeError, "order must be 1, 2 or 4, got 3");
});
