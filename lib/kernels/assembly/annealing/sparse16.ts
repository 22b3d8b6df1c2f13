// Sweeps over sparse int16 couplings: eight spins are looked at at once, a flip costs one step a neighbour.
import { levels16 } from "./thresholds";

/**
 * As sweepDense16 for neighbours in rows. Row i is two words: its first entry, and which later spins of its step of eight are
 * neighbours, a bit each; its last entry is before the first of row i + 1. An entry is the address of the neighbour's field and 2 J.
 */
export function sweepSparse16(
  from: i32,
  to: i32,
  rows: usize,
  entries: usize,
  s: usize,
  f: usize,
  levels: usize,
): i64 {
  let gained: i64 = 0;
  for (let at = <usize>from << 1; at < <usize>to << 1; at += 16) {
    const level = v128.load(levels + at);
    let ready = <u32>i16x8.bitmask(i16x8.gt_s(i16x8.mul(v128.load(s + at), v128.load(f + at)), level));
    while (ready != 0) {
      const lane = ctz(ready);
      const i = at + (<usize>lane << 1);
      const spin = <i32>load<i16>(s + i);
      gained += spin * <i32>load<i16>(f + i);
      store<i16>(s + i, -spin);
      const row = rows + (i << 2);
      const end = entries + (<usize>load<u32>(row, 8) << 3);
      for (let e = entries + (<usize>load<u32>(row) << 3); e < end; e += 8) {
        const j = <usize>load<u32>(e);
        store<i16>(j, <i32>load<i16>(j) - spin * load<i32>(e, 4));
      }
      ready &= 0xfe << lane;
      // neighbours within the step are looked at again one by one: a long load after short stores would stall
      for (let near = <u32>load<u32>(row, 4) ; near != 0; near &= near - 1) {
        const l = ctz(near);
        const k = at + (<usize>l << 1);
        const flips = <i32>load<i16>(s + k) * <i32>load<i16>(f + k) > <i32>load<i16>(levels + k);
        ready = (ready & ~(1 << l)) | (<u32>flips << l);
      }
    }
  }
  return gained;
}

/** As annealDense16, for neighbours in rows. */
export function annealSparse16(
  from: i32,
  to: i32,
  sweeps: i32,
  scales: usize,
  rng: usize,
  heatBath: bool,
  rows: usize,
  entries: usize,
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
    gained += <f64>sweepSparse16(from, to, rows, entries, s, f, levels);
    sweep++;
    if (gained >= enough) break;
  }
  store<f64>(progress, gained);
  return sweep;
}

/** f = h + J s from scratch for spins `from .. to - 1`. */
export function fieldsSparse16(from: i32, to: i32, rows: usize, entries: usize, h: usize, s: usize, f: usize): void {
  for (let i = <usize>from; i < <usize>to; i++) {
    let twice = 0;
    const end = entries + (<usize>load<u32>(rows + (i << 3), 8) << 3);
    for (let e = entries + (<usize>load<u32>(rows + (i << 3)) << 3); e < end; e += 8) {
      twice += <i32>load<i16>(load<u32>(e) - f + s) * load<i32>(e, 4);
    }
    store<i16>(f + (i << 1), <i32>load<i16>(h + (i << 1)) + (twice >> 1));
  }
}
