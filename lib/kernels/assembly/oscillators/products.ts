// F = J X for rows from .. to - 1, all lanes at once: two rows of 16 lanes are summed in registers, in the order of the columns.
import { at } from "../vector";
import { row } from "./lanes";

// J [n, n], X and F [n, 16] float32
export function denseProduct(n: i32, from: i32, to: i32, J: usize, X: usize, F: usize): void {
  const step = <usize>n << 2;
  const end = row(X, n);
  let i = from;
  for (; i + 2 <= to; i += 2) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let p = J + <usize>i * step;
    for (let x = X; x < end; x += 64) {
      const s = v128.load_splat<f32>(p), t = v128.load_splat<f32>(p + step);
      const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48);
      a0 = f32x4.add(a0, f32x4.mul(s, x0));
      b0 = f32x4.add(b0, f32x4.mul(t, x0));
      a1 = f32x4.add(a1, f32x4.mul(s, x1));
      b1 = f32x4.add(b1, f32x4.mul(t, x1));
      a2 = f32x4.add(a2, f32x4.mul(s, x2));
      b2 = f32x4.add(b2, f32x4.mul(t, x2));
      a3 = f32x4.add(a3, f32x4.mul(s, x3));
      b3 = f32x4.add(b3, f32x4.mul(t, x3));
      p += 4;
    }
    const to0 = row(F, i), to1 = row(F, i + 1);
    v128.store(to0, a0);
    v128.store(to0, a1, 16);
    v128.store(to0, a2, 32);
    v128.store(to0, a3, 48);
    v128.store(to1, b0);
    v128.store(to1, b1, 16);
    v128.store(to1, b2, 32);
    v128.store(to1, b3, 48);
  }
  for (; i < to; i++) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    let p = J + <usize>i * step;
    for (let x = X; x < end; x += 64) {
      const s = v128.load_splat<f32>(p);
      a0 = f32x4.add(a0, f32x4.mul(s, v128.load(x)));
      a1 = f32x4.add(a1, f32x4.mul(s, v128.load(x, 16)));
      a2 = f32x4.add(a2, f32x4.mul(s, v128.load(x, 32)));
      a3 = f32x4.add(a3, f32x4.mul(s, v128.load(x, 48)));
      p += 4;
    }
    const to0 = row(F, i);
    v128.store(to0, a0);
    v128.store(to0, a1, 16);
    v128.store(to0, a2, 32);
    v128.store(to0, a3, 48);
  }
}

@inline
function storeWhole(to: usize, a0: v128, a1: v128, a2: v128, a3: v128): void {
  v128.store(to, f32x4.convert_i32x4_s(a0));
  v128.store(to, f32x4.convert_i32x4_s(a1), 16);
  v128.store(to, f32x4.convert_i32x4_s(a2), 32);
  v128.store(to, f32x4.convert_i32x4_s(a3), 48);
}

// J [n, 2 pairs] int16, a last odd column padded with zeros; S [pairs, 16, 2] int16; sums are exact int32
export function denseSignProduct(pairs: i32, from: i32, to: i32, J: usize, S: usize, F: usize): void {
  const step = <usize>pairs << 2;
  const end = row(S, pairs);
  let i = from;
  for (; i + 2 <= to; i += 2) {
    let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let p = J + <usize>i * step;
    for (let x = S; x < end; x += 64) {
      const s = v128.load_splat<i32>(p), t = v128.load_splat<i32>(p + step);
      const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s, x0));
      b0 = i32x4.add(b0, i32x4.dot_i16x8_s(t, x0));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s, x1));
      b1 = i32x4.add(b1, i32x4.dot_i16x8_s(t, x1));
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(s, x2));
      b2 = i32x4.add(b2, i32x4.dot_i16x8_s(t, x2));
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(s, x3));
      b3 = i32x4.add(b3, i32x4.dot_i16x8_s(t, x3));
      p += 4;
    }
    storeWhole(row(F, i), a0, a1, a2, a3);
    storeWhole(row(F, i + 1), b0, b1, b2, b3);
  }
  for (; i < to; i++) {
    let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    let p = J + <usize>i * step;
    for (let x = S; x < end; x += 64) {
      const s = v128.load_splat<i32>(p);
      a0 = i32x4.add(a0, i32x4.dot_i16x8_s(s, v128.load(x)));
      a1 = i32x4.add(a1, i32x4.dot_i16x8_s(s, v128.load(x, 16)));
      a2 = i32x4.add(a2, i32x4.dot_i16x8_s(s, v128.load(x, 32)));
      a3 = i32x4.add(a3, i32x4.dot_i16x8_s(s, v128.load(x, 48)));
      p += 4;
    }
    storeWhole(row(F, i), a0, a1, a2, a3);
  }
}

// rows as compressed sparse rows of float32
export function sparseProduct(from: i32, to: i32, rowPtr: usize, columns: usize, values: usize, X: usize, F: usize): void {
  for (let i = from; i < to; i++) {
    const end = load<u32>(at(rowPtr, i + 1));
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0;
    for (let k = load<u32>(at(rowPtr, i)); k < end; k++) {
      const s = v128.load_splat<f32>(at(values, k));
      const x = row(X, load<u32>(at(columns, k)));
      a0 = f32x4.add(a0, f32x4.mul(s, v128.load(x)));
      a1 = f32x4.add(a1, f32x4.mul(s, v128.load(x, 16)));
      a2 = f32x4.add(a2, f32x4.mul(s, v128.load(x, 32)));
      a3 = f32x4.add(a3, f32x4.mul(s, v128.load(x, 48)));
    }
    const to0 = row(F, i);
    v128.store(to0, a0);
    v128.store(to0, a1, 16);
    v128.store(to0, a2, 32);
    v128.store(to0, a3, 48);
  }
}

// the same with int16 values and S [n, 16] int16: the magnitudes of a row must add up to less than 2^15
export function sparseSignProduct(from: i32, to: i32, rowPtr: usize, columns: usize, values: usize, S: usize, F: usize): void {
  for (let i = from; i < to; i++) {
    const end = load<u32>(at(rowPtr, i + 1));
    let a0 = i16x8.splat(0), a1 = a0;
    for (let k = load<u32>(at(rowPtr, i)); k < end; k++) {
      const s = v128.load_splat<i16>(values + (<usize>k << 1));
      const x = S + (<usize>load<u32>(at(columns, k)) << 5);
      a0 = i16x8.add(a0, i16x8.mul(s, v128.load(x)));
      a1 = i16x8.add(a1, i16x8.mul(s, v128.load(x, 16)));
    }
    storeWhole(
      row(F, i),
      i32x4.extend_low_i16x8_s(a0),
      i32x4.extend_high_i16x8_s(a0),
      i32x4.extend_low_i16x8_s(a1),
      i32x4.extend_high_i16x8_s(a1),
    );
  }
}
