import { assert, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { exp32, tanh32 } from "./_float32.ts";
import * as twin from "./_oscillators_twin.ts";
import { OSCILLATOR_LANES as L, type Oscillators } from "./oscillators.ts";
import { wasmOscillators } from "./wasm_oscillators.ts";

function typescriptOscillators(): Oscillators {
  return {
    name: "typescript",
    float32: (length) => new Float32Array(length),
    float64: (length) => new Float64Array(length),
    int16: (length) => new Int16Array(length),
    uint32: (length) => new Uint32Array(length),
    uint8: (length) => new Uint8Array(length),
    ...twin,
  };
}

// what a loop wrote, in both kinds, rows in one piece and in pieces of two
function everyWay<T>(run: (loops: Oscillators, cuts: readonly (readonly [number, number])[]) => T, n: number): T[] {
  const whole = [[0, n]] as const;
  const pieces = Array.from({ length: Math.ceil(n / 2) }, (_, p) => [2 * p, Math.min(n, 2 * p + 2)] as const);
  return [
    run(typescriptOscillators(), whole),
    run(wasmOscillators(1 << 20), whole),
    run(wasmOscillators(1 << 20), pieces),
  ];
}

function assertSameBits<T>(ways: T[]): T {
  for (const way of ways) assertEquals(way, ways[0]);
  return ways[0];
}

function drawn(loops: Oscillators, length: number, seed: number, scale = 1) {
  const rng = new Rng(seed);
  const values = loops.float32(length);
  for (let k = 0; k < length; k++) values[k] = scale * rng.normal();
  return values;
}

for (const n of [1, 2, 5, 12]) {
  Deno.test(`products of ${n} rows have the same bits in WebAssembly and TypeScript, however the rows are cut`, () => {
    assertSameBits(everyWay((loops, cuts) => {
      const pairs = Math.ceil(n / 2);
      const [J, X, S, F] = [drawn(loops, n * n, 1), drawn(loops, n * L, 2), loops.float32(n * L), loops.float32(n * L)];
      const rng = new Rng(3);
      const J16 = loops.int16(2 * pairs * n);
      for (let k = 0; k < J16.length; k++) J16[k] = rng.integer(65535) - 32767;
      const [two, one] = [loops.int16(pairs * 2 * L), loops.int16(n * L)];
      const rowPtr = loops.uint32(n + 1);
      const columns = loops.uint32(3 * n);
      const values = drawn(loops, 3 * n, 4);
      const whole = loops.int16(3 * n);
      for (let i = 0; i < n; i++) rowPtr[i + 1] = rowPtr[i] + rng.integer(4);
      for (let k = 0; k < 3 * n; k++) [columns[k], whole[k]] = [rng.integer(n), rng.integer(2001) - 1000];
      const seen: Float32Array[] = [];
      const note = (run: (from: number, to: number) => void) => {
        for (const [from, to] of cuts) run(from, to);
        seen.push(Float32Array.from(F));
      };
      note((from, to) => {
        loops.signs(from, to, X, S);
        loops.signPairs(from, to, X, two);
        loops.signWords(from, to, X, one);
      });
      note((from, to) => loops.denseProduct(n, from, to, J, X, F));
      note((from, to) => loops.denseSignProduct(pairs, from, to, J16, two, F));
      note((from, to) => loops.sparseProduct(from, to, rowPtr, columns, values, X, F));
      note((from, to) => loops.sparseSignProduct(from, to, rowPtr, columns, whole, one, F));
      return { seen, S: Float32Array.from(S), two: Int16Array.from(two), one: Int16Array.from(one) };
    }, n));
  });

  Deno.test(`motions of ${n} rows have the same bits in WebAssembly and TypeScript, however the rows are cut`, () => {
    assertSameBits(everyWay((loops, cuts) => {
      const [X, Y, F, N] = [5, 6, 7, 8].map((seed) => drawn(loops, n * L, seed));
      const [h, inverse] = [9, 10].map((seed) => drawn(loops, n, seed));
      const [A, rate, target] = [11, 12, 13].map((seed) => drawn(loops, L, seed, 0.3));
      const [out, sums, E, mask, best] = [
        loops.float32(n * L),
        loops.float32(L),
        loops.float64(L),
        loops.uint8(L),
        loops.uint8(n * L),
      ];
      mask.fill(255, 3, 9);
      const seen: Float32Array[] = [];
      const note = (run: (from: number, to: number) => void) => {
        for (const [from, to] of cuts) run(from, to);
        seen.push(Float32Array.from(X), Float32Array.from(Y));
      };
      note((from, to) => loops.measure(from, to, X, F, h, E));
      note((from, to) => loops.keep(from, to, X, mask, best));
      note((from, to) => loops.addNoise(from, to, X, N, 0.3, out));
      note((from, to) => loops.bifurcate(from, to, X, Y, F, h, A, 0.05, 0.3, 0.2, 0.4, 0.7, 1));
      note((from, to) => loops.bifurcate(from, to, X, Y, F, h, A, 0, 0.3, 0, 0.4, 0.7, 1e30));
      note((from, to) => loops.amplitudes(from, to, X, sums));
      note((from, to) => loops.feed(from, to, X, F, h, A, N, -0.2, 0.1, 0.3, 0.4, 0.9));
      note((from, to) => loops.relax(from, to, X, F, h, A, N, inverse, 0.15, 3, 0.2));
      note((from, to) => loops.control(from, to, X, Y, F, h, A, rate, target, -0.1, 0.05, 0.2, 2, false, 1));
      note((from, to) => loops.control(from, to, X, Y, F, h, A, rate, target, -0.1, 0.05, 0.2, 2, true, 0.7));
      note((from, to) => loops.separate(from, to, X, Y, F, h, A, -0.1, 0.05, 0.2, 0.8, 1.5, 0.1, 0.3));
      const rest = [out, sums, E, best].map((array) => [...array]);
      return { seen, rest };
    }, n));
  });
}

Deno.test("Oscillators.bitProduct() is the product with a matrix of two values, in WebAssembly and TypeScript", () => {
  for (const n of [1, 2, 31, 33, 64, 65, 130]) {
    const [common, other] = [3, -2];
    const rng = new Rng(14);
    const second = Array.from({ length: n }, () => Array.from({ length: n }, () => rng.integer(2)));
    const seen = assertSameBits(everyWay((loops, cuts) => {
      const words = Math.ceil(n / 64);
      const [X, F, M, base] = [drawn(loops, n * L, 15), loops.float32(n * L), loops.float32(L), loops.float32(n)];
      const [J, S] = [loops.uint32(2 * words * n), loops.uint32(2 * words * L)];
      X[0] = -0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          if (i === j || second[i][j] === 0) continue;
          J[2 * (i * words + (j >> 6)) + ((j & 32) === 0 ? 1 : 0)] |= 1 << (31 - (j & 31));
          base[i] -= other - common;
        }
      }
      loops.signBits(n, X, S);
      for (const [from, to] of cuts) loops.bitProduct(n, from, to, J, base, 2 * (other - common), common, X, S, M, F);
      return { F: Float32Array.from(F), X: Float32Array.from(X), S: Uint32Array.from(S) };
    }, n));
    for (let k = 0; k < n * L; k++) {
      const [i, l] = [Math.floor(k / L), k % L];
      let sum = 0;
      for (let j = 0; j < n; j++) {
        if (j !== i) sum += (second[i][j] ? other : common) * (seen.X[j * L + l] < 0 ? -1 : 1);
      }
      assertEquals(seen.F[k], sum);
    }
  }
});

Deno.test("Oscillators.normals() has the same bits in WebAssembly and TypeScript, and goes on where it stopped", () => {
  for (const n of [1, 7, 40]) {
    assertSameBits(everyWay((loops, cuts) => {
      const states = loops.uint32(4 * L);
      for (let l = 0; l < L; l++) new Rng(20, l).state.forEach((word, w) => states[w * L + l] = word);
      const out = loops.float32(n * L);
      // lanes 0 and 1 begin with the largest and the smallest draw
      for (let w = 0; w < 4; w++) states[w * L] = states[w * L + 1] = 0;
      states[L + 1] = 0x33333333;
      for (const [from, to] of cuts) loops.normals(from, to, states, out);
      return { out: Float32Array.from(out), states: Uint32Array.from(states) };
    }, n));
  }
});

Deno.test("Oscillators.normals() gives normal numbers: moments, tails, and no correlation within a pair", () => {
  const loops = wasmOscillators(1 << 21);
  const n = 6250;
  const states = loops.uint32(4 * L);
  for (let l = 0; l < L; l++) new Rng(21, l).state.forEach((word, w) => states[w * L + l] = word);
  const out = loops.float32(n * L);
  loops.normals(0, n, states, out);
  const count = n * L;
  const mean = (of: (x: number, k: number) => number) => out.reduce((sum, x, k) => sum + of(x, k), 0) / count;
  // standard errors of the means of x, x^2, x^3, x^4 and x y: sqrt(1, 2, 15, 96, 1) / sqrt(count); four sigma each
  const close = (value: number, expected: number, variance: number) =>
    assert(Math.abs(value - expected) < 4 * Math.sqrt(variance / count), `${value} for ${expected}`);
  close(mean((x) => x), 0, 1);
  close(mean((x) => x * x), 1, 2);
  close(mean((x) => x ** 3), 0, 15);
  close(mean((x) => x ** 4), 3, 96);
  close(mean((x, k) => x * out[(k + L) % count]), 0, 1);
  // P(|x| > 2) = 0.0455
  close(mean((x) => Math.abs(x) > 2 ? 1 : 0), 0.0455003, 0.0455 * 0.9545);
});

Deno.test("Oscillators.normals() follows xoshiro128** of lib/random and the formula of Box and Muller", () => {
  const loops = wasmOscillators(1 << 16);
  const states = loops.uint32(4 * L);
  for (let l = 0; l < L; l++) new Rng(22, l).state.forEach((word, w) => states[w * L + l] = word);
  const out = loops.float32(2 * L);
  loops.normals(0, 2, states, out);
  for (let l = 0; l < L; l++) {
    const rng = new Rng(22, l);
    const r = Math.sqrt(-2 * Math.log(((rng.uint32() >>> 8) + 1) / 2 ** 24));
    const angle = 2 * Math.PI * rng.uniform();
    assert(Math.abs(out[l] - r * Math.cos(angle)) < 1e-6 && Math.abs(out[L + l] - r * Math.sin(angle)) < 1e-6);
    assertEquals([0, 1, 2, 3].map((w) => states[w * L + l]), [...rng.state]);
  }
});

Deno.test("exp32() and tanh32() are within two units in the last place", () => {
  for (let x = -20; x <= 20; x += 0.37) {
    assert(Math.abs(exp32(Math.fround(x)) / Math.exp(Math.fround(x)) - 1) < 2.4e-7);
    assert(Math.abs(tanh32(Math.fround(x)) - Math.tanh(Math.fround(x))) < 2.4e-7);
  }
  assertEquals([tanh32(1e9), tanh32(-1e9), tanh32(0)], [1, -1, 0]);
});

Deno.test("wasmOscillators() refuses sizes out of range, more than fits, and an array of another memory", () => {
  for (const bytes of [0, 1.5, NaN, 2 ** 32]) assertThrows(() => wasmOscillators(bytes), RangeError, `got ${bytes}`);
  const loops = wasmOscillators(65536);
  assertThrows(() => loops.float32(1e6), RangeError, "1000000 numbers of 4 bytes");
  assertThrows(() => loops.float32(-1), RangeError, "integer of 0 or more");
  const sums = loops.float32(L);
  assertThrows(() => loops.amplitudes(0, 1, new Float32Array(L), sums), TypeError, "not of this arena");
});
