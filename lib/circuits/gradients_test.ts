import { assert } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { randomHamiltonian, randomOperations, randomState } from "./_test_dense.ts";
import {
  type Circuit,
  circuit,
  type CircuitValues,
  openCircuit,
  parameterShift,
  parameterShiftHessian,
} from "./mod.ts";

/** A circuit of operations of every kind, with values and weights for two samples, or for one without inputs. */
function example(qubits: number, inputs: number) {
  const rng = new Rng(7, qubits);
  const observables = [randomHamiltonian(qubits, 5, rng), randomHamiltonian(qubits, 3, rng, "Z")];
  const made = circuit({ qubits, operations: randomOperations(qubits, 20, rng, 4, inputs), observables });
  const samples = inputs > 0 ? 2 : 1;
  return {
    made,
    parameters: Float64Array.from({ length: made.parameters }, () => rng.normal()),
    inputs: Float64Array.from({ length: samples * made.inputs }, () => rng.normal()),
    states: Float64Array.from(Array.from({ length: samples }, () => [...randomState(qubits, rng)]).flat()),
    weights: Float64Array.from({ length: samples * 2 }, () => rng.normal()),
  };
}

/** Central differences of `f` by the entries of `x`. */
function differences(f: (x: Float64Array) => number, x: Float64Array, step = 1e-5): Float64Array {
  return x.map((value, i) => (f(x.with(i, value + step)) - f(x.with(i, value - step))) / (2 * step));
}

/** Calls `body` with an open circuit. */
function opened<T>(made: Circuit, batch: number, body: (open: ReturnType<typeof openCircuit>) => T): T {
  const open = openCircuit(made, { batch });
  try {
    return body(open);
  } finally {
    open.close();
  }
}

Deno.test("OpenCircuit.gradient() equals central differences and the parameter shift, by parameters and by inputs", () => {
  for (const qubits of [1, 2, 4]) {
    const { made, weights, ...values } = example(qubits, 3);
    opened(made, 2, (open) => {
      const adjoint = open.gradient(values, weights);
      const value = (parts: CircuitValues) =>
        open.expectations({ ...values, ...parts }).reduce((sum, output, i) => sum + weights[i] * output, 0);
      const tolerance = { rtol: 1e-7, atol: 1e-8 };
      assertClose(adjoint.parameters, differences((parameters) => value({ parameters }), values.parameters), tolerance);
      assertClose(adjoint.inputs, differences((inputs) => value({ inputs }), values.inputs), tolerance);
      const shifted = parameterShift(made, values, weights);
      assertClose(shifted.parameters, adjoint.parameters, { rtol: 1e-10, atol: 1e-11 });
      assertClose(shifted.inputs, adjoint.inputs, { rtol: 1e-10, atol: 1e-11 });
      assertClose(shifted.expectations, adjoint.expectations, { rtol: 0, atol: 1e-12 });
    });
  }
});

Deno.test("parameterShiftHessian() equals differences of the adjoint gradient and leaves a remainder of third order", () => {
  const { made, parameters, states } = example(3, 0);
  const P = parameters.length;
  const hessian = parameterShiftHessian(made, { parameters, states });
  opened(made, 1, (open) => {
    const at = (x: Float64Array) => open.gradient({ parameters: x, states });
    for (let i = 0; i < P; i++) {
      const row = differences((x) => at(x).parameters[i], parameters);
      assertClose(hessian.subarray(i * P, (i + 1) * P), row, { rtol: 1e-7, atol: 1e-7 });
      for (let j = 0; j < i; j++) assertClose(hessian[i * P + j], hessian[j * P + i], { rtol: 0, atol: 1e-10 });
    }
    const total = (x: Float64Array) => open.expectations({ parameters: x, states }).reduce((a, b) => a + b, 0);
    const direction = parameters.map((_, i) => Math.sin(1 + i));
    const remainder = (step: number) => {
      let model = total(parameters);
      const slope = at(parameters).parameters;
      for (let i = 0; i < P; i++) {
        model += step * direction[i] * slope[i];
        for (let j = 0; j < P; j++) model += step * step / 2 * direction[i] * direction[j] * hessian[i * P + j];
      }
      return Math.abs(total(parameters.map((x, i) => x + step * direction[i])) - model);
    };
    // halving the step divides a term of third order by 8, one of second order by 4
    const order = Math.log2(remainder(4e-3) / remainder(2e-3));
    assert(order > 2.9 && order < 3.1, `the remainder is of order ${order}`);
  });
});
