import { assertThrows } from "@std/assert";
import { samplerConformance } from "../testing/mod.ts";
import { assertFindsOptima, assertFollows, drawnAmplitudes, ramp } from "./_test_oscillators.ts";
import { separatedFeedbackControl } from "./separated_feedback_control.ts";

for (const law of samplerConformance(() => separatedFeedbackControl({ numSteps: 150 }))) {
  Deno.test(`separatedFeedbackControl() ${law.name}`, () => law.run());
}

Deno.test("separatedFeedbackControl() finds proved optima, fields and offset included", async () => {
  await assertFindsOptima(separatedFeedbackControl({ numSteps: 400 }), 64);
});

Deno.test("separatedFeedbackControl() follows its equations", async () => {
  const [numSteps, dt, coupling, lean] = [20, 0.2, 1.2, 0.9];
  const ramps = { pump: [-0.8, 0.6], steepness: [0.8, 2.5], rate: [1.5, 0.7] } as const;
  const options = { numSteps, dt, coupling, lean, ...ramps, energyEvery: 1 };
  await assertFollows(separatedFeedbackControl(options), numSteps, (read) => {
    const { h, size, product } = read;
    const x = drawnAmplitudes(read, 1);
    const e = x.map(() => 0);
    return {
      x,
      step(t) {
        const [p, c, beta] = [ramps.pump, ramps.steepness, ramps.rate].map(([a, b]) => ramp(a, b, t, numSteps));
        // Newton's method for r^3 + (1 - p) r = 1
        let r = 1;
        for (let k = 0; k < 50; k++) r -= (r ** 3 + (1 - p) * r - 1) / (3 * r * r + 1 - p);
        const f = product(x);
        for (let i = 0; i < x.length; i++) {
          const z = coupling * (f[i] + r * h[i]) / size;
          x[i] += dt * ((p - 1) * x[i] - x[i] ** 3 - Math.tanh(c * z) - lean * (z - e[i]));
          e[i] += dt * beta * (z - e[i]);
        }
      },
    };
  });
});

Deno.test("separatedFeedbackControl() refuses options out of range", () => {
  assertThrows(
    () => separatedFeedbackControl({ numSteps: 0 }),
    RangeError,
    "numSteps must be an integer from 1, got 0",
  );
  assertThrows(() => separatedFeedbackControl({ energyEvery: 0 }), RangeError, "energyEvery");
  assertThrows(() => separatedFeedbackControl({ dt: 0 }), RangeError, "dt");
  assertThrows(() => separatedFeedbackControl({ coupling: NaN }), RangeError, "coupling");
  assertThrows(() => separatedFeedbackControl({ lean: -1 }), RangeError, "lean must be a number from 0");
  assertThrows(() => separatedFeedbackControl({ rate: [0, NaN] }), RangeError, "rate must be two numbers");
  assertThrows(() => separatedFeedbackControl({ steepness: [Infinity, 1] }), RangeError, "steepness");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => separatedFeedbackControl(misspelt), TypeError, "there is no option steps");
});
