import { type SampleEncoding, type VarianceEstimate, varianceEstimate } from "../circuits/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { CIRCUIT_ROWS, CircuitModel, type CircuitRow, type ImageData, poolPictures } from "../training/mod.ts";

/** Where the coefficients of a learned evolution start: where trainings start them, or anywhere on a whole turn. */
export type ClassifierStart = "own" | "uniform";

/** Gradients of a classifier of one size before it is trained. */
export interface ClassifierGradientRow extends VarianceEstimate {
  /** How a picture comes in. */
  readonly encoding: SampleEncoding;
  /** Where coefficients start. */
  readonly start: ClassifierStart;
  /** n. */
  readonly qubits: number;
  /** L. */
  readonly layers: number;
  /** Mean square of the derivatives by the angles of all coefficients. */
  readonly meanSquare: number;
}

/** Options of {@link measureClassifierGradients}. */
export interface ClassifierGradientOptions {
  /** How pictures come in. */
  readonly encoding: SampleEncoding;
  /** Where coefficients start. */
  readonly start: ClassifierStart;
  /** n. */
  readonly qubits: number;
  /** Draws: the first training pictures, each with weights of its own. */
  readonly samples: number;
  /** Draw k takes stream k. @default {0} */
  readonly seed?: number;
}

/** A row of the experiment that is a circuit. */
type Evolution = Extract<CircuitRow, { kind: "circuit" }>;

/** The rows of the experiment, by how a picture comes in. */
const ROWS = Object.fromEntries(
  Object.values(CIRCUIT_ROWS).flatMap((row) => row.kind === "circuit" && row.entangling ? [[row.encoding, row]] : []),
) as Readonly<Record<SampleEncoding, Evolution>>;

/** Inputs that a layer uploads for each qubit. */
const UPLOADS_A_QUBIT = 3;

/**
 * Gives the row of the experiment with another number of qubits: layers as they are, pictures as large as it can take in.
 *
 * @param encoding how pictures come in
 * @param qubits n
 * @returns the row; null where there is none: amplitudes of a square picture need an even number of qubits
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Ten qubits hold 32 x 32 pixels
 * ```ts
 * import { classifierOfSize } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(classifierOfSize("amplitudes", 10)?.side, 32);
 * ```
 */
export function classifierOfSize(
  encoding: SampleEncoding,
  qubits: number,
): Extract<CircuitRow, { kind: "circuit" }> | null {
  const row = ROWS[encoding];
  if (encoding === "amplitudes") return qubits % 2 === 1 ? null : { ...row, qubits, side: 2 ** (qubits / 2) };
  const most = encoding === "angles" ? Infinity : row.layers * UPLOADS_A_QUBIT * qubits;
  return { ...row, qubits, side: Math.min(row.side, Math.floor(Math.sqrt(most))) };
}

/**
 * Measures the gradients that a classifier starts its training with: of `<Z0>`, its first logit before scale and shift, by one angle.
 *
 * The angle is that of X on qubit 0 in the middle layer, so that it can be laid beside `measureBarrenPlateau` and `twoDesignVariance`. A
 * coefficient is half an angle; derivatives are by angles. `uniform` draws all coefficients from a whole turn of their angles
 * in place of close to 0; weights of uploads are drawn as trainings draw them.
 *
 * @param data pictures
 * @param options see {@link ClassifierGradientOptions}
 * @returns the row
 * @throws {RangeError} if there are not so many training pictures, samples are fewer than two, or there is no circuit of this size
 *
 * Cost samples times a gradient of the circuit.
 * Source: that of `measureBarrenPlateau`.
 *
 * @example With coefficients close to 0 the gradient is no smaller than with coefficients from anywhere
 * ```ts
 * import { measureClassifierGradients } from "qama/experiments";
 * import { loadGlyphs } from "qama/datasets";
 * import { assert } from "@std/assert";
 * const data = await loadGlyphs({ trainCount: 40, testCount: 2 });
 * const size = { encoding: "angles", qubits: 6, samples: 40 } as const;
 * const [own, uniform] = (["own", "uniform"] as const).map((start) => measureClassifierGradients(data, { ...size, start }));
 * assert(own.meanSquare > uniform.meanSquare);
 * ```
 */
export function measureClassifierGradients(
  data: ImageData,
  options: ClassifierGradientOptions,
): ClassifierGradientRow {
  const cannot = "Cannot measure the gradients of a classifier";
  const { encoding, start, qubits, samples, seed = 0 } = options;
  const row = classifierOfSize(encoding, qubits);
  if (row === null) throw new RangeError(`${cannot}: ${qubits} qubits hold no square picture as ${encoding}`);
  if (!Number.isSafeInteger(samples) || samples < 2 || samples > data.train.count) {
    throw new RangeError(`${cannot}: samples must be an integer from 2 to ${data.train.count}, got ${samples}`);
  }
  const { rows, columns, channels } = data;
  const { side, layers } = row;
  const pixels = new Float64Array(samples * side * side);
  poolPictures(data.train.images, samples, { rows, columns, channels, side }, pixels);
  const model = new CircuitModel(wasmKernels(), row, 1, 1);
  const { open } = model;
  try {
    const angles = coefficientAngles(open.circuit.operations);
    const middle = angles.filter(({ label }) => label === "X0")[layers >> 1];
    const slopes: number[] = [];
    let squares = 0;
    for (let k = 0; k < samples; k++) {
      model.initialise(seed * samples + k);
      if (start === "uniform") {
        const rng = new Rng(seed, k);
        for (const { parameter, factor } of angles) model.weights[parameter] = 2 * Math.PI / factor * rng.uniform();
        model.refresh();
      }
      model.take(pixels.subarray(k * side * side, (k + 1) * side * side), 1);
      const { parameters } = open.gradient(model.values);
      slopes.push(parameters[middle.parameter] / middle.factor);
      for (const { parameter, factor } of angles) squares += (parameters[parameter] / factor) ** 2;
    }
    return {
      ...{ encoding, start, qubits, layers },
      ...varianceEstimate(slopes),
      meanSquare: squares / (samples * angles.length),
    };
  } finally {
    open.close();
  }
}

/** The rotations whose angle is a coefficient times a factor. */
function coefficientAngles(operations: CircuitModel["open"]["circuit"]["operations"]) {
  return operations.flatMap((operation) => {
    if (operation.kind !== "rotation" || typeof operation.angle === "number") return [];
    const { parameter, input, factor = 1 } = operation.angle;
    return parameter === undefined || input !== undefined ? [] : [{ parameter, factor, label: operation.string.label }];
  });
}
