// A pair x, y that differs in one spin: w = (g_y, -g_x) / r. What leaves psi_x is g_y (g_y psi_x - g_x psi_y) / r^2.
import { at, mirrored, sum2, swap } from "./lanes";

const METROPOLIS: i32 = 1;

@inline
function squared(rule: i32, gx: v128, gy: v128): v128 {
  if (rule == METROPOLIS) {
    const larger = f64x2.max(gx, gy);
    return f64x2.mul(larger, larger);
  }
  return f64x2.add(f64x2.mul(gx, gx), f64x2.mul(gy, gy));
}

@inline
function difference(gx: v128, px: v128, gy: v128, py: v128): v128 {
  return f64x2.sub(f64x2.mul(gy, px), f64x2.mul(gx, py));
}

@inline
function leaves(rule: i32, gx: v128, px: v128, gy: v128, py: v128): v128 {
  return f64x2.mul(gy, f64x2.div(difference(gx, px, gy, py), squared(rule, gx, gy)));
}

@inline
function square(rule: i32, gx: v128, px: v128, gy: v128, py: v128): v128 {
  const d = difference(gx, px, gy, py);
  return f64x2.div(f64x2.mul(d, d), squared(rule, gx, gy));
}

@inline
function generate(rule: i32, size: usize, mirror: i32, scale: f64, g: usize, psi: usize, out: usize): void {
  const by = f64x2.splat(scale);
  for (let x: usize = 0; x < size; x += 2) {
    const gx = v128.load(at(g, x)), px = v128.load(at(psi, x));
    let sum = leaves(rule, gx, px, swap(gx), swap(px));
    for (let step: usize = 2; step < size; step <<= 1) {
      sum = f64x2.add(sum, leaves(rule, gx, px, v128.load(at(g, x ^ step)), v128.load(at(psi, x ^ step))));
    }
    if (mirror) sum = f64x2.add(sum, leaves(rule, gx, px, mirrored(g, size, x), mirrored(psi, size, x)));
    v128.store(at(out, x), f64x2.mul(by, sum));
  }
}

// out = scale sum over the spins of w (w' psi)
export function generator(bits: i32, mirror: i32, rule: i32, scale: f64, g: usize, psi: usize, out: usize): void {
  const size: usize = 1 << bits;
  // one state: the flip of the last spin leads to itself
  if (size == 1) store<f64>(out, 0);
  else if (rule == METROPOLIS) generate(METROPOLIS, size, mirror, scale, g, psi, out);
  else generate(0, size, mirror, scale, g, psi, out);
}

// sums of so many states are made before they are added, so that rounding does not build up
const BLOCK: usize = 512;

@inline
function squares(rule: i32, size: usize, mirror: i32, g: usize, psi: usize): f64 {
  let total: f64 = 0;
  for (let from: usize = 0; from < size; from += BLOCK) {
    const to = min(size, from + BLOCK);
    let sum = f64x2.splat(0);
    for (let x = from; x < to; x += 2) {
      const gx = v128.load(at(g, x)), px = v128.load(at(psi, x));
      let own = square(rule, gx, px, swap(gx), swap(px));
      for (let step: usize = 2; step < size; step <<= 1) {
        own = f64x2.add(own, square(rule, gx, px, v128.load(at(g, x ^ step)), v128.load(at(psi, x ^ step))));
      }
      if (mirror) own = f64x2.add(own, square(rule, gx, px, mirrored(g, size, x), mirrored(psi, size, x)));
      sum = f64x2.add(sum, own);
    }
    total += sum2(sum);
  }
  // each pair was met from both sides
  return total / 2;
}

// sum over the pairs of (w' psi)^2
export function form(bits: i32, mirror: i32, rule: i32, g: usize, psi: usize): f64 {
  const size: usize = 1 << bits;
  if (size == 1) return 0;
  return rule == METROPOLIS ? squares(METROPOLIS, size, mirror, g, psi) : squares(0, size, mirror, g, psi);
}
