import { Rng } from "../random/mod.ts";
import type { ImageData, ImageSplit } from "./types.ts";

/** Small pictures for tests: stripes across or along over noise, for the layer norm of a patch removes its brightness. */
export function stripePictures(train: number, test: number, size = 8): ImageData {
  const draw = (count: number, first: number): ImageSplit => {
    const images = new Uint8Array(count * size * size);
    const labels = new Uint8Array(count);
    for (let s = 0; s < count; s++) {
      const rng = new Rng(5, first + s);
      labels[s] = rng.integer(2);
      for (let i = 0; i < size * size; i++) {
        const line = labels[s] ? i % size : Math.floor(i / size);
        images[s * size * size + i] = rng.integer(100) + 120 * (line % 2);
      }
    }
    return { images, labels, count };
  };
  const shape = { rows: size, columns: size, channels: 1 };
  const splits = { train: draw(train, 0), test: draw(test, 2 ** 20) };
  return {
    name: "stripes (drawn by the tests)",
    synthetic: true,
    ...shape,
    classes: ["across", "along"],
    ...splits,
    checksums: {},
  };
}
