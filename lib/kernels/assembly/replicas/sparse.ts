// Sparse couplings, lanes side by side: spin i of the 8 lanes of a group is one vector of 16-bit integers, or two of float32.

import { draw, limits8 } from "./random";

const BLOCK: i32 = 256;

// f of the neighbours of a spin whose flipped lanes had the values `change`, 0 elsewhere
@inline
export function spread16(entry: usize, end: usize, f: usize, change: v128): void {
  for (; entry < end; entry += 8) {
    const at = f + ((<usize>load<u32>(entry)) << 4);
    const step = i16x8.mul(v128.load16_splat(entry, 4), change);
    v128.store(at, i16x8.sub(v128.load(at), step));
  }
}

@inline
export function spread32(entry: usize, end: usize, f: usize, change0: v128, change1: v128): void {
  for (; entry < end; entry += 8) {
    const at = f + ((<usize>load<u32>(entry)) << 5);
    const weight = v128.load32_splat(entry, 4);
    v128.store(at, f32x4.sub(v128.load(at), f32x4.mul(weight, change0)));
    v128.store(at, f32x4.sub(v128.load(at, 16), f32x4.mul(weight, change1)), 16);
  }
}

@inline
export function rowStart(rowPtr: usize, entries: usize, i: i32): usize {
  return entries + ((<usize>load<u32>(rowPtr + ((<usize>i) << 2))) << 3);
}

export function sweepSparse16(
  from: i32, to: i32, rowPtr: usize, entries: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
): void {
  const c0 = v128.load(scale), c1 = v128.load(scale, 16);
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    draw(last - first, words, drawn);
    let t = drawn;
    for (let i = first; i < last; i++) {
      const at = (<usize>i) << 4;
      const spins = v128.load(s + at);
      const gains = i16x8.mul(spins, v128.load(f + at));
      const limits = limits8(v128.load(t), v128.load(t, 16), c0, c1);
      const accepted = i16x8.ge_s(gains, i16x8.neg(limits));
      t += 32;
      if (!v128.any_true(accepted)) continue;
      const change = v128.and(spins, accepted);
      v128.store(s + at, i16x8.sub(spins, i16x8.shl(change, 1)));
      spread16(rowStart(rowPtr, entries, i), rowStart(rowPtr, entries, i + 1), f, change);
    }
  }
}

export function sweepSparse32(
  from: i32, to: i32, rowPtr: usize, entries: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
): void {
  const c0 = v128.load(scale), c1 = v128.load(scale, 16);
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    draw(last - first, words, drawn);
    let t = drawn;
    for (let i = first; i < last; i++) {
      const at = (<usize>i) << 5;
      const s0 = v128.load(s + at), s1 = v128.load(s + at, 16);
      const cost0 = f32x4.neg(f32x4.mul(s0, v128.load(f + at)));
      const cost1 = f32x4.neg(f32x4.mul(s1, v128.load(f + at, 16)));
      const accepted0 = f32x4.le(cost0, f32x4.mul(v128.load(t), c0));
      const accepted1 = f32x4.le(cost1, f32x4.mul(v128.load(t, 16), c1));
      t += 32;
      if (!v128.any_true(v128.or(accepted0, accepted1))) continue;
      const change0 = v128.and(s0, accepted0), change1 = v128.and(s1, accepted1);
      v128.store(s + at, f32x4.sub(s0, f32x4.add(change0, change0)));
      v128.store(s + at, f32x4.sub(s1, f32x4.add(change1, change1)), 16);
      spread32(rowStart(rowPtr, entries, i), rowStart(rowPtr, entries, i + 1), f, change0, change1);
    }
  }
}

// limit: largest -s f of a spin that flips
export function descendSparse16(
  from: i32, to: i32, rowPtr: usize, entries: usize, s: usize, f: usize, limit: f32,
): i32 {
  const bound = i16x8.splat(<i16>-limit);
  let any = v128.xor(bound, bound);
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 4;
    const spins = v128.load(s + at);
    const accepted = i16x8.ge_s(i16x8.mul(spins, v128.load(f + at)), bound);
    if (!v128.any_true(accepted)) continue;
    any = v128.or(any, accepted);
    const change = v128.and(spins, accepted);
    v128.store(s + at, i16x8.sub(spins, i16x8.shl(change, 1)));
    spread16(rowStart(rowPtr, entries, i), rowStart(rowPtr, entries, i + 1), f, change);
  }
  return v128.any_true(any) ? 1 : 0;
}

export function descendSparse32(
  from: i32, to: i32, rowPtr: usize, entries: usize, s: usize, f: usize, limit: f32,
): i32 {
  const bound = f32x4.splat(-limit);
  let any = v128.xor(bound, bound);
  for (let i = from; i < to; i++) {
    const at = (<usize>i) << 5;
    const s0 = v128.load(s + at), s1 = v128.load(s + at, 16);
    const accepted0 = f32x4.ge(f32x4.mul(s0, v128.load(f + at)), bound);
    const accepted1 = f32x4.ge(f32x4.mul(s1, v128.load(f + at, 16)), bound);
    const accepted = v128.or(accepted0, accepted1);
    if (!v128.any_true(accepted)) continue;
    any = v128.or(any, accepted);
    const change0 = v128.and(s0, accepted0), change1 = v128.and(s1, accepted1);
    v128.store(s + at, f32x4.sub(s0, f32x4.add(change0, change0)));
    v128.store(s + at, f32x4.sub(s1, f32x4.add(change1, change1)), 16);
    spread32(rowStart(rowPtr, entries, i), rowStart(rowPtr, entries, i + 1), f, change0, change1);
  }
  return v128.any_true(any) ? 1 : 0;
}

export function fieldsSparse16(
  from: i32, to: i32, rowPtr: usize, entries: usize, h: usize, s: usize, f: usize,
): void {
  for (let i = from; i < to; i++) {
    let sum = i16x8.splat(0);
    const end = rowStart(rowPtr, entries, i + 1);
    for (let entry = rowStart(rowPtr, entries, i); entry < end; entry += 8) {
      const spins = v128.load(s + ((<usize>load<u32>(entry)) << 4));
      sum = i16x8.add(sum, i16x8.mul(v128.load16_splat(entry, 4), spins));
    }
    const field = i16x8.splat(load<i16>(h + ((<usize>i) << 1)));
    v128.store(f + ((<usize>i) << 4), i16x8.add(field, i16x8.shr_s(sum, 1)));
  }
}

export function fieldsSparse32(
  from: i32, to: i32, rowPtr: usize, entries: usize, h: usize, s: usize, f: usize,
): void {
  const half = f32x4.splat(0.5);
  for (let i = from; i < to; i++) {
    let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0);
    const end = rowStart(rowPtr, entries, i + 1);
    for (let entry = rowStart(rowPtr, entries, i); entry < end; entry += 8) {
      const at = s + ((<usize>load<u32>(entry)) << 5);
      const weight = v128.load32_splat(entry, 4);
      sum0 = f32x4.add(sum0, f32x4.mul(weight, v128.load(at)));
      sum1 = f32x4.add(sum1, f32x4.mul(weight, v128.load(at, 16)));
    }
    const field = v128.load32_splat(h + ((<usize>i) << 2));
    v128.store(f + ((<usize>i) << 5), f32x4.add(field, f32x4.mul(sum0, half)));
    v128.store(f + ((<usize>i) << 5), f32x4.add(field, f32x4.mul(sum1, half)), 16);
  }
}

// sum_i s_i (f_i + h_i) of every lane
export function energiesSparse16(n: i32, h: usize, s: usize, f: usize, sums: usize): void {
  let low = i32x4.splat(0), high = i32x4.splat(0);
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 4;
    const spins = v128.load(s + at);
    const both = i16x8.add(v128.load(f + at), v128.load16_splat(h + ((<usize>i) << 1)));
    low = i32x4.add(low, i32x4.extmul_low_i16x8_s(spins, both));
    high = i32x4.add(high, i32x4.extmul_high_i16x8_s(spins, both));
  }
  v128.store(sums, f64x2.convert_low_i32x4_s(low));
  v128.store(sums, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(low, low, 2, 3, 0, 1)), 16);
  v128.store(sums, f64x2.convert_low_i32x4_s(high), 32);
  v128.store(sums, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(high, high, 2, 3, 0, 1)), 48);
}

export function energiesSparse32(n: i32, h: usize, s: usize, f: usize, sums: usize): void {
  let a = f64x2.splat(0), b = f64x2.splat(0), c = f64x2.splat(0), d = f64x2.splat(0);
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 5;
    const field = v128.load32_splat(h + ((<usize>i) << 2));
    const low = f32x4.mul(v128.load(s + at), f32x4.add(v128.load(f + at), field));
    const high = f32x4.mul(v128.load(s + at, 16), f32x4.add(v128.load(f + at, 16), field));
    a = f64x2.add(a, f64x2.promote_low_f32x4(low));
    b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(low, low, 2, 3, 0, 1)));
    c = f64x2.add(c, f64x2.promote_low_f32x4(high));
    d = f64x2.add(d, f64x2.promote_low_f32x4(v128.shuffle<f32>(high, high, 2, 3, 0, 1)));
  }
  v128.store(sums, a);
  v128.store(sums, b, 16);
  v128.store(sums, c, 32);
  v128.store(sums, d, 48);
}
