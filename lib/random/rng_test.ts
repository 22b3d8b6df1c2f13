import { assert, assertEquals, assertThrows } from "@std/assert";
import { mix32, Rng, seedState } from "./mod.ts";

// a second writing of xoshiro128**, in BigInt, from the published recurrence
function* oracle(words: Uint32Array): Generator<number> {
  const M = 0xffffffffn;
  let [a, b, c, d] = [...words].map(BigInt);
  const rotl = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & M;
  for (;;) {
    yield Number((rotl((b * 5n) & M, 7n) * 9n) & M);
    const t = (b << 9n) & M;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 11n);
  }
}

Deno.test("Rng.uint32() follows the published recurrence", () => {
  const rng = new Rng(42, 3);
  const expected = oracle(rng.state);
  for (let i = 0; i < 1000; i++) assertEquals(rng.uint32(), expected.next().value);
});

Deno.test("Rng gives every (seed, stream) its own start", () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 64; seed++) {
    for (let stream = 0; stream < 64; stream++) seen.add(new Rng(seed, stream).state.join());
  }
  for (const big of [2 ** 32, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    seen.add(new Rng(big, 0).state.join());
    seen.add(new Rng(0, big).state.join());
  }
  assertEquals(seen.size, 64 * 64 + 6);
});

Deno.test("Rng streams are uncorrelated bit by bit", () => {
  // 4096 first draws of neighbouring streams: each bit is Binomial(4096, 1/2), sigma = 32; 5 sigma over 32 bits
  const ones = new Uint32Array(32);
  for (let stream = 0; stream < 4096; stream++) {
    const draw = new Rng(1, stream).uint32();
    for (let bit = 0; bit < 32; bit++) ones[bit] += (draw >>> bit) & 1;
  }
  for (const count of ones) assert(Math.abs(count - 2048) < 5 * 32, `${count}`);
});

Deno.test("Rng.integer() is uniform for a bound that does not divide 2^32", () => {
  // 60000 draws on 6 faces: mean 10000, sigma = sqrt(60000 * 5) / 6 = 91.3, interval 5 sigma
  const rng = new Rng(5);
  const faces = new Uint32Array(6);
  for (let i = 0; i < 60000; i++) faces[rng.integer(6)]++;
  for (const count of faces) assert(Math.abs(count - 10000) < 457, `${count}`);
});

Deno.test("Rng.normal() has the moments of N(0, 1)", () => {
  // n = 100000: sigma of the mean 0.00316, of the variance 0.00447, of the fourth moment sqrt(96 / n) = 0.031; 5 sigma
  const rng = new Rng(9);
  let m1 = 0, m2 = 0, m4 = 0;
  const n = 100000;
  for (let i = 0; i < n; i++) {
    const z = rng.normal();
    m1 += z / n;
    m2 += z * z / n;
    m4 += z ** 4 / n;
  }
  assert(Math.abs(m1) < 0.0158 && Math.abs(m2 - 1) < 0.0224 && Math.abs(m4 - 3) < 0.155, `${m1} ${m2} ${m4}`);
});

Deno.test("Rng.shuffle() gives all orders of three equally often", () => {
  // 12000 shuffles, 6 orders: mean 2000, sigma = 40.8, interval 5 sigma
  const rng = new Rng(2);
  const counts = new Map<string, number>();
  for (let i = 0; i < 12000; i++) {
    const key = rng.shuffle([0, 1, 2]).join("");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  for (const count of counts.values()) assert(Math.abs(count - 2000) < 204, `${count}`);
});

Deno.test("Rng.state continues a stream where it was read", () => {
  const rng = new Rng(3);
  for (let i = 0; i < 7; i++) rng.uint32();
  const copy = new Rng(0);
  copy.state = rng.state;
  assertEquals(copy.uint32(), rng.uint32());
  assertThrows(() => copy.state = new Uint32Array(3), RangeError, "expected 4");
});

Deno.test("Rng refuses seeds and bounds that are no natural numbers", () => {
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => new Rng(bad), RangeError, "seed");
    assertThrows(() => new Rng(1, bad), RangeError, "stream");
  }
  assertThrows(() => new Rng(1).integer(0), RangeError);
  assertThrows(() => seedState(1.5, 0, new Uint32Array(4)), RangeError);
});

Deno.test("mix32() is a bijection on a sample", () => {
  const seen = new Set<number>();
  for (let i = 0; i < 100000; i++) seen.add(mix32(i));
  assertEquals(seen.size, 100000);
});
