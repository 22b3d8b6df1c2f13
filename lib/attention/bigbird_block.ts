import { type Kernels, roundUp4 } from "../kernels/mod.ts";
import { checkOptionNames } from "../model/mod.ts";
import { checkIntegers } from "./_check_options.ts";
import { Rng } from "../random/mod.ts";
import { ListedBlock } from "./_listed_block.ts";
import type { AttentionBlock, BlockShape } from "./block.ts";

/** Options of {@link bigbirdBlock}. */
export interface BigbirdOptions {
  /** b, tokens that are read together. @default {2} */
  readonly blockSize?: number;
  /** w, an odd number: a block reads itself and (w - 1) / 2 blocks on either side. @default {3} */
  readonly windowBlocks?: number;
  /** r, other blocks that a block reads, drawn for every head. @default {3} */
  readonly randomBlocks?: number;
  /** g, blocks that read all and are read by all: half of them first, half last, the odd one first. @default {2} */
  readonly globalBlocks?: number;
  /** Seed of the random blocks. @default {1} */
  readonly seed?: number;
}

const LEAST = { blockSize: 1, windowBlocks: 1, randomBlocks: 0, globalBlocks: 0, seed: 0 };

/**
 * Opens BigBird's attention as a fused block: every block of tokens reads a window of blocks, some random and some global ones.
 *
 * `y_i += sum_j softmax_j(q_i . k_j / sqrt d) v_j` over the j in blocks that i's block reads; the layer norm and the
 * projection are those of `softmaxBlock`, so that only the attention differs. Window 3, random 3 and global 2 blocks are the
 * paper's; its blocks of 64 tokens would make 64 tokens a single one. Blocks of 2 let a query read 16 of 64 tokens, as many
 * as Longformer's window. The random blocks are drawn once for every head and every number of tokens, and kept.
 *
 * @param kernels the loops, and the arena that everything lives in
 * @param shape sizes of the residual stream
 * @param options sizes and seed, see {@link BigbirdOptions}
 * @returns a block with parameters `gain`, `shift` `[D]` and `Wqkv` `[3 D, D]` (all of q, then k, then v)
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if a size or an option is out of range
 *
 * Cost O(N b (w + r + g) D + N D^2) a sample, forward; two to three times that backward; memory `H` floats a key and query.
 * Source: Zaheer et al., Big Bird: transformers for longer sequences (2020), section 2 and appendix D, arXiv 2007.14062 (the
 * internal construction: global tokens are tokens of the sequence). Differs in: the block size.
 *
 * @example With all blocks in the window it is softmax attention
 * ```ts
 * import { bigbirdKeys } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(bigbirdKeys(3, 0, { blockSize: 1, windowBlocks: 5 }), [[0, 1, 2], [0, 1, 2], [0, 1, 2]]);
 * ```
 */
export function bigbirdBlock(kernels: Kernels, shape: BlockShape, options: BigbirdOptions = {}): AttentionBlock {
  const { blockSize, windowBlocks, randomBlocks, globalBlocks } = checkOptions(options);
  return new ListedBlock("bigbird", kernels, shape, {
    perHead: true,
    keys: (tokens, head) => bigbirdKeys(tokens, head, options),
    places: (N) => {
      const most = Math.min(N, blockSize * (windowBlocks + randomBlocks + globalBlocks));
      return N * roundUp4(most) + Math.min(N, blockSize * globalBlocks) * roundUp4(N);
    },
  });
}

/**
 * Lists the keys that each query of a head of {@link bigbirdBlock} reads.
 *
 * @param tokens N
 * @param head number of the head; head t draws from stream `2^20 t + N` of the seed
 * @param options sizes and seed
 * @returns `[N]` lists of tokens, ascending, fresh; the tokens of a block have the same
 * @throws {TypeError} if there is no such option
 * @throws {RangeError} if an option is out of range
 *
 * Cost O(keys).
 * Source: Zaheer et al., Big Bird: transformers for longer sequences (2020), section 2, arXiv 2007.14062.
 *
 * @example A window of one block and the first one
 * ```ts
 * import { bigbirdKeys } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * const options = { blockSize: 2, windowBlocks: 1, randomBlocks: 0, globalBlocks: 1 };
 * assertEquals(bigbirdKeys(6, 0, options).slice(2), [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 4, 5], [0, 1, 4, 5]]);
 * ```
 */
export function bigbirdKeys(tokens: number, head: number, options: BigbirdOptions = {}): number[][] {
  const { blockSize, windowBlocks, randomBlocks, globalBlocks, seed } = checkOptions(options);
  const blocks = Math.ceil(tokens / blockSize);
  const rng = new Rng(seed, 2 ** 20 * head + tokens);
  const first = Math.ceil(globalBlocks / 2), last = blocks - Math.floor(globalBlocks / 2);
  const isGlobal = (block: number) => block < first || block >= last;
  const lists = Array.from({ length: blocks }, (_, own) => {
    const reads = (block: number) => isGlobal(own) || isGlobal(block) || 2 * Math.abs(own - block) < windowBlocks;
    const read: number[] = [], rest: number[] = [];
    for (let block = 0; block < blocks; block++) (reads(block) ? read : rest).push(block);
    for (let r = 0; r < randomBlocks && rest.length > 0; r++) read.push(...rest.splice(rng.integer(rest.length), 1));
    return read.sort((a, b) => a - b).flatMap((block) => {
      const from = block * blockSize;
      return Array.from({ length: Math.min(blockSize, tokens - from) }, (_, j) => from + j);
    });
  });
  return Array.from({ length: tokens }, (_, i) => lists[Math.floor(i / blockSize)]);
}

function checkOptions(options: BigbirdOptions): Required<BigbirdOptions> {
  const cannot = "Cannot open the BigBird block";
  checkOptionNames(cannot, options, Object.keys(LEAST));
  const { blockSize = 2, windowBlocks = 3, randomBlocks = 3, globalBlocks = 2, seed = 1 } = options;
  const all = { blockSize, windowBlocks, randomBlocks, globalBlocks, seed };
  checkIntegers(cannot, all, LEAST);
  if (windowBlocks % 2 === 0) throw new RangeError(`${cannot}: windowBlocks must be odd, got ${windowBlocks}`);
  return all;
}
