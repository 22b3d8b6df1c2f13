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
