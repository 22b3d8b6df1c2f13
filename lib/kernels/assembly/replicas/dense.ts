// Dense couplings, one lane after another: a row of spins, fields or couplings is contiguous, padded to a multiple of 8.

import { draw, floored4 } from "./random";

const BLOCK: i32 = 256;
const LANES: i32 = 8;

// thresholds [256, 8] to [8, 256], 4 spins and 4 lanes at a time
function transpose(count: i32, from: usize, to: usize): void {
  for (let i = 0; i < count; i += 4) {
    for (let half: usize = 0; half < 2; half++) {
      const at = from + ((<usize>i) << 5) + (half << 4);
      const a = v128.load(at), b = v128.load(at, 32), c = v128.load(at, 64), d = v128.load(at, 96);
      const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const row = to + (half << 12) + ((<usize>i) << 2);
      v128.store(row, v128.shuffle<f64>(ab0, cd0, 0, 2));
      v128.store(row, v128.shuffle<f64>(ab0, cd0, 1, 3), 1024);
      v128.store(row, v128.shuffle<f64>(ab1, cd1, 0, 2), 2048);
      v128.store(row, v128.shuffle<f64>(ab1, cd1, 1, 3), 3072);
    }
  }
}

// f of one lane after spin i, which was s, has flipped
@inline
function subtractRow16(f: usize, row: usize, stride: i32, s: i32): void {
  const end = row + ((<usize>stride) << 1);
  const sign = i16x8.splat(<i16>-s);
  for (; row < end; row += 32, f += 32) {
    v128.store(f, i16x8.add(v128.load(f), i16x8.mul(v128.load(row), sign)));
    v128.store(f, i16x8.add(v128.load(f, 16), i16x8.mul(v128.load(row, 16), sign)), 16);
  }
}

@inline
function subtractRow32(f: usize, row: usize, stride: i32, s: f32): void {
  const end = row + ((<usize>stride) << 2);
  const sign = f32x4.splat(s);
  for (; row < end; row += 64, f += 64) {
    v128.store(f, f32x4.sub(v128.load(f), f32x4.mul(v128.load(row), sign)));
    v128.store(f, f32x4.sub(v128.load(f, 16), f32x4.mul(v128.load(row, 16), sign)), 16);
    v128.store(f, f32x4.sub(v128.load(f, 32), f32x4.mul(v128.load(row, 32), sign)), 32);
    v128.store(f, f32x4.sub(v128.load(f, 48), f32x4.mul(v128.load(row, 48), sign)), 48);
  }
}

// limits of one lane from its thresholds
@inline
function limitsRow16(count: i32, t: usize, c: f32, limits: usize): void {
  const scale = f32x4.splat(c);
  for (let i = 0; i < count; i += 8) {
    const low = floored4(f32x4.mul(v128.load(t), scale)), high = floored4(f32x4.mul(v128.load(t, 16), scale));
    v128.store(limits, i16x8.narrow_i32x4_s(low, high));
    t += 32;
    limits += 16;
  }
}

@inline
function limitsRow32(count: i32, t: usize, c: f32, limits: usize): void {
  const scale = f32x4.splat(c);
  for (let i = 0; i < count; i += 4) {
    v128.store(limits, f32x4.mul(v128.load(t), scale));
    t += 16;
    limits += 16;
  }
}

// t - bond s (s_before + s_after), for the spins of one lane, in place
function reduceRow16(count: i32, t: usize, s: usize, before: usize, after: usize, strength: f32): void {
  const bond = f32x4.splat(strength);
  for (let i = 0; i < count; i += 8) {
    const ring = i16x8.mul(v128.load(s), i16x8.add(v128.load(before), v128.load(after)));
    const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(ring));
    const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(ring));
    v128.store(t, f32x4.sub(v128.load(t), f32x4.mul(bond, low)));
    v128.store(t, f32x4.sub(v128.load(t, 16), f32x4.mul(bond, high)), 16);
    t += 32;
    s += 16;
    before += 16;
    after += 16;
  }
}

function reduceRow32(count: i32, t: usize, s: usize, before: usize, after: usize, strength: f32): void {
  const bond = f32x4.splat(strength);
  for (let i = 0; i < count; i += 4) {
    const ring = f32x4.mul(v128.load(s), f32x4.add(v128.load(before), v128.load(after)));
    v128.store(t, f32x4.sub(v128.load(t), f32x4.mul(bond, ring)));
    t += 16;
    s += 16;
    before += 16;
    after += 16;
  }
}

// Spins from .. to - 1 of one lane. Eight spins are looked at together; after the first that flips, those behind it again.
function visitRow16(from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, limits: usize): void {
  const length = (<usize>stride) << 1;
  for (let i = from; i < to; i += 8) {
    const at = (<usize>i) << 1;
    const spins = v128.load(s + at);
    const bound = i16x8.neg(v128.load(limits));
    limits += 16;
    let left = to - i >= 8 ? 0xff : (1 << (to - i)) - 1;
    while (left != 0) {
      const accepted = i16x8.bitmask(i16x8.ge_s(i16x8.mul(spins, v128.load(f + at)), bound)) & left;
      if (accepted == 0) break;
      const first = ctz(accepted);
      const spin = i + first;
      const own = s + ((<usize>spin) << 1);
      const value = <i32>load<i16>(own);
      store<i16>(own, <i16>-value);
      subtractRow16(f, rows + <usize>spin * length, stride, value);
      left &= -(2 << first);
    }
  }
}

function visitRow32(from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, limits: usize): void {
  const length = (<usize>stride) << 2;
  for (let i = from; i < to; i += 4) {
    const at = (<usize>i) << 2;
    const spins = v128.load(s + at);
    const bound = v128.load(limits);
    limits += 16;
    let left = to - i >= 4 ? 0xf : (1 << (to - i)) - 1;
    while (left != 0) {
      const cost = f32x4.neg(f32x4.mul(spins, v128.load(f + at)));
      const accepted = i32x4.bitmask(f32x4.le(cost, bound)) & left;
      if (accepted == 0) break;
      const first = ctz(accepted);
      const spin = i + first;
      const own = s + ((<usize>spin) << 2);
      const value = load<f32>(own);
      store<f32>(own, -value);
      subtractRow32(f, rows + <usize>spin * length, stride, value);
      left &= -(2 << first);
    }
  }
}

export function sweepDense16(
  from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
  transposed: usize, limits: usize,
): void {
  const lane = (<usize>stride) << 1;
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    draw(last - first, words, drawn);
    transpose(last - first, drawn, transposed);
    for (let l = 0; l < LANES; l++) {
      limitsRow16(last - first, transposed + ((<usize>l) << 10), load<f32>(scale + ((<usize>l) << 2)), limits);
      visitRow16(first, last, stride, rows, s + <usize>l * lane, f + <usize>l * lane, limits);
    }
  }
}

export function sweepDense32(
  from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
  transposed: usize, limits: usize,
): void {
  const lane = (<usize>stride) << 2;
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    draw(last - first, words, drawn);
    transpose(last - first, drawn, transposed);
    for (let l = 0; l < LANES; l++) {
      limitsRow32(last - first, transposed + ((<usize>l) << 10), load<f32>(scale + ((<usize>l) << 2)), limits);
      visitRow32(first, last, stride, rows, s + <usize>l * lane, f + <usize>l * lane, limits);
    }
  }
}

// `s` is lane 0 of all lanes, `group` the group that is swept
export function slicesDense16(
  from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
  transposed: usize, limits: usize, group: i32, lanes: i32, strength: f32,
): void {
  const size = (<usize>stride) << 1;
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    const at = (<usize>first) << 1;
    draw(last - first, words, drawn);
    transpose(last - first, drawn, transposed);
    for (let turn = 0; turn < LANES; turn++) {
      const l = ((turn << 1) & 7) | (turn >> 2);
      const lane = group * LANES + l;
      const own = s + <usize>lane * size;
      const before = s + <usize>((lane + lanes - 1) % lanes) * size;
      const after = s + <usize>((lane + 1) % lanes) * size;
      const t = transposed + ((<usize>l) << 10);
      reduceRow16(last - first, t, own + at, before + at, after + at, strength);
      limitsRow16(last - first, t, load<f32>(scale + ((<usize>l) << 2)), limits);
      visitRow16(first, last, stride, rows, own, f + <usize>l * size, limits);
    }
  }
}

export function slicesDense32(
  from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
  transposed: usize, limits: usize, group: i32, lanes: i32, strength: f32,
): void {
  const size = (<usize>stride) << 2;
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    const at = (<usize>first) << 2;
    draw(last - first, words, drawn);
    transpose(last - first, drawn, transposed);
    for (let turn = 0; turn < LANES; turn++) {
      const l = ((turn << 1) & 7) | (turn >> 2);
      const lane = group * LANES + l;
      const own = s + <usize>lane * size;
      const before = s + <usize>((lane + lanes - 1) % lanes) * size;
      const after = s + <usize>((lane + 1) % lanes) * size;
      const t = transposed + ((<usize>l) << 10);
      reduceRow32(last - first, t, own + at, before + at, after + at, strength);
      limitsRow32(last - first, t, load<f32>(scale + ((<usize>l) << 2)), limits);
      visitRow32(first, last, stride, rows, own, f + <usize>l * size, limits);
    }
  }
}

export function descendDense16(from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, limit: f32): i32 {
  const bound = i16x8.splat(<i16>-limit);
  const length = (<usize>stride) << 1;
  let flips = 0;
  for (let l = 0; l < LANES; l++, s += length, f += length) {
    for (let i = from; i < to; i += 8) {
      const at = (<usize>i) << 1;
      const spins = v128.load(s + at);
      let left = to - i >= 8 ? 0xff : (1 << (to - i)) - 1;
      while (left != 0) {
        const accepted = i16x8.bitmask(i16x8.ge_s(i16x8.mul(spins, v128.load(f + at)), bound)) & left;
        if (accepted == 0) break;
        const first = ctz(accepted);
        const own = s + ((<usize>(i + first)) << 1);
        const value = <i32>load<i16>(own);
        store<i16>(own, <i16>-value);
        subtractRow16(f, rows + <usize>(i + first) * length, stride, value);
        left &= -(2 << first);
        flips++;
      }
    }
  }
  return flips > 0 ? 1 : 0;
}

export function descendDense32(from: i32, to: i32, stride: i32, rows: usize, s: usize, f: usize, limit: f32): i32 {
  const bound = f32x4.splat(-limit);
  const length = (<usize>stride) << 2;
  let flips = 0;
  for (let l = 0; l < LANES; l++, s += length, f += length) {
    for (let i = from; i < to; i += 4) {
      const at = (<usize>i) << 2;
      const spins = v128.load(s + at);
      let left = to - i >= 4 ? 0xf : (1 << (to - i)) - 1;
      while (left != 0) {
        const accepted = i32x4.bitmask(f32x4.ge(f32x4.mul(spins, v128.load(f + at)), bound)) & left;
        if (accepted == 0) break;
        const first = ctz(accepted);
        const own = s + ((<usize>(i + first)) << 2);
        const value = load<f32>(own);
        store<f32>(own, -value);
        subtractRow32(f, rows + <usize>(i + first) * length, stride, value);
        left &= -(2 << first);
        flips++;
      }
    }
  }
  return flips > 0 ? 1 : 0;
}

// Adds the terms of spins from .. to - 1 to the fields; from = 0 begins with h.
export function fieldsDense16(from: i32, to: i32, stride: i32, rows: usize, h: usize, s: usize, f: usize): void {
  const length = (<usize>stride) << 1;
  if (from == 0) for (let l = 0; l < LANES; l++) memory.copy(f + <usize>l * length, h, length);
  for (let i = from; i < to; i++) {
    const row = rows + <usize>i * length;
    for (let l = 0; l < LANES; l++) {
      const own = <usize>l * length;
      const spin = v128.load16_splat(s + own + ((<usize>i) << 1));
      for (let at: usize = 0; at < length; at += 16) {
        const half = i16x8.shr_s(v128.load(row + at), 1);
        v128.store(f + own + at, i16x8.add(v128.load(f + own + at), i16x8.mul(half, spin)));
      }
    }
  }
}

export function fieldsDense32(from: i32, to: i32, stride: i32, rows: usize, h: usize, s: usize, f: usize): void {
  const length = (<usize>stride) << 2;
  if (from == 0) for (let l = 0; l < LANES; l++) memory.copy(f + <usize>l * length, h, length);
  for (let i = from; i < to; i++) {
    const row = rows + <usize>i * length;
    for (let l = 0; l < LANES; l++) {
      const own = <usize>l * length;
      const half = f32x4.splat(<f32>0.5 * load<f32>(s + own + ((<usize>i) << 2)));
      for (let at: usize = 0; at < length; at += 16) {
        v128.store(f + own + at, f32x4.add(v128.load(f + own + at), f32x4.mul(half, v128.load(row + at))));
      }
    }
  }
}

// sum_i s_i (f_i + h_i) of every lane; spins are 0 in the padding
export function energiesDense16(stride: i32, h: usize, s: usize, f: usize, sums: usize): void {
  const length = (<usize>stride) << 1;
  for (let l = 0; l < LANES; l++, sums += 8) {
    let sum = i32x4.splat(0);
    const end = s + length;
    let field = h;
    for (; s < end; s += 16, f += 16, field += 16) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(s), i16x8.add(v128.load(f), v128.load(field))));
    }
    const total = i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) +
      i32x4.extract_lane(sum, 3);
    store<f64>(sums, <f64>total);
  }
}

export function energiesDense32(stride: i32, h: usize, s: usize, f: usize, sums: usize): void {
  const length = (<usize>stride) << 2;
  for (let l = 0; l < LANES; l++, sums += 8) {
    let a = f64x2.splat(0), b = f64x2.splat(0);
    const end = s + length;
    let field = h;
    for (; s < end; s += 16, f += 16, field += 16) {
      const part = f32x4.mul(v128.load(s), f32x4.add(v128.load(f), v128.load(field)));
      a = f64x2.add(a, f64x2.promote_low_f32x4(part));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<f32>(part, part, 2, 3, 0, 1)));
    }
    const total = f64x2.add(a, b);
    store<f64>(sums, f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1));
  }
}
