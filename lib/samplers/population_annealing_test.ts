import { finished } from "../model/mod.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { assertClose, bruteForceMinimum, samplerConformance } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { Population } from "./_population.ts";
import { finish, openRun } from "./_replica_run.ts";
import { Rng } from "../random/mod.ts";
import { assertFits, boltzmann, exactLogZ, histogram } from "./_test_distributions.ts";
import { lowest, populationAnnealing, type PopulationAnnealingOptions } from "./mod.ts";

const laws = samplerConformance(() => populationAnnealing({ populationSize: 16, sweepsPerTemperature: 2 }));
for (const law of laws) Deno.test(`populationAnnealing() ${law.name}`, () => law.run());

const EXAMPLES = [...exampleModels(4, 81, "integer"), ...exampleModels(4, 82, "normal")];

Deno.test("populationAnnealing() samples the Boltzmann distribution at the last beta", async () => {
  // one random member a read, reads independent; the bias of the population is of order 1/R = 1/32 of what a step changes
  for (const { name, model } of EXAMPLES) {
    const options = { beta: 0.4, populationSize: 32, sweepsPerTemperature: 4, returns: "sample" } as const;
    const { states } = await populationAnnealing(options).sample(model, { seed: 3, numReads: 1000 });
    assertFits(histogram(4, states), boltzmann(model, 0.4), name);
  }
});

Deno.test("populationAnnealing() estimates Z without bias", async () => {
  // mean of Z / exact over 60 runs, 4 sigma of their spread; the runs are short, so that resampling has to do its part
  for (const { name, model } of [...exampleModels(8, 83, "integer"), ...exampleModels(8, 84, "normal")]) {
    const exact = exactLogZ(model, 0.5);
    const ratios: number[] = [];
    for (let seed = 0; seed < 60; seed++) {
      const options = { beta: 0.5, populationSize: 64, sweepsPerTemperature: 2 };
      const { story } = await populationAnnealing(options).sample(model, { seed });
      ratios.push(Math.exp(Number(story.findings.logPartitionFunction) - exact));
      assertEquals(story.findings.freeEnergy, -Number(story.findings.logPartitionFunction) / 0.5);
    }
    const mean = ratios.reduce((sum, ratio) => sum + ratio) / 60;
    const sigma = Math.sqrt(ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / 59 / 60);
    assert(sigma < 0.06, `${name}: sigma is ${sigma}`);
    assert(Math.abs(mean - 1) < 4 * sigma, `${name}: the mean of Z is ${mean} of the exact one, sigma ${sigma}`);
  }
});

Deno.test("populationAnnealing() reports ln of the mean Z over its reads, with the betas it is given", async () => {
  const { model } = exampleModels(6, 85, "normal")[3];
  const options = { betas: [0.05, 0.1, 0.2, 0.3], populationSize: 200 };
  const { story } = await populationAnnealing(options).sample(model, { seed: 1, numReads: 10 });
  const { logPartitionFunction, temperatures } = story.findings;
  assertEquals(temperatures, 4);
  // the spread of ln Z at R = 2000 in all is below 0.02 here
  assert(Math.abs(Number(logPartitionFunction) - exactLogZ(model, 0.3)) < 0.08, `${logPartitionFunction}`);
});

Deno.test("populationAnnealing() finds the optimum of 13 variables in every form and vartype", async () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(13, 86, kind)) {
      const found = lowest(await populationAnnealing({ populationSize: 64 }).sample(model, { seed: 2 })).energy;
      const { energy } = bruteForceMinimum(model);
      assert(Math.abs(found - energy) <= 1e-9 * Math.abs(energy), `${name}: ${found}, the optimum is ${energy}`);
    }
  }
});

Deno.test("Population.resample() keeps the size, copies whole lanes and counts families", () => {
  const { model } = exampleModels(10, 87, "integer")[0];
  const run = finished(openRun(model, 40));
  const { replicas } = run;
  const rng = new Rng(4);
  finish(run.begin(rng, () => undefined));
  const before = replicas.energies.slice();
  const population = new Population(replicas);
  population.begin();
  assertEquals(population.families().size, 1);
  assertClose(population.families().entropy, Math.log(40), { rtol: 1e-12, atol: 0 });
  const step = population.step(0.25, 100);
  finish(population.resample(run, step, rng));
  const kept = before.filter((energy, lane) => replicas.energies[lane] === energy).length;
  // a quarter is given up on average, give or take the rounding of 40 counts
  assert(kept >= 24 && kept <= 36, `${kept} of 40 kept`);
  const after = replicas.energies.slice();
  for (let g = 0; g < replicas.groups; g++) replicas.measure(g);
  assertEquals(replicas.energies, after);
  finish(population.resample(run, 1e9, rng));
  assertEquals(new Set(replicas.energies).size, 1);
  assertEquals(replicas.energies[0], Math.min(...before));
  assert(population.families().size > 1);
  replicas.close();
});

Deno.test("populationAnnealing() goes in one step where all energies are equal", async () => {
  const { model } = exampleModels(0, 88, "integer")[0];
  const { story } = await populationAnnealing({ beta: 2, populationSize: 8 }).sample(model, { seed: 1 });
  assertEquals([story.findings.temperatures, story.findings.logPartitionFunction], [1, -5]);
});

Deno.test("populationAnnealing() takes small steps where they are needed, however far it goes", async () => {
  const { model } = exampleModels(12, 89, "integer")[0];
  const temperatures = async (beta: number) => {
    const { story } = await populationAnnealing({ beta, populationSize: 64 }).sample(model, { seed: 1 });
    return Number(story.findings.temperatures);
  };
  const [near, far] = [await temperatures(2), await temperatures(1e12)];
  assert(near > 10 && far >= near && far < 3 * near, `${near} and ${far} temperatures`);
});

Deno.test("populationAnnealing() refuses options out of range", () => {
  const refused = (options: PopulationAnnealingOptions, ErrorClass: typeof RangeError, text: string) =>
    assertThrows(() => populationAnnealing(options), ErrorClass, text);
  refused({ populationSize: 1 }, RangeError, "populationSize must be an integer from 2");
  refused({ sweepsPerTemperature: -1 }, RangeError, "sweepsPerTemperature");
  refused({ cullingFraction: 1 }, RangeError, "cullingFraction");
  refused({ beta: 0 }, RangeError, "beta must be a number above 0, got 0");
  refused({ beta: Infinity }, RangeError, "beta must be a number above 0, got Infinity");
  refused({ betas: [1, 0.5] }, RangeError, "beta 1 is 0.5");
  refused({ betas: [] }, RangeError, "empty");
  refused({ beta: 1, betas: [1] }, TypeError, "give one of the two");
  refused(JSON.parse('{"returns":1}'), TypeError, "got 1");
  refused(JSON.parse('{"size":1}'), TypeError, "there is no option size");
});
