import { openAmplitudes } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { anglesOf, applyOperation, diagonalsOf, openDiagonals } from "./_apply.ts";
import { misread, type Noise, PAULIS, qubitsOf, readNoise } from "./_noise.ts";
import { checkInteger, checkMemory } from "./_limits.ts";
import { measure } from "./_observables.ts";
import { type CircuitValues, readValues } from "./_values.ts";
import type { Circuit } from "./circuit.ts";

/** Options of {@link noisyExpectations}. */
export interface TrajectoryOptions {
  /** What goes wrong. */
  readonly noise: Noise;
  /** Trajectories a sample, from 2. @default {256} */
  readonly trajectories?: number;
  /** Trajectory t of sample b uses stream `b trajectories + t`. @default {0} */
  readonly seed?: number;
  /** States that are run at once. @default {64} */
  readonly batch?: number;
}

/** What {@link noisyExpectations} gives. */
export interface NoisyExpectations {
  /** Means over the trajectories, `[B, K]`. */
  readonly means: Float64Array;
  /** Standard errors of the means, `[B, K]`. */
  readonly standardErrors: Float64Array;
}

const IDENTITY = [1, 0, 0, 0, 0, 0, 1, 0] as const;

/**
 * Estimates the expectations of a circuit with noise by trajectories of state vectors.
 *
 * After each operation, on each qubit it acts on, a trajectory meets X, Y or Z with probability `depolarising / 3` each, and falls from 1 to 0 with
 * `amplitudeDamping` times the probability of 1, or else is weakened there by `sqrt(1 - amplitudeDamping)`, and normalised. Bits that are read
 * wrongly shrink a Pauli string by `1 - 2 readout` for each factor. The mean over trajectories is that of the density matrix.
 *
 * @param circuit what to run
 * @param values parameters, inputs, states to start from; see {@link CircuitValues}
 * @param options see {@link TrajectoryOptions}
 * @returns means and their standard errors, fresh
 * @throws {RangeError} if a probability is none, trajectories is no integer from 2, batch none from 1, or values are not finite
 * @throws {TypeError} if there are more or fewer values than the circuit has
 *
 * Cost trajectories times a run, and two passes more for each qubit of an operation and kind of noise.
 * Source: Mølmer, Castin and Dalibard, Monte Carlo wave-function method in quantum optics (1993), DOI 10.1364/JOSAB.10.000524.
 *
 * @example Each bit is read wrongly with probability 0.1
 * ```ts
 * import { circuit, gate, noisyExpectations } from "qama/circuits";
 * import { assertAlmostEquals } from "@std/assert";
 * const flipped = circuit({ qubits: 2, operations: [gate("x", 0)], observables: ["Z0", "Z0 Z1"] });
 * const { means } = noisyExpectations(flipped, {}, { noise: { readout: 0.1 } });
 * assertAlmostEquals(means[0], -0.8);
 * assertAlmostEquals(means[1], -0.64);
 * ```
 */
export function noisyExpectations(
  circuit: Circuit,
  values: CircuitValues,
  options: TrajectoryOptions,
): NoisyExpectations {
  const cannot = "Cannot run trajectories";
  checkOptionNames(cannot, options, ["noise", "trajectories", "seed", "batch"]);
  const { trajectories = 256, seed = 0, batch: most = 64 } = options;
  const { depolarising, amplitudeDamping, readout } = readNoise(cannot, options.noise);
  checkInteger(cannot, "trajectories", trajectories, 2);
  checkInteger(cannot, "batch", most);
  const batch = Math.min(most, trajectories);
  const read = readValues(circuit, values, Infinity);
  const { qubits, operations } = circuit;
  const observables = circuit.observables.map((H) => misread(H, readout));
  const { needed, tables } = diagonalsOf({ operations, observables });
  checkMemory(cannot, `${batch} trajectories of ${qubits} qubits`, 32 * 2 ** qubits * batch);
  const amplitudes = openAmplitudes({ n: qubits, batch, registers: 2, tables });
  try {
    const diagonals = openDiagonals(amplitudes, needed);
    const each = 2 * amplitudes.size;
    const K = observables.length;
    const [means, squares] = [new Float64Array(read.count * K), new Float64Array(read.count * K)];
    for (let b = 0; b < read.count; b++) {
      const row = Array.from({ length: read.width }, (_, i) => read.inputs[b * read.width + i]);
      const own = { ...read, inputs: row, count: 1 };
      for (let from = 0; from < trajectories; from += batch) {
        const count = Math.min(batch, trajectories - from);
        const [psi, scratch] = amplitudes.registers.map((register) => register.subarray(0, count * each));
        const streams = Array.from({ length: count }, (_, t) => new Rng(seed, b * trajectories + from + t));
        psi.fill(0);
        for (let t = 0; t < count; t++) {
          const start = values.states?.subarray(read.shared ? 0 : b * each, read.shared ? each : (b + 1) * each);
          psi.set(start ?? [1], t * each);
        }
        const elements = new Float64Array(2 * count);
        const act = (qubit: number, matrixOf: (rng: Rng, t: number) => readonly number[]) => {
          const matrices = new Float64Array(8 * count);
          streams.forEach((rng, t) => matrices.set(matrixOf(rng, t), 8 * t));
          amplitudes.gate(qubit, matrices, psi);
        };
        for (const operation of operations) {
          applyOperation(amplitudes, diagonals, operation, anglesOf(operation, own), psi);
          for (const qubit of qubitsOf(operation)) {
            if (depolarising > 0) {
              act(qubit, (rng) => rng.uniform() < depolarising ? PAULIS[rng.integer(3)] : IDENTITY);
            }
            if (amplitudeDamping > 0) {
              amplitudes.elements(0, 1 << qubit, psi, psi, elements);
              act(qubit, (rng, t) => damping(rng, amplitudeDamping, (1 - elements[2 * t]) / 2));
            }
          }
        }
        const outputs = new Float64Array(count * K);
        measure(amplitudes, diagonals, observables, psi, scratch, outputs);
        outputs.forEach((value, i) => {
          means[b * K + i % K] += value / trajectories;
          squares[b * K + i % K] += value * value / trajectories;
        });
      }
    }
    const standardErrors = squares.map((square, i) =>
      Math.sqrt(Math.max(0, square - means[i] * means[i]) / (trajectories - 1))
    );
    return { means, standardErrors };
  } finally {
    amplitudes.close();
  }
}

/** What damping does to a qubit that is at 1 with probability `one`. */
function damping(rng: Rng, rate: number, one: number): readonly number[] {
  const falls = rate * Math.min(1, Math.max(0, one));
  if (rng.uniform() < falls) return [0, 0, 1 / Math.sqrt(one), 0, 0, 0, 0, 0];
  const norm = Math.sqrt(1 - falls);
  return [1 / norm, 0, 0, 0, 0, 0, Math.sqrt(1 - rate) / norm, 0];
}
