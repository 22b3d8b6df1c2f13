import { assertThrows } from "@std/assert";
import { samplerConformance } from "../testing/mod.ts";
import { assertFindsOptima, assertFollows, drawnAmplitudes, ramp } from "./_test_oscillators.ts";
import { chaoticFeedbackControl } from "./chaotic_feedback_control.ts";

for (const law of samplerConformance(() => chaoticFeedbackControl({ numSteps: 150 }))) {
  Deno.test(`chaoticFeedbackControl() ${law.name}`, () => law.run());
}

Deno.test("chaoticFeedbackControl() finds proved optima, fields and offset included", async () => {
  await assertFindsOptima(chaoticFeedbackControl({ numSteps: 400 }), 64);
});

Deno.test("chaoticFeedbackControl() follows its equations", async () => {
  const [numSteps, dt, coupling, target, rate] = [30, 0.2, 0.9, 1.2, 0.3];
  const options = { numSteps, dt, coupling, target, rate, pump: [-0.8, 0.6] as const, energyEvery: 1 };
  await assertFollows(chaoticFeedbackControl(options), numSteps, (read) => {
    const { h, size, product } = read;
    const x = drawnAmplitudes(read, 1);
    const e = x.map(() => 1);
    return {
      x,
      step(t) {
        const p = ramp(-0.8, 0.6, t, numSteps);
        // Newton's method for r^3 + (1 - p) r = sqrt(target)
        let r = 1;
        for (let k = 0; k < 50; k++) r -= (r ** 3 + (1 - p) * r - Math.sqrt(target)) / (3 * r * r + 1 - p);
        const f = product(x);
        for (let i = 0; i < x.length; i++) {
          const z = e[i] * coupling * (f[i] + r * h[i]) / size;
          x[i] += dt * ((p - 1) * x[i] - x[i] ** 3 - z);
          e[i] -= dt * rate * (z * z - target) * e[i];
          e[i] = Math.max(0, Math.min(32, e[i]));
        }
      },
    };
  });
});

Deno.test("chaoticFeedbackControl() refuses options out of range", () => {
  assertThrows(() => chaoticFeedbackControl({ numSteps: 0 }), RangeError, "numSteps must be an integer from 1, got 0");
  assertThrows(() => chaoticFeedbackControl({ energyEvery: 0 }), RangeError, "energyEvery");
  assertThrows(() => chaoticFeedbackControl({ dt: 0 }), RangeError, "dt");
  assertThrows(() => chaoticFeedbackControl({ target: 0 }), RangeError, "target must be a number above 0, got 0");
  assertThrows(() => chaoticFeedbackControl({ rate: -1 }), RangeError, "rate");
  assertThrows(() => chaoticFeedbackControl({ pump: [0, NaN] }), RangeError, "pump must be two numbers");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => chaoticFeedbackControl(misspelt), TypeError, "there is no option steps");
});
