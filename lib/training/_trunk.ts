import { type AttentionBlock, type BlockShape, type ParameterSpec, Projection, sizeOf } from "../attention/mod.ts";
import type { Bytes, Doubles, Floats, Kernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";

/** Sizes of the part that all models share. */
export interface TrunkShape extends BlockShape {
  /** Width of the hidden layer of the MLP. */
  readonly mlp: number;
  /** Number of classes. */
  readonly classes: number;
}

/** The arrays of a model by name, views of its weights and gradients. */
export interface NamedArrays {
  readonly parameters: readonly ParameterSpec[];
  readonly weights: Floats;
  readonly gradients: Floats;
  readonly w: Readonly<Record<string, Floats>>;
  readonly g: Readonly<Record<string, Floats>>;
}

/** Makes room for parameters, one after the other. */
export function openArrays(kernels: Kernels, parameters: readonly ParameterSpec[]): NamedArrays {
  const total = parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const weights = kernels.float32(total), gradients = kernels.float32(total);
  return { parameters, weights, gradients, w: viewsOf(parameters, weights), g: viewsOf(parameters, gradients) };
}

/** Draws starting weights: parameter i from stream i of `seed`. */
export function drawWeights({ parameters, w }: NamedArrays, seed: number): void {
  parameters.forEach(({ name, initial }, i) => {
    const rng = new Rng(seed, i);
    const values = w[name];
    for (let j = 0; j < values.length; j++) {
      values[j] = "constant" in initial
        ? initial.constant
        : "uniform" in initial
        ? initial.uniform * (2 * rng.uniform() - 1)
        : initial.normal * rng.normal();
    }
  });
}

/** Gain and shift of a layer norm. */
export function normParameters(name: string, n: number): ParameterSpec[] {
  return [
    { name: `${name}/gain`, shape: [n], initial: { constant: 1 } },
    { name: `${name}/shift`, shape: [n], initial: { constant: 0 } },
  ];
}

/** Weight and bias of a linear layer. */
export function linearParameters(name: string, out: number, from: number): ParameterSpec[] {
  return [
    { name: `${name}/W`, shape: [out, from], initial: { uniform: 1 / Math.sqrt(from) } },
    { name: `${name}/b`, shape: [out], initial: { uniform: 1 / Math.sqrt(from) } },
  ];
}

/** The parameters of a trunk without its attention. */
export function trunkParameters({ heads, width, mlp, classes }: TrunkShape): ParameterSpec[] {
  const D = heads * width;
  return [
    ...normParameters("mlpNorm", D),
    ...linearParameters("mlp1", mlp, D),
    ...linearParameters("mlp2", D, mlp),
    ...normParameters("headNorm", D),
    ...linearParameters("head", classes, D),
  ];
}

/** The parameters of the block in the slot, by the names they have in a model. */
export function attentionParameters(attention: AttentionBlock | null): ParameterSpec[] {
  return (attention?.parameters ?? []).map((p) => ({ ...p, name: `attention/${p.name}` }));
}

/**
 * What follows the embedding in every model: attention, MLP, layer norm, mean over the tokens, classes.
 *
 * `x += attention(x)`; `x += W2 gelu(W1 LN(x))`; layer norm, mean over tokens, linear. With lengths every sample has tokens
 * of its own, one sample after the other.
 */
export class Trunk {
  /** The residual stream that is read and added to. */
  readonly x: Floats;
  /** The gradient of `x` after `backward`. */
  readonly dx: Floats;
  /** Logits of the last forward pass, their gradients after `backward`. */
  readonly logits: Floats;
  readonly #kernels: Kernels;
  readonly #shape: TrunkShape;
  readonly #attention: AttentionBlock | null;
  readonly #arrays: NamedArrays;
  readonly #up: Projection;
  readonly #head: HeadNorm;
  readonly #h: Floats;
  readonly #active: Floats;
  readonly #dactive: Floats;
  #rows = 0;

  constructor(kernels: Kernels, shape: TrunkShape, attention: AttentionBlock | null, arrays: NamedArrays) {
    const { samples, tokens, heads, width, mlp, classes } = shape;
    const D = heads * width, rows = samples * tokens;
    this.#kernels = kernels;
    this.#shape = shape;
    this.#attention = attention;
    this.#arrays = arrays;
    this.#up = new Projection(kernels, rows, D, mlp);
    [this.x, this.dx] = [kernels.float32(rows * D), kernels.float32(rows * D)];
    [this.#h, this.#active, this.#dactive] = [0, 1, 2].map(() => kernels.float32(rows * mlp));
    this.logits = kernels.float32(samples * classes);
    this.#head = new HeadNorm(kernels, samples, tokens, D, classes);
    this.#up.bind([segmentOf(arrays, "mlpNorm", "mlp1", mlp)]);
    this.#head.projection.bind([segmentOf(arrays, "headNorm", "head", classes)]);
    const names = (attention?.parameters ?? []).map(({ name }) => `attention/${name}`);
    attention?.bind(names.map((name) => arrays.w[name]), names.map((name) => arrays.g[name]));
  }

  /** Takes up changed weights. */
  refresh(): void {
    for (const part of [this.#up, this.#head.projection]) part.refresh();
    this.#attention?.refresh();
  }

  /** From `x` to `logits`. */
  forward(samples: number, seed: number, firstStream: number, lengths?: Int32Array): void {
    const { heads, width, mlp, tokens } = this.#shape;
    const D = heads * width, k = this.#kernels, { w } = this.#arrays;
    const rows = this.#rows = lengths ? sum(lengths, samples) : samples * tokens;
    this.#attention?.forward(samples, this.x, this.x, seed, firstStream, lengths);
    this.#up.forward(rows, this.x, this.#h);
    k.gelu(rows * mlp, this.#h, this.#active);
    k.matmul(rows, D, mlp, this.#active, mlp, 1, w["mlp2/W"], 1, mlp, this.x, D, true, w["mlp2/b"]);
    this.#head.forward(samples, rows, this.x, this.logits, lengths);
  }

  /** From the gradients in `logits` to `dx`. */
  backward(samples: number): void {
    const { heads, width, mlp } = this.#shape;
    const D = heads * width, k = this.#kernels, { w, g } = this.#arrays, rows = this.#rows, dx = this.dx;
    this.#head.backward(samples, rows, this.logits, dx);
    k.columnSums(rows, D, dx, g["mlp2/b"]);
    k.matmul(D, mlp, rows, dx, 1, D, this.#active, mlp, 1, g["mlp2/W"], mlp, true);
    k.matmul(rows, mlp, D, dx, D, 1, w["mlp2/W"], mlp, 1, this.#dactive, mlp);
    k.geluBackward(rows * mlp, this.#h, this.#dactive, this.#dactive);
    this.#up.backward(rows, this.#dactive, dx);
    this.#attention?.backward(samples, dx, dx);
  }

  /** Loss and hits of the last forward pass; the logits become their gradients. */
  crossEntropy(samples: number, labels: Bytes, scale: number, totals: Doubles): void {
    this.#kernels.crossEntropy(samples, this.#shape.classes, this.logits, labels, scale, totals);
  }

  /** Completes the gradients after the last `backward` of a batch. */
  collect(): void {
    for (const part of [this.#up, this.#head.projection]) part.collect();
    this.#attention?.collect();
  }
}

/** A norm and a linear layer of a model, as a projection takes them. */
export function segmentOf({ w, g }: NamedArrays, norm: string, linear: string, out: number) {
  return {
    out,
    weight: w[`${linear}/W`],
    dweight: g[`${linear}/W`],
    bias: w[`${linear}/b`],
    dbias: g[`${linear}/b`],
    gain: w[`${norm}/gain`],
    dgain: g[`${norm}/gain`],
    shift: w[`${norm}/shift`],
    dshift: g[`${norm}/shift`],
  };
}

/** Final layer norm, mean over tokens, linear: the norm's gain and shift pass the mean unchanged. */
class HeadNorm {
  readonly projection: Projection;
  readonly #kernels: Kernels;
  readonly #tokens: number;
  readonly #width: number;
  readonly #normal: Floats;
  readonly #dnormal: Floats;
  readonly #rstd: Floats;
  readonly #mean: Floats;
  readonly #dmean: Floats;
  #lengths: Int32Array | undefined;

  constructor(kernels: Kernels, samples: number, tokens: number, width: number, classes: number) {
    this.#kernels = kernels;
    this.#tokens = tokens;
    this.#width = width;
    this.#normal = kernels.float32(samples * tokens * width);
    this.#dnormal = kernels.float32(samples * tokens * width);
    this.#rstd = kernels.float32(samples * tokens);
    this.#mean = kernels.float32(samples * width);
    this.#dmean = kernels.float32(samples * width);
    this.projection = new Projection(kernels, samples, width, classes);
  }

  forward(samples: number, rows: number, x: Floats, logits: Floats, lengths?: Int32Array): void {
    const n = this.#width;
    this.#lengths = lengths;
    this.#kernels.layerNorm(rows, n, x, 1e-5, this.#normal, this.#rstd);
    if (!lengths) this.#kernels.meanRows(samples, this.#tokens, n, this.#normal, this.#mean);
    for (let s = 0, row = 0; lengths && s < samples; row += lengths[s++]) {
      this.#kernels.meanRows(1, lengths[s], n, this.#normal.subarray(row * n), this.#mean.subarray(s * n));
    }
    this.projection.apply(samples, this.#mean, logits);
  }

  backward(samples: number, rows: number, dlogits: Floats, dx: Floats): void {
    const n = this.#width, lengths = this.#lengths;
    this.projection.revert(samples, dlogits, this.#mean, this.#dmean);
    if (!lengths) this.#kernels.meanRowsBackward(samples, this.#tokens, n, this.#dmean, this.#dnormal);
    for (let s = 0, row = 0; lengths && s < samples; row += lengths[s++]) {
      this.#kernels.meanRowsBackward(1, lengths[s], n, this.#dmean.subarray(s * n), this.#dnormal.subarray(row * n));
    }
    this.#kernels.layerNormBackward(rows, n, this.#dnormal, this.#normal, this.#rstd, dx);
  }
}

function viewsOf(parameters: readonly ParameterSpec[], values: Floats): Record<string, Floats> {
  let top = 0;
  return Object.fromEntries(parameters.map(({ name, shape }) => [name, values.subarray(top, top += sizeOf(shape))]));
}

function sum(lengths: Int32Array, samples: number): number {
  let rows = 0;
  for (let s = 0; s < samples; s++) rows += lengths[s];
  return rows;
}
