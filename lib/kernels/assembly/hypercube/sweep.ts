// One update of every spin in turn, in place: 1 - w w' on each pair. What |psi|^2 loses is (w' psi)^2 (2 - |w|^2).
import { at, sum2 } from "./lanes";

const METROPOLIS: i32 = 1;

@inline
function updateOne(rule: i32, gx: usize, gy: usize, px: usize, py: usize, tx: usize, ty: usize): f64 {
  const a = load<f64>(gx), b = load<f64>(gy), u = load<f64>(px), v = load<f64>(py);
  const larger = max(a, b), smaller = min(a, b);
  const r2 = rule == METROPOLIS ? larger * larger : a * a + b * b;
  const d = b * u - a * v;
  const t = d / r2;
  const fromX = b * t, fromY = a * t;
  store<f64>(px, u - fromX);
  store<f64>(py, v + fromY);
  if (tx != 0) {
    store<f64>(tx, load<f64>(tx) + fromX);
    store<f64>(ty, load<f64>(ty) - fromY);
  }
  return rule == METROPOLIS ? d * t * (1 - smaller * smaller / r2) : d * t;
}

@inline
function updateTwo(rule: i32, gx: usize, gy: usize, px: usize, py: usize, tx: usize, ty: usize): v128 {
  const a = v128.load(gx), b = v128.load(gy), u = v128.load(px), v = v128.load(py);
  const larger = f64x2.max(a, b), smaller = f64x2.min(a, b);
  const r2 = rule == METROPOLIS
    ? f64x2.mul(larger, larger)
    : f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b));
  const d = f64x2.sub(f64x2.mul(b, u), f64x2.mul(a, v));
  const t = f64x2.div(d, r2);
  const fromX = f64x2.mul(b, t), fromY = f64x2.mul(a, t);
  v128.store(px, f64x2.sub(u, fromX));
  v128.store(py, f64x2.add(v, fromY));
  if (tx != 0) {
    v128.store(tx, f64x2.add(v128.load(tx), fromX));
    v128.store(ty, f64x2.sub(v128.load(ty), fromY));
  }
  const lost = f64x2.mul(d, t);
  if (rule != METROPOLIS) return lost;
  return f64x2.mul(lost, f64x2.sub(f64x2.splat(1), f64x2.div(f64x2.mul(smaller, smaller), r2)));
}

// all pairs of one spin; the spin after the bits is the one that turns them all
@inline
function update(rule: i32, spin: i32, bits: i32, g: usize, psi: usize, taken: usize): f64 {
  const size: usize = 1 << bits;
  let one: f64 = 0;
  if (spin == bits || spin == 0) {
    const half = size >> 1;
    for (let k: usize = 0; k < half; k++) {
      const x = spin == bits ? k : k << 1;
      const y = spin == bits ? size - 1 - k : x + 1;
      const tx = taken != 0 ? at(taken, x) : 0, ty = taken != 0 ? at(taken, y) : 0;
      one += updateOne(rule, at(g, x), at(g, y), at(psi, x), at(psi, y), tx, ty);
    }
    return one;
  }
  const step: usize = 1 << spin;
  let two = f64x2.splat(0);
  for (let from: usize = 0; from < size; from += 2 * step) {
    for (let x = from; x < from + step; x += 2) {
      const y = x + step;
      const tx = taken != 0 ? at(taken, x) : 0, ty = taken != 0 ? at(taken, y) : 0;
      two = f64x2.add(two, updateTwo(rule, at(g, x), at(g, y), at(psi, x), at(psi, y), tx, ty));
    }
  }
  return sum2(two);
}

// returns what |psi|^2 has lost; `taken`, if not 0, receives what was taken from psi
export function sweep(bits: i32, mirror: i32, down: i32, rule: i32, g: usize, psi: usize, taken: usize): f64 {
  // one state and a spin that leads from it to itself
  if (bits == 0) return 0;
  const spins = bits + mirror;
  let lost: f64 = 0;
  for (let k = 0; k < spins; k++) {
    const spin = down ? spins - 1 - k : k;
    lost += rule == METROPOLIS
      ? update(METROPOLIS, spin, bits, g, psi, taken)
      : update(0, spin, bits, g, psi, taken);
  }
  return lost;
}
