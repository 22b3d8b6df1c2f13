import { attentionEnergies, type AttentionProblem, tokenEnergies } from "../attention/mod.ts";
import {
  type ImageData,
  inspectModel,
  isTextData,
  resolveVitShape,
  type TextData,
  type TrainingData,
} from "../training/mod.ts";
import { type ChosenItem, type Exhibit, EXHIBIT_SCHEMA, type ExhibitItem } from "./exhibit.ts";
import { decimals, measureSelections } from "./_selection_measures.ts";
import type { RunRecord } from "./types.ts";

/** Test items over which overlaps and energies are taken. */
export const EXHIBIT_ITEMS = 200;
/** Most items shown. */
export const SHOWN_ITEMS = 4;

/**
 * Makes the exhibit of a finished run: what its final weights choose, how heads overlap, how low energies are.
 *
 * Shown are the first test items of each class, whatever the model makes of them. Overlaps and energies are means over the
 * first {@link EXHIBIT_ITEMS} test items.
 *
 * @param record a finished run
 * @param data the pictures or texts it was trained and tested on
 * @param weights its final weights, from its checkpoint
 * @returns the exhibit; null where the operator solves nothing
 * @throws {TypeError} if the weights are not of this model
 *
 * Cost about 1,600 sweeps over each of {@link EXHIBIT_ITEMS} items: seconds for pictures of 49 tokens.
 * Source: Jaccard, Distribution of the alpine flora (1901), for the index.
 *
 * @example Without attention there is nothing to show
 * ```ts
 * import { exampleRecord, makeExhibit } from "qama/experiments";
 * import { SimpleVit } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(16), labels: Uint8Array.of(0), count: 1 };
 * const size = { rows: 4, columns: 4, channels: 1 };
 * const data = { name: "blank", synthetic: true, ...size, classes: ["a"], train: split, test: split, checksums: {} };
 * const { weights } = new SimpleVit(wasmKernels(), { ...size, classes: 1 }, () => null);
 * assertEquals(makeExhibit(exampleRecord({ operator: "none" }), data, weights), null);
 * ```
 */
export function makeExhibit(record: RunRecord, data: TrainingData, weights: Float32Array): Exhibit | null {
  const { operator, seed, options: { sweeps }, profile, weightsDigest } = record;
  const { classes, test } = data;
  const parts: { problem: AttentionProblem; chosen: Uint8Array }[] = [];
  const items: ExhibitItem[] = [];
  const left = classes.map(() => Math.ceil(SHOWN_ITEMS / classes.length));
  const count = Math.min(EXHIBIT_ITEMS, test.count);
  for (const part of inspectModel(data, weights, { operator, seed, sweeps, count })) {
    const { from, problem, chosen, predicted } = part;
    if (problem === null || chosen === null) return null;
    parts.push({ problem, chosen });
    for (let s = 0; s < part.count && items.length < SHOWN_ITEMS; s++) {
      const label = test.labels[from + s];
      if (left[label]-- <= 0) continue;
      const what = { label, predicted: predicted[s], ...chosenItem(problem, chosen, s) };
      items.push({ ...isTextData(data) ? textOf(data, from + s) : pictureOf(data, from + s), ...what });
    }
  }
  const measures = measureSelections(parts, { seed, sweeps });
  return {
    schema: EXHIBIT_SCHEMA,
    data: record.data.name,
    dataTitle: record.data.title,
    operator,
    seed,
    profile,
    weightsDigest,
    classes: [...classes],
    items,
    ...measures,
  };
}

function pictureOf({ rows, columns, channels, classes, test }: ImageData, s: number) {
  const { patch } = resolveVitShape({ rows, columns, channels, classes: classes.length });
  const size = rows * columns * channels;
  const pixels = test.images.slice(s * size, (s + 1) * size).toBase64();
  return { kind: "picture", rows, columns, channels, pixels, patch } as const;
}

function textOf({ test, vocabulary }: TextData, s: number) {
  const words = Array.from(test.tokens.subarray(test.starts[s], test.starts[s + 1]), (token) => vocabulary[token]);
  return { kind: "text", words } as const;
}

/** What was chosen in problem s: token numbers a head, energy, and the tokens' shares in it. */
export function chosenItem(
  problem: AttentionProblem,
  chosen: Uint8Array,
  s: number,
): Pick<ChosenItem, "chosen" | "energy" | "tokenEnergies"> {
  const { heads: H, tokens: N } = problem;
  const shares = tokenEnergies(problem, chosen);
  const numbers = Array.from({ length: H }, (_, t) => {
    const from = (s * H + t) * N;
    return Array.from({ length: N }, (_, i) => i).filter((i) => chosen[from + i] === 1);
  });
  return {
    chosen: numbers,
    energy: decimals(attentionEnergies(problem, chosen)[s], 3),
    tokenEnergies: numbers.map((of, t) => of.map((i) => decimals(shares[(s * H + t) * N + i], 2))),
  };
}
