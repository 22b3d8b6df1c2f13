import { assertEquals, assertThrows } from "@std/assert";
import { annealedSelection } from "../attention/mod.ts";
import { stripePictures } from "./_example_pictures.ts";
import { wordTexts } from "./_example_texts.ts";
import { inspectModel, OPERATOR_NAMES, readCheckpoint, STUDY_NAMES, train } from "./mod.ts";

const data = stripePictures(64, 20);

const texts = wordTexts(64, 21);

for (const data of [stripePictures(64, 20), texts]) {
  Deno.test(`inspectModel() of a run's last weights gives the accuracy and density of its last test: ${data.name}`, async () => {
    const folder = await Deno.makeTempDir();
    for (const operator of [...OPERATOR_NAMES, ...STUDY_NAMES]) {
      const options = { operator, seed: 3, sweeps: 5 };
      const checkpoint = `${folder}/${operator}`;
      const { epochs } = await train(data, { ...options, epochs: 2, batchSize: 16, workers: 1, checkpoint });
      const weights = (await readCheckpoint(checkpoint))!.arrays.weights;
      let hits = 0, ones = 0, places = 0;
      for (const { from, count, predicted, chosen } of inspectModel(data, weights, options)) {
        for (let s = 0; s < count; s++) if (predicted[s] === data.test.labels[from + s]) hits++;
        ones += chosen?.reduce((sum, x) => sum + x, 0) ?? 0;
        places += chosen?.length ?? 0;
      }
      assertEquals(hits / data.test.count, epochs[1].testAccuracy, operator);
      assertEquals(places === 0 ? null : ones / places, epochs[1].density, operator);
    }
  });
}

Deno.test("inspectModel() shows the problems that were solved: the solver chooses the same in them again", async () => {
  const checkpoint = `${await Deno.makeTempDir()}/a`;
  await train(data, { operator: "qamaV2", epochs: 1, batchSize: 16, workers: 1, sweeps: 5, checkpoint });
  const weights = (await readCheckpoint(checkpoint))!.arrays.weights;
  const parts = [...inspectModel(data, weights, { operator: "qamaV2", seed: 1, sweeps: 5, count: 10 })];
  assertEquals(parts.map(({ count }) => count), [8, 2]);
  for (const { from, problem, chosen } of parts) {
    if (problem === null) throw new Error("there is no problem");
    const again = annealedSelection().solve(problem, { seed: 1, sweeps: 5, firstStream: 2 ** 40 + from });
    assertEquals(again.chosen, chosen);
  }
});

Deno.test("inspectModel() refuses weights of another model and counts that there are not", () => {
  const inspect = (weights: number, count: number) => [
    ...inspectModel(data, new Float32Array(weights), { operator: "none", seed: 1, count }),
  ];
  assertThrows(() => inspect(3, 1), TypeError, "weights, got 3");
  for (const count of [0, 21, 1.5]) assertThrows(() => inspect(3, count), RangeError, "count must be from 1 to 20");
});
