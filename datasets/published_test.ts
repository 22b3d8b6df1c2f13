import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import type { ImageData } from "../lib/training/types.ts";
import { FASHION_MNIST, type IdxImageSet, loadFashionMnist, loadMnist, MNIST } from "./mod.ts";

const dataDir = Deno.env.get("QAMA_DATA_DIR") || fileURLToPath(new URL("../../shared/data", import.meta.url));

/** Loads the set, or says that it is not there; there is no other reason to go without. */
async function published(set: IdxImageSet, load: (options: { dataDir: string }) => Promise<ImageData>) {
  try {
    return await load({ dataDir });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: ${set.name} is not in ${dataDir}`);
    return undefined;
  }
}

function countsOf(labels: Uint8Array): number[] {
  const counts = new Array(10).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

function meanOf(images: Uint8Array): number {
  let sum = 0;
  for (const value of images) sum += value;
  return sum / images.length / 255;
}

function digestsOf(set: IdxImageSet): Record<string, string> {
  return Object.fromEntries(Object.values(set.files).map((file) => [`${file.name}.gz`, file.packedSha256]));
}

Deno.test("loadMnist() gives the published pictures", async () => {
  const data = await published(MNIST, loadMnist);
  if (data === undefined) return;
  assertEquals([data.name, data.synthetic, data.rows, data.columns, data.channels], ["MNIST", false, 28, 28, 1]);
  assertEquals([data.train.count, data.train.images.length], [60_000, 47_040_000]);
  assertEquals([data.test.count, data.test.images.length], [10_000, 7_840_000]);
  assertEquals(countsOf(data.train.labels), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  assertEquals(countsOf(data.test.labels), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  assertEquals([...data.train.labels.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  // the mean that the literature standardises with
  assert(Math.abs(meanOf(data.train.images) - 0.1307) < 5e-5);
  assertEquals(data.checksums, digestsOf(MNIST));
});

Deno.test("loadFashionMnist() gives the published pictures", async () => {
  const data = await published(FASHION_MNIST, loadFashionMnist);
  if (data === undefined) return;
  assertEquals([data.name, data.synthetic, data.rows, data.columns], ["Fashion-MNIST", false, 28, 28]);
  assertEquals([data.train.count, data.train.images.length], [60_000, 47_040_000]);
  assertEquals([data.test.count, data.test.images.length], [10_000, 7_840_000]);
  assertEquals(countsOf(data.train.labels), new Array(10).fill(6000));
  assertEquals(countsOf(data.test.labels), new Array(10).fill(1000));
  // an ankle boot comes first in both splits
  assertEquals([data.classes[data.train.labels[0]], data.classes[data.test.labels[0]]], ["Ankle boot", "Ankle boot"]);
  assert(Math.abs(meanOf(data.train.images) - 0.2860) < 5e-5);
  assertEquals(data.checksums, digestsOf(FASHION_MNIST));
});

Deno.test("MNIST and FASHION_MNIST pin four different files each, of the published lengths", () => {
  const files = [MNIST, FASHION_MNIST].flatMap((set) => Object.values(set.files));
  assertEquals(new Set(files.flatMap((file) => [file.sha256, file.packedSha256])).size, 16);
  for (const file of files) {
    assert(/^[0-9a-f]{64}$/.test(file.sha256) && /^[0-9a-f]{64}$/.test(file.packedSha256), file.name);
  }
  // as listed beside the published files
  assertEquals(files.map((file) => file.packedBytes), [
    9912422,
    28881,
    1648877,
    4542,
    26421880,
    29515,
    4422102,
    5148,
  ]);
});
