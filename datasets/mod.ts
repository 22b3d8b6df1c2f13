/**
 * Data sets as typed arrays: published pictures and texts, checked on every load, and ones that our own code makes up.
 *
 * @module
 */

export * from "./attention_qubos/mod.ts";
export * from "./cache/mod.ts";
export * from "./cifar_10/mod.ts";
export * from "./fashion_mnist/mod.ts";
export * from "./features/mod.ts";
export * from "./glyphs/mod.ts";
export { holdOut, type HoldOutCounts } from "./hold_out.ts";
export * from "./idx/mod.ts";
export * from "./imdb/mod.ts";
export * from "./instance_set/mod.ts";
export { type DatasetName, DATASETS, loadImageData, type LoadImageDataOptions } from "./load_image_data.ts";
export {
  loadTextData,
  type LoadTextDataOptions,
  loadTexts,
  TEXT_DATASETS,
  type TextDatasetName,
} from "./load_text_data.ts";
export * from "./long_sequences/mod.ts";
export * from "./mnist/mod.ts";
export * from "./published_instances/mod.ts";
export * from "./reviews/mod.ts";
export * from "./sst2/mod.ts";
export { takeClasses } from "./take_classes.ts";
export { takeSubset } from "./take_subset.ts";
export { takeTextSubset } from "./take_text_subset.ts";
export * from "./text/mod.ts";
export type { ImageData, ImageSplit } from "../lib/training/types.ts";
export { openFeatureTable } from "../lib/training/feature_table.ts";
export type { EncodingReport, FeatureTable, TextData, TextFeatures, TextSplit } from "../lib/training/text_data.ts";
