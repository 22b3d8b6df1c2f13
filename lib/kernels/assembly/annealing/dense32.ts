// Sweeps over dense float32 couplings: the loop of dense16.ts with four spins a step.
import { levels32 } from "./thresholds";

/** As sweepDense16, in float32; spins past the model have s = 1 and f = -Infinity. */
export function sweepDense32(
  n: i32,
  from: i32,
  to: i32,
  rows: usize,
  s: usize,
  f: usize,
  levels: usize,
): f64 {
  let gained: f64 = 0;
  const bytes = <usize>n << 2;
  for (let at = <usize>from << 2; at < <usize>to << 2; at += 16) {
    const level = v128.load(levels + at);
    let spins = v128.load(s + at);
    let fields = v128.load(f + at);
    let ready = <u32>i32x4.bitmask(f32x4.gt(f32x4.mul(spins, fields), level));
    if (ready == 0) continue;
    do {
      const lane = ctz(ready);
      const i = at + (<usize>lane << 2);
      const spin = load<f32>(s + i);
      gained += <f64>(spin * load<f32>(f + i));
      const row = rows + (i >> 2) * bytes;
      const sign = f32x4.splat(spin);
      const mask = i32x4.eq(i32x4.splat(lane), i32x4(0, 1, 2, 3));
      spins = v128.xor(spins, v128.and(mask, i32x4.splat(0x80000000)));
      fields = f32x4.sub(fields, f32x4.mul(v128.load(row + at), sign));
      ready = <u32>i32x4.bitmask(f32x4.gt(f32x4.mul(spins, fields), level)) & (0xe << lane);
      flipRow32(f, row, bytes, sign);
    } while (ready != 0);
    v128.store(s + at, spins);
  }
  return gained;
}

// f -= sign * row
@inline
function flipRow32(f: usize, row: usize, bytes: usize, sign: v128): void {
  let j: usize = 0;
  for (; j + 64 <= bytes; j += 64) {
    const to = f + j;
    const from = row + j;
    v128.store(to, f32x4.sub(v128.load(to), f32x4.mul(v128.load(from), sign)));
    v128.store(to, f32x4.sub(v128.load(to, 16), f32x4.mul(v128.load(from, 16), sign)), 16);
    v128.store(to, f32x4.sub(v128.load(to, 32), f32x4.mul(v128.load(from, 32), sign)), 32);
    v128.store(to, f32x4.sub(v128.load(to, 48), f32x4.mul(v128.load(from, 48), sign)), 48);
  }
  for (; j < bytes; j += 16) {
    v128.store(f + j, f32x4.sub(v128.load(f + j), f32x4.mul(v128.load(row + j), sign)));
  }
}

/** As annealDense16, in float32. */
export function annealDense32(
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
    levels32(to - from, rng, heatBath, load<f32>(scales + (<usize>sweep << 2)), levels + (<usize>from << 2));
    gained += sweepDense32(n, from, to, rows, s, f, levels);
    sweep++;
    if (gained >= enough) break;
  }
  store<f64>(progress, gained);
  return sweep;
}

/** f = h + J s from scratch for spins `from .. to - 1`; `rows` holds 2 J. */
export function fieldsDense32(n: i32, from: i32, to: i32, rows: usize, h: usize, s: usize, f: usize): void {
  const bytes = <usize>n << 2;
  for (let i = <usize>from; i < <usize>to; i++) {
    const row = rows + i * bytes;
    let sum = f32x4.splat(0);
    for (let j: usize = 0; j < bytes; j += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(row + j), v128.load(s + j)));
    }
    const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
    const twice = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
    store<f32>(f + (i << 2), load<f32>(h + (i << 2)) + <f32>0.5 * twice);
  }
}
