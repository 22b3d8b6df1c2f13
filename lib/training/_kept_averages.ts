import { type ParameterSpec, sizeOf } from "../attention/mod.ts";
import type { Floats } from "../kernels/mod.ts";

/** What a kept average keeps of itself in a step. */
const KEPT = 0.9;

/** The kept averages among the weights of a model: a step moves them, but not the optimiser. */
export class KeptAverages {
  /** Number of their values. */
  readonly count: number;
  readonly #ranges: readonly { readonly from: number; readonly end: number }[];

  /** Finds them among parameters that lie one after the other. */
  constructor(parameters: readonly ParameterSpec[]) {
    let top = 0;
    this.#ranges = parameters.flatMap(({ shape, running }) => {
      const range = { from: top, end: top += sizeOf(shape) };
      return running ? [range] : [];
    });
    this.count = this.#ranges.reduce((sum, { from, end }) => sum + end - from, 0);
  }

  /** Takes up the batch's mean of each, `w = 0.9 w + 0.1 g / batch`, and leaves the optimiser no gradient of it. */
  take(weights: Floats, gradients: Floats, batch: number): void {
    for (const { from, end } of this.#ranges) {
      for (let i = from; i < end; i++) {
        weights[i] = KEPT * weights[i] + (1 - KEPT) * gradients[i] / batch;
        gradients[i] = 0;
      }
    }
  }
}
