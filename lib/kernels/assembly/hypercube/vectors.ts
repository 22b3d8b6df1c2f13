// Products of many vectors with one. Vector k is at first + k stride.
import { at } from "./lanes";

// states of w that stay in the first cache while the vectors go by
const BLOCK: usize = 1024;

// coefficients[k] = vector k . w, as (l0 + l2) + (l1 + l3) for each block, l the sum over the states of one residue modulo 4
export function dots(size: usize, stride: usize, first: usize, count: i32, w: usize, coefficients: usize): void {
  memory.fill(coefficients, 0, <usize>count << 3);
  for (let from: usize = 0; from < size; from += BLOCK) {
    const to = min(size, from + BLOCK);
    for (let k = 0; k < count; k++) {
      const V = first + <usize>k * stride;
      let l0: f64 = 0, l1: f64 = 0, l2: f64 = 0, l3: f64 = 0;
      if (size < 4) {
        l0 = load<f64>(V) * load<f64>(w);
        if (size == 2) l1 = load<f64>(V, 8) * load<f64>(w, 8);
      } else {
        let a = f64x2.splat(0), b = a;
        for (let x = from; x < to; x += 4) {
          a = f64x2.add(a, f64x2.mul(v128.load(at(V, x)), v128.load(at(w, x))));
          b = f64x2.add(b, f64x2.mul(v128.load(at(V, x), 16), v128.load(at(w, x), 16)));
        }
        l0 = f64x2.extract_lane(a, 0);
        l1 = f64x2.extract_lane(a, 1);
        l2 = f64x2.extract_lane(b, 0);
        l3 = f64x2.extract_lane(b, 1);
      }
      const c = coefficients + (<usize>k << 3);
      store<f64>(c, load<f64>(c) + ((l0 + l2) + (l1 + l3)));
    }
  }
}

// w += sum_k coefficients[k] vector k
export function add(size: usize, stride: usize, first: usize, count: i32, coefficients: usize, w: usize): void {
  if (size == 1) {
    let sum = load<f64>(w);
    for (let k = 0; k < count; k++) {
      sum += load<f64>(coefficients + (<usize>k << 3)) * load<f64>(first + <usize>k * stride);
    }
    store<f64>(w, sum);
    return;
  }
  for (let from: usize = 0; from < size; from += BLOCK) {
    const to = min(size, from + BLOCK);
    let k = 0;
    for (; k + 4 <= count; k += 4) {
      const V = first + <usize>k * stride;
      const c = coefficients + (<usize>k << 3);
      const c0 = v128.load64_splat(c), c1 = v128.load64_splat(c, 8);
      const c2 = v128.load64_splat(c, 16), c3 = v128.load64_splat(c, 24);
      for (let x = from; x < to; x += 2) {
        const v = at(V, x);
        let sum = v128.load(at(w, x));
        sum = f64x2.add(sum, f64x2.mul(c0, v128.load(v)));
        sum = f64x2.add(sum, f64x2.mul(c1, v128.load(v + stride)));
        sum = f64x2.add(sum, f64x2.mul(c2, v128.load(v + 2 * stride)));
        sum = f64x2.add(sum, f64x2.mul(c3, v128.load(v + 3 * stride)));
        v128.store(at(w, x), sum);
      }
    }
    for (; k < count; k++) {
      const V = first + <usize>k * stride;
      const c = v128.load64_splat(coefficients + (<usize>k << 3));
      for (let x = from; x < to; x += 2) {
        v128.store(at(w, x), f64x2.add(v128.load(at(w, x)), f64x2.mul(c, v128.load(at(V, x)))));
      }
    }
  }
}

// vector k = sum_j vector j Y[j, k], in place, eight states at a time; scratch holds 64 bytes a vector
export function rotate(
  size: usize,
  stride: usize,
  first: usize,
  count: i32,
  kept: i32,
  Y: usize,
  scratch: usize,
): void {
  if (size < 8) {
    for (let x: usize = 0; x < size; x++) {
      for (let j = 0; j < count; j++) store<f64>(at(scratch, j), load<f64>(at(first + <usize>j * stride, x)));
      for (let k = 0; k < kept; k++) {
        let sum: f64 = 0;
        for (let j = 0; j < count; j++) sum += load<f64>(at(scratch, j)) * load<f64>(at(Y, j * kept + k));
        store<f64>(at(first + <usize>k * stride, x), sum);
      }
    }
    return;
  }
  for (let x: usize = 0; x < size; x += 8) {
    for (let j = 0; j < count; j++) {
      const from = at(first + <usize>j * stride, x), to = scratch + (<usize>j << 6);
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    }
    for (let k = 0; k < kept; k++) {
      let s0 = f64x2.splat(0), s1 = s0, s2 = s0, s3 = s0;
      let y = at(Y, k);
      for (let j = 0, from = scratch; j < count; j++, from += 64, y += <usize>kept << 3) {
        const c = v128.load64_splat(y);
        s0 = f64x2.add(s0, f64x2.mul(v128.load(from), c));
        s1 = f64x2.add(s1, f64x2.mul(v128.load(from, 16), c));
        s2 = f64x2.add(s2, f64x2.mul(v128.load(from, 32), c));
        s3 = f64x2.add(s3, f64x2.mul(v128.load(from, 48), c));
      }
      const to = at(first + <usize>k * stride, x);
      v128.store(to, s0);
      v128.store(to, s1, 16);
      v128.store(to, s2, 32);
      v128.store(to, s3, 48);
    }
  }
}
