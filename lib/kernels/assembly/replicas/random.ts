// Uniform draws of 8 lanes, each from its own xoshiro128** stream, as thresholds t = -ln u.

import { output4, rotated4 } from "../next_bits";

// -ln(u), u = x / 2^31 for the 31 bits x of each lane; the polynomial is that of the TypeScript twin
@inline
function minusLog4(x: v128): v128 {
  const value = f32x4.convert_i32x4_s(x);
  const exponent = i32x4.shr_s(i32x4.sub(value, i32x4.splat(0x3f3504f3)), 23);
  const r = f32x4.sub(i32x4.sub(value, i32x4.shl(exponent, 23)), f32x4.splat(1.0));
  let q = f32x4.splat(0.11657806485891342);
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(-0.18573839962482452));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.2052544355392456));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(-0.2492033690214157));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(0.3331356346607208));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(-0.500008761882782));
  q = f32x4.add(f32x4.mul(q, r), f32x4.splat(1.000001072883606));
  const whole = f32x4.convert_i32x4_s(i32x4.sub(i32x4.splat(31), exponent));
  return f32x4.sub(f32x4.mul(whole, f32x4.splat(0.6931471805599453)), f32x4.mul(q, r));
}

// t of `count` spins for 8 lanes: out `[count, 8]`
export function draw(count: i32, words: usize, out: usize): void {
  let a0 = v128.load(words), a1 = v128.load(words, 16), a2 = v128.load(words, 32), a3 = v128.load(words, 48);
  let b0 = v128.load(words, 64), b1 = v128.load(words, 80), b2 = v128.load(words, 96), b3 = v128.load(words, 112);
  for (let i = 0; i < count; i++) {
    v128.store(out, minusLog4(i32x4.shr_u(output4(a1), 1)));
    v128.store(out, minusLog4(i32x4.shr_u(output4(b1), 1)), 16);
    const at = i32x4.shl(a1, 9), bt = i32x4.shl(b1, 9);
    a2 = v128.xor(a2, a0);
    a3 = v128.xor(a3, a1);
    a1 = v128.xor(a1, a2);
    a0 = v128.xor(a0, a3);
    a2 = v128.xor(a2, at);
    a3 = rotated4(a3, 11);
    b2 = v128.xor(b2, b0);
    b3 = v128.xor(b3, b1);
    b1 = v128.xor(b1, b2);
    b0 = v128.xor(b0, b3);
    b2 = v128.xor(b2, bt);
    b3 = rotated4(b3, 11);
    out += 32;
  }
  v128.store(words, a0);
  v128.store(words, a1, 16);
  v128.store(words, a2, 32);
  v128.store(words, a3, 48);
  v128.store(words, b0, 64);
  v128.store(words, b1, 80);
  v128.store(words, b2, 96);
  v128.store(words, b3, 112);
}

// floor(y) within 16 bits, still as float32 lanes of an integer: the low bits of y - 1/2 + 1.5 * 2^23
@inline
export function floored4(y: v128): v128 {
  const bounded = f32x4.pmax(f32x4.pmin(y, f32x4.splat(32767.0)), f32x4.splat(-32768.0));
  const shifted = f32x4.add(f32x4.sub(bounded, f32x4.splat(0.5)), f32x4.splat(12582912.0));
  return i32x4.sub(shifted, i32x4.splat(0x4b400000));
}

// the largest -s f that is accepted, 8 lanes of 16 bits
@inline
export function limits8(t0: v128, t1: v128, c0: v128, c1: v128): v128 {
  return i16x8.narrow_i32x4_s(floored4(f32x4.mul(t0, c0)), floored4(f32x4.mul(t1, c1)));
}
