import type { AttentionBlock } from "../attention/mod.ts";
import { type Bytes, type Doubles, type Kernels, wasmKernels } from "../kernels/mod.ts";
import { chosenOf } from "./_chosen_of.ts";
import { CIRCUIT_ROWS, type CircuitRow, isCircuitName } from "./circuit_operators.ts";
import { CircuitModel, type PooledModel } from "./circuit_model.ts";
import { openOperator } from "./operators.ts";
import { PixelModel } from "./pixel_model.ts";
import { poolPictures, type PoolShape } from "./pool_picture.ts";
import { SimpleVit } from "./simple_vit.ts";
import { TextModel } from "./text_model.ts";
import { openFeatureTable } from "./feature_table.ts";
import type { FeatureTable } from "./text_data.ts";
import type { ModelPlan } from "./types.ts";

/** Items that run through a model together: small enough for the cache. */
export const PICTURES_TOGETHER = 8;
/** Likewise for texts, which are longer. */
export const TEXTS_TOGETHER = 4;
/** Likewise for circuits, whose states are small: a part of a batch of 128. */
export const STATES_TOGETHER = 16;

/** Pictures of a split, in memory that threads share. */
export interface SharedPictures {
  readonly kind: "pictures";
  readonly images: Uint8Array<SharedArrayBuffer>;
  readonly labels: Uint8Array<SharedArrayBuffer>;
}

/** Texts of a split, likewise. */
export interface SharedTexts {
  readonly kind: "texts";
  readonly tokens: Int32Array<SharedArrayBuffer>;
  readonly starts: Int32Array<SharedArrayBuffer>;
  readonly labels: Uint8Array<SharedArrayBuffer>;
  /** File of frozen features; null: words have trained vectors. */
  readonly features: string | null;
}

/** Word vectors that threads read, and where they leave the gradients of a batch's tokens. */
export interface SharedWords {
  /** `[V, D]`. */
  readonly table: Float32Array<SharedArrayBuffer>;
  /** `[rows of a batch, D]`. */
  readonly gradients: Float32Array<SharedArrayBuffer>;
  /** First row of each item of the batch. */
  readonly rows: Int32Array<SharedArrayBuffer>;
}

/** A model on an arena of its own that runs items of shared splits: the same for pictures and texts. */
export interface Runner {
  readonly kernels: Kernels;
  readonly model: SimpleVit | TextModel | PooledModel;
  /** Most items a call. */
  readonly together: number;
  /** Runs items of a split forward; `item(s)` is the number of item s. */
  forward(
    split: SharedPictures | SharedTexts,
    item: (s: number) => number,
    count: number,
    seed: number,
    stream: number,
  ): void;
  /** Gradients of the last forward pass, whose items were `place`, `place + 1` ... of the batch. */
  backward(count: number, place: number, batch: number, totals: Doubles): void;
  score(count: number, totals: Doubles): void;
  /** (head, token) pairs chosen in the last forward pass; of heads with several selections their mean. */
  countChosen(): number;
  /** Closes the files that it reads, if any; a later call opens them again. */
  close?(): void;
}

/** Opens the model of a plan. */
export function openRunner(plan: ModelPlan, words: SharedWords | null): Runner {
  const kernels = wasmKernels();
  if (isCircuitName(plan.operator)) return new PooledRunner(kernels, plan, CIRCUIT_ROWS[plan.operator]);
  return "rows" in plan.shape ? new PictureRunner(kernels, plan, plan.shape) : new TextRunner(kernels, plan, words);
}

class PictureRunner implements Runner {
  readonly together = PICTURES_TOGETHER;
  readonly kernels: Kernels;
  readonly model: SimpleVit;
  readonly #images: Uint8Array;
  readonly #labels: Bytes;
  readonly #pixels: number;
  #count = 0;

  constructor(kernels: Kernels, plan: ModelPlan, shape: Extract<ModelPlan["shape"], { rows: number }>) {
    this.kernels = kernels;
    this.model = new SimpleVit(
      kernels,
      shape,
      (k, sizes) => openOperator(plan.operator, k, sizes, plan),
      this.together,
    );
    this.#pixels = shape.rows * shape.columns * shape.channels;
    this.#images = new Uint8Array(this.together * this.#pixels);
    this.#labels = kernels.uint8(this.together);
  }

  forward(split: SharedPictures, item: (s: number) => number, count: number, seed: number, stream: number): void {
    takePictures(split, item, count, this.#pixels, this.#images, this.#labels);
    this.#count = count;
    this.model.forward(this.#images, count, seed, stream);
  }

  backward(count: number, _place: number, batch: number, totals: Doubles): void {
    this.model.backward(count, this.#labels, batch, totals);
  }

  score(count: number, totals: Doubles): void {
    this.model.score(count, this.#labels, totals);
  }

  countChosen(): number {
    const { heads, tokens } = this.model.shape;
    return meanOf(this.model.attention, this.#count * heads * tokens);
  }
}

class PooledRunner implements Runner {
  readonly together = STATES_TOGETHER;
  readonly kernels: Kernels;
  readonly model: PooledModel;
  readonly #shape: PoolShape;
  readonly #images: Uint8Array;
  readonly #pooled: Float64Array;
  readonly #labels: Bytes;

  constructor(kernels: Kernels, { shape }: ModelPlan, row: CircuitRow) {
    if (!("rows" in shape)) throw new TypeError("Cannot open the model: a circuit takes pictures, the data are texts");
    const { rows, columns, channels, classes } = shape, { side } = row;
    this.kernels = kernels;
    this.model = openPooled(kernels, row, classes, this.together);
    this.#shape = { rows, columns, channels, side };
    this.#images = new Uint8Array(this.together * rows * columns * channels);
    this.#pooled = new Float64Array(this.together * side * side);
    this.#labels = kernels.uint8(this.together);
  }

  forward(split: SharedPictures, item: (s: number) => number, count: number): void {
    const { rows, columns, channels, side } = this.#shape;
    takePictures(split, item, count, rows * columns * channels, this.#images, this.#labels);
    poolPictures(this.#images, count, this.#shape, this.#pooled);
    this.model.take(this.#pooled.subarray(0, count * side * side), count);
  }

  backward(_count: number, _place: number, batch: number, totals: Doubles): void {
    this.model.backward(this.#labels, batch, totals);
  }

  score(_count: number, totals: Doubles): void {
    this.model.score(this.#labels, totals);
  }

  countChosen(): number {
    return 0;
  }
}

/** Copies pictures of `size` bytes, and their labels, to where a model reads them. */
function takePictures(
  split: SharedPictures,
  item: (s: number) => number,
  count: number,
  size: number,
  images: Uint8Array,
  labels: Bytes,
): void {
  for (let s = 0; s < count; s++) {
    const from = item(s) * size;
    images.set(split.images.subarray(from, from + size), s * size);
    labels[s] = split.labels[item(s)];
  }
}

/** Opens the model of a row with circuits for at most `samples` pictures a call. */
export function openPooled(kernels: Kernels, row: CircuitRow, classes: number, samples: number): PooledModel {
  if (row.kind === "circuit") return new CircuitModel(kernels, row, classes, samples);
  return new PixelModel(kernels, { inputs: row.side * row.side, hidden: row.hidden, classes }, samples);
}

class TextRunner implements Runner {
  readonly together = TEXTS_TOGETHER;
  readonly kernels: Kernels;
  readonly model: TextModel;
  readonly #words: SharedWords | null;
  readonly #tokens: Int32Array;
  readonly #lengths: Int32Array = new Int32Array(TEXTS_TOGETHER);
  readonly #labels: Bytes;
  readonly #tables: Map<string, FeatureTable & Disposable> = new Map();
  #rows = 0;

  constructor(kernels: Kernels, plan: ModelPlan, words: SharedWords | null) {
    if ("rows" in plan.shape) throw new TypeError("Cannot open the model: a text model has no rows of pixels");
    this.kernels = kernels;
    const open = (k: Kernels, sizes: Parameters<typeof openOperator>[2]) =>
      openOperator(plan.operator, k, sizes, { ...plan, data: "texts" });
    this.model = new TextModel(kernels, plan.shape, open, this.together);
    this.#words = words;
    this.#tokens = new Int32Array(this.together * plan.shape.tokens);
    this.#labels = kernels.uint8(this.together);
  }

  forward(split: SharedTexts, item: (s: number) => number, count: number, seed: number, stream: number): void {
    const { tokens, starts, labels, features } = split;
    let rows = 0;
    for (let s = 0; s < count; s++) {
      const text = item(s), from = starts[text], length = starts[text + 1] - from;
      if (features) this.#readFeatures(features, from, length, rows);
      else this.#tokens.set(tokens.subarray(from, from + length), rows);
      this.#lengths[s] = length;
      this.#labels[s] = labels[text];
      rows += length;
    }
    this.#rows = rows;
    const words = this.#words && { tokens: this.#tokens, table: this.#words.table };
    this.model.forward(words, this.#lengths, count, seed, stream);
  }

  #readFeatures(path: string, from: number, length: number, row: number): void {
    let table = this.#tables.get(path);
    if (!table) this.#tables.set(path, table = openFeatureTable(path));
    const { features } = this.model;
    table.read(from, length, features.subarray(row * table.width, (row + length) * table.width));
  }

  close(): void {
    for (const table of this.#tables.values()) table[Symbol.dispose]();
    this.#tables.clear();
  }

  backward(count: number, place: number, batch: number, totals: Doubles): void {
    this.model.backward(count, this.#labels, batch, totals);
    const { width } = this.model.shape;
    // the items of a call follow one another in the batch, and so do their rows
    this.#words?.gradients.set(this.model.dx, this.#words.rows[place] * width);
  }

  score(count: number, totals: Doubles): void {
    this.model.score(count, this.#labels, totals);
  }

  countChosen(): number {
    return meanOf(this.model.attention, this.#rows * this.model.shape.heads);
  }
}

function meanOf(block: AttentionBlock | null, places: number): number {
  const chosen = chosenOf(block, places);
  let sum = 0;
  for (let i = 0; chosen && i < chosen.length; i++) sum += chosen[i];
  return sum / (block?.selections ?? 1);
}
