import { join } from "node:path";
import { assertEquals, assertRejects } from "@std/assert";
import { withFolder } from "./_testing.ts";
import { DATASETS, loadImageData } from "./mod.ts";

Deno.test("loadImageData() hands its options to the set of that name", async () => {
  await withFolder(async (folder) => {
    const dataDir = join(folder, "none");
    const { NotFound } = Deno.errors;
    await assertRejects(() => loadImageData("mnist", { dataDir }), NotFound, "Cannot load MNIST");
    await assertRejects(() => loadImageData("fashion-mnist", { dataDir }), NotFound, "Cannot load Fashion-MNIST");
    await assertRejects(() => loadImageData("cifar-10", { dataDir }), NotFound, "Cannot load CIFAR-10");
    const glyphs = await loadImageData("glyphs", { dataDir, trainCount: 3, testCount: 2, seed: 4 });
    assertEquals([glyphs.train.count, glyphs.test.count, glyphs.synthetic], [3, 2, true]);
  });
});

Deno.test("loadImageData() names the sets it knows", async () => {
  const text = 'Cannot load the data set "MNIST": expected one of mnist, fashion-mnist, cifar-10, glyphs';
  await assertRejects(() => loadImageData("MNIST"), RangeError, text);
  assertEquals(DATASETS, ["mnist", "fashion-mnist", "cifar-10", "glyphs"]);
});

Deno.test("every loader refuses an option it does not know", async () => {
  const misspelt: Record<string, number> = { datadir: 1 };
  for (const name of DATASETS) {
    await assertRejects(() => loadImageData(name, misspelt), TypeError, "there is no option datadir; known are");
  }
});
