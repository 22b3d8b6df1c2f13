import type { ImageData } from "../../lib/training/types.ts";
import { type IdxImageSet, loadIdxImages, type LoadOptions } from "../idx/mod.ts";

/** The four files of MNIST, their digests and where they are published. */
export const MNIST: IdxImageSet = {
  name: "MNIST",
  folders: ["mnist", "MNIST/raw"],
  mirrors: [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
  ],
  classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  files: {
    // published md5 f68b3c2dcbeaaa9fbdd348bbdeb94873
    trainImages: {
      name: "train-images-idx3-ubyte",
      shape: [60_000, 28, 28],
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      packedBytes: 9_912_422,
      packedSha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    },
    // published md5 d53e105ee54ea40749a09fcbcd1e9432
    trainLabels: {
      name: "train-labels-idx1-ubyte",
      shape: [60_000],
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      packedBytes: 28_881,
      packedSha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    },
    // published md5 9fb629c4189551a2d022fa330f9573f3
    testImages: {
      name: "t10k-images-idx3-ubyte",
      shape: [10_000, 28, 28],
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      packedBytes: 1_648_877,
      packedSha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    },
    // published md5 ec29112dd5afa0611ce80d1b7f02629c
    testLabels: {
      name: "t10k-labels-idx1-ubyte",
      shape: [10_000],
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      packedBytes: 4_542,
      packedSha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
  },
};

/**
 * Loads MNIST: 60,000 training and 10,000 test pictures of handwritten digits, 28 x 28, grey.
 *
 * @param options where to look, see {@link LoadOptions}; the files are looked for in `mnist/` below a data folder
 * @returns the pictures, ink bright on dark ground
 * @throws whatever {@link loadIdxImages} throws
 *
 * Cost under 1 s where the files are at hand; once 11.6 MB from the network where not.
 * Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition (1998),
 * DOI 10.1109/5.726791. The pinned SHA-256 are of files whose md5 are the published ones.
 *
 * @example A folder that does not exist
 * ```ts
 * import { loadMnist } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadMnist({ dataDir: "no/such" }), Deno.errors.NotFound, "no/such, named by dataDir");
 * ```
 */
export function loadMnist(options: LoadOptions = {}): Promise<ImageData> {
  return loadIdxImages(MNIST, options);
}
