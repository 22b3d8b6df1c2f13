import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { Kernels } from "../kernels/mod.ts";
import {
  assertTensorClose,
  givenSelection,
  qamaForwardTwin,
  selectedSoftmaxBackwardTwin,
  selectedSoftmaxTwin,
} from "../testing/mod.ts";
import { bindBlock, bothKernels, type BoundBlock, normals, place, runBlock } from "./_test_blocks.ts";
import { type AttentionBlock, type BlockShape, sizeOf } from "./block.ts";
import { noTokens } from "./controls.ts";
import { parameterCount, qamaBlock } from "./qama_block.ts";
import { qamaSelected, qamaV2 } from "./qama_options.ts";
import { softmaxBlock } from "./softmax_block.ts";
import type { AttentionProblem, AttentionSolver } from "./types.ts";

// float32, as for the golden vectors
const TOLERANCE = 2e-5;
type Open = (kernels: Kernels, shape: BlockShape) => AttentionBlock;

/** Values of every parameter: gains near 1, weights small enough for a softmax that is no maximum. */
function valuesOf(open: Open, shape: BlockShape): Record<string, Float64Array> {
  const block = open(bothKernels()[0], shape);
  return Object.fromEntries(block.parameters.map((parameter, stream) => {
    const values = normals(sizeOf(parameter.shape), stream);
    const scale = "uniform" in parameter.initial ? 2 * parameter.initial.uniform : 0.5;
    const shift = "constant" in parameter.initial ? parameter.initial.constant : 0;
    return [parameter.name, values.map((value) => Math.fround(scale * value + shift))];
  }));
}

// every third head empty, every fourth full
function someTokens({ samples, heads, tokens }: BlockShape): number[] {
  return Array.from({ length: samples * heads * tokens }, (_, at) => {
    const head = Math.floor(at / tokens);
    return head % 3 === 1 ? 0 : head % 4 === 3 || (at * 7) % 5 < 2 ? 1 : 0;
  });
}

for (
  const [samples, heads, tokens, width] of [[3, 2, 4, 3], [1, 3, 7, 5], [2, 1, 9, 8], [2, 4, 49, 16], [1, 2, 1025, 4]]
) {
  const shape = { samples, heads, tokens, width };
  Deno.test(`qamaBlock() of qamaSelected() is selectedSoftmaxTwin(), ${heads} heads of ${tokens} x ${width}`, () => {
    const x = someTokens(shape);
    const open: Open = (kernels, shape) => qamaBlock(kernels, shape, qamaSelected({ solver: givenSelection(x) }));
    const values = valuesOf(open, shape);
    const size = samples * tokens * heads * width;
    const [X, G] = [normals(size, 20), normals(size, 21)];
    const twin = {
      ...{ shape: { batch: samples, heads, tokens, modelWidth: heads * width }, X, Wqkv: values.Wqkv },
      ...{ ln: { gamma: values.gain, beta: values.shift }, e: values.e, p: values.p },
    };
    const expected = selectedSoftmaxTwin(twin, x).output;
    const slopes = selectedSoftmaxBackwardTwin(twin, x, G);
    for (const kernels of bothKernels()) {
      const { output, dx, gradients } = runBlock(bindBlock(kernels, open, shape, values), X, G);
      assertTensorClose(output, expected, TOLERANCE);
      assertTensorClose(dx, slopes.X, TOLERANCE);
      for (const name of ["Wqkv", "e", "p"] as const) assertTensorClose(gradients[name], slopes[name], TOLERANCE);
      assertTensorClose(gradients.gain, slopes.ln.gamma, TOLERANCE);
      assertTensorClose(gradients.shift, slopes.ln.beta, TOLERANCE);
    }
  });
}

const OPERATORS: Record<string, Open> = {
  mha: softmaxBlock,
  qamaV2: (kernels, shape) => qamaBlock(kernels, shape, qamaV2({ sweeps: 5 })),
  qamaSelected: (kernels, shape) => qamaBlock(kernels, shape, qamaSelected({ k: 3, sweeps: 5 })),
};

for (const [name, open] of Object.entries(OPERATORS)) {
  const shape = { samples: 5, heads: 2, tokens: 7, width: 3 };
  const row = shape.tokens * shape.heads * shape.width;
  const [X, G] = [normals(5 * row, 30), normals(5 * row, 31)];
  const values = valuesOf(open, shape);

  Deno.test(`${name}: samples in two calls, their streams told, give one call's outputs bit for bit`, () => {
    for (const kernels of bothKernels()) {
      const { block } = bindBlock(kernels, open, shape, values);
      const [x, whole] = [place(kernels, X), kernels.float32(5 * row)];
      block.forward(5, x, whole, 8, 100);
      const chosen = block.chosen?.slice();
      const parts = kernels.float32(5 * row);
      block.forward(2, x, parts, 8, 100);
      const first = block.chosen?.slice(0, 2 * 14);
      block.forward(3, x.subarray(2 * row), parts.subarray(2 * row), 8, 102);
      assertEquals(parts, whole);
      if (!chosen || !first || !block.chosen) continue;
      assertEquals([...first, ...block.chosen.subarray(0, 3 * 14)], [...chosen]);
      block.forward(5, x, parts, 9, 100);
      assertNotEquals(block.chosen, chosen);
    }
  });

  Deno.test(`${name}: gradients of microbatches add up to those of the batch`, () => {
    for (const kernels of bothKernels()) {
      const whole = runBlock(bindBlock(kernels, open, shape, values), X, G);
      const { block, gradients } = bindBlock(kernels, open, shape, values);
      const [x, dy, y, dx] = [place(kernels, X), place(kernels, G), kernels.float32(5 * row), kernels.float32(5 * row)];
      for (const [from, to] of [[0, 1], [1, 5]]) {
        const part = (array: typeof x) => array.subarray(from * row, to * row);
        block.forward(to - from, part(x), part(y), 1, from);
        block.backward(to - from, part(dy), part(dx));
        block.collect();
      }
      assertEquals(dx, whole.dx);
      for (const key of Object.keys(gradients)) assertTensorClose(gradients[key], whole.gradients[key], TOLERANCE);
    }
  });

  Deno.test(`${name}: backward passes add up until they are collected, once; refresh() clears them`, () => {
    for (const kernels of bothKernels()) {
      const once = runBlock(bindBlock(kernels, open, shape, values), X, G).gradients;
      const { block, gradients } = bindBlock(kernels, open, shape, values);
      const [x, dy, y, dx] = [place(kernels, X), place(kernels, G), kernels.float32(5 * row), kernels.float32(5 * row)];
      block.forward(5, x, y, 1, 0);
      block.backward(5, dy, dx);
      block.refresh();
      block.collect();
      for (const key of Object.keys(once)) assertEquals(gradients[key], once[key].map(() => 0));
      for (let pass = 0; pass < 2; pass++) block.backward(5, dy, dx);
      for (const key of Object.keys(once)) assertEquals(gradients[key], once[key].map(() => 0));
      block.collect();
      block.collect();
      for (const key of Object.keys(once)) {
        assertTensorClose(gradients[key], once[key].map((value) => 2 * value), TOLERANCE);
      }
    }
  });

  Deno.test(`${name}: the output may be the input, the gradient of the input that of the output`, () => {
    for (const kernels of bothKernels()) {
      const bound = bindBlock(kernels, open, shape, values);
      const { output, dx } = runBlock(bound, X, G);
      const [x, dy] = [place(kernels, X), place(kernels, G)];
      bound.block.forward(5, x, x, 1, 0);
      bound.block.backward(5, dy, dy);
      assertTensorClose(x, output.map((value, i) => value + X[i]), TOLERANCE);
      assertTensorClose(dy, dx.map((value, i) => value + G[i]), TOLERANCE);
    }
  });

  Deno.test(`${name}: refresh() takes up changed weights`, () => {
    const changed = Object.fromEntries(
      Object.entries(values).map(([key, list]) => [key, list.map((w) => 0.5 * w + 0.1)]),
    );
    for (const kernels of bothKernels()) {
      const expected = runBlock(bindBlock(kernels, open, shape, changed), X, G);
      const bound: BoundBlock = bindBlock(kernels, open, shape, values);
      for (const [key, list] of Object.entries(changed)) bound.weights[key].set(list);
      bound.block.refresh();
      const { output, gradients } = runBlock(bound, X, G);
      assertEquals(output, expected.output);
      assertEquals(gradients, expected.gradients);
    }
  });

  Deno.test(`${name}: sizes that are not integers of 1 or more are refused by name`, () => {
    const [kernels] = bothKernels();
    for (const key of ["samples", "tokens", "heads", "width"]) {
      for (const value of [0, -1, 1.5, NaN]) {
        const message = `Cannot open the attention block: ${key} must be an integer of 1 or more, got ${value}`;
        assertThrows(() => open(kernels, { ...shape, [key]: value }), RangeError, message);
      }
    }
  });
}

/** A solver that keeps the problems it is given. */
function recorder(solver: AttentionSolver): { solver: AttentionSolver; problems: AttentionProblem[] } {
  const problems: AttentionProblem[] = [];
  const { name } = solver;
  return {
    solver: { name, solve: (problem, options) => (problems.push(problem), solver.solve(problem, options)) },
    problems,
  };
}

Deno.test("qamaBlock() hands a solver the heads, fields and weights of the definition", () => {
  const shape = { samples: 2, heads: 3, tokens: 5, width: 3 };
  const { solver, problems } = recorder(noTokens());
  const open: Open = (kernels, shape) => qamaBlock(kernels, shape, qamaV2({ cJ: 0.7, ch: 0.3, cP: 1.9, solver }));
  const values = valuesOf(open, shape);
  const X = normals(90, 1);
  const norm = (letter: string) => ({ gamma: values[`gain${letter}`], beta: values[`shift${letter}`] });
  const { Wq, Wk, Wv, e } = values;
  const { q, k, h } = qamaForwardTwin({
    ...{ shape: { batch: 2, heads: 3, tokens: 5, modelWidth: 9 }, XQ: X, XK: X, XV: X, Wq, Wk, Wv, e },
    ...{ lnQ: norm("Q"), lnK: norm("K"), lnV: norm("V") },
  });
  for (const kernels of bothKernels()) runBlock(bindBlock(kernels, open, shape, values), X, X);
  assertEquals(problems.length, 2);
  for (const problem of problems) {
    const { batch, heads, tokens, width, weights } = problem;
    assertEquals({ batch, heads, tokens, width }, { batch: 2, heads: 3, tokens: 5, width: 3 });
    assertTensorClose(problem.queries, q, TOLERANCE);
    assertTensorClose(problem.keys, k, TOLERANCE);
    assertTensorClose(problem.fields, h, TOLERANCE);
    const overlap = 1.9 / 2 * Math.sqrt(2 / Math.PI) * 5 / 2;
    assertTensorClose([weights.coupling, weights.field, weights.overlap], [0.7, 1.5, overlap], 1e-15);
  }
});

Deno.test("qamaBlock() chooses the same through the arena and through copies, whichever samples a call has", () => {
  const shape = { samples: 4, heads: 2, tokens: 9, width: 3 };
  for (const make of [qamaV2, qamaSelected]) {
    const preset = make({ sweeps: 7 });
    const { solver, problems } = recorder(preset.solver);
    const copied: Open = (kernels, shape) => qamaBlock(kernels, shape, { ...preset, solver });
    const inPlace: Open = (kernels, shape) => qamaBlock(kernels, shape, preset);
    const values = valuesOf(inPlace, shape);
    for (const kernels of bothKernels()) {
      const [there, here] = [copied, inPlace].map((open) => bindBlock(kernels, open, shape, values).block);
      const [x, y] = [place(kernels, normals(216, 1)), kernels.float32(216)];
      for (const samples of [4, 3]) {
        there.forward(samples, x, y, 5, 40);
        here.forward(samples, x, y, 5, 40);
        assertEquals(there.chosen, here.chosen);
        assertEquals(problems.at(-1)?.batch, samples);
      }
      assert(here.chosen?.some((x) => x === 1) && here.chosen.some((x) => x === 0));
    }
  }
});

Deno.test("qamaBlock() refuses what a solver returns if it is no selection", () => {
  const shape = { samples: 1, heads: 1, tokens: 3, width: 2 };
  const answer = (chosen: Uint8Array): AttentionSolver => {
    return { name: "broken", solve: () => ({ chosen, energies: new Float64Array(1), solver: "broken" }) };
  };
  for (const [chosen, error] of [[new Uint8Array(2), TypeError], [Uint8Array.of(0, 2, 1), RangeError]] as const) {
    const open: Open = (kernels, shape) => qamaBlock(kernels, shape, qamaV2({ solver: answer(chosen) }));
    const [kernels] = bothKernels();
    const { block } = bindBlock(kernels, open, shape, valuesOf(open, shape));
    assertThrows(() => block.forward(1, kernels.float32(6), kernels.float32(6), 1, 0), error, "chosen");
  }
});

Deno.test("parameterCount() is the sum of the shapes of the published and the selected operator", () => {
  const [kernels] = bothKernels();
  const shape = { samples: 1, heads: 8, tokens: 49, width: 8 };
  assertEquals(parameterCount(softmaxBlock(kernels, shape)), 2 * 64 + 3 * 64 * 64);
  assertEquals(parameterCount(qamaBlock(kernels, shape, qamaV2())), 6 * 64 + 3 * 64 * 64 + 8);
  assertEquals(parameterCount(qamaBlock(kernels, shape, qamaSelected())), 2 * 64 + 3 * 64 * 64 + 64 + 8 * 49);
});
