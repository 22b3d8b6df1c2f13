import { createHash, type Hash } from "node:crypto";
import { forEachPair } from "./_terms.ts";
import type { Model } from "./types.ts";
import { finished, inBlocks, type Work } from "./work.ts";

const BUFFER_BYTES = 1 << 16;
// times what a number takes elsewhere
const HASHING = 4;
const known = new WeakMap<Model, string>();

/**
 * Identifies a model: SHA-256, in hexadecimal, of its canonical bytes.
 *
 * The bytes are the vartype, n, the offset, every `linear_i`, then `(i, j, C_ij)` for each pair i < j with `C_ij != 0`, in
 * order; numbers little-endian, -0 written as 0. So the dense and the sparse form of a model have one fingerprint. A
 * factored model is identified by its factors A and B instead, and never shares a fingerprint with the matrix they make:
 * that matrix depends on how its sums are rounded. A model and its conversion to the other vartype differ.
 *
 * @returns 64 hexadecimal digits; remembered for as long as the model lives
 *
 * Cost O(n^2) dense, O(n + m) sparse, O(n d) factored; O(1) when asked again.
 *
 * @example Dense and sparse are one model
 * ```ts
 * import { fingerprint, isingModel, sparseCouplings, toDense } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(3, [[0, 2, -1]]) });
 * assertEquals(fingerprint(toDense(model)), fingerprint(model));
 * ```
 */
export function fingerprint(model: Model): string {
  return finished(fingerprintWork(model));
}

/**
 * Identifies a model as {@link fingerprint} does, in slices, so that who asks can stop.
 *
 * @returns work whose result is the fingerprint; it is remembered when the work is done
 *
 * Cost that of {@link fingerprint}.
 *
 * @example The same digits
 * ```ts
 * import { fingerprint, fingerprintWork, finished, isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(3, [[0, 2, -1]]) });
 * assertEquals(finished(fingerprintWork(model)), fingerprint(model));
 * ```
 */
export function* fingerprintWork(model: Model): Work<string> {
  const remembered = known.get(model);
  if (remembered !== undefined) return remembered;
  const writer = new Writer();
  const { couplings } = model;
  const form = couplings.form === "factored" ? "factored" : "pairs";
  writer.text(`qama model 1\n${model.vartype} ${form}\n`);
  writer.integer(model.n);
  writer.float(model.offset);
  model.linear.forEach((value) => writer.float(value));
  if (couplings.form === "factored") {
    writer.integer(couplings.width);
    for (const factor of [couplings.left, couplings.right]) {
      yield* inBlocks(factor.length, 1, (from, to) => {
        for (let k = from; k < to; k++) writer.float(factor[k]);
      });
    }
  } else {
    const width = couplings.form === "dense" ? model.n : couplings.values.length / Math.max(1, model.n);
    const write = (i: number, j: number, value: number) => {
      writer.integer(i);
      writer.integer(j);
      writer.float(value);
    };
    yield* inBlocks(model.n, HASHING * width, (from, to) => forEachPair(couplings, write, from, to));
  }
  const digest = writer.digest();
  known.set(model, digest);
  return digest;
}

class Writer {
  readonly #hash: Hash = createHash("sha256");
  readonly #bytes = new Uint8Array(BUFFER_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;

  text(text: string): void {
    this.#flush();
    this.#hash.update(text);
  }

  integer(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#used, value, true);
    this.#used += 4;
  }

  float(value: number): void {
    this.#reserve(8);
    // adding 0 turns -0 into 0 and changes nothing else
    this.#view.setFloat64(this.#used, value + 0, true);
    this.#used += 8;
  }

  digest(): string {
    this.#flush();
    return this.#hash.digest("hex");
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes > BUFFER_BYTES) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}
