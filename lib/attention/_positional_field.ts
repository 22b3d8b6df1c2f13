import type { Floats, Kernels } from "../kernels/mod.ts";
import type { BlockShape } from "./block.ts";

/** The learned field p `[H, N]` of every position, and of samples with fewer tokens its first ones, head by head. */
export class PositionalField {
  /** Gradient of p, gathered until it is taken. */
  readonly gradient: Floats;
  readonly #short: Floats;
  readonly #heads: number;
  readonly #tokens: number;

  constructor(kernels: Kernels, { heads, tokens }: BlockShape) {
    this.gradient = kernels.float32(heads * tokens);
    this.#short = kernels.float32(heads * tokens);
    this.#heads = heads;
    this.#tokens = tokens;
  }

  /** p of the first tokens; all of it is where it was. Good until the next call. */
  of(tokens: number, p: Floats): Floats {
    const short = this.#short, N = this.#tokens;
    if (tokens === N) return p;
    for (let t = 0; t < this.#heads; t++) short.set(p.subarray(t * N, t * N + tokens), t * tokens);
    return short;
  }

  /** Where the gradient of p of the first tokens is added to; `gather` takes it from there. */
  slopes(tokens: number): Floats {
    return tokens === this.#tokens ? this.gradient : this.#short.fill(0, 0, this.#heads * tokens);
  }

  /** Adds what was written to `slopes` of so many tokens to the gradient. */
  gather(tokens: number): void {
    const N = this.#tokens;
    if (tokens === N) return;
    for (let t = 0; t < this.#heads; t++) {
      for (let i = 0; i < tokens; i++) this.gradient[t * N + i] += this.#short[t * tokens + i];
    }
  }
}
