// The TypeScript twin of assembly/gathered_softmax.ts: float32 numbers in the order of the lanes, so that both give the same bits.
import type { Bytes, Floats } from "./arena.ts";
import type { HeadShape, RowLayout } from "./heads.ts";
import { exp32 } from "./_float32.ts";
import { roundUp4 } from "./round_up_4.ts";

const f = Math.fround;

/** What the passes of one head share. */
interface Head {
  readonly N: number;
  readonly d: number;
  readonly dp: number;
  /** The chosen tokens, in order. */
  readonly chosen: readonly number[];
  /** `(1 / 2) / sqrt(d)` and twice that. */
  readonly half: number;
  readonly scale: number;
  /** q of token i, `[N]` rows `layout.stride` apart, from the head's own column on. */
  readonly rows: Floats;
  readonly packed: Floats;
  readonly layout: RowLayout;
}

function* headsOf(
  { samples, heads, tokens: N, width: d }: HeadShape,
  layout: RowLayout,
  rows: Floats,
  packed: Floats,
  x: Bytes,
): Generator<Head & { readonly at: number; readonly out: number; readonly t: number; readonly own: number }> {
  const dp = roundUp4(d), half = f(0.5 / Math.sqrt(d));
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const head = s * heads + t, own = s * N * layout.stride + t * d;
      const chosen = Array.from({ length: N }, (_, i) => i).filter((i) => x[head * N + i]);
      const parts = { rows: rows.subarray(own), packed: packed.subarray(head * N * 2 * dp) };
      yield {
        ...{ N, d, dp, chosen, half, scale: f(2 * half), ...parts, layout },
        ...{ at: head * N, out: s * N * heads * d + t * d, t, own },
      };
    }
  }
}

/** `start + sum_l a(l) b(l)`, one product after the other. */
function chain(start: number, count: number, a: (l: number) => number, b: (l: number) => number): number {
  let sum = start;
  for (let l = 0; l < count; l++) sum = f(sum + f(a(l) * b(l)));
  return sum;
}

/** (v0 + v2) + (v1 + v3) */
function ofLanes(v: ArrayLike<number>): number {
  return f(f(v[0] + v[2]) + f(v[1] + v[3]));
}

/** `[sum of weight_i k_i | sum of weight_i q_i]` over the chosen. */
function chosenSums({ dp, packed, chosen }: Head, weight: (token: number) => number): Float32Array {
  const S = new Float32Array(2 * dp);
  for (const i of chosen) {
    for (let a = 0; a < dp; a++) {
      S[a] += f(weight(i) * packed[(2 * i + 1) * dp + a]);
      S[dp + a] += f(weight(i) * packed[2 * i * dp + a]);
    }
  }
  return S;
}

/** `(J x)_i` of a chosen token. */
function pull({ dp, packed, half }: Head, i: number, S: Float32Array): number {
  const lanes = new Float32Array(4);
  for (let a = 0; a < dp; a++) {
    const q = packed[2 * i * dp + a], k = packed[(2 * i + 1) * dp + a];
    lanes[a % 4] += f(q * f(S[a] - k));
    lanes[a % 4] += f(k * f(S[dp + a] - q));
  }
  return f(half * ofLanes(lanes));
}

/** The softmax of a row, `scale` times it, summed in lanes. */
function softmax(row: Float32Array, scale: number): Float32Array {
  const top = row.reduce((most, value) => Math.max(most, value), -Infinity), full = row.length & ~3;
  const powers = row.map((value) => exp32(f(f(value - top) * scale))), lanes = new Float32Array(4);
  for (let j = 0; j < full; j++) lanes[j % 4] += powers[j];
  let total = ofLanes(lanes);
  for (let j = full; j < row.length; j++) total = f(total + powers[j]);
  const inverse = f(1 / total);
  return powers.map((power) => power * inverse);
}

/** Shares of the chosen in what query i reads. */
function shares(head: Head, i: number, bias: Floats): Float32Array {
  const { rows, layout: { stride, keys }, d, chosen, scale } = head;
  const logits = Float32Array.from(
    chosen,
    (token, j) => chain(bias[j], d, (a) => rows[i * stride + a], (a) => rows[token * stride + keys + a]),
  );
  return softmax(logits, scale);
}

export function gatheredSoftmax(
  shape: HeadShape,
  layout: RowLayout,
  rows: Floats,
  packed: Floats,
  fields: Floats,
  chosen: Bytes,
  bias: Floats,
  y: Floats,
): void {
  const D = shape.heads * shape.width;
  for (const head of headsOf(shape, layout, rows, packed, chosen)) {
    const { N, d, at, out, scale } = head, J = head.chosen;
    if (J.length === 0) continue;
    const S = chosenSums(head, () => 1), own = bias.subarray(at), inverse = f(1 / J.length);
    J.forEach((token, j) => own[j] = f(f(inverse * pull(head, token, S)) + fields[at + token]) * f(1 / scale));
    for (let i = 0; i < N; i++) {
      const p = shares(head, i, own);
      for (let a = 0; a < d; a++) {
        const to = out + i * D + a;
        y[to] = chain(y[to], J.length, (j) => p[j], (j) => head.rows[J[j] * layout.stride + layout.values + a]);
      }
    }
  }
}

export function gatheredSoftmaxBackward(
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
): void {
  const { samples, heads, tokens: N, width: d } = shape, { stride, keys, values } = layout, D = heads * d;
  drows.fill(0, 0, samples * N * stride);
  for (const head of headsOf(shape, layout, rows, packed, chosen)) {
    const { at, out, scale, own, t } = head, J = head.chosen, m = J.length;
    if (m === 0) continue;
    const k = (j: number, a: number) => head.rows[J[j] * stride + keys + a];
    const v = (j: number, a: number) => head.rows[J[j] * stride + values + a];
    const dk = new Float32Array(m * d), dv = new Float32Array(m * d), df = new Float32Array(m);
    for (let i = 0; i < N; i++) {
      const p = shares(head, i, bias.subarray(at)), g = dy.subarray(out + i * D), q = head.rows.subarray(i * stride);
      const slope = Float32Array.from(p, (_, j) => chain(0, d, (a) => g[a], (a) => v(j, a)));
      const lanes = new Float32Array(4);
      p.forEach((share, j) => lanes[j % 4] += f(slope[j] * share));
      const mean = ofLanes(lanes);
      const dlogits = p.map((share, j) => scale * f(share * f(slope[j] - mean)));
      for (let a = 0; a < d; a++) drows[own + i * stride + a] = chain(0, m, (j) => dlogits[j], (j) => k(j, a));
      for (let j = 0; j < m; j++) {
        df[j] += dlogits[j];
        for (let a = 0; a < d; a++) {
          dv[j * d + a] += f(p[j] * g[a]);
          dk[j * d + a] += f(dlogits[j] * q[a]);
        }
      }
    }
    const w = new Float32Array(N), inverse = f(1 / m);
    J.forEach((token, j) => {
      for (let a = 0; a < d; a++) {
        drows[own + token * stride + keys + a] += dk[j * d + a];
        drows[own + token * stride + values + a] += dv[j * d + a];
      }
      if (!through) return;
      const slope = f(df[j] * f(1 / scale));
      drows[own - t * d + token * stride + layout.fields + t] = slope;
      if (dpositional) dpositional[t * N + token] += slope;
      w[token] = slope * inverse;
    });
    if (through) pullBackward(head, w, drows.subarray(own));
  }
}

/** Adds dq, dk of the sums `pull` with weights w. */
function pullBackward(head: Head, w: Float32Array, drows: Floats): void {
  const { d, dp, packed, chosen, half, layout: { stride, keys } } = head;
  const S = chosenSums(head, () => 1), G = chosenSums(head, (token) => w[token]);
  for (const i of chosen) {
    for (let a = 0; a < d; a++) {
      const q = packed[2 * i * dp + a], k = packed[(2 * i + 1) * dp + a];
      const toQ = f(f(f(w[i] * f(S[a] - k)) + G[a]) - f(w[i] * k));
      const toK = f(f(f(w[i] * f(S[dp + a] - q)) + G[dp + a]) - f(w[i] * q));
      drows[i * stride + a] += f(half * toQ);
      drows[i * stride + keys + a] += f(half * toK);
    }
  }
}
