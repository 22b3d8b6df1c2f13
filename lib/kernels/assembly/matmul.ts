// C = A B for any strides: panels of 8 columns of B are packed, tiles of 4 x 8 of C are held in registers.
import { at } from "./vector";

const KC: i32 = 512;
const panel: usize = memory.data(KC * 8 * 4, 16);
const edge: usize = memory.data(4 * 8 * 4, 16);
const zeros: usize = memory.data(8 * 4, 16);

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

function tile4(k: i32, a: usize, ar: i32, ac: i32, c: usize, cr: i32, from: usize, fr: i32): void {
  const as = <usize>ar << 2, step = <usize>ac << 2, cs = <usize>cr << 2, fs = <usize>fr << 2;
  let c00 = v128.load(from), c01 = v128.load(from, 16);
  let c10 = v128.load(from + fs), c11 = v128.load(from + fs, 16);
  let c20 = v128.load(from + 2 * fs), c21 = v128.load(from + 2 * fs, 16);
  let c30 = v128.load(from + 3 * fs), c31 = v128.load(from + 3 * fs, 16);
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
  v128.store(c, c01, 16);
  v128.store(c + cs, c10);
  v128.store(c + cs, c11, 16);
  v128.store(c + 2 * cs, c20);
  v128.store(c + 2 * cs, c21, 16);
  v128.store(c + 3 * cs, c30);
  v128.store(c + 3 * cs, c31, 16);
}

function tile1(k: i32, a: usize, ac: i32, c: usize, from: usize): void {
  const step = <usize>ac << 2;
  let c0 = v128.load(from), c1 = v128.load(from, 16);
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
  v128.store(c, c1, 16);
}

// a tile narrower than 8 columns goes through a small buffer
function edgeTile(rows: i32, k: i32, a: usize, ar: i32, ac: i32, c: usize, cr: i32, width: i32, from: usize, fr: i32): void {
  for (let i = 0; i < rows; i++) {
    const row = at(edge, i * 8);
    for (let j = 0; j < width; j++) store<f32>(at(row, j), load<f32>(at(from, i * fr + j)));
  }
  if (rows == 4) tile4(k, a, ar, ac, edge, 8, edge, 8);
  else for (let i = 0; i < rows; i++) tile1(k, at(a, i * ar), ac, at(edge, i * 8), at(edge, i * 8));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) store<f32>(at(c, i * cr + j), load<f32>(at(edge, i * 8 + j)));
  }
}

function addBias(m: i32, n: i32, c: usize, cr: i32, bias: usize): void {
  for (let i = 0; i < m; i++) {
    const row = at(c, i * cr);
    for (let j = 0; j < n; j++) store<f32>(at(row, j), load<f32>(at(row, j)) + load<f32>(at(bias, j)));
  }
}

export function matmul(
  m: i32, n: i32, k: i32,
  a: usize, ar: i32, ac: i32,
  b: usize, br: i32, bc: i32,
  c: usize, cr: i32, accumulate: i32, bias: usize,
): void {
  if (accumulate && bias) addBias(m, n, c, cr, bias);
  for (let l = 0; l < k; l += KC) {
    const kc = min(KC, k - l);
    const again = accumulate != 0 || l > 0;
    for (let j = 0; j < n; j += 8) {
      const width = min(8, n - j);
      const panelAt = at(b, l * br + j * bc);
      if (width == 8 && br == 1) packTransposed(kc, panelAt, bc);
      else packPanel(kc, panelAt, br, bc, width);
      const first = at(again ? c : bias ? bias : zeros, again || bias ? j : 0);
      const fr = again ? cr : 0;
      let i = 0;
      for (; i + 4 <= m; i += 4) {
        const ai = at(a, i * ar + l * ac), ci = at(c, i * cr + j), from = at(first, i * fr);
        if (width == 8) tile4(kc, ai, ar, ac, ci, cr, from, fr);
        else edgeTile(4, kc, ai, ar, ac, ci, cr, width, from, fr);
      }
      for (; i < m; i++) {
        const ai = at(a, i * ar + l * ac), ci = at(c, i * cr + j), from = at(first, i * fr);
        if (width == 8) tile1(kc, ai, ac, ci, from);
        else edgeTile(1, kc, ai, ar, ac, ci, cr, width, from, fr);
      }
    }
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
