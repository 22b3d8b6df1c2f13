// Signs of amplitudes (-1 below zero, else +1) in the forms that products take, their energies, and the best of them.
import { at } from "../vector";
import { row } from "./lanes";

@inline
function below(x: usize): v128 {
  return f32x4.lt(v128.load(x), f32x4.splat(0));
}

@inline
function spin(x: usize): v128 {
  return v128.or(below(x), i32x4.splat(1));
}

// S [n, 16] float32
export function signs(from: i32, to: i32, X: usize, S: usize): void {
  const end = row(X, to);
  for (let x = row(X, from), s = row(S, from); x < end; x += 16, s += 16) {
    v128.store(s, f32x4.convert_i32x4_s(spin(x)));
  }
}

// S [n, 16] int16
export function signWords(from: i32, to: i32, X: usize, S: usize): void {
  const end = row(X, to);
  for (let x = row(X, from), s = S + (<usize>from << 5); x < end; x += 32, s += 16) {
    v128.store(s, i16x8.narrow_i32x4_s(spin(x), spin(x + 16)));
  }
}

// S [pairs, 16, 2] int16: the two signs of a pair of rows side by side; `from` is even, and an odd last row has zeros beside it
export function signPairs(from: i32, to: i32, X: usize, S: usize): void {
  const low = i32x4.splat(0xffff);
  for (let i = from; i < to; i += 2) {
    const x = row(X, i), s = row(S, i >> 1);
    for (let l: usize = 0; l < 64; l += 16) {
      let pair = v128.and(spin(x + l), low);
      if (i + 1 < to) pair = v128.or(pair, i32x4.shl(spin(x + 64 + l), 16));
      v128.store(s + l, pair);
    }
  }
}

@inline
function addTo(E: usize, v: v128): void {
  v128.store(E, f64x2.add(v128.load(E), f64x2.promote_low_f32x4(v)));
  v128.store(E, f64x2.add(v128.load(E, 16), f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3))), 16);
}

// E [16] float64 += sum over rows of sign(x) (F + twice h): twice the energy, F being J sign(X)
export function measure(from: i32, to: i32, X: usize, F: usize, h2: usize, E: usize): void {
  const bit = i32x4.splat(0x80000000);
  for (let i = from; i < to; i++) {
    const x = row(X, i), f = row(F, i);
    const h = v128.load_splat<f32>(at(h2, i));
    for (let l: usize = 0; l < 64; l += 16) {
      addTo(E + (l << 1), v128.xor(f32x4.add(v128.load(f + l), h), v128.and(below(x + l), bit)));
    }
  }
}

// best [n, 16] int8 takes the signs of the lanes whose byte in `mask` [16] is 255
export function keep(from: i32, to: i32, X: usize, mask: usize, best: usize): void {
  const m = v128.load(mask);
  for (let i = from; i < to; i++) {
    const x = row(X, i), b = best + (<usize>i << 4);
    const left = i16x8.narrow_i32x4_s(spin(x), spin(x + 16));
    const right = i16x8.narrow_i32x4_s(spin(x + 32), spin(x + 48));
    v128.store(b, v128.bitselect(i8x16.narrow_i16x8_s(left, right), v128.load(b), m));
  }
}
