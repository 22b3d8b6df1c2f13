import type { Bytes, Floats } from "../kernels/mod.ts";
import type { AttentionProblem } from "./types.ts";

/** A trainable array of a block, and what it starts from. */
export interface ParameterSpec {
  /** Name, unique in its block. */
  readonly name: string;
  /** Sizes, outermost first; a weight is `[out, in]`. */
  readonly shape: readonly number[];
  /** Starting values: a constant, uniform on [-bound, bound], or normal with this standard deviation. */
  readonly initial: { readonly constant: number } | { readonly uniform: number } | { readonly normal: number };
  /**
   * True: a kept average, such as batch norm's, that the optimiser leaves alone. In the place of its gradient a block adds what
   * each call saw, times the samples of the call; a trainer keeps `0.9 w + 0.1 g / batch`. @default {false}
   */
  readonly running?: boolean;
}

/** Sizes of the residual stream that an attention block reads and adds to. */
export interface BlockShape {
  /** S, the most samples a call may have. */
  readonly samples: number;
  /** N, tokens: the most a sample may have. */
  readonly tokens: number;
  /** H, heads. */
  readonly heads: number;
  /** d, width of a head; the stream is D = H d wide. */
  readonly width: number;
}

/**
 * One attention with its norm and projections, forward and backward, as one fused operation on an arena.
 *
 * The order of calls: `bind` once, `refresh` whenever weights changed, then any number of `forward` and `backward`
 * pairs, then `collect`. Nothing is allocated after construction.
 */
export interface AttentionBlock {
  /** Name that records carry. */
  readonly name: string;
  /** What is trained, in the order of `bind`. */
  readonly parameters: readonly ParameterSpec[];
  /** Selections a head makes, one for each block of queries. @default {1} */
  readonly selections?: number;
  /** x of the last forward pass, `[S, H, N]`, or `[S, H, selections, N]`, with lengths `[H, length]` a sample; null where nothing is selected. */
  readonly chosen: Bytes | null;
  /** The first `samples` problems of the last forward pass, all of one length, copied out; absent where nothing is selected. */
  problem?(samples: number): AttentionProblem;
  /** Says where weights are read and gradients are added, views of the block's arena in the order of `parameters`. */
  bind(weights: readonly Floats[], gradients: readonly Floats[]): void;
  /** Takes up changed weights; clears the gradients that `collect` would add. */
  refresh(): void;
  /** Says whether the forward passes that follow train: what keeps averages over samples then takes up new ones. */
  setTraining?(training: boolean): void;
  /**
   * Says what share of training is done, 0 to 1, for the forward passes that follow: a block whose energy changes over training takes it
   * up. 1 until it is called, so that what is trained runs as it ended.
   */
  setProgress?(progress: number): void;
  /**
   * `y += attention(x)`, `[samples, N, D]`; y may be x. Sample s solves with stream `firstStream + s` of `seed`.
   *
   * With `lengths`, sample s has `lengths[s]` tokens, 1 to N, and the rows of the samples follow one another without gaps:
   * each sample is attended to as if it were alone, so that there is no padding to mask.
   */
  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number, lengths?: Int32Array): void;
  /** `dx += J^T dy` for the last forward pass and its lengths, as far as its estimator passes the selection; dx may be dy. */
  backward(samples: number, dy: Floats, dx: Floats): void;
  /** Adds the gradients of all backward passes since `refresh` or the last `collect` to the bound gradients. */
  collect(): void;
}

/**
 * Counts the values of a parameter: the product of its sizes.
 *
 * @param shape sizes
 * @returns the number of values, 1 for a scalar
 *
 * Cost O(rank).
 *
 * @example A matrix of 2 by 3
 * ```ts
 * import { sizeOf } from "qama/attention";
 * import { assertEquals } from "@std/assert";
 * assertEquals(sizeOf([2, 3]), 6);
 * ```
 */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
