// The TypeScript twins of assembly/heads.ts and softmax_attention.ts.
import type { Bytes, Floats } from "./arena.ts";
import type { HeadShape, RowLayout } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";
import { matmul, softmaxRows, softmaxRowsBackward } from "./_rows.ts";

/** One head of one sample: its index, and where its rows, packed tokens, fields and outputs start. */
function forEachHead(shape: HeadShape, visit: (head: number, sample: number, t: number) => void): void {
  for (let s = 0; s < shape.samples; s++) {
    for (let t = 0; t < shape.heads; t++) visit(s * shape.heads + t, s, t);
  }
}

export function softmaxAttention(shape: HeadShape, rows: Floats, p: Floats, y: Floats): void {
  const { heads, tokens: N, width: d } = shape;
  const D = heads * d, row = 3 * D, stride = roundUp4(N);
  forEachHead(shape, (head, s, t) => {
    const q = rows.subarray(s * N * row + t * d), k = q.subarray(D), v = q.subarray(2 * D);
    const ph = p.subarray(head * N * stride);
    matmul(N, N, d, q, row, 1, k, 1, row, ph, stride);
    softmaxRows(N, N, stride, ph, 1 / Math.sqrt(d));
    matmul(N, d, N, ph, stride, 1, v, row, 1, y.subarray(s * N * D + t * d), D, true);
  });
}

export function softmaxAttentionBackward(
  shape: HeadShape,
  rows: Floats,
  p: Floats,
  dy: Floats,
  scratch: Floats,
  drows: Floats,
): void {
  const { heads, tokens: N, width: d } = shape;
  const D = heads * d, row = 3 * D, stride = roundUp4(N);
  forEachHead(shape, (head, s, t) => {
    const at = s * N * row + t * d;
    const g = dy.subarray(s * N * D + t * d), ph = p.subarray(head * N * stride);
    matmul(N, d, N, ph, 1, stride, g, D, 1, drows.subarray(at + 2 * D), row);
    matmul(N, N, d, g, D, 1, rows.subarray(at + 2 * D), 1, row, scratch, stride);
    softmaxRowsBackward(N, N, stride, ph, scratch, 1 / Math.sqrt(d));
    matmul(N, d, N, scratch, stride, 1, rows.subarray(at + D), row, 1, drows.subarray(at), row);
    matmul(N, d, N, scratch, 1, stride, rows.subarray(at), row, 1, drows.subarray(at + D), row);
  });
}

export function packHeads(
  shape: HeadShape,
  layout: RowLayout,
  rows: Floats,
  positional: Floats | null,
  packed: Floats,
  fields: Floats,
): void {
  const { tokens: N, width: d } = shape;
  const dp = roundUp4(d);
  forEachHead(shape, (head, s, t) => {
    for (let i = 0; i < N; i++) {
      const row = (s * N + i) * layout.stride, to = (head * N + i) * 2 * dp;
      packed.fill(0, to, to + 2 * dp);
      for (let a = 0; a < d; a++) {
        packed[to + a] = rows[row + t * d + a];
        packed[to + dp + a] = rows[row + layout.keys + t * d + a];
      }
      fields[head * N + i] = rows[row + layout.fields + t] + (positional ? positional[t * N + i] : 0);
    }
  });
}

export function packPairs(count: number, d: number, queries: Floats, keys: Floats, packed: Floats): void {
  const dp = roundUp4(d);
  packed.fill(0, 0, count * 2 * dp);
  for (let i = 0; i < count; i++) {
    packed.set(queries.subarray(i * d, (i + 1) * d), 2 * i * dp);
    packed.set(keys.subarray(i * d, (i + 1) * d), (2 * i + 1) * dp);
  }
}

// [sum of weight_i k_i | sum of weight_i q_i] over the chosen tokens of one head
function chosenSums(
  N: number,
  dp: number,
  packed: Floats,
  chosen: Bytes,
  weights: ArrayLike<number> | null,
): Float64Array {
  const S = new Float64Array(2 * dp);
  for (let i = 0; i < N; i++) {
    if (!chosen[i]) continue;
    const w = weights ? weights[i] : 1;
    for (let a = 0; a < dp; a++) {
      S[a] += w * packed[(2 * i + 1) * dp + a];
      S[dp + a] += w * packed[2 * i * dp + a];
    }
  }
  return S;
}

// (J x)_i of a chosen token
function pull(packed: Floats, i: number, S: Float64Array, dp: number, d: number): number {
  let sum = 0;
  for (let a = 0; a < dp; a++) {
    const q = packed[2 * i * dp + a], k = packed[(2 * i + 1) * dp + a];
    sum += q * (S[a] - k) + k * (S[dp + a] - q);
  }
  return sum / (2 * Math.sqrt(d));
}

function pullBackward(
  N: number,
  d: number,
  packed: Floats,
  chosen: Bytes,
  w: ArrayLike<number>,
  drows: Floats,
  layout: RowLayout,
): void {
  const dp = roundUp4(d), half = 0.5 / Math.sqrt(d);
  const S = chosenSums(N, dp, packed, chosen, null), G = chosenSums(N, dp, packed, chosen, w);
  for (let i = 0; i < N; i++) {
    if (!chosen[i]) continue;
    for (let a = 0; a < d; a++) {
      const q = packed[2 * i * dp + a], k = packed[(2 * i + 1) * dp + a];
      drows[i * layout.stride + a] += half * (w[i] * (S[a] - k) + G[a] - w[i] * k);
      drows[i * layout.stride + layout.keys + a] += half * (w[i] * (S[dp + a] - q) + G[dp + a] - w[i] * q);
    }
  }
}

export function energyReadout(
  shape: HeadShape,
  packed: Floats,
  fields: Floats,
  chosen: Bytes,
  e: Floats,
  eps: Floats,
  y: Floats,
): void {
  const { heads, tokens: N, width: d } = shape;
  const dp = roundUp4(d), D = heads * d, eStep = e.length > d ? d : 0;
  forEachHead(shape, (head, s, t) => {
    const tokens = packed.subarray(head * N * 2 * dp), x = chosen.subarray(head * N);
    const S = chosenSums(N, dp, tokens, x, null);
    for (let i = 0; i < N; i++) {
      const energy = x[i] ? -(pull(tokens, i, S, dp, d) + fields[head * N + i]) : 0;
      eps[head * N + i] = energy;
      for (let a = 0; a < d; a++) y[(s * N + i) * D + t * d + a] += energy * e[t * eStep + a];
    }
  });
}

export function energyReadoutBackward(
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
): void {
  const { samples, heads, tokens: N, width: d } = shape;
  const dp = roundUp4(d), D = heads * d, eStep = e.length > d ? d : 0;
  drows.fill(0, 0, samples * N * layout.stride);
  const w = new Float64Array(N);
  forEachHead(shape, (head, s, t) => {
    const x = chosen.subarray(head * N);
    for (let i = 0; i < N; i++) {
      if (!x[i]) continue;
      let sum = 0;
      for (let a = 0; a < d; a++) {
        const g = dy[(s * N + i) * D + t * d + a];
        sum += g * e[t * eStep + a];
        de[t * eStep + a] += eps[head * N + i] * g;
      }
      w[i] = -sum;
      if (!through) continue;
      drows[(s * N + i) * layout.stride + layout.fields + t] = -sum;
      if (dpositional) dpositional[t * N + i] -= sum;
    }
    const to = drows.subarray(s * N * layout.stride + t * d);
    if (through) pullBackward(N, d, packed.subarray(head * N * 2 * dp), x, w, to, layout);
  });
}

// the chosen tokens of a head, in order
function chosenTokens(N: number, chosen: Bytes): number[] {
  return Array.from({ length: N }, (_, i) => i).filter((i) => chosen[i]);
}

export function selectedSoftmax(
  shape: HeadShape,
  layout: RowLayout,
  rows: Floats,
  packed: Floats,
  fields: Floats,
  chosen: Bytes,
  p: Floats,
  y: Floats,
): void {
  const { heads, tokens: N, width: d } = shape;
  const dp = roundUp4(d), D = heads * d, stride = roundUp4(N);
  forEachHead(shape, (head, s, t) => {
    const x = chosen.subarray(head * N), tokens = packed.subarray(head * N * 2 * dp);
    const ph = p.subarray(head * N * stride), J = chosenTokens(N, x), lp = roundUp4(J.length);
    if (J.length === 0) return;
    const S = chosenSums(N, dp, tokens, x, null);
    const own = s * N * layout.stride + t * d;
    J.forEach((token, j) => {
      const f = pull(tokens, token, S, dp, d) / J.length + fields[head * N + token];
      for (let i = 0; i < N; i++) {
        let dot = 0;
        for (let a = 0; a < d; a++) {
          dot += rows[own + i * layout.stride + a] * rows[own + token * layout.stride + layout.keys + a];
        }
        ph[i * lp + j] = dot / Math.sqrt(d) + f;
      }
    });
    softmaxRows(N, J.length, lp, ph, 1);
    for (let i = 0; i < N; i++) {
      J.forEach((token, j) => {
        const v = own + token * layout.stride + layout.values;
        for (let a = 0; a < d; a++) y[(s * N + i) * D + t * d + a] += ph[i * lp + j] * rows[v + a];
      });
    }
  });
}

export function selectedSoftmaxBackward(
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
): void {
  const { samples, heads, tokens: N, width: d } = shape;
  const dp = roundUp4(d), D = heads * d, stride = roundUp4(N), root = 1 / Math.sqrt(d);
  drows.fill(0, 0, samples * N * layout.stride);
  const w = new Float64Array(N);
  forEachHead(shape, (head, s, t) => {
    const x = chosen.subarray(head * N), J = chosenTokens(N, x), lp = roundUp4(J.length);
    const ph = p.subarray(head * N * stride), own = s * N * layout.stride + t * d;
    for (let i = 0; i < N; i++) {
      const g = dy.subarray((s * N + i) * D + t * d), q = own + i * layout.stride;
      const slope = J.map((token) => {
        let sum = 0;
        for (let a = 0; a < d; a++) sum += g[a] * rows[own + token * layout.stride + layout.values + a];
        return sum;
      });
      const mean = slope.reduce((sum, value, j) => sum + value * ph[i * lp + j], 0);
      J.forEach((token, j) => {
        const row = own + token * layout.stride, dlogit = ph[i * lp + j] * (slope[j] - mean);
        for (let a = 0; a < d; a++) {
          drows[q + a] += root * dlogit * rows[row + layout.keys + a];
          drows[row + layout.keys + a] += root * dlogit * rows[q + a];
          drows[row + layout.values + a] += ph[i * lp + j] * g[a];
        }
        if (through) drows[(s * N + token) * layout.stride + layout.fields + t] += dlogit;
      });
    }
    if (!through) return;
    for (const token of J) {
      const df = drows[(s * N + token) * layout.stride + layout.fields + t];
      w[token] = df / J.length;
      if (dpositional) dpositional[t * N + token] += df;
    }
    pullBackward(N, d, packed.subarray(head * N * 2 * dp), x, w, drows.subarray(own), layout);
  });
}
