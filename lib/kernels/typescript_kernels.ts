import { annealHeads } from "./_anneal_heads.ts";
import { annealSoft } from "./_anneal_soft.ts";
import { divergences, divergencesBackward } from "./_divergence.ts";
import * as features from "./_feature_attention.ts";
import * as gathered from "./_gathered_softmax.ts";
import * as hashed from "./_hashed_lists.ts";
import * as baths from "./_heat_baths.ts";
import * as heads from "./_heads.ts";
import * as listed from "./_listed_attention.ts";
import * as rows from "./_rows.ts";
import type { Kernels } from "./kernels.ts";

/**
 * Opens the TypeScript kernels: readable twins of the WebAssembly kernels, and their oracle.
 *
 * @returns kernels whose arena hands out ordinary arrays
 *
 * Cost O(1); the kernels themselves are several times slower than `wasmKernels`.
 *
 * @example The product of 2 and 3
 * ```ts
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const kernels = typescriptKernels();
 * const [a, b, c] = [2, 3, 0].map((value) => kernels.float32(1).fill(value));
 * kernels.matmul(1, 1, 1, a, 1, 1, b, 1, 1, c, 1);
 * assertEquals(c[0], 6);
 * ```
 */
export function typescriptKernels(): Kernels {
  return {
    name: "typescript",
    float32: (length) => new Float32Array(whole(length)),
    float64: (length) => new Float64Array(whole(length)),
    uint32: (length) => new Uint32Array(whole(length)),
    uint8: (length) => new Uint8Array(whole(length)),
    used: 0,
    release: () => {},
    ...rows,
    batchedMatmul: (count, m, n, k, a, ar, ac, as, b, br, bc, bs, c, cr, cs, accumulate) => {
      for (let p = 0; p < count; p++) {
        rows.matmul(
          m,
          n,
          k,
          a.subarray(p * as),
          ar,
          ac,
          b.subarray(p * bs),
          br,
          bc,
          c.subarray(p * cs),
          cr,
          accumulate,
        );
      }
    },
    ...heads,
    ...gathered,
    ...listed,
    ...hashed,
    ...features,
    ...baths,
    annealHeads,
    divergences,
    divergencesBackward,
    annealSoft,
  };
}

// typed arrays would round a broken length down
function whole(length: number): number {
  if (!Number.isInteger(length) || length < 0) {
    throw new RangeError(`Cannot make room: a length must be an integer of 0 or more, got ${length}`);
  }
  return length;
}
