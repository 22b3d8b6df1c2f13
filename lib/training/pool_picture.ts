/** What a picture is pooled from and to. */
export interface PoolShape {
  /** Height in pixels. */
  readonly rows: number;
  /** Width in pixels. */
  readonly columns: number;
  /** Values a pixel; their mean is taken. */
  readonly channels: number;
  /** Edge of the pooled picture in pixels. */
  readonly side: number;
}

/**
 * Pools pictures to squares: every pixel of the result is the mean brightness of the area that it covers, pixels cut in two by their share.
 *
 * @param images bytes `[count, rows, columns, channels]`
 * @param count number of pictures
 * @param shape sizes
 * @param pooled receives `[count, side, side]`, 0 .. 1
 *
 * Cost O(count (rows + side) (columns + side) channels); nothing is checked.
 * Source: none needed.
 *
 * @example Two white pixels of four
 * ```ts
 * import { poolPictures } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const pooled = new Float64Array(1);
 * poolPictures(Uint8Array.of(255, 0, 0, 255), 1, { rows: 2, columns: 2, channels: 1, side: 1 }, pooled);
 * assertEquals(pooled[0], 0.5);
 * ```
 */
export function poolPictures(images: Uint8Array, count: number, shape: PoolShape, pooled: Float64Array): void {
  const { rows, columns, channels, side } = shape;
  const [down, across] = [sharesOf(rows, side), sharesOf(columns, side)];
  pooled.fill(0, 0, count * side * side);
  for (let s = 0; s < count; s++) {
    const picture = s * rows * columns * channels, result = s * side * side;
    for (let i = 0; i < down.length; i++) {
      for (let j = 0; j < across.length; j++) {
        const from = picture + (down[i].pixel * columns + across[j].pixel) * channels;
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += images[from + c];
        pooled[result + down[i].cell * side + across[j].cell] += down[i].share * across[j].share * sum /
          (255 * channels);
      }
    }
  }
}

/** Which pixels of a line each cell covers, with the share of the cell that each one fills. */
function sharesOf(pixels: number, cells: number): { pixel: number; cell: number; share: number }[] {
  const shares = [];
  for (let cell = 0; cell < cells; cell++) {
    // in units of 1 / cells of a pixel, so that nothing is rounded
    const [from, to] = [cell * pixels, (cell + 1) * pixels];
    for (let pixel = Math.floor(from / cells); pixel * cells < to; pixel++) {
      const overlap = Math.min(to, (pixel + 1) * cells) - Math.max(from, pixel * cells);
      shares.push({ pixel, cell, share: overlap / pixels });
    }
  }
  return shares;
}
