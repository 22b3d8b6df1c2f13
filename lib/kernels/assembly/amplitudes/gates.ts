// Changes in place, to `count` states of `size` amplitudes; coefficients go on by `stride` bytes from state to state.
import { at, imaginary, signed, swap, times } from "./lanes";

@inline
function both(r0: v128, i0: v128, a: v128, r1: v128, i1: v128, b: v128): v128 {
  return f64x2.add(times(r0, i0, a), times(r1, i1, b));
}

// the matrix (m00, m01; m10, m11), each re, im, on one qubit
export function gate(size: usize, count: i32, qubit: i32, matrix: usize, stride: usize, psi: usize): void {
  const half: usize = 1 << qubit;
  for (let k = 0; k < count; k++, psi += size << 4, matrix += stride) {
    const r00 = v128.load64_splat(matrix), i00 = imaginary(load<f64>(matrix, 8));
    const r01 = v128.load64_splat(matrix, 16), i01 = imaginary(load<f64>(matrix, 24));
    const r10 = v128.load64_splat(matrix, 32), i10 = imaginary(load<f64>(matrix, 40));
    const r11 = v128.load64_splat(matrix, 48), i11 = imaginary(load<f64>(matrix, 56));
    if (half == 1) {
      for (let p = psi, end = at(psi, size); p < end; p += 32) {
        const a = v128.load(p), b = v128.load(p, 16);
        v128.store(p, both(r00, i00, a, r01, i01, b));
        v128.store(p, both(r10, i10, a, r11, i11, b), 16);
      }
      continue;
    }
    const step = half << 4;
    for (let block = psi, end = at(psi, size); block < end; block += step << 1) {
      for (let p = block, to = block + step; p < to; p += 32) {
        const q = p + step;
        const a = v128.load(p), b = v128.load(q), c = v128.load(p, 16), d = v128.load(q, 16);
        v128.store(p, both(r00, i00, a, r01, i01, b));
        v128.store(q, both(r10, i10, a, r11, i11, b));
        v128.store(p, both(r00, i00, c, r01, i01, d), 16);
        v128.store(q, both(r10, i10, c, r11, i11, d), 16);
      }
    }
  }
}

// -1 where both qubits are 1; low < high
export function cz(size: usize, count: i32, low: i32, high: i32, psi: usize): void {
  const one: usize = 1 << low, other: usize = 1 << high;
  for (let k = 0; k < count; k++, psi += size << 4) {
    for (let upper = other; upper < size; upper += other << 1) {
      for (let middle = upper + one; middle < upper + other; middle += one << 1) {
        for (let x = middle; x < middle + one; x++) v128.store(at(psi, x), f64x2.neg(v128.load(at(psi, x))));
      }
    }
  }
}

// psi = c psi + f P psi, with (c, re f, im f) at `factors`; P flips the bits x and then has the sign of the bits z
export function rotate(size: usize, count: i32, x: usize, z: usize, factors: usize, stride: usize, psi: usize): void {
  const top: usize = x == 0 ? 0 : 1 << (31 - clz(<i32>x));
  for (let k = 0; k < count; k++, psi += size << 4, factors += stride) {
    const c = v128.load64_splat(factors), re = v128.load64_splat(factors, 8), im = imaginary(load<f64>(factors, 16));
    if (top == 0) {
      for (let y: usize = 0; y < size; y++) {
        const a = v128.load(at(psi, y));
        v128.store(at(psi, y), f64x2.add(f64x2.mul(c, a), signed(times(re, im, a), y, z)));
      }
      continue;
    }
    for (let block: usize = 0; block < size; block += top << 1) {
      for (let y = block; y < block + top; y++) {
        const p = at(psi, y), q = at(psi, y ^ x);
        const a = v128.load(p), b = v128.load(q);
        v128.store(p, f64x2.add(f64x2.mul(c, a), signed(times(re, im, b), y ^ x, z)));
        v128.store(q, f64x2.add(f64x2.mul(c, b), signed(times(re, im, a), y, z)));
      }
    }
  }
}

// psi_y = d_y psi_y, or conj(d_y) psi_y
export function multiply(size: usize, count: i32, conjugate: i32, diagonal: usize, psi: usize): void {
  const by = f64x2.splat(conjugate ? -1 : 1);
  const signs = f64x2(-1, 1);
  for (let k = 0; k < count; k++, psi += size << 4) {
    for (let y: usize = 0; y < size; y++) {
      const d = v128.load(at(diagonal, y)), a = v128.load(at(psi, y));
      const im = f64x2.mul(signs, f64x2.mul(by, v128.shuffle<f64>(d, d, 1, 1)));
      v128.store(at(psi, y), f64x2.add(f64x2.mul(v128.shuffle<f64>(d, d, 0, 0), a), f64x2.mul(im, swap(a))));
    }
  }
}
