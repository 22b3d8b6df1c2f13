import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  denseCouplings,
  energies,
  flipDelta,
  type IsingModel,
  isingModel,
  quantiseModel,
  quboFromIsing,
  scaleModel,
  sparseCouplings,
  toDense,
} from "../model/mod.ts";
import { mix32, Rng } from "../random/mod.ts";
import { samplerConformance } from "../testing/mod.ts";
import { glass, meanMagnitude, naiveNormals, ramp } from "./_test_oscillators.ts";
import { exactEnumeration } from "./exact_enumeration.ts";
import { physicalCim, type PhysicalCimOptions } from "./physical_cim.ts";
import { closeWorkers } from "./_threads.ts";

// unequal amplitudes weigh fields and couplings wrongly: no optimum is promised
for (const law of samplerConformance(() => physicalCim({ numRoundTrips: 150 }), { findsOptimum: false })) {
  Deno.test(`physicalCim() ${law.name}`, () => law.run());
}

/** A ring of n spins, each also coupled to the one opposite. */
function mobiusLadder(n: number): IsingModel {
  const ring = Array.from({ length: n }, (_, i): [number, number, number] => [i, (i + 1) % n, 1]);
  const rungs = Array.from({ length: n / 2 }, (_, i): [number, number, number] => [i, i + n / 2, 1]);
  return isingModel({ couplings: sparseCouplings(n, [...ring, ...rungs]) });
}

Deno.test("physicalCim() finds a maximum cut of the Möbius ladder of 16 in nearly every run", async () => {
  // frustrated: the best that can be cut is 22 of 24 edges
  const model = mobiusLadder(16);
  const optimum = (await exactEnumeration().sample(model)).energies[0];
  const { energies } = await physicalCim().sample(model, { seed: 1, numReads: 64 });
  assertEquals(optimum, -20);
  assert(energies.filter((energy) => energy === optimum).length > 58);
});

/** The answers of the equations in float64, one read at a time. */
function naiveAnswers(
  model: IsingModel,
  options: Required<Omit<PhysicalCimOptions, "preset" | "bits">>,
  reads: number,
) {
  const { n } = model;
  const J = toDense(model).couplings.values;
  const { dt, pump, coupling, noise, measurementNoise, saturation, numRoundTrips } = options;
  const squares = [...J, ...model.linear].reduce((sum, v) => sum + v * v, 0);
  const size = Math.sqrt(squares / (n - 1));
  const states = new Int8Array(reads * n);
  for (let k = 0; k < reads; k++) {
    const rng = new Rng(1, k);
    const signs = Array.from({ length: n }, () => rng.uint32() >= 0x80000000 ? 1 : -1);
    const x = signs.map((s) => noise * Math.sqrt(dt) * s * (1 - rng.uniform()));
    const loop = new Rng(0);
    loop.state = rng.state.map((word, w) => mix32(word ^ Math.imul(w + 1, 0x9e3779b9)));
    for (let t = 0; t < numRoundTrips; t++) {
      const [N, M] = [naiveNormals(n, rng), naiveNormals(n, loop)];
      const p = ramp(pump[0], pump[1], t, numRoundTrips);
      const m = meanMagnitude(Float64Array.from(x));
      const measured = x.map((v, i) => Math.max(-saturation, Math.min(saturation, v + measurementNoise * M[i])));
      for (let i = 0; i < n; i++) {
        const feedback = measured.reduce((sum, v, j) => sum + J[i * n + j] * v, m * model.linear[i]);
        const change = (p - 1 - x[i] ** 2) * x[i] - coupling * feedback / size;
        x[i] += dt * change + noise * Math.sqrt(dt) * N[i];
      }
    }
    states.set(x.map((v) => v < 0 ? -1 : 1), k * n);
  }
  return states;
}

Deno.test("physicalCim() follows its equations, clipping detector included, and answers with the last signs", async () => {
  const options = {
    ...{ numRoundTrips: 40, roundTripUs: 1, dt: 0.2, pump: [0, 2] as const, coupling: 1.3 },
    ...{ noise: 0.3, measurementNoise: 0.2, saturation: 0.6 },
  };
  const model = glass(40, 9, 0.2);
  const { states } = await physicalCim(options).sample(model, { seed: 1, numReads: 20 });
  assertEquals(states, naiveAnswers(model, options, 20));
  const open = { ...options, saturation: 1e9 };
  assert(naiveAnswers(model, open, 20).some((spin, k) => spin !== states[k]), "the clip must matter here");
  // no local search has seen them
  const improvable = Array.from({ length: 20 }, (_, k) => states.subarray(k * 40, (k + 1) * 40))
    .filter((row) => row.some((_, i) => flipDelta(model, row, i) < -1e-9));
  assert(improvable.length > 10);
});

Deno.test("physicalCim() with k bits is the machine of the rounded model, its energies those of the model given", async () => {
  const model = glass(30, 4, 0.3);
  const rounded = quantiseModel(model, { bits: 4 });
  const same = scaleModel(rounded.model, rounded.step);
  const coarse = await physicalCim({ bits: 4, numRoundTrips: 100 }).sample(model, { seed: 3, numReads: 20 });
  const whole = await physicalCim({ numRoundTrips: 100 }).sample(same, { seed: 3, numReads: 20 });
  assertEquals(coarse.states, whole.states);
  assertEquals(coarse.energies, energies(model, coarse.states));
  const left = toDense(rounded.model).couplings.values.filter((v) => v !== 0).length / 2;
  assertEquals([coarse.story.findings.couplings, coarse.story.findings.couplingsKept], [30 * 29 / 2, left]);
  assert(left < 30 * 29 / 2, "rounding must drop something here");
});

Deno.test("physicalCim() tells how many couplings rounding has left with several workers too", async () => {
  const sampler = physicalCim({ bits: 4, numRoundTrips: 10 });
  const findings = async (numWorkers: number) =>
    (await sampler.sample(glass(30, 4, 0.3), { seed: 3, numReads: 20, numWorkers })).story.findings;
  const alone = await findings(1);
  assertEquals(await findings(2), alone);
  assertEquals(alone.couplings, 30 * 29 / 2);
  closeWorkers();
});

Deno.test("physicalCim() holds no coupling where a field is larger than the bits can tell", async () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [-300, -300] });
  const { story } = await physicalCim({ bits: 8 }).sample(model, { seed: 1 });
  assertEquals([story.findings.couplings, story.findings.couplingsKept], [1, 0]);
});

Deno.test("physicalCim() counts the machine's time: 5 ms or 1.6 ms a run, or round trips times their duration", async () => {
  const model = mobiusLadder(8);
  const machineMs = async (options: PhysicalCimOptions, numWorkers = 1) =>
    (await physicalCim(options).sample(model, { seed: 1, numReads: 40, numWorkers })).story.findings.machineMs;
  assertEquals([await machineMs({}), await machineMs({ preset: "1.6ms" })], [200, 64]);
  assertEquals([await machineMs({ numRoundTrips: 10, roundTripUs: 50 }), await machineMs({}, 2)], [20, 200]);
});

Deno.test("physicalCim() gives the same states for a QUBO and for its Ising model", async () => {
  const ising = glass(20, 5, 0.2);
  const qubo = quboFromIsing(ising);
  const sampler = physicalCim({ numRoundTrips: 60 });
  const [spins, bits] = [ising, qubo].map((model) => sampler.sample(model, { seed: 1, numReads: 8 }));
  assertEquals((await bits).states, (await spins).states.map((spin) => spin > 0 ? 1 : 0));
});

Deno.test("physicalCim() of a model of zeros draws coins", async () => {
  const model = isingModel({ couplings: denseCouplings(new Float64Array(16)) });
  const { states } = await physicalCim({ bits: 4 }).sample(model, { seed: 1, numReads: 200 });
  // 800 fair coins: 400 +- 4 sqrt(200)
  assert(Math.abs(states.filter((spin) => spin > 0).length - 400) < 57);
});

Deno.test("physicalCim() refuses options out of range", () => {
  assertThrows(() => physicalCim({ numRoundTrips: 0 }), RangeError, "numRoundTrips must be an integer from 1, got 0");
  assertThrows(() => physicalCim({ roundTripUs: 0 }), RangeError, "roundTripUs must be a number above 0");
  assertThrows(() => physicalCim({ bits: 1 }), RangeError, "bits must be an integer from 2 to 53, got 1");
  assertThrows(() => physicalCim({ saturation: -1 }), RangeError, "saturation");
  assertThrows(() => physicalCim({ measurementNoise: -1 }), RangeError, "measurementNoise must be a number from 0");
  assertThrows(() => physicalCim({ pump: [0, NaN] }), RangeError, "pump must be two numbers");
  assertThrows(() => physicalCim({ preset: "2ms" as "5ms" }), TypeError, 'preset must be "5ms" or "1.6ms", got 2ms');
  const misspelt: Record<string, number> = { steps: 3 };
  assertThrows(() => physicalCim(misspelt), TypeError, "there is no option steps");
});
