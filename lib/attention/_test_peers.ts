import { centralDifferences } from "../testing/_central_differences.ts";
import { assertTensorClose, type SoftmaxTwinInputs } from "../testing/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { type AttentionBlock, type BlockShape, sizeOf } from "./block.ts";

/** Opens a block. */
export type Open = (kernels: Kernels, shape: BlockShape) => AttentionBlock;
/** The values of every parameter of a block, by name. */
export type Values = Record<string, Float64Array>;

/** Sizes that blocks are compared with their twins at. */
export const PEER_SHAPES: readonly BlockShape[] = [[3, 2, 5, 3], [1, 3, 9, 5], [2, 1, 7, 8], [2, 2, 12, 4]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));

/** Values of every parameter that a float32 holds exactly: gains near 1, weights small enough for a softmax that is no maximum. */
export function valuesOf(open: Open, shape: BlockShape): Values {
  const { parameters } = open(bothKernels()[0], shape);
  return Object.fromEntries(parameters.map(({ name, shape, initial }, stream) => {
    const scale = "uniform" in initial ? initial.uniform : 0.5;
    const shift = "constant" in initial ? initial.constant : 0;
    return [name, normals(sizeOf(shape), stream).map((value) => Math.fround(scale * value + shift))];
  }));
}

/** What the twins of blocks with q, k and v of their own take. */
export function twinInputs(shape: BlockShape, X: Float64Array, values: Values): SoftmaxTwinInputs {
  const { samples, heads, tokens, width } = shape;
  return {
    shape: { batch: samples, heads, tokens, modelWidth: heads * width },
    ...{ X, Wqkv: values.Wqkv, ln: { gamma: values.gain, beta: values.shift } },
  };
}

/**
 * Compares a block with its float64 twin: output, and the gradients of x and of every parameter with central differences of
 * the twin, in both kinds of kernels. Returns the largest error of an output over its largest entry.
 */
export function compareWithTwin(
  open: Open,
  shape: BlockShape,
  twin: (X: Float64Array, values: Values) => Float64Array,
  tolerance = 2e-5,
): number {
  const values = valuesOf(open, shape);
  const size = shape.samples * shape.tokens * shape.heads * shape.width;
  const [X, G] = [normals(size, 20), normals(size, 21)];
  const expected = twin(X, values);
  const loss = () => twin(X, values).reduce((sum, value, i) => sum + value * G[i], 0);
  const slopes = Object.fromEntries(Object.entries(values).map(([name, w]) => [name, centralDifferences(loss, w)]));
  const slope = centralDifferences(loss, X);
  const top = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  let error = 0;
  for (const kernels of bothKernels()) {
    const { output, dx, gradients } = runBlock(bindBlock(kernels, open, shape, values), X, G);
    assertTensorClose(output, expected, tolerance);
    assertTensorClose(dx, slope, tolerance);
    for (const name of Object.keys(values)) assertTensorClose(gradients[name], slopes[name], tolerance);
    output.forEach((value, i) => error = Math.max(error, Math.abs(value - expected[i]) / top));
  }
  return error;
}
