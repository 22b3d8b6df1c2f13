import type { ImageData, ImageSplit } from "../lib/training/types.ts";

/**
 * Takes the pictures of some classes, which are numbered anew in the order given.
 *
 * The name says so, `MNIST (3 against 6)`.
 *
 * @param data the whole set
 * @param classes numbers of two classes or more, each once
 * @returns the part; pictures are copied, in their order
 * @throws {RangeError} if a class is not there or stands twice, or there are fewer than two
 *
 * Cost O(bytes of the pictures).
 *
 * @example Two of ten shapes
 * ```ts
 * import { loadGlyphs, takeClasses } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const pair = takeClasses(await loadGlyphs({ trainCount: 20, testCount: 10 }), [1, 0]);
 * assertEquals(pair.classes.length, 2);
 * ```
 */
export function takeClasses(data: ImageData, classes: readonly number[]): ImageData {
  if (classes.length < 2 || new Set(classes).size < classes.length) {
    throw new RangeError(`Cannot take classes: expected two or more, each once, got ${classes.join(", ") || "none"}`);
  }
  const wrong = classes.find((label) => !(label in data.classes));
  if (wrong !== undefined) {
    throw new RangeError(`Cannot take class ${wrong}: ${data.name} has 0 to ${data.classes.length - 1}`);
  }
  const size = data.rows * data.columns * data.channels;
  const said = classes.join(" against ");
  return {
    ...data,
    name: data.name.endsWith(")") ? `${data.name.slice(0, -1)}, ${said})` : `${data.name} (${said})`,
    classes: classes.map((label) => data.classes[label]),
    train: ofClasses(data.train, classes, size),
    test: ofClasses(data.test, classes, size),
  };
}

function ofClasses(split: ImageSplit, classes: readonly number[], size: number): ImageSplit {
  const taken = [...split.labels.keys()].filter((i) => classes.includes(split.labels[i]));
  const images = new Uint8Array(taken.length * size);
  taken.forEach((from, to) => images.set(split.images.subarray(from * size, (from + 1) * size), to * size));
  return { images, labels: Uint8Array.from(taken, (i) => classes.indexOf(split.labels[i])), count: taken.length };
}
