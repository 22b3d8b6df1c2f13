import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { wordTexts } from "./_example_texts.ts";
import { textShapeOf } from "./_text_shape.ts";
import {
  featureHeader,
  inspectModel,
  openOperator,
  OPERATOR_NAMES,
  type OperatorName,
  readCheckpoint,
  resolveTextShape,
  type TextHead,
  TextModel,
  train,
  TrainingTeam,
} from "./mod.ts";

const LENGTHS = Int32Array.of(3, 1, 5), TOKENS = Int32Array.of(1, 4, 2, 0, 3, 3, 1, 5, 2);
const SIZES = { tokens: 6, classes: 3, width: 8, heads: 2, mlp: 8 };

function open(operator: OperatorName, head: TextHead = "logits", width = 0) {
  const kernels = wasmKernels();
  const shape = { ...SIZES, head, inputs: width > 0 ? { features: width } : { vocabulary: 6 } };
  const model = new TextModel(kernels, shape, (k, s) => openOperator(operator, k, s, { sweeps: 3, seed: 1 }), 3);
  model.initialise(2);
  const labels = kernels.uint8(3), totals = kernels.float64(2);
  labels.set([0, 2, 1]);
  const rng = new Rng(3);
  const table = Float32Array.from({ length: 6 * 8 }, () => rng.normal());
  const features = Float32Array.from({ length: 9 * width }, () => rng.normal());
  const loss = (): number => {
    totals.fill(0);
    model.refresh();
    model.features.set(features);
    model.forward(width > 0 ? null : { tokens: TOKENS, table }, LENGTHS, 3, 1, 0);
    model.backward(3, labels, 3, totals);
    model.collect();
    return totals[0] / 3;
  };
  return { model, table, loss };
}

for (const head of ["logits", "doubleSoftmax"] as const) {
  for (const [operator, width] of [["mha", 0], ["none", 5], ["qamaV2", 0], ["qamaSelected", 5]] as const) {
    Deno.test(`TextModel with ${operator}, ${width || "no"} features, ${head}, has the gradients of its own loss`, () => {
      const { model, table, loss } = open(operator, head, width);
      loss();
      const slope = model.gradients.slice(), dx = model.dx.slice(), held = model.attention?.chosen?.slice();
      const rng = new Rng(5);
      const check = (values: Float32Array, gradient: Float32Array, what: string) => {
        const start = values.slice();
        const direction = Float64Array.from(gradient, () => rng.normal());
        const expected = direction.reduce((sum, d, i) => sum + d * gradient[i], 0);
        for (let step = 4e-3; step > 1e-5; step /= 2) {
          const at = (sign: number) => {
            values.forEach((_, i) => values[i] = start[i] + sign * step * direction[i]);
            const value = loss();
            const same = model.attention?.chosen?.every((x, i) => x === held?.[i]) ?? true;
            return same ? value : NaN;
          };
          const difference = (at(1) - at(-1)) / (2 * step);
          values.set(start);
          // a step that changes the selection says nothing
          if (Number.isNaN(difference)) continue;
          assertClose([difference], [expected], { rtol: 2e-2, atol: 1e-3 });
          return;
        }
        throw new Error(`no step keeps the selection of ${what}`);
      };
      check(model.weights, slope, "the weights");
      if (width > 0) return;
      const words = new Float32Array(table.length);
      TOKENS.forEach((word, row) => {
        for (let a = 0; a < 8; a++) words[word * 8 + a] += dx[row * 8 + a];
      });
      check(table, words, "the word vectors");
    });
  }
}

Deno.test("TextModel with doubleSoftmax cannot have a loss below ln(1 + (C - 1) / e)", () => {
  const { model, loss } = open("none", "doubleSoftmax");
  // weights that are sure of one class: right for one text of three
  const [, from] = [0, model.weights.length - 3];
  model.weights.set([-500, -500, 500], from);
  const sure = Math.log(1 + 2 / Math.E), wrong = Math.log(2 + Math.E);
  assertClose([loss()], [(sure + 2 * wrong) / 3], { rtol: 1e-5, atol: 0 });
});

Deno.test("TextModel gives a text the same logits whichever texts stand beside it", () => {
  for (const operator of ["mha", "qamaV2"] as const) {
    const { model, table } = open(operator);
    const all = model.forward({ tokens: TOKENS, table }, LENGTHS, 3, 1, 0).slice(6, 9);
    const alone = model.forward({ tokens: TOKENS.subarray(4), table }, LENGTHS.subarray(2), 1, 1, 2).slice(0, 3);
    assertClose(all, alone, { rtol: 0, atol: 1e-6 });
  }
});

Deno.test("TextModel refuses sizes that are none, and texts that do not fit", () => {
  assertThrows(() => resolveTextShape({ ...SIZES, inputs: { vocabulary: 0 } }), RangeError, "vocabulary must be");
  assertThrows(
    () => resolveTextShape({ ...SIZES, heads: 3, inputs: { vocabulary: 1 } }),
    RangeError,
    "divide the width",
  );
  const { model, table } = open("mha");
  const words = { tokens: TOKENS, table };
  assertThrows(
    () => model.forward(words, Int32Array.of(7), 1, 1, 0),
    RangeError,
    "text 0 must have 1 to 6 tokens, got 7",
  );
  assertThrows(() => model.forward(words, LENGTHS, 4, 1, 0), RangeError, "opened for 3 texts");
});

const data = wordTexts(240, 60);
const OPTIONS = { epochs: 2, workers: 1, sweeps: 5, learningRate: 1e-2 } as const;

for (const operator of ["mha", "none", "qamaSelected", "qamaV2"] as const) {
  Deno.test(`train() learns texts with ${operator}, the same on one thread, on two, and over a stop`, async () => {
    const { clocks: _, ...one } = await train(data, { ...OPTIONS, operator });
    const { clocks: __, ...two } = await train(data, { ...OPTIONS, operator, workers: 2 });
    assertEquals(two, one);
    const checkpoint = `${await Deno.makeTempDir()}/texts.checkpoint`;
    const controller = new AbortController();
    const stopping = {
      ...OPTIONS,
      operator,
      checkpoint,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    };
    assertEquals((await train(data, stopping)).ending, "interrupted");
    const { clocks: ___, ...resumed } = await train(data, { ...OPTIONS, operator, checkpoint });
    assertEquals(resumed, one);
    assert(one.epochs[1].testAccuracy >= 0.9, `test accuracy ${one.epochs[1].testAccuracy}`);
    assertEquals(one.epochs[1].density === null, operator === "mha" || operator === "none");
  });
}

for (const operator of OPERATOR_NAMES) {
  Deno.test(`TrainingTeam takes a step on texts with ${operator}: a finite loss, then a smaller one`, async () => {
    const shape = { inputs: { vocabulary: 20 }, tokens: 12, classes: 2 };
    const team = await TrainingTeam.open({ shape, operator, sweeps: 5, seed: 1 }, data, 24, 1);
    const texts = Int32Array.from({ length: 24 }, (_, s) => s);
    const losses = [1, 2, 3].map((step) => team.step(texts, 0, step, 3e-3).loss / 24);
    const { loss } = team.evaluate();
    team.close();
    // two classes that nothing is known of: ln 2
    assertClose([losses[0]], [Math.LN2], { rtol: 0, atol: 0.3 });
    assert(losses[2] < losses[0], `losses ${losses}`);
    assert(Number.isFinite(loss), `test loss ${loss}`);
    assert(team.weights.every(Number.isFinite));
  });
}

/** The texts with a feature for each word, in files: what word vectors would have to learn. */
async function withFeatures() {
  const folder = await Deno.makeTempDir();
  const paths = await Promise.all([data.train, data.test].map(async ({ tokens }, i) => {
    const rows = new Float16Array(tokens.length * 4);
    tokens.forEach((word, row) => rows.set([word === 1 ? 1 : 0, word === 2 ? 1 : 0, word / 20, 1], 4 * row));
    const head = featureHeader({ width: 4, rows: tokens.length, model: "one-hot", key: "" });
    await Deno.writeFile(`${folder}/${i}`, new Blob([head, rows.buffer]).stream());
    return `${folder}/${i}`;
  }));
  return { ...data, features: { model: "one-hot", width: 4, trainPath: paths[0], testPath: paths[1] } };
}

Deno.test("train() of texts reads frozen features from files, on any number of threads", async () => {
  const data = await withFeatures();
  const { clocks: _, ...one } = await train(data, { ...OPTIONS, operator: "mha" });
  const { clocks: __, ...two } = await train(data, { ...OPTIONS, operator: "mha", workers: 2 });
  assertEquals(two, one);
  assert(one.epochs[1].testAccuracy >= 0.95, `test accuracy ${one.epochs[1].testAccuracy}`);
});

Deno.test("TrainingTeam is closed by a step that fails on its own thread, and takes no other", async () => {
  const data = await withFeatures();
  const plan = { shape: textShapeOf(data), operator: "none", sweeps: 1, seed: 1 } as const;
  const team = await TrainingTeam.open(plan, data, 2, 1);
  await Deno.truncate(data.features.trainPath, 99);
  assertThrows(() => team.step(Int32Array.of(0, 1), 0, 1, 1e-3), SyntaxError, "remove it and compute it again");
  assertThrows(() => team.step(Int32Array.of(0, 1), 0, 1, 1e-3), TypeError, "the team is closed; open another");
});

Deno.test({
  name: "train() and inspectModel() close the files of features, read to the end or not",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const data = await withFeatures(), { trainPath, testPath } = data.features, checkpoint = `${trainPath}-state`;
    const open = () => {
      const links = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
        try {
          return Deno.readLinkSync(`/proc/self/fd/${name}`);
        } catch {
          return "closed meanwhile";
        }
      });
      return links.filter((link) => link === trainPath || link === testPath).length;
    };
    await train(data, { ...OPTIONS, operator: "none", epochs: 1, checkpoint });
    assertEquals(open(), 0);
    const { weights } = (await readCheckpoint(checkpoint))!.arrays;
    for (const count of [1, 2]) {
      let seen = 0;
      for (const _ of inspectModel(data, weights, { operator: "none", seed: 1, count: 2 })) {
        assertEquals(open(), 1);
        if (++seen === count) break;
      }
      assertEquals(open(), 0);
    }
  },
});

Deno.test("train() refuses texts of other words, without tokens, and pictures' options", async () => {
  const options = { ...OPTIONS, operator: "mha" } as const;
  const broken = (split: Partial<typeof data.train>) => ({ ...data, train: { ...data.train, ...split } });
  const tokens = data.train.tokens.slice();
  tokens[7] = 20;
  await assertRejects(() => train(broken({ tokens }), options), RangeError, "token 7 of train is 20, expected 0 to 19");
  const starts = data.train.starts.slice();
  starts[5] = starts[4];
  await assertRejects(() => train(broken({ starts }), options), RangeError, "a text has at least one token");
  await assertRejects(
    () => train(data, { ...options, textHead: "other" as "logits" }),
    RangeError,
    "textHead must be logits or doubleSoftmax",
  );
  const plan = {
    shape: { rows: 4, columns: 4, channels: 1, classes: 2 },
    operator: "mha",
    sweeps: 1,
    seed: 1,
  } as const;
  await assertRejects(() => TrainingTeam.open(plan, data, 2, 1), TypeError, "a model of pictures, the data are texts");
});
