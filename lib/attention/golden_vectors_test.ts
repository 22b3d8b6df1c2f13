import { assert, assertEquals } from "@std/assert";
import { type Floats, type Kernels, roundUp4, type RowLayout } from "../kernels/mod.ts";
import {
  assertTensorClose,
  givenSelection,
  loadVector,
  type SoftmaxVector,
  V2_VECTORS,
  type V2Readout,
  type V2Vector,
} from "../testing/mod.ts";
import { bindBlock, bothKernels, place, runBlock } from "./_test_blocks.ts";
import { Projection } from "./projection.ts";
import { qamaBlock } from "./qama_block.ts";
import { qamaV2 } from "./qama_options.ts";
import { softmaxBlock } from "./softmax_block.ts";

// of float32, from the definition of the vectors
const TOLERANCE = 2e-5;
const LETTERS = ["Q", "K", "V"] as const;
type Letter = typeof LETTERS[number];

for (const name of V2_VECTORS) {
  if (name === "v2_cross_inputs") continue;

  Deno.test(`qamaBlock() reproduces output and gradients of ${name} on both kinds of kernels`, () => {
    const vector = loadVector(name);
    if (vector === null) return;
    assert(vector.readout.length > 0);
    for (const readout of vector.readout) {
      for (const kernels of bothKernels()) checkReadout(kernels, vector, readout);
    }
  });
}

Deno.test("Projection and the energy readout reproduce v2_cross_inputs, three inputs, on both kinds of kernels", () => {
  const vector = loadVector("v2_cross_inputs");
  if (vector === null) return;
  for (const readout of vector.readout) {
    for (const kernels of bothKernels()) checkCrossReadout(kernels, vector, readout);
  }
});

Deno.test("softmaxBlock() reproduces softmax_mha on both kinds of kernels", () => {
  const vector = loadVector("softmax_mha");
  if (vector === null) return;
  for (const kernels of bothKernels()) {
    const { gain, shift, Wqkv } = softmaxWeights(vector);
    const bound = bindBlock(kernels, softmaxBlock, shapeOf(vector), { gain, shift, Wqkv });
    const { output, dx, gradients } = runBlock(bound, vector.inputs.X.data, vector.G.data);
    assertTensorClose(output, vector.output.data, TOLERANCE);
    assertTensorClose(dx, vector.gradients.X.data, TOLERANCE);
    assertTensorClose(gradients.Wqkv, vector.gradients.Wqkv.data, TOLERANCE);
    assertTensorClose(gradients.gain, vector.gradients.ln.gamma.data, TOLERANCE);
    assertTensorClose(gradients.shift, vector.gradients.ln.beta.data, TOLERANCE);
  }
});

function softmaxWeights({ weights }: SoftmaxVector): Record<string, Float64Array> {
  return { gain: weights.ln.gamma.data, shift: weights.ln.beta.data, Wqkv: weights.Wqkv.data };
}

function shapeOf({ shapes }: V2Vector | SoftmaxVector) {
  return { samples: shapes.B, tokens: shapes.N, heads: shapes.H, width: shapes.d };
}

function chosenOf(vector: V2Vector, name: string): Float64Array {
  const assignment = vector.assignments.find((assignment) => assignment.name === name);
  assert(assignment !== undefined);
  return assignment.x.data;
}

function weightsOf({ weights }: V2Vector): Record<string, Float64Array> {
  const norms = LETTERS.flatMap((letter) => {
    const { gamma, beta } = weights[`ln${letter}`];
    return [[`gain${letter}`, gamma.data], [`shift${letter}`, beta.data]];
  });
  const { Wq, Wk, Wv, e } = weights;
  return { ...Object.fromEntries(norms), Wq: Wq.data, Wk: Wk.data, Wv: Wv.data, e: e.data };
}

function checkReadout(kernels: Kernels, vector: V2Vector, expected: V2Readout): void {
  const { cJ, ch, cP } = vector.coefficients;
  const X = vector.inputs.X?.data;
  assert(X !== undefined && expected.gradients.X !== undefined);
  const solver = givenSelection(chosenOf(vector, expected.assignment));
  const open = (kernels: Kernels, shape: ReturnType<typeof shapeOf>) => {
    return qamaBlock(kernels, shape, qamaV2({ cJ, ch, cP, solver }));
  };
  const bound = bindBlock(kernels, open, shapeOf(vector), weightsOf(vector));
  const { output, dx, gradients } = runBlock(bound, X, vector.G.data);
  assertEquals(bound.block.chosen, Uint8Array.from(chosenOf(vector, expected.assignment)));
  assertTensorClose(output, expected.output.data, TOLERANCE);
  assertTensorClose(dx, expected.gradients.X.data, TOLERANCE);
  checkWeightGradients(gradients, expected);
}

function checkWeightGradients(gradients: Readonly<Record<string, Floats>>, expected: V2Readout): void {
  for (const name of ["Wq", "Wk", "Wv", "e"] as const) {
    assertTensorClose(gradients[name], expected.gradients[name].data, TOLERANCE);
  }
  for (const letter of LETTERS) {
    const { gamma, beta } = expected.gradients[`ln${letter}`];
    assertTensorClose(gradients[`gain${letter}`], gamma.data, TOLERANCE);
    assertTensorClose(gradients[`shift${letter}`], beta.data, TOLERANCE);
  }
}

/** A block has one input: with three, each projection stands alone and its columns are put side by side. */
function checkCrossReadout(kernels: Kernels, vector: V2Vector, expected: V2Readout): void {
  const shape = shapeOf(vector);
  const { samples: S, tokens: N, heads: H, width: d } = shape;
  const [D, rows, places] = [H * d, S * N, S * H * N];
  const layout: RowLayout = { stride: 2 * D + H, keys: D, values: -1, fields: 2 * D };
  const values = weightsOf(vector);
  const w = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, place(kernels, list)]));
  const g = Object.fromEntries(Object.entries(values).map(([name, list]) => [name, kernels.float32(list.length)]));
  const input = (letter: Letter) => {
    const tensor = vector.inputs[`X${letter}`];
    assert(tensor !== undefined);
    return place(kernels, tensor.data);
  };
  const parts = LETTERS.map((letter) => {
    const projection = new Projection(kernels, rows, D, D);
    const [weight, dweight] = [w[`W${letter.toLowerCase()}`], g[`W${letter.toLowerCase()}`]];
    const [gain, dgain] = [w[`gain${letter}`], g[`gain${letter}`]];
    const [shift, dshift] = [w[`shift${letter}`], g[`shift${letter}`]];
    projection.bind([{ out: D, weight, dweight, gain, dgain, shift, dshift }]);
    projection.refresh();
    return { letter, projection, y: kernels.float32(rows * D), dy: kernels.float32(rows * D) };
  });
  for (const { letter, projection, y } of parts) projection.forward(rows, input(letter), y);
  const [q, k, v] = parts;

  const all = kernels.float32(rows * layout.stride);
  for (let r = 0; r < rows; r++) {
    for (const [part, column] of [[q, 0], [k, D]] as const) {
      for (let o = 0; o < D; o++) all[r * layout.stride + column + o] = part.y[r * D + o];
    }
    for (let o = 0; o < D; o++) all[r * layout.stride + 2 * D + Math.floor(o / d)] += v.y[r * D + o] * w.e[o % d] / d;
  }
  const [packed, fields] = [kernels.float32(places * 2 * roundUp4(d)), kernels.float32(places)];
  const [eps, y, scratch] = [kernels.float32(places), kernels.float32(rows * D), kernels.float32(4 * roundUp4(d) + N)];
  const chosen = kernels.uint8(places);
  chosen.set(chosenOf(vector, expected.assignment));
  kernels.packHeads(shape, layout, all, null, packed, fields);
  kernels.energyReadout(shape, packed, fields, chosen, w.e, eps, y, scratch);
  assertTensorClose(y, expected.output.data, TOLERANCE);

  const G = place(kernels, vector.G.data);
  const dall = kernels.float32(rows * layout.stride);
  kernels.energyReadoutBackward(shape, layout, packed, chosen, w.e, eps, G, dall, g.e, null, true, scratch);
  for (let r = 0; r < rows; r++) {
    for (let o = 0; o < D; o++) {
      const slope = dall[r * layout.stride + 2 * D + Math.floor(o / d)];
      q.dy[r * D + o] = dall[r * layout.stride + o];
      k.dy[r * D + o] = dall[r * layout.stride + D + o];
      v.dy[r * D + o] = slope * w.e[o % d] / d;
      g.e[o % d] += slope * v.y[r * D + o] / d;
    }
  }
  for (const { letter, projection, dy } of parts) {
    const dx = kernels.float32(rows * D);
    projection.backward(rows, dy, dx);
    projection.collect();
    const reference = expected.gradients[`X${letter}`];
    assert(reference !== undefined);
    assertTensorClose(dx, reference.data, TOLERANCE);
  }
  checkWeightGradients(g, expected);
}
