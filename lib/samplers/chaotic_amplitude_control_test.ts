import { assertThrows } from "@std/assert";
import { samplerConformance } from "../testing/mod.ts";
import { assertFindsOptima, assertFollows, assertReachesGrounds, drawnAmplitudes } from "./_test_oscillators.ts";
import { chaoticAmplitudeControl } from "./chaotic_amplitude_control.ts";

for (const law of samplerConformance(() => chaoticAmplitudeControl({ numSteps: 150 }))) {
  Deno.test(`chaoticAmplitudeControl() ${law.name}`, () => law.run());
}

Deno.test("chaoticAmplitudeControl() finds proved optima, fields and offset included", async () => {
  await assertFindsOptima(chaoticAmplitudeControl({ numSteps: 400 }), 64);
});

Deno.test("chaoticAmplitudeControl() follows its equations", async () => {
  const [numSteps, dt, pump, coupling, sensitivity, rateGrowth, patience] = [40, 0.1, 0.2, 2, 0.7, 0.4, 0.55];
  const target = [0.8, 0.9] as const;
  const options = { numSteps, dt, pump, coupling, target, sensitivity, rateGrowth, patience, energyEvery: 1 };
  await assertFollows(chaoticAmplitudeControl(options), numSteps, (read) => {
    const { h, size, product } = read;
    const x = drawnAmplitudes(read, 1);
    const e = x.map(() => 1);
    let [rate, waited, a] = [0, 0, 0];
    return {
      x,
      look(energy, lowest) {
        if (energy < lowest) waited = 0;
        a = target[0] + target[1] * Math.tanh(sensitivity * Math.max(0, energy - lowest) / size);
      },
      step() {
        rate += rateGrowth * dt;
        waited += dt;
        if (waited > patience) rate = waited = 0;
        const f = product(x);
        for (let i = 0; i < x.length; i++) {
          const own = x[i];
          x[i] += dt * ((pump - 1) * own - own ** 3 - coupling * e[i] * (f[i] + Math.sqrt(a) * h[i]) / size);
          e[i] += dt * rate * (a - own ** 2) * e[i];
        }
      },
    };
  });
});

Deno.test("chaoticAmplitudeControl() reaches the ground energy of every published SK instance up to n = 100", async () => {
  const sizes = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
  await assertReachesGrounds(chaoticAmplitudeControl({ numSteps: 1000 }), sizes, 160);
});

Deno.test("chaoticAmplitudeControl() refuses options out of range", () => {
  assertThrows(() => chaoticAmplitudeControl({ numSteps: 0 }), RangeError, "numSteps must be an integer from 1, got 0");
  assertThrows(() => chaoticAmplitudeControl({ energyEvery: 0 }), RangeError, "energyEvery");
  assertThrows(() => chaoticAmplitudeControl({ dt: 0 }), RangeError, "dt");
  assertThrows(() => chaoticAmplitudeControl({ pump: Infinity }), RangeError, "pump");
  assertThrows(() => chaoticAmplitudeControl({ target: [0, 1] }), RangeError, "target must be [base, rise]");
  assertThrows(() => chaoticAmplitudeControl({ sensitivity: -1 }), RangeError, "sensitivity");
  assertThrows(() => chaoticAmplitudeControl({ rateGrowth: NaN }), RangeError, "rateGrowth");
  assertThrows(() => chaoticAmplitudeControl({ patience: 0 }), RangeError, "patience");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => chaoticAmplitudeControl(misspelt), TypeError, "there is no option steps");
});
