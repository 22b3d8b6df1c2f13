// Sweeps over sparse float32 couplings: the loop of sparse16.ts with four spins a step.
import { levels32 } from "./thresholds";

/** As sweepSparse16, in float32. */
export function sweepSparse32(
  from: i32,
  to: i32,
  rows: usize,
  entries: usize,
  s: usize,
  f: usize,
  levels: usize,
): f64 {
  let gained: f64 = 0;
  for (let at = <usize>from << 2; at < <usize>to << 2; at += 16) {
    const level = v128.load(levels + at);
    let ready = <u32>i32x4.bitmask(f32x4.gt(f32x4.mul(v128.load(s + at), v128.load(f + at)), level));
    while (ready != 0) {
      const lane = ctz(ready);
      const i = at + (<usize>lane << 2);
      const spin = load<f32>(s + i);
      gained += <f64>(spin * load<f32>(f + i));
      store<f32>(s + i, -spin);
      const row = rows + (i << 1);
      const end = entries + (<usize>load<u32>(row, 8) << 3);
      for (let e = entries + (<usize>load<u32>(row) << 3); e < end; e += 8) {
        const j = <usize>load<u32>(e);
        store<f32>(j, load<f32>(j) - spin * load<f32>(e, 4));
      }
      ready &= 0xe << lane;
      for (let near = <u32>load<u32>(row, 4); near != 0; near &= near - 1) {
        const l = ctz(near);
        const k = at + (<usize>l << 2);
        const flips = load<f32>(s + k) * load<f32>(f + k) > load<f32>(levels + k);
        ready = (ready & ~(1 << l)) | (<u32>flips << l);
      }
    }
  }
  return gained;
}

/** As annealSparse16, in float32. */
export function annealSparse32(
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
    levels32(to - from, rng, heatBath, load<f32>(scales + (<usize>sweep << 2)), levels + (<usize>from << 2));
    gained += sweepSparse32(from, to, rows, entries, s, f, levels);
    sweep++;
    if (gained >= enough) break;
  }
  store<f64>(progress, gained);
  return sweep;
}

/** f = h + J s from scratch for spins `from .. to - 1`. */
export function fieldsSparse32(from: i32, to: i32, rows: usize, entries: usize, h: usize, s: usize, f: usize): void {
  for (let i = <usize>from; i < <usize>to; i++) {
    let twice: f32 = 0;
    const end = entries + (<usize>load<u32>(rows + (i << 3), 8) << 3);
    for (let e = entries + (<usize>load<u32>(rows + (i << 3)) << 3); e < end; e += 8) {
      twice += load<f32>(load<u32>(e) - f + s) * load<f32>(e, 4);
    }
    store<f32>(f + (i << 2), load<f32>(h + (i << 2)) + <f32>0.5 * twice);
  }
}
