// One amplitude to a register, real part in lane 0: every gate on every qubit is the same loop, also on qubit 0.

@inline
export function at(base: usize, x: usize): usize {
  return base + (x << 4);
}

@inline
export function swap(v: v128): v128 {
  return v128.shuffle<f64>(v, v, 1, 0);
}

// (-b, b): what swap(a) is multiplied by to give i b a
@inline
export function imaginary(b: f64): v128 {
  return f64x2.mul(f64x2(-1, 1), f64x2.splat(b));
}

// c a, with c given as the splat of its real part and as imaginary() of the other
@inline
export function times(re: v128, im: v128, a: v128): v128 {
  return f64x2.add(f64x2.mul(re, a), f64x2.mul(im, swap(a)));
}

// v, or -v where x has an odd number of the bits of z
@inline
export function signed(v: v128, x: usize, z: usize): v128 {
  return v128.xor(v, i64x2.splat(<i64>popcnt(x & z) << 63));
}
