import type { Bytes, Floats, HeadShape, Kernels, RowLayout } from "../kernels/mod.ts";
import { roundUp4 } from "../kernels/mod.ts";
import type { BlockShape } from "./block.ts";
import { blockOf } from "./_near_softmax.ts";

/** Of what is read, a share below this is left by subtraction with too few digits. */
const SMALL = 1e-9;
/** Queries at a time: what bounds the memory. */
const TILE = 64;

/** The heads of a run and what they chose. */
export interface GatedHeads {
  /** Projected rows, `[S, N, stride]`. */
  readonly rows: Floats;
  /** q and k, `[S, H, N, 2 dp]`. */
  readonly packed: Floats;
  /** h, `[S, H, N]`. */
  readonly fields: Floats;
  /** x, `[S, H, G, N]`. */
  readonly chosen: Bytes;
}

/** The neighbours of a softmax with a neighbour. */
export interface GatedNeighbours {
  /** The neighbour of token i in head t, -1 where there is none: `[H][N]`. */
  readonly near: readonly Int32Array[];
  /** Its bias r, `[H]`. */
  readonly r: Floats;
}

/**
 * The slopes of a softmax readout by the gates of its tokens: what choosing a token, or not, would change of the loss.
 *
 * With a gate x_j in front of every weight, `y_i = sum_j x_j w_ij v_j / Z_i`, `Z_i = sum_j x_j w_ij`, `w_ij = e^{s_ij}`, s_ij with the
 * bias of key j, token j has `g_j = dL/dx_j = sum_i (w_ij / Z_i) (v_j - y_i) . dy_i` over the queries of its head and block, chosen or
 * not. A neighbour is read without its gate too: there `x_j w_ij` is `e^{s_ij + r} (1 + x_j (e^{h_j} - 1))`. The bias of the selected
 * softmax is itself one of x: `f_j = (J x)_j / n + h_j`, `n = sum_j x_j`, adds `sum_m x_m b_m (J_mj / n - (J x)_m / n^2)`, b_m what
 * stands above. A query that reads nothing has no derivative; there token j counts for what it changes as the only one,
 * `(v_j - y_i) . dy_i`, y_i what is read in its place: v_i with a neighbour's readout, else 0.
 *
 * With `flips` token j counts for what choosing it changes of `sum_i y_i . dy_i` with the other gates held: `w_ij / (Z_i + w_ij)` in place
 * of `w_ij / Z_i` if it is not chosen, `w_ij / (Z_i - w_ij)` if it is; what goes through the bias stays a derivative.
 *
 * Cost O(N^2 d) a head, O(N) memory: a tile of 64 queries at a time.
 */
export class GateSlopes {
  readonly #kernels: Kernels;
  readonly #layout: RowLayout;
  readonly #blocks: number;
  /** True: what a flip changes, in place of the derivative. */
  readonly #flips: boolean;
  /** w of a tile of queries, `[64, N4]`, each row up to a factor; then `dy_i . v_j`. */
  readonly #weights: Floats;
  readonly #gains: Floats;
  /** sqrt(d) times the bias of each key. */
  readonly #bias: Floats;
  readonly #pull: Float64Array;
  /** The derivatives of a head, where flips are given. */
  readonly #direct: Float64Array;

  constructor(kernels: Kernels, { tokens }: BlockShape, layout: RowLayout, blocks: number, flips: boolean) {
    const size = Math.min(TILE, tokens) * roundUp4(tokens);
    this.#kernels = kernels;
    this.#layout = layout;
    this.#blocks = blocks;
    this.#flips = flips;
    this.#weights = kernels.float32(size);
    this.#gains = kernels.float32(size);
    this.#bias = kernels.float32(roundUp4(tokens));
    this.#pull = new Float64Array(tokens);
    this.#direct = new Float64Array(tokens);
  }

  /** g, `[S, H, G, N]`, fresh, from the gradient of the output; without neighbours those of the selected softmax. */
  of(shape: HeadShape, heads: GatedHeads, dy: Floats, neighbours: GatedNeighbours | null): Float64Array {
    const { samples, heads: H, tokens: N, width: d } = shape, G = this.#blocks, { stride, keys, values } = this.#layout;
    const slopes = new Float64Array(samples * H * G * N), stride4 = roundUp4(N);
    const weights = this.#weights, gains = this.#gains;
    for (let head = 0; head < samples * H; head++) {
      const t = head % H, first = (head - t) / H * N;
      const x = heads.chosen.subarray(head * G * N, (head + 1) * G * N);
      const g = slopes.subarray(head * G * N, (head + 1) * G * N), h = heads.fields.subarray(head * N, (head + 1) * N);
      const packed = heads.packed.subarray(head * N * 2 * roundUp4(d));
      const n = neighbours ? 0 : this.#biasOf(N, d, packed, h, x);
      this.#direct.fill(0);
      if (neighbours) { for (let j = 0; j < N; j++) this.#bias[j] = Math.sqrt(d) * h[j]; }
      const own = first * stride + t * d, k = heads.rows.subarray(own + keys), v = heads.rows.subarray(own + values);
      for (let from = 0; from < N; from += TILE) {
        const count = Math.min(TILE, N - from), q = heads.rows.subarray(own + from * stride);
        const to = dy.subarray((first + from) * H * d + t * d);
        this.#kernels.matmul(count, N, d, q, stride, 1, k, 1, stride, weights, stride4, false, this.#bias);
        this.#kernels.softmaxRows(count, N, stride4, weights, 1 / Math.sqrt(d));
        this.#kernels.matmul(count, N, d, to, H * d, 1, v, 1, stride, gains, stride4);
        for (let c = 0; c < count; c++) {
          const i = from + c, block = blockOf(i, N, G) * N;
          const near = neighbours?.near[t][i] ?? -1, r = neighbours?.r[t] ?? 0, at = c * stride4;
          // w is e^{s + h}: of a neighbour e^{s + r} is read without the gate
          const held = near < 0 ? 0 : weights[at + near] * Math.exp(r - h[near]);
          const share = near < 0 ? 0 : weights[at + near] * Math.exp(r) - held;
          const query = { at, block, near, held, share, alone: neighbours ? gains[at + i] : 0 };
          addQuery(N, query, weights, gains, x, this.#flips, g);
          if (n > 0 && this.#flips) addQuery(N, query, weights, gains, x, false, this.#direct);
        }
      }
      if (n > 0) addThroughBias(N, d, packed, x, n, this.#pull, this.#flips ? this.#direct : g, g);
    }
    return slopes;
  }

  /** Sets the biases and `(J x)_j` of every key of a head; returns n. */
  #biasOf(N: number, d: number, packed: Floats, h: Floats, x: Bytes): number {
    let n = 0;
    for (let j = 0; j < N; j++) n += x[j];
    pullOf(N, d, packed, x, null, this.#pull);
    for (let j = 0; j < N; j++) this.#bias[j] = Math.sqrt(d) * (h[j] + (n > 0 ? this.#pull[j] / n : 0));
    return n;
  }
}

/** A query: where its row of weights, and its block, begin, and what it reads of its neighbour. */
interface GatedQuery {
  readonly at: number;
  readonly block: number;
  /** -1 where there is none. */
  readonly near: number;
  /** Weight of the neighbour without its gate, and what the gate adds. */
  readonly held: number;
  readonly share: number;
  /** `dy_i . y_i` where nothing is read. */
  readonly alone: number;
}

/** Adds what one query says of every gate. */
function addQuery(
  N: number,
  query: GatedQuery,
  w: Floats,
  gains: Floats,
  x: Bytes,
  flips: boolean,
  g: Float64Array,
): void {
  const { at, block, near, share, alone } = query, { Z, mean } = readOf(N, query, w, gains, x, -1);
  for (let j = 0; j < N; j++) {
    const chosen = x[block + j], own = j === near ? share : w[at + j];
    if (Z === 0) g[block + j] += gains[at + j] - alone;
    else {
      const rest = flips ? Z + (chosen ? -own : own) : Z;
      g[block + j] += rest > SMALL * Z
        ? own / rest * (gains[at + j] - mean)
        : mean - readOf(N, query, w, gains, x, j).mean;
    }
  }
}

/** The sum Z of the weights that are read, the gate of token `without` shut, and `dy_i . y_i`. */
function readOf(
  N: number,
  { at, block, near, held, share, alone }: GatedQuery,
  w: Floats,
  gains: Floats,
  x: Bytes,
  without: number,
): { readonly Z: number; readonly mean: number } {
  let Z = near < 0 ? 0 : held, sum = near < 0 ? 0 : held * gains[at + near];
  for (let j = 0; j < N; j++) {
    if (!x[block + j] || j === without) continue;
    const own = j === near ? share : w[at + j];
    Z += own;
    sum += own * gains[at + j];
  }
  return { Z, mean: Z === 0 ? alone : sum / Z };
}

/** Adds the slopes through `f_m = (J x)_m / n + h_m`, from the derivatives b by the gates alone. */
function addThroughBias(
  N: number,
  d: number,
  packed: Floats,
  x: Bytes,
  n: number,
  pull: Float64Array,
  b: Float64Array,
  g: Float64Array,
): void {
  let common = 0;
  for (let m = 0; m < N; m++) if (x[m]) common += b[m] * pull[m] / (n * n);
  pullOf(N, d, packed, x, b, pull);
  for (let j = 0; j < N; j++) g[j] += pull[j] / n - common;
}

/** `sum_m J_jm x_m w_m` of every token j, J without diagonal; w 1 where there is none. */
function pullOf(
  N: number,
  d: number,
  packed: Floats,
  x: Bytes,
  w: Float64Array | null,
  to: Float64Array,
): void {
  const dp = roundUp4(d), sumQ = new Float64Array(d), sumK = new Float64Array(d);
  for (let m = 0; m < N; m++) {
    if (!x[m]) continue;
    for (let a = 0; a < d; a++) {
      sumQ[a] += (w ? w[m] : 1) * packed[2 * m * dp + a];
      sumK[a] += (w ? w[m] : 1) * packed[(2 * m + 1) * dp + a];
    }
  }
  for (let j = 0; j < N; j++) {
    const own = x[j] ? (w ? w[j] : 1) : 0;
    let sum = 0;
    for (let a = 0; a < d; a++) {
      const q = packed[2 * j * dp + a], k = packed[(2 * j + 1) * dp + a];
      sum += q * (sumK[a] - own * k) + k * (sumQ[a] - own * q);
    }
    to[j] = sum / (2 * Math.sqrt(d));
  }
}
