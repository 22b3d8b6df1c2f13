import { type AnnealingKernel, integerUnitWork, wasmAnnealingWork } from "../kernels/mod.ts";
import type { IsingModel, Model, Work } from "../model/mod.ts";
import { factoredSums, factoredSweep, type Factors, factorsOf } from "./_factored_annealing.ts";
import { isingArrays } from "./_ising_arrays.ts";

const DENSIFY_BELOW_VARIABLES = 64;
const DENSIFY_BELOW_WIDTHS = 4;

/** A kernel for a model, and what its work costs. */
export interface Annealer {
  readonly kernel: AnnealingKernel;
  /** Steps of a sweep that flips every spin. */
  readonly sweepWork: number;
  /** Steps to compute the field of one spin. */
  readonly fieldWork: number;
  /** True if the kernel's fields are exact: its local minima are those of the model. */
  readonly exact: boolean;
  /** The model's energy of the state, the same bits as `energy` gives, in a fraction of its time; undefined where sums round. */
  energy(): number | undefined;
}

/**
 * Chooses the kernel by form and size: integers where 16 bits hold them, factored couplings as they are where n is large.
 *
 * @param ising the model in Ising form, without the offset of the model
 */
export function* annealerOf(model: Model, ising: IsingModel): Work<Annealer> {
  const { couplings: given, n } = ising;
  if (given.form === "factored" && n > Math.max(DENSIFY_BELOW_VARIABLES, DENSIFY_BELOW_WIDTHS * given.width)) {
    const kernel = new FactoredKernel(n, factorsOf(given), ising.linear);
    return {
      kernel,
      sweepWork: 2 * n * given.width,
      fieldWork: 2 * given.width,
      exact: false,
      energy: () => undefined,
    };
  }
  const { couplings, h } = yield* isingArrays(ising);
  const unit = yield* integerUnitWork(n, h, couplings);
  const precision = unit === undefined ? "float32" : "int16";
  const kernel = yield* wasmAnnealingWork({ n, h, couplings, precision, unit: unit ?? 1 });
  const lanes = unit === undefined ? 4 : 8;
  const row = couplings.form === "dense" ? n / lanes : couplings.values.length / Math.max(1, n);
  // whole multiples of one unit: every sum is exact in whatever order
  const whole = unit !== undefined && model.linear.every((value) => value % unit === 0);
  const energy = () => {
    kernel.fields(0, kernel.padded);
    const own = kernel.energy();
    return own === undefined ? undefined : own + ising.offset + model.offset;
  };
  const works = { sweepWork: n * (4 + row), fieldWork: 1 + row };
  return { kernel, ...works, exact: unit !== undefined, energy: whole ? energy : () => undefined };
}

/** The kernel of factored couplings, in float64. */
class FactoredKernel implements AnnealingKernel {
  readonly name = "factored float64 typescript";
  readonly padded: number;
  readonly #J: Factors;
  readonly #h: Float64Array;
  readonly #s: Int8Array;
  readonly #rng = new Uint32Array(4);
  #half = 0;

  constructor(n: number, J: Factors, h: Float64Array) {
    this.padded = n;
    this.#J = J;
    this.#h = h;
    this.#s = new Int8Array(n);
  }

  start(spins: Int8Array, words: Uint32Array): void {
    this.#s.set(spins);
    this.#rng.set(words.subarray(0, 4));
    this.#half = 0;
  }

  fields(): void {
    factoredSums(this.padded, this.#J, this.#s);
  }

  anneal(from: number, to: number, betas: Float32Array, count: number, heatBath: boolean, enough: number): number {
    for (let sweep = 0; sweep < count; sweep++) {
      this.#half += factoredSweep(this.#J, this.#h, this.#s, from, to, betas[sweep], heatBath, this.#rng);
      if (this.gained >= enough) return sweep + 1;
    }
    return count;
  }

  get gained(): number {
    return 2 * this.#half;
  }

  read(spins: Int8Array): void {
    spins.set(this.#s);
  }

  energy(): undefined {}

  close(): void {}
}
