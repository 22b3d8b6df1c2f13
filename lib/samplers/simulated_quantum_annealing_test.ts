import { assert, assertEquals, assertThrows } from "@std/assert";
import { type IsingModel, isingModel, scaleModel, sparseCouplings } from "../model/mod.ts";
import { allStates, assertClose, bruteForceMinimum, modelEnergyTwin, samplerConformance } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { assertFits, histogram } from "./_test_distributions.ts";
import { lowest, simulatedQuantumAnnealing, type SimulatedQuantumAnnealingOptions } from "./mod.ts";

const laws = samplerConformance(() => simulatedQuantumAnnealing({ numSlices: 8, numSweeps: 20 }));
for (const law of laws) Deno.test(`simulatedQuantumAnnealing() ${law.name}`, () => law.run());

Deno.test("simulatedQuantumAnnealing() has a beta of 1/energy where the product of the ends of the range is no number", async () => {
  const { model } = exampleModels(12, 64, "normal")[0];
  const beta = async (power: number) => {
    const scaled = scaleModel(model, 2 ** power);
    const { story } = await simulatedQuantumAnnealing({ numSlices: 8, numSweeps: 5 }).sample(scaled, { seed: 1 });
    return Number(story.options.beta) * 2 ** power;
  };
  const ordinary = await beta(0);
  for (const power of [-700, -520, 520, 700]) assertClose(await beta(power), ordinary, { rtol: 1e-12, atol: 0 });
});

const product = (a: number[][], b: number[][]) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/** The distribution of one slice of P: the diagonal of T^P, T the transfer matrix between slices. */
function sliceDistribution(model: IsingModel, beta: number, gamma: number, slices: number): number[] {
  const states = [...allStates(model.n, "ising")];
  const coupling = -Math.log(Math.tanh(beta * gamma / slices)) / 2;
  const transfer = states.map((a) =>
    states.map((b) => {
      const overlap = a.reduce((sum, spin, i) => sum + spin * b[i], 0);
      const between = (modelEnergyTwin(model, a) + modelEnergyTwin(model, b)) / 2;
      return Math.exp(-beta / slices * between + coupling * overlap);
    })
  );
  let power = transfer;
  for (let p = 1; p < slices; p++) power = product(power, transfer);
  const total = power.reduce((sum, row, k) => sum + row[k], 0);
  return power.map((row, k) => row[k] / total);
}

/** The same by adding up every path of all slices. */
function enumeratedDistribution(model: IsingModel, beta: number, gamma: number, slices: number): number[] {
  const { n } = model;
  const energies = [...allStates(n, "ising")].map((state) => modelEnergyTwin(model, state));
  const coupling = -Math.log(Math.tanh(beta * gamma / slices)) / 2;
  const weights = new Array<number>(2 ** n).fill(0);
  for (const path of allStates(n * slices, "ising")) {
    let exponent = 0;
    let first = 0;
    for (let p = 0; p < slices; p++) {
      let index = 0;
      for (let i = 0; i < n; i++) {
        const spin = path[p * n + i];
        if (spin === 1) index += 2 ** i;
        exponent += coupling * spin * path[((p + 1) % slices) * n + i];
      }
      if (p === 0) first = index;
      exponent -= beta / slices * energies[index];
    }
    weights[first] += Math.exp(exponent);
  }
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}

/** The diagonal of exp(-beta H), H = E - gamma sum sigma^x, by squaring exp(-beta H / 2^k). */
function quantumDistribution(model: IsingModel, beta: number, gamma: number): number[] {
  const states = [...allStates(model.n, "ising")];
  const step = beta / 2 ** 20;
  let power = states.map((state, a) =>
    states.map((_, b) => {
      const flips = (a ^ b).toString(2).replaceAll("0", "").length;
      const element = flips === 0 ? modelEnergyTwin(model, state) : flips === 1 ? -gamma : 0;
      return (a === b ? 1 : 0) - step * element;
    })
  );
  for (let k = 0; k < 20; k++) power = product(power, power);
  const total = power.reduce((sum, row, k) => sum + row[k], 0);
  return power.map((row, k) => row[k] / total);
}

const PAIR = isingModel({ couplings: sparseCouplings(2, [[0, 1, 0.8]]), linear: [0.5, -0.2] });
const LONE = isingModel({ couplings: sparseCouplings(1, []), linear: [0.6] });

function sampler(beta: number, gamma: number, options: SimulatedQuantumAnnealingOptions = {}) {
  const constant = { beta, gammaRange: [gamma, gamma], returns: "sample" } as const;
  return simulatedQuantumAnnealing({ numSlices: 8, numSweeps: 60, ...constant, ...options });
}

Deno.test("simulatedQuantumAnnealing() gives one spin its magnetisation, -h tanh(beta w) / w, w^2 = h^2 + Gamma^2", async () => {
  const [beta, gamma, numReads] = [2, 0.9, 6000];
  const w = Math.hypot(0.6, gamma);
  const exact = -0.6 * Math.tanh(beta * w) / w;
  // 16 slices: the formula of Trotter is off by 0.002 here
  const trotter = sliceDistribution(LONE, beta, gamma, 16);
  assertClose(trotter[1] - trotter[0], exact, { rtol: 0, atol: 2.5e-3 });
  const { states } = await sampler(beta, gamma, { numSlices: 16 }).sample(LONE, { seed: 1, numReads });
  const mean = states.reduce((sum, spin) => sum + spin, 0) / numReads;
  // independent reads: 4 sigma of a mean of spins, and the Trotter error
  const allowed = 4 * Math.sqrt((1 - exact ** 2) / numReads) + 2.5e-3;
  assert(Math.abs(mean - exact) < allowed, `${mean}, expected ${exact} +- ${allowed}`);
});

Deno.test("simulatedQuantumAnnealing() samples the slices of two spins, with and without global flips", async () => {
  const [beta, gamma] = [1.5, 0.7];
  const chances = enumeratedDistribution(PAIR, beta, gamma, 8);
  assertClose(sliceDistribution(PAIR, beta, gamma, 8), chances, { rtol: 1e-10, atol: 0 });
  // the Trotter error at 8 slices
  assertClose(chances, quantumDistribution(PAIR, beta, gamma), { rtol: 0, atol: 0.006 });
  for (const globalInterval of [0, 1]) {
    const { states } = await sampler(beta, gamma, { globalInterval }).sample(PAIR, { seed: 2, numReads: 6000 });
    assertFits(histogram(2, states), chances, `global flips every ${globalInterval} sweeps`);
  }
});

Deno.test("simulatedQuantumAnnealing() samples slices in every form and precision, over one group of lanes and over three", async () => {
  const kernels = new Set<string>();
  const wide = (model: IsingModel) =>
    isingModel({
      couplings: sparseCouplings(30, [[0, 1, 0.75]]),
      linear: Array.from({ length: 30 }, (_, i) => i < 2 ? model.linear[i] : 0),
    });
  const irrational = isingModel({ couplings: sparseCouplings(2, [[0, 1, 0.75]]), linear: [Math.SQRT1_2, -0.2] });
  const whole = isingModel({ couplings: sparseCouplings(2, [[0, 1, 0.75]]), linear: [0.75, -0.25] });
  for (const small of [irrational, whole]) {
    for (const model of [small, wide(small)]) {
      for (const numSlices of [8, 24]) {
        const quantum = sampler(1.5, 0.7, { numSlices, globalInterval: 1 });
        const { states, story } = await quantum.sample(model, { seed: 3, numReads: 1000 });
        kernels.add(story.kernel);
        const two = states.filter((_, k) => k % model.n < 2);
        assertFits(histogram(2, two), sliceDistribution(small, 1.5, 0.7, numSlices), `${story.kernel}, ${numSlices}`);
      }
    }
  }
  assertEquals(kernels.size, 4, [...kernels].join(", "));
});

Deno.test("simulatedQuantumAnnealing() finds the optimum of 13 variables in every form and vartype", async () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(13, 91, kind)) {
      const options = { numSlices: 16, numSweeps: 300 };
      const found = lowest(await simulatedQuantumAnnealing(options).sample(model, { seed: 2, numReads: 3 })).energy;
      const { energy } = bruteForceMinimum(model);
      assert(Math.abs(found - energy) <= 1e-9 * Math.abs(energy), `${name}: ${found}, the optimum is ${energy}`);
    }
  }
});

Deno.test("simulatedQuantumAnnealing() starts every slice from the state it is given", async () => {
  const { model } = exampleModels(16, 92, "integer")[0];
  const best = bruteForceMinimum(model);
  // slices so strongly coupled and so cold that nothing moves
  const options = { numSlices: 8, numSweeps: 3, beta: 1e6, gammaRange: [1e-9, 1e-9], returns: "sample" } as const;
  const { states } = await simulatedQuantumAnnealing(options).sample(model, { seed: 1, initialStates: best.state });
  assertEquals(states, best.state);
});

Deno.test("simulatedQuantumAnnealing() refuses options out of range", () => {
  const refused = (options: SimulatedQuantumAnnealingOptions, ErrorClass: typeof RangeError, text: string) =>
    assertThrows(() => simulatedQuantumAnnealing(options), ErrorClass, text);
  refused({ numSlices: 12 }, RangeError, "multiple of 8");
  refused({ numSlices: 0 }, RangeError, "numSlices");
  refused({ numSweeps: 0 }, RangeError, "numSweeps");
  refused({ beta: -1 }, RangeError, "beta");
  refused({ gammaRange: [1, 2] }, RangeError, "got [1, 2]");
  refused({ gammaRange: [1, 0] }, RangeError, "weak > 0");
  refused({ globalInterval: -1 }, RangeError, "globalInterval");
  refused(JSON.parse('{"gammaSchedule":"exponential"}'), TypeError, "got exponential");
  refused(JSON.parse('{"slices":8}'), TypeError, "there is no option slices");
});
