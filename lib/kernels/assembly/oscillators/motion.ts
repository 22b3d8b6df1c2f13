// One step of every amplitude under its force, rows from .. to - 1. F is J X or J sign(X), h [n], A [16] what h counts in a lane.
import { at } from "../vector";
import { field, row, tanh4 } from "./lanes";

// sums [16] += |x|
export function amplitudes(from: i32, to: i32, X: usize, sums: usize): void {
  for (let l: usize = 0; l < 64; l += 16) {
    let sum = v128.load(sums + l);
    for (let i = from; i < to; i++) sum = f32x4.add(sum, f32x4.abs(v128.load(row(X, i) + l)));
    v128.store(sums + l, sum);
  }
}

// y = y - pull x - cubic x^3 - push (F + h A); x = x + drift y; beyond the wall x stays on it and y is 0; then y gains heat times
// what it was before the step
export function bifurcate(
  from: i32, to: i32, X: usize, Y: usize, F: usize, h: usize, A: usize,
  heat: f32, pull: f32, cubic: f32, push: f32, drift: f32, wall: f32,
): void {
  const g = f32x4.splat(heat), a = f32x4.splat(pull), k = f32x4.splat(cubic), c = f32x4.splat(push), d = f32x4.splat(drift);
  const w = f32x4.splat(wall), bit = i32x4.splat(0x80000000);
  for (let i = from; i < to; i++) {
    const xs = row(X, i), ys = row(Y, i), fs = row(F, i);
    const hi = v128.load_splat<f32>(at(h, i));
    for (let l: usize = 0; l < 64; l += 16) {
      let x = v128.load(xs + l);
      const old = v128.load(ys + l);
      const force = field(fs + l, hi, A + l);
      const spring = f32x4.mul(x, f32x4.add(a, f32x4.mul(k, f32x4.mul(x, x))));
      const y = f32x4.sub(f32x4.sub(old, spring), f32x4.mul(c, force));
      x = f32x4.add(x, f32x4.mul(d, y));
      const inside = f32x4.le(f32x4.abs(x), w);
      v128.store(xs + l, v128.bitselect(x, v128.or(w, v128.and(x, bit)), inside));
      v128.store(ys + l, f32x4.add(v128.and(y, inside), f32x4.mul(g, old)));
    }
  }
}

// x = x + gain x - cubic x^3 - push (F + h A) + size N, held within the wall
export function feed(
  from: i32, to: i32, X: usize, F: usize, h: usize, A: usize, N: usize,
  gain: f32, cubic: f32, push: f32, size: f32, wall: f32,
): void {
  const g = f32x4.splat(gain), k = f32x4.splat(cubic), c = f32x4.splat(push), z = f32x4.splat(size);
  const top = f32x4.splat(wall), bottom = f32x4.splat(-wall);
  for (let i = from; i < to; i++) {
    const xs = row(X, i), fs = row(F, i), ns = row(N, i);
    const hi = v128.load_splat<f32>(at(h, i));
    for (let l: usize = 0; l < 64; l += 16) {
      const x = v128.load(xs + l);
      const own = f32x4.mul(x, f32x4.sub(g, f32x4.mul(k, f32x4.mul(x, x))));
      const kick = f32x4.mul(z, v128.load(ns + l));
      const next = f32x4.add(f32x4.sub(f32x4.add(x, own), f32x4.mul(c, field(fs + l, hi, A + l))), kick);
      v128.store(xs + l, f32x4.pmax(f32x4.pmin(next, top), bottom));
    }
  }
}

// x = x - share (tanh(beta (F + h A) / norm + size N) + x), with inverse [n] = 1 / norm
export function relax(
  from: i32, to: i32, X: usize, F: usize, h: usize, A: usize, N: usize, inverse: usize,
  share: f32, beta: f32, size: f32,
): void {
  const a = f32x4.splat(share), b = f32x4.splat(beta), z = f32x4.splat(size);
  for (let i = from; i < to; i++) {
    const xs = row(X, i), fs = row(F, i), ns = row(N, i);
    const hi = v128.load_splat<f32>(at(h, i)), v = f32x4.mul(b, v128.load_splat<f32>(at(inverse, i)));
    for (let l: usize = 0; l < 64; l += 16) {
      const x = v128.load(xs + l);
      const mean = f32x4.add(f32x4.mul(v, field(fs + l, hi, A + l)), f32x4.mul(z, v128.load(ns + l)));
      v128.store(xs + l, f32x4.sub(x, f32x4.mul(a, f32x4.add(tanh4(mean), x))));
    }
  }
}
