import { annealedSelection, type AttentionProblem, publishedWeights } from "../attention/mod.ts";
import { chainGaps, optimalTimeToSolution, transverseGap } from "../analysis/mod.ts";
import { analyseTtsGap, exampleTtsGapRecord } from "../experiments/mod.ts";
import { preflight } from "../machine/mod.ts";
import { drawInstance, isingModel, ModelBuilder, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { simulatedAnnealing } from "../samplers/mod.ts";

/** A square lattice of random signs and fields. */
export function latticeModel(edge: number) {
  const rng = new Rng(3);
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < edge * edge; i++) {
    if (i % edge < edge - 1) pairs.push([i, i + 1, 2 * rng.integer(2) - 1]);
    if (i + edge < edge * edge) pairs.push([i, i + edge, 2 * rng.integer(2) - 1]);
  }
  const linear = Array.from({ length: edge * edge }, () => rng.normal());
  return isingModel({ couplings: sparseCouplings(edge * edge, pairs), linear });
}

/** Heads of random queries and keys. */
export function randomProblem(heads = 8, tokens = 49, width = 8): AttentionProblem {
  const rng = new Rng(4);
  const normals = (count: number) => Float32Array.from({ length: count }, () => rng.normal());
  const size = heads * tokens * width;
  return {
    ...{ batch: 1, heads, tokens, width, queries: normals(size), keys: normals(size), fields: normals(heads * tokens) },
    weights: publishedWeights({ heads, tokens }),
  };
}

/** A value of every kind that can be shown, and options that it is shown with. */
export async function everyKind(): Promise<
  readonly { readonly name: string; readonly value: unknown; readonly options?: object }[]
> {
  const rng = new Rng(5);
  const normals = (count: number) => Float64Array.from({ length: count }, () => rng.normal());
  const glass = drawInstance("sk", { n: 12, seed: 1 }).model;
  const built = new ModelBuilder("qubo").addLinear("Ada", -2).addLinear("Bob", 1).addQuadratic("Ada", "Bob", -3)
    .addQuadratic("Bob", "Cyd", 2).build();
  const annealer = simulatedAnnealing({ numSweeps: 4, descend: false });
  const problem = randomProblem();
  const selection = annealedSelection().solve(problem, { seed: 1 });
  const tuned = [0, 3, 6].map((seed) => transverseGap(drawInstance("gap-tuned", { n: 8, seed }).model));
  const counted = [1, 2, 4, 8, 16].map((runLength) => ({
    ...{
      runLength,
      cost: 12 * runLength,
      trials: 200,
      successes: Math.floor(200 * (1 - Math.exp(-(runLength - 1) / 6))),
    },
  }));
  const points = ["sk", "wishart"].flatMap((family) =>
    Array.from({ length: 8 }, (_, i) => {
      const gap = 10 ** -(1 + i / 3);
      const value = 30 / gap * Math.exp(0.3 * rng.normal());
      return { gap, value, low: value / 1.6, high: value * 1.7, censored: i > 6, family, label: `${family} ${i}` };
    })
  );
  const gradient = normals(1200);
  // more than two numbers in a patch are too small to be read
  const apart = selection.chosen.map((x, at) => at % 49 % 4 === Math.floor(at / 49) / 2 >> 0 ? x : 0);
  const pixels = Uint8Array.from({ length: 28 * 28 }, (_, i) => i * 7 % 256);
  const epochs = [1, 2, 3].map((epoch) => ({ epoch, testAccuracy: 0.9 + 0.02 * epoch, testLoss: 0.5 / epoch }));
  const bars = [
    { label: "MHA (softmax)", value: 97.9, range: [97.5, 98.2] },
    { label: "QAMA, the published operator", value: 97.1, range: [96.7, 97.6] },
    { label: "no attention", value: 96.8, range: [96.5, 97.1], control: true },
  ];
  const accuracy = { title: "MNIST after 5 epochs", valueLabel: { name: "test accuracy", unit: "%" } };
  const sweeps = 60;
  const states = Int8Array.from({ length: sweeps * 20 }, () => 2 * rng.integer(2) - 1);
  return [
    { name: "dense model", value: glass },
    { name: "lattice", value: latticeModel(6), options: { unit: "J" } },
    { name: "QUBO", value: built.model, options: { labels: ["Ada", "Bob", "Cyd"] } },
    {
      name: "sample set",
      value: await annealer.sample(glass, { seed: 1, numReads: 300 }),
      options: { unit: "J", target: -20 },
    },
    {
      name: "decoded",
      value: await annealer.sample(built.model, { seed: 1, numReads: 30 }),
      options: { labels: built },
    },
    { name: "problem", value: problem },
    { name: "head", value: problem, options: { heads: [2] } },
    { name: "heads", value: { ...problem, ...selection } },
    {
      name: "pictures",
      value: { images: pixels, rows: 28, columns: 28, patch: 4, heads: 8, chosen: apart },
    },
    {
      name: "picture",
      value: { pixels, rows: 28, columns: 28, channels: 1, patch: 4, chosen: [[1, 2], [24]], title: "P" },
    },
    { name: "words", value: { words: ["not", "as", "dull", "as", "<it>"], chosen: [[0, 2], [4]], title: "Review" } },
    { name: "trainings", value: [{ label: "QAMA", epochs }, { label: "none", epochs }] },
    { name: "table", value: [{ solver: "annealing", energy: -3.25 }, { solver: "greedy", energy: -2.5 }] },
    { name: "preflight", value: await preflight(glass, { bits: 3 }) },
    { name: "gap cell", value: analyseTtsGap([exampleTtsGapRecord()], { replicates: 10 })[0] },
    {
      name: "gap times",
      value: points,
      options: { fit: { k: 1, prefactor: 30 }, gapLabel: { name: "gap", unit: "1/sweep" } },
    },
    { name: "times", value: [optimalTimeToSolution(counted, { replicates: 50 })], options: { labels: ["a glass"] } },
    { name: "gaps", value: tuned, options: { labels: ["a", "b", "c"] } },
    { name: "chain gaps", value: chainGaps(drawInstance("sk", { n: 5, seed: 1 }).model, { betas: [0.1, 0.5, 1, 2] }) },
    {
      name: "anneal",
      value: {
        ...{ energies: Float64Array.from({ length: sweeps }, (_, t) => -t + rng.normal()), states },
        betas: Float64Array.from({ length: sweeps }, (_, t) => 0.1 * 1.08 ** t),
      },
      options: { unit: "J", target: -58 },
    },
    {
      name: "gradients",
      value: [{ label: "keys", gradient, difference: gradient.map((slope) => slope + 0.01 * rng.normal()) }],
    },
    { name: "small gradients", value: { gradient: [1e-9, 2e-9, -3e-9], difference: [1.1e-9, 2e-9, -3e-9] } },
    {
      name: "timings",
      value: [
        {
          label: "dense",
          points: [64, 128, 256, 512].map((n) => ({ n, ms: [1, 1.1, 1.3].map((x) => x * n * n / 1e4) })),
        },
        { label: "factored", points: [64, 128, 256, 512].map((n) => ({ n, ms: n / 100 })) },
      ],
    },
    { name: "bars", value: bars, options: { ...accuracy, reference: { label: "published", value: 98.6 } } },
    { name: "points", value: bars, options: { ...accuracy, fromZero: false } },
  ];
}
