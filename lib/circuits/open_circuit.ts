import { openAmplitudes } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { anglesOf, applyOperation, diagonalsOf, openDiagonals } from "./_apply.ts";
import { type CircuitValues, readValues } from "./_values.ts";
import { isVariable, runSlopes, type Step, stepsOf, writeRunPhases } from "./_diagonal_runs.ts";
import { addWeighted, measure } from "./_observables.ts";
import { checkInteger, checkMemory } from "./_limits.ts";
import { addSlopes, slopesOf } from "./_slopes.ts";
import type { Circuit } from "./circuit.ts";

export type { CircuitValues } from "./_values.ts";

/** Options of {@link openCircuit}. */
export interface OpenCircuitOptions {
  /** Samples that are run at once, at most. @default {1} */
  readonly batch?: number;
  /** The compiled loops, or their readable twins, which give the same bits. @default {"wasm"} */
  readonly engine?: "wasm" | "typescript";
}

/** What {@link OpenCircuit.gradient} gives. */
export interface CircuitGradient {
  /** The outputs, `[B, K]`. */
  readonly expectations: Float64Array;
  /** Derivative by the parameters, `[P]`, summed over the samples. */
  readonly parameters: Float64Array;
  /** Derivative by the inputs, `[B, I]`. */
  readonly inputs: Float64Array;
}

/** A circuit with memory to run it in. */
export interface OpenCircuit {
  /** What is run. */
  readonly circuit: Circuit;
  /** Samples that are run at once, at most. */
  readonly batch: number;
  /** Runs all operations; returns the states, `[B, 2^n, 2]`, a view that the next call writes over. */
  run(values?: CircuitValues): Float64Array;
  /** Runs, and measures the observables without shots: fresh, `[B, K]`. */
  expectations(values?: CircuitValues): Float64Array;
  /**
   * The gradient of `sum_bk weights_bk <H_k>_b` by the adjoint method; weights `[B, K]`, all 1 where none are given, or what gives
   * them for the expectations: the slopes of a loss.
   *
   * @throws {TypeError} if there are not B K weights
   */
  gradient(
    values?: CircuitValues,
    weights?: ArrayLike<number> | ((expectations: Float64Array) => ArrayLike<number>),
  ): CircuitGradient;
  /** Gives the memory back; what `run` returned must not be used any more. */
  close(): void;
}

/** The states psi and lambda, and room for a product. */
const REGISTERS = 3;

/**
 * Opens a circuit to run it many times.
 *
 * The gradient goes through the circuit once forwards and once backwards with two states, psi and `lambda = sum_k w_k H_k psi`, from
 * which each operation is taken off again: the derivative by the angle of `exp(-i angle P / 2)` is `Im <lambda|P|psi>` behind it, by
 * that of `exp(-i angle D)` `2 Im <lambda|D|psi>`. Rotations about strings of Z whose angles all samples share are done in one pass
 * where they are many.
 *
 * @param circuit what to run
 * @param options see {@link OpenCircuitOptions}
 * @returns the circuit with its memory; close it when it is not needed any more
 * @throws {RangeError} if the batch is no integer from 1, or the states do not fit into memory; the message says how many bytes they take
 *
 * Cost three states a sample: 48 bytes an amplitude; a gradient takes four to five runs, whatever the number of parameters.
 * Source: Jones and Gacon, Efficient calculation of gradients in classical simulations of variational quantum algorithms (2020),
 * arXiv 2009.02823.
 *
 * @example The slope of a cosine
 * ```ts
 * import { circuit, openCircuit, ry } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const open = openCircuit(circuit({ qubits: 1, operations: [ry({ parameter: 0 }, 0)], observables: ["Z0"] }));
 * const { expectations, parameters } = open.gradient({ parameters: [0.3] });
 * assertAlmostEquals(expectations[0], Math.cos(0.3));
 * assertAlmostEquals(parameters[0], -Math.sin(0.3));
 * open.close();
 * ```
 */
export function openCircuit(circuit: Circuit, options: OpenCircuitOptions = {}): OpenCircuit {
  const cannot = "Cannot open a circuit";
  checkOptionNames(cannot, options, ["batch", "engine"]);
  const { batch = 1, engine = "wasm" } = options;
  checkInteger(cannot, "batch", batch);
  const { qubits, operations, observables } = circuit;
  const { needed, tables: own } = diagonalsOf(circuit);
  const steps = stepsOf(operations, batch);
  const hasRuns = steps.some(({ kind }) => kind === "run");
  const tables = own + (hasRuns ? 1 : 0);
  const bytes = 16 * 2 ** qubits * (REGISTERS * batch + tables);
  checkMemory(cannot, `${batch} ${batch === 1 ? "sample" : "samples"} of ${qubits} qubits`, bytes);
  const amplitudes = openAmplitudes({ n: qubits, batch, registers: REGISTERS, tables, engine });
  const diagonals = openDiagonals(amplitudes, needed);
  const table = amplitudes.tables[tables - 1];
  const room = new Float64Array(hasRuns ? amplitudes.size : 0);
  // before the first operation that has a derivative nothing is taken off
  const first = steps.findIndex(isVariable);
  // whose phases the table holds
  let filled: Float64Array | undefined;
  const apply = (step: Step, angles: Float64Array, psi: Float64Array, inverse = false) => {
    if (step.kind !== "run") return applyOperation(amplitudes, diagonals, step, angles, psi, inverse);
    if (filled !== angles) writeRunPhases(step, angles, room, table);
    filled = angles;
    amplitudes.multiply(table, inverse, psi);
  };

  const start = (given: CircuitValues) => {
    const values = readValues(circuit, given, batch);
    const [psi, lambda, scratch] = amplitudes.registers.map((register) =>
      register.subarray(0, 2 * amplitudes.size * values.count)
    );
    if (given.states === undefined) psi.fill(0);
    for (let b = 0; b < values.count; b++) {
      const at = 2 * amplitudes.size * b;
      if (given.states === undefined) psi[at] = 1;
      else psi.set(values.shared ? given.states : given.states.subarray(at, at + 2 * amplitudes.size), at);
    }
    const angles = steps.map((step) =>
      step.kind === "run"
        ? Float64Array.from(step.rotations, (rotation) => anglesOf(rotation, values)[0])
        : anglesOf(step, values)
    );
    steps.forEach((step, k) => apply(step, angles[k], psi));
    return { values, angles, psi, lambda, scratch };
  };
  const outputs = (count: number, psi: Float64Array, scratch: Float64Array) => {
    const results = new Float64Array(count * observables.length);
    measure(amplitudes, diagonals, observables, psi, scratch, results);
    return results;
  };
  return {
    circuit,
    batch,
    run: (given = {}) => start(given).psi,
    expectations(given = {}) {
      const { values, psi, scratch } = start(given);
      return outputs(values.count, psi, scratch);
    },
    gradient(sample = {}, weights) {
      const { values, angles, psi, lambda, scratch } = start(sample);
      const { count, width } = values;
      const expectations = outputs(count, psi, scratch);
      const given = typeof weights === "function" ? weights(expectations) : weights;
      const by = given ?? new Float64Array(expectations.length).fill(1);
      if (by.length !== expectations.length) {
        throw new TypeError(
          `Cannot give a gradient: ${count} samples and ${observables.length} observables need ` +
            `${expectations.length} weights, got ${by.length}`,
        );
      }
      lambda.fill(0);
      addWeighted(amplitudes, diagonals, observables, by, psi, scratch, lambda);
      const result = {
        expectations,
        parameters: new Float64Array(circuit.parameters),
        inputs: new Float64Array(count * width),
      };
      const elements = new Float64Array(2 * count);
      for (let k = steps.length - 1; k >= first && first >= 0; k--) {
        const step = steps[k];
        if (step.kind === "run") {
          const slopes = runSlopes(step, lambda, psi, room);
          step.rotations.forEach(({ angle }, j) => {
            if (typeof angle !== "number") addSlopes(angle, slopes.subarray(j, j + 1), values, result);
          });
        } else if ("angle" in step && typeof step.angle !== "number") {
          if (step.kind === "rotation") {
            amplitudes.elements(step.string.x, step.string.z, lambda, psi, elements);
          } else {
            amplitudes.weigh(diagonals.of(step.diagonal), psi, scratch);
            amplitudes.elements(0, 0, lambda, scratch, elements);
          }
          addSlopes(step.angle, slopesOf(step, elements), values, result);
        }
        if (k === first) break;
        apply(step, angles[k], psi, true);
        apply(step, angles[k], lambda, true);
      }
      return result;
    },
    close: () => amplitudes.close(),
  };
}

/**
 * Gives the expectations of a circuit once.
 *
 * @param circuit what to run
 * @param values parameters, inputs, states to start from; see {@link CircuitValues}
 * @returns fresh, `[B, K]`
 * @throws {RangeError} if a value is not finite, a state is not of length 1, or memory does not suffice
 * @throws {TypeError} if there are more or fewer values than the circuit has
 *
 * Cost O(operations 2^n) a sample.
 *
 * @example A qubit that an input turns
 * ```ts
 * import { circuit, expectations, ry } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const turned = circuit({ qubits: 1, operations: [ry({ input: 0 }, 0)], observables: ["Z0"] });
 * const [a, b] = expectations(turned, { inputs: [0, Math.PI] });
 * assertAlmostEquals(a, 1);
 * assertAlmostEquals(b, -1);
 * ```
 */
export function expectations(circuit: Circuit, values: CircuitValues = {}): Float64Array {
  const open = openCircuit(circuit, { batch: readValues(circuit, values, Infinity).count });
  try {
    return open.expectations(values);
  } finally {
    open.close();
  }
}

/**
 * Gives the states that a circuit ends in, once.
 *
 * @param circuit what to run
 * @param values parameters, inputs, states to start from; see {@link CircuitValues}
 * @returns fresh, `[B, 2^n, 2]`
 * @throws {RangeError} if a value is not finite, a state is not of length 1, or memory does not suffice
 * @throws {TypeError} if there are more or fewer values than the circuit has
 *
 * Cost O(operations 2^n) a sample.
 *
 * @example X turns a qubit
 * ```ts
 * import { circuit, gate, runCircuit } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals([...runCircuit(circuit({ qubits: 1, operations: [gate("x", 0)] }))], [0, 0, 1, 0]);
 * ```
 */
export function runCircuit(circuit: Circuit, values: CircuitValues = {}): Float64Array {
  const open = openCircuit(circuit, { batch: readValues(circuit, values, Infinity).count });
  try {
    return open.run(values).slice();
  } finally {
    open.close();
  }
}
