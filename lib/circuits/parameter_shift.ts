import { addSlopes } from "./_slopes.ts";
import { type CircuitValues, readValues } from "./_values.ts";
import type { Circuit } from "./circuit.ts";
import { type CircuitGradient, expectations } from "./open_circuit.ts";
import { type Operation, rotation, type RotationOperation, type VariableAngle } from "./operations.ts";

/** A turn by a Pauli string of which the derivative is wanted: a place in the circuit, and its part of the slope of an angle. */
interface Turn {
  readonly place: number;
  readonly operation: RotationOperation;
  readonly share: number;
  readonly angle: VariableAngle;
}

/**
 * Gives the gradient of a circuit by the parameter-shift rule: what a real device would measure.
 *
 * `d f / d a = (f(a + pi/2) - f(a - pi/2)) / 2` for each place where an angle a turns by a Pauli string, exact and not a difference
 * quotient; a place whose angle a parameter sets gives its share. A phase by a diagonal Hamiltonian is shifted string by string.
 *
 * @param circuit what to run
 * @param values parameters, inputs, states to start from; see {@link CircuitValues}
 * @param weights of the outputs, `[B, K]`. @default {all 1}
 * @returns the same as `openCircuit(circuit).gradient(values, weights)`, up to rounding
 * @throws {RangeError} if a value is not finite, a state is not of length 1, or memory does not suffice
 * @throws {TypeError} if there are more or fewer values or weights than the circuit has
 *
 * Cost two runs for each place: use the adjoint method of `openCircuit` where the states are at hand.
 * Source: Schuld et al., Evaluating analytic gradients on quantum hardware (2019), DOI 10.1103/PhysRevA.99.032331.
 *
 * @example The slope of a cosine
 * ```ts
 * import { circuit, parameterShift, ry } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const turned = circuit({ qubits: 1, operations: [ry({ parameter: 0, factor: 2 }, 0)], observables: ["Z0"] });
 * assertAlmostEquals(parameterShift(turned, { parameters: [0.3] }).parameters[0], -2 * Math.sin(0.6));
 * ```
 */
export function parameterShift(
  circuit: Circuit,
  values: CircuitValues = {},
  weights?: ArrayLike<number>,
): CircuitGradient {
  const read = readValues(circuit, values, Infinity);
  const { count, width } = read;
  const K = circuit.observables.length;
  const by = weights ?? new Float64Array(count * K).fill(1);
  if (by.length !== count * K) {
    throw new TypeError(`Cannot shift parameters: ${count * K} weights are needed, got ${by.length}`);
  }
  const outputs = (operations: readonly Operation[]) => expectations({ ...circuit, operations }, values);
  const result = {
    expectations: outputs(circuit.operations),
    parameters: new Float64Array(circuit.parameters),
    inputs: new Float64Array(count * width),
  };
  for (const { place, operation, share, angle } of turnsOf(circuit)) {
    const [up, down] = [1, -1].map((sign) => outputs(circuit.operations.toSpliced(place, 0, turned(operation, sign))));
    const slopes = Float64Array.from({ length: count }, (_, b) => {
      let sum = 0;
      for (let k = 0; k < K; k++) sum += by[b * K + k] * (up[b * K + k] - down[b * K + k]) / 2;
      return share * sum;
    });
    addSlopes(angle, slopes, read, result);
  }
  return result;
}

/**
 * Gives the second derivatives of the sum of a circuit's outputs by its parameters, by shifting twice.
 *
 * `d^2 f / da db = (f(++) - f(+-) - f(-+) + f(--)) / 4`, each angle by pi/2; where a and b are one place, the shifts add up to pi.
 *
 * @param circuit a circuit without inputs
 * @param values parameters and a state to start from; see {@link CircuitValues}
 * @returns fresh, `[P, P]` row-major, symmetric
 * @throws {RangeError} if the circuit has inputs, or there is more than one state
 * @throws {TypeError} if there are more or fewer values than the circuit has
 *
 * Cost four runs for each pair of places.
 * Source: Mari, Bromley and Killoran, Estimating the gradient and higher-order derivatives on quantum hardware (2021),
 * DOI 10.1103/PhysRevA.103.012405.
 *
 * @example The second derivative of a cosine
 * ```ts
 * import { circuit, parameterShiftHessian, ry } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const turned = circuit({ qubits: 1, operations: [ry({ parameter: 0 }, 0)], observables: ["Z0"] });
 * assertAlmostEquals(parameterShiftHessian(turned, { parameters: [0.3] })[0], -Math.cos(0.3));
 * ```
 */
export function parameterShiftHessian(circuit: Circuit, values: CircuitValues = {}): Float64Array {
  const read = readValues(circuit, values, Infinity);
  if (circuit.inputs > 0 || read.count > 1) {
    throw new RangeError(
      `Cannot give second derivatives of ${read.count} samples of ${circuit.inputs} inputs: one sample without inputs is ` +
        `taken; put its inputs into the angles`,
    );
  }
  const P = circuit.parameters;
  const hessian = new Float64Array(P * P);
  const turns = turnsOf(circuit);
  const sum = (operations: readonly Operation[]) =>
    expectations({ ...circuit, operations }, values).reduce((total, value) => total + value, 0);
  turns.forEach((a, i) =>
    turns.forEach((b, j) => {
      if (j < i) return;
      let second = 0;
      for (const s of [1, -1]) {
        for (const t of [1, -1]) {
          // the later place first, so that the other stays where it is
          const operations = circuit.operations.toSpliced(b.place, 0, turned(b.operation, t))
            .toSpliced(a.place, 0, turned(a.operation, s));
          second += s * t * sum(operations) / 4;
        }
      }
      const value = second * a.share * b.share * (a.angle.factor ?? 1) * (b.angle.factor ?? 1);
      hessian[a.angle.parameter! * P + b.angle.parameter!] += value;
      if (j > i) hessian[b.angle.parameter! * P + a.angle.parameter!] += value;
    })
  );
  return hessian;
}

function turned(operation: RotationOperation, sign: number): Operation {
  return { ...operation, angle: sign * Math.PI / 2 };
}

/** Every turn whose angle is not fixed, in the order of places. */
function turnsOf({ operations }: Circuit): Turn[] {
  return operations.flatMap((operation, place): Turn[] => {
    if (!("angle" in operation) || typeof operation.angle === "number") return [];
    const { angle } = operation;
    if (operation.kind === "rotation") return [{ place, operation, share: 1, angle }];
    // exp(-i a sum c P) turns by 2 c a about each P, all commuting; the constant has no effect
    const { strings, coefficients } = operation.diagonal;
    return strings.map((string, j) => ({ place, operation: rotation(0, string), share: 2 * coefficients[j], angle }))
      .filter(({ operation: { string } }) => string.z !== 0);
  });
}
