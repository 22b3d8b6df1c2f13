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
}

/** Sizes of the residual stream that an attention block reads and adds to. */
export interface BlockShape {
  /** S, the most samples a call may have. */
  readonly samples: number;
  /** N, tokens. */
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
  /** x of the last forward pass, `[S, H, N]`; null where nothing is selected. */
  readonly chosen: Bytes | null;
  /** The problems of the last forward pass of `samples` samples, copied out; absent where nothing is selected. */
  problem?(samples: number): AttentionProblem;
  /** Says where weights are read and gradients are added, views of the block's arena in the order of `parameters`. */
  bind(weights: readonly Floats[], gradients: readonly Floats[]): void;
  /** Takes up changed weights; clears the gradients that `collect` would add. */
  refresh(): void;
  /** `y += attention(x)`, `[samples, N, D]`; y may be x. Sample s solves with stream `firstStream + s` of `seed`. */
  forward(samples: number, x: Floats, y: Floats, seed: number, firstStream: number): void;
  /** `dx += J^T dy` for the last forward pass, the selection held constant; dx may be dy. */
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
