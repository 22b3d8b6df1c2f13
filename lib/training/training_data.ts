import type { TextData } from "./text_data.ts";
import type { ImageData } from "./types.ts";

/** What a model can be trained on. */
export type TrainingData = ImageData | TextData;

/**
 * Tells texts from pictures.
 *
 * @param data either
 * @returns true for texts
 *
 * Cost O(1).
 *
 * @example Texts have a vocabulary
 * ```ts
 * import { isTextData } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const split = { tokens: Int32Array.of(0), starts: Int32Array.of(0, 1), labels: Uint8Array.of(0), count: 1 };
 * const rest = { name: "one word", synthetic: true, classes: ["any"], vocabulary: ["word"], checksums: {} };
 * assertEquals(isTextData({ ...rest, train: split, test: split }), true);
 * ```
 */
export function isTextData(data: TrainingData): data is TextData {
  return "vocabulary" in data;
}
