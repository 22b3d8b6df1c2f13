import type { Bytes, Floats, Words } from "./arena.ts";
import type { HeadShape } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";

/** What `Kernels.annealSoft` works on. */
export interface SoftAnnealing extends Omit<HeadShape, "width"> {
  /** q, bits a token, 1 to 16. */
  readonly bits: number;
  /** J, `[S, H, N, N4]`, in general not symmetric, the diagonal counted. */
  readonly couplings: Floats;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** Receives x, `[S, H, N, q]`, the least significant bit first. */
  readonly chosen: Bytes;
  /** Four words a sample, advanced as they are used. */
  readonly states: Words;
  /** `-ln((j + 1/2) / 4096)`, `[4096]`. */
  readonly thresholds: Floats;
  /** Temperature of each sweep over the root mean square of the changes at the start. */
  readonly temperatures: Floats;
  /** Weights of the energy terms; `penalty` is that of one pair of heads, `reach` that of a step between two tokens. */
  readonly weights: {
    readonly quadratic: number;
    readonly linear: number;
    readonly penalty: number;
    readonly reach: number;
  };
  /** {@link softAnnealingScratch} floats. */
  readonly scratch: Floats;
}

/**
 * Floats of scratch that `Kernels.annealSoft` needs: `H N N4 + H N4 + 2 H N + H N q + N q + q`.
 *
 * @param shape sizes; `samples` is not looked at
 * @returns a number of floats; it does not grow with the number of samples
 *
 * Cost O(1).
 *
 * @example One token of one bit
 * ```ts
 * import { softAnnealingScratch } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * assertEquals(softAnnealingScratch({ heads: 1, tokens: 1, bits: 1 }), 4 + 4 + 2 + 1 + 1 + 1);
 * ```
 */
export function softAnnealingScratch(
  { heads, tokens, bits }: Pick<SoftAnnealing, "heads" | "tokens" | "bits">,
): number {
  const stride = roundUp4(tokens);
  return heads * (tokens + 1) * stride + 2 * heads * tokens + (heads + 1) * tokens * bits + bits;
}
