import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  annealedSelection,
  type AttentionSolver,
  noTokens,
  qamaSelected,
  qamaV2,
  randomSelection,
  solverFrom,
} from "../attention/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { simulatedAnnealing } from "../samplers/mod.ts";
import { assertTensorClose, givenSelection, loadVector, type VectorLayerNorm } from "../testing/mod.ts";
import { openOperator, type StudyName } from "../training/mod.ts";
import { attention, BACKENDS, normals, outputAndGradients, useBackend } from "./_test_layers.ts";
import {
  quantumAnnealingAttention,
  type QuantumAnnealingAttentionOptions,
  type SolverName,
} from "./quantum_annealing_attention.ts";

for (const backend of BACKENDS) {
  for (const name of ["v2_tiny", "v2_three_heads", "v2_coefficients"] as const) {
    Deno.test(`quantumAnnealingAttention() gives output and gradients of ${name} on ${backend}`, async () => {
      const vector = loadVector(name);
      if (vector === null || vector.inputs.X === undefined) return;
      await useBackend(backend);
      const { B, N, D, H } = vector.shapes;
      const { cJ, ch, cP } = vector.coefficients;
      const ordered = <T>(w: Record<"lnQ" | "lnK" | "lnV", VectorLayerNorm> & Record<"Wq" | "Wk" | "Wv" | "e", T>) => {
        const norms = [w.lnQ, w.lnK, w.lnV].flatMap(({ gamma, beta }) => [gamma, beta]);
        return [...norms, w.Wq, w.Wk, w.Wv, w.e];
      };
      const tensor = (data: Float64Array, shape: readonly number[]) => tf.tensor(Float32Array.from(data), [...shape]);
      const x = tensor(vector.inputs.X.data, [B, N, D]);
      const G = tensor(vector.G.data, [B, N, D]);
      for (const { assignment, output: expected, gradients: slopes } of vector.readout) {
        const selection = vector.assignments.find(({ name }) => name === assignment);
        assert(selection !== undefined && slopes.X !== undefined);
        const weights = ordered(vector.weights).map(({ data, shape }) => tensor(data, shape));
        const solver = givenSelection(selection.x.data);
        const layer = quantumAnnealingAttention({ heads: H, cJ, ch, cP, solver, weights });
        const { output, gradients } = outputAndGradients(layer, x, G);
        assertTensorClose(output, expected.data, 2e-5);
        assertEquals(gradients.length, 11);
        [slopes.X, ...ordered(slopes)].forEach(({ data }, i) => assertTensorClose(gradients[i], data, 2e-5));
        assertEquals([...layer.chosen ?? []], [...selection.x.data]);
        layer.dispose();
      }
    });
  }
}

Deno.test("quantumAnnealingAttention() solves with the seed of the call, sample s with stream s", async () => {
  await useBackend("cpu");
  const asked: number[][] = [];
  const solver: AttentionSolver = {
    name: "asked",
    solve(problem, options) {
      asked.push([options.seed, options.firstStream ?? 0, problem.batch, options.sweeps ?? 0]);
      return noTokens().solve(problem, options);
    },
  };
  const layer = quantumAnnealingAttention({ heads: 1, seed: 5, solver, sweeps: 7 });
  const x = normals([10, 2, 2], 1);
  for (const training of [false, true, false, true]) attention(layer, x, training);
  const calls = [0, 1, 0, 2].map((call) => new Rng(5, 2 ** 32 + call).uint32());
  assertEquals(asked, calls.flatMap((seed) => [[seed, 0, 8, 7], [seed, 8, 2, 7]]));
  assertEquals(layer.trainingCalls, 2);
});

Deno.test("quantumAnnealingAttention() repeats a run by its seed, and draws anew in every training call", async () => {
  await useBackend("cpu");
  const x = normals([3, 6, 4], 1);
  const runs = [7, 7, 8].map((seed) => {
    const layer = quantumAnnealingAttention({ heads: 2, seed, solver: randomSelection({ density: 0.5 }) });
    return [true, true, false, true, false].map((training) => {
      attention(layer, x, training);
      return String(layer.chosen);
    });
  });
  assertEquals(runs[0], runs[1]);
  assertNotEquals(runs[0], runs[2]);
  assertEquals(new Set(runs[0]).size, 4);
  assertEquals(runs[0][2], runs[0][4]);
});

Deno.test("a layer before another run goes back through the selection that it had, even of a solver that never repeats", async () => {
  await useBackend("cpu");
  let calls = 0;
  const restless: AttentionSolver = {
    name: "restless",
    solve: (problem, options) => randomSelection({ density: 0.5 }).solve(problem, { ...options, seed: ++calls }),
  };
  for (const operator of [qamaV2(), qamaSelected({ k: 2 })]) {
    const options = { heads: 2, seed: 3, operator };
    const layer = quantumAnnealingAttention({ ...options, solver: restless });
    const [x1, x2, G] = [1, 2, 3].map((seed) => normals([9, 4, 4], seed));
    layer.apply(x1);
    const weights = layer.weights.map((weight) => weight.read());
    const selections: Uint8Array[] = [];
    const both = tf.grads((x1: tf.Tensor, x2: tf.Tensor) => {
      const y1 = attention(layer, x1);
      selections.push(layer.chosen ?? new Uint8Array());
      const y2 = attention(layer, x2);
      selections.push(layer.chosen ?? new Uint8Array());
      return tf.add(y1, y2);
    })([x1, x2, ...weights], G);
    assertNotEquals(selections[0], selections[1]);
    const alone = [x1, x2].map((x, i) => {
      const solver = givenSelection(selections[i]);
      return outputAndGradients(quantumAnnealingAttention({ ...options, solver }), x, G).gradients;
    });
    assertEquals(both[0].dataSync(), alone[0][0]);
    assertEquals(both[1].dataSync(), alone[1][0]);
    both.slice(2).forEach((gradient, i) => {
      assertTensorClose(gradient.dataSync(), alone[0][i + 1].map((g, j) => g + alone[1][i + 1][j]), 1e-6);
    });
  }
});

Deno.test("detachedEnergy leaves queries and keys without a gradient, heldSelection does not", async () => {
  await useBackend("cpu");
  const [x, G] = [normals([2, 4, 4], 1), normals([2, 4, 4], 2)];
  for (const estimator of ["detachedEnergy", "heldSelection"] as const) {
    const layer = quantumAnnealingAttention({ heads: 2, seed: 1, estimator, solver: "all" });
    const { gradients } = outputAndGradients(layer, x, G);
    const index = layer.weights.findIndex(({ originalName }) => originalName.endsWith("/Wq"));
    assertEquals(gradients[1 + index].some((g) => g !== 0), estimator === "heldSelection");
  }
});

Deno.test("quantumAnnealingAttention() takes every solver by name, and chooses what it chooses", async () => {
  await useBackend("cpu");
  const x = normals([1, 3, 4], 1);
  const chosen = (solver: SolverName) => {
    const layer = quantumAnnealingAttention({ heads: 2, seed: 1, solver });
    attention(layer, x);
    return [...layer.chosen ?? []];
  };
  assertEquals(chosen("all"), [1, 1, 1, 1, 1, 1]);
  assertEquals(chosen("none"), [0, 0, 0, 0, 0, 0]);
  for (const name of ["annealedSelection", "published"] as const) assertEquals(chosen(name).length, 6);
});

Deno.test("quantumAnnealingAttention() with the controls of the study chooses what training chooses by their names", async () => {
  await useBackend("cpu");
  const x = normals([2, 49, 16], 1);
  const rows = {
    selectedTopField4: { k: 4, solver: "topField", density: 0.13 },
    selectedPartition4: { k: 4, solver: "partition", density: 0.13 },
    selectedRandom10: { k: 10, solver: "random", density: 0.22 },
    selectedDense: { k: 10, solver: "all" },
    qamaSelected6: { k: 6 },
    qamaSelectedNoPositions: { k: 10, positionalField: false },
  } as const;
  for (const [name, options] of Object.entries(rows)) {
    const layer = quantumAnnealingAttention({ heads: 2, seed: 5, operator: "qamaSelected", ...options });
    attention(layer, x);
    const kernels = wasmKernels();
    const shape = { samples: 2, tokens: 49, heads: 2, width: 8 };
    const block = openOperator(name as StudyName, kernels, shape, { sweeps: 20, seed: 5 })!;
    const place = (values: ArrayLike<number>) => {
      const array = kernels.float32(values.length);
      array.set(values);
      return array;
    };
    const weights = layer.getWeights().map((weight) => place(weight.dataSync<"float32">()));
    block.bind(weights, block.parameters.map(({ shape }) => kernels.float32(shape.reduce((a, b) => a * b, 1))));
    block.refresh();
    // inference is call 0 of a layer
    block.forward(2, place(x.dataSync<"float32">()), kernels.float32(2 * 49 * 16), new Rng(5, 2 ** 32).uint32(), 0);
    assertEquals(layer.chosen?.join(), block.chosen?.join(), name);
  }
});

Deno.test("quantumAnnealingAttention() with solver fixed chooses one mask a head by the layer's seed, of the density asked for", async () => {
  await useBackend("cpu");
  const x = normals([2, 10, 4], 1);
  const chosen = (options: object, seed = 3) => {
    const layer = quantumAnnealingAttention({ heads: 2, seed, solver: "fixed", ...options });
    attention(layer, x, true);
    return layer.chosen ?? new Uint8Array();
  };
  const counts = (chosen: Uint8Array) =>
    [0, 1, 2, 3].map((t) => chosen.slice(10 * t, 10 * t + 10).reduce((a, b) => a + b));
  // round(0.17 * 10), round(0.22 * 10) and half
  assertEquals(counts(chosen({})), [2, 2, 2, 2]);
  assertEquals(counts(chosen({ operator: "qamaSelected", density: 0.3 })), [3, 3, 3, 3]);
  assertEquals(counts(chosen({ density: 0.5 })), [5, 5, 5, 5]);
  const mask = chosen({ density: 0.5 });
  assertEquals(mask.slice(0, 20), mask.slice(20));
  assertNotEquals(mask, chosen({ density: 0.5 }, 4));
  const options = { heads: 2, seed: 1, density: 0.5 };
  assertThrows(() => quantumAnnealingAttention(options), TypeError, "no option density");
  assertThrows(
    () => quantumAnnealingAttention({ ...options, solver: "fixed", density: 2 }),
    RangeError,
    "density must be from 0 to 1, got 2",
  );
});

Deno.test("quantumAnnealingAttention() takes sweeps 0, which is descent alone", async () => {
  await useBackend("cpu");
  const layer = quantumAnnealingAttention({ heads: 2, seed: 1, sweeps: 0 });
  attention(layer, normals([2, 5, 4], 1));
  assert(layer.chosen?.includes(1) && layer.chosen.includes(0));
});

Deno.test("quantumAnnealingAttention() trains a step with solverFrom(simulatedAnnealing()) behind it", async () => {
  await useBackend("cpu");
  using solver = solverFrom(simulatedAnnealing({ numSweeps: 20 }));
  const layer = quantumAnnealingAttention({ heads: 2, seed: 1, solver });
  const [x, target] = [normals([3, 4, 4], 1), normals([3, 4, 4], 2)];
  const loss = () => tf.losses.meanSquaredError(target, tf.add(x, attention(layer, x))).asScalar();
  const [before] = loss().dataSync();
  tf.train.sgd(0.1).minimize(loss);
  const [after] = loss().dataSync();
  assert(after < before, `loss went from ${before} to ${after}`);
  assert(layer.chosen?.includes(1) && layer.chosen.includes(0));
});

Deno.test("quantumAnnealingAttention() refuses names that it does not know, naming those it does", () => {
  const make = (options: object) => () => quantumAnnealingAttention({ heads: 2, ...options });
  const bare = quantumAnnealingAttention as unknown as () => void;
  assertThrows(() => bare(), TypeError, "Cannot make QuantumAnnealingAttention: expected options");
  assertThrows(make({ sweep: 3 }), TypeError, "no option sweep with operator qamaV2; known are heads, seed,");
  assertThrows(make({ k: 3 }), TypeError, "no option k with operator qamaV2");
  assertThrows(make({ operator: "qamaSelected", cJ: 3 }), TypeError, "no option cJ with operator qamaSelected");
  assertThrows(make({ operator: qamaV2(), cJ: 3 }), TypeError, "no option cJ with operator qamaV2");
  const flag = { operator: "qamaSelected", positionalField: "false" };
  assertThrows(make(flag), TypeError, "positionalField must be true or false, got false");
  assertThrows(make({ operator: null }), TypeError, "Cannot make QuantumAnnealingAttention: operator must be a name");
  assertThrows(make({ operator: "qamaV3" }), TypeError, "no operator qamaV3; known are qamaV2, qamaSelected");
  assertThrows(make({ solver: "toString" }), TypeError, "no solver toString; known are annealedSelection, published");
  assertThrows(make({ estimator: "straight" }), TypeError, "no estimator straight; known are heldSelection");
});

Deno.test("quantumAnnealingAttention() refuses numbers out of range before it is built", () => {
  const make = (options: object) => () => quantumAnnealingAttention({ heads: 2, ...options });
  assertThrows(make({ heads: 0 }), RangeError, "heads must be an integer from 1, got 0");
  assertThrows(make({ heads: undefined }), RangeError, "heads must be an integer from 1, got undefined");
  assertThrows(make({ sweeps: -1 }), RangeError, "sweeps must be an integer from 0, got -1");
  assertThrows(make({ cJ: NaN }), RangeError, "cJ must be a finite number");
  assertThrows(make({ operator: "qamaSelected", k: 2.5 }), RangeError, "k must be a positive integer");
});

Deno.test("getConfig() makes the same layer again, from names and numbers", () => {
  const cases: QuantumAnnealingAttentionOptions[] = [
    { heads: 2, seed: 9, cJ: 0.5, ch: 0.2, cP: 0, solver: "published", estimator: "detachedEnergy" },
    { heads: 1, operator: "qamaSelected", k: 3, rho: 0.1, lambda: 2, sweeps: 4, trainingCalls: 12 },
    { heads: 1, seed: 3, solver: "fixed", density: 0.25 },
    { heads: 1, seed: 3, operator: "qamaSelected", solver: "topField", density: 0.25, positionalField: false },
  ];
  for (const options of cases) {
    const layer = quantumAnnealingAttention(options);
    const config = layer.getConfig();
    const again = quantumAnnealingAttention({ heads: options.heads, ...JSON.parse(JSON.stringify(config)) });
    assertEquals(again.getConfig(), config);
    assertEquals(again.operator.solver.name, layer.operator.solver.name);
    assertEquals(again.operator.estimator, layer.operator.estimator);
    const sizes = { tokens: 5, heads: 2, width: 3 };
    assertEquals(again.operator.weights(sizes), layer.operator.weights(sizes));
  }
});

Deno.test("getConfig() says what cannot be written down, and the way out", () => {
  const config = (options: object) => () => quantumAnnealingAttention({ heads: 2, ...options }).getConfig();
  const wayOut = "by name, or keep the weights alone with getWeights() and setWeights()";
  assertThrows(config({ solver: annealedSelection() }), TypeError, "solver annealedSelection was given as an object");
  assertThrows(config({ operator: qamaV2() }), TypeError, wayOut);
  assertThrows(config({ estimator: { name: "mine", throughEnergy: true } }), TypeError, "estimator mine");
});
