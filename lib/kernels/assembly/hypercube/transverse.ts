import { at, mirrored, swap } from "./lanes";

@inline
function result(A: v128, B: v128, E: usize, psi: v128, sum: v128): v128 {
  return f64x2.sub(f64x2.mul(f64x2.mul(B, v128.load(E)), psi), f64x2.mul(A, sum));
}

// out = B E psi - A sum_i psi(x with bit i turned)
export function transverse(bits: i32, mirror: i32, A: f64, B: f64, E: usize, psi: usize, out: usize): void {
  const size: usize = 1 << bits;
  if (size == 1) {
    store<f64>(out, B * load<f64>(E) * load<f64>(psi) - A * (mirror != 0 ? load<f64>(psi) : 0));
    return;
  }
  const a = f64x2.splat(A), b = f64x2.splat(B);
  if (size < 8) {
    for (let x: usize = 0; x < size; x += 2) {
      const own = v128.load(at(psi, x));
      let sum = swap(own);
      for (let step: usize = 2; step < size; step <<= 1) sum = f64x2.add(sum, v128.load(at(psi, x ^ step)));
      if (mirror) sum = f64x2.add(sum, mirrored(psi, size, x));
      v128.store(at(out, x), result(a, b, at(E, x), own, sum));
    }
    return;
  }
  for (let x: usize = 0; x < size; x += 8) {
    const here = at(psi, x);
    const p0 = v128.load(here), p1 = v128.load(here, 16), p2 = v128.load(here, 32), p3 = v128.load(here, 48);
    // bits 1 and 2 stay in the line
    let s0 = f64x2.add(f64x2.add(swap(p0), p1), p2);
    let s1 = f64x2.add(f64x2.add(swap(p1), p0), p3);
    let s2 = f64x2.add(f64x2.add(swap(p2), p3), p0);
    let s3 = f64x2.add(f64x2.add(swap(p3), p2), p1);
    for (let step: usize = 8; step < size; step <<= 1) {
      const there = at(psi, x ^ step);
      s0 = f64x2.add(s0, v128.load(there));
      s1 = f64x2.add(s1, v128.load(there, 16));
      s2 = f64x2.add(s2, v128.load(there, 32));
      s3 = f64x2.add(s3, v128.load(there, 48));
    }
    if (mirror) {
      s0 = f64x2.add(s0, mirrored(psi, size, x));
      s1 = f64x2.add(s1, mirrored(psi, size, x + 2));
      s2 = f64x2.add(s2, mirrored(psi, size, x + 4));
      s3 = f64x2.add(s3, mirrored(psi, size, x + 6));
    }
    const e = at(E, x), to = at(out, x);
    v128.store(to, result(a, b, e, p0, s0));
    v128.store(to, result(a, b, e + 16, p1, s1), 16);
    v128.store(to, result(a, b, e + 32, p2, s2), 32);
    v128.store(to, result(a, b, e + 48, p3, s3), 48);
  }
}
