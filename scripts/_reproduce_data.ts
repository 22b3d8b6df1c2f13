import {
  DATASETS,
  type FeatureProgress,
  holdOut,
  loadImageData,
  type LoadImageDataOptions,
  loadTextData,
  loadTextFeatures,
  takeClasses,
  takeSubset,
  takeTextSubset,
  TEXT_DATASETS,
} from "../datasets/mod.ts";
import type { LoadedImages } from "../lib/experiments/mod.ts";
import { isTextData, type TrainingData } from "../lib/training/mod.ts";

/** Every data set that a run can be made on, by name. */
export const DATA_NAMES: readonly string[] = [...DATASETS, ...TEXT_DATASETS];

/** Whether a data set of this name is of texts. */
export function isTextName(name: string): boolean {
  return TEXT_DATASETS.some((text) => text === name);
}

/** How a run's data are loaded: what a worker is told of them. */
export interface DataSource {
  /** Folder that holds the data sets; null: where they are looked for by default. */
  readonly dataDir: string | null;
  /** First training items taken; null: all. */
  readonly train: number | null;
  /** First test items taken; null: all. */
  readonly test: number | null;
  /** True: the last `test` training items are tested on, and no test item; absent: not so. */
  readonly heldOut?: true;
  /** Frozen features in place of trained word vectors, from a model's name or folder; absent: none. */
  readonly features?: FeatureChoice;
}

/** Which transformer's features stand in for trained word vectors. */
export interface FeatureChoice {
  /** Folder of a model; null: ALBERT-base, from the network or its cache. */
  readonly folder: string | null;
}

/** Where a data set is looked for. */
export interface LoadWholeOptions
  extends Pick<LoadImageDataOptions, "dataDir" | "signal" | "onDownload" | "onProgress"> {
  /** See {@link DataSource}. */
  readonly features?: FeatureChoice;
  /** Called while features are computed. */
  readonly onFeatures?: (progress: FeatureProgress) => void;
}

/** Loads a whole data set by name. */
export type LoadWhole = (name: string, options: LoadWholeOptions) => Promise<TrainingData>;

/** Loads a whole data set of pictures or texts by name, or two classes of pictures: `mnist-3-6`. */
export async function loadWhole(name: string, options: LoadWholeOptions): Promise<TrainingData> {
  const { features, onFeatures, onDownload, onProgress, ...where } = options;
  if (!isTextName(name)) {
    const [, set = name, ...pair] = /^(.+)-(\d)-(\d)$/.exec(name) ?? [];
    const data = await loadImageData(set, { ...where, onDownload, onProgress });
    return pair.length === 0 ? data : takeClasses(data, pair.map(Number));
  }
  if (features === undefined) return await loadTextData(name, where);
  const { folder } = features;
  return await loadTextFeatures(name, {
    ...where,
    ...folder === null ? {} : { featuresDir: folder },
    onDownload,
    onProgress: onFeatures,
  });
}

/** Loads the part of a data set that a source names. */
export async function loadPart(
  load: LoadWhole,
  name: string,
  source: unknown,
  signal: AbortSignal,
): Promise<LoadedImages> {
  // written by `reproduce` of the same version, see RunTask
  const { dataDir, features, ...part } = source as DataSource;
  const where = { ...dataDir === null ? {} : { dataDir }, ...features === undefined ? {} : { features } };
  return partOf(await load(name, { ...where, signal }), part);
}

/** The first items of a data set, or training items to train and to test on, and how many there are in all. */
export function partOf(whole: TrainingData, part: Pick<DataSource, "train" | "test" | "heldOut">): LoadedImages {
  const full = { train: whole.train.count, test: whole.test.count };
  if (part.heldOut) {
    const { train, test } = part;
    if (train === null || test === null) throw new TypeError("Cannot hold items out: expected two counts, got null");
    return { data: holdOut(whole, { train, test }), full, testFrom: "training" };
  }
  const train = Math.min(part.train ?? Infinity, whole.train.count);
  const test = Math.min(part.test ?? Infinity, whole.test.count);
  return {
    data: isTextData(whole) ? takeTextSubset(whole, { train, test }) : takeSubset(whole, { train, test }),
    full,
  };
}
