import { assertThrows } from "@std/assert";
import { samplerConformance } from "../testing/mod.ts";
import { assertFindsOptima, assertFollows, drawnAmplitudes, meanMagnitude, ramp } from "./_test_oscillators.ts";
import { simCim } from "./sim_cim.ts";

for (const law of samplerConformance(() => simCim({ numSteps: 150 }))) {
  Deno.test(`simCim() ${law.name}`, () => law.run());
}

Deno.test("simCim() finds proved optima, fields and offset included", async () => {
  await assertFindsOptima(simCim({ numSteps: 400 }), 64);
});

Deno.test("simCim() follows its equations", async () => {
  const [numSteps, coupling, noise] = [30, 0.3, 0.2];
  const options = { numSteps, coupling, noise, pump: [-1, 0.3] as const, energyEvery: 1 };
  await assertFollows(simCim(options), numSteps, (read) => {
    const { h, size, product, normals } = read;
    const x = drawnAmplitudes(read, 0.01);
    return {
      x,
      step(t) {
        const nu = 2 * coupling * ramp(-1, 0.3, t, numSteps);
        const N = normals();
        const m = meanMagnitude(x);
        const f = product(x);
        for (let i = 0; i < x.length; i++) {
          const next = x[i] + nu * x[i] - coupling * (f[i] + m * h[i]) / size + noise * N[i];
          x[i] = Math.max(-1, Math.min(1, next));
        }
      },
    };
  });
});

Deno.test("simCim() refuses options out of range", () => {
  assertThrows(() => simCim({ numSteps: 0 }), RangeError, "numSteps must be an integer from 1, got 0");
  assertThrows(() => simCim({ energyEvery: 0 }), RangeError, "energyEvery");
  assertThrows(() => simCim({ coupling: 0 }), RangeError, "coupling must be a number above 0, got 0");
  assertThrows(() => simCim({ noise: -0.1 }), RangeError, "noise must be a number from 0");
  assertThrows(() => simCim({ pump: [NaN, 0] }), RangeError, "pump must be two numbers");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => simCim(misspelt), TypeError, "there is no option steps");
});
