import { checkOptionNames, type Model } from "../model/mod.ts";
import { checkFinite, checkInteger, checkQubits } from "./_limits.ts";
import { type Circuit, circuit } from "./circuit.ts";
import { type Hamiltonian, hamiltonian } from "./hamiltonian.ts";
import { isingHamiltonian } from "./ising_hamiltonian.ts";
import { gate, type Operation, phase, rx } from "./operations.ts";

/** The two coefficients of an anneal, as functions of s from 0 to 1: what `transverseGap` of the analysis room takes. */
export interface AnnealSchedule {
  /** A(s), in the unit of energy. */
  readonly transverse: (s: number) => number;
  /** B(s), without a unit. */
  readonly problem: (s: number) => number;
}

/** Options of {@link annealCircuit}. */
export interface AnnealOptions {
  /** How long the anneal takes, in one over the unit of energy. */
  readonly time: number;
  /** Steps that it is divided into. */
  readonly steps: number;
  /** A(s) and B(s). @default {A = 1 - s, B = s} */
  readonly schedule?: AnnealSchedule;
}

const LINEAR: AnnealSchedule = { transverse: (s) => 1 - s, problem: (s) => s };

/**
 * Makes the Hamiltonian of one moment of an anneal, `-A sum_i X_i + B E`.
 *
 * @param model any model, its offset included
 * @param coefficients A and B
 * @returns the Hamiltonian, which is the H(s) of `transverseGap` in the analysis room
 * @throws {RangeError} if the model has no variables or too many, or A or B is not finite
 *
 * Cost O(n^2).
 * Source: Kadowaki and Nishimori, Quantum annealing in the transverse Ising model (1998), DOI 10.1103/PhysRevE.58.5355.
 *
 * @example One spin in a field
 * ```ts
 * import { transverseFieldHamiltonian } from "qama/circuits";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(1, []), linear: [0.5] });
 * const H = transverseFieldHamiltonian(model, { transverse: 2, problem: 1 });
 * assertEquals(H.strings.map(({ label }, j) => [H.coefficients[j], label]), [[-0.5, "Z0"], [-2, "X0"]]);
 * ```
 */
export function transverseFieldHamiltonian(
  model: Model,
  { transverse, problem }: { readonly transverse: number; readonly problem: number },
): Hamiltonian {
  const cannot = "Cannot make the Hamiltonian of an anneal";
  checkQubits(cannot, model.n);
  checkFinite(cannot, "transverse", transverse);
  checkFinite(cannot, "problem", problem);
  const { strings, coefficients } = isingHamiltonian(model);
  return hamiltonian(model.n, [
    ...strings.map((string, j) => [problem * coefficients[j], string] as const),
    ...Array.from({ length: model.n }, (_, i) => [-transverse, `X${i}`] as const),
  ]);
}

/**
 * Makes the circuit of an anneal in a transverse field, from the ground state of the field.
 *
 * `H(s) = -A(s) sum_i X_i + B(s) E`, s = t / time: in each step half a turn by the field, the phases of the energies, half a turn by the
 * field, all at the middle of the step, so that the error is of second order in its length.
 *
 * @param model any model
 * @param options see {@link AnnealOptions}
 * @returns a circuit without parameters; its observable is the energy
 * @throws {RangeError} if the model has no variables or too many, time is not finite, steps is no integer from 1, or the schedule gives
 * no finite number
 *
 * Cost n + 1 passes over the state for each step.
 * Source: Farhi et al., Quantum computation by adiabatic evolution (2000), arXiv quant-ph/0001106.
 *
 * @example A slow anneal ends in the lowest energy
 * ```ts
 * import { annealCircuit, expectations } from "qama/circuits";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 3]]), linear: [-1, -2] });
 * assertAlmostEquals(expectations(annealCircuit(model, { time: 100, steps: 1000 }))[0], -2, 0.01);
 * ```
 */
export function annealCircuit(model: Model, options: AnnealOptions): Circuit {
  const cannot = "Cannot make the circuit of an anneal";
  checkOptionNames(cannot, options, ["time", "steps", "schedule"]);
  const { time, steps, schedule = LINEAR } = options;
  checkQubits(cannot, model.n);
  checkFinite(cannot, "time", time);
  checkInteger(cannot, "steps", steps);
  const energy = isingHamiltonian(model);
  const qubits = Array.from({ length: model.n }, (_, i) => i);
  const r = time / steps;
  // half turns of neighbouring steps are one
  const turns = new Float64Array(steps + 1);
  const phases = Array.from({ length: steps }, (_, k) => {
    const s = (k + 0.5) / steps;
    const [A, B] = [schedule.transverse(s), schedule.problem(s)];
    checkFinite(cannot, `A(${s})`, A);
    checkFinite(cannot, `B(${s})`, B);
    turns[k] -= r * A;
    turns[k + 1] -= r * A;
    return phase(r * B, energy);
  });
  const field = (k: number): Operation[] => qubits.map((i) => rx(turns[k], i));
  const operations = [
    ...qubits.map((i) => gate("h", i)),
    ...phases.flatMap((each, k) => [...field(k), each]),
    ...field(steps),
  ];
  return circuit({ qubits: model.n, operations, observables: [energy] });
}

/**
 * Makes the circuit of the quantum approximate optimisation algorithm, QAOA.
 *
 * From the state of equal amplitudes p times `exp(-i gamma_l E)` and `exp(-i beta_l sum_i X_i)`. Parameter l is gamma_l, parameter p + l beta_l.
 *
 * @param model any model
 * @param layers p
 * @returns a circuit of 2 p parameters; its observable is the energy
 * @throws {RangeError} if the model has no variables or too many, or layers is no integer from 1
 *
 * Cost n + 1 passes over the state for each layer; the sines and cosines of `2^n` phases take as long as some tens of gates.
 * Source: Farhi, Goldstone and Gutmann, A quantum approximate optimization algorithm (2014), arXiv 1411.4028.
 *
 * @example At angles of 0 the energy is the mean over all states
 * ```ts
 * import { expectations, qaoaCircuit } from "qama/circuits";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertAlmostEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 4]]), linear: [-1, -2] });
 * assertAlmostEquals(expectations(qaoaCircuit(model, 1), { parameters: [0, 0] })[0], (0 - 1 - 2 + 1) / 4);
 * ```
 */
export function qaoaCircuit(model: Model, layers: number): Circuit {
  const cannot = "Cannot make the circuit of QAOA";
  checkQubits(cannot, model.n);
  checkInteger(cannot, "layers", layers);
  const energy = isingHamiltonian(model);
  const qubits = Array.from({ length: model.n }, (_, i) => i);
  const operations = [
    ...qubits.map((i) => gate("h", i)),
    ...Array.from({ length: layers }, (_, l) => [
      phase({ parameter: l }, energy),
      ...qubits.map((i) => rx({ parameter: layers + l, factor: 2 }, i)),
    ]).flat(),
  ];
  return circuit({ qubits: model.n, operations, observables: [energy] });
}
