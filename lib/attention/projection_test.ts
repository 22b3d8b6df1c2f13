import { assertEquals } from "@std/assert";
import type { Floats, Kernels } from "../kernels/mod.ts";
import { centralDifferences } from "../testing/_central_differences.ts";
import { assertTensorClose, layerNormTwin } from "../testing/mod.ts";
import { bothKernels, normals, place } from "./_test_blocks.ts";
import { Projection, type Segment } from "./projection.ts";

const TOLERANCE = 2e-5;
const NAMES = ["weight", "gain", "shift", "bias"] as const;
// two segments with norms and biases of their own, one without a bias
const OUTS = [3, 1, 5];
const [ROWS, D] = [7, 5];
const COLUMNS = 9;

function valuesOf(out: number, segment: number): Record<typeof NAMES[number], Float64Array> {
  const draw = (length: number, at: number) => normals(length, 10 * segment + at);
  return { weight: draw(out * D, 1), gain: draw(D, 2), shift: draw(D, 3), bias: draw(segment === 1 ? 0 : out, 4) };
}

/** LN(x) W' + bias of every segment side by side, in float64. */
function formula(segments: readonly ReturnType<typeof valuesOf>[], X: Float64Array): Float64Array {
  const y = new Float64Array(ROWS * COLUMNS);
  let column = 0;
  segments.forEach(({ weight, gain, shift, bias }, s) => {
    const z = layerNormTwin(X, { gamma: gain, beta: shift });
    for (let o = 0; o < OUTS[s]; o++, column++) {
      for (let r = 0; r < ROWS; r++) {
        y[r * COLUMNS + column] = bias[o] ?? 0;
        for (let i = 0; i < D; i++) y[r * COLUMNS + column] += z[r * D + i] * weight[o * D + i];
      }
    }
  });
  return y;
}

function open(kernels: Kernels, segments: readonly ReturnType<typeof valuesOf>[]) {
  const bound = segments.map(({ weight, gain, shift, bias }, s) => {
    const w = { weight: place(kernels, weight), gain: place(kernels, gain), shift: place(kernels, shift) };
    const g = {
      dweight: kernels.float32(weight.length),
      dgain: kernels.float32(D),
      dshift: kernels.float32(D),
    };
    const biases = bias.length > 0 ? { bias: place(kernels, bias), dbias: kernels.float32(bias.length) } : {};
    const segment: Segment = { out: OUTS[s], ...w, ...g, ...biases };
    return segment;
  });
  const projection = new Projection(kernels, ROWS, D, COLUMNS);
  projection.bind(bound);
  projection.refresh();
  return { projection, bound };
}

function gradientsOf({ dweight, dgain, dshift, dbias }: Segment): Floats[] {
  return dbias ? [dweight, dgain, dshift, dbias] : [dweight, dgain, dshift];
}

const X = normals(ROWS * D, 50);
const G = normals(ROWS * COLUMNS, 51);

Deno.test("Projection is LN(x) W' + bias of every segment, and its gradients are the derivatives", () => {
  const segments = OUTS.map(valuesOf);
  const loss = () => formula(segments, X).reduce((sum, value, at) => sum + value * G[at], 0);
  const slope = centralDifferences(loss, X);
  for (const kernels of bothKernels()) {
    const { projection, bound } = open(kernels, segments);
    const [x, y, dx] = [place(kernels, X), kernels.float32(ROWS * COLUMNS), kernels.float32(ROWS * D).fill(2)];
    projection.forward(ROWS, x, y);
    assertTensorClose(y, formula(segments, X), TOLERANCE);
    projection.backward(ROWS, place(kernels, G), dx);
    projection.collect();
    assertTensorClose(dx, slope.map((value) => value + 2), TOLERANCE);
    bound.forEach((segment, s) => {
      const expected = NAMES.map((name) => segments[s][name]).filter((list) => list.length > 0);
      gradientsOf(segment).forEach((gradient, which) => {
        assertTensorClose(gradient, centralDifferences(loss, expected[which]), TOLERANCE);
      });
    });
  }
});

Deno.test("Projection adds backward passes until they are collected; without dx the weights learn all the same", () => {
  const segments = OUTS.map(valuesOf);
  for (const kernels of bothKernels()) {
    const [once, often] = [open(kernels, segments), open(kernels, segments)];
    const [x, dy, y, dx] = [place(kernels, X), place(kernels, G), kernels.float32(63), kernels.float32(35)];
    for (const { projection } of [once, often]) projection.forward(ROWS, x, y);
    once.projection.backward(ROWS, dy, dx);
    once.projection.collect();
    often.projection.backward(ROWS, dy, dx);
    often.projection.refresh();
    for (let pass = 0; pass < 3; pass++) often.projection.backward(ROWS, dy, null);
    often.projection.collect();
    often.projection.collect();
    often.bound.forEach((segment, s) => {
      const expected = gradientsOf(once.bound[s]);
      gradientsOf(segment).forEach((gradient, which) => {
        assertTensorClose(gradient, expected[which].map((value) => 3 * value), TOLERANCE);
      });
    });
  }
});

Deno.test("Projection works on fewer rows than it has room for, and leaves the others", () => {
  const segments = OUTS.map(valuesOf);
  for (const kernels of bothKernels()) {
    const { projection } = open(kernels, segments);
    const [x, y, dx] = [place(kernels, X), kernels.float32(63).fill(-9), kernels.float32(35).fill(-9)];
    projection.forward(2, x, y);
    projection.backward(2, place(kernels, G), dx);
    assertTensorClose(y.subarray(0, 18), formula(segments, X).subarray(0, 18), TOLERANCE);
    assertEquals(y.subarray(18), new Float32Array(45).fill(-9));
    assertEquals(dx.subarray(10), new Float32Array(25).fill(-9));
  }
});

Deno.test("Projection.apply() and revert() are the linear part of forward() and backward()", () => {
  const segments = OUTS.map(valuesOf);
  const plain = { gamma: new Float64Array(D).fill(1), beta: new Float64Array(D) };
  const Z = Float64Array.from(layerNormTwin(X, plain), Math.fround);
  const linear = (Z: Float64Array) => {
    const y = new Float64Array(ROWS * COLUMNS);
    let column = 0;
    segments.forEach(({ weight, gain, shift, bias }, s) => {
      for (let o = 0; o < OUTS[s]; o++, column++) {
        for (let r = 0; r < ROWS; r++) {
          y[r * COLUMNS + column] = bias[o] ?? 0;
          for (let i = 0; i < D; i++) {
            y[r * COLUMNS + column] += (Z[r * D + i] * gain[i] + shift[i]) * weight[o * D + i];
          }
        }
      }
    });
    return y;
  };
  const slope = centralDifferences(() => linear(Z).reduce((sum, value, at) => sum + value * G[at], 0), Z);
  for (const kernels of bothKernels()) {
    const { projection } = open(kernels, segments);
    const [z, y, dz] = [place(kernels, Z), kernels.float32(63), kernels.float32(35).fill(5)];
    projection.apply(ROWS, z, y);
    assertTensorClose(y, linear(Z), TOLERANCE);
    projection.revert(ROWS, place(kernels, G), z, dz);
    assertTensorClose(dz, slope, TOLERANCE);
  }
});
