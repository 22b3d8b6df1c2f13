// xoshiro128** on four words of memory
@inline
export function nextBits(stream: usize): u32 {
  const s1 = load<u32>(stream, 4);
  const result = rotl<u32>(s1 * 5, 7) * 9;
  const s2 = load<u32>(stream, 8) ^ load<u32>(stream);
  const s3 = load<u32>(stream, 12) ^ s1;
  store<u32>(stream, s1 ^ s2, 4);
  store<u32>(stream, load<u32>(stream) ^ s3);
  store<u32>(stream, s2 ^ (s1 << 9), 8);
  store<u32>(stream, rotl<u32>(s3, 11), 12);
  return result;
}

@inline
export function rotated4(x: v128, left: i32): v128 {
  return v128.or(i32x4.shl(x, left), i32x4.shr_u(x, 32 - left));
}

// the draw of xoshiro128** of four lanes, rotl(s1 * 5, 7) * 9
@inline
export function output4(s1: v128): v128 {
  const m = rotated4(i32x4.add(s1, i32x4.shl(s1, 2)), 7);
  return i32x4.add(m, i32x4.shl(m, 3));
}
