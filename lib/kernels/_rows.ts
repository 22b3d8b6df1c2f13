// The TypeScript twins of assembly/rows.ts and matmul.ts, as plain as the formulas.
import type { Bytes, Doubles, Floats } from "./arena.ts";
import type { Kernels } from "./kernels.ts";
import { roundUp4 } from "./round_up_4.ts";

export function matmul(
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
  accumulate = false,
  bias?: Floats,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = (accumulate ? c[i * cRow + j] : 0) + (bias ? bias[j] : 0);
      for (let l = 0; l < k; l++) sum += a[i * aRow + l * aColumn] * b[l * bRow + j * bColumn];
      c[i * cRow + j] = sum;
    }
  }
}

export function layerNorm(rows: number, n: number, x: Floats, eps: number, y: Floats, rstd: Floats): void {
  for (let r = 0; r < rows; r++) {
    let mean = 0;
    for (let i = 0; i < n; i++) mean += x[r * n + i] / n;
    let variance = 0;
    for (let i = 0; i < n; i++) variance += (x[r * n + i] - mean) ** 2 / n;
    rstd[r] = 1 / Math.sqrt(variance + eps);
    for (let i = 0; i < n; i++) y[r * n + i] = (x[r * n + i] - mean) * rstd[r];
  }
}

export function layerNormBackward(
  rows: number,
  n: number,
  dy: Floats,
  y: Floats,
  rstd: Floats,
  dx: Floats,
  accumulate = false,
): void {
  for (let r = 0; r < rows; r++) {
    let mean = 0, product = 0;
    for (let i = r * n; i < (r + 1) * n; i++) {
      mean += dy[i] / n;
      product += dy[i] * y[i] / n;
    }
    for (let i = r * n; i < (r + 1) * n; i++) {
      dx[i] = (accumulate ? dx[i] : 0) + rstd[r] * (dy[i] - mean - y[i] * product);
    }
  }
}

// Abramowitz and Stegun 7.1.26 for erf(|x| / sqrt 2)
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x) * Math.SQRT1_2);
  const p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const upper = 0.5 * p * Math.exp(-0.5 * x * x);
  return x < 0 ? upper : 1 - upper;
}

export function gelu(n: number, x: Floats, y: Floats): void {
  for (let i = 0; i < n; i++) y[i] = x[i] * normalCdf(x[i]);
}

export function geluBackward(n: number, x: Floats, dy: Floats, dx: Floats): void {
  const root = 1 / Math.sqrt(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    dx[i] = dy[i] * (normalCdf(x[i]) + x[i] * root * Math.exp(-0.5 * x[i] * x[i]));
  }
}

/** A softmax weight stops at e^-60 of the largest: what float32 cannot see beside it, and far from the subnormal numbers. */
const FAINTEST = -60;

export function softmaxRows(rows: number, n: number, stride: number, x: Floats, scale: number): void {
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * stride, r * stride + roundUp4(n));
    let top = -Infinity, total = 0;
    for (let i = 0; i < n; i++) top = Math.max(top, row[i]);
    for (let i = 0; i < n; i++) total += row[i] = Math.exp(Math.max(FAINTEST, scale * (row[i] - top)));
    for (let i = 0; i < n; i++) row[i] /= total;
    row.fill(0, n);
  }
}

export function softmaxRowsBackward(
  rows: number,
  n: number,
  stride: number,
  p: Floats,
  dp: Floats,
  scale: number,
): void {
  for (let r = 0; r < rows; r++) {
    const first = r * stride;
    let dot = 0;
    for (let i = first; i < first + n; i++) dot += dp[i] * p[i];
    for (let i = first; i < first + n; i++) dp[i] = scale * p[i] * (dp[i] - dot);
    dp.fill(0, first + n, first + roundUp4(n));
  }
}

export function crossEntropy(
  rows: number,
  classes: number,
  logits: Floats,
  labels: Bytes,
  scale: number,
  totals: Doubles,
): void {
  for (let r = 0; r < rows; r++) {
    const row = logits.subarray(r * classes, (r + 1) * classes);
    const label = labels[r];
    let best = 0, total = 0;
    for (let c = 1; c < classes; c++) if (row[c] > row[best]) best = c;
    const top = row[best];
    if (best === label) totals[1]++;
    for (let c = 0; c < classes; c++) total += Math.exp(row[c] - top);
    totals[0] += Math.log(total) - (row[label] - top);
    for (let c = 0; c < classes; c++) row[c] = scale * (Math.exp(row[c] - top) / total - (c === label ? 1 : 0));
  }
}

export function largestMagnitude(n: number, x: Floats): number {
  let top = 0;
  for (let i = 0; i < n; i++) top = Number.isFinite(x[i]) ? Math.max(top, Math.abs(x[i])) : NaN;
  return top;
}

export function columnSums(rows: number, n: number, x: Floats, sums: Floats): void {
  for (let j = 0; j < n; j++) {
    let sum = sums[j];
    for (let r = 0; r < rows; r++) sum += x[r * n + j];
    sums[j] = sum;
  }
}

export function scaleRows(
  rows: number,
  n: number,
  x: Floats,
  gain: Floats,
  offset: Floats,
  period: number,
  y: Floats,
): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < n; i++) y[r * n + i] = x[r * n + i] * gain[i] + offset[(r % period) * n + i];
  }
}

export function scaleRowsBackward(
  rows: number,
  n: number,
  x: Floats,
  gain: Floats,
  dy: Floats,
  dgain: Floats,
  dbias: Floats,
  dx: Floats,
): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < n; i++) {
      dgain[i] += dy[r * n + i] * x[r * n + i];
      dbias[i] += dy[r * n + i];
      dx[r * n + i] = dy[r * n + i] * gain[i];
    }
  }
}

export function meanRows(groups: number, rows: number, n: number, x: Floats, y: Floats): void {
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += x[(g * rows + r) * n + i];
      y[g * n + i] = sum / rows;
    }
  }
}

export function meanRowsBackward(groups: number, rows: number, n: number, dy: Floats, dx: Floats): void {
  for (let r = 0; r < groups * rows; r++) {
    for (let i = 0; i < n; i++) dx[r * n + i] = dy[Math.floor(r / rows) * n + i] / rows;
  }
}

export function adam(
  n: number,
  w: Floats,
  g: Floats,
  m: Floats,
  v: Floats,
  { rate, beta1, beta2, eps, step }: Parameters<Kernels["adam"]>[5],
): void {
  for (let i = 0; i < n; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    w[i] -= rate * (m[i] / (1 - beta1 ** step)) / (Math.sqrt(v[i] / (1 - beta2 ** step)) + eps);
  }
}
