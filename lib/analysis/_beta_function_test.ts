import { assert } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { betaDraw } from "./_beta_draw.ts";
import { betaQuantile, incompleteBeta, logGamma } from "./_beta_function.ts";

const XS = [1e-9, 0.01, 0.2, 0.5, 0.77, 0.999];

Deno.test("logGamma() is the logarithm of factorials and of half-integer products", () => {
  let factorial = 0;
  let half = Math.log(Math.PI) / 2;
  for (let n = 1; n <= 300; n++) {
    assertClose(logGamma(n), factorial, { rtol: 1e-13, atol: 1e-13 });
    assertClose(logGamma(n - 0.5), half, { rtol: 1e-13, atol: 1e-13 });
    factorial += Math.log(n);
    half += Math.log(n - 0.5);
  }
});

Deno.test("incompleteBeta() has its closed forms", () => {
  for (const x of XS) {
    assertClose(incompleteBeta(x, 0.5, 0.5), 2 / Math.PI * Math.asin(Math.sqrt(x)), { rtol: 1e-12, atol: 0 });
    assertClose(incompleteBeta(x, 7.5, 1), x ** 7.5, { rtol: 1e-12, atol: 0 });
    assertClose(incompleteBeta(x, 1, 40), -Math.expm1(40 * Math.log1p(-x)), { rtol: 1e-12, atol: 0 });
  }
});

Deno.test("incompleteBeta() is the upper tail of a binomial distribution", () => {
  const n = 30;
  for (const x of XS) {
    for (let k = 1; k <= n; k++) {
      let tail = 0;
      for (let j = k; j <= n; j++) {
        const choose = Math.exp(logGamma(n + 1) - logGamma(j + 1) - logGamma(n - j + 1));
        tail += choose * x ** j * (1 - x) ** (n - j);
      }
      assertClose(incompleteBeta(x, k, n - k + 1), tail, { rtol: 1e-11, atol: 0 });
    }
  }
});

Deno.test("betaQuantile() inverts incompleteBeta(), from one run to a million", () => {
  for (const [a, b] of [[0.5, 1.5], [0.5, 1e6 + 0.5], [3.5, 8.5], [5e5 + 0.5, 5e5 + 0.5], [1e4 + 0.5, 0.5]]) {
    for (const share of [0.005, 0.025, 0.5, 0.975]) {
      assertClose(incompleteBeta(betaQuantile(share, a, b), a, b), share, { rtol: 1e-8, atol: 0 });
    }
  }
});

Deno.test("betaDraw() has the mean and the variance of Beta(a, b)", () => {
  const count = 40_000;
  for (const [a, b] of [[0.5, 0.5], [0.5, 20.5], [30.5, 2.5]]) {
    const rng = new Rng(3, 1);
    const draws = Float64Array.from({ length: count }, () => betaDraw(rng, a, b));
    assert(draws.every((p) => p >= 0 && p <= 1));
    const mean = a / (a + b);
    const variance = mean * (1 - mean) / (a + b + 1);
    const found = draws.reduce((sum, p) => sum + p, 0) / count;
    // 4 sigma of a mean of 40,000
    assertClose(found, mean, { rtol: 0, atol: 4 * Math.sqrt(variance / count) });
    const spread = draws.reduce((sum, p) => sum + (p - mean) ** 2, 0) / count;
    // the fourth central moment of a variable in [0, 1] is at most the variance
    assertClose(spread, variance, { rtol: 0, atol: 4 * Math.sqrt(variance / count) });
    // the distribution function of a draw is uniform: a tenth lies below its tenth, p = 0.1, sigma = sqrt(0.09 / count)
    const tenth = betaQuantile(0.1, a, b);
    const below = draws.filter((p) => p < tenth).length / count;
    assertClose(below, 0.1, { rtol: 0, atol: 4 * Math.sqrt(0.09 / count) });
  }
});
