import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  bitsFromSpins,
  factoredCouplings,
  flipDelta,
  isingModel,
  quboFromIsing,
  scaleModel,
  sparseCouplings,
} from "../model/mod.ts";
import { allStates, assertClose, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { Rng } from "../random/mod.ts";
import { adaptive } from "./_schedules.ts";
import { betaRange, exactEnumeration, lowest, simulatedAnnealing } from "./mod.ts";

Deno.test("simulatedAnnealing() gives the same reads for an Ising model and its QUBO", async () => {
  const { model } = exampleModels(30, 51, "integer")[0];
  assert(model.vartype === "ising");
  const options = { betaRange: [0.01, 2], numSweeps: 50 } as const;
  const spins = await simulatedAnnealing(options).sample(model, { seed: 4, numReads: 6 });
  const bits = await simulatedAnnealing(options).sample(quboFromIsing(model), { seed: 4, numReads: 6 });
  assertEquals(bits.states, bitsFromSpins(spins.states));
  assertEquals(bits.energies, spins.energies);
});

Deno.test("simulatedAnnealing() anneals energies beyond float32 as it does others", async () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { model, name } of exampleModels(30, 52, kind)) {
      if (model.couplings.form === "factored") continue;
      const initialStates = model.vartype === "ising" ? new Int8Array(30).fill(1) : new Int8Array(30);
      const [hot, cold] = betaRange(model);
      const optimum = (await simulatedAnnealing().sample(model, { seed: 1, numReads: 20 })).energies.toSorted()[0];
      for (
        const options of [
          (_: number) => ({ numSweeps: 40 }),
          (_: number) => ({ numSweeps: 40, betaSchedule: "adaptive" as const, acceptance: "gibbs" as const }),
          (unit: number) => ({ betaSchedule: [0.1 / unit, 1 / unit, 3 / unit], descend: false }),
          (unit: number) => ({ numSweeps: 40, betaRange: [hot / unit, cold / unit] as const, reheatTo: 0.5 / unit }),
        ]
      ) {
        const at = async (power: number) => {
          const scaled = scaleModel(model, 2 ** power);
          const asked = { seed: 4, numReads: 4, initialStates, target: optimum * 2 ** power };
          return await simulatedAnnealing(options(2 ** power)).sample(scaled, asked);
        };
        const ordinary = await at(0);
        for (const power of [-300, 300, 700]) {
          const found = await at(power);
          assertEquals([found.states, found.ending], [ordinary.states, ordinary.ending], `${name} times 2^${power}`);
          assertEquals(found.energies, ordinary.energies.map((energy) => energy * 2 ** power));
          const betas = found.story.options.betaRange;
          assert(Array.isArray(betas));
          assertEquals(betas.map((beta) => beta * 2 ** power), ordinary.story.options.betaRange);
        }
      }
    }
  }
});

for (const acceptance of ["metropolis", "gibbs"] as const) {
  Deno.test(`simulatedAnnealing() samples the Boltzmann distribution at constant beta: ${acceptance}`, async () => {
    // read k is independent of read j, so the count of each of the 8 states is binomial: R p +- 4 sqrt(R p (1 - p))
    const numReads = 20_000;
    const beta = 0.4;
    for (const unit of [1, 1.1]) {
      const pairs = [[0, 1, unit], [1, 2, -0.5 * unit]] as const;
      const linear = unit === 1 ? [0.25, 0, -0.75] : [0.3, 0, -0.7];
      const model = isingModel({ couplings: sparseCouplings(3, pairs), linear });
      const annealer = simulatedAnnealing({ betaRange: [beta, beta], numSweeps: 30, descend: false, acceptance });
      const { states, story } = await annealer.sample(model, { seed: 6, numReads });
      assertEquals(story.kernel, unit === 1 ? "dense int16 wasm" : "dense float32 wasm");
      const weights = [...allStates(3, "ising")].map((state) => Math.exp(-beta * modelEnergyTwin(model, state)));
      const total = weights.reduce((sum, weight) => sum + weight);
      const counts = new Array(8).fill(0);
      for (let r = 0; r < numReads; r++) {
        counts[(states[3 * r] + 1) / 2 + (states[3 * r + 1] + 1) + 2 * (states[3 * r + 2] + 1)]++;
      }
      weights.forEach((weight, state) => {
        const p = weight / total;
        const distance = Math.abs(counts[state] - numReads * p) / Math.sqrt(numReads * p * (1 - p));
        assert(distance < 4, `state ${state}: ${counts[state]} reads, expected ${numReads * p}, ${distance} sigma`);
      });
    }
  });

  Deno.test(`simulatedAnnealing() samples an open chain as it is known in closed form: ${acceptance}`, async () => {
    // neighbours correlate by t = -tanh(beta J), spins at distance 2 by t^2; products of +-1 have variance 1 - t^2
    const numReads = 5_000;
    for (const [J, kernel] of [[1, "sparse int16 wasm"], [0.9, "sparse float32 wasm"]] as const) {
      const n = 20;
      const couplings = sparseCouplings(n, Array.from({ length: n - 1 }, (_, i) => [i, i + 1, J]));
      const annealer = simulatedAnnealing({ betaRange: [0.6, 0.6], numSweeps: 60, descend: false, acceptance });
      const { states, story } = await annealer.sample(isingModel({ couplings }), { seed: 7, numReads });
      assertEquals(story.kernel, kernel);
      for (const distance of [1, 2]) {
        const t = (-Math.tanh(0.6 * J)) ** distance;
        for (let i = 0; i + distance < n; i++) {
          let sum = 0;
          for (let r = 0; r < numReads; r++) sum += states[r * n + i] * states[r * n + i + distance];
          const sigmas = Math.abs(sum / numReads - t) / Math.sqrt((1 - t * t) / numReads);
          assert(sigmas < 4.5, `spins ${i} and ${i + distance}: ${sum / numReads}, expected ${t}, ${sigmas} sigma`);
        }
      }
    }
  });
}

Deno.test("simulatedAnnealing() finds the ground state of 20 random spins, normal couplings", async () => {
  for (const { name, model } of exampleModels(20, 52, "normal")) {
    const exact = lowest(await exactEnumeration().sample(model));
    const found = lowest(await simulatedAnnealing({ numSweeps: 200 }).sample(model, { seed: 2, numReads: 20 }));
    assertEquals(found.energy, exact.energy, name);
  }
});

Deno.test("simulatedAnnealing() says which kernel ran and with which betas", async () => {
  const couplings = factoredCouplings(200, new Float64Array(400).fill(1), new Float64Array(400).fill(-1));
  const cases = [...exampleModels(10, 53, "integer"), { name: "large factored", model: isingModel({ couplings }) }];
  const kernels: string[] = [];
  for (const { model } of cases) {
    const { story } = await simulatedAnnealing({ numSweeps: 10 }).sample(model, { seed: 1 });
    kernels.push(story.kernel);
    assertEquals(story.options.betaRange, betaRange(model));
    assertEquals(story.options.numSweeps, 10);
  }
  const normal = exampleModels(10, 53, "normal")[0].model;
  kernels.push((await simulatedAnnealing({ numSweeps: 10 }).sample(normal, { seed: 1 })).story.kernel);
  const sparse = isingModel({ couplings: sparseCouplings(40, Array.from({ length: 39 }, (_, i) => [i, i + 1, 0.1])) });
  kernels.push((await simulatedAnnealing({ numSweeps: 10 }).sample(sparse, { seed: 1 })).story.kernel);
  assertEquals(kernels, [
    ...new Array(6).fill("dense int16 wasm"),
    "factored float64 typescript",
    "dense float32 wasm",
    "sparse float32 wasm",
  ]);
});

Deno.test("simulatedAnnealing() starts from the states it is given", async () => {
  // one sweep so cold that nothing uphill is accepted: a local minimum stays
  const model = isingModel({ couplings: sparseCouplings(4, [[0, 1, -1], [1, 2, -1], [2, 3, -1]]) });
  const initialStates = Int8Array.of(1, 1, 1, 1, -1, -1, -1, -1);
  const sampler = simulatedAnnealing({ numSweeps: 3, betaRange: [1e6, 1e6] });
  const { states, story } = await sampler.sample(model, { initialStates, seed: 1 });
  assertEquals(states, initialStates);
  assertEquals([story.options.initialStates, story.completedReads], ["given", 2]);
  const shared = await sampler.sample(model, { initialStates: initialStates.slice(4), numReads: 3, seed: 1 });
  assertEquals([...shared.states], new Array(12).fill(-1));
});

Deno.test("simulatedAnnealing() never makes a move with beta dE above 17.4", async () => {
  // a lone spin in its field: going up costs 2, beta dE = 17.6 at beta 8.8; no read of 4,000 sweeps may end up there
  const model = isingModel({ couplings: sparseCouplings(1, []), linear: [1] });
  const sampler = simulatedAnnealing({ numSweeps: 4000, betaRange: [8.8, 8.8], descend: false });
  const { states } = await sampler.sample(model, { seed: 1, numReads: 50, initialStates: Int8Array.of(-1) });
  assertEquals([...states], new Array(50).fill(-1));
});

Deno.test("simulatedAnnealing() refuses options out of range", () => {
  assertThrows(() => simulatedAnnealing({ numSweeps: 0 }), RangeError, "numSweeps");
  assertThrows(() => simulatedAnnealing({ betaRange: [0, 1] }), RangeError, "0 < hot <= cold");
  assertThrows(() => simulatedAnnealing({ betaRange: [2, 1] }), RangeError, "got [2, 1]");
  assertThrows(() => simulatedAnnealing({ betaRange: [1, Infinity] }), RangeError, "betaRange");
  const wrong: { betaSchedule: "linear" } = JSON.parse('{"betaSchedule":"cubic"}');
  assertThrows(() => simulatedAnnealing(wrong), TypeError, "got cubic");
  const rule: { acceptance: "gibbs" } = JSON.parse('{"acceptance":"glauber"}');
  assertThrows(() => simulatedAnnealing(rule), TypeError, "got glauber");
  assertThrows(() => simulatedAnnealing({ betaSchedule: [1, NaN] }), RangeError, "beta 1 is NaN");
  assertThrows(() => simulatedAnnealing({ betaSchedule: [] }), RangeError, "numSweeps");
  assertThrows(() => simulatedAnnealing({ betaSchedule: [1, 2], numSweeps: 3 }), RangeError, "2 betas for 3 sweeps");
  assertThrows(() => simulatedAnnealing({ betaSchedule: [1], betaRange: [1, 2] }), TypeError, "leave them out");
  assertThrows(() => simulatedAnnealing({ reheatTo: 0 }), RangeError, "reheatTo");
});

Deno.test("simulatedAnnealing() with a linear schedule still finds small optima", async () => {
  const rng = new Rng(54);
  const { model } = exampleModels(12, rng.integer(100), "integer")[0];
  const exact = lowest(await exactEnumeration().sample(model));
  const annealer = simulatedAnnealing({ betaSchedule: "linear", numSweeps: 50 });
  assertEquals(lowest(await annealer.sample(model, { seed: 1, numReads: 30 })).energy, exact.energy);
});

Deno.test("simulatedAnnealing() ends in a local minimum if it descends, and where the sweeps end if not", async () => {
  const { model } = exampleModels(40, 55, "normal")[0];
  const worst = async (descend: boolean) => {
    const { states } = await simulatedAnnealing({ numSweeps: 5, betaRange: [0.01, 0.01], descend }).sample(model, {
      seed: 1,
    });
    return Math.min(...states.map((_, i) => flipDelta(model, states, i)));
  };
  assert(await worst(true) >= -1e-9);
  assert(await worst(false) < -1);
});

Deno.test("simulatedAnnealing() stops at once when its progress callback aborts", async () => {
  const { model } = exampleModels(10, 56, "integer")[0];
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  const options = { seed: 1, numReads: 1000, signal: controller.signal, onProgress };
  const { story, energies } = await simulatedAnnealing({ numSweeps: 5 }).sample(model, options);
  assertEquals([story.ending, story.completedReads, energies.length], ["interrupted", 1, 1]);
});

Deno.test("simulatedAnnealing() refuses an option it does not know", () => {
  const misspelt: Record<string, number> = { sweeps: 3 };
  assertThrows(() => simulatedAnnealing(misspelt), TypeError, "there is no option sweeps; known are numSweeps");
});

Deno.test("simulatedAnnealing() by a list of betas is simulatedAnnealing() by the range that makes the same list", async () => {
  const { model } = exampleModels(30, 57, "normal")[0];
  const betas = Array.from({ length: 40 }, (_, t) => 0.05 + 0.05 * t);
  const options = { seed: 2, numReads: 5 };
  const listed = await simulatedAnnealing({ betaSchedule: betas }).sample(model, options);
  const linear = simulatedAnnealing({ betaSchedule: "linear", betaRange: [0.05, 2], numSweeps: 40 });
  assertEquals(listed.states, (await linear.sample(model, options)).states);
  assertEquals([listed.story.options.numSweeps, listed.story.options.betaSchedule], [40, betas]);
});

Deno.test("simulatedAnnealing() anneals in reverse: cold as it began, unless it is heated", async () => {
  // a chain in a local minimum, both halves ferromagnetic: the wall costs 2 and can only move without cost
  const n = 40;
  const pairs = Array.from({ length: n - 1 }, (_, i) => [i, i + 1, -1] as const);
  const model = isingModel({ couplings: sparseCouplings(n, pairs), linear: new Float64Array(n).fill(-0.125) });
  const initialStates = new Int8Array(n).fill(-1);
  const run = (reheatTo: number) =>
    simulatedAnnealing({ numSweeps: 200, betaRange: [0.1, 20], reheatTo }).sample(model, { initialStates, seed: 1 });
  assertEquals((await run(20)).states, initialStates);
  assertEquals((await run(0.2)).states, new Int8Array(n).fill(1));
  const annealer = simulatedAnnealing({ reheatTo: 1 });
  await assertRejects(() => annealer.sample(model, { seed: 1 }), TypeError, "needs initialStates");
  assertThrows(() => simulatedAnnealing({ reheatTo: 1, betaSchedule: "adaptive" }), TypeError, "not adaptive");
  const colder = simulatedAnnealing({ reheatTo: 9, betaRange: [1, 2] });
  await assertRejects(() => colder.sample(model, { initialStates, seed: 1 }), RangeError, "colder than the cold end");
});

Deno.test("the adaptive schedule spends its sweeps where the energy fluctuates", () => {
  // free spins in a field of 1: sigma_E = sqrt(n) / cosh(beta), largest at beta 0; half of the way is gd(beta) = gd(cold) / 2
  const n = 400;
  const model = isingModel({ couplings: sparseCouplings(n, []), linear: new Float64Array(n).fill(1) });
  const numSweeps = 1001;
  const measured = (spinsPerSlice: number) => {
    const work = adaptive(model, [0.01, 6], numSweeps, 3, spinsPerSlice);
    for (let slices = 0;; slices++) {
      const { done, value } = work.next();
      if (done) return { betaOf: value, slices };
    }
  };
  const { betaOf, slices } = measured(400);
  const fine = measured(8);
  assert(slices > 1000 && fine.slices > 50 * (slices - 1), "a call that is stopped must not wait for the pilot run");
  for (const t of [0, 1, 250, 777, 1000]) assertEquals(fine.betaOf(t), betaOf(t));
  const betas = Array.from({ length: numSweeps }, (_, t) => betaOf(t));
  assert(betas.every((beta, t) => t === 0 || beta >= betas[t - 1]), "betas must not fall");
  assertClose([betas[0], betas[numSweeps - 1]], [0.01, 6], { rtol: 1e-9, atol: 0 });
  const speed = (beta: number) => {
    const gd = (x: number) => Math.atan(Math.sinh(x));
    return 0.8 * gd(beta) / gd(6) + 0.2 * Math.log(beta / 0.01) / Math.log(600);
  };
  // sigma is measured on 24 sweeps of 400 spins: some 5 % each, less in the integral
  for (const t of [300, 500, 700, 900]) assertClose([speed(betas[t])], [t / 1000], { rtol: 0, atol: 0.04 });
});

Deno.test("simulatedAnnealing() ends a read as soon as it has reached the target", async () => {
  for (const { model } of [...exampleModels(30, 58, "integer"), ...exampleModels(30, 58, "normal")]) {
    const all = await simulatedAnnealing({ numSweeps: 300 }).sample(model, { seed: 3, numReads: 20 });
    const target = lowest(all).energy;
    // a million sweeps would take minutes for all models together
    const long = simulatedAnnealing({ numSweeps: 1e6, betaSchedule: "linear" });
    const set = await long.sample(model, { seed: 3, target, numReads: 3 });
    assertEquals(set.ending, "target-reached");
    assert(lowest(set).energy <= target);
  }
});
