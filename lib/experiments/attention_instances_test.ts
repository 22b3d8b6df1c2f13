import { assert, assertEquals, assertRejects } from "@std/assert";
import { attentionQubo } from "../attention/mod.ts";
import { energy } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { initialWeights, inspectModel } from "../training/mod.ts";
import { stripePictures } from "../training/_example_pictures.ts";
import { wordTexts } from "../training/_example_texts.ts";
import { attentionInstances, type AttentionInstancesOptions } from "./mod.ts";
import { croppedTokens, pooledTokens } from "./_token_groups.ts";

const DATA = stripePictures(4, 12, 16);
const RUN = { operator: "qamaV2", seed: 3 } as const;
const OPTIONS: AttentionInstancesOptions = {
  ...RUN,
  epoch: 0,
  data: "stripes",
  samples: [9],
  heads: [[2], [0, 5]],
  tokens: ["all", 6],
  how: "crop",
};

Deno.test("attentionInstances() crops principal submatrices: the energy of the whole model's QUBO, all else choosing nothing", async () => {
  for (const operator of ["qamaV2", "qamaSelected"] as const) {
    const run = { operator, seed: 3 };
    const weights = initialWeights(DATA, run);
    const instances = await attentionInstances(DATA, weights, { ...OPTIONS, ...run });
    assertEquals(instances.map(({ model }) => model.n), [16, 6, 32, 12]);
    const [, second] = inspectModel(DATA, weights, { ...run, count: 10 });
    assert(second.problem !== null);
    const whole = attentionQubo(second.problem, 1);
    const windows = [[0, 16], [0, 6], [0, 16], [0, 6]];
    const cropped = [4, 5, 6, 8, 9, 10];
    const rng = new Rng(1);
    instances.forEach(({ model }, k) => {
      const heads = k < 2 ? [2] : [0, 5];
      const N = windows[k][1];
      for (let tries = 0; tries < 50; tries++) {
        const state = Int8Array.from({ length: model.n }, () => rng.uint32() >>> 31);
        const padded = new Int8Array(whole.n);
        state.forEach((bit, v) => padded[heads[Math.floor(v / N)] * 16 + (N === 6 ? cropped[v % N] : v % N)] = bit);
        const constant = whole.offset - model.offset;
        assertClose(energy(model, state) + constant, energy(whole, padded), { rtol: 1e-12, atol: 1e-9 });
      }
    });
  }
});

Deno.test("attentionInstances() pools with the energy weights of the shorter sequence, and says all that it did", async () => {
  const weights = initialWeights(DATA, RUN);
  const [pooled] = await attentionInstances(DATA, weights, { ...OPTIONS, heads: [[1]], tokens: [4], how: "pool" });
  const { parameters, name, family, provenance, groundEnergy } = pooled;
  assertEquals([name, family, groundEnergy], ["stripes-qamaV2-seed3-e0-i9-h1-pool4", "attention-untrained", undefined]);
  assertEquals(parameters.window, "means over 2 x 2 blocks of 4 x 4 tokens");
  assert(provenance.includes("initial weights") && provenance.includes("test item 9"), provenance);
  // one token chosen: -field h, field 0.16 x 4, h the mean over the block of 4
  const [, { problem }] = inspectModel(DATA, weights, { ...RUN, count: 10 });
  const fields = problem?.fields ?? new Float32Array();
  const mean = [0, 1, 4, 5].reduce((sum, token) => sum + fields[(8 + 1) * 16 + token] / 4, 0);
  assertClose(energy(pooled.model, [1, 0, 0, 0]), -0.16 * 4 * mean, { rtol: 1e-6, atol: 1e-7 });
});

Deno.test("attentionInstances() reads a text as one row of tokens, whole, cropped and pooled, and says how long it is where that is too short", async () => {
  const texts = wordTexts(4, 8);
  const long = [...texts.test.starts].findIndex((start, s, all) => all[s + 1] - start >= 6);
  const weights = initialWeights(texts, RUN);
  const length = texts.test.starts[long + 1] - texts.test.starts[long];
  const options: AttentionInstancesOptions = {
    ...OPTIONS,
    data: "words",
    samples: [long],
    heads: [[0]],
    tokens: [5, "all"],
  };
  const cropped = await attentionInstances(texts, weights, options);
  const pooled = await attentionInstances(texts, weights, { ...options, how: "pool", tokens: [3] });
  assertEquals([...cropped, ...pooled].map(({ model, parameters }) => [model.n, parameters.window]), [
    [5, `5 of ${length} tokens, from token ${Math.floor((length - 5) / 2)}`],
    [length, `all ${length} tokens`],
    [3, `means over 3 blocks of ${length} tokens`],
  ]);
  const many = { ...options, tokens: [length + 1] };
  await assertRejects(
    () => attentionInstances(texts, weights, many),
    RangeError,
    `from 2 to ${length}, as many as test item ${long} has, got ${length + 1}; ask for fewer, or for a longer text`,
  );
});

Deno.test("token groups: a window in the middle, blocks that cover every token once", () => {
  assertEquals(croppedTokens({ rows: 7, columns: 7 }, 6).groups.flat(), [16, 17, 18, 23, 24, 25]);
  const { groups } = pooledTokens({ rows: 7, columns: 7 }, 12);
  assertEquals(groups.flat().sort((a, b) => a - b), Array.from({ length: 49 }, (_, k) => k));
  // 3 rows of blocks, of 3, 2 and 2 rows; 4 columns, of 2, 2, 2 and 1
  assertEquals(groups.map(({ length }) => length), [6, 6, 6, 3, 4, 4, 4, 2, 4, 4, 4, 2]);
});

Deno.test("attentionInstances() refuses other operators, samples, heads and numbers of tokens that there are not", async () => {
  const weights = initialWeights(DATA, RUN);
  const refused = (changes: Partial<AttentionInstancesOptions>, message: string) =>
    assertRejects(() => attentionInstances(DATA, weights, { ...OPTIONS, ...changes }), RangeError, message);
  await refused({ operator: "mha" }, "mha solves none; qamaV2 and qamaSelected do");
  await refused({ samples: [12] }, "a sample must be an integer from 0 to 11, got 12");
  await refused({ heads: [[8]] }, "a head must be an integer from 0 to 7, got 8");
  await refused(
    { tokens: [17] },
    "tokens must be an integer from 2 to 16, as many as test item 9 has, got 17; ask for fewer",
  );
  await refused({ tokens: [7] }, "7 tokens make no rectangle within 4 x 4; take another number, such as 6 or 8");
  await assertRejects(() => attentionInstances(DATA, weights.slice(1), OPTIONS), TypeError, "weights, got");
});
