import { attentionEnergies, type AttentionProblem, tokenEnergies } from "../attention/mod.ts";
import { type ImageData, inspectModel, resolveVitShape } from "../training/mod.ts";
import { type Exhibit, EXHIBIT_SCHEMA, type PictureItem } from "./exhibit.ts";
import { decimals, measureSelections } from "./_selection_measures.ts";
import type { RunRecord } from "./types.ts";

/** Test items over which overlaps and energies are taken. */
export const EXHIBIT_ITEMS = 200;
/** Most items shown. */
export const SHOWN_ITEMS = 4;

/**
 * Makes the exhibit of a finished run on pictures: what its final weights choose, how heads overlap, how low energies are.
 *
 * Shown are the first test pictures of each class, whatever the model makes of them. Overlaps and energies are means over
 * the first {@link EXHIBIT_ITEMS} test pictures.
 *
 * @param record a finished run
 * @param data the pictures it was trained and tested on
 * @param weights its final weights, from its checkpoint
 * @returns the exhibit; null where the operator solves nothing
 * @throws {TypeError} if the weights are not of this model
 *
 * Cost about 2,000 annealing runs of {@link EXHIBIT_ITEMS} pictures: half a minute on one core for 49 tokens.
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
export function makeExhibit(record: RunRecord, data: ImageData, weights: Float32Array): Exhibit | null {
  const { operator, seed, options: { sweeps }, profile, weightsDigest } = record;
  const { rows, columns, channels, classes } = data;
  const { patch } = resolveVitShape({ rows, columns, channels, classes: classes.length });
  const parts: { problem: AttentionProblem; chosen: Uint8Array }[] = [];
  const items: PictureItem[] = [];
  const seen = new Set<number>();
  const wanted = Math.min(SHOWN_ITEMS, classes.length);
  const count = Math.min(EXHIBIT_ITEMS, data.test.count);
  for (const part of inspectModel(data, weights, { operator, seed, sweeps, count })) {
    const { from, problem, chosen, predicted } = part;
    if (problem === null || chosen === null) return null;
    parts.push({ problem, chosen });
    for (let s = 0; s < part.count && items.length < wanted; s++) {
      const label = data.test.labels[from + s];
      if (seen.has(label)) continue;
      seen.add(label);
      const size = rows * columns * channels;
      const pixels = data.test.images.slice((from + s) * size, (from + s + 1) * size).toBase64();
      const picture = { kind: "picture", rows, columns, channels, pixels, patch } as const;
      items.push({ ...picture, label, predicted: predicted[s], ...chosenItem(problem, chosen, s) });
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

/** What was chosen in problem s: token numbers a head, energy, and the tokens' shares in it. */
export function chosenItem(
  problem: AttentionProblem,
  chosen: Uint8Array,
  s: number,
): Pick<PictureItem, "chosen" | "energy" | "tokenEnergies"> {
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
