import { Rng } from "../random/mod.ts";
import type { EpochResult, OperatorName, TrainingData, TrainOptions, TrainResult } from "../training/mod.ts";
import type { Trainer } from "./types.ts";

const finals: Readonly<Partial<Record<OperatorName, number>>> = {
  mha: 0.95,
  qamaV2: 0.82,
  qamaV2Fixed: 0.83,
  qamaV1: 0.81,
  qamaV1Fixed: 0.81,
  qamaSelected: 0.94,
  qamaSelectedFixed: 0.93,
  none: 0.88,
  longformer: 0.89,
  bigbird: 0.88,
  linformer: 0.86,
  performer: 0.87,
  reformer: 0.85,
};

/** A trainer that learns nothing: its numbers follow from operator and seed, its checkpoint is a file of epochs. */
export interface FakeTrainer {
  /** The trainer. */
  readonly train: Trainer;
  /** `operator/seed/epoch` of every epoch that was trained, in order. */
  readonly trained: string[];
}

/** Makes a fake trainer; `afterEpoch` is called when an epoch is done and may abort; `beforeEpoch` is awaited. */
export function fakeTrainer(
  afterEpoch: (trained: readonly string[]) => void = () => {},
  beforeEpoch: (trained: readonly string[]) => Promise<void> = () => Promise.resolve(),
): FakeTrainer {
  const trained: string[] = [];
  const train = async (_data: TrainingData, options: TrainOptions): Promise<TrainResult> => {
    const { operator, seed = 1, epochs, checkpoint = "", signal, onProgress } = options;
    const done = await readEpochs(checkpoint);
    const result = (ending: TrainResult["ending"]): TrainResult => ({
      ending,
      epochs: done,
      parameters: 1000,
      weightsDigest: `${operator}-${seed}-${done.length}`,
      clocks: { trainMs: 1000 * done.length, evaluateMs: 100 * done.length },
    });
    while (done.length < epochs) {
      if (signal?.aborted) return result("interrupted");
      const epoch = done.length + 1;
      await beforeEpoch(trained);
      const noise = new Rng(seed, epoch).normal() / 200;
      const testAccuracy = Math.round(1e4 * ((finals[operator] ?? 0.9) * (1 - Math.exp(-epoch)) + noise)) / 1e4;
      const density = operator.startsWith("qama") ? 0.15 : null;
      const testLoss = 2.3 * Math.exp(-epoch / 3);
      done.push({ epoch, trainLoss: testLoss, trainAccuracy: testAccuracy, testLoss, testAccuracy, density });
      await Deno.writeTextFile(checkpoint, JSON.stringify(done));
      trained.push(`${operator}/${seed}/${epoch}`);
      const steps = { epochs, step: 10, steps: 10, loss: testLoss, etaMs: 1000 * (epochs - epoch) };
      onProgress?.({ epoch, ...steps, accuracy: testAccuracy, testAccuracy });
      afterEpoch(trained);
    }
    return result("completed");
  };
  return { train, trained };
}

async function readEpochs(checkpoint: string): Promise<EpochResult[]> {
  const text = await Deno.readTextFile(checkpoint).catch(() => "[]");
  return JSON.parse(text);
}

/** Pictures of one pixel. */
export function dots(name: string, train: number, test: number, synthetic = false): TrainingData {
  const split = (count: number) => ({ images: new Uint8Array(count), labels: new Uint8Array(count), count });
  const checksums = { [`${name}.bin`]: "00" };
  const shape = { rows: 1, columns: 1, channels: 1, classes: ["dot"] };
  return { name, synthetic, ...shape, train: split(train), test: split(test), checksums };
}
