import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { seedState } from "../random/mod.ts";
import { assertTensorClose } from "../testing/mod.ts";
import { heatBathScratch } from "./heat_baths.ts";
import type { Kernels } from "./kernels.ts";
import { bothKernels, normals } from "./_test_arrays.ts";

// problems, tokens, chains, reach, sweeps
const SHAPES = [[1, 1, 2, 0, 1], [2, 1, 3, 2, 3], [3, 5, 4, 2, 2], [2, 7, 6, 8, 0], [2, 33, 20, 3, 5], [
  1,
  49,
  4,
  8,
  5,
]];

/** Numbers behind the scratch that no kernel may touch. */
const GUARDS = 32;

/** Runs chains and their gradient from normal scores, couplings and slopes. */
function run(kernels: Kernels, [problems, tokens, chains, reach, sweeps]: number[], seed = 1) {
  const floats = (length: number, stream: number) => {
    const array = kernels.float32(length);
    array.set(normals(length, stream));
    return array;
  };
  const size = problems * tokens, stream = kernels.uint32(4);
  const guarded = kernels.float32(heatBathScratch(tokens, chains, reach) + GUARDS).fill(-1);
  seedState(seed, 0, stream);
  const task = {
    ...{ problems, tokens, chains, scores: floats(size, 1), couplings: floats(reach, 2) },
    ...{ chosen: kernels.uint8(size * chains), scratch: guarded.subarray(0, guarded.length - GUARDS) },
  };
  const marginals = kernels.float32(size),
    dscores = kernels.float32(size),
    dcouplings = kernels.float64(reach).fill(0.5);
  kernels.heatBaths(task, { sweeps, stream, marginals });
  const slopes = floats(size, 3);
  kernels.heatBathsBackward(task, { slopes, dscores, dcouplings });
  assertEquals(guarded.subarray(guarded.length - GUARDS), new Float32Array(GUARDS).fill(-1));
  return { ...task, slopes, stream, marginals, dscores, dcouplings };
}

Deno.test("heatBaths() leaves the same states, marginals and stream in both kinds of kernels", () => {
  for (const shape of SHAPES) {
    const [typescript, wasm] = bothKernels().map((kernels) => run(kernels, shape));
    for (const name of ["chosen", "marginals", "stream"] as const) assertEquals(wasm[name], typescript[name]);
  }
});

Deno.test("heatBaths() gives every chain marginals of its last state, and other chains with another seed", () => {
  for (const shape of SHAPES) {
    const [problems, tokens, chains, reach] = shape;
    const { scores, couplings, chosen, marginals } = run(bothKernels()[1], shape);
    const expected = Float64Array.from({ length: problems * tokens }, (_, place) => {
      const b = Math.floor(place / tokens), j = place % tokens;
      let sum = 0;
      for (let c = 0; c < chains; c++) {
        const x = chosen.subarray((b * chains + c) * tokens, (b * chains + c + 1) * tokens);
        let power = scores[place];
        for (let r = 1; r <= reach; r++) power += couplings[r - 1] * ((x[j - r] ?? 0) + (x[j + r] ?? 0));
        sum += 1 / (1 + Math.exp(-power)) / chains;
      }
      return sum;
    });
    // float32 sums of up to 17 products and an exponential that is right to a few units in the last place
    assertTensorClose(marginals, expected, 5e-6);
  }
  const [first, second] = [1, 2].map((seed) => run(bothKernels()[1], SHAPES.at(-1)!, seed).chosen);
  assertNotEquals(first, second);
});

Deno.test("heatBathsBackward() is the covariance over the last states, in both kinds of kernels", () => {
  for (const shape of SHAPES) {
    const [problems, tokens, chains, reach] = shape;
    for (const kernels of bothKernels()) {
      const { chosen, slopes, dscores, dcouplings } = run(kernels, shape);
      const ds = new Float64Array(problems * tokens), dC = new Float64Array(reach).fill(0.5);
      for (let b = 0; b < problems; b++) {
        const x = (c: number, j: number) => j < tokens ? chosen[(b * chains + c) * tokens + j] : 0;
        const mean = (of: (c: number) => number) => {
          let sum = 0;
          for (let c = 0; c < chains; c++) sum += of(c) / chains;
          return sum;
        };
        const value = (c: number) => {
          let sum = 0;
          for (let j = 0; j < tokens; j++) sum += slopes[b * tokens + j] * x(c, j);
          return sum;
        };
        const covariance = (of: (c: number) => number) =>
          (mean((c) => value(c) * of(c)) - mean(value) * mean(of)) * chains / (chains - 1);
        for (let j = 0; j < tokens; j++) {
          ds[b * tokens + j] = covariance((c) => x(c, j));
          for (let r = 1; r <= reach; r++) dC[r - 1] += covariance((c) => x(c, j) * x(c, j + r));
        }
      }
      assertTensorClose(dscores, ds, 5e-6);
      // the weight of a chain, a difference of sums, is off by some roundings, which every one of up to 49 pairs has
      assertTensorClose(dcouplings, dC, 5e-5);
    }
  }
});

Deno.test("heatBaths() forgets its start: the states have the odds of an enumerated model", () => {
  const shape = [4000, 3, 4, 2, 12], { scores, couplings, chosen, marginals } = run(bothKernels()[1], shape);
  // one model for all problems is what can be counted
  const kernels = bothKernels()[1], [problems, tokens, chains, reach, sweeps] = shape;
  const same = kernels.float32(problems * tokens), stream = kernels.uint32(4);
  for (let b = 0; b < problems; b++) same.set(scores.subarray(0, tokens), b * tokens);
  seedState(5, 0, stream);
  const task = {
    ...{
      problems,
      tokens,
      chains,
      scores: same,
      couplings: kernels.float32(reach),
      chosen: kernels.uint8(chosen.length),
    },
    scratch: kernels.float32(heatBathScratch(tokens, chains, reach)),
  };
  task.couplings.set(couplings);
  kernels.heatBaths(task, { sweeps, stream, marginals: kernels.float32(marginals.length) });
  const weights = Array.from({ length: 8 }, (_, state) => {
    const x = (j: number) => state >> j & 1;
    let power = 0;
    for (let j = 0; j < 3; j++) power += same[j] * x(j);
    return Math.exp(power + couplings[0] * (x(0) * x(1) + x(1) * x(2)) + couplings[1] * x(0) * x(2));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0), runs = problems * chains;
  const counts = new Float64Array(8);
  for (let c = 0; c < runs; c++) counts[task.chosen[3 * c] + 2 * task.chosen[3 * c + 1] + 4 * task.chosen[3 * c + 2]]++;
  weights.forEach((weight, state) => {
    const p = weight / total, error = Math.sqrt(p * (1 - p) / runs);
    // eight states: 4.5 standard errors are passed by chance once in 18,000 such tests
    assert(Math.abs(counts[state] / runs - p) < 4.5 * error, `state ${state}: ${counts[state] / runs}, exact ${p}`);
  });
});
