// Two states to a register, a cache line of eight states at a time.

@inline
export function at(base: usize, state: usize): usize {
  return base + (state << 3);
}

@inline
export function swap(v: v128): v128 {
  return v128.shuffle<f64>(v, v, 1, 0);
}

// the states size - 1 - x and size - 2 - x: what x and x + 1 become when every bit is turned
@inline
export function mirrored(base: usize, size: usize, state: usize): v128 {
  return swap(v128.load(at(base, size - 2 - state)));
}

@inline
export function sum2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}
