import { hypercubeTwin } from "./_hypercube_twin.ts";
import { returnInstance, takeInstance } from "./_instances.ts";
import { loadModule } from "./_load_module.ts";

/** How a spin is updated: heat bath, `p = 1 / (1 + e^(beta dE))`, or Metropolis, `p = min(1, e^(-beta dE))`. */
export type UpdateRule = "glauber" | "metropolis";

/** Options of {@link openHypercube}. */
export interface HypercubeOptions {
  /** n, the number of spins: state x has spin i up where bit i of x is set. */
  readonly n: number;
  /** How many vectors over the states there are. */
  readonly vectors: number;
  /**
   * Only states with the last spin up, one of every pair x, not x: functions that a flip of all spins does not change.
   * @default {false}
   */
  readonly even?: boolean;
  /** The compiled loops, or their readable twins, which give the same bits. @default {"wasm"} */
  readonly engine?: "wasm" | "typescript";
}

/**
 * Vectors over the states of n spins, in one memory, and the loops over them. Every array that a method takes is one of
 * `vectors`, or (the coefficients) of any memory; nothing is checked.
 *
 * `g` stands for `sqrt(pi)`, up to a factor: the square roots of the weights of the states, above 0. An update of spin i of
 * the symmetrised chain is `1 - w w'` on each pair x, y that differs in spin i, with `w = (g_y, -g_x) / r` and
 * `r^2 = g_x^2 + g_y^2` for heat bath, `max(g_x, g_y)^2` for Metropolis: no rate is stored, and `g` is mapped to exact zeros.
 */
export interface Hypercube {
  /** "wasm" or "typescript". */
  readonly engine: "wasm" | "typescript";
  /** n, the number of spins. */
  readonly n: number;
  /** Number of states: `2^n`, or half of it. */
  readonly size: number;
  /** The vectors, `[vectors][size]`. */
  readonly vectors: readonly Float64Array[];
  /** `out = problem E psi - transverse sum_i psi(x with spin i flipped)`. */
  applyTransverse(transverse: number, problem: number, E: Float64Array, psi: Float64Array, out: Float64Array): void;
  /** `out = scale sum_i sum_pairs w (w' psi)`: the symmetrised generator `1 - P` of the random scan, for scale 1 / n. */
  applyGenerator(rule: UpdateRule, scale: number, g: Float64Array, psi: Float64Array, out: Float64Array): void;
  /** `scale sum_i sum_pairs (w' psi)^2`, a sum of squares: small values keep their digits. */
  dirichletForm(rule: UpdateRule, scale: number, g: Float64Array, psi: Float64Array): number;
  /**
   * Updates every spin once, in place, from the last to the first or from the first to the last, and adds what is taken from
   * psi to `taken`, if there is one: psi becomes `S_0 S_1 .. S_(n-1) psi` (`last` first) or `S_(n-1) .. S_0 psi`. Returns
   * `|psi before|^2 - |psi after|^2` as a sum of squares.
   */
  sweep(
    order: "lastFirst" | "firstFirst",
    rule: UpdateRule,
    g: Float64Array,
    psi: Float64Array,
    taken?: Float64Array,
  ): number;
  /** `coefficients[k] = vectors[first + k] . w`. */
  dots(first: number, count: number, w: Float64Array, coefficients: Float64Array): void;
  /** `w += sum_k coefficients[k] vectors[first + k]`. */
  add(first: number, count: number, coefficients: Float64Array, w: Float64Array): void;
  /** `vectors[first + k] = sum_j vectors[first + j] Y[j, k]` for k below `kept`, in place; Y is `[count, kept]` row-major. */
  rotate(first: number, count: number, kept: number, Y: Float64Array): void;
  /** Gives the memory back; the vectors must not be used any more. */
  close(): void;
}

/** Values that `rotate` and `dots` hand over: room for so many coefficients. */
const COEFFICIENTS = 1 << 15;
const RULES: Readonly<Record<UpdateRule, number>> = { glauber: 0, metropolis: 1 };

const compiled: WebAssembly.Module = await loadModule(new URL("./hypercube.wasm", import.meta.url));

/**
 * Opens vectors over the states of n spins.
 *
 * @param options see {@link HypercubeOptions}
 * @returns zeroed vectors and the loops over them
 * @throws {RangeError} if the vectors do not fit into the 4 GiB that WebAssembly can address, or there is no such memory
 *
 * Cost 8 bytes a state and vector; applying an operator O(n 2^n).
 *
 * @example The transverse field turns one spin
 * ```ts
 * import { openHypercube } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const cube = openHypercube({ n: 1, vectors: 3 });
 * const [E, psi, out] = cube.vectors;
 * E.set([5, -5]);
 * psi.set([1, 0]);
 * cube.applyTransverse(2, 1, E, psi, out);
 * assertEquals([...out], [5, -2]);
 * ```
 */
export function openHypercube(options: HypercubeOptions): Hypercube {
  const { n, vectors: count, even = false, engine = "wasm" } = options;
  const size = 2 ** (even ? n - 1 : n);
  // whole pairs of lanes, and a cache line between vectors, so that they do not all fall on the same sets
  const stride = Math.max(2, size) + 8;
  if (engine === "typescript") {
    const room = new Float64Array(stride * count);
    const vectors = Array.from({ length: count }, (_, k) => room.subarray(k * stride, k * stride + size));
    return hypercubeTwin(n, even, vectors);
  }
  const bytes = 8 * (stride * count + COEFFICIENTS);
  const instance = takeInstance(compiled, bytes, `${count} vectors over ${size} states`);
  const { memory, exports } = instance;
  const buffer = memory.buffer as ArrayBuffer;
  new Float64Array(buffer, 0, bytes / 8).fill(0);
  const base = 8 * COEFFICIENTS;
  const vectors = Array.from({ length: count }, (_, k) => new Float64Array(buffer, base + 8 * k * stride, size));
  const coefficients = new Float64Array(buffer, 0, COEFFICIENTS);
  const mirror = even ? 1 : 0;
  const bits = even ? n - 1 : n;
  const first = (k: number) => base + 8 * k * stride;
  return {
    engine,
    n,
    size,
    vectors,
    applyTransverse: (transverse, problem, E, psi, out) =>
      void exports.transverse(bits, mirror, transverse, problem, E.byteOffset, psi.byteOffset, out.byteOffset),
    applyGenerator: (rule, scale, g, psi, out) =>
      void exports.generator(bits, mirror, RULES[rule], scale, g.byteOffset, psi.byteOffset, out.byteOffset),
    dirichletForm: (rule, scale, g, psi) =>
      scale * exports.form(bits, mirror, RULES[rule], g.byteOffset, psi.byteOffset),
    sweep: (order, rule, g, psi, taken) =>
      exports.sweep(
        ...[bits, mirror, order === "lastFirst" ? 1 : 0, RULES[rule], g.byteOffset, psi.byteOffset],
        ...[taken?.byteOffset ?? 0],
      ),
    dots(from, number, w, result) {
      exports.dots(size, 8 * stride, first(from), number, w.byteOffset, 0);
      result.set(coefficients.subarray(0, number));
    },
    add(from, number, factors, w) {
      coefficients.set(factors.length === number ? factors : factors.subarray(0, number));
      exports.add(size, 8 * stride, first(from), number, 0, w.byteOffset);
    },
    rotate(from, number, kept, Y) {
      coefficients.set(Y.subarray(0, number * kept));
      exports.rotate(size, 8 * stride, first(from), number, kept, 0, 8 * number * kept);
    },
    close: () => returnInstance(compiled, instance),
  };
}
