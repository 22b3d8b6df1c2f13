import { Rng } from "../lib/random/mod.ts";
import type { EpochResult, TrainingData } from "../lib/training/mod.ts";
import type { LoadedImages, Trainer } from "../lib/experiments/mod.ts";

/** A trainer that learns nothing, an epoch each so many ms; its numbers follow from the seed, its checkpoint is a file of epochs. */
export function slowTrainer(slowMs: number): Trainer {
  return async (_data, { operator, seed = 1, epochs, checkpoint = "", signal, onProgress }) => {
    const done: EpochResult[] = JSON.parse(await Deno.readTextFile(checkpoint).catch(() => "[]"));
    while (done.length < epochs && !signal?.aborted) {
      const epoch = done.length + 1;
      await new Promise((resolve) => setTimeout(resolve, slowMs));
      const [loss, accuracy] = [new Rng(seed, 2 * epoch).uniform(), new Rng(seed, 2 * epoch + 1).uniform()];
      const result = { trainLoss: loss, trainAccuracy: accuracy, testLoss: loss, testAccuracy: accuracy };
      done.push({ epoch, ...result, density: null });
      await Deno.writeTextFile(checkpoint, JSON.stringify(done));
      const etaMs = slowMs * (epochs - epoch);
      onProgress?.({ epoch, epochs, step: 1, steps: 1, loss, etaMs, accuracy, testAccuracy: accuracy });
    }
    return {
      ending: done.length === epochs ? "completed" : "interrupted",
      epochs: done,
      parameters: 1,
      weightsDigest: `${operator}-${seed}-${done.length}`,
      clocks: { trainMs: slowMs * done.length, evaluateMs: 0 },
    };
  };
}

/** Pictures of one pixel: data that need no file. */
export function loadDots(): Promise<LoadedImages> {
  const split = (count: number) => ({ images: new Uint8Array(count), labels: new Uint8Array(count), count });
  const shape = { rows: 1, columns: 1, channels: 1, classes: ["dot"] };
  const data: TrainingData = {
    ...{ name: "Dots", synthetic: true, ...shape, train: split(4), test: split(2) },
    checksums: { "dots.bin": "00" },
  };
  return Promise.resolve({ data, full: { train: 4, test: 2 } });
}
