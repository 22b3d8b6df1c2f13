import type { Floats, Kernels } from "../kernels/mod.ts";
import { take } from "./_take.ts";
import type { BlockShape } from "./block.ts";

/** The weights `c e Wv` `[H, D]` of the fields `h = c v . e`: with them the projection makes the fields as H more columns. */
export class FoldedFields {
  readonly weight: Floats;
  /** Their gradient, until it is collected. */
  readonly dweight: Floats;
  /** Gradient of e in the readout, gathered until it is collected. */
  readonly de: Floats;
  readonly #heads: number;
  readonly #width: number;
  readonly #perHead: boolean;
  /** c. */
  readonly #scale: number;

  constructor(kernels: Kernels, { heads, width }: BlockShape, direction: "shared" | "perHead") {
    const D = heads * width;
    this.weight = kernels.float32(heads * D);
    this.dweight = kernels.float32(heads * D);
    this.#perHead = direction === "perHead";
    this.#scale = this.#perHead ? 1 : 1 / width;
    this.de = kernels.float32(this.#perHead ? D : width);
    this.#heads = heads;
    this.#width = width;
  }

  /** Takes up changed e and Wv, and clears the gradients. */
  refresh(e: Floats, values: Floats): void {
    const heads = this.#heads, width = this.#width, D = heads * width;
    for (let t = 0; t < heads; t++) {
      for (let i = 0; i < D; i++) {
        let sum = 0;
        for (let a = 0; a < width; a++) sum += this.#direction(e, t, a) * values[(t * width + a) * D + i];
        this.weight[t * D + i] = sum;
      }
    }
    this.dweight.fill(0);
    this.de.fill(0);
  }

  /** Adds what was gathered to the gradients of e and Wv, and clears it. */
  collect(e: Floats, values: Floats, de: Floats, dvalues: Floats): void {
    const heads = this.#heads, width = this.#width, D = heads * width;
    take(this.de, de);
    for (let t = 0; t < heads; t++) {
      for (let a = 0; a < width; a++) {
        const row = (t * width + a) * D;
        let slope = 0;
        for (let i = 0; i < D; i++) {
          const g = this.dweight[t * D + i];
          dvalues[row + i] += this.#direction(e, t, a) * g;
          slope += values[row + i] * g;
        }
        de[this.#perHead ? t * width + a : a] += this.#scale * slope;
      }
    }
    this.dweight.fill(0);
  }

  #direction(e: Floats, t: number, a: number): number {
    return this.#scale * e[this.#perHead ? t * this.#width + a : a];
  }
}
