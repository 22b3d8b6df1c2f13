// Sweeps over dense int16 couplings with cached local fields: O(1) a proposal, n / 8 steps a flip.
import { levels16 } from "./thresholds";

/**
 * Visits spins `from .. to - 1` (multiples of 8) in order and flips spin i if s_i f_i exceeds its level; returns the sum of
 * s_i f_i over the flips: minus half the change of energy. `rows` holds 2 J, `[n, n]`, n a multiple of 8; spins past the
 * model have s = 1 and f = -32768 and stay.
 */
export function sweepDense16(
  n: i32,
  from: i32,
  to: i32,
  rows: usize,
  s: usize,
  f: usize,
  levels: usize,
): i64 {
  let gained: i64 = 0;
  const bytes = <usize>n << 1;
  for (let at = <usize>from << 1; at < <usize>to << 1; at += 16) {
    const level = v128.load(levels + at);
    let spins = v128.load(s + at);
    let fields = v128.load(f + at);
    let ready = <u32>i16x8.bitmask(i16x8.gt_s(i16x8.mul(spins, fields), level));
    if (ready == 0) continue;
    do {
      const lane = ctz(ready);
      const i = at + (<usize>lane << 1);
      const spin = <i32>load<i16>(s + i);
      gained += spin * <i32>load<i16>(f + i);
      const row = rows + (i >> 1) * bytes;
      const sign = i16x8.splat(<i16>spin);
      // the step stays in registers, for who flips next depends on it alone
      const mask = i16x8.eq(i16x8.splat(<i16>lane), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
      spins = i16x8.sub(v128.xor(spins, mask), mask);
      fields = i16x8.sub(fields, i16x8.mul(v128.load(row + at), sign));
      ready = <u32>i16x8.bitmask(i16x8.gt_s(i16x8.mul(spins, fields), level)) & (0xfe << lane);
      flipRow16(f, row, bytes, sign);
    } while (ready != 0);
    v128.store(s + at, spins);
  }
  return gained;
}

// f -= sign * row
@inline
function flipRow16(f: usize, row: usize, bytes: usize, sign: v128): void {
  let j: usize = 0;
  for (; j + 64 <= bytes; j += 64) {
    const to = f + j;
    const from = row + j;
    v128.store(to, i16x8.sub(v128.load(to), i16x8.mul(v128.load(from), sign)));
    v128.store(to, i16x8.sub(v128.load(to, 16), i16x8.mul(v128.load(from, 16), sign)), 16);
    v128.store(to, i16x8.sub(v128.load(to, 32), i16x8.mul(v128.load(from, 32), sign)), 32);
    v128.store(to, i16x8.sub(v128.load(to, 48), i16x8.mul(v128.load(from, 48), sign)), 48);
  }
  for (; j < bytes; j += 16) {
    v128.store(f + j, i16x8.sub(v128.load(f + j), i16x8.mul(v128.load(row + j), sign)));
  }
}

/** Anneals spins `from .. to - 1` through `sweeps` scales; returns the gain, and ends early after a sweep that reaches `enough`. */
export function annealDense16(
  n: i32,
  from: i32,
  to: i32,
  sweeps: i32,
  scales: usize,
  rng: usize,
  heatBath: bool,
  rows: usize,
  s: usize,
  f: usize,
  levels: usize,
  progress: usize,
  enough: f64,
): i32 {
  let gained = load<f64>(progress);
  let sweep = 0;
  while (sweep < sweeps) {
    levels16(to - from, rng, heatBath, load<f32>(scales + (<usize>sweep << 2)), levels + (<usize>from << 1));
    gained += <f64>sweepDense16(n, from, to, rows, s, f, levels);
    sweep++;
    if (gained >= enough) break;
  }
  store<f64>(progress, gained);
  return sweep;
}

/** f = h + J s from scratch for spins `from .. to - 1`; `rows` holds 2 J. */
export function fieldsDense16(n: i32, from: i32, to: i32, rows: usize, h: usize, s: usize, f: usize): void {
  const bytes = <usize>n << 1;
  for (let i = <usize>from; i < <usize>to; i++) {
    const row = rows + i * bytes;
    let sum = i32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 16) {
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(row + j), v128.load(s + j)));
    }
    const pairs = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
    const twice = i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1);
    store<i16>(f + (i << 1), <i32>load<i16>(h + (i << 1)) + (twice >> 1));
  }
}
