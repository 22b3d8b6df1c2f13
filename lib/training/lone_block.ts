import type { AttentionBlock, BlockShape } from "../attention/mod.ts";
import { type Floats, type Kernels, wasmKernels } from "../kernels/mod.ts";
import { drawWeights, openArrays } from "./_trunk.ts";

/** An attention block without a model around it. */
export interface LoneBlock {
  /** The block, with its starting weights. */
  readonly block: AttentionBlock;
  /** What the block takes of its arena, weights and input left out. */
  readonly bytes: number;
  /**
   * Runs one sample.
   *
   * @param x what the block reads, `[N, D]`
   * @param seed seed of the solver. @default {1}
   * @returns `x + attention(x)`, a view that holds until the next call
   * @throws {TypeError} if x does not fit the shape
   */
  forward(x: ArrayLike<number>, seed?: number): Float32Array;
}

/** How {@link openLoneBlock} opens a block. */
export interface LoneBlockOptions {
  /** Seed of the starting weights. @default {1} */
  readonly seed?: number;
  /** The most that block, weights and input may take. @default {2^29} */
  readonly bytes?: number;
}

/**
 * Opens an attention block on an arena of its own, with starting weights, to try it or to time it.
 *
 * @param open `softmaxBlock`, or `(kernels, shape) => qamaBlock(kernels, shape, qamaV2())`
 * @param shape tokens, heads and width of a head
 * @returns the block, what it takes, and a forward pass of one sample
 * @throws {RangeError} if a size is not an integer of 1 or more, or `bytes` do not suffice
 *
 * Cost that of the block, and its weights.
 *
 * @example Softmax attention keeps a share for every pair of tokens
 * ```ts
 * import { openLoneBlock } from "qama/training";
 * import { softmaxBlock } from "qama/attention";
 * import { assert, assertEquals } from "@std/assert";
 * const { bytes, forward } = openLoneBlock(softmaxBlock, { tokens: 64, heads: 1, width: 4 });
 * assertEquals(forward(new Float32Array(64 * 4)).length, 64 * 4);
 * assert(bytes > 4 * 64 * 64);
 * ```
 */
export function openLoneBlock(
  open: (kernels: Kernels, shape: BlockShape) => AttentionBlock,
  shape: Omit<BlockShape, "samples">,
  { seed = 1, bytes = 2 ** 29 }: LoneBlockOptions = {},
): LoneBlock {
  const kernels = wasmKernels({ bytes });
  const before = kernels.used;
  const block = open(kernels, { ...shape, samples: 1 });
  const taken = kernels.used - before;
  const size = shape.tokens * shape.heads * shape.width;
  const [input, output] = [0, 1].map(() => kernels.float32(size));
  const arrays = openArrays(kernels, block.parameters);
  drawWeights(arrays, seed);
  const named = (of: Readonly<Record<string, Floats>>) => block.parameters.map(({ name }) => of[name]);
  block.bind(named(arrays.w), named(arrays.g));
  block.refresh();
  return {
    block,
    bytes: taken,
    forward(x, solverSeed = 1) {
      if (x.length !== size) {
        throw new TypeError(`Cannot run the block: expected x of ${size} entries, got ${x.length}`);
      }
      input.set(x);
      output.set(x);
      block.forward(1, input, output, solverSeed, 0);
      return output;
    },
  };
}
