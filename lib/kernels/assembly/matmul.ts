// C = A B for any strides: panels of 8 columns of B are packed, tiles of 4 x 8 of C are held in registers.
import { at } from "./vector";

const KC: i32 = 512;
const panel: usize = memory.data(KC * 8 * 4, 16);
const edge: usize = memory.data(4 * 8 * 4, 16);

@inline
function packPanel(k: i32, b: usize, br: i32, bc: i32, width: i32): void {
  let to = panel;
  if (width == 8 && bc == 1) {
    const step = <usize>br << 2;
    for (let l = 0; l < k; l++) {
      v128.store(to, v128.load(b));
      v128.store(to, v128.load(b, 16), 16);
      b += step;
      to += 32;
    }
    return;
  }
  for (let l = 0; l < k; l++) {
    let from = at(b, l * br);
    for (let j = 0; j < 8; j++) {
      store<f32>(at(to, j), j < width ? load<f32>(from) : 0);
      from += <usize>bc << 2;
    }
    to += 32;
  }
}

@inline
function packTransposed(k: i32, b: usize, bc: i32): void {
  // rows of B^T are contiguous: read 8 of them, 4 values at a time, and transpose in registers
  const step = <usize>bc << 2;
  let to = panel;
  let l = 0;
  for (; l + 4 <= k; l += 4) {
    for (let half = 0; half < 2; half++) {
      const from = at(b, l) + <usize>half * 4 * step;
      const r0 = v128.load(from);
      const r1 = v128.load(from + step);
      const r2 = v128.load(from + 2 * step);
      const r3 = v128.load(from + 3 * step);
      const a0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const a1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const a2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const a3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const p = to + <usize>half * 16;
      v128.store(p, v128.shuffle<f64>(a0, a2, 0, 2));
      v128.store(p, v128.shuffle<f64>(a0, a2, 1, 3), 32);
      v128.store(p, v128.shuffle<f64>(a1, a3, 0, 2), 64);
      v128.store(p, v128.shuffle<f64>(a1, a3, 1, 3), 96);
    }
    to += 128;
  }
  for (; l < k; l++) {
    for (let j = 0; j < 8; j++) store<f32>(at(to, j), load<f32>(at(b, l) + <usize>j * step));
    to += 32;
  }
}

// start: 0 from zero, 1 from C, 2 from the bias row, 3 from their sum
@inline
function begin(c: usize, bias: usize, start: i32): v128 {
  if (start == 3) return f32x4.add(v128.load(c), v128.load(bias));
  return start == 0 ? f32x4.splat(0) : v128.load(start == 1 ? c : bias);
}

function tile4(k: i32, a: usize, ar: i32, ac: i32, c: usize, cr: i32, start: i32, bias: usize): void {
  const as = <usize>ar << 2, step = <usize>ac << 2, cs = <usize>cr << 2;
  let c00 = begin(c, bias, start), c01 = begin(c + 16, bias + 16, start);
  let c10 = begin(c + cs, bias, start), c11 = begin(c + cs + 16, bias + 16, start);
  let c20 = begin(c + 2 * cs, bias, start), c21 = begin(c + 2 * cs + 16, bias + 16, start);
  let c30 = begin(c + 3 * cs, bias, start), c31 = begin(c + 3 * cs + 16, bias + 16, start);
  let a0 = a, a1 = a + as, a2 = a + 2 * as, a3 = a + 3 * as;
  let b = panel;
  const end = panel + (<usize>k << 5);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s = v128.load_splat<f32>(a0);
    c00 = f32x4.add(c00, f32x4.mul(s, b0));
    c01 = f32x4.add(c01, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a1);
    c10 = f32x4.add(c10, f32x4.mul(s, b0));
    c11 = f32x4.add(c11, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a2);
    c20 = f32x4.add(c20, f32x4.mul(s, b0));
    c21 = f32x4.add(c21, f32x4.mul(s, b1));
    s = v128.load_splat<f32>(a3);
    c30 = f32x4.add(c30, f32x4.mul(s, b0));
    c31 = f32x4.add(c31, f32x4.mul(s, b1));
    a0 += step;
    a1 += step;
    a2 += step;
    a3 += step;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c + 16, c01);
  v128.store(c + cs, c10);
  v128.store(c + cs + 16, c11);
  v128.store(c + 2 * cs, c20);
  v128.store(c + 2 * cs + 16, c21);
  v128.store(c + 3 * cs, c30);
  v128.store(c + 3 * cs + 16, c31);
}

function tile1(k: i32, a: usize, ac: i32, c: usize, start: i32, bias: usize): void {
  const step = <usize>ac << 2;
  let c0 = begin(c, bias, start), c1 = begin(c + 16, bias + 16, start);
  let b = panel;
  const end = panel + (<usize>k << 5);
  while (b < end) {
    const s = v128.load_splat<f32>(a);
    c0 = f32x4.add(c0, f32x4.mul(s, v128.load(b)));
    c1 = f32x4.add(c1, f32x4.mul(s, v128.load(b, 16)));
    a += step;
    b += 32;
  }
  v128.store(c, c0);
  v128.store(c + 16, c1);
}

// a tile narrower than 8 columns goes through a small buffer
function edgeTile(rows: i32, k: i32, a: usize, ar: i32, ac: i32, c: usize, cr: i32, width: i32, start: i32, bias: usize): void {
  for (let i = 0; i < rows; i++) {
    const row = at(edge, i * 8);
    for (let j = 0; j < width; j++) {
      const old: f32 = start & 1 ? load<f32>(at(c, i * cr + j)) : 0;
      store<f32>(at(row, j), start & 2 ? old + load<f32>(at(bias, j)) : old);
    }
  }
  if (rows == 4) tile4(k, a, ar, ac, edge, 8, 1, 0);
  else for (let i = 0; i < rows; i++) tile1(k, at(a, i * ar), ac, at(edge, i * 8), 1, 0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) store<f32>(at(c, i * cr + j), load<f32>(at(edge, i * 8 + j)));
  }
}

export function matmul(
  m: i32, n: i32, k: i32,
  a: usize, ar: i32, ac: i32,
  b: usize, br: i32, bc: i32,
  c: usize, cr: i32, accumulate: i32, bias: usize,
): void {
  let start = (accumulate ? 1 : 0) + (bias ? 2 : 0);
  for (let l = 0; l < k; l += KC) {
    const kc = min(KC, k - l);
    for (let j = 0; j < n; j += 8) {
      const width = min(8, n - j);
      const from = at(b, l * br + j * bc);
      if (width == 8 && br == 1) packTransposed(kc, from, bc);
      else packPanel(kc, from, br, bc, width);
      const rowBias = at(bias, j);
      let i = 0;
      for (; i + 4 <= m; i += 4) {
        const ai = at(a, i * ar + l * ac), ci = at(c, i * cr + j);
        if (width == 8) tile4(kc, ai, ar, ac, ci, cr, start, rowBias);
        else edgeTile(4, kc, ai, ar, ac, ci, cr, width, start, rowBias);
      }
      for (; i < m; i++) {
        const ai = at(a, i * ar + l * ac), ci = at(c, i * cr + j);
        if (width == 8) tile1(kc, ai, ac, ci, start, rowBias);
        else edgeTile(1, kc, ai, ar, ac, ci, cr, width, start, rowBias);
      }
    }
    start = 1;
  }
}

export function batchedMatmul(
  count: i32, m: i32, n: i32, k: i32,
  a: usize, ar: i32, ac: i32, as: i32,
  b: usize, br: i32, bc: i32, bs: i32,
  c: usize, cr: i32, cs: i32, accumulate: i32,
): void {
  for (let p = 0; p < count; p++) {
    matmul(m, n, k, at(a, p * as), ar, ac, at(b, p * bs), br, bc, at(c, p * cs), cr, accumulate, 0);
  }
}
