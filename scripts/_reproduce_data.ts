import { type LoadImageDataOptions, takeSubset } from "../datasets/mod.ts";
import type { LoadedImages } from "../lib/experiments/mod.ts";
import type { ImageData } from "../lib/training/mod.ts";

/** How a run's data are loaded: what a worker is told of them. */
export interface DataSource {
  /** Folder that holds the data sets; null: where they are looked for by default. */
  readonly dataDir: string | null;
  /** First training items taken; null: all. */
  readonly train: number | null;
  /** First test items taken; null: all. */
  readonly test: number | null;
}

/** Loads a whole data set by name. */
export type LoadWhole = (name: string, options: LoadImageDataOptions) => Promise<ImageData>;

/** Loads the part of a data set that a source names. */
export async function loadPart(
  load: LoadWhole,
  name: string,
  source: unknown,
  signal: AbortSignal,
): Promise<LoadedImages> {
  // written by `reproduce` of the same version, see RunTask
  const { dataDir, ...part } = source as DataSource;
  return partOf(await load(name, { ...dataDir === null ? {} : { dataDir }, signal }), part);
}

/** The first items of a data set, and how many there are in all. */
export function partOf(whole: ImageData, part: Pick<DataSource, "train" | "test">): LoadedImages {
  const train = Math.min(part.train ?? Infinity, whole.train.count);
  const test = Math.min(part.test ?? Infinity, whole.test.count);
  return {
    data: takeSubset(whole, { train, test }),
    full: { train: whole.train.count, test: whole.test.count },
  };
}
