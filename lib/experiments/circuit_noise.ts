import { type Noise, noisyExpectations, pauliString, sampleShots, shotMean } from "../circuits/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { CIRCUIT_ROWS, CircuitModel, type CircuitName, type ImageData, poolPictures } from "../training/mod.ts";

/** What is done to a trained circuit. */
export interface CircuitVariant {
  /** `exact`: nothing. `shots`: every expectation from so many shots. The others: a kind of noise, by trajectories. */
  readonly kind: "exact" | "shots" | keyof Noise;
  /** Shots, or the probability; 0 for `exact`. */
  readonly value: number;
}

/** What a variant came to. */
export interface CircuitVariantResult extends CircuitVariant {
  /** Test pictures classified right. */
  readonly correct: number;
  /** Test pictures whose class is that of the exact circuit. */
  readonly agreeing: number;
  /** Largest standard error of an expectation over the trajectories; 0 where there are none. */
  readonly largestError: number;
}

/** How a trained circuit is evaluated. */
export interface CircuitNoiseOptions {
  /** Its row. */
  readonly operator: CircuitName;
  /** First test pictures taken. */
  readonly items: number;
  /** What is done. */
  readonly variants: readonly CircuitVariant[];
  /** Trajectories a picture. @default {32} */
  readonly trajectories?: number;
  /** Seed of shots and trajectories. @default {1} */
  readonly seed?: number;
}

/** Shots, and probabilities of each kind of noise an operation and qubit (readout: a bit). */
export const CIRCUIT_VARIANTS: readonly CircuitVariant[] = [
  { kind: "exact", value: 0 },
  ...[10, 30, 100, 300, 1_000, 10_000].map((value) => ({ kind: "shots", value }) as const),
  ...[1e-4, 1e-3, 1e-2].map((value) => ({ kind: "depolarising", value }) as const),
  ...[1e-4, 1e-3, 1e-2].map((value) => ({ kind: "amplitudeDamping", value }) as const),
  ...[0.01, 0.05, 0.2].map((value) => ({ kind: "readout", value }) as const),
];

/**
 * Classifies test pictures with a trained circuit that is measured with few shots, or has noise.
 *
 * All Pauli strings of a picture are measured from the same shots. Noise is by trajectories, as `noisyExpectations` has it, and measured without
 * shots; the weights are those of the exact circuit, not trained anew.
 *
 * @param data pictures as the training saw them
 * @param weights of the trained model
 * @param options see {@link CircuitNoiseOptions}
 * @returns a result a variant
 * @throws {RangeError} if the row is no circuit, there are not so many test pictures, or a value is out of range
 * @throws {TypeError} if there are more or fewer weights than the model has
 *
 * Cost of noise `trajectories` runs a picture, and passes for the noise of each operation; of shots one run a picture.
 * Source: that of `sampleShots` and `noisyExpectations`.
 *
 * @example Nothing done to it, a circuit agrees with itself
 * ```ts
 * import { evaluateCircuitNoise } from "qama/experiments";
 * import { CIRCUIT_ROWS, CircuitModel, type CircuitRow } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { loadGlyphs } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadGlyphs({ trainCount: 10, testCount: 4 });
 * const row = CIRCUIT_ROWS.evolutionAngles as Extract<CircuitRow, { kind: "circuit" }>;
 * const { weights } = new CircuitModel(wasmKernels(), row, data.classes.length, 1);
 * const variants = [{ kind: "exact", value: 0 }] as const;
 * const [{ agreeing }] = evaluateCircuitNoise(data, weights, { operator: "evolutionAngles", items: 4, variants });
 * assertEquals(agreeing, 4);
 * ```
 */
export function evaluateCircuitNoise(
  data: ImageData,
  weights: Float32Array,
  options: CircuitNoiseOptions,
): CircuitVariantResult[] {
  return [...circuitVariants(data, weights, options)];
}

/** Gives the results of {@link evaluateCircuitNoise} one by one, so that others get their turn between; the circuit is open until the end. */
export function* circuitVariants(
  data: ImageData,
  weights: Float32Array,
  options: CircuitNoiseOptions,
): Generator<CircuitVariantResult, void> {
  const cannot = "Cannot evaluate the circuit";
  const { operator, items, variants, trajectories = 32, seed = 1 } = options;
  const row = CIRCUIT_ROWS[operator];
  if (row.kind !== "circuit") throw new RangeError(`${cannot}: ${operator} is none`);
  if (!Number.isSafeInteger(items) || items < 1 || items > data.test.count) {
    throw new RangeError(`${cannot}: items must be an integer from 1 to ${data.test.count}, got ${items}`);
  }
  const classes = data.classes.length;
  const model = new CircuitModel(wasmKernels(), row, classes, items);
  if (weights.length !== model.weights.length) {
    throw new TypeError(`${cannot}: ${operator} has ${model.weights.length} weights, got ${weights.length}`);
  }
  model.weights.set(weights);
  model.refresh();
  const { rows, columns, channels } = data;
  const pixels = new Float64Array(items * row.side ** 2);
  poolPictures(data.test.images, items, { rows, columns, channels, side: row.side }, pixels);
  model.take(pixels, items);
  const { open } = model;
  const { circuit } = open;
  try {
    const exact = classesOf(model.logits(), classes);
    for (const { kind, value } of variants) {
      let largestError = 0;
      let found = exact;
      if (kind === "shots") {
        const { qubits, observables } = circuit;
        const shots = sampleShots(open.run(model.values), qubits, { shots: value, seed });
        const strings = observables.map(({ strings: [{ label }] }) => pauliString(label).z);
        const means = Float64Array.from({ length: items * classes }, (_, i) => {
          const b = Math.floor(i / classes);
          return shotMean(shots.subarray(b * value, (b + 1) * value), strings[i % classes]).mean;
        });
        found = classesOf(model.logitsOf(means), classes);
      } else if (kind !== "exact") {
        const noise = { [kind]: value };
        const { means, standardErrors } = noisyExpectations(circuit, model.values, { noise, trajectories, seed });
        largestError = standardErrors.reduce((a, b) => Math.max(a, b), 0);
        found = classesOf(model.logitsOf(means), classes);
      }
      yield {
        ...{ kind, value, largestError },
        correct: found.filter((label, b) => label === data.test.labels[b]).length,
        agreeing: found.filter((label, b) => label === exact[b]).length,
      };
    }
  } finally {
    open.close();
  }
}

/** The class of the largest logit of each picture, the first of equal ones. */
function classesOf(logits: ArrayLike<number>, classes: number): number[] {
  return Array.from({ length: logits.length / classes }, (_, b) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (logits[b * classes + k] > logits[b * classes + best]) best = k;
    return best;
  });
}
