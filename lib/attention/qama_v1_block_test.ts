import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Kernels } from "../kernels/mod.ts";
import { fusedBackward, fusedForward } from "../testing/_fused_projection_twin.ts";
import {
  assertTensorClose,
  qamaV1BackwardTwin,
  qamaV1ForwardTwin,
  qamaV1ReadoutTwin,
  softWeightsTwin,
} from "../testing/mod.ts";
import { bindBlock, bothKernels, normals, place, runBlock } from "./_test_blocks.ts";
import { givenSoft } from "./_test_soft_solvers.ts";
import { type BlockShape, parameterCount, qamaV1Block, type QamaV1Options, sizeOf } from "./mod.ts";

// float32, as for the golden vectors of revision 1
const TOLERANCE = 1e-4;
const shape = { samples: 3, heads: 2, tokens: 5, width: 3 };
const row = shape.tokens * shape.heads * shape.width;
const [X, G] = [normals(3 * row, 30), normals(3 * row, 31)];
const open = (options: QamaV1Options = {}) => (kernels: Kernels, shape: BlockShape) =>
  qamaV1Block(kernels, shape, options);

/** Gains near 1, shifts near 0, kept variances above 0; a shift of the fields that keeps them away from 0. */
function valuesOf(shape: BlockShape): Record<string, Float64Array> {
  return Object.fromEntries(
    qamaV1Block(bothKernels()[0], shape).parameters.map(({ name, shape, initial }, stream) => {
      const scale = "uniform" in initial ? 2 * initial.uniform : 0.2;
      const shift = name === "betaH" ? 4 : "constant" in initial ? initial.constant : 0;
      return [name, normals(sizeOf(shape), stream).map((value) => Math.fround(scale * value + shift))];
    }),
  );
}

function someBits({ samples, heads, tokens }: BlockShape, q: number): Uint8Array {
  return Uint8Array.from({ length: samples * heads * tokens * q }, (_, r) => (r * 7 + (r >> 3)) % 5 < 2 ? 1 : 0);
}

for (const training of [true, false]) {
  for (const [samples, heads, tokens, width, q] of [[3, 2, 5, 3, 2], [1, 3, 7, 8, 4], [2, 1, 4, 5, 1]]) {
    const shape = { samples, heads, tokens, width };
    const mode = training ? "training" : "inference";
    Deno.test(`qamaV1Block() is the twin of revision 1 behind a norm and a projection, ${heads} heads of ${tokens} x ${width}, ${mode}`, () => {
      const bits = someBits(shape, q), D = heads * width;
      const values = valuesOf(shape);
      const [X, G] = [normals(samples * tokens * D, 20), normals(samples * tokens * D, 21)];
      const options = { q, cQuadratic: 0.7, cLinear: 1.3, solver: givenSoft(bits) };
      const fused = { shape: { batch: samples, heads, tokens, modelWidth: D }, X, Wqkv: values.Wqkv };
      const front = { ...fused, ln: { gamma: values.gain, beta: values.shift } };
      const norm = (name: string) => ({
        gamma: values[`gamma${name}`],
        beta: values[`beta${name}`],
        runningMean: values[`mean${name}`],
        runningVar: values[`var${name}`],
      });
      const heads4 = fusedForward(front);
      const inputs = {
        ...{ shape: { batch: samples, heads, tokens, width }, Q: heads4.q, K: heads4.k, V: heads4.v },
        ...{
          bnJ: norm("J"),
          bnh: norm("H"),
          bnOut: norm("Out"),
          mode: mode as "training",
          cQuadratic: 0.7,
          cLinear: 1.3,
        },
      };
      const w = softWeightsTwin(bits, q);
      const { output } = qamaV1ReadoutTwin(inputs, qamaV1ForwardTwin(inputs), w);
      const slopes = qamaV1BackwardTwin(inputs, w, toHeads(G, shape));
      const expected = fusedBackward(front, slopes.Q, slopes.K, slopes.V);
      for (const kernels of bothKernels()) {
        const bound = bindBlock(kernels, open(options), shape, values);
        bound.block.setTraining?.(training);
        const run = runBlock(bound, X, G);
        assertTensorClose(toHeads(Float64Array.from(run.output), shape), output, TOLERANCE);
        assertTensorClose(run.dx, expected.X, TOLERANCE);
        assertTensorClose(run.gradients.Wqkv, expected.Wqkv, TOLERANCE);
        assertTensorClose(run.gradients.gain, expected.ln.gamma, TOLERANCE);
        assertTensorClose(run.gradients.shift, expected.ln.beta, TOLERANCE);
        for (const [name, key] of [["J", "bnJ"], ["H", "bnh"], ["Out", "bnOut"]] as const) {
          assertTensorClose(run.gradients[`gamma${name}`], slopes[key].gamma, TOLERANCE);
          assertTensorClose(run.gradients[`beta${name}`], slopes[key].beta, TOLERANCE);
        }
      }
    });
  }
}

function toHeads(rows: Float64Array, { heads, tokens, width }: BlockShape): Float64Array {
  return rows.map((_, at) => {
    const [i, t] = [Math.floor(at / width) % tokens, Math.floor(at / (tokens * width)) % heads];
    const s = Math.floor(at / (heads * tokens * width));
    return rows[((s * tokens + i) * heads + t) * width + at % width];
  });
}

Deno.test("qamaV1Block() in inference gives samples in two calls, or of several lengths, what each is alone", () => {
  const values = valuesOf(shape);
  for (const kernels of bothKernels()) {
    const { block } = bindBlock(kernels, open({ sweeps: 5 }), shape, values);
    block.setTraining?.(false);
    const x = place(kernels, X);
    const run = (samples: number, from: number, lengths?: number[]) => {
      const y = kernels.float32(X.length);
      block.forward(samples, x.subarray(from), y, 8, 100, lengths && Int32Array.from(lengths));
      return y;
    };
    const whole = run(3, 0);
    assertEquals(run(2, 0).subarray(0, 2 * row), whole.subarray(0, 2 * row));
    const D = 6, ragged = run(3, 0, [2, 5, 1]);
    assertEquals(ragged.subarray(0, 2 * D), run(1, 0, [2]).subarray(0, 2 * D));
    const second = kernels.float32(X.length);
    block.forward(1, x.subarray(2 * D), second, 8, 101);
    assertEquals(ragged.slice(2 * D, 7 * D), second.slice(0, 5 * D));
    assert(ragged.subarray(7 * D, 8 * D).every(Number.isFinite), "one token has no pair");
  }
});

Deno.test("qamaV1Block() while training normalises over all tokens that are there, and gathers the statistics times samples", () => {
  const values = valuesOf(shape), D = 6;
  for (const kernels of bothKernels()) {
    const statistics = (samples: number, from: number, lengths: number[]) => {
      const { block, gradients } = bindBlock(kernels, open(), shape, values);
      const y = kernels.float32(X.length);
      block.forward(samples, place(kernels, X).subarray(from), y, 1, 0, Int32Array.from(lengths));
      block.backward(samples, place(kernels, G), kernels.float32(X.length));
      block.collect();
      return gradients;
    };
    const both = statistics(2, 0, [2, 4]), parts = [statistics(1, 0, [2]), statistics(1, 2 * D, [4])];
    for (let t = 0; t < 2; t++) {
      assertAlmostEquals(both.meanH[t] / 2, (2 * parts[0].meanH[t] + 4 * parts[1].meanH[t]) / 6, 1e-5);
      assertAlmostEquals(both.meanJ[t] / 2, (2 * parts[0].meanJ[t] + 12 * parts[1].meanJ[t]) / 14, 1e-6);
      assert(both.varOut[t] > 0);
    }
  }
});

Deno.test("qamaV1Block() in inference leaves the kept averages alone, and its answer does not depend on other samples", () => {
  const values = valuesOf(shape);
  const [kernels] = bothKernels();
  const bound = bindBlock(kernels, open(), shape, values);
  const trained = runBlock(bound, X, G);
  assert(trained.gradients.varJ[0] > 0);
  const again = bindBlock(kernels, open(), shape, values);
  again.block.setTraining?.(false);
  const { gradients, output } = runBlock(again, X, G);
  for (const name of ["meanJ", "varJ", "meanH", "varH", "meanOut", "varOut"]) {
    assertEquals([...gradients[name]], [0, 0], name);
  }
  assertNotEquals(output, trained.output);
});

Deno.test("qamaV1Block(): backward passes add up until they are collected, once; refresh() clears them", () => {
  const values = valuesOf(shape);
  for (const kernels of bothKernels()) {
    const once = runBlock(bindBlock(kernels, open(), shape, values), X, G).gradients;
    const { block, gradients } = bindBlock(kernels, open(), shape, values);
    const [x, dy, y, dx] = [place(kernels, X), place(kernels, G), kernels.float32(3 * row), kernels.float32(3 * row)];
    block.forward(3, x, y, 1, 0);
    block.backward(3, dy, dx);
    block.refresh();
    block.collect();
    for (const key of Object.keys(once)) assertEquals(gradients[key], once[key].map(() => 0));
    for (let pass = 0; pass < 2; pass++) block.backward(3, dy, dx);
    block.collect();
    block.collect();
    for (const key of Object.keys(once)) {
      assertTensorClose(gradients[key], once[key].map((value) => 2 * value), 2e-5);
    }
  }
});

Deno.test("qamaV1Block(): the output may be the input, the gradient of the input that of the output", () => {
  const values = valuesOf(shape);
  for (const kernels of bothKernels()) {
    const bound = bindBlock(kernels, open(), shape, values);
    const { output, dx } = runBlock(bound, X, G);
    const [x, dy] = [place(kernels, X), place(kernels, G)];
    bound.block.forward(3, x, x, 1, 0);
    bound.block.backward(3, dy, dy);
    assertTensorClose(x, output.map((value, i) => value + X[i]), 2e-5);
    assertTensorClose(dy, dx.map((value, i) => value + G[i]), 2e-5);
  }
});

Deno.test("qamaV1Block(): longRange changes what is chosen, not what is read", () => {
  const values = valuesOf(shape);
  const [, kernels] = bothKernels();
  const chosenWith = (longRange: number) => {
    const block = qamaV1Block(kernels, shape, { longRange });
    const bound = bindBlock(kernels, () => block, shape, values);
    const { output } = runBlock(bound, X, G);
    return { bits: block.bits.slice(), output, weights: block.softWeights.slice(), chosen: block.chosen.slice() };
  };
  const [without, far] = [chosenWith(0), chosenWith(50)];
  // a reward above all else: every token at full weight
  assert(far.bits.every((x) => x === 1) && without.bits.some((x) => x === 0));
  const read = runBlock(bindBlock(kernels, open({ solver: givenSoft(far.bits) }), shape, values), X, G).output;
  assertEquals(far.output, read);
  assertEquals(without.weights.map((w) => w > 0.5 ? 1 : 0), Float32Array.from(without.chosen));
});

Deno.test("qamaV1Block() stays finite where all tokens are equal and every field is 0", () => {
  const values = { ...valuesOf(shape), betaH: new Float64Array(2) };
  for (const kernels of bothKernels()) {
    const { output, dx, gradients } = runBlock(
      bindBlock(kernels, open(), shape, values),
      new Float64Array(X.length),
      G,
    );
    for (const array of [output, dx, ...Object.values(gradients)]) assert(array.every(Number.isFinite));
  }
});

Deno.test("qamaV1Block() refuses options and sizes that are none, by name", () => {
  const [kernels] = bothKernels();
  const refuse = (options: Record<string, unknown>, error: typeof RangeError | typeof TypeError, text: string) =>
    assertThrows(() => qamaV1Block(kernels, shape, options as QamaV1Options), error, text);
  refuse({ q: 0 }, RangeError, "Cannot open qamaV1: q must be an integer from 1 to 16, got 0");
  refuse({ q: 1.5 }, RangeError, "q must be an integer");
  refuse({ penalty: NaN }, RangeError, "penalty must be a finite number, got NaN");
  refuse({ longRange: Infinity }, RangeError, "longRange must be a finite number");
  refuse({ sweeps: -1 }, RangeError, "sweeps must be an integer of 0 or more, got -1");
  refuse({ solver: {} }, TypeError, "solver must have a solve()");
  refuse({ bits: 4 }, TypeError, "bits");
  assertThrows(() => qamaV1Block(kernels, { ...shape, heads: 0 }), RangeError, "heads must be an integer of 1 or more");
});

Deno.test("parameterCount() of revision 1 leaves the kept averages out", () => {
  // two of D, a projection, three gains and shifts a head
  assertEquals(parameterCount(qamaV1Block(bothKernels()[0], shape)), 2 * 6 + 3 * 36 + 6 * 2);
});
