import { exp4 } from "../vector";

// Rows of 16 float32 lanes: row i of an array [n, 16] begins at byte 64 i.
@inline
export function row(base: usize, i: i32): usize {
  return base + (<usize>i << 6);
}

// tanh by the exponential, bounded so that nothing overflows
@inline
export function tanh4(z: v128): v128 {
  const e = exp4(f32x4.add(z, z));
  const one = f32x4.splat(1);
  return f32x4.div(f32x4.sub(e, one), f32x4.add(e, one));
}

// F + h A for four lanes
@inline
export function field(F: usize, h: v128, A: usize): v128 {
  return f32x4.add(v128.load(F), f32x4.mul(h, v128.load(A)));
}
