import type { Words } from "./arena.ts";

/** The next 32 bits of xoshiro128** whose four words begin at `at`: the twin of assembly/next_bits.ts. */
export function nextBits(s: Words, at: number): number {
  const s1 = s[at + 1];
  const x = Math.imul(s1, 5);
  const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
  const s2 = s[at + 2] ^ s[at];
  const s3 = s[at + 3] ^ s1;
  s[at + 1] = s1 ^ s2;
  s[at] ^= s3;
  s[at + 2] = s2 ^ (s1 << 9);
  s[at + 3] = (s3 << 11) | (s3 >>> 21);
  return result;
}
