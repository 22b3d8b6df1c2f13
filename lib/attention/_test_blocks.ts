import { type Floats, type Kernels, typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { type AttentionBlock, type BlockShape, sizeOf } from "./block.ts";

/** A block with its arrays bound: gradients by name, all in one arena. */
export interface BoundBlock {
  readonly block: AttentionBlock;
  readonly kernels: Kernels;
  readonly shape: BlockShape;
  readonly weights: Readonly<Record<string, Floats>>;
  readonly gradients: Readonly<Record<string, Floats>>;
}

/** What one pass forth and back left, from zeroed outputs and gradients. */
export interface BlockRun {
  readonly output: Floats;
  readonly dx: Floats;
  readonly gradients: Readonly<Record<string, Floats>>;
}

/** Both kinds of kernels. */
export function bothKernels(): Kernels[] {
  return [typescriptKernels(), wasmKernels({ bytes: 2 ** 25 })];
}

/** An array of an arena with these values. */
export function place(kernels: Kernels, values: ArrayLike<number>): Floats {
  const array = kernels.float32(values.length);
  array.set(values);
  return array;
}

/** Numbers from N(0, 1) that a float32 holds exactly, so that float64 oracles read the same. */
export function normals(length: number, stream: number): Float64Array {
  const rng = new Rng(60, stream);
  return Float64Array.from({ length }, () => Math.fround(rng.normal()));
}

/** Opens a block, binds the weights and takes them up. */
export function bindBlock(
  kernels: Kernels,
  open: (kernels: Kernels, shape: BlockShape) => AttentionBlock,
  shape: BlockShape,
  values: Readonly<Record<string, ArrayLike<number>>>,
): BoundBlock {
  const block = open(kernels, shape);
  const names = block.parameters.map(({ name }) => name);
  const missing = block.parameters.filter(({ name, shape }) => values[name]?.length !== sizeOf(shape));
  if (missing.length > 0) throw new TypeError(`No values of the right length for ${missing.map(({ name }) => name)}`);
  const arrays = (make: (name: string) => Floats) => Object.fromEntries(names.map((name) => [name, make(name)]));
  const weights = arrays((name) => place(kernels, values[name]));
  const gradients = arrays((name) => kernels.float32(values[name].length));
  block.bind(names.map((name) => weights[name]), names.map((name) => gradients[name]));
  block.refresh();
  return { block, kernels, shape, weights, gradients };
}

/** Runs all samples forth and back; `dy` is the gradient of the output. */
export function runBlock(bound: BoundBlock, X: ArrayLike<number>, dy: ArrayLike<number>, seed = 1): BlockRun {
  const { block, kernels, shape, gradients } = bound;
  const [x, output, dx] = [place(kernels, X), kernels.float32(X.length), kernels.float32(X.length)];
  block.forward(shape.samples, x, output, seed, 0);
  block.backward(shape.samples, place(kernels, dy), dx);
  block.collect();
  return { output, dx, gradients };
}
