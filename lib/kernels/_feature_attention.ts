// The TypeScript twin of assembly/feature_attention.ts.
import type { Floats } from "./arena.ts";
import type { HeadShape } from "./heads.ts";

/** Where the parts of a head are kept. */
function partsOf(kept: Floats, head: number, N: number, d: number, m: number) {
  const C = (d + 8) & ~7, M = (m + 7) & ~7;
  const from = head * (N * (2 * M + C) + M * C);
  const part = (start: number, length: number) => kept.subarray(from + start, from + start + length);
  return {
    ...{ C, M, fq: part(0, N * M), fk: part(N * M, N * M) },
    ...{ kv: part(2 * N * M, M * C), out: part(2 * N * M + M * C, N * C) },
  };
}

/** `exp(w . x - shift)` into `f`; the shift of the keys is `|x|^2 / (2 sqrt d)`, and both are taken down by their largest. */
function features(
  N: number,
  d: number,
  m: number,
  M: number,
  w: Floats,
  x: Floats,
  row: number,
  f: Floats,
  key: boolean,
) {
  let all = -Infinity;
  for (let i = 0; i < N; i++) {
    let square = 0, top = -Infinity;
    for (let a = 0; a < d; a++) square += x[i * row + a] ** 2;
    for (let r = 0; r < m; r++) {
      let u = key ? -square / (2 * Math.sqrt(d)) : 0;
      for (let a = 0; a < d; a++) u += w[r * d + a] * x[i * row + a];
      f[i * M + r] = u;
      top = Math.max(top, u);
    }
    all = Math.max(all, top);
    if (!key) { for (let r = 0; r < m; r++) f[i * M + r] = Math.exp(Math.max(-40, f[i * M + r] - top)); }
  }
  if (key) {
    for (let i = 0; i < N; i++) {
      for (let r = 0; r < m; r++) f[i * M + r] = Math.exp(Math.max(-40, f[i * M + r] - all));
    }
  }
}

export function featureAttention(
  shape: HeadShape,
  m: number,
  w: Floats,
  rows: Floats,
  kept: Floats,
  y: Floats,
): void {
  const { samples, heads, tokens: N, width: d } = shape;
  const D = heads * d, row = 3 * D;
  for (let head = 0; head < samples * heads; head++) {
    const s = Math.floor(head / heads), own = s * N * row + head % heads * d;
    const { C, M, fq, fk, kv, out } = partsOf(kept, head, N, d, m);
    features(N, d, m, M, w, rows.subarray(own), row, fq, false);
    features(N, d, m, M, w, rows.subarray(own + D), row, fk, true);
    kv.fill(0);
    for (let j = 0; j < N; j++) {
      for (let r = 0; r < m; r++) {
        for (let a = 0; a < d; a++) kv[r * C + a] += fk[j * M + r] * rows[own + 2 * D + j * row + a];
        kv[r * C + d] += fk[j * M + r];
      }
    }
    for (let i = 0; i < N; i++) {
      const sums = new Float64Array(d + 1);
      for (let r = 0; r < m; r++) for (let a = 0; a <= d; a++) sums[a] += fq[i * M + r] * kv[r * C + a];
      for (let a = 0; a < d; a++) {
        out[i * C + a] = sums[a] / sums[d];
        y[(s * N + i) * D + head % heads * d + a] += sums[a] / sums[d];
      }
      out[i * C + d] = 1 / sums[d];
    }
  }
}

export function featureAttentionBackward(
  shape: HeadShape,
  m: number,
  w: Floats,
  rows: Floats,
  kept: Floats,
  dy: Floats,
  _scratch: Floats,
  drows: Floats,
): void {
  const { samples, heads, tokens: N, width: d } = shape;
  const D = heads * d, row = 3 * D;
  for (let head = 0; head < samples * heads; head++) {
    const s = Math.floor(head / heads), own = s * N * row + head % heads * d;
    const { C, M, fq, fk, kv, out } = partsOf(kept, head, N, d, m);
    const dkv = new Float64Array(m * (d + 1));
    for (let i = 0; i < N; i++) {
      const g = dy.subarray((s * N + i) * D + head % heads * d), o = out.subarray(i * C);
      const slope = new Float64Array(d + 1);
      for (let a = 0; a < d; a++) {
        slope[a] = g[a] * o[d];
        slope[d] -= g[a] * o[a] * o[d];
      }
      drows.fill(0, own + i * row, own + i * row + d);
      for (let r = 0; r < m; r++) {
        let df = 0;
        for (let a = 0; a <= d; a++) {
          df += slope[a] * kv[r * C + a];
          dkv[r * (d + 1) + a] += slope[a] * fq[i * M + r];
        }
        for (let a = 0; a < d; a++) drows[own + i * row + a] += df * fq[i * M + r] * w[r * d + a];
      }
    }
    for (let j = 0; j < N; j++) {
      const key = own + D + j * row, value = key + D;
      const [dk, dv] = [new Float64Array(d), new Float64Array(d)];
      for (let r = 0; r < m; r++) {
        let df = dkv[r * (d + 1) + d];
        for (let a = 0; a < d; a++) {
          df += dkv[r * (d + 1) + a] * rows[value + a];
          dv[a] += dkv[r * (d + 1) + a] * fk[j * M + r];
        }
        for (let a = 0; a < d; a++) dk[a] += df * fk[j * M + r] * (w[r * d + a] - rows[key + a] / Math.sqrt(d));
      }
      for (let a = 0; a < d; a++) {
        drows[key + a] = dk[a];
        drows[value + a] = dv[a];
      }
    }
  }
}
