// Row-wise kernels: layer norm, GELU, softmax, cross-entropy, sums, Adam.
import { at, exp4, max4, sum4 } from "./vector";

// tail rows are handled one value at a time
export function layerNorm(rows: i32, n: i32, x: usize, eps: f32, y: usize, rstd: usize): void {
  const full = n & ~3;
  const inverse: f32 = <f32>1 / <f32>n;
  for (let r = 0; r < rows; r++) {
    let s = f32x4.splat(0);
    let i = 0;
    for (; i < full; i += 4) s = f32x4.add(s, v128.load(at(x, i)));
    let mean = sum4(s);
    for (; i < n; i++) mean += load<f32>(at(x, i));
    mean *= inverse;
    const m = f32x4.splat(mean);
    s = f32x4.splat(0);
    for (i = 0; i < full; i += 4) {
      const d = f32x4.sub(v128.load(at(x, i)), m);
      v128.store(at(y, i), d);
      s = f32x4.add(s, f32x4.mul(d, d));
    }
    let variance = sum4(s);
    for (; i < n; i++) {
      const d = load<f32>(at(x, i)) - mean;
      store<f32>(at(y, i), d);
      variance += d * d;
    }
    const f = <f32>1 / sqrt<f32>(variance * inverse + eps);
    const scale = f32x4.splat(f);
    for (i = 0; i < full; i += 4) v128.store(at(y, i), f32x4.mul(v128.load(at(y, i)), scale));
    for (; i < n; i++) store<f32>(at(y, i), load<f32>(at(y, i)) * f);
    store<f32>(at(rstd, r), f);
    x = at(x, n);
    y = at(y, n);
  }
}

// dx [+]= rstd (dy - mean(dy) - y mean(dy y)), y the normalised row
export function layerNormBackward(rows: i32, n: i32, dy: usize, y: usize, rstd: usize, dx: usize, accumulate: i32): void {
  const full = n & ~3;
  const inverse: f32 = <f32>1 / <f32>n;
  for (let r = 0; r < rows; r++) {
    let s = f32x4.splat(0), p = f32x4.splat(0);
    let i = 0;
    for (; i < full; i += 4) {
      const g = v128.load(at(dy, i));
      s = f32x4.add(s, g);
      p = f32x4.add(p, f32x4.mul(g, v128.load(at(y, i))));
    }
    let mean = sum4(s), product = sum4(p);
    for (; i < n; i++) {
      mean += load<f32>(at(dy, i));
      product += load<f32>(at(dy, i)) * load<f32>(at(y, i));
    }
    mean *= inverse;
    product *= inverse;
    const f = load<f32>(at(rstd, r));
    const m = f32x4.splat(mean), q = f32x4.splat(product), scale = f32x4.splat(f);
    for (i = 0; i < full; i += 4) {
      let d = f32x4.sub(v128.load(at(dy, i)), m);
      d = f32x4.mul(scale, f32x4.sub(d, f32x4.mul(v128.load(at(y, i)), q)));
      if (accumulate) d = f32x4.add(d, v128.load(at(dx, i)));
      v128.store(at(dx, i), d);
    }
    for (; i < n; i++) {
      const d = f * (load<f32>(at(dy, i)) - mean - load<f32>(at(y, i)) * product);
      store<f32>(at(dx, i), accumulate ? load<f32>(at(dx, i)) + d : d);
    }
    dy = at(dy, n);
    y = at(y, n);
    dx = at(dx, n);
  }
}

// upper tail Q(z) e^{z^2/2} of the normal law by Abramowitz and Stegun 7.1.26, |error| < 1e-7
@inline
function tail4(z: v128): v128 {
  const t = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), f32x4.mul(z, f32x4.splat(0.3275911 * 0.70710678118654752))));
  let p = f32x4.splat(0.5 * 1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * -1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * 1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * -0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.5 * 0.254829592));
  return f32x4.mul(p, t);
}

@inline
function normalCdf4(x: v128, e: v128): v128 {
  const upper = f32x4.mul(tail4(f32x4.abs(x)), e);
  return v128.bitselect(upper, f32x4.sub(f32x4.splat(1), upper), f32x4.lt(x, f32x4.splat(0)));
}

@inline
function gelu4(x: v128): v128 {
  return f32x4.mul(x, normalCdf4(x, exp4(f32x4.mul(f32x4.splat(-0.5), f32x4.mul(x, x)))));
}

@inline
function geluSlope4(x: v128): v128 {
  const e = exp4(f32x4.mul(f32x4.splat(-0.5), f32x4.mul(x, x)));
  return f32x4.add(normalCdf4(x, e), f32x4.mul(f32x4.mul(x, e), f32x4.splat(0.39894228040143268)));
}

// arrays of GELU are padded to four by the arena, so the last vector may run over
export function gelu(n: i32, x: usize, y: usize): void {
  for (let i = 0; i < n; i += 4) v128.store(at(y, i), gelu4(v128.load(at(x, i))));
}

export function geluBackward(n: i32, x: usize, dy: usize, dx: usize): void {
  for (let i = 0; i < n; i += 4) v128.store(at(dx, i), f32x4.mul(v128.load(at(dy, i)), geluSlope4(v128.load(at(x, i)))));
}

// a weight stops at e^-60 of the largest: what float32 cannot see beside it, and far from the subnormal numbers, on which a processor is slow
const FAINTEST: f32 = -60;

// rows of n values, ld apart, scale > 0; values between n and the next multiple of four become zero
@inline
export function softmaxRow(n: i32, row: usize, scale: f32): void {
  const full = n & ~3;
  let top = load<f32>(row);
  let i = 0;
  if (full) {
    let t = v128.load(row);
    for (i = 4; i < full; i += 4) t = f32x4.pmax(t, v128.load(at(row, i)));
    top = max4(t);
  }
  for (i = full; i < n; i++) top = max(top, load<f32>(at(row, i)));
  for (i = n; i & 3; i++) store<f32>(at(row, i), top);
  const shift = f32x4.splat(top), factor = f32x4.splat(scale);
  let s = f32x4.splat(0);
  const padded = (n + 3) & ~3;
  for (i = 0; i < padded; i += 4) {
    const e = exp4(f32x4.pmax(f32x4.mul(f32x4.sub(v128.load(at(row, i)), shift), factor), f32x4.splat(FAINTEST)));
    v128.store(at(row, i), e);
    if (i < full) s = f32x4.add(s, e);
  }
  let total = sum4(s);
  for (i = full; i < n; i++) total += load<f32>(at(row, i));
  for (i = n; i & 3; i++) store<f32>(at(row, i), 0);
  const inverse = f32x4.splat(<f32>1 / total);
  for (i = 0; i < padded; i += 4) v128.store(at(row, i), f32x4.mul(v128.load(at(row, i)), inverse));
}

export function softmaxRows(rows: i32, n: i32, ld: i32, x: usize, scale: f32): void {
  for (let r = 0; r < rows; r++) softmaxRow(n, at(x, r * ld), scale);
}

// dp <- scale p (dp - sum(dp p)), in place; the padding of p is zero
export function softmaxRowsBackward(rows: i32, n: i32, ld: i32, p: usize, dp: usize, scale: f32): void {
  const padded = (n + 3) & ~3;
  const factor = f32x4.splat(scale);
  for (let r = 0; r < rows; r++) {
    for (let i = n; i & 3; i++) store<f32>(at(dp, i), 0);
    let s = f32x4.splat(0);
    for (let i = 0; i < padded; i += 4) s = f32x4.add(s, f32x4.mul(v128.load(at(dp, i)), v128.load(at(p, i))));
    const dot = f32x4.splat(sum4(s));
    for (let i = 0; i < padded; i += 4) {
      v128.store(at(dp, i), f32x4.mul(factor, f32x4.mul(v128.load(at(p, i)), f32x4.sub(v128.load(at(dp, i)), dot))));
    }
    p = at(p, ld);
    dp = at(dp, ld);
  }
}

// logits become their gradient, times scale; out[0] += loss, out[1] += rows classified right
export function crossEntropy(rows: i32, classes: i32, logits: usize, labels: usize, scale: f32, out: usize): void {
  let loss = load<f64>(out), right = load<f64>(out, 8);
  for (let r = 0; r < rows; r++) {
    const row = at(logits, r * classes);
    const label = load<u8>(labels + r);
    let top = load<f32>(row);
    let best = 0;
    for (let c = 1; c < classes; c++) {
      const v = load<f32>(at(row, c));
      if (v > top) {
        top = v;
        best = c;
      }
    }
    if (best == label) right += 1;
    let total: f32 = 0;
    const own = load<f32>(at(row, label)) - top;
    for (let c = 0; c < classes; c++) {
      const e = f32x4.extract_lane(exp4(f32x4.splat(load<f32>(at(row, c)) - top)), 0);
      store<f32>(at(row, c), e);
      total += e;
    }
    loss += Math.log(<f64>total) - <f64>own;
    for (let c = 0; c < classes; c++) {
      const p = load<f32>(at(row, c)) / total;
      store<f32>(at(row, c), scale * (c == label ? p - 1 : p));
    }
  }
  store<f64>(out, loss);
  store<f64>(out, right, 8);
}

// largest magnitude of n values; NaN if one of them is not finite
export function largestMagnitude(n: i32, x: usize): f32 {
  const full = n & ~3;
  let top = f32x4.splat(0), poison = f32x4.splat(0);
  let i = 0;
  for (; i < full; i += 4) {
    const v = v128.load(at(x, i));
    top = f32x4.pmax(top, f32x4.abs(v));
    // 0 times anything but a finite number is NaN, and NaN stays
    poison = f32x4.add(poison, f32x4.mul(v, f32x4.splat(0)));
  }
  let result = max4(top), rest = sum4(poison);
  for (; i < n; i++) {
    const v = load<f32>(at(x, i));
    result = max(result, abs(v));
    rest += v * 0;
  }
  return result + rest;
}

// out[j] += sum over rows of x[r, j]
export function columnSums(rows: i32, n: i32, x: usize, out: usize): void {
  const full = n & ~3;
  for (let j = 0; j < full; j += 4) {
    let s = v128.load(at(out, j));
    for (let r = 0; r < rows; r++) s = f32x4.add(s, v128.load(at(x, r * n + j)));
    v128.store(at(out, j), s);
  }
  for (let j = full; j < n; j++) {
    let s = load<f32>(at(out, j));
    for (let r = 0; r < rows; r++) s += load<f32>(at(x, r * n + j));
    store<f32>(at(out, j), s);
  }
}

// Kingma and Ba's update with the bias corrections folded into step and root: w -= step m / (sqrt(v) root + eps)
export function adam(n: i32, w: usize, g: usize, m: usize, v: usize, step: f32, beta1: f32, beta2: f32, root: f32, eps: f32): void {
  for (let i = 0; i < n; i++) {
    const gi = load<f32>(at(g, i));
    const mi = beta1 * load<f32>(at(m, i)) + (<f32>1 - beta1) * gi;
    const vi = beta2 * load<f32>(at(v, i)) + (<f32>1 - beta2) * gi * gi;
    store<f32>(at(m, i), mi);
    store<f32>(at(v, i), vi);
    store<f32>(at(w, i), load<f32>(at(w, i)) - step * mi / (sqrt<f32>(vi) * root + eps));
  }
}

// y[r, :] = x[r, :] gain + offset[r mod period, :]
export function scaleRows(rows: i32, n: i32, x: usize, gain: usize, offset: usize, period: i32, y: usize): void {
  const full = n & ~3;
  for (let r = 0; r < rows; r++) {
    const from = at(offset, (r % period) * n);
    let i = 0;
    for (; i < full; i += 4) {
      const scaled = f32x4.mul(v128.load(at(x, i)), v128.load(at(gain, i)));
      v128.store(at(y, i), f32x4.add(scaled, v128.load(at(from, i))));
    }
    for (; i < n; i++) store<f32>(at(y, i), load<f32>(at(x, i)) * load<f32>(at(gain, i)) + load<f32>(at(from, i)));
    x = at(x, n);
    y = at(y, n);
  }
}

// dgain += sum dy x, dbias += sum dy, dx = dy gain; a column of four at a time, so that sums stay in registers
export function scaleRowsBackward(rows: i32, n: i32, x: usize, gain: usize, dy: usize, dgain: usize, dbias: usize, dx: usize): void {
  const full = n & ~3;
  for (let i = 0; i < full; i += 4) {
    let slope = v128.load(at(dgain, i)), sum = v128.load(at(dbias, i));
    const w = v128.load(at(gain, i));
    for (let r = 0; r < rows; r++) {
      const g = v128.load(at(dy, r * n + i));
      slope = f32x4.add(slope, f32x4.mul(g, v128.load(at(x, r * n + i))));
      sum = f32x4.add(sum, g);
      v128.store(at(dx, r * n + i), f32x4.mul(g, w));
    }
    v128.store(at(dgain, i), slope);
    v128.store(at(dbias, i), sum);
  }
  for (let i = full; i < n; i++) {
    for (let r = 0; r < rows; r++) {
      const g = load<f32>(at(dy, r * n + i));
      store<f32>(at(dgain, i), load<f32>(at(dgain, i)) + g * load<f32>(at(x, r * n + i)));
      store<f32>(at(dbias, i), load<f32>(at(dbias, i)) + g);
      store<f32>(at(dx, r * n + i), g * load<f32>(at(gain, i)));
    }
  }
}

// y[g, :] = mean of the rows of group g
export function meanRows(groups: i32, rows: i32, n: i32, x: usize, y: usize): void {
  const share: f32 = <f32>1 / <f32>rows;
  for (let g = 0; g < groups; g++) {
    memory.fill(y, 0, <usize>n << 2);
    columnSums(rows, n, x, y);
    for (let i = 0; i < n; i++) store<f32>(at(y, i), load<f32>(at(y, i)) * share);
    x = at(x, rows * n);
    y = at(y, n);
  }
}

export function meanRowsBackward(groups: i32, rows: i32, n: i32, dy: usize, dx: usize): void {
  const share: f32 = <f32>1 / <f32>rows;
  for (let g = 0; g < groups; g++) {
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < n; i++) store<f32>(at(dx, i), load<f32>(at(dy, i)) * share);
      dx = at(dx, n);
    }
    dy = at(dy, n);
  }
}
