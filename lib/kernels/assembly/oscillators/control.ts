// Amplitudes whose feedback is corrected by a second variable e, rows from .. to - 1. F is J X, h [n], A [16] what h counts in a lane.
import { at } from "../vector";
import { field, row, tanh4 } from "./lanes";

// z = push e (F + h A); x = x + gain x - cubic x^3 - z; e = e + rate (target - m) e within 0 .. top, where m = x^2 or, if `fed`,
// (z / push)^2 weight; rate and target [16]
export function control(
  from: i32, to: i32, X: usize, E: usize, F: usize, h: usize, A: usize, rate: usize, target: usize,
  gain: f32, cubic: f32, push: f32, top: f32, fed: i32, weight: f32,
): void {
  const g = f32x4.splat(gain), k = f32x4.splat(cubic), c = f32x4.splat(push), most = f32x4.splat(top), w = f32x4.splat(weight);
  const zero = f32x4.splat(0);
  for (let i = from; i < to; i++) {
    const xs = row(X, i), es = row(E, i), fs = row(F, i);
    const hi = v128.load_splat<f32>(at(h, i));
    for (let l: usize = 0; l < 64; l += 16) {
      const x = v128.load(xs + l), e = v128.load(es + l);
      const z = f32x4.mul(e, field(fs + l, hi, A + l));
      const square = f32x4.mul(x, x);
      const own = f32x4.mul(x, f32x4.sub(g, f32x4.mul(k, square)));
      v128.store(xs + l, f32x4.sub(f32x4.add(x, own), f32x4.mul(c, z)));
      const m = fed ? f32x4.mul(w, f32x4.mul(z, z)) : square;
      const change = f32x4.mul(f32x4.mul(v128.load(rate + l), f32x4.sub(v128.load(target + l), m)), e);
      v128.store(es + l, f32x4.pmax(f32x4.pmin(f32x4.add(e, change), most), zero));
    }
  }
}

// z = scale (F + h A); x = x + gain x - cubic x^3 - push tanh(steep z) - lean (z - e); e = e + rate (z - e)
export function separate(
  from: i32, to: i32, X: usize, E: usize, F: usize, h: usize, A: usize,
  gain: f32, cubic: f32, push: f32, scale: f32, steep: f32, lean: f32, rate: f32,
): void {
  const g = f32x4.splat(gain), k = f32x4.splat(cubic), c = f32x4.splat(push), b = f32x4.splat(scale);
  const s = f32x4.splat(steep), n = f32x4.splat(lean), r = f32x4.splat(rate);
  for (let i = from; i < to; i++) {
    const xs = row(X, i), es = row(E, i), fs = row(F, i);
    const hi = v128.load_splat<f32>(at(h, i));
    for (let l: usize = 0; l < 64; l += 16) {
      const x = v128.load(xs + l), e = v128.load(es + l);
      const z = f32x4.mul(b, field(fs + l, hi, A + l));
      const gap = f32x4.sub(z, e);
      const own = f32x4.mul(x, f32x4.sub(g, f32x4.mul(k, f32x4.mul(x, x))));
      const fed = f32x4.add(f32x4.mul(c, tanh4(f32x4.mul(s, z))), f32x4.mul(n, gap));
      v128.store(xs + l, f32x4.sub(f32x4.add(x, own), fed));
      v128.store(es + l, f32x4.add(e, f32x4.mul(r, gap)));
    }
  }
}
