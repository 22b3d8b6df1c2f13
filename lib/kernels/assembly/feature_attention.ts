// Attention through positive random features: phi(q) (phi(K)^T [V | 1]), the last column being what the others are divided by.
import { at, exp4, sum4 } from "./vector";
import { matmul } from "./matmul";

// values [n, width] from rows `step` apart, then a one, then zeros up to C
function augment(n: i32, width: i32, C: i32, from: usize, step: i32, to: usize): void {
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < width; a++) store<f32>(at(to, a), load<f32>(at(from, a)));
    store<f32>(at(to, width), 1);
    for (let a = width + 1; a < C; a++) store<f32>(at(to, a), 0);
    from = at(from, step);
    to = at(to, C);
  }
}

// u <- exp(u - shift), the features from m on zero; none is below e^-40, so that no denominator vanishes
@inline
function expRow(m: i32, M: i32, u: usize, shift: f32): void {
  const s = f32x4.splat(shift);
  for (let r = 0; r < M; r += 4) v128.store(at(u, r), exp4(f32x4.pmax(f32x4.sub(v128.load(at(u, r)), s), f32x4.splat(-40))));
  for (let r = m; r < M; r++) store<f32>(at(u, r), 0);
}

@inline
function topOf(m: i32, u: usize): f32 {
  let top = load<f32>(u);
  for (let r = 1; r < m; r++) top = max(top, load<f32>(at(u, r)));
  return top;
}

// features of the queries, up to a factor a row, and of the keys, up to one factor for all: both cancel
function features(n: i32, d: i32, m: i32, M: i32, q: usize, k: usize, row: i32, w: usize, fq: usize, fk: usize): void {
  matmul(n, M, d, q, row, 1, w, 1, d, fq, M, 0, 0);
  matmul(n, M, d, k, row, 1, w, 1, d, fk, M, 0, 0);
  const half = <f32>(0.5 / Math.sqrt(<f64>d));
  let top: f32 = -Infinity;
  for (let i = 0; i < n; i++) {
    const u = at(fq, i * M), x = at(k, i * row), v = at(fk, i * M);
    expRow(m, M, u, topOf(m, u));
    let square: f32 = 0;
    for (let a = 0; a < d; a++) square += load<f32>(at(x, a)) * load<f32>(at(x, a));
    const shift = f32x4.splat(square * half);
    for (let r = 0; r < M; r += 4) v128.store(at(v, r), f32x4.sub(v128.load(at(v, r)), shift));
    top = max(top, topOf(m, v));
  }
  for (let i = 0; i < n; i++) expRow(m, M, at(fk, i * M), top);
}

// kept for the way back, a head: phi(Q), phi(K) [N, M], phi(K)^T [V | 1] [M, C], and the outputs with 1 / denominator [N, C]
export function featureAttention(
  samples: i32, heads: i32, tokens: i32, width: i32, m: i32, w: usize, rows: usize, kept: usize, y: usize, scratch: usize,
): void {
  const D = heads * width, row = 3 * D, C = (width + 8) & ~7, M = (m + 7) & ~7;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const q = at(rows, s * tokens * row + t * width);
      const fq = kept, fk = at(fq, tokens * M), kv = at(fk, tokens * M), out = at(kv, M * C);
      features(tokens, width, m, M, q, at(q, D), row, w, fq, fk);
      augment(tokens, width, C, at(q, 2 * D), row, scratch);
      matmul(M, C, tokens, fk, 1, M, scratch, C, 1, kv, C, 0, 0);
      matmul(tokens, C, M, fq, M, 1, kv, C, 1, out, C, 0, 0);
      let to = at(y, s * tokens * D + t * width);
      for (let i = 0; i < tokens; i++) {
        const o = at(out, i * C), inverse: f32 = <f32>1 / load<f32>(at(o, width));
        for (let a = 0; a < width; a++) {
          const value = load<f32>(at(o, a)) * inverse;
          store<f32>(at(o, a), value);
          store<f32>(at(to, a), load<f32>(at(to, a)) + value);
        }
        store<f32>(at(o, width), inverse);
        to = at(to, D);
      }
      kept = at(out, tokens * C);
    }
  }
}

// du <- du f, the gradient of the exponents
@inline
function throughExp(count: i32, f: usize, du: usize): void {
  for (let e = 0; e < count; e += 4) v128.store(at(du, e), f32x4.mul(v128.load(at(du, e)), v128.load(at(f, e))));
}

// scratch: [V | 1], gradients of the numerators and of [V | 1], [N, C] each; of the features [N, M]; of the products [M, C]
export function featureAttentionBackward(
  samples: i32, heads: i32, tokens: i32, width: i32, m: i32, w: usize, rows: usize, kept: usize, dy: usize,
  scratch: usize, drows: usize,
): void {
  const D = heads * width, row = 3 * D, C = (width + 8) & ~7, M = (m + 7) & ~7;
  const values = scratch, dout = at(values, tokens * C), dvalues = at(dout, tokens * C);
  const du = at(dvalues, tokens * C), dkv = at(du, tokens * M);
  const root = <f32>(1.0 / Math.sqrt(<f64>width));
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const offset = s * tokens * row + t * width, q = at(rows, offset), k = at(q, D);
      const dq = at(drows, offset), dk = at(dq, D), dv = at(dq, 2 * D);
      const fq = kept, fk = at(fq, tokens * M), kv = at(fk, tokens * M), out = at(kv, M * C);
      augment(tokens, width, C, at(q, 2 * D), row, values);
      let g = at(dy, s * tokens * D + t * width);
      for (let i = 0; i < tokens; i++) {
        const o = at(out, i * C), to = at(dout, i * C), inverse = load<f32>(at(o, width));
        let dot: f32 = 0;
        for (let a = 0; a < width; a++) {
          dot += load<f32>(at(g, a)) * load<f32>(at(o, a));
          store<f32>(at(to, a), load<f32>(at(g, a)) * inverse);
        }
        store<f32>(at(to, width), -dot * inverse);
        for (let a = width + 1; a < C; a++) store<f32>(at(to, a), 0);
        g = at(g, D);
      }
      matmul(tokens, M, C, dout, C, 1, kv, 1, C, du, M, 0, 0);
      throughExp(tokens * M, fq, du);
      matmul(tokens, width, m, du, M, 1, w, width, 1, dq, row, 0, 0);
      matmul(M, C, tokens, fq, 1, M, dout, C, 1, dkv, C, 0, 0);
      matmul(tokens, M, C, values, C, 1, dkv, 1, C, du, M, 0, 0);
      throughExp(tokens * M, fk, du);
      matmul(tokens, width, m, du, M, 1, w, width, 1, dk, row, 0, 0);
      matmul(tokens, C, M, fk, M, 1, dkv, C, 1, dvalues, C, 0, 0);
      for (let i = 0; i < tokens; i++) {
        let total = f32x4.splat(0);
        for (let r = 0; r < M; r += 4) total = f32x4.add(total, v128.load(at(du, i * M + r)));
        const pull = sum4(total) * root;
        const key = at(k, i * row), dkey = at(dk, i * row), to = at(dv, i * row), from = at(dvalues, i * C);
        for (let a = 0; a < width; a++) {
          store<f32>(at(dkey, a), load<f32>(at(dkey, a)) - pull * load<f32>(at(key, a)));
          store<f32>(at(to, a), load<f32>(at(from, a)));
        }
      }
      kept = at(out, tokens * C);
    }
  }
}
