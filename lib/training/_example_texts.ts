import { Rng } from "../random/mod.ts";
import type { TextData, TextSplit } from "./text_data.ts";

/** Texts for tests, of 1 to 12 words: the class is whether word 1 or word 2 is in them; the rest is noise. */
export function wordTexts(train: number, test: number): TextData {
  const draw = (count: number, first: number): TextSplit => {
    const tokens: number[] = [], starts = [0], labels = new Uint8Array(count);
    for (let s = 0; s < count; s++) {
      const rng = new Rng(8, first + s);
      const length = 1 + rng.integer(12), place = rng.integer(length);
      labels[s] = rng.integer(2);
      for (let i = 0; i < length; i++) tokens.push(i === place ? 1 + labels[s] : 3 + rng.integer(17));
      starts.push(tokens.length);
    }
    return { tokens: Int32Array.from(tokens), starts: Int32Array.from(starts), labels, count };
  };
  const vocabulary = Array.from({ length: 20 }, (_, word) => `word${word}`);
  const splits = { train: draw(train, 0), test: draw(test, 2 ** 20) };
  return {
    name: "words (drawn by the tests)",
    synthetic: true,
    classes: ["no", "yes"],
    vocabulary,
    ...splits,
    checksums: {},
  };
}
