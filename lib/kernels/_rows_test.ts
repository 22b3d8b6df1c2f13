import { assert, assertEquals } from "@std/assert";
import { centralDifferences } from "../testing/_central_differences.ts";
import { assertClose, assertTensorClose, layerNormTwin } from "../testing/mod.ts";
import { bothKernels, normals, onBoth, ROUNDING } from "./_test_arrays.ts";

// sums over some hundred float32 terms, each off by a rounding, in another order: a few 1e-7 of the largest entry
const TOLERANCE = 2e-6;
// central differences in float64 with step 1e-5 are good to 1e-9; what is compared is float32
const SLOPE = 1e-5;
const SIZES = [[1, 1], [3, 2], [2, 3], [5, 4], [3, 7], [2, 64], [7, 65], [4, 131]];

const wide = (values: ArrayLike<number>) => Float64Array.from(values);
const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => wide(x).reduce((sum, value, i) => sum + value * y[i], 0);
const plainNorm = (x: Float64Array, n: number) =>
  layerNormTwin(x, { gamma: new Float64Array(n).fill(1), beta: new Float64Array(n) });

Deno.test("layerNorm() normalises every row and keeps 1 / deviation, also far from 0 and of constant rows", () => {
  for (const [rows, n] of SIZES) {
    for (const [scale, shift] of [[1, 0], [0.01, 3], [0, 0.7], [1000, -5]]) {
      const x = normals(rows * n, n).map((value) => scale * value + shift);
      const expected = plainNorm(wide(x), n);
      for (
        const [left, y, rstd] of onBoth([x, x, normals(rows, 1)], (k, [x, y, r]) => k.layerNorm(rows, n, x, 1e-5, y, r))
      ) {
        assertEquals(left, x);
        // x and its mean are rounded before they are subtracted, and the difference is divided by the deviation
        const deviation = 1 / Math.max(...rstd);
        const lost = 8 * ROUNDING * (Math.abs(shift) + 3 * scale) / deviation;
        assertClose(y, expected, { rtol: TOLERANCE, atol: TOLERANCE + lost });
        for (let r = 0; r < rows; r++) {
          const row = wide(x.subarray(r * n, (r + 1) * n));
          const mean = row.reduce((sum, value) => sum + value / n, 0);
          const variance = row.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0);
          assertClose(rstd[r], 1 / Math.sqrt(variance + 1e-5), { rtol: TOLERANCE + lost, atol: 0 });
        }
      }
    }
  }
});

Deno.test("layerNormBackward() is the derivative of layerNorm(), written or added", () => {
  for (const [rows, n] of SIZES) {
    const [x, dy, before] = [normals(rows * n, 1), normals(rows * n, 2), normals(rows * n, 3)];
    const X = wide(x);
    const slope = centralDifferences(() => dot(plainNorm(X, n), dy), X);
    for (const accumulate of [false, true]) {
      const expected = slope.map((value, i) => value + (accumulate ? before[i] : 0));
      const results = onBoth([x, dy, before, x, normals(rows, 4)], (kernels, [x, dy, dx, y, rstd]) => {
        kernels.layerNorm(rows, n, x, 1e-5, y, rstd);
        kernels.layerNormBackward(rows, n, dy, y, rstd, dx, accumulate);
      });
      for (const [, leftDy, dx, , rstd] of results) {
        assertEquals(leftDy, dy);
        // what is left after the subtractions may be far smaller than what was rounded
        assertClose(dx, expected, { rtol: SLOPE, atol: 60 * ROUNDING * Math.max(...rstd) });
      }
    }
  }
});

// Phi by the trapezoid rule on exp(-t^2/2): exact to rounding for a smooth function that ends in 0 on one side
function normalCdf(x: number): number {
  const [steps, from] = [4000, -12];
  let sum = 0;
  const h = (Math.abs(x) - from) / steps;
  for (let i = 0; i <= steps; i++) sum += (i % steps === 0 ? 1 : i % 2 ? 4 : 2) * Math.exp(-0.5 * (from + i * h) ** 2);
  const lower = sum * h / 3 / Math.sqrt(2 * Math.PI);
  return x < 0 ? 1 - lower : lower;
}

const GELU_POINTS = Float32Array.from({ length: 103 }, (_, i) => (i - 51) / 7).map((x, i) => i === 102 ? 30 : x);

Deno.test("gelu() is x times the integral of the normal density", () => {
  for (const [, y] of onBoth([GELU_POINTS, GELU_POINTS], (k, [x, y]) => k.gelu(103, x, y), true)) {
    GELU_POINTS.forEach((x, i) => {
      // 7.1.26 is off by at most 7.5e-8 in Phi, and half a dozen roundings
      assertClose(y[i], x * normalCdf(x), { rtol: 8 * ROUNDING, atol: 1.5e-7 * Math.abs(x) });
    });
  }
});

Deno.test("geluBackward() is dy times the slope of gelu, and may overwrite dy", () => {
  const dy = normals(103, 1);
  const value = (x: number) => x * normalCdf(x);
  const slope = wide(GELU_POINTS).map((x) => (value(x + 1e-4) - value(x - 1e-4)) / 2e-4);
  for (
    const [, , dx, same] of onBoth([GELU_POINTS, dy, dy.map(() => 0), dy], (kernels, [x, dy, dx, same]) => {
      kernels.geluBackward(103, x, dy, dx);
      kernels.geluBackward(103, x, same, same);
    }, true)
  ) {
    assertEquals(same, dx);
    // central differences are off by 1e-8 at most, 7.1.26 by less than 1e-7
    dx.forEach((value, i) => assertClose(value, dy[i] * slope[i], { rtol: 2e-6, atol: 5e-7 * Math.abs(dy[i]) }));
  }
});

function softmax(row: ArrayLike<number>, scale: number): Float64Array {
  const top = Math.max(...wide(row));
  const powers = wide(row).map((value) => Math.exp(scale * (value - top)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

Deno.test("softmaxRows() gives each row's softmax, zeros in its padding, and leaves the rest of the stride", () => {
  for (const [rows, n] of SIZES) {
    for (const [scale, size, shift] of [[1, 1, 0], [0.35, 5, -40], [1, 1e4, 0], [0.5, 0, 1e4], [2, 0, -1e4]]) {
      const n4 = (n + 3) & ~3;
      const stride = n4 + 4;
      const x = normals(rows * stride, n).map((value) => size * value + shift);
      for (const [p] of onBoth([x], (kernels, [x]) => kernels.softmaxRows(rows, n, stride, x, scale))) {
        for (let r = 0; r < rows; r++) {
          const at = r * stride;
          const expected = softmax(x.subarray(at, at + n), scale);
          // an exponent near -a is off by a few roundings of a, its power by a few a e^-a roundings
          assertClose(p.subarray(at, at + n), expected, { rtol: 0, atol: 5e-7 });
          assertClose(p.subarray(at, at + n).reduce((sum, value) => sum + value, 0), 1, { rtol: 0, atol: 1e-6 });
          assertEquals(p.subarray(at + n, at + n4), new Float32Array(n4 - n));
          assertEquals(p.subarray(at + n4, at + stride), x.subarray(at + n4, at + stride));
        }
      }
    }
  }
});

Deno.test("softmaxRows() keeps the weights of hopeless keys far from subnormal numbers, where processors are slow", () => {
  // nine keys, the last in the padding's group of four
  const x = Float32Array.from({ length: 12 }, (_, i) => i === 4 ? 300 : -100 * (i % 3));
  for (const [p] of onBoth([x], (kernels, [x]) => kernels.softmaxRows(1, 9, 12, x, 1))) {
    assertEquals(p[4], 1);
    for (const i of [0, 1, 2, 3, 5, 6, 7, 8]) assertClose(p[i], Math.exp(-60), { rtol: 1e-6, atol: 0 });
    assertEquals([...p.subarray(9)], [0, 0, 0]);
  }
  const poisoned = x.map((value, i) => i === 7 ? NaN : value);
  for (const [p] of onBoth([poisoned], (kernels, [x]) => kernels.softmaxRows(1, 9, 12, x, 1))) {
    assert(p.subarray(0, 9).some(Number.isNaN), "what is no number stays seen");
  }
});

Deno.test("softmaxRowsBackward() is the derivative of softmaxRows(), its padding zero", () => {
  for (const [rows, n] of SIZES) {
    const scale = 0.35;
    const n4 = (n + 3) & ~3;
    const stride = n4 + 4;
    const [x, dp] = [normals(rows * stride, 5), normals(rows * stride, 6)];
    const results = onBoth([x, dp], (kernels, [x, dp]) => {
      kernels.softmaxRows(rows, n, stride, x, scale);
      kernels.softmaxRowsBackward(rows, n, stride, x, dp, scale);
    });
    for (const [, dx] of results) {
      for (let r = 0; r < rows; r++) {
        const at = r * stride;
        const row = wide(x.subarray(at, at + n));
        const slope = centralDifferences(() => dot(softmax(row, scale), dp.subarray(at, at + n)), row);
        assertTensorClose(dx.subarray(at, at + n), slope, SLOPE);
        assertEquals(dx.subarray(at + n, at + n4), new Float32Array(n4 - n));
        assertEquals(dx.subarray(at + n4, at + stride), dp.subarray(at + n4, at + stride));
      }
    }
  }
});

Deno.test("crossEntropy() adds the loss and the right answers, and turns logits into scaled gradients", () => {
  for (const [rows, classes] of [[1, 1], [4, 2], [9, 10], [5, 131]]) {
    const logits = normals(rows * classes, classes).map((value, i) => (i % 7 === 0 ? 20 : 3) * value);
    const labels = Uint8Array.from({ length: rows }, (_, r) => (5 * r) % classes);
    const X = wide(logits);
    const loss = () => {
      let sum = 0;
      for (let r = 0; r < rows; r++) {
        const row = X.subarray(r * classes, (r + 1) * classes);
        // ln p by itself: p may be too small for a float32
        const top = Math.max(...row);
        sum += Math.log(row.reduce((total, value) => total + Math.exp(value - top), 0)) - (row[labels[r]] - top);
      }
      return sum;
    };
    const right = labels.reduce((sum, label, r) => {
      const row = logits.subarray(r * classes, (r + 1) * classes);
      return sum + (row[label] === Math.max(...row) ? 1 : 0);
    }, 0);
    const slope = centralDifferences(loss, X).map((value) => 0.25 * value);
    const totals: Float64Array[] = [];
    const results = onBoth([logits], (kernels, [logits]) => {
      const [total, bytes] = [kernels.float64(2), kernels.uint8(rows)];
      total.set([100, 1000]);
      bytes.set(labels);
      kernels.crossEntropy(rows, classes, logits, bytes, 0.25, total);
      totals.push(total);
    });
    results.forEach(([gradient], which) => {
      assertClose(totals[which][0], 100 + loss(), { rtol: 1e-6, atol: 0 });
      assertEquals(totals[which][1], 1000 + right);
      assertTensorClose(gradient, slope, SLOPE);
    });
  }
});

Deno.test("crossEntropy() of equal logits is ln C, and right where the label is the first", () => {
  for (const kernels of bothKernels()) {
    const [logits, labels, totals] = [kernels.float32(20).fill(-3e4), kernels.uint8(2), kernels.float64(2)];
    labels.set([0, 7]);
    kernels.crossEntropy(2, 10, logits, labels, 1, totals);
    assertClose(totals, [2 * Math.log(10), 1], { rtol: 1e-7, atol: 0 });
    assertClose(logits.subarray(0, 3), [-0.9, 0.1, 0.1], { rtol: 1e-6, atol: 0 });
  }
});

Deno.test("columnSums() adds the sum of each column, meanRows() writes the mean of each group", () => {
  for (const [rows, n] of SIZES) {
    const [x, before] = [normals(3 * rows * n, n), normals(n, 1)];
    const results = onBoth([x, before, normals(3 * n, 2)], (kernels, [x, sums, means]) => {
      kernels.columnSums(rows, n, x, sums);
      kernels.meanRows(3, rows, n, x, means);
    });
    for (const [, sums, means] of results) {
      for (let j = 0; j < n; j++) {
        let first = 0;
        for (let g = 0; g < 3; g++) {
          let sum = 0;
          for (let r = 0; r < rows; r++) sum += x[(g * rows + r) * n + j];
          assertClose(means[g * n + j], sum / rows, { rtol: TOLERANCE, atol: TOLERANCE });
          if (g === 0) first = sum;
        }
        assertClose(sums[j], before[j] + first, { rtol: TOLERANCE, atol: TOLERANCE });
      }
    }
  }
});

Deno.test("meanRowsBackward() gives every row of a group its share", () => {
  const dy = normals(3 * 5, 1);
  for (
    const [, dx] of onBoth(
      [dy, normals(3 * 4 * 5, 2)],
      (kernels, [dy, dx]) => kernels.meanRowsBackward(3, 4, 5, dy, dx),
    )
  ) {
    dx.forEach((value, i) => assertEquals(value, dy[Math.floor(i / 20) * 5 + i % 5] / 4));
  }
});

Deno.test("scaleRows() multiplies by the gain and adds the offsets in turn", () => {
  const [x, gain, offset] = [normals(7 * 5, 1), normals(5, 2), normals(3 * 5, 3)];
  for (const period of [1, 3]) {
    const results = onBoth([x, gain, offset, normals(35, 4)], (kernels, [x, gain, offset, y]) => {
      kernels.scaleRows(7, 5, x, gain, offset, period, y);
    });
    for (const [, , , y] of results) {
      y.forEach((value, at) => {
        const [r, i] = [Math.floor(at / 5), at % 5];
        assertClose(value, x[at] * gain[i] + offset[(r % period) * 5 + i], { rtol: 3 * ROUNDING, atol: 1e-6 });
      });
    }
  }
});

Deno.test("scaleRowsBackward() adds the gradients of gain and bias and writes that of x", () => {
  const [rows, n] = [7, 5];
  const [x, gain, dy, dgain, dbias] = [normals(35, 1), normals(5, 2), normals(35, 3), normals(5, 4), normals(5, 5)];
  const results = onBoth([x, gain, dy, dgain, dbias, normals(35, 6)], (kernels, [x, gain, dy, dgain, dbias, dx]) => {
    kernels.scaleRowsBackward(rows, n, x, gain, dy, dgain, dbias, dx);
  });
  const [X, GAIN, BIAS] = [wide(x), wide(gain), new Float64Array(n)];
  const loss = () => X.reduce((sum, value, i) => sum + dy[i] * (value * GAIN[i % n] + BIAS[i % n]), 0);
  const add = (before: Float32Array, slope: Float64Array) => slope.map((value, i) => value + before[i]);
  const expected = [add(dgain, centralDifferences(loss, GAIN)), add(dbias, centralDifferences(loss, BIAS))];
  for (const [, , , gotGain, gotBias, dx] of results) {
    assertTensorClose(gotGain, expected[0], SLOPE);
    assertTensorClose(gotBias, expected[1], SLOPE);
    assertTensorClose(dx, centralDifferences(loss, X), SLOPE);
  }
});

Deno.test("adam() follows algorithm 1 over many steps", () => {
  const [n, rate, beta1, beta2, eps] = [13, 0.01, 0.9, 0.999, 1e-8];
  const start = normals(n, 1);
  const gradients = Array.from({ length: 12 }, (_, step) => normals(n, 10 + step).map((g, i) => g * 10 ** (i % 5 - 3)));
  const results = onBoth([start, start, new Float32Array(n), new Float32Array(n)], (kernels, [w, g, m, v]) => {
    gradients.forEach((gradient, at) => {
      g.set(gradient);
      kernels.adam(n, w, g, m, v, { rate, beta1, beta2, eps, step: at + 1 });
    });
  });
  const [w, m, v] = [wide(start), new Float64Array(n), new Float64Array(n)];
  gradients.forEach((gradient, at) => {
    gradient.forEach((g, i) => {
      m[i] = beta1 * m[i] + (1 - beta1) * g;
      v[i] = beta2 * v[i] + (1 - beta2) * g * g;
      w[i] -= rate * (m[i] / (1 - beta1 ** (at + 1))) / (Math.sqrt(v[i] / (1 - beta2 ** (at + 1))) + eps);
    });
  });
  // 1 - 0.999 from a float32 0.999 is off by 1.3e-5; a step of size rate is then off by 7e-6
  for (const [gotW, , gotM, gotV] of results) {
    assertClose(gotM, m, { rtol: 2e-6, atol: 1e-7 });
    assertClose(gotV, v, { rtol: 3e-5, atol: 0 });
    assertClose(gotW, w, { rtol: 12 * ROUNDING, atol: 12 * rate * 2e-5 });
  }
});

Deno.test("Kernels.largestMagnitude() is the largest of |x|, and NaN where one value is not finite, in both kinds", () => {
  for (const kernels of bothKernels()) {
    for (const n of [1, 3, 4, 5, 16, 19]) {
      const x = kernels.float32(n + 1);
      for (let at = 0; at < n; at++) {
        x.fill(0.5).fill(1e9, n);
        x[at] = -2;
        assertEquals(kernels.largestMagnitude(n, x), 2);
        for (const bad of [NaN, Infinity, -Infinity]) {
          x[at] = bad;
          assert(Number.isNaN(kernels.largestMagnitude(n, x)), `${kernels.name}, ${bad} at ${at} of ${n}`);
        }
      }
    }
  }
});
