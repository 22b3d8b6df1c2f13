import { checkOptionNames } from "../lib/model/mod.ts";
import { meant } from "./_meant.ts";
import type { ImageData } from "../lib/training/types.ts";
import { loadCifar10 } from "./cifar_10/mod.ts";
import { loadFashionMnist } from "./fashion_mnist/mod.ts";
import { type GlyphOptions, loadGlyphs } from "./glyphs/mod.ts";
import { LOAD_OPTIONS, type LoadOptions } from "./idx/mod.ts";
import { loadMnist } from "./mnist/mod.ts";

/** A data set that {@link loadImageData} knows. */
export type DatasetName = "mnist" | "fashion-mnist" | "cifar-10" | "glyphs";

/** The names that {@link loadImageData} knows, published sets first. */
export const DATASETS: readonly DatasetName[] = ["mnist", "fashion-mnist", "cifar-10", "glyphs"];

/** Options of every set; each set takes from them what it has. */
export interface LoadImageDataOptions extends LoadOptions, GlyphOptions {}

/**
 * Loads a data set by name: `mnist`, `fashion-mnist`, `cifar-10` or `glyphs`.
 *
 * @param name one of {@link DATASETS}, as a command line gives it
 * @param options where published sets come from, how many glyphs are drawn
 * @returns the pictures
 * @throws {RangeError} if no set has that name
 * @throws whatever the set's own loader throws
 *
 * Cost that of the set's own loader.
 *
 * @example By name
 * ```ts
 * import { loadImageData } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const data = await loadImageData("glyphs", { trainCount: 10, testCount: 5 });
 * assertEquals([data.train.count, data.test.count], [10, 5]);
 * ```
 */
export async function loadImageData(name: string, options: LoadImageDataOptions = {}): Promise<ImageData> {
  const { trainCount, testCount, seed, ...published } = options;
  switch (name) {
    case "mnist":
      return await loadMnist(published);
    case "fashion-mnist":
      return await loadFashionMnist(published);
    case "cifar-10":
      return await loadCifar10(published);
    case "glyphs":
      checkOptionNames("Cannot load the data set", published, LOAD_OPTIONS);
      return await loadGlyphs({ trainCount, testCount, seed, signal: options.signal });
    default:
      throw new RangeError(
        `Cannot load the data set "${name}": expected one of ${DATASETS.join(", ")}${meant(name, DATASETS)}`,
      );
  }
}
