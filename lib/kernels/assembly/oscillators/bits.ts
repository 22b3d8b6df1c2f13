// Products of signs with a matrix of two values, as counts of common bits. Words of 64 rows, the first row in the highest bit.
import { at } from "../vector";
import { row } from "./lanes";

@inline
function below(x: usize): v128 {
  return f32x4.lt(v128.load(x), f32x4.splat(0));
}

// the lower and the upper half of the words of four lanes, side by side
@inline
function storeWords(to: usize, high: v128, low: v128): void {
  v128.store(to, v128.shuffle<i32>(low, high, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<i32>(low, high, 2, 6, 3, 7), 16);
}

// S [words, 16] of 64 bits: 1 where x is not below zero, 0 behind row n
export function signBits(n: i32, X: usize, S: usize): void {
  const all = i32x4.splat(-1);
  for (let first = 0, s = S; first < n; first += 64, s += 128) {
    for (let l: usize = 0; l < 64; l += 16) {
      let high = i32x4.splat(0), low = high;
      for (let i = 0; i < 32; i++) {
        high = i32x4.shl(high, 1);
        low = i32x4.shl(low, 1);
        if (first + i < n) high = v128.or(high, i32x4.shr_u(v128.andnot(all, below(row(X, first + i) + l)), 31));
        if (first + i + 32 < n) low = v128.or(low, i32x4.shr_u(v128.andnot(all, below(row(X, first + i + 32) + l)), 31));
      }
      storeWords(s + (l << 1), high, low);
    }
  }
}

@inline
function counts(words: i32, J: usize, S: usize): v128 {
  let p0: u64 = 0, p1: u64 = 0, p2: u64 = 0, p3: u64 = 0;
  const end = J + (<usize>words << 3);
  for (let j = J, s = S; j < end; j += 8, s += 128) {
    const bits = load<u64>(j);
    p0 += popcnt<u64>(bits & load<u64>(s));
    p1 += popcnt<u64>(bits & load<u64>(s, 8));
    p2 += popcnt<u64>(bits & load<u64>(s, 16));
    p3 += popcnt<u64>(bits & load<u64>(s, 24));
  }
  let v = i32x4.splat(<i32>p0);
  v = i32x4.replace_lane(v, 1, <i32>p1);
  v = i32x4.replace_lane(v, 2, <i32>p2);
  return f32x4.convert_i32x4_s(i32x4.replace_lane(v, 3, <i32>p3));
}

// F = step count(J and S) + base + common (M - sign(x)): J [n, words] of 64 bits, base [n], M [16] the sums of the signs, which
// are computed here
export function bitProduct(
  n: i32, from: i32, to: i32, J: usize, base: usize, step: f32, common: f32, X: usize, S: usize, M: usize, F: usize,
): void {
  const words = (n + 63) >> 6;
  const a = f32x4.splat(step), c = f32x4.splat(common), one = i32x4.splat(1);
  for (let l = 0; l < 16; l++) {
    let ones: u64 = 0;
    for (let w = 0, s = S + (<usize>l << 3); w < words; w++, s += 128) ones += popcnt<u64>(load<u64>(s));
    const sum: i32 = 2 * <i32>ones - n;
    store<f32>(at(M, l), <f32>sum);
  }
  for (let i = from; i < to; i++) {
    const bits = J + (<usize>(i * words) << 3);
    const x = row(X, i), f = row(F, i);
    const own = v128.load_splat<f32>(at(base, i));
    for (let l: usize = 0; l < 64; l += 16) {
      const sign = f32x4.convert_i32x4_s(v128.or(below(x + l), one));
      const shared = f32x4.mul(c, f32x4.sub(v128.load(M + l), sign));
      const sum = f32x4.add(f32x4.mul(a, counts(words, bits, S + (l << 1))), own);
      v128.store(f + l, f32x4.add(sum, shared));
    }
  }
}
