// Draws, for every spin, the level that its field must exceed to flip.
//
// With u uniform on (0, 1), a flip that costs dE is taken when beta dE < t: t = -ln u is the rule of Metropolis, and
// t = ln((1 - u) / u) the heat bath. Written for a = s f = -dE / 2 this is a > t scale with scale = -1 / (2 beta).

const LN2: f32 = 0.69314718055994530942;

// ln(v) for v of 0.5 to 2^24: exponent and mantissa, ln(1 + s) as a polynomial without constant on [0, 1), error 2e-7
@inline
export function ln4(v: v128): v128 {
  const exponent = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(v, 23), i32x4.splat(127)));
  const mantissa = v128.or(v128.and(v, i32x4.splat(0x7fffff)), i32x4.splat(0x3f800000));
  const s = f32x4.sub(mantissa, f32x4.splat(1.0));
  let p = f32x4.splat(0.010764758102595806);
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-0.055146049708127975));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(0.13467569649219513));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-0.22589878737926483));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(0.3282424509525299));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(-0.4994718134403229));
  p = f32x4.add(f32x4.mul(p, s), f32x4.splat(0.999981164932251));
  return f32x4.add(f32x4.mul(exponent, f32x4.splat(LN2)), f32x4.mul(p, s));
}

// t of four draws x of 32 bits, of which 24 count: u = (x + 0.5) / 2^24
@inline
export function metropolis4(x: v128): v128 {
  const v = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_u(x, 8)), f32x4.splat(0.5));
  return f32x4.sub(f32x4.splat(24.0 * LN2), ln4(v));
}

@inline
export function heatBath4(x: v128): v128 {
  const whole = f32x4.convert_i32x4_s(i32x4.shr_u(x, 8));
  const v = f32x4.add(whole, f32x4.splat(0.5));
  const w = f32x4.sub(f32x4.splat(16777215.5), whole);
  return f32x4.sub(ln4(w), ln4(v));
}

// four words of state a lane, the lanes of a word side by side
@inline
function keep(rng: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(rng, s0, 0);
  v128.store(rng, s1, 16);
  v128.store(rng, s2, 32);
  v128.store(rng, s3, 48);
}

/** Levels of `n` spins (a multiple of 8) in float32, from four streams of xoshiro128+ at `rng`. */
export function levels32(n: i32, rng: usize, heatBath: bool, scale: f32, out: usize): void {
  let s0 = v128.load(rng, 0), s1 = v128.load(rng, 16), s2 = v128.load(rng, 32), s3 = v128.load(rng, 48);
  const factor = f32x4.splat(scale);
  const end = out + (<usize>n << 2);
  for (; out < end; out += 16) {
    const x = i32x4.add(s0, s3);
    const t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
    v128.store(out, f32x4.mul(heatBath ? heatBath4(x) : metropolis4(x), factor));
  }
  keep(rng, s0, s1, s2, s3);
}

/** The same levels for integer fields: rounded down, and cut to 16 bits. */
export function levels16(n: i32, rng: usize, heatBath: bool, scale: f32, out: usize): void {
  let s0 = v128.load(rng, 0), s1 = v128.load(rng, 16), s2 = v128.load(rng, 32), s3 = v128.load(rng, 48);
  const factor = f32x4.splat(scale);
  const end = out + (<usize>n << 1);
  for (; out < end; out += 16) {
    let x = i32x4.add(s0, s3);
    let t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
    const low = f32x4.mul(heatBath ? heatBath4(x) : metropolis4(x), factor);
    x = i32x4.add(s0, s3);
    t = i32x4.shl(s1, 9);
    s2 = v128.xor(s2, s0);
    s3 = v128.xor(s3, s1);
    s1 = v128.xor(s1, s2);
    s0 = v128.xor(s0, s3);
    s2 = v128.xor(s2, t);
    s3 = v128.or(i32x4.shl(s3, 11), i32x4.shr_u(s3, 21));
    const high = f32x4.mul(heatBath ? heatBath4(x) : metropolis4(x), factor);
    const a = i32x4.trunc_sat_f32x4_s(f32x4.floor(low));
    const b = i32x4.trunc_sat_f32x4_s(f32x4.floor(high));
    v128.store(out, i16x8.narrow_i32x4_s(a, b));
  }
  keep(rng, s0, s1, s2, s3);
}
