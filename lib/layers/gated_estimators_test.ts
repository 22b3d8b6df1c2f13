import { assert, assertEquals, assertThrows } from "@std/assert";
import { compareWithTwin, type Open, twinInputs, type Values, valuesOf } from "../attention/_test_peers.ts";
import { bindBlock, bothKernels, normals, runBlock } from "../attention/_test_blocks.ts";
import { neighbours } from "../attention/_near_softmax.ts";
import {
  type BlockShape,
  detachedEnergy,
  exactSelection,
  type GradientEstimator,
  heldSelection,
  qamaBlock,
  qamaNear,
  type QamaOptions,
  qamaSelected,
  qamaV2,
  type SelectionTask,
} from "../attention/mod.ts";
import { typescriptKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { fusedForward } from "../testing/_fused_projection_twin.ts";
import { gatedGainsTwin, gatedSoftmaxTwin, type GatedTwinInputs } from "../testing/_gated_softmax_twin.ts";
import { givenSelection } from "../testing/mod.ts";
import { flipSlopes } from "./flip_slopes.ts";
import { meanField } from "./mean_field.ts";
import { straightThrough } from "./straight_through.ts";

const BETA = 0.6;
const SHAPES: BlockShape[] = [[2, 2, 5, 3], [1, 3, 9, 3]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));
const PRESETS = { selected: qamaSelected({ k: 2 }), near: qamaNear({ queryBlocks: 3, grid: "square", lambda: 1 }) };

/** x that chooses something in every block, most tokens: where what is read weighs little, central differences do not reach the pole. */
function someTokens({ samples, heads, tokens }: BlockShape, blocks: number): Uint8Array {
  const rng = new Rng(9, tokens);
  return Uint8Array.from({ length: samples * heads * blocks * tokens }, (_, at) => {
    return at % tokens === 1 || rng.uniform() < 0.7 ? 1 : 0;
  });
}

/** What the twin of a softmax readout reads of a block's parameters. */
function gatedInputs(shape: BlockShape, options: QamaOptions, X: Float64Array, values: Values): GatedTwinInputs {
  const { heads, tokens, width } = shape, inputs = twinInputs(shape, X, values), { q, k, v } = fusedForward(inputs);
  const h = Float64Array.from({ length: v.length / width }, (_, at) => {
    const t = Math.floor(at / tokens) % heads;
    let sum = values.p?.[t * tokens + at % tokens] ?? 0;
    for (let a = 0; a < width; a++) sum += v[at * width + a] * values.e[t * width + a];
    return sum;
  });
  const near = (t: number, i: number) => neighbours(tokens, t, "square")[i];
  const read = options.readout === "nearSoftmax" ? { r: values.r, near } : null;
  return { shape: inputs.shape, q, k, v, h, blocks: options.queryBlocks ?? 1, neighbours: read };
}

type Relaxed = (gains: (x: Float64Array) => Float64Array, x: Uint8Array) => Float64Array;
const rising = (gain: number) => 1 / (1 + Math.exp(-BETA * gain));

/** Every estimator whose gradient is that of a relaxed objective, and its gates. */
const RELAXED: { estimator: GradientEstimator; gates: Relaxed }[] = [
  { estimator: straightThrough({ beta: BETA }), gates: (gains, x) => gains(Float64Array.from(x)).map(rising) },
  {
    estimator: meanField({ beta: BETA, sweeps: 300 }),
    gates(gains, x) {
      const m = Float64Array.from(x);
      for (let round = 0; round < 30; round++) {
        for (let at = 0; at < m.length; at++) m[at] = rising(gains(m)[at]);
      }
      return m;
    },
  },
];

for (const [name, preset] of Object.entries(PRESETS)) {
  for (const { estimator, gates } of RELAXED) {
    // every variable of every mean costs the twin a pass over all of them
    const shapes = estimator.name === "meanField" ? [{ samples: 1, heads: 2, tokens: 4, width: 2 }] : SHAPES;
    for (const shape of shapes) {
      Deno.test(`qamaBlock() has the gradient of its relaxed objective: ${name}, ${estimator.name}, ${shape.tokens} tokens`, () => {
        const x = someTokens(shape, preset.queryBlocks ?? 1);
        const options = { ...preset, solver: givenSelection(x), estimator };
        const energy = options.weights(shape);
        const open: Open = (kernels, shape) => qamaBlock(kernels, shape, options);
        const relaxed = (inputs: GatedTwinInputs) => gates((x) => gatedGainsTwin(inputs, energy, x), x);
        const size = shape.samples * shape.tokens * shape.heads * shape.width;
        const at = relaxed(gatedInputs(shape, options, normals(size, 20), valuesOf(open, shape)));
        // the gates are x where the selection was made, and move as the relaxed ones do
        compareWithTwin(open, shape, (X, values) => {
          const inputs = gatedInputs(shape, options, X, values);
          return gatedSoftmaxTwin(inputs, relaxed(inputs).map((gate, i) => gate - at[i] + x[i]));
        });
      });
    }
  }
}

Deno.test("qamaBlock() tells an estimator the problem that was solved, what was chosen, and that f is linear", () => {
  for (const preset of Object.values(PRESETS)) {
    for (const shape of SHAPES) {
      const tasks: SelectionTask[] = [];
      const estimator: GradientEstimator = {
        ...{ name: "recorder", throughEnergy: false, throughSelection: (task) => void tasks.push(task) },
      };
      const options = { ...preset, solver: exactSelection({ beta: 1 }), estimator };
      const small = { ...shape, heads: 1, tokens: 4 }, size = small.samples * 4 * small.width;
      const open: Open = (kernels, shape) => qamaBlock(kernels, shape, options);
      const bound = bindBlock(typescriptKernels(), open, small, valuesOf(open, small));
      runBlock(bound, normals(size, 1), normals(size, 2), 5);
      const [{ problem, chosen, readout, slopes, seed, firstStream }] = tasks, { block } = bound;
      assertEquals(problem, block.problem!(small.samples));
      assertEquals([...chosen], [...block.chosen!]);
      assertEquals([readout, seed, firstStream, slopes.length], ["linear", 5, 0, chosen.length]);
      assert(slopes.some((g, at) => g !== 0 && chosen[at] === 0));
    }
  }
});

Deno.test("qamaBlock() with an estimator that adds nothing has the gradients of heldSelection, bit for bit", () => {
  const nothing: GradientEstimator = { name: "nothing", throughEnergy: false, throughSelection: () => {} };
  for (const preset of Object.values(PRESETS)) {
    for (const shape of SHAPES) {
      const size = shape.samples * shape.tokens * shape.heads * shape.width;
      for (const kernels of bothKernels()) {
        const [held, other, detached] = [heldSelection, nothing, detachedEnergy].map((estimator) => {
          const open: Open = (kernels, shape) => qamaBlock(kernels, shape, { ...preset, estimator });
          const { dx, gradients } = runBlock(
            bindBlock(kernels, open, shape, valuesOf(open, shape)),
            normals(size, 1),
            normals(size, 2),
          );
          return { dx, gradients };
        });
        assertEquals(other, held);
        assert(detached.dx.some((value, i) => value !== held.dx[i]));
      }
    }
  }
});

Deno.test("flipSlopes() changes the slopes that a softmax readout hands on, and nothing of the readout energy", () => {
  const slopesOf = (preset: QamaOptions, flips: boolean) => {
    const tasks: SelectionTask[] = [];
    const own: GradientEstimator = {
      ...{ name: "recorder", throughEnergy: false, throughSelection: (task) => void tasks.push(task) },
    };
    const estimator = flips ? flipSlopes(own) : own, shape = SHAPES[0];
    const open: Open = (kernels, shape) => qamaBlock(kernels, shape, { ...preset, estimator });
    const size = shape.samples * shape.tokens * shape.heads * shape.width;
    runBlock(bindBlock(typescriptKernels(), open, shape, valuesOf(open, shape)), normals(size, 1), normals(size, 2));
    return tasks[0].slopes;
  };
  assertEquals(slopesOf(qamaV2(), true), slopesOf(qamaV2(), false));
  for (const preset of Object.values(PRESETS)) {
    assert(slopesOf(preset, true).some((g, at) => Math.abs(g - slopesOf(preset, false)[at]) > 0.01));
  }
});

Deno.test("qamaBlock() refuses an estimator whose throughSelection is no function, or whose slopes are none that there are", () => {
  const open = (wrong: Record<string, unknown>) => () => {
    const estimator = { name: "odd", throughEnergy: true, ...wrong } as unknown as GradientEstimator;
    qamaBlock(typescriptKernels(), SHAPES[0], qamaNear({ estimator }));
  };
  const message = "throughSelection of estimator odd must be a function, or absent";
  assertThrows(open({ throughSelection: 1 }), TypeError, message);
  assertThrows(open({ slopes: "secant" }), RangeError, "slopes of an estimator must be derivative or flip, got secant");
});
