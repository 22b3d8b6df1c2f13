import { assertEquals, assertNotEquals } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { stripePictures } from "./_example_pictures.ts";
import { wordTexts } from "./_example_texts.ts";
import { initialWeights, readCheckpoint, train, type TrainingData } from "./mod.ts";

Deno.test("initialWeights() are what a run starts from: too small a step leaves them as they are", async () => {
  const folder = await Deno.makeTempDir();
  const sets: TrainingData[] = [stripePictures(8, 2), wordTexts(8, 2)];
  for (const data of sets) {
    for (const operator of ["qamaV2", "qamaSelected", "mha"] as const) {
      const checkpoint = `${folder}/${operator} ${data.name}`;
      await train(data, { operator, seed: 5, epochs: 1, workers: 1, learningRate: 1e-30, checkpoint });
      const drawn = initialWeights(data, { operator, seed: 5 });
      const kept = (await readCheckpoint(checkpoint))?.arrays.weights ?? [];
      assertEquals(kept.length, drawn.length);
      // a step of Adam is no longer than its rate, which only a weight of 0 can feel
      assertClose(kept, drawn, { rtol: 0, atol: 2e-30 });
      assertNotEquals(initialWeights(data, { operator, seed: 6 }), drawn);
    }
  }
  await Deno.remove(folder, { recursive: true });
});
