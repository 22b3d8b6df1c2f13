// Sweeps over dense couplings +c and -c, a bit each: a sixteenth of the memory of int16, so that the couplings of some thousand
// spins stay in the cache of a core. States and fields are those of dense16.ts.
//
// A row is a list of vectors of 16 bytes, one for 128 spins: bit 15 - k of word l is set where the coupling to spin 8 k + l is +c.
import { levels16 } from "./thresholds";

// the couplings of eight spins to one: -1 in every lane where its highest bit is set
@inline
function highest8(words: v128): v128 {
  return i16x8.shr_s(words, 15);
}

@inline
function rowBytes(n: i32): usize {
  return <usize>((n + 127) >> 7) << 4;
}

// -1 in the lanes of the last eight that are no spins
@inline
function pastSpins(n: i32): v128 {
  return i16x8.ge_s(i16x8(0, 1, 2, 3, 4, 5, 6, 7), i16x8.splat(<i16>(((n - 1) & 7) + 1)));
}

// f += up - four where the highest bit is set, f += up elsewhere; the next bit moves up, for a shift costs less than a constant
@inline
function move8(at: usize, words: v128, up: v128, four: v128): v128 {
  v128.store(at, i16x8.sub(i16x8.add(v128.load(at), up), v128.and(highest8(words), four)));
  return i16x8.add(words, words);
}

@inline
function flipRow(f: usize, row: usize, bytes: usize, up: v128, four: v128): void {
  const end = f + bytes;
  for (; f + 256 <= end; f += 256, row += 16) {
    let words = v128.load(row);
    words = move8(f, words, up, four);
    words = move8(f + 16, words, up, four);
    words = move8(f + 32, words, up, four);
    words = move8(f + 48, words, up, four);
    words = move8(f + 64, words, up, four);
    words = move8(f + 80, words, up, four);
    words = move8(f + 96, words, up, four);
    words = move8(f + 112, words, up, four);
    words = move8(f + 128, words, up, four);
    words = move8(f + 144, words, up, four);
    words = move8(f + 160, words, up, four);
    words = move8(f + 176, words, up, four);
    words = move8(f + 192, words, up, four);
    words = move8(f + 208, words, up, four);
    words = move8(f + 224, words, up, four);
    move8(f + 240, words, up, four);
  }
  let words = v128.load(row);
  for (; f < end; f += 16) words = move8(f, words, up, four);
}

/**
 * As sweepDense16 with couplings of magnitude `step` / 2. The bit of a spin with itself is clear, and its field is put back; so
 * are those past the model.
 */
export function sweepDenseBits(
  n: i32,
  from: i32,
  to: i32,
  rows: usize,
  step: i32,
  s: usize,
  f: usize,
  levels: usize,
): i64 {
  let gained: i64 = 0;
  const length = rowBytes(n);
  const bytes = <usize>((n + 7) & ~7) << 1;
  const last = f + bytes - 16;
  const past = pastSpins(n);
  for (let at = <usize>from << 1; at < <usize>to << 1; at += 16) {
    const level = v128.load(levels + at);
    let spins = v128.load(s + at);
    let fields = v128.load(f + at);
    let ready = <u32>i16x8.bitmask(i16x8.gt_s(i16x8.mul(spins, fields), level));
    if (ready == 0) continue;
    const bit = <i32>((at >> 4) & 15);
    const fixed = f + at == last ? past : i16x8.splat(0);
    do {
      const lane = ctz(ready);
      const i = at + (<usize>lane << 1);
      const spin = <i32>load<i16>(s + i);
      const own = load<i16>(f + i);
      gained += spin * <i32>own;
      const row = rows + (i >> 1) * length;
      const up = i16x8.splat(<i16>(step * spin));
      const four = i16x8.splat(<i16>(2 * step * spin));
      const mask = i16x8.eq(i16x8.splat(<i16>lane), i16x8(0, 1, 2, 3, 4, 5, 6, 7));
      spins = i16x8.sub(v128.xor(spins, mask), mask);
      const change = i16x8.sub(up, v128.and(highest8(i16x8.shl(v128.load(row + ((at >> 8) << 4)), bit)), four));
      fields = i16x8.add(fields, v128.andnot(change, v128.or(mask, fixed)));
      ready = <u32>i16x8.bitmask(i16x8.gt_s(i16x8.mul(spins, fields), level)) & (0xfe << lane);
      flipRow(f, row, bytes, up, four);
      store<i16>(f + i, own);
      v128.store(last, v128.bitselect(i16x8.splat(-32768), v128.load(last), past));
    } while (ready != 0);
    v128.store(s + at, spins);
  }
  return gained;
}

/** As annealDense16. */
export function annealDenseBits(
  n: i32,
  from: i32,
  to: i32,
  sweeps: i32,
  scales: usize,
  rng: usize,
  heatBath: bool,
  rows: usize,
  step: i32,
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
    gained += <f64>sweepDenseBits(n, from, to, rows, step, s, f, levels);
    sweep++;
    if (gained >= enough) break;
  }
  store<f64>(progress, gained);
  return sweep;
}

/** As fieldsDense16: f_i = h_i + c (2 sum of the spins whose bit is set - sum of all spins but i). */
export function fieldsDenseBits(
  n: i32,
  from: i32,
  to: i32,
  rows: usize,
  step: i32,
  h: usize,
  s: usize,
  f: usize,
): void {
  const length = rowBytes(n);
  const c = step >> 1;
  let all = 0;
  for (let j = 0; j < n; j++) all += <i32>load<i16>(s + (<usize>j << 1));
  const groups = (n + 7) >> 3;
  for (let i = from; i < min(n, to); i++) {
    const row = rows + <usize>i * length;
    let sum = i16x8.splat(0);
    for (let g = 0; g < groups; g++) {
      const mask = highest8(i16x8.shl(v128.load(row + (<usize>(g >> 4) << 4)), g & 15));
      sum = i16x8.add(sum, v128.and(mask, v128.load(s + (<usize>g << 4))));
    }
    const four = i32x4.dot_i16x8_s(sum, i16x8.splat(1));
    const two = i32x4.add(four, v128.shuffle<i32>(four, four, 2, 3, 0, 1));
    const set = i32x4.extract_lane(two, 0) + i32x4.extract_lane(two, 1);
    const at = <usize>i << 1;
    store<i16>(f + at, <i32>load<i16>(h + at) + c * (2 * set - all + <i32>load<i16>(s + at)));
  }
  for (let i = max(n, from); i < to; i++) store<i16>(f + (<usize>i << 1), -32768);
}
