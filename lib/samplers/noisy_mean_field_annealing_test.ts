import { assertThrows } from "@std/assert";
import { samplerConformance } from "../testing/mod.ts";
import { assertFindsOptima, assertFollows, ramp } from "./_test_oscillators.ts";
import { noisyMeanFieldAnnealing } from "./noisy_mean_field_annealing.ts";

for (const law of samplerConformance(() => noisyMeanFieldAnnealing({ numSteps: 150 }))) {
  Deno.test(`noisyMeanFieldAnnealing() ${law.name}`, () => law.run());
}

Deno.test("noisyMeanFieldAnnealing() finds proved optima, fields and offset included", async () => {
  await assertFindsOptima(noisyMeanFieldAnnealing({ numSteps: 400 }), 64);
});

Deno.test("noisyMeanFieldAnnealing() follows its equations", async () => {
  const [numSteps, share, noise] = [30, 0.2, 0.25];
  const options = { numSteps, share, noise, beta: [0.5, 8] as const, energyEvery: 1 };
  await assertFollows(noisyMeanFieldAnnealing(options), numSteps, (read) => {
    const { n, h, product, normals, spins } = read;
    const x = Float64Array.from(spins);
    const norm = h.map((v, i) => {
      const row = product(Float64Array.from({ length: n }, (_, j) => j === i ? 1 : 0));
      return Math.sqrt(v * v + row.reduce((sum, J) => sum + J * J, 0));
    });
    return {
      x,
      step(t) {
        const beta = 1 / ramp(1 / 0.5, 1 / 8, t, numSteps);
        const N = normals();
        const f = product(x);
        for (let i = 0; i < n; i++) {
          const phi = (f[i] + h[i]) / norm[i] + noise * N[i];
          x[i] = (1 - share) * x[i] - share * Math.tanh(beta * phi);
        }
      },
    };
  });
});

Deno.test("noisyMeanFieldAnnealing() refuses options out of range", () => {
  assertThrows(() => noisyMeanFieldAnnealing({ numSteps: 0 }), RangeError, "numSteps must be an integer from 1, got 0");
  assertThrows(() => noisyMeanFieldAnnealing({ energyEvery: 0 }), RangeError, "energyEvery");
  assertThrows(() => noisyMeanFieldAnnealing({ share: 0 }), RangeError, "share");
  assertThrows(() => noisyMeanFieldAnnealing({ share: 1.5 }), RangeError, "share at most 1");
  assertThrows(() => noisyMeanFieldAnnealing({ noise: -1 }), RangeError, "noise must be a number from 0");
  assertThrows(() => noisyMeanFieldAnnealing({ beta: [0, 1] }), RangeError, "betas must be above 0");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => noisyMeanFieldAnnealing(misspelt), TypeError, "there is no option steps");
});
