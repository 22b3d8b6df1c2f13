import type { ImageData } from "../../lib/training/types.ts";
import { type IdxImageSet, loadIdxImages, type LoadOptions } from "../idx/mod.ts";

/** The four files of Fashion-MNIST, their digests and where they are published. */
export const FASHION_MNIST: IdxImageSet = {
  name: "Fashion-MNIST",
  folders: ["fashion-mnist", "fashion_mnist", "FashionMNIST/raw"],
  // the authors publish without TLS; what comes is trusted for its digest only
  mirrors: [
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
  ],
  classes: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  files: {
    // published md5 8d4fb7e6c68d591d4c3dfef9ec88bf0d
    trainImages: {
      name: "train-images-idx3-ubyte",
      shape: [60_000, 28, 28],
      sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      packedBytes: 26_421_880,
      packedSha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    },
    // published md5 25c81989df183df01b3e8a0aad5dffbe
    trainLabels: {
      name: "train-labels-idx1-ubyte",
      shape: [60_000],
      sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      packedBytes: 29_515,
      packedSha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    },
    // published md5 bef4ecab320f06d8554ea6380940ec79
    testImages: {
      name: "t10k-images-idx3-ubyte",
      shape: [10_000, 28, 28],
      sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
      packedBytes: 4_422_102,
      packedSha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    },
    // published md5 bb300cfdad3c16e7a12a480ee83cd310
    testLabels: {
      name: "t10k-labels-idx1-ubyte",
      shape: [10_000],
      sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
      packedBytes: 5_148,
      packedSha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
  },
};

/**
 * Loads Fashion-MNIST: 60,000 training and 10,000 test pictures of clothing, 28 x 28, grey, 7,000 of each class.
 *
 * @param options where to look, see {@link LoadOptions}; the files are looked for in `fashion-mnist/` below a data folder
 * @returns the pictures, cloth bright on dark ground
 * @throws whatever {@link loadIdxImages} throws
 *
 * Cost about 1 s where the files are at hand; once 30.9 MB from the network where not.
 * Source: H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning
 * algorithms (2017), arXiv 1708.07747. The pinned SHA-256 are of files whose md5 are the published ones.
 *
 * @example A folder that does not exist
 * ```ts
 * import { loadFashionMnist } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => loadFashionMnist({ dataDir: "no/such" }), Deno.errors.NotFound, "named by dataDir");
 * ```
 */
export function loadFashionMnist(options: LoadOptions = {}): Promise<ImageData> {
  return loadIdxImages(FASHION_MNIST, options);
}
