/**
 * Data sets as typed arrays: published ones, downloaded once and checked on every load, and one that is drawn.
 *
 * @module
 */

export * from "./cache/mod.ts";
export * from "./cifar_10/mod.ts";
export * from "./fashion_mnist/mod.ts";
export * from "./glyphs/mod.ts";
export * from "./idx/mod.ts";
export { type DatasetName, DATASETS, loadImageData, type LoadImageDataOptions } from "./load_image_data.ts";
export * from "./mnist/mod.ts";
export { takeSubset } from "./take_subset.ts";
export type { ImageData, ImageSplit } from "../lib/training/types.ts";
