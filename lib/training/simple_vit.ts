import { type AttentionBlock, type ParameterSpec, Projection, sizeOf } from "../attention/mod.ts";
import type { Bytes, Doubles, Floats, Kernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { patchPositions, writePatches } from "./patches.ts";

/** Sizes of a {@link SimpleVit}. */
export interface SimpleVitShape {
  /** Picture height in pixels, a multiple of `patch`. */
  readonly rows: number;
  /** Picture width in pixels, a multiple of `patch`. */
  readonly columns: number;
  /** Values a pixel. */
  readonly channels: number;
  /** Number of classes. */
  readonly classes: number;
  /** Edge of a patch in pixels. @default {4} */
  readonly patch?: number;
  /** D, width of the residual stream, a multiple of 4 and of `heads`. @default {64} */
  readonly width?: number;
  /** H. @default {8} */
  readonly heads?: number;
  /** Width of the hidden layer of the MLP. @default {64} */
  readonly mlp?: number;
}

/** A shape with every default filled in, and the token count. */
export type ResolvedVitShape = Required<SimpleVitShape> & { readonly tokens: number };

/**
 * Fills in the defaults and checks that patches tile the picture and heads divide the width.
 *
 * `tokens = (rows / patch) (columns / patch)`.
 *
 * @param shape sizes
 * @returns all sizes
 * @throws {RangeError} if a size is not a positive integer, or one does not divide the other
 *
 * Cost O(1).
 *
 * @example 28 x 28 pixels are 49 tokens
 * ```ts
 * import { resolveVitShape } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * assertEquals(resolveVitShape({ rows: 28, columns: 28, channels: 1, classes: 10 }).tokens, 49);
 * ```
 */
export function resolveVitShape(shape: SimpleVitShape): ResolvedVitShape {
  const full = { patch: 4, width: 64, heads: 8, mlp: 64, ...shape };
  for (const [name, value] of Object.entries(full)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot build the model: ${name} must be an integer of 1 or more, got ${value}`);
    }
  }
  const { rows, columns, patch, width, heads, mlp } = full;
  if (rows % patch || columns % patch) {
    throw new RangeError(`Cannot build the model: patches of ${patch} do not tile ${rows} x ${columns} pixels`);
  }
  if (width % heads) throw new RangeError(`Cannot build the model: ${heads} heads do not divide the width ${width}`);
  if (width % 4 || mlp % 4) {
    throw new RangeError(`Cannot build the model: width and mlp must be multiples of 4, got ${width} and ${mlp}`);
  }
  return { ...full, tokens: (rows / patch) * (columns / patch) };
}

/** Opens the block in the attention slot, for at most `samples` pictures at a time; null removes it. */
export type OpenBlock = (
  kernels: Kernels,
  shape: { samples: number; tokens: number; heads: number; width: number },
) => AttentionBlock | null;

/**
 * A vision transformer of depth one, of fused blocks, on an arena of its own.
 *
 * Patches `(pixel / 255 - 0.5) / 0.5`; layer norm, linear, layer norm, plus 2-D sine-cosine positions; `x += attention(x)`;
 * `x += W2 gelu(W1 LN(x))`; layer norm, mean over tokens, linear. Forward and backward run over at most `samples` pictures
 * at a time, so that all activations stay in the processor's cache; gradients add up over calls.
 *
 * Cost per picture of 49 tokens and width 64 about 2.8 million operations forward without attention, twice that backward.
 * Source: Beyer, Zhai and Kolesnikov, Better plain ViT baselines for ImageNet-1k (2022), arXiv 2205.01580.
 *
 * @example A model without attention gives one logit a class
 * ```ts
 * import { SimpleVit } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const shape = { rows: 8, columns: 8, channels: 1, classes: 3 };
 * const model = new SimpleVit(wasmKernels(), shape, () => null, 1);
 * model.initialise(1);
 * assertEquals(model.forward(new Uint8Array(64), 1, 1, 0).length, 3);
 * ```
 */
export class SimpleVit {
  /** All sizes. */
  readonly shape: ResolvedVitShape;
  /** The block in the attention slot, or null. */
  readonly attention: AttentionBlock | null;
  /** Every trainable array, in the order of `weights`. */
  readonly parameters: readonly ParameterSpec[];
  /** All weights, one after the other. */
  readonly weights: Floats;
  /** The gradient of all weights. */
  readonly gradients: Floats;
  readonly #kernels: Kernels;
  readonly #samples: number;
  readonly #embed: Projection;
  readonly #up: Projection;
  readonly #head: HeadNorm;
  readonly #a: Readonly<Record<string, Floats>>;
  readonly #w: Readonly<Record<string, Floats>>;
  readonly #g: Readonly<Record<string, Floats>>;
  readonly #positions: Float32Array;

  /** Opens the model on `kernels` for at most `samples` pictures a call. */
  constructor(kernels: Kernels, shape: SimpleVitShape, openBlock: OpenBlock, samples = 8) {
    const full = resolveVitShape(shape);
    const { tokens, heads, width: D, mlp, patch, channels, classes } = full;
    const inputs = patch * patch * channels;
    const rows = samples * tokens;
    this.shape = full;
    this.#kernels = kernels;
    this.#samples = samples;
    this.attention = openBlock(kernels, { samples, tokens, heads, width: D / heads });
    this.parameters = [
      ...vitParameters(full, inputs),
      ...(this.attention?.parameters ?? []).map((p) => ({ ...p, name: `attention/${p.name}` })),
    ];
    const total = this.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.weights = kernels.float32(total);
    this.gradients = kernels.float32(total);
    this.#w = viewsOf(this.parameters, this.weights);
    this.#g = viewsOf(this.parameters, this.gradients);
    this.#embed = new Projection(kernels, rows, inputs, D);
    this.#up = new Projection(kernels, rows, D, mlp);
    const sizes = {
      patches: rows * inputs,
      normal: rows * D,
      rstd: rows,
      x: rows * D,
      dx: rows * D,
      offset: tokens * D,
    };
    const hidden = { h: rows * mlp, active: rows * mlp, dactive: rows * mlp };
    this.#a = Object.fromEntries(
      Object.entries({ ...sizes, ...hidden, logits: samples * classes }).map(([name, n]) => [name, kernels.float32(n)]),
    );
    this.#head = new HeadNorm(kernels, samples, tokens, D, classes);
    this.#positions = patchPositions(full.rows / patch, full.columns / patch, D);
    this.#bind();
  }

  #bind(): void {
    const w = this.#w, g = this.#g;
    const segment = (norm: string, linear: string, out: number) => ({
      out,
      weight: w[`${linear}/W`],
      dweight: g[`${linear}/W`],
      bias: w[`${linear}/b`],
      dbias: g[`${linear}/b`],
      gain: w[`${norm}/gain`],
      dgain: g[`${norm}/gain`],
      shift: w[`${norm}/shift`],
      dshift: g[`${norm}/shift`],
    });
    this.#embed.bind([segment("patchNorm", "embed", this.shape.width)]);
    this.#up.bind([segment("mlpNorm", "mlp1", this.shape.mlp)]);
    this.#head.projection.bind([segment("headNorm", "head", this.shape.classes)]);
    const names = (this.attention?.parameters ?? []).map(({ name }) => `attention/${name}`);
    this.attention?.bind(names.map((name) => w[name]), names.map((name) => g[name]));
  }

  /** Draws starting weights: parameter i from stream i of `seed`. */
  initialise(seed: number): void {
    this.parameters.forEach(({ name, initial }, i) => {
      const rng = new Rng(seed, i);
      const values = this.#w[name];
      for (let j = 0; j < values.length; j++) {
        values[j] = "constant" in initial
          ? initial.constant
          : "uniform" in initial
          ? initial.uniform * (2 * rng.uniform() - 1)
          : initial.normal * rng.normal();
      }
    });
    this.refresh();
  }

  /** Takes up changed weights and clears the gradients. */
  refresh(): void {
    const { tokens, width: D } = this.shape;
    this.gradients.fill(0);
    for (const part of [this.#embed, this.#up, this.#head.projection]) part.refresh();
    this.attention?.refresh();
    const shift = this.#w["embedNorm/shift"], offset = this.#a.offset;
    for (let i = 0; i < tokens * D; i++) offset[i] = shift[i % D] + this.#positions[i];
  }

  /**
   * Runs pictures forward; `logits` `[count, classes]` of the returned view hold until the next call.
   *
   * @param images bytes of at least `count` pictures
   * @param count pictures, at most the `samples` the model was opened for
   * @param seed seed of the solver; picture s uses stream `firstStream + s`
   */
  forward(images: Uint8Array, count: number, seed: number, firstStream: number): Floats {
    const { tokens, width: D, mlp } = this.shape;
    const rows = count * tokens, k = this.#kernels, a = this.#a, w = this.#w;
    if (count > this.#samples) {
      throw new RangeError(`Cannot run the model: opened for ${this.#samples} pictures a call, got ${count}`);
    }
    writePatches(images, count, this.shape, a.patches);
    this.#embed.forward(rows, a.patches, a.x);
    k.layerNorm(rows, D, a.x, 1e-5, a.normal, a.rstd);
    k.scaleRows(rows, D, a.normal, w["embedNorm/gain"], a.offset, tokens, a.x);
    this.attention?.forward(count, a.x, a.x, seed, firstStream);
    this.#up.forward(rows, a.x, a.h);
    k.gelu(rows * mlp, a.h, a.active);
    k.matmul(rows, D, mlp, a.active, mlp, 1, w["mlp2/W"], 1, mlp, a.x, D, true, w["mlp2/b"]);
    this.#head.forward(count, a.x, a.logits);
    return a.logits;
  }

  /** Loss, hits and gradients of the last forward pass; the mean over `batch` pictures is what is differentiated. */
  backward(count: number, labels: Bytes, batch: number, totals: Doubles): void {
    const { tokens, width: D, mlp, classes } = this.shape;
    const rows = count * tokens, k = this.#kernels, a = this.#a, w = this.#w, g = this.#g;
    k.crossEntropy(count, classes, a.logits, labels, 1 / batch, totals);
    this.#head.backward(count, a.logits, a.dx);
    k.columnSums(rows, D, a.dx, g["mlp2/b"]);
    k.matmul(D, mlp, rows, a.dx, 1, D, a.active, mlp, 1, g["mlp2/W"], mlp, true);
    k.matmul(rows, mlp, D, a.dx, D, 1, w["mlp2/W"], mlp, 1, a.dactive, mlp);
    k.geluBackward(rows * mlp, a.h, a.dactive, a.dactive);
    this.#up.backward(rows, a.dactive, a.dx);
    this.attention?.backward(count, a.dx, a.dx);
    k.scaleRowsBackward(rows, D, a.normal, w["embedNorm/gain"], a.dx, g["embedNorm/gain"], g["embedNorm/shift"], a.dx);
    k.layerNormBackward(rows, D, a.dx, a.normal, a.rstd, a.dx);
    this.#embed.backward(rows, a.dx, null);
  }

  /** Only loss and hits of the last forward pass. */
  score(count: number, labels: Bytes, totals: Doubles): void {
    this.#kernels.crossEntropy(count, this.shape.classes, this.#a.logits, labels, 1, totals);
  }

  /** Completes `gradients` after the last `backward` of a batch. */
  collect(): void {
    for (const part of [this.#embed, this.#up, this.#head.projection]) part.collect();
    this.attention?.collect();
  }
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

  forward(samples: number, x: Floats, logits: Floats): void {
    const rows = samples * this.#tokens;
    this.#kernels.layerNorm(rows, this.#width, x, 1e-5, this.#normal, this.#rstd);
    this.#kernels.meanRows(samples, this.#tokens, this.#width, this.#normal, this.#mean);
    this.projection.apply(samples, this.#mean, logits);
  }

  backward(samples: number, dlogits: Floats, dx: Floats): void {
    const rows = samples * this.#tokens;
    this.projection.revert(samples, dlogits, this.#mean, this.#dmean);
    this.#kernels.meanRowsBackward(samples, this.#tokens, this.#width, this.#dmean, this.#dnormal);
    this.#kernels.layerNormBackward(rows, this.#width, this.#dnormal, this.#normal, this.#rstd, dx);
  }
}

function vitParameters({ width: D, mlp, classes }: ResolvedVitShape, inputs: number): ParameterSpec[] {
  const norm = (name: string, n: number): ParameterSpec[] => [
    { name: `${name}/gain`, shape: [n], initial: { constant: 1 } },
    { name: `${name}/shift`, shape: [n], initial: { constant: 0 } },
  ];
  const linear = (name: string, out: number, from: number): ParameterSpec[] => [
    { name: `${name}/W`, shape: [out, from], initial: { uniform: 1 / Math.sqrt(from) } },
    { name: `${name}/b`, shape: [out], initial: { uniform: 1 / Math.sqrt(from) } },
  ];
  return [
    ...norm("patchNorm", inputs),
    ...linear("embed", D, inputs),
    ...norm("embedNorm", D),
    ...norm("mlpNorm", D),
    ...linear("mlp1", mlp, D),
    ...linear("mlp2", D, mlp),
    ...norm("headNorm", D),
    ...linear("head", classes, D),
  ];
}

function viewsOf(parameters: readonly ParameterSpec[], values: Floats): Record<string, Floats> {
  let top = 0;
  return Object.fromEntries(parameters.map(({ name, shape }) => [name, values.subarray(top, top += sizeOf(shape))]));
}
