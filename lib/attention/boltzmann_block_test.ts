import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { boltzmannTwin } from "../testing/_boltzmann_twin.ts";
import { bindBlock, bothKernels, normals, runBlock } from "./_test_blocks.ts";
import { compareWithTwin, type Open, twinInputs, valuesOf } from "./_test_peers.ts";
import { type BlockShape, boltzmannBlock, type BoltzmannOptions } from "./mod.ts";

const SHAPES: BlockShape[] = [[3, 2, 1, 3], [2, 2, 5, 3], [1, 3, 6, 4]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));
const SMALL: BlockShape = { samples: 1, heads: 2, tokens: 5, width: 3 };
const opens = (options: BoltzmannOptions): Open => (kernels, shape) => boltzmannBlock(kernels, shape, options);

Deno.test("boltzmannBlock() is what enumeration gives, gradients included", () => {
  for (const shape of SHAPES) {
    for (const reach of [1, 2, 8]) {
      compareWithTwin(
        opens({ reach, exactTokens: 6 }),
        shape,
        (X, values) => boltzmannTwin(twinInputs(shape, X, values), values.C),
      );
    }
  }
});

Deno.test("boltzmannBlock() without couplings is normalised sigmoids at any length, gradients included", () => {
  for (const exactTokens of [0, 6]) {
    for (const shape of SHAPES) {
      compareWithTwin(
        opens({ reach: 0, exactTokens }),
        shape,
        (X, values) => boltzmannTwin(twinInputs(shape, X, values), []),
      );
    }
  }
});

/** Runs the same weights and inputs through chains of heat baths. */
function runSampled(options: BoltzmannOptions, seed: number) {
  const open = opens({ reach: 2, exactTokens: 0, ...options });
  const values = valuesOf(open, SMALL), size = SMALL.tokens * 6;
  const [X, G] = [normals(size, 20), normals(size, 21)];
  return { X, values, ...runBlock(bindBlock(bothKernels()[1], open, SMALL, values), X, G, seed) };
}

/** Mean and standard error of an entry over runs. */
function meanOf(runs: readonly ArrayLike<number>[], i: number): { mean: number; error: number } {
  const mean = runs.reduce((sum, run) => sum + run[i], 0) / runs.length;
  const variance = runs.reduce((sum, run) => sum + (run[i] - mean) ** 2, 0) / (runs.length - 1);
  return { mean, error: Math.sqrt(variance / runs.length) };
}

Deno.test("boltzmannBlock() of sampled chains has the exact output and gradient for its mean", () => {
  const exact = (() => {
    const { X, values } = runSampled({ chains: 2 }, 1);
    const open = opens({ reach: 2, exactTokens: 5 });
    return runBlock(bindBlock(bothKernels()[1], open, SMALL, values), X, normals(X.length, 21));
  })();
  // couplings of size 1/2 forget a start in a few sweeps; the quotient's bias, of order 1 / chains, is below a standard error
  const runs = Array.from({ length: 24 }, (_, seed) => runSampled({ chains: 256, sweeps: 20 }, seed));
  const parts = [
    [exact.output, runs.map(({ output }) => output)],
    [exact.dx, runs.map(({ dx }) => dx)],
    [exact.gradients.C, runs.map(({ gradients }) => gradients.C)],
  ] as const;
  for (const [expected, found] of parts) {
    for (let i = 0; i < expected.length; i++) {
      const { mean, error } = meanOf(found, i);
      // 64 entries, t of 23 degrees of freedom: 5 standard errors are passed by chance once in 400 runs of this test
      assert(
        Math.abs(mean - expected[i]) < 5 * error + 1e-6,
        `entry ${i}: ${mean} +- ${error}, expected ${expected[i]}`,
      );
    }
  }
});

Deno.test("boltzmannBlock() repeats by seed, and each sample has a stream of its own", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => runSampled({}, seed));
  assertEquals(a.output, b.output);
  assertEquals(a.dx, b.dx);
  assertNotEquals(a.output, c.output);
});

Deno.test("boltzmannBlock() refuses what it cannot take", () => {
  const [kernels] = bothKernels();
  const refused = (options: BoltzmannOptions, words: string) =>
    assertThrows(() => boltzmannBlock(kernels, SMALL, options), RangeError, words);
  refused({ reach: -1 }, "reach must be an integer of 0 or more, got -1");
  refused({ chains: 1 }, "chains must be an integer of 2 or more, got 1");
  refused({ sweeps: 0 }, "sweeps must be an integer of 1 or more, got 0");
  refused({ exactTokens: 21 }, "exactTokens must be at most 20, got 21");
  assertThrows(() => boltzmannBlock(kernels, SMALL, { beta: 1 } as object), TypeError, "there is no option beta");
});
