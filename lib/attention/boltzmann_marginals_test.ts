import { assert } from "@std/assert";
import { wasmKernels } from "../kernels/mod.ts";
import { seedState } from "../random/mod.ts";
import { enumerated, type Marginals, sampled } from "./_boltzmann_marginals.ts";

Deno.test("sampled() of two chains has the marginals and the covariances of enumerated() for its mean", () => {
  const N = 5, runs = 20_000;
  const kernels = wasmKernels({ bytes: 2 ** 16 }), dC = kernels.float64(2), stream = kernels.uint32(4);
  const [s, C, g, m, ds] = [[0.5, -1, 0.2, 1.1, -0.4], [0.8, -0.6], [1, -2, 0.5, 1.5, -1], [0, 0, 0, 0, 0], [
    0,
    0,
    0,
    0,
    0,
  ]]
    .map((values) => {
      const array = kernels.float32(values.length);
      array.set(values);
      return array;
    });
  const all = (marginals: Marginals) => {
    dC.fill(0);
    marginals.forward(s, C, m);
    marginals.backward(s, C, g, ds, dC);
    return [...m, ...ds, ...dC];
  };
  const exact = all(enumerated(N)(N)), chains = sampled(kernels, N, 2, { chains: 2, sweeps: 16 });
  const states = kernels.uint8(2 * N);
  const sums = new Float64Array(exact.length), squares = new Float64Array(exact.length);
  for (let run = 0; run < runs; run++) {
    // sixteen sweeps: what is left of the start is far below the errors
    seedState(3, run, stream);
    const found = all(chains(N, states, stream));
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
