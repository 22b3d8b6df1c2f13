import { checkOptionNames } from "../model/mod.ts";
import { loadModule } from "./_load_module.ts";
import { wasmClassicalKernels } from "./_wasm_classical_kernels.ts";
import { wasmHeadKernels } from "./_wasm_head_kernels.ts";
import { wasmMatrixKernels } from "./_wasm_matrix_kernels.ts";
import { PAGE, WasmMemory } from "./_wasm_memory.ts";
import { wasmRowKernels } from "./_wasm_row_kernels.ts";
import { wasmSoftKernels } from "./_wasm_soft_kernels.ts";
import type { Kernels } from "./kernels.ts";

const module = await loadModule(new URL("./kernels.wasm", import.meta.url));

/** Options of {@link wasmKernels}. */
export interface WasmKernelsOptions {
  /** Bytes of memory reserved; pages that are never touched cost nothing. @default {134217728} */
  readonly bytes?: number;
}

/**
 * Opens the WebAssembly kernels over a memory of their own.
 *
 * @param options.bytes the most that all arrays together may take
 * @returns kernels and arena; arrays are views of one memory, at multiples of 64 bytes
 * @throws {RangeError} if `bytes` is not an integer from 1 to 2^32, or later, if the arena is full
 *
 * Cost one instantiation, under a millisecond; memory is reserved, not touched.
 *
 * @example The product of 2 and 3
 * ```ts
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const kernels = wasmKernels({ bytes: 65536 });
 * const [a, b, c] = [2, 3, 0].map((value) => kernels.float32(1).fill(value));
 * kernels.matmul(1, 1, 1, a, 1, 1, b, 1, 1, c, 1);
 * assertEquals(c[0], 6);
 * ```
 */
export function wasmKernels(options: WasmKernelsOptions = {}): Kernels {
  checkOptionNames("Cannot open the kernels", options, ["bytes"]);
  const bytes = options.bytes ?? 128 * 1024 * 1024;
  if (!Number.isInteger(bytes) || bytes < 1 || bytes > 2 ** 32 - PAGE) {
    throw new RangeError(`Cannot open the kernels: bytes must be an integer from 1 to ${2 ** 32 - PAGE}, got ${bytes}`);
  }
<<<<<<< HEAD
  const memory = new WasmMemory(module, bytes);
  return {
    name: "wasm",
    float32: (length) => memory.float32(length),
    float64: (length) => memory.float64(length),
    uint32: (length) => memory.uint32(length),
    uint8: (length) => memory.uint8(length),
    get used() {
      return memory.used;
    },
    release: (used) => memory.release(used),
    ...wasmMatrixKernels(memory),
    ...wasmRowKernels(memory),
    ...wasmClassicalKernels(memory),
    ...wasmHeadKernels(memory),
    ...wasmSoftKernels(memory),
  };
=======
  return new WasmKernels(bytes);
}

class WasmKernels implements Kernels {
  readonly name = "wasm";
  readonly #buffer: ArrayBuffer;
  readonly #exports: Exports;
  #top: number = PAGE;
  /** Memory above this was never handed out, so it is still zero. */
  #touched: number = PAGE;

  constructor(bytes: number) {
    const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / PAGE) });
    this.#buffer = memory.buffer as ArrayBuffer;
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
  }

  #take(length: number, size: number, what: string): number {
    const from = this.#top, left = this.#buffer.byteLength - from - LANES_PAST_END;
    if (!Number.isInteger(length) || length < 0 || length * size > left) {
      throw new RangeError(
        `Cannot make room for ${length} ${what} of ${size} bytes: a length must be an integer of 0 or more, and ` +
          `${Math.max(0, left)} of ${this.#buffer.byteLength - PAGE} bytes are left; open the kernels with more bytes`,
      );
    }
    const end = Math.ceil((from + length * size + LANES_PAST_END) / ALIGN) * ALIGN;
    this.#top = end;
    if (from < this.#touched) new Uint8Array(this.#buffer, from, Math.min(end, this.#touched) - from).fill(0);
    this.#touched = Math.max(this.#touched, Math.min(end, this.#buffer.byteLength));
    return from;
  }

  float32(length: number): Floats {
    return new Float32Array(this.#buffer, this.#take(length, 4, "float32 values"), length);
  }
  float64(length: number): Doubles {
    return new Float64Array(this.#buffer, this.#take(length, 8, "float64 values"), length);
  }
  uint32(length: number): Words {
    return new Uint32Array(this.#buffer, this.#take(length, 4, "words"), length);
  }
  uint8(length: number): Bytes {
    return new Uint8Array(this.#buffer, this.#take(length, 1, "numbers"), length);
  }
  get used(): number {
    return this.#top - PAGE;
  }
  release(used: number): void {
    this.#top = PAGE + used;
  }

  // a foreign array would be read as an address of this memory: the one check that stays
  #at(array: Floats | Doubles | Words | Bytes | null | undefined): number {
    if (!array) return 0;
    if (array.buffer !== this.#buffer) {
      throw new TypeError(
        "Cannot run the kernel: an array is not of this arena; make it with float32(), uint8() and so on",
      );
    }
    return array.byteOffset;
  }

  matmul(
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    c: Floats,
    cRow: number,
    accumulate?: boolean,
    bias?: Floats,
  ): void {
    const add = accumulate ? 1 : 0;
    this.#exports.matmul(
      ...[m, n, k, this.#at(a), aRow, aColumn, this.#at(b), bRow, bColumn, this.#at(c), cRow, add, this.#at(bias)],
    );
  }

  batchedMatmul(
    count: number,
    m: number,
    n: number,
    k: number,
    a: Floats,
    aRow: number,
    aColumn: number,
    aStep: number,
    b: Floats,
    bRow: number,
    bColumn: number,
    bStep: number,
    c: Floats,
    cRow: number,
    cStep: number,
    accumulate?: boolean,
  ): void {
    const left = [this.#at(a), aRow, aColumn, aStep];
    const right = [this.#at(b), bRow, bColumn, bStep];
    this.#exports.batchedMatmul(count, m, n, k, ...left, ...right, this.#at(c), cRow, cStep, accumulate ? 1 : 0);
  }

  layerNorm(rows: number, n: number, x: Floats, eps: number, y: Floats, rstd: Floats): void {
    this.#exports.layerNorm(rows, n, this.#at(x), eps, this.#at(y), this.#at(rstd));
  }

  layerNormBackward(
    rows: number,
    n: number,
    dy: Floats,
    y: Floats,
    rstd: Floats,
    dx: Floats,
    accumulate?: boolean,
  ): void {
    const add = accumulate ? 1 : 0;
    this.#exports.layerNormBackward(rows, n, this.#at(dy), this.#at(y), this.#at(rstd), this.#at(dx), add);
  }

  gelu(n: number, x: Floats, y: Floats): void {
    this.#exports.gelu(n, this.#at(x), this.#at(y));
  }

  geluBackward(n: number, x: Floats, dy: Floats, dx: Floats): void {
    this.#exports.geluBackward(n, this.#at(x), this.#at(dy), this.#at(dx));
  }

  softmaxRows(rows: number, n: number, stride: number, x: Floats, scale: number): void {
    this.#exports.softmaxRows(rows, n, stride, this.#at(x), scale);
  }

  softmaxRowsBackward(rows: number, n: number, stride: number, p: Floats, dp: Floats, scale: number): void {
    this.#exports.softmaxRowsBackward(rows, n, stride, this.#at(p), this.#at(dp), scale);
  }

  crossEntropy(rows: number, classes: number, logits: Floats, labels: Bytes, scale: number, totals: Doubles): void {
    this.#exports.crossEntropy(rows, classes, this.#at(logits), this.#at(labels), scale, this.#at(totals));
  }

  largestMagnitude(n: number, x: Floats): number {
    return this.#exports.largestMagnitude(n, this.#at(x));
  }

  columnSums(rows: number, n: number, x: Floats, sums: Floats): void {
    this.#exports.columnSums(rows, n, this.#at(x), this.#at(sums));
  }

  scaleRows(rows: number, n: number, x: Floats, gain: Floats, offset: Floats, period: number, y: Floats): void {
    this.#exports.scaleRows(rows, n, this.#at(x), this.#at(gain), this.#at(offset), period, this.#at(y));
  }

  scaleRowsBackward(
    rows: number,
    n: number,
    x: Floats,
    gain: Floats,
    dy: Floats,
    dgain: Floats,
    dbias: Floats,
    dx: Floats,
  ): void {
    const arrays = [x, gain, dy, dgain, dbias, dx].map((array) => this.#at(array));
    this.#exports.scaleRowsBackward(rows, n, ...arrays);
  }

  meanRows(groups: number, rows: number, n: number, x: Floats, y: Floats): void {
    this.#exports.meanRows(groups, rows, n, this.#at(x), this.#at(y));
  }

  meanRowsBackward(groups: number, rows: number, n: number, dy: Floats, dx: Floats): void {
    this.#exports.meanRowsBackward(groups, rows, n, this.#at(dy), this.#at(dx));
  }

  adam(n: number, w: Floats, g: Floats, m: Floats, v: Floats, options: Parameters<Kernels["adam"]>[5]): void {
    const { rate, beta1, beta2, eps, step } = options;
    const root = 1 / Math.sqrt(1 - beta2 ** step);
    const size = rate / (1 - beta1 ** step);
    this.#exports.adam(n, this.#at(w), this.#at(g), this.#at(m), this.#at(v), size, beta1, beta2, root, eps);
  }

  softmaxAttention(shape: HeadShape, rows: Floats, p: Floats, y: Floats): void {
    const stride = roundUp4(shape.tokens);
    this.#exports.softmaxAttention(...sizes(shape), this.#at(rows), this.#at(p), stride, this.#at(y));
  }

  softmaxAttentionBackward(
    shape: HeadShape,
    rows: Floats,
    p: Floats,
    dy: Floats,
    scratch: Floats,
    drows: Floats,
  ): void {
    const stride = roundUp4(shape.tokens);
    const kept = [this.#at(rows), this.#at(p), stride];
    this.#exports.softmaxAttentionBackward(...sizes(shape), ...kept, this.#at(dy), this.#at(scratch), this.#at(drows));
  }

  listedAttention(
    shape: HeadShape,
    layout: Pick<RowLayout, "stride" | "keys" | "values">,
    unit: boolean,
    lists: KeyLists,
    rows: Floats,
    p: Floats,
    y: Floats,
    scratch: Floats,
    bias?: Floats,
  ): void {
    const from = [this.#at(rows), layout.stride, layout.keys, layout.values, unit ? 1 : 0];
    this.#exports.listedAttention(
      ...sizes(shape),
      ...from,
      ...this.#lists(lists),
      ...[p, y, scratch].map((array) => this.#at(array)),
      bias ? this.#at(bias) : 0,
    );
  }

  listedAttentionBackward(
    shape: HeadShape,
    layout: Pick<RowLayout, "stride" | "keys" | "values">,
    unit: boolean,
    lists: KeyLists,
    rows: Floats,
    p: Floats,
    dy: Floats,
    scratch: Floats,
    drows: Floats,
    dbias?: Floats,
  ): void {
    const from = [this.#at(rows), layout.stride, layout.keys, layout.values, unit ? 1 : 0];
    this.#exports.listedAttentionBackward(
      ...sizes(shape),
      ...from,
      ...this.#lists(lists),
      ...[p, dy, scratch, drows].map((array) => this.#at(array)),
      dbias ? this.#at(dbias) : 0,
    );
  }

  #lists({ starts, counts, keys, perSample, perHead }: KeyLists): number[] {
    return [this.#at(starts), this.#at(counts), this.#at(keys), perSample, perHead];
  }

  hashedLists(shape: HeadShape, stride: number, rows: Floats, how: HashedLists, lists: KeyLists): number {
    const { rotations, rounds, half, chunk, scratch } = how;
    const to = [lists.starts, lists.counts, lists.keys, scratch].map((array) => this.#at(array));
    const hash = [this.#at(rotations), rounds, half, chunk];
    return this.#exports.hashedLists(...sizes(shape), this.#at(rows), stride, ...hash, ...to) >>> 0;
  }

  featureAttention(
    shape: HeadShape,
    features: number,
    w: Floats,
    rows: Floats,
    kept: Floats,
    y: Floats,
    scratch: Floats,
  ): void {
    const arrays = [w, rows, kept, y, scratch].map((array) => this.#at(array));
    this.#exports.featureAttention(...sizes(shape), features, ...arrays);
  }

  featureAttentionBackward(
    shape: HeadShape,
    features: number,
    w: Floats,
    rows: Floats,
    kept: Floats,
    dy: Floats,
    scratch: Floats,
    drows: Floats,
  ): void {
    const arrays = [w, rows, kept, dy, scratch, drows].map((array) => this.#at(array));
    this.#exports.featureAttentionBackward(...sizes(shape), features, ...arrays);
  }

  packHeads(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    positional: Floats | null,
    packed: Floats,
    fields: Floats,
  ): void {
    const from = [this.#at(rows), layout.stride, layout.keys, layout.fields, this.#at(positional)];
    this.#exports.packHeads(...sizes(shape), ...from, this.#at(packed), this.#at(fields));
  }

  packPairs(count: number, width: number, queries: Floats, keys: Floats, packed: Floats): void {
    this.#exports.packPairs(count, width, this.#at(queries), this.#at(keys), this.#at(packed));
  }

  annealHeads(task: HeadAnnealing): void {
    const { weights } = task;
    const blocks = roundUp4(task.width) / 4;
    const arrays = [task.packed, task.fields, task.chosen, task.states, task.thresholds, task.temperatures];
    this.#exports.annealHeads(
      ...[task.dense ? 1 : 0, task.samples, task.heads, task.tokens, blocks],
      ...arrays.map((array) => this.#at(array)),
      task.temperatures.length,
      ...[weights.coupling, weights.field, weights.overlap, weights.cardinality, weights.k],
      Math.round(task.density * 4096),
      this.#at(task.scratch),
    );
  }

  energyReadout(
    shape: HeadShape,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    e: Floats,
    eps: Floats,
    y: Floats,
    scratch: Floats,
  ): void {
    const solved = [this.#at(packed), this.#at(fields), this.#at(chosen)];
    const to = [this.#at(eps), this.#at(y), this.#at(scratch)];
    this.#exports.energyReadout(...sizes(shape), ...solved, this.#at(e), step(shape, e), ...to);
  }

  energyReadoutBackward(
    shape: HeadShape,
    layout: RowLayout,
    packed: Floats,
    chosen: Bytes,
    e: Floats,
    eps: Floats,
    dy: Floats,
    drows: Floats,
    de: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void {
    this.#exports.energyReadoutBackward(
      ...sizes(shape),
      ...[this.#at(packed), this.#at(chosen), this.#at(e), step(shape, e), this.#at(eps), this.#at(dy)],
      ...[this.#at(drows), layout.stride, layout.keys, layout.fields, this.#at(de), this.#at(dpositional)],
      ...[through ? 1 : 0, this.#at(scratch)],
    );
  }

  selectedSoftmax(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    p: Floats,
    y: Floats,
    scratch: Floats,
  ): void {
    this.#exports.selectedSoftmax(
      ...sizes(shape),
      ...[this.#at(rows), layout.stride, layout.keys, layout.values, this.#at(packed), this.#at(fields)],
      ...[this.#at(chosen), this.#at(p), this.#at(y), this.#at(scratch)],
    );
  }

  selectedSoftmaxBackward(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    chosen: Bytes,
    p: Floats,
    dy: Floats,
    drows: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void {
    this.#exports.selectedSoftmaxBackward(
      ...sizes(shape),
      ...[this.#at(rows), layout.stride, layout.keys, layout.values, layout.fields, this.#at(packed)],
      ...[this.#at(chosen), this.#at(p), this.#at(dy), this.#at(drows), this.#at(dpositional)],
      ...[through ? 1 : 0, this.#at(scratch)],
    );
  }

  gatheredSoftmax(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    bias: Floats,
    y: Floats,
    scratch: Floats,
  ): void {
    this.#exports.gatheredSoftmax(
      ...sizes(shape),
      ...[this.#at(rows), layout.stride, layout.keys, layout.values, this.#at(packed), this.#at(fields)],
      ...[this.#at(chosen), this.#at(bias), this.#at(y), this.#at(scratch)],
    );
  }

  gatheredSoftmaxBackward(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    chosen: Bytes,
    bias: Floats,
    dy: Floats,
    drows: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void {
    this.#exports.gatheredSoftmaxBackward(
      ...sizes(shape),
      ...[this.#at(rows), layout.stride, layout.keys, layout.values, layout.fields, this.#at(packed)],
      ...[this.#at(chosen), this.#at(bias), this.#at(dy), this.#at(drows), this.#at(dpositional)],
      ...[through ? 1 : 0, this.#at(scratch)],
    );
  }

  divergences(heads: number, tokens: number, width: number, p: Floats, r: Floats, J: Floats): void {
    const blocks = roundUp4(width) / 4;
    this.#exports.divergences(heads, tokens, blocks, this.#at(p), this.#at(r), this.#at(J), roundUp4(tokens));
  }

  divergencesBackward(
    heads: number,
    tokens: number,
    width: number,
    p: Floats,
    r: Floats,
    dJ: Floats,
    dp: Floats,
    dr: Floats,
  ): void {
    const from = [heads, tokens, roundUp4(width) / 4, this.#at(p), this.#at(r), this.#at(dJ), roundUp4(tokens)];
    this.#exports.divergencesBackward(...from, this.#at(dp), this.#at(dr));
  }

  annealSoft(task: SoftAnnealing): void {
    const { weights } = task;
    const arrays = [task.couplings, task.fields, task.chosen, task.states, task.thresholds, task.temperatures];
    this.#exports.annealSoft(
      ...[task.samples, task.heads, task.tokens, task.bits],
      ...arrays.map((array) => this.#at(array)),
      task.temperatures.length,
      ...[weights.quadratic, weights.linear, weights.penalty, weights.reach],
      this.#at(task.scratch),
    );
  }
}

function sizes(shape: HeadShape): [number, number, number, number] {
  return [shape.samples, shape.heads, shape.tokens, shape.width];
}

function step(shape: HeadShape, e: Floats): number {
  return e.length > shape.width ? shape.width : 0;
>>>>>>> 982850f (Boltzmann attention: keys read by the marginals of an Ising model with couplings by distance, exact on short sequences and sampled on long ones; boltzmannAttention as a layer, two operator names; attention over lists of keys takes a bias a place)
}
