import { checkOptionNames } from "../model/mod.ts";
import { checkInteger } from "./_limits.ts";
import { type Circuit, circuit } from "./circuit.ts";
import { hamiltonian } from "./hamiltonian.ts";
import { type Operation, rotation } from "./operations.ts";
import { type TrotterOrder, trotterSteps } from "./trotter_steps.ts";

/** How a sample comes into the circuit of {@link learnedEvolution}. */
export type SampleEncoding = "amplitudes" | "angles" | "reuploading";

/** Options of {@link learnedEvolution}. */
export interface LearnedEvolutionOptions {
  /** n. */
  readonly qubits: number;
  /** L, Hamiltonians one after the other, each with coefficients of its own. */
  readonly layers: number;
  /**
   * `amplitudes`: the sample is the state that the circuit starts from. `angles`: input i turns qubit `i mod n` by pi times its value,
   * about Y, the next n inputs about Z, and so on, once. `reuploading`: before every layer each qubit is turned about Y, Z and Y by
   * an input times a learned weight; layers go on where the last one ended, and begin again when the inputs are used up.
   */
  readonly encoding: SampleEncoding;
  /** I, numbers of a sample that are angles. @default {none, as `amplitudes` needs none} */
  readonly inputs?: number;
  /** K, Pauli strings that are measured, see {@link measuredPaulis}. */
  readonly outputs: number;
  /** False: the Hamiltonians have no couplings, so that every qubit evolves by itself. @default {true} */
  readonly entangling?: boolean;
  /** Trotter steps a layer. @default {1} */
  readonly steps?: number;
  /** Order of a step. @default {1} */
  readonly order?: TrotterOrder;
}

/** Axes that a qubit is turned about before a layer. */
const UPLOAD_AXES = ["Y", "Z", "Y"] as const;

/**
 * Makes a circuit that evolves a sample under Hamiltonians which are learned: a classifier without its softmax.
 *
 * Layer l evolves for the time 1 by Trotter steps of `H_l = sum_i x_li X_i + z_li Z_i + sum_(i<j) J_lij Z_i Z_j`, whose coefficients are
 * parameters; then Pauli strings of Z alone are measured, all from the same shots. With few steps the product of rotations is far from
 * `exp(-i H_l)`: it is the product that is learned, `evolutionErrors()` says how far they are apart.
 *
 * @param options see {@link LearnedEvolutionOptions}
 * @returns the circuit: first the weights of re-uploaded inputs, if there are any, then the coefficients of each layer in the order
 * x, z, J
 * @throws {RangeError} if a number is no integer from 1, outputs are more than there are strings to measure, or inputs are there where
 * amplitudes are the sample, are missing where they are not, or are more than all layers upload
 * @throws {TypeError} if an option or an encoding is unknown
 *
 * Cost O(layers steps n^2).
 * Source: Perez-Salinas, Cervera-Lierta, Gil-Fuster and Latorre, Data re-uploading for a universal quantum classifier (2020), DOI
 * 10.22331/q-2020-02-06-226; Verdon, Marks, Nanda, Leichenauer and Hidary, Quantum Hamiltonian-based models and the variational
 * quantum thermalizer algorithm (2019), arXiv 1910.02071. Differs in: pure states, and Pauli strings as logits.
 *
 * @example Two qubits, one layer: two X, two Z, one coupling
 * ```ts
 * import { learnedEvolution } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * const { parameters } = learnedEvolution({ qubits: 2, layers: 1, encoding: "amplitudes", outputs: 2 });
 * assertEquals(parameters, 5);
 * ```
 */
export function learnedEvolution(options: LearnedEvolutionOptions): Circuit {
  const cannot = "Cannot make a circuit that learns its evolution";
  const known = ["qubits", "layers", "encoding", "inputs", "outputs", "entangling", "steps", "order"];
  checkOptionNames(cannot, options, known);
  const { qubits, layers, encoding, inputs = 0, outputs, entangling = true, steps = 1, order = 1 } = options;
  for (const [name, value] of Object.entries({ qubits, layers, outputs })) checkInteger(cannot, name, value);
  if (!["amplitudes", "angles", "reuploading"].includes(encoding)) {
    throw new TypeError(`${cannot}: encoding must be amplitudes, angles or reuploading, got ${encoding}`);
  }
  const least = encoding === "amplitudes" ? 0 : 1;
  if (!Number.isSafeInteger(inputs) || inputs < least || (least === 0 && inputs > 0)) {
    const wanted = least === 0 ? "0, the sample is the state" : "an integer from 1";
    throw new RangeError(`${cannot}: inputs of ${encoding} must be ${wanted}, got ${inputs}`);
  }
  const strings = [...range(qubits).map((i) => `X${i}`), ...entangling ? zStrings(qubits) : singleZ(qubits)];
  const H = hamiltonian(qubits, strings.map((string) => [1, string]));
  const uploads = encoding === "reuploading" ? UPLOAD_AXES.length * qubits : 0;
  if (uploads > 0 && inputs > layers * uploads) {
    throw new RangeError(
      `${cannot}: ${layers} layers of ${qubits} qubits take ${
        layers * uploads
      } inputs, got ${inputs}; ask for more layers`,
    );
  }
  const operations: Operation[] = [];
  if (encoding === "angles") {
    for (const input of range(inputs)) {
      const axis = Math.floor(input / qubits) % 2 === 0 ? "Y" : "Z";
      operations.push(rotation({ input, factor: Math.PI }, `${axis}${input % qubits}`));
    }
  }
  for (const layer of range(layers)) {
    for (const k of range(uploads)) {
      const parameter = layer * uploads + k;
      const axis = UPLOAD_AXES[Math.floor(k / qubits)];
      operations.push(rotation({ parameter, input: parameter % inputs }, `${axis}${k % qubits}`));
    }
    const firstParameter = layers * uploads + layer * strings.length;
    operations.push(...trotterSteps(H, { time: 1, steps, order, firstParameter }));
  }
  return circuit({ qubits, operations, observables: measuredPaulis(qubits, outputs) });
}

/**
 * Names the Pauli strings that a classifier measures: `Z0`, `Z1` ..., then `Z0 Z1`, `Z0 Z2` and the other pairs.
 *
 * @param qubits n
 * @param outputs how many, up to `n + n (n - 1) / 2`
 * @returns text of each
 * @throws {RangeError} if there are not so many
 *
 * Cost O(n^2).
 *
 * @example Three of two qubits
 * ```ts
 * import { measuredPaulis } from "qama/circuits";
 * import { assertEquals } from "@std/assert";
 * assertEquals(measuredPaulis(2, 3), ["Z0", "Z1", "Z0 Z1"]);
 * ```
 */
export function measuredPaulis(qubits: number, outputs: number): string[] {
  const all = zStrings(qubits);
  if (outputs <= all.length) return all.slice(0, outputs);
  throw new RangeError(`Cannot measure ${outputs} Pauli strings: ${qubits} qubits have ${all.length} of one or two Z`);
}

/** `Z0`, `Z1` .. */
function singleZ(qubits: number): string[] {
  return range(qubits).map((i) => `Z${i}`);
}

/** `Z0`, `Z1` .., then the pairs `Z0 Z1`, `Z0 Z2` .. */
function zStrings(qubits: number): string[] {
  const single = singleZ(qubits);
  return [...single, ...single.flatMap((one, i) => single.slice(i + 1).map((other) => `${one} ${other}`))];
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
