import { assertThrows } from "@std/assert";
import { samplerConformance } from "../testing/mod.ts";
import { assertFindsOptima, assertFollows, drawnAmplitudes, meanMagnitude, ramp } from "./_test_oscillators.ts";
import { coherentIsingMachine } from "./coherent_ising_machine.ts";

for (const law of samplerConformance(() => coherentIsingMachine({ numSteps: 150 }))) {
  Deno.test(`coherentIsingMachine() ${law.name}`, () => law.run());
}

Deno.test("coherentIsingMachine() finds proved optima, fields and offset included", async () => {
  await assertFindsOptima(coherentIsingMachine({ numSteps: 400 }), 64);
});

Deno.test("coherentIsingMachine() follows its equations", async () => {
  const [numSteps, dt, coupling, noise, measurementNoise] = [30, 0.2, 1.3, 0.3, 0.2];
  const options = { numSteps, dt, coupling, noise, measurementNoise, pump: [-0.5, 2] as const, energyEvery: 1 };
  await assertFollows(coherentIsingMachine(options), numSteps, (read) => {
    const { h, size, product, normals } = read;
    const x = drawnAmplitudes(read, 0.01);
    return {
      x,
      step(t) {
        const p = ramp(-0.5, 2, t, numSteps);
        const N = normals();
        const m = meanMagnitude(x);
        const f = product(x.map((v, i) => v + measurementNoise * N[i]));
        for (let i = 0; i < x.length; i++) {
          const change = (p - 1 - x[i] ** 2) * x[i] - coupling * (f[i] + m * h[i]) / size;
          x[i] += dt * change + noise * Math.sqrt(dt) * N[i];
        }
      },
    };
  });
});

Deno.test("coherentIsingMachine() refuses options out of range", () => {
  assertThrows(() => coherentIsingMachine({ numSteps: 0 }), RangeError, "numSteps must be an integer from 1, got 0");
  assertThrows(() => coherentIsingMachine({ energyEvery: 0 }), RangeError, "energyEvery");
  assertThrows(() => coherentIsingMachine({ dt: -1 }), RangeError, "dt must be a number above 0, got -1");
  assertThrows(() => coherentIsingMachine({ coupling: 0 }), RangeError, "coupling");
  assertThrows(() => coherentIsingMachine({ noise: -0.1 }), RangeError, "noise must be a number from 0");
  assertThrows(() => coherentIsingMachine({ measurementNoise: NaN }), RangeError, "measurementNoise");
  assertThrows(() => coherentIsingMachine({ pump: [0, Infinity] }), RangeError, "pump must be two numbers");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => coherentIsingMachine(misspelt), TypeError, "there is no option steps");
});
