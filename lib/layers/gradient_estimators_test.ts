import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type AttentionProblem,
  boltzmannSelection,
  exactSelection,
  type GradientEstimator,
  heldSelection,
  publishedWeights,
} from "../attention/mod.ts";
import { assertClose, expectedReadoutTwin } from "../testing/mod.ts";
import { centralDifferences } from "../testing/_central_differences.ts";
import { addReadoutGradient, readoutValues } from "./_problem_gradients.ts";
import { flat, largest, problemAndSlopes, zOfMean } from "./_test_estimators.ts";
import { attention, BACKENDS, normals, outputAndGradients, useBackend } from "./_test_layers.ts";
import { logisticNoise, readSeed, tiltsOf } from "./_tilted_problem.ts";
import { blackboxInterpolation } from "./blackbox_interpolation.ts";
import { covariance } from "./covariance_estimator.ts";
import { estimateGradient } from "./estimate_gradient.ts";
import { expectedReadout } from "./expected_readout.ts";
import { implicitLikelihood } from "./implicit_likelihood.ts";
import { meanField } from "./mean_field.ts";
import { perturbation } from "./perturbation_estimator.ts";
import { quantumAnnealingAttention } from "./quantum_annealing_attention.ts";
import { straightThrough } from "./straight_through.ts";

const SHAPE = { batch: 1, heads: 2, tokens: 3 };
const WEIGHTS = { ...publishedWeights(SHAPE), field: 0.7, cardinality: { k: 1, weight: 0.2 } };
const { problem, slopes } = problemAndSlopes({ ...SHAPE, width: 2, weights: WEIGHTS }, 11);
/** No coupling in the energy or the readout, and one head: every variable is on its own. */
const free: AttentionProblem = {
  ...problem,
  ...{ batch: 2, heads: 1, queries: new Float32Array(12) },
  weights: { coupling: 1, field: 0.7, overlap: 0 },
};
const BETA = 0.9;
/** 30 numbers, |z| > 4 with p = 6e-5 each: a right estimator fails a fixed seed with p = 0.002; the seeds are fixed. */
const LIMIT = 4;
const names = Object.entries({
  straightThrough: straightThrough({ beta: BETA }),
  meanField: meanField({ beta: BETA }),
  covariance: covariance({ beta: BETA }),
  perturbation: perturbation({ beta: BETA }),
  blackbox: blackboxInterpolation(),
  implicitLikelihood: implicitLikelihood({ beta: BETA }),
});

/** E(x) + lambda f(x) - noise x at its minimum, in float64, by looking at every state. */
function lowest(arrays: Float64Array[], lambda: number, noise: Float64Array | null): number {
  const [q, k, h] = arrays;
  const { heads: H, tokens: N, width: d, weights: { coupling, field, overlap, cardinality } } = problem;
  let least = Infinity;
  for (let state = 0; state < 2 ** (H * N); state++) {
    const x = Array.from({ length: H * N }, (_, r) => (state >> r) & 1);
    let energy = 0;
    for (let t = 0; t < H; t++) {
      let count = 0;
      for (let i = t * N; i < (t + 1) * N; i++) {
        count += x[i];
        energy -= x[i] * ((field + lambda * slopes[i]) * h[i] + (noise?.[i] ?? 0));
        for (let u = 0; u < H; u++) if (u !== t) energy += overlap * x[i] * x[u * N + i % N];
        for (let j = t * N; j < (t + 1) * N; j++) {
          if (i === j) continue;
          let J = 0;
          for (let a = 0; a < d; a++) {
            J += (q[i * d + a] * k[j * d + a] + q[j * d + a] * k[i * d + a]) / (2 * Math.sqrt(d));
          }
          energy -= (coupling + lambda * slopes[i]) * J * x[i] * x[j];
        }
      }
      energy += cardinality!.weight * (count - cardinality!.k) ** 2;
    }
    least = Math.min(least, energy);
  }
  return least;
}

const arrays = () => [problem.queries, problem.keys, problem.fields].map((array) => Float64Array.from(array));

/** Central differences of a function of q, k and h. */
function slopeOf(f: (arrays: Float64Array[]) => number): Float64Array {
  const own = arrays();
  return Float64Array.of(...own.flatMap((array) => [...centralDifferences(() => f(own), array)]));
}

Deno.test("expectedReadout() is the mean of its definition, and its gradient is that of central differences", () => {
  const { values, gradient } = expectedReadout(problem, slopes, { beta: BETA });
  const twin = ([q, k, h]: Float64Array[]) =>
    expectedReadoutTwin({ shape: SHAPE, q, k, h, slopes, weights: WEIGHTS, beta: BETA });
  assertClose([...values], [twin(arrays())], { rtol: 1e-12, atol: 1e-12 });
  assertClose([...flat(gradient)], [...slopeOf(twin)], { rtol: 1e-7, atol: 1e-9 });
});

Deno.test("expectedReadout() keeps the problems of a batch apart", () => {
  const both = problemAndSlopes({ ...SHAPE, batch: 2, width: 2, weights: WEIGHTS }, 12);
  const all = expectedReadout(both.problem, both.slopes, { beta: BETA });
  const size = both.slopes.length / 2;
  const part = (array: Float32Array) => array.subarray(array.length / 2);
  const { queries, keys, fields } = both.problem;
  const second = { ...both.problem, batch: 1, queries: part(queries), keys: part(keys), fields: part(fields) };
  const own = expectedReadout(second, both.slopes.subarray(size), { beta: BETA });
  assertClose(all.values[1], own.values[0], { rtol: 1e-12, atol: 0 });
  assertClose([...all.gradient.keys.subarray(2 * size)], [...own.gradient.keys], { rtol: 1e-12, atol: 1e-15 });
});

Deno.test("covariance() is unbiased with exact Boltzmann samples", () => {
  const { gradient, held } = expectedReadout(problem, slopes, { beta: BETA });
  const estimator = covariance({ beta: BETA, reads: 3, sampler: exactSelection({ beta: BETA }) });
  const options = { slopes, solver: exactSelection() };
  assert(largest(zOfMean(problem, estimator, options, flat(gradient), 4000)) < LIMIT);
  // the test sees the part that the paper's estimator leaves out
  assert(largest(zOfMean(problem, estimator, options, flat(held), 4000)) > 2 * LIMIT);
});

Deno.test("covariance() is unbiased with heat bath samples once they are mixed", () => {
  const { gradient } = expectedReadout(problem, slopes, { beta: BETA });
  const estimator = covariance({ beta: BETA, reads: 2, sweeps: 30 });
  assert(largest(zOfMean(problem, estimator, { slopes, solver: exactSelection() }, flat(gradient), 4000)) < LIMIT);
});

Deno.test("heldSelection is biased by the covariance, and by nothing else", () => {
  const { gradient, held } = expectedReadout(problem, slopes, { beta: BETA });
  const options = { slopes, solver: exactSelection({ beta: BETA }) };
  assert(largest(zOfMean(problem, heldSelection, options, flat(held), 4000)) < LIMIT);
  assert(largest(zOfMean(problem, heldSelection, options, flat(gradient), 4000)) > 2 * LIMIT);
});

Deno.test("heldSelection is the gradient of the expected readout as beta grows", () => {
  const cold = expectedReadout(problem, slopes, { beta: 400 });
  const held = estimateGradient(problem, heldSelection, { slopes, solver: exactSelection(), seed: 1 });
  assertClose([...flat(held)], [...flat(cold.gradient)], { rtol: 1e-6, atol: 1e-6 });
});

Deno.test("straightThrough() is unbiased where nothing is coupled, and biased by couplings", () => {
  const options = { slopes, solver: exactSelection({ beta: BETA }) };
  const estimator = straightThrough({ beta: BETA });
  const alone = expectedReadout(free, slopes, { beta: BETA });
  assert(largest(zOfMean(free, estimator, options, flat(alone.gradient), 4000)) < LIMIT);
  assert(largest(zOfMean(free, heldSelection, options, flat(alone.gradient), 4000)) > 2 * LIMIT);
  const coupled = expectedReadout(problem, slopes, { beta: BETA });
  assert(largest(zOfMean(problem, estimator, options, flat(coupled.gradient), 4000)) > 2 * LIMIT);
});

Deno.test("perturbation() is unbiased where nothing is coupled, and biased by couplings", () => {
  // the bias of order tilt^2 is below what 4000 seeds can see
  const estimator = perturbation({ beta: BETA, tilt: 0.1, reads: 2, solver: exactSelection() });
  const options = { slopes, solver: exactSelection() };
  const alone = expectedReadout(free, slopes, { beta: BETA });
  assert(largest(zOfMean(free, estimator, options, flat(alone.gradient), 4000)) < LIMIT);
  const coupled = expectedReadout(problem, slopes, { beta: BETA });
  assert(largest(zOfMean(problem, estimator, options, flat(coupled.gradient), 4000)) > 2 * LIMIT);
});

Deno.test("perturbation() is the derivative of its difference of minima, for every seed", () => {
  const estimator = perturbation({ beta: BETA, tilt: 0.4, reads: 1, solver: exactSelection() });
  const [lambda] = tiltsOf({ problem, slopes }, 0.4);
  for (let seed = 0; seed < 20; seed++) {
    const noise = logisticNoise(problem, readSeed(seed, 0), 0, BETA);
    const expected = slopeOf((at) => (lowest(at, lambda, noise) - lowest(at, -lambda, noise)) / (2 * lambda));
    const found = flat(estimateGradient(problem, estimator, { slopes, solver: exactSelection(), seed }));
    assertClose([...found], [...expected], { rtol: 1e-6, atol: 1e-6 });
  }
});

Deno.test("blackboxInterpolation() is the derivative of its interpolation, a bound from below", () => {
  const { chosen } = exactSelection().solve(problem, { seed: 1 });
  const [value] = readoutValues({ problem, slopes, readout: "energy" }, chosen);
  for (const tilt of [0.01, 0.5, 2, 10]) {
    const [lambda] = tiltsOf({ problem, slopes }, tilt);
    const between = (at: Float64Array[]) => (lowest(at, lambda, null) - lowest(at, 0, null)) / lambda;
    const found = estimateGradient(problem, blackboxInterpolation({ tilt }), {
      slopes,
      solver: exactSelection(),
      seed: 1,
    });
    assertClose([...flat(found)], [...slopeOf(between)], { rtol: 1e-6, atol: 1e-6 });
    assert(between(arrays()) <= value + 1e-6);
  }
});

Deno.test("blackboxInterpolation() with a small tilt is the paper's gradient", () => {
  const options = { slopes, solver: exactSelection(), seed: 1 };
  const small = estimateGradient(problem, blackboxInterpolation({ tilt: 1e-4 }), options);
  const held = estimateGradient(problem, heldSelection, options);
  assertClose([...flat(small)], [...flat(held)], { rtol: 1e-9, atol: 1e-9 });
});

Deno.test("implicitLikelihood() is the derivative of its difference of minima, without noise the blackbox", () => {
  const options = { slopes, solver: exactSelection() };
  const [lambda] = tiltsOf({ problem, slopes }, 0.8);
  const estimator = implicitLikelihood({ beta: BETA, tilt: 0.8 });
  for (let seed = 0; seed < 20; seed++) {
    const noise = logisticNoise(problem, readSeed(seed, 0), 0, BETA);
    const expected = slopeOf((at) => (lowest(at, lambda, noise) - lowest(at, 0, noise)) / lambda);
    assertClose([...flat(estimateGradient(problem, estimator, { ...options, seed }))], [...expected], {
      ...{ rtol: 1e-6, atol: 1e-6 },
    });
  }
  const still = estimateGradient(problem, implicitLikelihood({ beta: 1e9, tilt: 0.8 }), { ...options, seed: 3 });
  const blackbox = estimateGradient(problem, blackboxInterpolation({ tilt: 0.8 }), { ...options, seed: 3 });
  assertClose([...flat(still)], [...flat(blackbox)], { rtol: 1e-9, atol: 1e-9 });
});

for (const [name, estimator] of names) {
  Deno.test(`${name}() is linear: twice the slopes give twice the gradient, none give none`, () => {
    const options = { solver: exactSelection(), seed: 5 };
    const once = flat(estimateGradient(problem, estimator, { ...options, slopes }));
    const twice = flat(estimateGradient(problem, estimator, { ...options, slopes: slopes.map((g) => 2 * g) }));
    assert(once.some((g) => g !== 0));
    assertClose([...twice], [...once.map((g) => 2 * g)], { rtol: 1e-12, atol: 1e-12 });
    const none = estimateGradient(problem, estimator, { ...options, slopes: new Float64Array(6) });
    assert(flat(none).every((g) => g === 0));
  });

  Deno.test(`${name}() gives a problem the same gradient in a batch and alone`, () => {
    const both = problemAndSlopes({ ...SHAPE, batch: 2, width: 2, weights: WEIGHTS }, 13);
    const half = (array: Float32Array) => array.subarray(array.length / 2);
    const { queries, keys, fields } = both.problem;
    const second = { ...both.problem, batch: 1, queries: half(queries), keys: half(keys), fields: half(fields) };
    const options = { solver: boltzmannSelection({ beta: 1 }), seed: 2 };
    const all = estimateGradient(both.problem, estimator, { ...options, slopes: both.slopes });
    const own = estimateGradient(second, estimator, { ...options, slopes: both.slopes.subarray(6), firstStream: 1 });
    assertEquals(all.queries.subarray(12), own.queries);
    assertEquals(all.fields.subarray(6), own.fields);
  });

  Deno.test(`${name}() gives a layer the same gradients in any memory`, async () => {
    await useBackend("cpu");
    const [x, G] = [normals([11, 4, 8], 1), normals([11, 4, 8], 2)];
    const gradientsIn = (memoryBytes: number) => {
      const layer = quantumAnnealingAttention({ heads: 2, seed: 1, estimator, memoryBytes });
      return outputAndGradients(layer, x, G).gradients;
    };
    // parts of eight samples and of one are summed in another order
    const small = gradientsIn(1);
    gradientsIn(2 ** 27).forEach((own, i) => assertClose([...small[i]], [...own], { rtol: 1e-4, atol: 1e-5 }));
  });
}

/** The held selection once more, by the way of a selection's gradient. */
const again: GradientEstimator = {
  name: "again",
  throughEnergy: false,
  throughSelection(task, into) {
    addReadoutGradient(task, task.chosen, new Float64Array(task.problem.batch).fill(1), into);
  },
};

for (const backend of BACKENDS) {
  for (const direction of ["shared", "perHead"] as const) {
    Deno.test(`quantumAnnealingAttention() passes an estimator's gradient to every weight: ${direction}, ${backend}`, async () => {
      await useBackend(backend);
      const operator = quantumAnnealingAttention({ heads: 2 }).operator;
      const [x, G] = [normals([9, 4, 6], 3), normals([9, 4, 6], 4)];
      const gradientsOf = (estimator: GradientEstimator) => {
        const own = { ...operator, direction, positionalField: true, estimator };
        return outputAndGradients(quantumAnnealingAttention({ heads: 2, seed: 1, operator: own }), x, G).gradients;
      };
      const [held, other] = [heldSelection, again].map(gradientsOf);
      held.forEach((gradient, i) => assertClose([...other[i]], [...gradient], { rtol: 1e-4, atol: 1e-5 }));
    });
  }
}

Deno.test("quantumAnnealingAttention() takes estimators by name and saves them", async () => {
  await useBackend("cpu");
  for (
    const name of [
      "straightThrough",
      "meanField",
      "covariance",
      "perturbation",
      "blackbox",
      "implicitLikelihood",
    ] as const
  ) {
    const layer = quantumAnnealingAttention({ heads: 2, seed: 1, estimator: name });
    assertEquals(layer.getConfig().estimator, name);
    assertEquals(layer.operator.estimator.name, name);
    assertEquals(attention(layer, normals([1, 3, 4], 1)).shape, [1, 3, 4]);
  }
});

Deno.test("quantumAnnealingAttention() takes estimators by name for the softmax operators too, and passes their gradient on", async () => {
  await useBackend("cpu");
  const [x, G] = [normals([2, 4, 6], 1), normals([2, 4, 6], 2)];
  for (const operator of ["qamaSelected", "qamaNear"] as const) {
    const gradientsOf = (estimator: "heldSelection" | "straightThrough" | "covariance") =>
      outputAndGradients(quantumAnnealingAttention({ heads: 2, seed: 1, operator, estimator }), x, G).gradients;
    const held = gradientsOf("heldSelection");
    for (const name of ["straightThrough", "covariance"] as const) {
      const own = gradientsOf(name);
      assertEquals(own.length, held.length);
      assert(own.every((gradient) => gradient.every(Number.isFinite)));
      assert(own[0].some((g, at) => Math.abs(g - held[0][at]) > 1e-4), `${operator}, ${name}`);
    }
  }
});

Deno.test("estimators refuse options that they do not know, or that are out of range", () => {
  assertThrows(() => covariance({ beta: 0 }), RangeError, "beta must be a finite number above 0, got 0");
  assertThrows(() => covariance({ reads: 1 }), RangeError, "reads must be an integer of 2 or more, got 1");
  assertThrows(() => meanField({ sweeps: 0 }), RangeError, "sweeps must be an integer of 1 or more, got 0");
  assertThrows(() => perturbation({ tilt: NaN }), RangeError, "tilt must be a finite number above 0, got NaN");
  assertThrows(() => implicitLikelihood({ reads: 0.5 }), RangeError, "reads must be an integer of 1 or more");
  assertThrows(() => blackboxInterpolation({ tilt: -1 }), RangeError, "tilt must be");
  const unknown: object = { temperature: 3 };
  assertThrows(() => straightThrough(unknown), TypeError, "no option temperature");
  assertThrows(() => expectedReadout(problem, new Float64Array(5), { beta: 1 }), TypeError, "must have 6 entries");
  assertThrows(
    () =>
      estimateGradient(problem, heldSelection, {
        slopes: new Float64Array(5),
        solver: exactSelection(),
        seed: 1,
      }),
    TypeError,
    "must have 6 entries",
  );
});
