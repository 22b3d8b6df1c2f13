import { Rng } from "../random/mod.ts";

/** Word vectors are drawn from this stream, above those of the other weights. */
const WORD_STREAM = 2 ** 19;
/** Standard deviation of the word vectors at the start, and size of the positions beside them. */
export const WORD_SCALE = 0.1;

/**
 * Trained vectors of words, of which a step changes those that it saw.
 *
 * Adam with moments that rest while a word is not seen (as in "lazy" or "sparse" Adam): a step costs what its words cost,
 * whatever the vocabulary. The gradients of a word's places are added in the order of the batch.
 */
export class WordVectors {
  /** `[V, D]`, shared between threads. */
  readonly table: Float32Array<SharedArrayBuffer>;
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** D. */
  readonly width: number;
  readonly #sums: Float32Array;
  readonly #seen: Uint8Array;

  constructor(words: number, width: number) {
    this.table = new Float32Array(new SharedArrayBuffer(4 * words * width));
    this.m = new Float32Array(words * width);
    this.v = new Float32Array(words * width);
    this.#sums = new Float32Array(words * width);
    this.#seen = new Uint8Array(words);
    this.width = width;
  }

  initialise(seed: number): void {
    const rng = new Rng(seed, WORD_STREAM);
    for (let i = 0; i < this.table.length; i++) this.table[i] = WORD_SCALE * rng.normal();
  }

  /** One step of Adam for the words of `tokens`, row r of `gradients` belonging to token r. */
  step(
    tokens: Int32Array,
    gradients: Float32Array,
    { rate, beta1, beta2, eps, step }: { rate: number; beta1: number; beta2: number; eps: number; step: number },
  ): void {
    const D = this.width, sums = this.#sums, seen = this.#seen;
    const words: number[] = [];
    for (let row = 0; row < tokens.length; row++) {
      const word = tokens[row], to = word * D, from = row * D;
      if (seen[word]) { for (let a = 0; a < D; a++) sums[to + a] += gradients[from + a]; }
      else {
        seen[word] = 1;
        words.push(word);
        for (let a = 0; a < D; a++) sums[to + a] = gradients[from + a];
      }
    }
    const m = this.m, v = this.v, w = this.table;
    const mScale = 1 / (1 - beta1 ** step), vScale = 1 / (1 - beta2 ** step);
    for (const word of words) {
      seen[word] = 0;
      for (let i = word * D; i < (word + 1) * D; i++) {
        const g = sums[i];
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        w[i] -= rate * mScale * m[i] / (Math.sqrt(v[i] * vScale) + eps);
      }
    }
  }
}
