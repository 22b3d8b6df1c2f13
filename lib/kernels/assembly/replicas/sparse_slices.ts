// The sparse sweep with the lanes coupled to a ring: `before` and `after` are the spins of the neighbouring groups.

import { draw, limits8 } from "./random";
import { rowStart, spread16, spread32 } from "./sparse";

const BLOCK: i32 = 256;

// t - bond s (s_before + s_after)
@inline
function reduced(t: v128, bond: v128, ring: v128): v128 {
  return f32x4.sub(t, f32x4.mul(bond, ring));
}

export function slicesSparse16(
  from: i32, to: i32, rowPtr: usize, entries: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
  before: usize, after: usize, strength: f32,
): void {
  const c0 = v128.load(scale), c1 = v128.load(scale, 16);
  const bond = f32x4.splat(strength);
  const even = i32x4.splat(0x0000ffff), odd = i32x4.splat(0xffff0000);
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    draw(last - first, words, drawn);
    let t = drawn;
    for (let i = first; i < last; i++) {
      const at = (<usize>i) << 4;
      let spins = v128.load(s + at);
      const limitless = i16x8.mul(spins, v128.load(f + at));
      let changed = i16x8.splat(0);
      for (let turn = 0; turn < 2; turn++) {
        const left = v128.shuffle<i16>(v128.load(before + at), spins, 7, 8, 9, 10, 11, 12, 13, 14);
        const right = v128.shuffle<i16>(spins, v128.load(after + at), 1, 2, 3, 4, 5, 6, 7, 8);
        const ring = i16x8.mul(spins, i16x8.add(left, right));
        const t0 = reduced(v128.load(t), bond, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(ring)));
        const t1 = reduced(v128.load(t, 16), bond, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(ring)));
        const accepted = i16x8.ge_s(limitless, i16x8.neg(limits8(t0, t1, c0, c1)));
        const change = v128.and(v128.and(spins, accepted), turn === 0 ? even : odd);
        changed = v128.or(changed, change);
        spins = i16x8.sub(spins, i16x8.shl(change, 1));
        v128.store(s + at, spins);
      }
      t += 32;
      if (v128.any_true(changed)) {
        spread16(rowStart(rowPtr, entries, i), rowStart(rowPtr, entries, i + 1), f, changed);
      }
    }
  }
}

export function slicesSparse32(
  from: i32, to: i32, rowPtr: usize, entries: usize, s: usize, f: usize, words: usize, scale: usize, drawn: usize,
  before: usize, after: usize, strength: f32,
): void {
  const c0 = v128.load(scale), c1 = v128.load(scale, 16);
  const bond = f32x4.splat(strength);
  const even = i64x2.splat(0x00000000ffffffff), odd = i64x2.splat(0xffffffff00000000);
  for (let first = from; first < to; first += BLOCK) {
    const last = min(to, first + BLOCK);
    draw(last - first, words, drawn);
    let t = drawn;
    for (let i = first; i < last; i++) {
      const at = (<usize>i) << 5;
      let s0 = v128.load(s + at), s1 = v128.load(s + at, 16);
      const cost0 = f32x4.neg(f32x4.mul(s0, v128.load(f + at)));
      const cost1 = f32x4.neg(f32x4.mul(s1, v128.load(f + at, 16)));
      let changed0 = f32x4.splat(0), changed1 = f32x4.splat(0);
      for (let turn = 0; turn < 2; turn++) {
        const mask = turn === 0 ? even : odd;
        const left0 = v128.shuffle<f32>(v128.load(before + at, 16), s0, 3, 4, 5, 6);
        const left1 = v128.shuffle<f32>(s0, s1, 3, 4, 5, 6);
        const right0 = v128.shuffle<f32>(s0, s1, 1, 2, 3, 4);
        const right1 = v128.shuffle<f32>(s1, v128.load(after + at), 1, 2, 3, 4);
        const t0 = reduced(v128.load(t), bond, f32x4.mul(s0, f32x4.add(left0, right0)));
        const t1 = reduced(v128.load(t, 16), bond, f32x4.mul(s1, f32x4.add(left1, right1)));
        const change0 = v128.and(v128.and(s0, f32x4.le(cost0, f32x4.mul(t0, c0))), mask);
        const change1 = v128.and(v128.and(s1, f32x4.le(cost1, f32x4.mul(t1, c1))), mask);
        changed0 = v128.or(changed0, change0);
        changed1 = v128.or(changed1, change1);
        s0 = f32x4.sub(s0, f32x4.add(change0, change0));
        s1 = f32x4.sub(s1, f32x4.add(change1, change1));
        v128.store(s + at, s0);
        v128.store(s + at, s1, 16);
      }
      t += 32;
      if (v128.any_true(v128.or(changed0, changed1))) {
        spread32(rowStart(rowPtr, entries, i), rowStart(rowPtr, entries, i + 1), f, changed0, changed1);
      }
    }
  }
}
