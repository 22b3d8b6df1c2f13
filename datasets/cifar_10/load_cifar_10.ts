import { join } from "node:path";
import { checkOptionNames } from "../../lib/model/mod.ts";
import type { ImageData, ImageSplit } from "../../lib/training/types.ts";
import {
  cacheFolder,
  DataUnavailableError,
  downloadFile,
  downloadPlan,
  findFiles,
  gunzip,
  sha256,
} from "../cache/mod.ts";
import { LOAD_OPTIONS, type LoadOptions } from "../idx/mod.ts";
import { untar } from "./_untar.ts";
import { parseCifarBatch } from "./parse_cifar_batch.ts";

/** One file of CIFAR-10. */
export interface CifarBatch {
  /** Name of the unpacked file. */
  readonly name: string;
  /** SHA-256 of the unpacked file as published. */
  readonly sha256: string;
  /** A copy in circulation that has some pictures from JPEG, lossy; its labels and its order are the published ones. */
  readonly substituted?: {
    /** SHA-256 of the unpacked file. */
    readonly sha256: string;
    /** Number of pictures that are not the published ones. */
    readonly pictures: number;
  };
}

/** CIFAR-10: where it is and what must be in it. */
export interface CifarSet {
  /** The name that tables carry. */
  readonly name: string;
  /** Folders below a data folder that may hold the batches. */
  readonly folders: readonly string[];
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** Pictures a batch. */
  readonly records: number;
  /** The training batches, in order. */
  readonly train: readonly CifarBatch[];
  /** The test batch. */
  readonly test: CifarBatch;
  /** The archive that holds all batches. */
  readonly archive: {
    /** Name of the unpacked archive; packed it ends in `.gz`. */
    readonly name: string;
    /** Addresses that the packed name is added to. */
    readonly mirrors: readonly string[];
    /** Length as published, packed. */
    readonly packedBytes: number;
    /** SHA-256 as published, packed. */
    readonly packedSha256: string;
  };
}

/** The files of CIFAR-10, their digests and where they are published. */
export const CIFAR_10: CifarSet = {
  name: "CIFAR-10",
  folders: ["cifar-10-batches-bin", "cifar-10/cifar-10-batches-bin"],
  classes: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
  records: 10_000,
  train: [
    batch(
      "data_batch_1.bin",
      "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
      10,
      "0def081c410489f98b3935c2d405fc7436d23377894a5d6a710ce1fad8082588",
    ),
    batch(
      "data_batch_2.bin",
      "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
      5,
      "69cda47c0145e3c217e9d41887b354db05bc67d8e824a0007c909625de6c9935",
    ),
    batch(
      "data_batch_3.bin",
      "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
      9,
      "1a4d0920ea06101641902b09fdac800cad7b5105963deee31ddff8e83fbabe6c",
    ),
    batch(
      "data_batch_4.bin",
      "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
      27,
      "7f8e9534c4aa91fa34cb7cb4561b126eac16e9a5aff31f1fdb6b38d83f3b92d6",
    ),
    batch(
      "data_batch_5.bin",
      "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
      26,
      "ace578a129b1d9695ee4254afb079a7573b408a36f818d5d96062484607c1619",
    ),
  ],
  test: batch(
    "test_batch.bin",
    "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
    21,
    "b7a8afae140bbcc0153185efcbd5d6b73bc11a49943288e23ba94c44c391c169",
  ),
  // published md5 c32a1d4ab5d03f1284b67883e8d87530
  archive: {
    name: "cifar-10-binary.tar",
    mirrors: ["https://www.cs.toronto.edu/~kriz/"],
    packedBytes: 170_052_171,
    packedSha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
  },
};

function batch(name: string, sha256: string, pictures: number, other: string): CifarBatch {
  return { name, sha256, substituted: { sha256: other, pictures } };
}

/**
 * Loads CIFAR-10: 50,000 training and 10,000 test photographs, 32 x 32, three colours, ten classes of 6,000.
 *
 * The batches of the binary version are taken from `cifar-10-batches-bin/`, packed or not, or from the archive
 * `cifar-10-binary.tar.gz`. A copy is in circulation that has 98 of the 60,000 pictures from JPEG; it is taken too, and the
 * name then says so: `CIFAR-10 (98 of 60,000 pictures from JPEG)`. `checksums` has the SHA-256 of what was read, unpacked.
 *
 * @param options where to look, see {@link LoadOptions}
 * @param set which files, and what must be in them; default: {@link CIFAR_10}
 * @returns the pictures, `[count, 32, 32, 3]`, fresh
 * @throws {Deno.errors.NotFound} if the folder that the user named does not exist or lacks a file of the set
 * @throws {Deno.errors.NotADirectory} if it is no folder
 * @throws {SyntaxError} if a file is cut short or damaged, has a label that is no class, or is not one of the known copies
 * @throws {DataUnavailableError} if the set is not on this machine and cannot be downloaded
 * @throws the signal's reason, if it was aborted
 *
 * Cost about 2 s and 370 MB where the files are at hand; once 170 MB from the network where not.
 * Source: A. Krizhevsky, Learning multiple layers of features from tiny images (2009), technical report, University of
 * Toronto. The digests of the published batches are those that other programs pin too.
 *
 * @example A folder that does not exist
 * ```ts
 * import { loadCifar10 } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadCifar10({ dataDir: "no/such" }), Deno.errors.NotFound, "named by dataDir");
 * ```
 */
export async function loadCifar10(options: LoadOptions = {}, set: CifarSet = CIFAR_10): Promise<ImageData> {
  checkOptionNames(`Cannot load ${set.name}`, options, LOAD_OPTIONS);
  options.signal?.throwIfAborted();
  const { archive, folders, classes } = set;
  const batches = [...set.train, set.test];
  const names = batches.map(({ name }) => name);
  const groups = [{ folders, files: names }, { folders: [".", "cifar-10"], files: [archive.name] }];
  const paths = await findFiles(set.name, groups, options) ?? await downloadArchive(set, options);
  const path = paths.get(archive.name);
  const inside = path === undefined ? undefined : untar(await unpacked(path), names, path);
  const checksums: Record<string, string> = {};
  let substituted = 0;
  const split = async (batches: readonly CifarBatch[]): Promise<ImageSplit> => {
    const count = batches.length * set.records;
    const [images, labels] = [new Uint8Array(count * 3072), new Uint8Array(count)];
    for (const [i, batch] of batches.entries()) {
      options.signal?.throwIfAborted();
      const from = paths.get(batch.name) ?? `${batch.name} of ${path}`;
      const bytes = inside?.get(batch.name) ?? await unpacked(from);
      const parsed = parseCifarBatch(bytes, { name: from, records: set.records, classes: classes.length });
      checksums[batch.name] = await sha256(bytes);
      substituted += substitutedPictures(batch, checksums[batch.name], from);
      images.set(parsed.images, i * parsed.images.length);
      labels.set(parsed.labels, i * parsed.labels.length);
    }
    return { images, labels, count };
  };
  const [train, test] = [await split(set.train), await split([set.test])];
  const all = (train.count + test.count).toLocaleString("en-US");
  const name = substituted === 0 ? set.name : `${set.name} (${substituted} of ${all} pictures from JPEG)`;
  return { name, synthetic: false, rows: 32, columns: 32, channels: 3, classes, train, test, checksums };
}

function substitutedPictures(batch: CifarBatch, digest: string, from: string): number {
  if (digest === batch.sha256) return 0;
  if (digest === batch.substituted?.sha256) return batch.substituted.pictures;
  throw new SyntaxError(
    `Cannot use ${from}: expected SHA-256 ${batch.sha256} (unpacked), got ${digest}; put the published file in its place, ` +
      `or delete this one`,
  );
}

async function unpacked(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await Deno.readFile(path);
  return path.endsWith(".gz") ? await gunzip(bytes, { name: path }) : bytes;
}

async function downloadArchive(
  { name, archive, folders }: CifarSet,
  options: LoadOptions,
): Promise<Map<string, string>> {
  const folder = options.cacheDir ?? cacheFolder();
  const wayOut = `put the batches of ${name} in a folder ${folders[0]}/ and name the folder above it with ` +
    `dataDir or QAMA_DATA_DIR, or use the glyphs, which need no file`;
  if (options.offline) {
    throw new DataUnavailableError(
      `Cannot load ${name}: expected it in ${folder}, got no such files and no leave to use the network; ${wayOut}`,
    );
  }
  const path = join(folder, `${archive.name}.gz`);
  const urls = (options.mirrors ?? archive.mirrors).map((mirror) => `${mirror.replace(/\/*$/, "/")}${archive.name}.gz`);
  const { signal, onProgress, fetch } = options;
  const file = { urls, path, bytes: archive.packedBytes, sha256: archive.packedSha256 };
  const plan = await downloadPlan(name, [file]);
  if (plan !== undefined) options.onDownload?.(plan);
  await downloadFile({ ...file, wayOut, signal, onProgress, fetch });
  return new Map([[archive.name, path]]);
}
