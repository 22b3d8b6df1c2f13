import type { SharedWords } from "./_runners.ts";
import type { SharedBuffers } from "./_shared_step.ts";
import { WordVectors } from "./_word_vectors.ts";
import { resolveVitShape } from "./simple_vit.ts";
import type { TextData } from "./text_data.ts";
import { resolveTextShape } from "./text_model.ts";
import { isTextData, type TrainingData } from "./training_data.ts";
import type { ImageData, ModelPlan } from "./types.ts";

/** Word vectors to be trained, and what threads see of them; null where there are none. */
export function openWords(plan: ModelPlan, data: TrainingData, batchSize: number) {
  if ("rows" in plan.shape || !isTextData(data) || data.features) return { words: null, sharedWords: null };
  const { width, tokens } = resolveTextShape(plan.shape);
  const words = new WordVectors(data.vocabulary.length, width);
  const sharedWords: SharedWords = {
    table: words.table,
    gradients: new Float32Array(new SharedArrayBuffer(4 * batchSize * tokens * width)),
    rows: new Int32Array(new SharedArrayBuffer(4 * batchSize)),
  };
  return { words, sharedWords };
}

/** Number of (head, token) pairs of the test set. */
export function placesOf(plan: ModelPlan, data: TrainingData): number {
  if ("rows" in plan.shape) {
    const { heads, tokens } = resolveVitShape(plan.shape);
    return data.test.count * heads * tokens;
  }
  return isTextData(data) ? data.test.tokens.length * resolveTextShape(plan.shape).heads : 0;
}

/** Both splits, copied into memory that threads share. */
export function shareSplits(data: TrainingData): Pick<SharedBuffers, "train" | "test"> {
  if (!isTextData(data)) {
    const pictures = ({ images, labels }: ImageData["train"]) =>
      ({ kind: "pictures", images: shareBytes(images), labels: shareBytes(labels) }) as const;
    return { train: pictures(data.train), test: pictures(data.test) };
  }
  const texts = ({ tokens, starts, labels }: TextData["train"], features: string | undefined) =>
    ({
      kind: "texts",
      tokens: shareIntegers(tokens),
      starts: shareIntegers(starts),
      labels: shareBytes(labels),
      features: features ?? null,
    }) as const;
  return { train: texts(data.train, data.features?.trainPath), test: texts(data.test, data.features?.testPath) };
}

function shareBytes(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  return shared;
}

function shareIntegers(integers: Int32Array): Int32Array<SharedArrayBuffer> {
  const shared = new Int32Array(new SharedArrayBuffer(4 * integers.length));
  shared.set(integers);
  return shared;
}
