import type { AnnealingKernel, AnnealingProblem } from "./annealing.ts";

const LN2 = Math.fround(0.6931471805599453);
const POLYNOMIAL = [
  0.010764758102595806,
  -0.055146049708127975,
  0.13467569649219513,
  -0.22589878737926483,
  0.3282424509525299,
  -0.4994718134403229,
  0.999981164932251,
].map(Math.fround);

/**
 * Opens the annealing kernel of a problem in TypeScript: the readable twin of {@link wasmAnnealing}, some ten times slower.
 *
 * @param problem checked by the caller: finite, symmetric, and within 15 bits where its precision is int16
 *
 * Cost O(n^2) or O(n + m) to copy the couplings.
 *
 * @example A pair that wants to differ, cold
 * ```ts
 * import { typescriptAnnealing } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const couplings = { form: "dense", values: new Float64Array([0, 1, 1, 0]) } as const;
 * const kernel = typescriptAnnealing({ n: 2, h: new Float64Array(2), couplings, precision: "int16", unit: 1 });
 * const spins = new Int8Array([1, 1]);
 * kernel.start(spins, new Uint32Array(16).fill(7));
 * kernel.fields(0, kernel.padded);
 * kernel.anneal(0, kernel.padded, new Float32Array([50]), 1, false, Infinity);
 * kernel.read(spins);
 * assertEquals([spins[0] * spins[1], kernel.gained], [-1, 2]);
 * ```
 */
export function typescriptAnnealing(problem: AnnealingProblem): AnnealingKernel {
  return new TypescriptAnnealing(problem);
}

class TypescriptAnnealing implements AnnealingKernel {
  readonly name: string;
  readonly padded: number;
  readonly #problem: AnnealingProblem;
  readonly #s: Float32Array;
  readonly #f: Float32Array;
  readonly #levels: Float32Array;
  readonly #words = new Uint32Array(16);
  #half = 0;

  constructor(problem: AnnealingProblem) {
    this.#problem = problem;
    this.padded = (problem.n + 7) & ~7;
    this.name = `${problem.couplings.form} ${problem.precision} typescript`;
    this.#s = new Float32Array(problem.n);
    this.#f = new Float32Array(problem.n);
    this.#levels = new Float32Array(this.padded);
  }

  start(spins: Int8Array, words: Uint32Array): void {
    this.#s.set(spins);
    this.#words.set(words);
    this.#half = 0;
  }

  fields(from: number, to: number): void {
    const { n, h, unit, precision } = this.#problem;
    for (let i = from; i < Math.min(n, to); i++) {
      // the order of the sums of the vector kernel
      const sums = new Float32Array(4);
      let exact = 0;
      this.#forRow(i, (j, twice, position) => {
        sums[position % 4] += Math.fround(twice * this.#s[j]);
        exact += twice * this.#s[j];
      });
      const total = Math.fround(Math.fround(sums[0] + sums[2]) + Math.fround(sums[1] + sums[3]));
      const own = Math.fround(h[i] / unit);
      this.#f[i] = precision === "int16" ? own + exact / 2 : own + Math.fround(0.5 * total);
    }
  }

  anneal(from: number, to: number, betas: Float32Array, count: number, heatBath: boolean, enough: number): number {
    const { n, unit } = this.#problem;
    const [s, f, levels] = [this.#s, this.#f, this.#levels];
    for (let sweep = 0; sweep < count; sweep++) {
      const scale = Math.fround(-1 / (2 * betas[sweep] * unit));
      for (let i = from; i < to; i++) levels[i] = this.#level(i % 4, heatBath, scale);
      for (let i = from; i < Math.min(n, to); i++) {
        const along = Math.fround(s[i] * f[i]);
        if (!(along > levels[i])) continue;
        this.#half += along;
        const spin = s[i];
        s[i] = -spin;
        this.#forRow(i, (j, twice) => f[j] -= spin * twice);
      }
      if (this.gained >= enough) return sweep + 1;
    }
    return count;
  }

  get gained(): number {
    return 2 * this.#problem.unit * this.#half;
  }

  read(spins: Int8Array): void {
    spins.set(this.#s);
  }

  energy(): number | undefined {
    const { h, unit, precision } = this.#problem;
    if (precision !== "int16") return undefined;
    return this.#s.reduce((sum, spin, i) => sum + spin * (this.#f[i] * unit + h[i]) / 2, 0);
  }

  close(): void {}

  // every neighbour j of spin i with 2 J_ij in units, and its position in the row
  #forRow(i: number, visit: (j: number, twice: number, position: number) => void): void {
    const { n, unit, couplings } = this.#problem;
    if (couplings.form === "dense") {
      for (let j = 0; j < n; j++) visit(j, Math.fround(2 * couplings.values[i * n + j] / unit), j);
    } else {
      // sums over sparse rows have one lane
      const { rowPtr, columns, values } = couplings;
      for (let e = rowPtr[i]; e < rowPtr[i + 1]; e++) visit(columns[e], Math.fround(2 * values[e] / unit), 0);
    }
  }

  // one draw of stream `lane`, made a level
  #level(lane: number, heatBath: boolean, scale: number): number {
    const w = this.#words;
    const x = (w[lane] + w[12 + lane]) >>> 8 & 0xffffff;
    const t = w[4 + lane] << 9;
    w[8 + lane] ^= w[lane];
    w[12 + lane] ^= w[4 + lane];
    w[4 + lane] ^= w[8 + lane];
    w[lane] ^= w[12 + lane];
    w[8 + lane] ^= t;
    w[12 + lane] = (w[12 + lane] << 11) | (w[12 + lane] >>> 21);
    const v = Math.fround(x + 0.5);
    const bound = heatBath ? ln(Math.fround(16777215.5 - x)) : Math.fround(24 * LN2);
    const level = Math.fround(Math.fround(bound - ln(v)) * scale);
    return this.#problem.precision === "int16" ? Math.max(-32768, Math.min(32767, Math.floor(level))) : level;
  }
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

function ln(v: number): number {
  float[0] = v;
  const exponent = (bits[0] >>> 23) - 127;
  bits[0] = (bits[0] & 0x7fffff) | 0x3f800000;
  const s = Math.fround(float[0] - 1);
  let p = POLYNOMIAL[0];
  for (let k = 1; k < POLYNOMIAL.length; k++) p = Math.fround(Math.fround(p * s) + POLYNOMIAL[k]);
  return Math.fround(Math.fround(exponent * LN2) + Math.fround(p * s));
}
