import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { centralDifferences } from "../testing/_central_differences.ts";
import { assertClose } from "../testing/mod.ts";
import { Rng } from "../random/mod.ts";
import { bothKernels, onBoth } from "./_test_arrays.ts";
import { roundUp4 } from "./round_up_4.ts";

/** Distributions over `width` places, padded with zeros; the sharper, the nearer to one place. */
function distributions(rows: number, width: number, stream: number, sharpness = 1): Float32Array {
  const rng = new Rng(53, stream);
  const padded = new Float32Array(rows * roundUp4(width));
  for (let row = 0; row < rows; row++) {
    const powers = Array.from({ length: width }, () => Math.exp(sharpness * rng.normal()));
    const sum = powers.reduce((all, power) => all + power, 0);
    powers.forEach((power, a) => padded[row * roundUp4(width) + a] = power / sum);
  }
  return padded;
}

function divergence(p: ArrayLike<number>, r: ArrayLike<number>): number {
  let sum = 0;
  for (let a = 0; a < p.length; a++) {
    const m = (p[a] + r[a]) / 2 + 1e-6;
    sum += (p[a] * Math.log2(p[a] / m + 1e-6) + r[a] * Math.log2(r[a] / m + 1e-6)) / 2;
  }
  return sum;
}

for (const [heads, tokens, width, sharpness] of [[1, 1, 1, 1], [2, 3, 5, 1], [3, 6, 8, 2], [1, 9, 13, 0.1]]) {
  const row = roundUp4(width), stride = roundUp4(tokens);
  const p = distributions(heads * tokens, width, 1, sharpness), r = distributions(heads * tokens, width, 2, sharpness);

  Deno.test(`divergences() is the sum of its definition, ${heads} heads of ${tokens} x ${width}`, () => {
    const size = heads * tokens * stride;
    const results = onBoth([p, r, new Float32Array(size)], (kernels, [p, r, J]) => {
      kernels.divergences(heads, tokens, width, p, r, J);
    });
    const expected = new Float64Array(size);
    for (let at = 0; at < size; at++) {
      const [i, j] = [Math.floor(at / stride), at % stride];
      if (j >= tokens) continue;
      const other = i - i % tokens + j;
      expected[at] = divergence(p.subarray(i * row, i * row + width), r.subarray(other * row, other * row + width));
    }
    // a quotient near 1 is rounded before its logarithm is taken: 6e-8, whatever the divergence
    for (const [, , J] of results) assertClose(J, expected, { rtol: 2e-6, atol: 1e-7 });
  });

  Deno.test(`divergencesBackward() is the derivative of divergences(), ${heads} heads of ${tokens} x ${width}`, () => {
    const rng = new Rng(54);
    const dJ = Float32Array.from({ length: heads * tokens * stride }, () => rng.normal());
    const [wideP, wideR] = [Float64Array.from(p), Float64Array.from(r)];
    const f = () => {
      let sum = 0;
      for (let i = 0; i < heads * tokens; i++) {
        for (let j = 0; j < tokens; j++) {
          const from = (i - i % tokens + j) * row;
          sum += dJ[i * stride + j] *
            divergence(wideP.subarray(i * row, i * row + width), wideR.subarray(from, from + width));
        }
      }
      return sum;
    };
    // a step that is small beside every share
    const [dp, dr] = [centralDifferences(f, wideP, 1e-7), centralDifferences(f, wideR, 1e-7)];
    const zero = new Float32Array(p.length);
    const results = onBoth([p, r, dJ, zero, zero], (kernels, [p, r, dJ, dp, dr]) => {
      kernels.divergencesBackward(heads, tokens, width, p, r, dJ, dp.fill(7), dr.fill(7));
    });
    for (const [, , , gotP, gotR] of results) {
      for (const [got, expected] of [[gotP, dp], [gotR, dr]]) {
        const places = Array.from({ length: expected.length }, (_, at) => at).filter((at) => at % row < width);
        assertClose(places.map((at) => got[at]), places.map((at) => expected[at]), { rtol: 1e-5, atol: 1e-6 });
      }
    }
  });
}

Deno.test("divergences() of a distribution with itself is next to 0, of two that share no place next to 1", () => {
  for (const kernels of bothKernels()) {
    const [p, r, J] = [kernels.float32(8), kernels.float32(8), kernels.float32(8)];
    p.set([1, 0, 0, 0, 0, 0.5, 0.5, 0]);
    r.set(p);
    kernels.divergences(1, 2, 4, p, r, J);
    for (const at of [0, 5]) assertAlmostEquals(J[at], 0, 1e-5);
    for (const at of [1, 4]) assertAlmostEquals(J[at], 1, 1e-5);
    assertEquals(J.length, 8);
    assert([...J].every(Number.isFinite));
  }
});
