import { assert, assertEquals, assertThrows } from "@std/assert";
import { energies, finished, flipDelta, isingModel, sparseCouplings, toSparse } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { bruteForceMinimum, samplerConformance } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { fitLadder, geometricLadder } from "./_beta_ladder.ts";
import { OverlapClusters } from "./_houdayer.ts";
import { finish, openRun } from "./_replica_run.ts";
import { assertFits, boltzmann, histogram } from "./_test_distributions.ts";
import { gsetModel } from "./_test_gset.ts";
import { lowest, parallelTempering, type ParallelTemperingOptions } from "./mod.ts";

const laws = samplerConformance(() => parallelTempering({ numReplicas: 6, numSweeps: 20 }));
for (const law of laws) Deno.test(`parallelTempering() ${law.name}`, () => law.run());

const EXAMPLES = [...exampleModels(4, 71, "integer"), ...exampleModels(4, 72, "normal")];

Deno.test("parallelTempering() samples the Boltzmann distribution at the cold end, in every form and precision", async () => {
  const kernels = new Set<string>();
  for (const { name, model } of EXAMPLES) {
    const options: ParallelTemperingOptions = {
      betaRange: [0.02, 0.4],
      numReplicas: 5,
      numSweeps: 40,
      returns: "sample",
    };
    const { states, story } = await parallelTempering(options).sample(model, { seed: 3, numReads: 2000 });
    kernels.add(story.kernel);
    assertFits(histogram(4, states), boltzmann(model, 0.4), name);
  }
  assert(kernels.has("dense int16 wasm") && kernels.has("dense float32 wasm"), [...kernels].join(", "));
});

Deno.test("parallelTempering() samples the Boltzmann distribution of sparse models, with cluster moves and without", async () => {
  // seven of the 45 pairs of ten spins: few enough to stay sparse
  const pairs = [[0, 1, 1], [1, 2, -0.7], [2, 3, 0.5], [3, 0, -1.2], [4, 5, 1], [5, 6, 1], [6, 4, 1]] as const;
  for (const scale of [1, Math.SQRT1_2]) {
    const couplings = sparseCouplings(40, pairs.map(([i, j, value]) => [i, j, value * scale]));
    const model = isingModel({ couplings, linear: Array.from({ length: 40 }, (_, i) => i < 7 ? 0.3 * scale : 0) });
    const small = isingModel({
      couplings: sparseCouplings(7, pairs.map(([i, j, value]) => [i, j, value * scale])),
      linear: new Array(7).fill(0.3 * scale),
    });
    for (const clusterMoves of [true, false]) {
      const sampler = parallelTempering({
        betaLadder: [0.1, 0.4, 0.9],
        numSweeps: 40,
        clusterMoves,
        returns: "sample",
      });
      const { states, story } = await sampler.sample(model, { seed: 4, numReads: 4000 });
      assertEquals([story.options.clusterMoves, story.kernel.startsWith("sparse")], [clusterMoves, true]);
      const seven = states.filter((_, k) => k % 40 < 7);
      assertFits(histogram(7, seven), boltzmann(small, 0.9), `scale ${scale}, clusters ${clusterMoves}`);
    }
  }
});

Deno.test("parallelTempering() crosses walls by exchanges: both grounds of a ferromagnet from one of them", async () => {
  // at beta 5 a lone replica of 12 spins on a ring needs exp(20) tries; binomial, p = 1/2, 400 reads: 200 +- 4 * 10
  const ring = Array.from({ length: 12 }, (_, i) => [i, (i + 1) % 12, -1] as const);
  const model = isingModel({ couplings: sparseCouplings(12, ring) });
  const options: ParallelTemperingOptions = { betaRange: [0.2, 5], numReplicas: 8, numSweeps: 300, returns: "sample" };
  const initialStates = new Int8Array(12).fill(1);
  const up = async (options: ParallelTemperingOptions) => {
    const { states } = await parallelTempering(options).sample(model, { seed: 1, numReads: 400, initialStates });
    return states.filter((spin, k) => k % 12 === 0 && spin === 1).length;
  };
  const crossed = await up({ ...options, clusterMoves: false });
  assert(Math.abs(crossed - 200) <= 40, `${crossed} of 400 reads end up`);
  assertEquals(await up({ betaLadder: [5], numSweeps: 300, returns: "sample", clusterMoves: false }), 400);
});

Deno.test("parallelTempering() finds the optimum of 13 variables in every form and vartype", async () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(13, 73, kind)) {
      const found = lowest(await parallelTempering({ numSweeps: 50 }).sample(model, { seed: 2 })).energy;
      const { energy } = bruteForceMinimum(model);
      assert(Math.abs(found - energy) <= 1e-9 * Math.abs(energy), `${name}: ${found}, the optimum is ${energy}`);
    }
  }
});

Deno.test("parallelTempering() finds the best known cut of a toroidal graph of 800 nodes", async () => {
  const gset = await gsetModel("G11");
  if (gset === undefined) return;
  const sampler = parallelTempering({ numSweeps: 2000 });
  const { ending, energies } = await sampler.sample(gset.model, { seed: 1, target: gset.energyOf(564) });
  assertEquals([ending, gset.cutOf(energies[0])], ["target-reached", 564]);
});

Deno.test("parallelTempering() stops inside a read that has reached the target", async () => {
  const { model } = exampleModels(14, 74, "normal")[0];
  const target = bruteForceMinimum(model).energy + 1e-9;
  const { ending, energies } = await parallelTempering({ numSweeps: 1e9 }).sample(model, { seed: 1, target });
  assertEquals([ending, energies[0] <= target], ["target-reached", true]);
});

Deno.test("parallelTempering() never gives back more than the initial state had", async () => {
  const { model } = exampleModels(16, 75, "integer")[0];
  const best = bruteForceMinimum(model);
  const sampler = parallelTempering({ numSweeps: 1, numReplicas: 8, betaRange: [1e-6, 1e-6], quenchInterval: 0 });
  const found = await sampler.sample(model, { seed: 1, initialStates: best.state });
  assertEquals(found.energies[0], best.energy);
});

Deno.test("parallelTempering() ends in a local minimum of the model, not of its rounded couplings", async () => {
  // terms of 1e-9 beside terms of 1: float32 fields cannot tell which way they point
  const linear = Array.from({ length: 30 }, (_, i) => i < 20 ? 1 + i : i % 2 === 0 ? 1e-9 : -1e-9);
  const pairs = Array.from({ length: 29 }, (_, i) => [i, i + 1, i % 3 === 0 ? 0.1 : 0] as const);
  const model = isingModel({ couplings: sparseCouplings(30, pairs.slice(0, 18)), linear });
  const { states, story } = await parallelTempering({ numReplicas: 8, numSweeps: 30, betaRange: [0.01, 1] }).sample(
    model,
    {
      seed: 1,
    },
  );
  assertEquals(story.kernel, "sparse float32 wasm");
  states.forEach((_, i) => assert(flipDelta(model, states, i) >= 0, `flipping ${i} gains`));
});

Deno.test("parallelTempering() goes on after a quench as if there had been none", async () => {
  for (const { name, model } of [...exampleModels(20, 77, "integer"), ...exampleModels(20, 77, "normal")]) {
    const findings = async (quenchInterval: number) => {
      const sampler = parallelTempering({ numReplicas: 12, numSweeps: 50, quenchInterval });
      return (await sampler.sample(model, { seed: 1 })).story.findings;
    };
    assertEquals(await findings(3), await findings(0), name);
  }
});

Deno.test("parallelTempering() adapts its ladder: the rarest exchange becomes less rare", async () => {
  // 30 spins that flip together below a transition: a geometric ladder over five decades leaves a gap there
  const pairs = Array.from({ length: 30 }, (_, i) => Array.from({ length: i }, (_, j) => [i, j, -1] as const)).flat();
  const model = isingModel({ couplings: sparseCouplings(30, pairs) });
  const smallest = async (betaLadder: "adaptive" | "geometric") => {
    const sampler = parallelTempering({
      betaLadder,
      betaRange: [1e-4, 10],
      numReplicas: 16,
      numSweeps: 1000,
      clusterMoves: false,
    });
    return Number((await sampler.sample(model, { seed: 1 })).story.findings.smallestSwapAcceptance);
  };
  const [fitted, plain] = [await smallest("adaptive"), await smallest("geometric")];
  assert(fitted > 2 * plain && fitted > 0.1, `adaptive ${fitted}, geometric ${plain}`);
});

Deno.test("fitLadder() keeps the ends and the order, and leaves an even ladder alone", () => {
  const betas = geometricLadder([0.1, 10], 9);
  const even = betas.slice();
  fitLadder(even, new Float64Array(8).fill(0.3));
  even.forEach((beta, t) => assert(Math.abs(beta / betas[t] - 1) < 1e-12));
  const uneven = betas.slice();
  fitLadder(uneven, Float64Array.of(0, 0, 0, 0.9, 0, 0, 0, 0));
  assertEquals([uneven[0], uneven[8]], [betas[0], betas[8]]);
  assert(uneven.every((beta, t) => t === 0 || beta > uneven[t - 1]));
  assert(uneven.filter((beta) => beta > betas[3] && beta < betas[4]).length >= 6, "rungs must move into the gap");
});

Deno.test("cluster moves keep the sum of the two energies, flip equal sets, and keep the books", () => {
  const rng = new Rng(8);
  const pairs = Array.from({ length: 100 }, (_, i) => [i, (i + 1) % 100, 2 * rng.integer(2) - 1] as const);
  const model = isingModel({ couplings: sparseCouplings(100, pairs), linear: new Array(100).fill(0.5) });
  const run = finished(openRun(model, 8));
  const { replicas, ising: { couplings } } = run;
  assert(couplings.form === "sparse");
  finish(run.begin(rng, () => undefined));
  const clusters = new OverlapClusters(100, couplings);
  let flipped = 0;
  for (let k = 0; k < 50; k++) {
    const before = replicas.energies.slice();
    finish(clusters.flip(run, 2, 5, rng));
    flipped += replicas.energies[2] === before[2] ? 0 : 1;
    const [a, b] = [replicas.energies[2], replicas.energies[5]];
    assertEquals(a + b, before[2] + before[5]);
    const states = new Int8Array(200);
    replicas.read(2, states.subarray(0, 100));
    replicas.read(5, states.subarray(100));
    assertEquals([...energies(model, states)], [a, b]);
  }
  assert(flipped > 0);
  run.replicas.close();
});

Deno.test("parallelTempering() refuses options out of range", () => {
  const refused = (options: ParallelTemperingOptions, ErrorClass: typeof RangeError, text: string) =>
    assertThrows(() => parallelTempering(options), ErrorClass, text);
  refused({ numReplicas: 0 }, RangeError, "numReplicas must be an integer from 1 to 4096, got 0");
  refused({ numSweeps: 1.5 }, RangeError, "numSweeps");
  refused({ betaRange: [2, 1] }, RangeError, "got [2, 1]");
  refused({ betaLadder: [1, 0.5] }, RangeError, "beta 1 is 0.5");
  refused({ betaLadder: [1, NaN] }, RangeError, "beta 1 is NaN");
  refused({ betaLadder: [1, 2], betaRange: [1, 2] }, TypeError, "leave betaRange and numReplicas out");
  refused({ numWarmupSweeps: -1 }, RangeError, "numWarmupSweeps");
  refused({ quenchInterval: -1 }, RangeError, "quenchInterval");
  refused(JSON.parse('{"returns":"best"}'), TypeError, "got best");
  refused(JSON.parse('{"betaLadder":"linear"}'), TypeError, "got linear");
  refused(JSON.parse('{"sweeps":1}'), TypeError, "there is no option sweeps");
});

Deno.test("parallelTempering() makes cluster moves where spins have few neighbours, and refuses them for dense models", async () => {
  const ring = Array.from({ length: 40 }, (_, i) => [i, (i + 1) % 40, 1] as const);
  const sampler = parallelTempering({ numSweeps: 1, numReplicas: 8 });
  const { story } = await sampler.sample(isingModel({ couplings: sparseCouplings(40, ring) }), { seed: 1 });
  assertEquals(story.options.clusterMoves, true);
  const { model } = exampleModels(12, 76, "integer")[0];
  assertEquals((await sampler.sample(toSparse(model), { seed: 1 })).story.options.clusterMoves, false);
  const asked = parallelTempering({ numSweeps: 1, clusterMoves: true });
  let message = "";
  await asked.sample(model, { seed: 1 }).catch((error: Error) => message = error.message);
  assert(message.includes("clusterMoves need sparse couplings"), message);
});
