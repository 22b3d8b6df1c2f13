import type { Floats } from "../kernels/mod.ts";

/** Entries of one head of one sample: `rows` rows of `columns` values, `stride` apart. */
export interface NormPart {
  readonly head: number;
  readonly from: number;
  readonly rows: number;
  readonly columns: number;
  readonly stride: number;
}

/** Gain, shift, kept mean and kept variance, or their gradients, `[H]` each. */
export interface NormArrays {
  readonly gamma: Floats;
  readonly beta: Floats;
  readonly mean: Floats;
  readonly variance: Floats;
}

const EPSILON = 1e-5;

/**
 * Batch norm of the entries of a call, a head at a time; with `offDiagonal` the diagonal of each part is left as it is.
 *
 * While training the statistics are those of the call, and `backward` gathers them, times the samples, where the gradients
 * of the kept averages go; else they are the kept ones.
 */
export class BatchNorm {
  readonly #offDiagonal: boolean;
  readonly #mean: Float64Array;
  readonly #rstd: Float64Array;
  readonly #count: Float64Array;
  readonly #unbiased: Float64Array;
  readonly #dgamma: Float64Array;
  readonly #dbeta: Float64Array;
  /** Sums over the parts of one backward pass. */
  readonly #slope: Float64Array;
  readonly #along: Float64Array;
  readonly #keptMean: Float64Array;
  readonly #keptVariance: Float64Array;
  #training = true;
  #weights: NormArrays | null = null;
  #gradients: NormArrays | null = null;

  constructor(heads: number, { offDiagonal = false }: { offDiagonal?: boolean } = {}) {
    this.#offDiagonal = offDiagonal;
    const zeros = () => new Float64Array(heads);
    [this.#mean, this.#rstd, this.#count, this.#unbiased] = [zeros(), zeros(), zeros(), zeros()];
    [this.#dgamma, this.#dbeta, this.#slope, this.#along] = [zeros(), zeros(), zeros(), zeros()];
    [this.#keptMean, this.#keptVariance] = [zeros(), zeros()];
  }

  bind(weights: NormArrays, gradients: NormArrays): void {
    this.#weights = weights;
    this.#gradients = gradients;
  }

  /** Clears what `collect` would add. */
  refresh(): void {
    for (const sums of [this.#dgamma, this.#dbeta, this.#keptMean, this.#keptVariance]) sums.fill(0);
  }

  /** `y = gamma (x - mean) rstd + beta`; y may be x. */
  forward(x: Floats, y: Floats, parts: readonly NormPart[], training: boolean): void {
    const { gamma, beta, mean, variance } = this.#bound();
    this.#training = training;
    if (training) this.#measure(x, parts);
    else {
      for (let t = 0; t < mean.length; t++) {
        this.#mean[t] = mean[t];
        this.#rstd[t] = 1 / Math.sqrt(variance[t] + EPSILON);
      }
    }
    for (const { head, from, rows, columns, stride } of parts) {
      const scale = gamma[head] * this.#rstd[head], offset = beta[head] - scale * this.#mean[head];
      for (let r = 0; r < rows; r++) {
        const at = from + r * stride;
        const skip = this.#offDiagonal ? r : -1;
        for (let c = 0; c < columns; c++) y[at + c] = c === skip ? x[at + c] : scale * x[at + c] + offset;
      }
    }
  }

  // mean and variance in float64, in the order of the parts
  #measure(x: Floats, parts: readonly NormPart[]): void {
    const mean = this.#mean.fill(0), spread = this.#unbiased.fill(0), count = this.#count.fill(0);
    for (const part of parts) {
      mean[part.head] += this.#sum(x, part, 0);
      count[part.head] += part.rows * part.columns - (this.#offDiagonal ? part.rows : 0);
    }
    for (let t = 0; t < mean.length; t++) mean[t] /= Math.max(1, count[t]);
    for (const part of parts) spread[part.head] += this.#squares(x, part, mean[part.head]);
    for (let t = 0; t < mean.length; t++) {
      this.#rstd[t] = 1 / Math.sqrt(spread[t] / Math.max(1, count[t]) + EPSILON);
      // of a single entry, or none, no variance is known
      spread[t] = count[t] > 1 ? spread[t] / (count[t] - 1) : 1;
    }
  }

  #sum(x: Floats, { from, rows, columns, stride }: NormPart, start: number): number {
    let sum = start;
    for (let r = 0; r < rows; r++) {
      const at = from + r * stride;
      for (let c = 0; c < columns; c++) sum += x[at + c];
      if (this.#offDiagonal) sum -= x[at + r];
    }
    return sum;
  }

  #squares(x: Floats, { from, rows, columns, stride }: NormPart, mean: number): number {
    let sum = 0;
    for (let r = 0; r < rows; r++) {
      const at = from + r * stride;
      for (let c = 0; c < columns; c++) sum += (x[at + c] - mean) ** 2;
      if (this.#offDiagonal) sum -= (x[at + r] - mean) ** 2;
    }
    return sum;
  }

  /** Turns dy, in place, into the gradient of x, of which x is what `forward` was given. */
  backward(samples: number, x: Floats, dy: Floats, parts: readonly NormPart[]): void {
    const { gamma } = this.#bound();
    const slope = this.#slope.fill(0), along = this.#along.fill(0);
    for (const { head, from, rows, columns, stride } of parts) {
      const mean = this.#mean[head], rstd = this.#rstd[head];
      let sum = 0, product = 0;
      for (let r = 0; r < rows; r++) {
        const at = from + r * stride;
        const skip = this.#offDiagonal ? r : -1;
        for (let c = 0; c < columns; c++) {
          if (c === skip) continue;
          sum += dy[at + c];
          product += dy[at + c] * (x[at + c] - mean) * rstd;
        }
      }
      slope[head] += sum;
      along[head] += product;
    }
    for (const { head, from, rows, columns, stride } of parts) {
      const mean = this.#mean[head], rstd = this.#rstd[head], scale = gamma[head] * rstd;
      const share = this.#training ? 1 / Math.max(1, this.#count[head]) : 0;
      const middle = slope[head] * share, tilt = along[head] * share * rstd;
      for (let r = 0; r < rows; r++) {
        const at = from + r * stride;
        const skip = this.#offDiagonal ? r : -1;
        for (let c = 0; c < columns; c++) {
          if (c !== skip) dy[at + c] = scale * (dy[at + c] - middle - tilt * (x[at + c] - mean));
        }
      }
    }
    for (let t = 0; t < slope.length; t++) {
      this.#dgamma[t] += along[t];
      this.#dbeta[t] += slope[t];
      if (!this.#training) continue;
      this.#keptMean[t] += samples * this.#mean[t];
      this.#keptVariance[t] += samples * this.#unbiased[t];
    }
  }

  /** Adds what was gathered to the bound gradients, and clears it. */
  collect(): void {
    const gradients = this.#gradients;
    if (!gradients) return;
    const { gamma, beta, mean, variance } = gradients;
    for (let t = 0; t < gamma.length; t++) {
      gamma[t] += this.#dgamma[t];
      beta[t] += this.#dbeta[t];
      mean[t] += this.#keptMean[t];
      variance[t] += this.#keptVariance[t];
    }
    this.refresh();
  }

  #bound(): NormArrays {
    if (!this.#weights) throw new TypeError("Cannot run the block: bind() its weights first");
    return this.#weights;
  }
}
