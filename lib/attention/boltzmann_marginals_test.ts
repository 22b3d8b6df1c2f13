import { assert } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { enumerated, sampled } from "./_boltzmann_marginals.ts";

Deno.test("sampled() of two chains has the marginals and the covariances of enumerated() for its mean", () => {
  const N = 5, runs = 20_000;
  const s = Float64Array.of(0.5, -1, 0.2, 1.1, -0.4), C = [0.8, -0.6], g = Float64Array.of(1, -2, 0.5, 1.5, -1);
  const all = (marginals: ReturnType<typeof enumerated>) => {
    const [m, ds, dC] = [N, N, C.length].map((length) => new Float64Array(length));
    marginals.forward(s, C, m);
    marginals.backward(s, C, g, ds, dC);
    return [...m, ...ds, ...dC];
  };
  const exact = all(enumerated(N));
  const sums = new Float64Array(exact.length), squares = new Float64Array(exact.length);
  for (let run = 0; run < runs; run++) {
    // sixteen sweeps: what is left of the start is far below the errors
    const found = all(sampled(new Uint8Array(2 * N), { sweeps: 16, rng: () => new Rng(3, run) }));
    found.forEach((value, i) => {
      sums[i] += value / runs;
      squares[i] += value * value / runs;
    });
  }
  exact.forEach((value, i) => {
    // normal: 12 entries, 4.5 standard errors are passed by chance once in 12,000 such tests
    const error = Math.sqrt((squares[i] - sums[i] ** 2) / runs);
    assert(Math.abs(sums[i] - value) < 4.5 * error, `entry ${i}: ${sums[i]} +- ${error}, exact ${value}`);
  });
});
