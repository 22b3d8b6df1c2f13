// Standard normal numbers, each lane from its own xoshiro128**, by the method of Box and Muller.
import { output4, rotated4 } from "../next_bits";
import { row } from "./lanes";

let s0: v128 = i32x4.splat(0), s1: v128 = s0, s2: v128 = s0, s3: v128 = s0;

@inline
function draw(): v128 {
  const result = output4(s1);
  const t = i32x4.shl(s1, 9);
  s2 = v128.xor(s2, s0);
  s3 = v128.xor(s3, s1);
  s1 = v128.xor(s1, s2);
  s0 = v128.xor(s0, s3);
  s2 = v128.xor(s2, t);
  s3 = rotated4(s3, 11);
  return result;
}

@inline
function step(p: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(c));
}

// sqrt(-2 ln u) with u = (the 24 upper bits + 1) / 2^24; ln by the ranges and degree of Cephes logf
@inline
function radius(bits: v128): v128 {
  const u = f32x4.mul(
    f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_u(bits, 8), i32x4.splat(1))),
    f32x4.splat(5.9604644775390625e-8),
  );
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(u, 23), i32x4.splat(127)));
  let m = v128.or(v128.and(u, i32x4.splat(0x007fffff)), i32x4.splat(0x3f800000));
  const large = f32x4.gt(m, f32x4.splat(1.41421354));
  m = v128.bitselect(f32x4.mul(m, f32x4.splat(0.5)), m, large);
  e = f32x4.add(e, v128.and(large, f32x4.splat(1)));
  const t = f32x4.sub(m, f32x4.splat(1));
  const z = f32x4.mul(t, t);
  let p = f32x4.splat(7.0376836292e-2);
  p = step(p, t, -1.1514610310e-1);
  p = step(p, t, 1.1676998740e-1);
  p = step(p, t, -1.2420140846e-1);
  p = step(p, t, 1.4249322787e-1);
  p = step(p, t, -1.6668057665e-1);
  p = step(p, t, 2.0000714765e-1);
  p = step(p, t, -2.4999993993e-1);
  p = step(p, t, 3.3333331174e-1);
  p = f32x4.mul(f32x4.mul(p, t), z);
  p = f32x4.sub(p, f32x4.mul(z, f32x4.splat(0.5)));
  const log = f32x4.add(f32x4.mul(e, f32x4.splat(0.69314718)), f32x4.add(p, t));
  return f32x4.sqrt(f32x4.mul(log, f32x4.splat(-2)));
}

@inline
function flip(v: v128, quadrant: v128): v128 {
  return v128.xor(v, i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30));
}

// out [n, 16]; states [4, 16] words, advanced. Two rows a pair of draws, so `from` is even; an odd last row drops its partner.
export function normals(from: i32, to: i32, states: usize, out: usize): void {
  for (let l: usize = 0; l < 64; l += 16) {
    s0 = v128.load(states + l);
    s1 = v128.load(states + l, 64);
    s2 = v128.load(states + l, 128);
    s3 = v128.load(states + l, 192);
    for (let i = from; i < to; i += 2) {
      const r = radius(draw());
      const angle = draw();
      // a quarter turn is 2^30; what is left is within an eighth
      const quadrant = i32x4.shr_s(i32x4.add(angle, i32x4.splat(0x20000000)), 30);
      const f = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(angle, i32x4.shl(quadrant, 30))), f32x4.splat(1.46291807926715969e-9));
      const z = f32x4.mul(f, f);
      let sine = step(step(f32x4.splat(-1.9515295891e-4), z, 8.3321608736e-3), z, -1.6666654611e-1);
      sine = f32x4.add(f32x4.mul(f32x4.mul(sine, z), f), f);
      let cosine = step(step(f32x4.splat(2.443315711809948e-5), z, -1.388731625493765e-3), z, 4.166664568298827e-2);
      cosine = step(step(cosine, z, -0.5), z, 1);
      const odd = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
      const c = flip(v128.bitselect(sine, cosine, odd), i32x4.add(quadrant, i32x4.splat(1)));
      const s = flip(v128.bitselect(cosine, sine, odd), quadrant);
      const to0 = row(out, i) + l;
      v128.store(to0, f32x4.mul(r, c));
      if (i + 1 < to) v128.store(to0, f32x4.mul(r, s), 64);
    }
    v128.store(states + l, s0);
    v128.store(states + l, s1, 64);
    v128.store(states + l, s2, 128);
    v128.store(states + l, s3, 192);
  }
}

// out = X + size N
export function addNoise(from: i32, to: i32, X: usize, N: usize, size: f32, out: usize): void {
  const a = f32x4.splat(size);
  const end = row(X, to);
  let n = row(N, from), o = row(out, from);
  for (let x = row(X, from); x < end; x += 16) {
    v128.store(o, f32x4.add(v128.load(x), f32x4.mul(a, v128.load(n))));
    n += 16;
    o += 16;
  }
}
