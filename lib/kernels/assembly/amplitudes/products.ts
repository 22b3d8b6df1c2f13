// Products with operators, and inner products.
import { at, imaginary, signed, swap, times } from "./lanes";

// sums of so many states are made before they are added, so that rounding does not build up
const BLOCK: usize = 1024;

// out += c P psi, c at `coefficients`
export function addPauli(
  size: usize,
  count: i32,
  x: usize,
  z: usize,
  coefficients: usize,
  stride: usize,
  psi: usize,
  out: usize,
): void {
  for (let k = 0; k < count; k++, psi += size << 4, out += size << 4, coefficients += stride) {
    const re = v128.load64_splat(coefficients), im = imaginary(load<f64>(coefficients, 8));
    for (let y: usize = 0; y < size; y++) {
      const b = times(re, im, v128.load(at(psi, y ^ x)));
      v128.store(at(out, y), f64x2.add(v128.load(at(out, y)), signed(b, y ^ x, z)));
    }
  }
}

// out_y = E_y psi_y
export function weigh(size: usize, count: i32, E: usize, psi: usize, out: usize): void {
  for (let k = 0; k < count; k++, psi += size << 4, out += size << 4) {
    for (let y: usize = 0; y < size; y++) {
      v128.store(at(out, y), f64x2.mul(v128.load64_splat(E + (y << 3)), v128.load(at(psi, y))));
    }
  }
}

// results[k] = phi_k* P psi_k, as re, im: even and odd states are summed apart
export function elements(size: usize, count: i32, x: usize, z: usize, phi: usize, psi: usize, results: usize): void {
  for (let k = 0; k < count; k++, psi += size << 4, phi += size << 4, results += 16) {
    let total = f64x2.splat(0);
    for (let from: usize = 0; from < size; from += BLOCK) {
      const to = min(size, from + BLOCK);
      let re0 = f64x2.splat(0), im0 = re0, re1 = re0, im1 = re0;
      for (let y = from; y < to; y += 2) {
        const a = signed(v128.load(at(phi, y)), y ^ x, z), b = v128.load(at(psi, y ^ x));
        const c = signed(v128.load(at(phi, y), 16), (y + 1) ^ x, z), d = v128.load(at(psi, (y + 1) ^ x));
        re0 = f64x2.add(re0, f64x2.mul(a, b));
        im0 = f64x2.add(im0, f64x2.mul(a, swap(b)));
        re1 = f64x2.add(re1, f64x2.mul(c, d));
        im1 = f64x2.add(im1, f64x2.mul(c, swap(d)));
      }
      const re = f64x2.add(re0, re1), im = f64x2.add(im0, im1);
      total = f64x2.add(
        total,
        f64x2(
          f64x2.extract_lane(re, 0) + f64x2.extract_lane(re, 1),
          f64x2.extract_lane(im, 0) - f64x2.extract_lane(im, 1),
        ),
      );
    }
    v128.store(results, total);
  }
}
