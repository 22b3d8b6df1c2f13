import { assert } from "@std/assert";
import { exampleModels } from "../testing/_example_models.ts";
import { randomSampler } from "./mod.ts";

Deno.test("randomSampler() draws each variable up in half of the reads, pairs independent", async () => {
  // each count is binomial(R, 1/2): R/2 +- 4 sqrt(R)/2; 10 singles and 45 pairs, fixed seed
  const [n, numReads] = [10, 10_000];
  const { model } = exampleModels(n, 71, "integer")[0];
  const { states } = await randomSampler().sample(model, { seed: 2, numReads });
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let up = 0;
      for (let r = 0; r < numReads; r++) {
        const product = i === j ? states[r * n + i] : states[r * n + i] * states[r * n + j];
        if (product === 1) up++;
      }
      assert(Math.abs(up - numReads / 2) < 2 * Math.sqrt(numReads), `variables ${i} and ${j}: ${up}`);
    }
  }
});
