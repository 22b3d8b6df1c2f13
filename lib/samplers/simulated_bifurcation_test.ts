import { assert, assertEquals, assertThrows } from "@std/assert";
import { denseCouplings, energy, isingModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { samplerConformance } from "../testing/mod.ts";
import {
  assertFindsOptima,
  assertFollows,
  assertReachesGrounds,
  glass,
  meanMagnitude,
  ramp,
  scaledModel,
} from "./_test_oscillators.ts";
import { type BifurcationVariant, simulatedBifurcation } from "./simulated_bifurcation.ts";

const VARIANTS: BifurcationVariant[] = ["adiabatic", "ballistic", "discrete", "heatedBallistic", "heatedDiscrete"];

for (const variant of VARIANTS) {
  for (const law of samplerConformance(() => simulatedBifurcation({ variant, numSteps: 150 }))) {
    Deno.test(`simulatedBifurcation() ${variant} ${law.name}`, () => law.run());
  }

  Deno.test(`simulatedBifurcation() ${variant} finds proved optima, fields and offset included`, async () => {
    await assertFindsOptima(simulatedBifurcation({ variant, numSteps: 300 }), 64);
  });

  Deno.test(`simulatedBifurcation() ${variant} follows its equations`, async () => {
    const [numSteps, dt, a0, gamma, c0] = [24, 0.7, 0.9, 0.08, 0.06];
    const options = { variant, numSteps, dt, a0, c0, gamma, energyEvery: 1 };
    await assertFollows(simulatedBifurcation(options), numSteps, (read) => {
      const { n, spins, rng, h, product } = read;
      const [x, y] = [new Float64Array(n), new Float64Array(n)];
      spins.forEach((s, i) => {
        x[i] = 0.1 * s * (1 - rng.uniform());
        y[i] = 0.1 * (2 * rng.uniform() - 1);
      });
      const discrete = /iscrete/.test(variant);
      return {
        x,
        step(t) {
          const m = discrete ? 1 : meanMagnitude(x);
          const f = product(discrete ? x.map((v) => v < 0 ? -1 : 1) : x).map((v, i) => v + m * h[i]);
          const a = ramp(0, a0, t, numSteps);
          for (let i = 0; i < n; i++) {
            const heat = variant.startsWith("heated") ? gamma * y[i] * dt : 0;
            const well = variant === "adiabatic" ? x[i] ** 3 : 0;
            y[i] += dt * (-(a0 - a) * x[i] - well - c0 * f[i]);
            x[i] += dt * a0 * y[i];
            if (variant !== "adiabatic" && Math.abs(x[i]) > 1) {
              x[i] = Math.sign(x[i]);
              y[i] = 0;
            }
            y[i] += heat;
          }
        },
      };
    });
  });
}

Deno.test("simulatedBifurcation() discrete reaches the ground energy of every published SK instance up to n = 100", async () => {
  const sizes = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
  await assertReachesGrounds(simulatedBifurcation({ variant: "discrete", numSteps: 200 }), sizes, 320);
});

Deno.test("simulatedBifurcation() chooses the discrete variant for a glass and the heated ballistic one for dense Max-Cut", async () => {
  const n = 60;
  const all = denseCouplings(new Float64Array(n * n).map((_, k) => k % (n + 1) === 0 ? 0 : 1));
  const cut = await simulatedBifurcation({ numSteps: 100 }).sample(isingModel({ couplings: all }), { seed: 1 });
  assertEquals([cut.story.options.variant, cut.energies[0]], ["heatedBallistic", -n / 2]);
  const { story } = await simulatedBifurcation({ numSteps: 1 }).sample(glass(n, 1, 0), { seed: 1 });
  assertEquals([story.options.variant, story.options.energyEvery], ["discrete", 1]);
});

Deno.test("simulatedBifurcation() reports the c0 of the paper and a step that keeps the fastest oscillation stable", async () => {
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 2], [1, 2, -1]]) });
  const { options } = (await simulatedBifurcation().sample(model, { seed: 1 })).story;
  assertEquals(options.c0, 0.5 * Math.SQRT2 / Math.sqrt(2 * (4 + 1)));
  assert(typeof options.dt === "number" && options.dt > 1 && options.dt <= 1.1);
});

Deno.test("simulatedBifurcation() gives the same states for energies times a power of two, however large or small", async () => {
  const model = glass(20, 4, 0.5);
  for (const variant of VARIANTS) {
    const sampler = simulatedBifurcation({ variant, numSteps: 60 });
    const { states } = await sampler.sample(model, { seed: 1, numReads: 20 });
    for (const by of [2 ** -400, 2 ** -3, 2 ** 400]) {
      assertEquals((await sampler.sample(scaledModel(model, by), { seed: 1, numReads: 20 })).states, states, variant);
    }
  }
});

Deno.test("simulatedBifurcation() finds the optimum where couplings are tiny, huge, absent, or far weaker than fields", async () => {
  for (const size of [5e-324, 1e-310, 1e300]) {
    const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, size]]) });
    assertEquals((await simulatedBifurcation({ numSteps: 50 }).sample(model, { seed: 1 })).energies[0], -size);
  }
  const linear = [1e5, -1e5, 0.5];
  for (const pairs of [[], [[0, 1, 1e-3], [1, 2, 1]] as const]) {
    const model = isingModel({ couplings: sparseCouplings(3, pairs), linear, offset: 1e15 });
    const { states } = await simulatedBifurcation({ numSteps: 50 }).sample(model, { seed: 1 });
    assertEquals([...states], [-1, 1, -1]);
  }
});

Deno.test("simulatedBifurcation() holds couplings of two values as bits, integers in 16 bits, others in float32", async () => {
  const kernel = async (n: number, ...values: number[]) => {
    const pairs = values.map((value, k) => [k, k + 1, value] as const);
    const model = isingModel({ couplings: sparseCouplings(n, pairs) });
    return (await simulatedBifurcation({ numSteps: 1 }).sample(model, { seed: 1 })).story.kernel;
  };
  assertEquals(await kernel(3, 7), "dense-bits-16-lanes");
  assertEquals(await kernel(3, 7, -3), "dense-int16-16-lanes");
  // quarters come from QUBOs
  assertEquals(await kernel(3, 0.25, 0.75), "dense-int16-16-lanes");
  assertEquals(await kernel(3, 0.1), "dense-float32-16-lanes");
  assertEquals(await kernel(3, 1e6), "dense-float32-16-lanes");
  assertEquals(await kernel(30, 7, 7), "sparse-int16-16-lanes");
  assertEquals(await kernel(30, 40000), "sparse-float32-16-lanes");
});

Deno.test("simulatedBifurcation() discrete makes the same reads from bits and from float32", async () => {
  const n = 70;
  const rng = new Rng(8);
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) pairs.push([i, j, rng.integer(2) === 0 ? -1 : 3]);
  const states = async (value: (v: number) => number, kernel: string) => {
    const couplings = sparseCouplings(n, pairs.map(([i, j, v]) => [i, j, value(v)]));
    const set = await simulatedBifurcation({ variant: "discrete", dt: 0.7, c0: 0.05, numSteps: 50 }).sample(
      isingModel({ couplings }),
      { seed: 1, numReads: 17 },
    );
    assertEquals(set.story.kernel, kernel);
    return set.states;
  };
  const bits = await states((v) => v, "dense-bits-16-lanes");
  // a third value that float32 does not tell from the first
  let odd = 0;
  assertEquals(await states((v) => odd++ === 0 ? v + 2 ** -30 : v, "dense-float32-16-lanes"), bits);
});

Deno.test("simulatedBifurcation() never ends above the state it is given", async () => {
  for (const variant of VARIANTS) {
    const model = glass(30, 5, 0.5);
    const first = await simulatedBifurcation({ variant, numSteps: 400 }).sample(model, { seed: 1 });
    const again = await simulatedBifurcation({ variant, numSteps: 3 }).sample(model, {
      seed: 2,
      numReads: 20,
      initialStates: first.states,
    });
    assert(again.energies.every((value) => value <= first.energies[0]), variant);
    assertEquals(again.energies[3], energy(model, again.states.slice(90, 120)));
  }
});

Deno.test("simulatedBifurcation() makes the same reads with two workers", async () => {
  const model = glass(24, 6, 0.5);
  const sampler = simulatedBifurcation({ numSteps: 40 });
  const one = await sampler.sample(model, { seed: 3, numReads: 70 });
  const two = await sampler.sample(model, { seed: 3, numReads: 70, numWorkers: 2 });
  assertEquals(two.states, one.states);
});

Deno.test("simulatedBifurcation() refuses options out of range", () => {
  assertThrows(() => simulatedBifurcation({ numSteps: 0 }), RangeError, "numSteps must be an integer from 1, got 0");
  assertThrows(() => simulatedBifurcation({ energyEvery: 1.5 }), RangeError, "energyEvery");
  assertThrows(() => simulatedBifurcation({ dt: 0 }), RangeError, "dt must be a number above 0, got 0");
  assertThrows(() => simulatedBifurcation({ a0: NaN }), RangeError, "a0");
  assertThrows(() => simulatedBifurcation({ c0: Infinity }), RangeError, "c0");
  assertThrows(() => simulatedBifurcation({ gamma: -1 }), RangeError, "gamma must be a number from 0, got -1");
  const wrong: { variant: "discrete" } = JSON.parse('{"variant":"quantum"}');
  assertThrows(() => simulatedBifurcation(wrong), TypeError, "got quantum");
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => simulatedBifurcation(misspelt), TypeError, "there is no option steps");
});
