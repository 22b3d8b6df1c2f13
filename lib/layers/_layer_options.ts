import type * as tf from "@tensorflow/tfjs";

/** Options of every layer of TensorFlow.js. */
const TENSORFLOW_OPTIONS: readonly string[] = [
  ...["name", "trainable", "dtype", "inputShape", "batchInputShape", "batchSize", "weights"],
];

/** Options of every attention layer. */
export const LAYER_OPTIONS: readonly string[] = [
  ...["heads", "seed", "trainingCalls", "memoryBytes", ...TENSORFLOW_OPTIONS],
];

/** The part of some options that is for TensorFlow.js. */
export function layerArgs(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => TENSORFLOW_OPTIONS.includes(key)));
}

/** Throws unless there are options. */
export function checkGiven(className: string, options: object): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`Cannot make ${className}: expected options, { heads } at least, got ${options}`);
  }
}

/** Throws unless a number is an integer from `least`. */
export function checkInteger(className: string, name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`Cannot make ${className}: ${name} must be an integer from ${least}, got ${value}`);
  }
}

/** Sizes of what a layer is given, `[B, N, D]`; throws unless they fit. */
export function inputSizes(
  layer: string,
  shape: tf.Shape | tf.Shape[],
  heads: number,
): { tokens: number; width: number } {
  const shapes = shape.filter((entry) => Array.isArray(entry));
  if (shapes.length > 0) {
    if (shapes.length === 1) return inputSizes(layer, shapes[0], heads);
    throw new TypeError(`Cannot build ${layer}: it takes one input [batch, tokens, width], got ${shapes.length}`);
  }
  const [, tokens, width] = shape;
  const text = `[${shape.map((size) => size ?? "any").join(", ")}]`;
  if (shape.length !== 3) {
    throw new TypeError(`Cannot build ${layer}: expected an input of rank 3, [batch, tokens, width], got ${text}`);
  }
  if (typeof tokens !== "number" || typeof width !== "number" || tokens < 1 || width < 1) {
    throw new TypeError(`Cannot build ${layer}: the numbers of tokens and features must be fixed, got ${text}`);
  }
  if (width % heads !== 0) {
    throw new RangeError(
      `Cannot build ${layer}: ${heads} heads do not divide the width ${width} of the input; choose heads that do`,
    );
  }
  return { tokens, width };
}

/** Throws unless every number is finite, naming the first that is not by its place. */
export function checkFinite(what: string, values: Float32Array, shape: readonly number[], wayOut: string): void {
  // 0 times anything but a finite number is NaN, and NaN stays
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * values[i];
  if (sum === 0) return;
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  const place: number[] = [];
  for (let axis = shape.length - 1, rest = wrong; axis >= 0; rest = Math.floor(rest / shape[axis--])) {
    place.unshift(rest % shape[axis]);
  }
  throw new RangeError(`${what}[${place.join(", ")}] must be finite, got ${values[wrong]}; ${wayOut}`);
}
