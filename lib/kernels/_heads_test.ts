import { assertEquals } from "@std/assert";
import { centralDifferences } from "../testing/_central_differences.ts";
import { assertTensorClose } from "../testing/mod.ts";
import type { HeadShape, RowLayout } from "./heads.ts";
import { roundUp4 } from "./round_up_4.ts";
import { bits, bothKernels, normals, onBoth } from "./_test_arrays.ts";
import { energyFormula, keyBias, type ReadoutInputs, selectedFormula } from "./_test_readouts.ts";

// float32 sums of some hundred products, each step off by a rounding: below 1e-6 of the largest entry, with a margin
const TOLERANCE = 5e-6;
const SHAPES = [[1, 1, 1, 1], [3, 2, 1, 2], [2, 2, 4, 3], [2, 3, 7, 2], [1, 2, 7, 5], [2, 2, 49, 8], [1, 2, 7, 64], [
  1,
  1,
  49,
  64,
]]
  .map(([samples, heads, tokens, width]) => ({ samples, heads, tokens, width }));
// central differences run over every entry: small shapes only
const SMALL = SHAPES.slice(0, 5);
const SHARES = [0.4, 1, 0];

const wide = (values: ArrayLike<number>) => Float64Array.from(values);
const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => wide(x).reduce((sum, value, i) => sum + value * y[i], 0);
const plus = (x: Float64Array, before: ArrayLike<number>) => x.map((value, i) => value + before[i]);

/** Everything that the readouts of one shape read, the same for every kernel. */
function example(shape: HeadShape, share: number) {
  const { samples: S, heads: H, tokens: N, width: d } = shape;
  const D = H * d;
  // a column that belongs to nobody stands behind the fields
  const layout: RowLayout = { stride: 3 * D + H + 1, keys: D, values: 2 * D, fields: 3 * D };
  const places = S * H * N;
  const rows = normals(S * N * layout.stride, 1);
  const chosen = bits(places, share, N + d);
  const e = { shared: normals(d, 2), perHead: normals(D, 3) };
  const positional = normals(H * N, 4);
  const output = normals(places * d, 5);
  const dy = normals(places * d, 6);
  const packed = new Float32Array(places * 2 * roundUp4(d));
  const inputs = (withPositions: boolean): ReadoutInputs => {
    return { shape, layout, rows: wide(rows), positional: withPositions ? wide(positional) : null, chosen };
  };
  return { layout, places, rows, chosen, e, positional, output, dy, packed, fields: new Float32Array(places), inputs };
}

Deno.test("packHeads() puts q and k of a token side by side, padded with zeros, and adds positions to fields", () => {
  for (const shape of SHAPES) {
    const { samples: S, heads: H, tokens: N, width: d } = shape;
    const { layout, rows, positional, packed, fields } = example(shape, 1);
    for (const positions of [null, positional]) {
      const dirty = [packed.map(() => 7), fields.map(() => 7)];
      const results = onBoth([rows, positional, ...dirty], (kernels, [rows, p, packed, fields]) => {
        kernels.packHeads(shape, layout, rows, positions && p, packed, fields);
      });
      const dp = roundUp4(d);
      const expected = packed.slice();
      const expectedFields = fields.slice();
      for (let place = 0; place < S * H * N; place++) {
        const [s, t, i] = [Math.floor(place / (H * N)), Math.floor(place / N) % H, place % N];
        const row = (s * N + i) * layout.stride;
        expectedFields[place] = rows[row + layout.fields + t] + (positions?.[t * N + i] ?? 0);
        for (let a = 0; a < d; a++) {
          expected[2 * place * dp + a] = rows[row + t * d + a];
          expected[(2 * place + 1) * dp + a] = rows[row + layout.keys + t * d + a];
        }
      }
      for (const [, , gotPacked, gotFields] of results) {
        assertEquals(gotPacked, expected);
        assertEquals(gotFields, expectedFields);
      }
    }
  }
});

Deno.test("energyReadout() is -x ((J x) + h) e with J from its definition, added to y", () => {
  for (const shape of SHAPES) {
    for (const share of SHARES) {
      const { layout, rows, chosen, e, positional, output, packed, fields, inputs } = example(shape, share);
      for (const direction of [e.shared, e.perHead]) {
        const scratch = new Float32Array(2 * roundUp4(shape.width));
        const arrays = [rows, positional, packed, fields, direction, fields, output, scratch];
        const results = onBoth(arrays, (kernels, [rows, p, packed, fields, e, eps, y, scratch]) => {
          const x = kernels.uint8(chosen.length);
          x.set(chosen);
          eps.fill(99);
          kernels.packHeads(shape, layout, rows, p, packed, fields);
          kernels.energyReadout(shape, packed, fields, x, e, eps, y, scratch);
        });
        const expected = energyFormula(inputs(true), perHead(direction, shape));
        for (const [, , , , , eps, y] of results) {
          assertTensorClose(eps, expected.eps, TOLERANCE);
          assertTensorClose(y, plus(expected.y, output), TOLERANCE);
        }
      }
    }
  }
});

function perHead(e: ArrayLike<number>, { heads, width }: HeadShape): Float64Array {
  return Float64Array.from({ length: heads * width }, (_, at) => e[at % e.length]);
}

/** Rows, packed heads, fields, e, positional; drows, de and dpositional after a backward pass of the energy readout. */
function energyGradients(shape: HeadShape, share: number, shared: boolean, through: boolean) {
  const { layout, rows, chosen, e, positional, output, dy, packed, fields } = example(shape, share);
  const direction = shared ? e.shared : e.perHead;
  const scratch = new Float32Array(4 * roundUp4(shape.width) + shape.tokens);
  const before = { de: normals(direction.length, 8), dp: normals(positional.length, 9) };
  const arrays = [rows, positional, packed, fields, direction, fields, output, scratch, dy, rows, before.de, before.dp];
  const results = onBoth(arrays, (kernels, [rows, p, packed, fields, e, eps, y, scratch, dy, drows, de, dp]) => {
    const x = kernels.uint8(chosen.length);
    x.set(chosen);
    kernels.packHeads(shape, layout, rows, p, packed, fields);
    kernels.energyReadout(shape, packed, fields, x, e, eps, y, scratch);
    kernels.energyReadoutBackward(shape, layout, packed, x, e, eps, dy, drows, de, dp, through, scratch);
  });
  return { results: results.map((left) => left.slice(9)), before, direction, dy };
}

Deno.test("energyReadoutBackward() is the derivative of energyReadout(), every other column of drows zero", () => {
  for (const shape of SMALL) {
    for (const share of SHARES) {
      for (const shared of [true, false]) {
        const { results, before, direction, dy } = energyGradients(shape, share, shared, true);
        const inputs = example(shape, share).inputs(true);
        const e = wide(direction);
        const loss = () => dot(energyFormula(inputs, perHead(e, shape)).y, dy);
        const expected = centralDifferences(loss, inputs.rows);
        for (const [drows, de, dp] of results) {
          assertTensorClose(drows, expected, 1e-5);
          assertTensorClose(de, plus(centralDifferences(loss, e), before.de), 1e-5);
          assertTensorClose(dp, plus(centralDifferences(loss, inputs.positional ?? e), before.dp), 1e-5);
        }
      }
    }
  }
});

Deno.test("energyReadoutBackward() stopped at the energy gives only the direct part of e", () => {
  for (const shape of SMALL) {
    const { results, before, direction, dy } = energyGradients(shape, 0.6, true, false);
    const inputs = example(shape, 0.6).inputs(true);
    const e = wide(direction);
    const direct = centralDifferences(() => dot(energyFormula(inputs, perHead(e, shape)).y, dy), e);
    for (const [drows, de, dp] of results) {
      assertEquals(drows, drows.map(() => 0));
      assertTensorClose(de, plus(direct, before.de), 1e-5);
      assertEquals(dp, before.dp);
    }
  }
});

/** y, p, drows and dpositional of a selected softmax, forward and backward. */
function selectedRun(shape: HeadShape, share: number, positions: boolean, through: boolean) {
  const { samples: S, heads: H, tokens: N, width: d } = shape;
  const { layout, rows, chosen, positional, output, dy, packed, fields } = example(shape, share);
  const [dp, N4] = [roundUp4(d), roundUp4(N)];
  const forth = new Float32Array(2 * dp + N + 2 * d * N);
  const back = new Float32Array(4 * dp + N + 4 * d * N + N * N4);
  const before = normals(positional.length, 9);
  const p = normals(S * H * N * N4, 10);
  const arrays = [rows, positional, packed, fields, p, output, forth, back, dy, rows, before];
  const results = onBoth(arrays, (kernels, [rows, at, packed, fields, p, y, forth, back, dy, drows, dp]) => {
    const x = kernels.uint8(chosen.length);
    x.set(chosen);
    kernels.packHeads(shape, layout, rows, positions ? at : null, packed, fields);
    kernels.selectedSoftmax(shape, layout, rows, packed, fields, x, p, y, forth);
    const to = positions ? dp : null;
    kernels.selectedSoftmaxBackward(shape, layout, rows, packed, x, p, dy, drows, to, through, back);
  });
  return {
    results: results.map((left) => ({ y: left[5], drows: left[9], dpositional: left[10] })),
    output,
    dy,
    before,
  };
}

Deno.test("selectedSoftmax() is a softmax over the chosen keys with bias (J x) / n + h, added to y", () => {
  for (const shape of SHAPES) {
    for (const share of SHARES) {
      for (const positions of [true, false]) {
        const { results, output } = selectedRun(shape, share, positions, true);
        const inputs = example(shape, share).inputs(positions);
        const expected = plus(selectedFormula(inputs, keyBias(inputs)), output);
        for (const { y } of results) assertTensorClose(y, expected, TOLERANCE);
      }
    }
  }
});

Deno.test("selectedSoftmaxBackward() is the derivative of selectedSoftmax(), with and without the way through the bias", () => {
  for (const shape of SMALL) {
    for (const share of SHARES) {
      for (const through of [true, false]) {
        const { results, dy, before } = selectedRun(shape, share, true, through);
        const inputs = example(shape, share).inputs(true);
        const held = keyBias(inputs);
        const loss = () => dot(selectedFormula(inputs, through ? keyBias(inputs) : held), dy);
        const slope = centralDifferences(loss, inputs.rows);
        const positions = centralDifferences(loss, inputs.positional ?? held);
        for (const { drows, dpositional } of results) {
          assertTensorClose(drows, slope, 1e-5);
          assertTensorClose(dpositional, plus(positions, before), 1e-5);
        }
      }
    }
  }
});

Deno.test("both kinds of kernels give the same gradients of both readouts in every shape", () => {
  for (const shape of SHAPES) {
    for (const share of SHARES) {
      const [typescript, wasm] = energyGradients(shape, share, false, true).results;
      typescript.forEach((array, which) => assertTensorClose(wasm[which], array, TOLERANCE));
      for (const through of [true, false]) {
        const [typescript, wasm] = selectedRun(shape, share, true, through).results;
        assertTensorClose(wasm.drows, typescript.drows, TOLERANCE);
        assertTensorClose(wasm.dpositional, typescript.dpositional, TOLERANCE);
      }
    }
  }
});

/** y and drows of softmax attention; rows are [q | k | v]. */
function softmaxRun(shape: HeadShape) {
  const { samples: S, heads: H, tokens: N, width: d } = shape;
  const rows = normals(S * N * 3 * H * d, 1);
  const { output, dy } = example(shape, 1);
  const p = normals(S * H * N * roundUp4(N), 10);
  const arrays = [rows, p, output, dy, new Float32Array(N * roundUp4(N)), rows];
  const results = onBoth(arrays, (kernels, [rows, p, y, dy, scratch, drows]) => {
    kernels.softmaxAttention(shape, rows, p, y);
    kernels.softmaxAttentionBackward(shape, rows, p, dy, scratch, drows);
  });
  return { results: results.map((left) => ({ y: left[2], drows: left[5] })), rows, output, dy };
}

function softmaxInputs(shape: HeadShape, rows: Float32Array): ReadoutInputs {
  const D = shape.heads * shape.width;
  const layout = { stride: 3 * D, keys: D, values: 2 * D, fields: 0 };
  const chosen = new Uint8Array(shape.samples * shape.heads * shape.tokens).fill(1);
  return { shape, layout, rows: wide(rows), positional: null, chosen };
}

Deno.test("softmaxAttention() is a softmax over all keys without a bias, added to y", () => {
  for (const shape of SHAPES) {
    const { results, rows, output } = softmaxRun(shape);
    const unbiased = new Float64Array(shape.samples * shape.heads * shape.tokens);
    const expected = plus(selectedFormula(softmaxInputs(shape, rows), unbiased), output);
    for (const { y } of results) assertTensorClose(y, expected, TOLERANCE);
  }
});

Deno.test("softmaxAttentionBackward() is the derivative of softmaxAttention(), the same on both kinds of kernels", () => {
  for (const shape of SHAPES) {
    const { results: [typescript, wasm], rows, dy } = softmaxRun(shape);
    assertTensorClose(wasm.drows, typescript.drows, TOLERANCE);
    if (!SMALL.includes(shape)) continue;
    const inputs = softmaxInputs(shape, rows);
    const unbiased = new Float64Array(shape.samples * shape.heads * shape.tokens);
    const slope = centralDifferences(() => dot(selectedFormula(inputs, unbiased), dy), inputs.rows);
    for (const { drows } of [typescript, wasm]) assertTensorClose(drows, slope, 1e-5);
  }
});

Deno.test("Kernels.packPairs() puts every query beside its key, pads zero, in both kinds", () => {
  for (const kernels of bothKernels()) {
    for (const width of [1, 3, 4, 5, 8, 11]) {
      const count = 6, dp = roundUp4(width);
      const [q, k, packed] = [count * width, count * width, count * 2 * dp + 4].map((n) => kernels.float32(n));
      for (let i = 0; i < q.length; i++) [q[i], k[i]] = [1 + i, -1 - i];
      packed.fill(99);
      kernels.packPairs(count, width, q, k, packed);
      const expected = Array.from({ length: count * 2 * dp }, (_, at) => {
        const token = Math.floor(at / (2 * dp)), key = at % (2 * dp) >= dp, a = at % dp;
        return a < width ? (key ? -1 : 1) * (1 + token * width + a) : 0;
      });
      assertEquals(Array.from(packed), [...expected, 99, 99, 99, 99], `${kernels.name}, width ${width}`);
    }
  }
});
