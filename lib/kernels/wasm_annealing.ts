import type { AnnealingKernel, AnnealingProblem, KernelCouplings } from "./annealing.ts";
import { finished, inBlocks, type Work } from "../model/mod.ts";
import { type KernelInstance, returnInstance, takeInstance } from "./_instances.ts";
import { loadModule } from "./_load_module.ts";

const module = await loadModule(new URL("./annealing.wasm", import.meta.url));

const HEAD = 1024;
const MAX_SWEEPS = 2048;
const PROGRESS = 0;
const RNG = 64;
// below, int16 rows are in the cache of a core too
const BITS_FROM = 512;
const ROW_SPINS = 128;
const ROW_BYTES = 16;

/**
 * Opens the WebAssembly annealing kernel of a problem.
 *
 * @param problem checked by the caller: finite, symmetric, and within 15 bits where its precision is int16
 * @throws {RangeError} if the memory it would take cannot be had
 *
 * Cost O(n^2) or O(n + m) to copy the couplings, 2 or 4 bytes an entry dense (a bit where int16 couplings of 512 spins or more
 * are all of one magnitude), 8 sparse.
 *
 * @example A pair that wants to differ, cold
 * ```ts
 * import { wasmAnnealing } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: new Float64Array([0, 1, 1, 0]) } as const;
 * const kernel = wasmAnnealing({ n: 2, h: new Float64Array(2), couplings, precision: "int16", unit: 1 });
 * const spins = new Int8Array([1, 1]);
 * kernel.start(spins, new Uint32Array(16).fill(7));
 * kernel.fields(0, kernel.padded);
 * kernel.anneal(0, kernel.padded, new Float32Array([50]), 1, false, Infinity);
 * kernel.read(spins);
 * assertEquals([spins[0] * spins[1], kernel.gained], [-1, 2]);
 * ```
 */
export function wasmAnnealing(problem: AnnealingProblem): AnnealingKernel {
  return finished(wasmAnnealingWork(problem));
}

/**
 * Opens the kernel as {@link wasmAnnealing} does, in slices, so that who asks can stop.
 *
 * @returns work whose result is the kernel
 * @throws {RangeError} if the memory it would take cannot be had
 *
 * Cost that of {@link wasmAnnealing}.
 *
 * @example The kernel of a pair
 * ```ts
 * import { wasmAnnealingWork } from "qama/kernels";
 * import { finished } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: new Float64Array([0, 1, 1, 0]) } as const;
 * const work = wasmAnnealingWork({ n: 2, h: new Float64Array(2), couplings, precision: "int16", unit: 1 });
 * assertEquals(finished(work).name, "dense int16 wasm");
 * ```
 */
export function* wasmAnnealingWork(problem: AnnealingProblem): Work<AnnealingKernel> {
  const { n, couplings, precision } = problem;
  const bits = couplings.form === "dense" && precision === "int16" && n >= BITS_FROM;
  const kernel = new WasmAnnealing(problem, bits ? yield* magnitude(n, couplings.values) : undefined);
  yield* kernel.fill(couplings);
  return kernel;
}

// that of all couplings of a pair; undefined if there are several, or it is 0
function* magnitude(n: number, values: Float64Array): Work<number | undefined> {
  const one = Math.abs(values[1]);
  let same = one > 0;
  yield* inBlocks(n, n, (from, to) => {
    for (let i = from, k = from * n; i < to && same; i++) {
      for (let j = 0; j < n; j++, k++) if (Math.abs(values[k]) !== one && i !== j) same = false;
    }
  });
  return same ? one : undefined;
}

function rowBytes(n: number): number {
  return Math.ceil(n / ROW_SPINS) * ROW_BYTES;
}

// bit 15 - k of word l of a vector: the coupling to its spin 8 k + l is positive
function fillBits(n: number, values: Float64Array, words: Uint16Array, from: number, to: number): void {
  const wordsPerRow = rowBytes(n) / 2;
  // the sign of a number is the highest bit of its second half; random signs are not to be branched on
  const halves = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  for (let i = from, k = 2 * from * n + 1; i < to; i++) {
    const row = i * wordsPerRow;
    for (let j = 0; j < n; j++, k += 2) {
      words[row + 8 * (j >> 7) + (j & 7)] |= (~halves[k] >>> 31) << (15 - (j >> 3 & 15));
    }
    words[row + 8 * (i >> 7) + (i & 7)] &= ~(0x8000 >> (i >> 3 & 15));
  }
}

class WasmAnnealing implements AnnealingKernel {
  readonly name: string;
  readonly padded: number;
  readonly #n: number;
  readonly #unit: number;
  readonly #instance: KernelInstance;
  readonly #progress: Float64Array;
  readonly #rng: Uint32Array;
  readonly #scales: Float32Array;
  readonly #s: Int16Array | Float32Array;
  readonly #f: Int16Array | Float32Array;
  readonly #h: Int16Array | Float32Array;
  readonly #fields: (from: number, to: number) => void;
  readonly #anneal: (from: number, to: number, count: number, heatBath: number, enough: number) => number;

  /** Copies rows `from .. to - 1` of the couplings into the memory. */
  readonly #copy: (from: number, to: number) => void;

  /** @param one the magnitude of all couplings, if they are to be held as bits */
  constructor({ n, h, couplings, precision, unit }: AnnealingProblem, one: number | undefined) {
    const padded = this.padded = (n + 7) & ~7;
    const size = precision === "int16" ? 2 : 4;
    const sparse = couplings.form === "sparse";
    const bytes = sparse
      ? 8 * (padded + 1) + 8 * couplings.values.length
      : one !== undefined
      ? rowBytes(n) * n
      : size * padded * padded;
    this.name = `${couplings.form} ${one === undefined ? precision : "bits"} wasm`;
    this.#n = n;
    this.#unit = unit;
    this.#instance = takeInstance(
      module,
      HEAD + 4 * MAX_SWEEPS + 4 * (size * padded + 64) + bytes + 256,
      `a ${couplings.form} model of ${n} spins`,
    );
    const { memory: { buffer }, exports } = this.#instance;
    let top = HEAD;
    const take = (length: number) => {
      const from = top;
      top = (top + length + 63) & ~63;
      return from;
    };
    const numbers = (from: number) =>
      precision === "int16" ? new Int16Array(buffer, from, padded) : new Float32Array(buffer, from, padded);
    this.#progress = new Float64Array(buffer, PROGRESS, 1);
    this.#rng = new Uint32Array(buffer, RNG, 16);
    const scales = take(4 * MAX_SWEEPS);
    this.#scales = new Float32Array(buffer, scales, MAX_SWEEPS);
    const [s, f, levels, fixed] = [0, 1, 2, 3].map(() => take(size * padded));
    this.#s = numbers(s).fill(1);
    this.#f = numbers(f);
    const own = this.#h = numbers(fixed);
    own.fill(precision === "int16" ? -32768 : -Infinity, n);
    for (let i = 0; i < n; i++) own[i] = h[i] / unit;
    const width = one !== undefined ? "Bits" : precision === "int16" ? "16" : "32";
    const suffix = `${sparse ? "Sparse" : "Dense"}${width}`;
    const [fields, anneal] = [exports[`fields${suffix}`], exports[`anneal${suffix}`]];
    const before = one !== undefined ? [n] : sparse ? [] : [padded];
    let where: number[];
    if (couplings.form === "sparse") {
      const { rowPtr, columns, values } = couplings;
      const rows = take(8 * (padded + 1));
      const entries = take(8 * values.length);
      const words = new Uint32Array(buffer, rows, 2 * (padded + 1)).fill(0);
      const places = new Uint32Array(buffer, entries, 2 * values.length);
      const amounts = precision === "int16"
        ? new Int32Array(buffer, entries, places.length)
        : new Float32Array(buffer, entries, places.length);
      const lanes = precision === "int16" ? 8 : 4;
      for (let i = 0; i <= padded; i++) words[2 * i] = rowPtr[Math.min(i, n)];
      this.#copy = (from, to) => {
        for (let i = from; i < to; i++) {
          for (let e = rowPtr[i]; e < rowPtr[i + 1]; e++) {
            const j = columns[e];
            places[2 * e] = f + size * j;
            amounts[2 * e + 1] = 2 * values[e] / unit;
            if (j > i && Math.floor(j / lanes) === Math.floor(i / lanes)) words[2 * i + 1] |= 1 << (j % lanes);
          }
        }
      };
      where = [rows, entries];
    } else if (one !== undefined) {
      const rows = take(rowBytes(n) * n);
      const words = new Uint16Array(buffer, rows, rowBytes(n) / 2 * n).fill(0);
      this.#copy = (from, to) => fillBits(n, couplings.values, words, from, to);
      where = [rows, 2 * one / unit];
    } else {
      const rows = take(size * padded * padded);
      const values = couplings.values;
      for (let i = n; i < padded; i++) numbers(rows + size * padded * i).fill(0);
      this.#copy = (from, to) => {
        const factor = 2 / unit;
        for (let i = from; i < to; i++) {
          const row = numbers(rows + size * padded * i);
          for (let j = 0, k = i * n; j < n; j++, k++) row[j] = values[k] * factor;
          row.fill(0, n);
        }
      };
      where = [rows];
    }
    this.#fields = (from, to) => {
      fields(...before, from, to, ...where, fixed, s, f);
    };
    this.#anneal = (from, to, count, heatBath, enough) =>
      anneal(...before, from, to, count, scales, RNG, heatBath, ...where, s, f, levels, PROGRESS, enough);
  }

  /** Copies the couplings into the memory: to be done before anything else. */
  *fill({ values }: KernelCouplings): Work<void> {
    yield* inBlocks(this.#n, values.length / Math.max(1, this.#n), this.#copy);
  }

  start(spins: Int8Array, words: Uint32Array): void {
    this.#s.set(spins);
    this.#rng.set(words);
    this.#progress[0] = 0;
  }

  fields(from: number, to: number): void {
    this.#fields(from, to);
    // spins past the model stay as they are
    if (to > this.#n) this.#f.fill(this.#f instanceof Int16Array ? -32768 : -Infinity, this.#n);
  }

  anneal(from: number, to: number, betas: Float32Array, count: number, heatBath: boolean, enough: number): number {
    const sweeps = Math.min(count, MAX_SWEEPS);
    for (let k = 0; k < sweeps; k++) this.#scales[k] = -1 / (2 * betas[k] * this.#unit);
    return this.#anneal(from, to, sweeps, heatBath ? 1 : 0, enough / (2 * this.#unit));
  }

  get gained(): number {
    return 2 * this.#unit * this.#progress[0];
  }

  read(spins: Int8Array): void {
    const s = this.#s;
    for (let i = 0; i < this.#n; i++) spins[i] = s[i];
  }

  energy(): number | undefined {
    const [s, f, h] = [this.#s, this.#f, this.#h];
    if (f instanceof Float32Array) return undefined;
    let twice = 0;
    for (let i = 0; i < this.#n; i++) twice += s[i] * (f[i] + h[i]);
    return twice / 2 * this.#unit;
  }

  close(): void {
    returnInstance(module, this.#instance);
  }
}
