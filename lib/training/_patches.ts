import type { Floats } from "../kernels/mod.ts";

/** What patches are cut from. */
interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly patch: number;
}

/** Cuts pictures into patches `[count, tokens, patch * patch * channels]`, pixels scaled to [-1, 1]. */
export function writePatches(images: Uint8Array, count: number, picture: Picture, patches: Floats): void {
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
 * 2-D sine-cosine positions `[rows * columns, D]`: a quarter of the features each for sin and cos of the column, sin and cos
 * of the row, at frequencies `10000^(-i / (D / 4 - 1))`.
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
