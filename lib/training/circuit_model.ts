import type { ParameterSpec } from "../attention/mod.ts";
import { type CircuitValues, learnedEvolution, type OpenCircuit, openCircuit } from "../circuits/mod.ts";
import type { Bytes, Doubles, Floats, Kernels } from "../kernels/mod.ts";
import { type CircuitRow, evolutionOf } from "./circuit_operators.ts";
import { drawWeights, type NamedArrays, openArrays } from "./_trunk.ts";

/** A model of pooled pictures, which knows nothing of how they were pooled: what `train` needs of one. */
export interface PooledModel {
  /** Chooses nothing. */
  readonly attention: null;
  /** Every trainable array, in the order of `weights`. */
  readonly parameters: readonly ParameterSpec[];
  /** All weights, one after the other. */
  readonly weights: Floats;
  /** The gradient of all weights, added to. */
  readonly gradients: Floats;
  /** Draws starting weights: parameter i from stream i of `seed`. */
  initialise(seed: number): void;
  /** Takes up changed weights and clears the gradients. */
  refresh(): void;
  /** Completes `gradients`. */
  collect(): void;
  /** Takes pooled pictures, `[count, side^2]`, 0 .. 1; nothing is computed yet. */
  take(pixels: Float64Array, count: number): void;
  /** Logits of the pictures that were taken, `[count, classes]`, until the next call. */
  logits(): Floats;
  /** Adds loss and hits, and the gradient of the mean loss over `batch` pictures, of those that were taken. */
  backward(labels: Bytes, batch: number, totals: Doubles): void;
  /** Only adds loss and hits. */
  score(labels: Bytes, totals: Doubles): void;
}

/** Where the scale of the logits starts: at 1 ten classes could not be told apart with more than 40 %. */
const FIRST_SCALE = 4;
/** Spread of the first coefficients: small, so that the circuit starts close to doing nothing and its slopes are large. */
const FIRST_COEFFICIENTS = 0.1;

/**
 * A learned evolution whose measured Pauli strings, scaled and shifted class by class, are logits.
 *
 * `logit_k = scale_k <P_k> + bias_k`. Amplitudes of a picture are its pixels divided by their length; one that is all black starts from
 * the first basis state.
 *
 * Cost of a gradient three to four runs of the circuit, see `openCircuit`.
 * Source: that of `learnedEvolution`.
 *
 * @example Two numbers a class beside the circuit
 * ```ts
 * import { CIRCUIT_ROWS, CircuitModel, type CircuitRow } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const row = CIRCUIT_ROWS.evolutionAmplitudes as Extract<CircuitRow, { kind: "circuit" }>;
 * const model = new CircuitModel(wasmKernels(), row, 10, 1);
 * assertEquals(model.weights.length, model.open.circuit.parameters + 20);
 * ```
 */
export class CircuitModel implements PooledModel {
  readonly attention = null;
  readonly parameters: readonly ParameterSpec[];
  readonly weights: Floats;
  readonly gradients: Floats;
  /** The circuit, open for so many pictures. */
  readonly open: OpenCircuit;
  readonly #kernels: Kernels;
  readonly #arrays: NamedArrays;
  readonly #classes: number;
  readonly #amplitudes: boolean;
  readonly #logits: Floats;
  readonly #coefficients: Float64Array;
  #values: CircuitValues = {};
  #count = 0;

  /** Opens the model for at most `samples` pictures a call. */
  constructor(kernels: Kernels, row: Extract<CircuitRow, { kind: "circuit" }>, classes: number, samples: number) {
    const circuit = learnedEvolution(evolutionOf(row, classes));
    const uploads =
      circuit.operations.flatMap((operation) =>
        "angle" in operation && typeof operation.angle !== "number" && operation.angle.input !== undefined
          ? operation.angle.parameter ?? []
          : []
      ).length;
    this.#arrays = openArrays(kernels, [
      { name: "uploads", shape: [uploads], initial: { normal: 1 } },
      { name: "coefficients", shape: [circuit.parameters - uploads], initial: { normal: FIRST_COEFFICIENTS } },
      { name: "scales", shape: [classes], initial: { constant: FIRST_SCALE } },
      { name: "biases", shape: [classes], initial: { constant: 0 } },
    ]);
    ({ parameters: this.parameters, weights: this.weights, gradients: this.gradients } = this.#arrays);
    this.open = openCircuit(circuit, { batch: samples });
    this.#kernels = kernels;
    this.#classes = classes;
    this.#amplitudes = row.encoding === "amplitudes";
    this.#logits = kernels.float32(samples * classes);
    this.#coefficients = new Float64Array(circuit.parameters);
  }

  initialise(seed: number): void {
    drawWeights(this.#arrays, seed);
    this.refresh();
  }

  refresh(): void {
    this.gradients.fill(0);
    this.#coefficients.set(this.weights.subarray(0, this.#coefficients.length));
  }

  collect(): void {}

  take(pixels: Float64Array, count: number): void {
    const width = pixels.length / count;
    this.#count = count;
    if (!this.#amplitudes) {
      this.#values = { inputs: pixels };
      return;
    }
    const states = new Float64Array(2 * count * 2 ** this.open.circuit.qubits);
    for (let s = 0; s < count; s++) {
      const own = pixels.subarray(s * width, (s + 1) * width);
      const at = s * states.length / count;
      let squares = 0;
      for (let i = 0; i < width; i++) squares += own[i] * own[i];
      const length = Math.sqrt(squares);
      if (length === 0) states[at] = 1;
      else for (let i = 0; i < width; i++) states[at + 2 * i] = own[i] / length;
    }
    this.#values = { states };
  }

  logits(): Floats {
    return this.logitsOf(this.open.expectations(this.values));
  }

  /** What the circuit is run with for the pictures that were taken. */
  get values(): CircuitValues {
    return { ...this.#values, parameters: this.#coefficients };
  }

  /** Logits from expectations, exact or estimated, `[count, classes]`, until the next call. */
  logitsOf(expectations: Float64Array): Floats {
    const { scales, biases } = this.#arrays.w;
    const logits = this.#logits.subarray(0, expectations.length);
    for (let i = 0; i < logits.length; i++) {
      const k = i % this.#classes;
      logits[i] = scales[k] * expectations[i] + biases[k];
    }
    return logits;
  }

  backward(labels: Bytes, batch: number, totals: Doubles): void {
    const { w, g } = this.#arrays;
    const { parameters } = this.open.gradient(this.values, (expectations) => {
      const slopes = this.logitsOf(expectations);
      this.#kernels.crossEntropy(this.#count, this.#classes, slopes, labels, 1 / batch, totals);
      return Float64Array.from(slopes, (slope, i) => {
        const k = i % this.#classes;
        g.scales[k] += slope * expectations[i];
        g.biases[k] += slope;
        return slope * w.scales[k];
      });
    });
    for (let p = 0; p < parameters.length; p++) this.gradients[p] += parameters[p];
  }

  score(labels: Bytes, totals: Doubles): void {
    this.#kernels.crossEntropy(this.#count, this.#classes, this.logits(), labels, 1, totals);
  }
}
