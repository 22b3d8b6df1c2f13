/** What patches are cut from. */
export interface PictureShape {
  /** Height in pixels, a multiple of `patch`. */
  readonly rows: number;
  /** Width in pixels, a multiple of `patch`. */
  readonly columns: number;
  /** Values a pixel. */
  readonly channels: number;
  /** Edge of a patch in pixels. */
  readonly patch: number;
}

/**
 * Cuts pictures into patches, row by row, pixels scaled to [-1, 1]: `(pixel / 255 - 0.5) / 0.5`.
 *
 * @param images bytes `[count, rows, columns, channels]`
 * @param count number of pictures
 * @param picture sizes
 * @param patches receives `[count, tokens, patch * patch * channels]`
 *
 * Cost O(count * rows * columns * channels); nothing is checked.
 *
 * @example White is 1
 * ```ts
 * import { writePatches } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const patches = new Float32Array(1);
 * writePatches(Uint8Array.of(255), 1, { rows: 1, columns: 1, channels: 1, patch: 1 }, patches);
 * assertEquals(patches[0], 1);
 * ```
 */
export function writePatches(images: Uint8Array, count: number, picture: PictureShape, patches: Float32Array): void {
  const { rows, columns, channels, patch } = picture;
  const line = patch * channels;
  let to = 0;
  for (let s = 0; s < count; s++) {
    for (let r = 0; r < rows; r += patch) {
      for (let c = 0; c < columns; c += patch) {
        for (let y = 0; y < patch; y++) {
          const from = ((s * rows + r + y) * columns + c) * channels;
          for (let i = 0; i < line; i++) patches[to++] = (images[from + i] / 255 - 0.5) / 0.5;
        }
      }
    }
  }
}

/**
 * Makes 2-D sine-cosine positions: a quarter of the features each for sin and cos of the column, sin and cos of the row.
 *
 * Feature i of a quarter has the frequency `10000^(-i / (D / 4 - 1))`.
 *
 * @param rows rows of patches
 * @param columns columns of patches
 * @param D width of the residual stream, a multiple of 4
 * @returns positions, `[rows * columns, D]`, fresh
 *
 * Cost O(rows * columns * D).
 * Source: Beyer, Zhai and Kolesnikov, Better plain ViT baselines for ImageNet-1k (2022), arXiv 2205.01580.
 *
 * @example Column 0 and row 0 have sine 0 and cosine 1
 * ```ts
 * import { patchPositions } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * assertEquals(Array.from(patchPositions(1, 1, 4)), [0, 1, 0, 1]);
 * ```
 */
export function patchPositions(rows: number, columns: number, D: number): Float32Array {
  const quarter = D / 4;
  const positions = new Float32Array(rows * columns * D);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const to = (r * columns + c) * D;
      for (let i = 0; i < quarter; i++) {
        const frequency = 10000 ** (-i / Math.max(1, quarter - 1));
        positions[to + i] = Math.sin(c * frequency);
        positions[to + quarter + i] = Math.cos(c * frequency);
        positions[to + 2 * quarter + i] = Math.sin(r * frequency);
        positions[to + 3 * quarter + i] = Math.cos(r * frequency);
      }
    }
  }
  return positions;
}
