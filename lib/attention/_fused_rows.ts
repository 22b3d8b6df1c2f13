import type { Floats, Kernels } from "../kernels/mod.ts";
import { Projection } from "./projection.ts";
import type { BlockShape, ParameterSpec } from "./block.ts";

/**
 * The part that classical attentions share: a layer norm and one bias-free projection to rows [q | k | v], or [q | v] where
 * keys are queries.
 */
export class FusedRows {
  /** `gain`, `shift` `[D]` and the projection `[parts D, D]`. */
  readonly parameters: readonly ParameterSpec[];
  /** Floats from one row to the next. */
  readonly stride: number;
  /** D. */
  readonly width: number;
  /** What `forward` projected, `[rows, stride]`. */
  readonly rows: Floats;
  /** Gradient of `rows`, to be written before `backward`. */
  readonly drows: Floats;
  readonly #projection: Projection;
  #count = 0;

  constructor(kernels: Kernels, { samples, tokens, heads, width }: BlockShape, weight: "Wqkv" | "Wqv") {
    const D = heads * width;
    const columns = (weight.length - 1) * D;
    this.width = D;
    this.stride = columns;
    this.rows = kernels.float32(samples * tokens * columns);
    this.drows = kernels.float32(samples * tokens * columns);
    this.#projection = new Projection(kernels, samples * tokens, D, columns);
    this.parameters = [
      { name: "gain", shape: [D], initial: { constant: 1 } },
      { name: "shift", shape: [D], initial: { constant: 0 } },
      { name: weight, shape: [columns, D], initial: { uniform: 1 / Math.sqrt(D) } },
    ];
  }

  /** Takes gain, shift and weight from the front of both lists. */
  bind([gain, shift, weight]: readonly Floats[], [dgain, dshift, dweight]: readonly Floats[]): void {
    this.#projection.bind([{ out: this.stride, weight, dweight, gain, dgain, shift, dshift }]);
  }

  refresh(): void {
    this.#projection.refresh();
  }

  /** Projects `count` rows of x. */
  forward(count: number, x: Floats): void {
    this.#count = count;
    this.#projection.forward(count, x, this.rows);
  }

  /** Adds the gradient of x, from `drows`. */
  backward(dx: Floats): void {
    this.#projection.backward(this.#count, this.drows, dx);
  }

  collect(): void {
    this.#projection.collect();
  }
}
