import type { OperatorName } from "../training/mod.ts";

/** The version of the exhibit's form that this code writes and reads. */
export const EXHIBIT_SCHEMA = 1;

/** What a trained model does on some test items: a few kB beside its record, from which pages are drawn. */
export interface Exhibit {
  /** Version of this form. */
  readonly schema: typeof EXHIBIT_SCHEMA;
  /** Name of the data set. */
  readonly data: string;
  /** The data set as tables name it. */
  readonly dataTitle: string;
  /** What stands in the attention slot. */
  readonly operator: OperatorName;
  /** Seed of the run. */
  readonly seed: number;
  /** Size of the experiment. */
  readonly profile: string;
  /** SHA-256 of the weights it was made from: those of the record. */
  readonly weightsDigest: string;
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** The first test items of each class, in the order of the test set, up to a few. */
  readonly items: readonly ExhibitItem[];
  /** How much the heads choose the same tokens; null for a single head. */
  readonly overlap: ExhibitOverlap | null;
  /** How low the energies are that the annealer reaches; null where no annealer is asked. */
  readonly energies: ExhibitEnergies | null;
}

/** A test item, and what was chosen in it. */
export type ExhibitItem = PictureItem | TextItem;

/** What every item has. */
export interface ChosenItem {
  /** Number of the true class. */
  readonly label: number;
  /** Number of the class that the model gives. */
  readonly predicted: number;
  /** Numbers of the chosen tokens, ascending, a list a head. */
  readonly chosen: readonly (readonly number[])[];
  /** Energy of the selection; null where none is known. */
  readonly energy: number | null;
  /** Share of each chosen token in the energy, in the order of `chosen`; empty where none is known. */
  readonly tokenEnergies: readonly (readonly number[])[];
}

/** A picture; its tokens are its patches, row by row. */
export interface PictureItem extends ChosenItem {
  /** Tells the kinds apart. */
  readonly kind: "picture";
  /** Height in pixels. */
  readonly rows: number;
  /** Width in pixels. */
  readonly columns: number;
  /** Values a pixel. */
  readonly channels: number;
  /** Pixels, `[rows, columns, channels]`, 0 .. 255, in base64. */
  readonly pixels: string;
  /** Edge of a patch in pixels. */
  readonly patch: number;
}

/** A text; its tokens are its words. */
export interface TextItem extends ChosenItem {
  /** Tells the kinds apart. */
  readonly kind: "text";
  /** The tokens as words, padding left out. */
  readonly words: readonly string[];
}

/** Mean overlap between heads over test items, with the head penalty as trained and without it. */
export interface ExhibitOverlap {
  /** Number of test items. */
  readonly items: number;
  /** Mean Jaccard index of the tokens of two heads, `[H, H]`, over items in which either chooses; null where none does. */
  readonly withPenalty: readonly (readonly (number | null)[])[];
  /** The same problems, solved again with the penalty's weight set to 0. */
  readonly withoutPenalty: readonly (readonly (number | null)[])[];
  /** Share of (head, token) pairs chosen with and without the penalty. */
  readonly density: readonly [withPenalty: number, withoutPenalty: number];
}

/** Mean energies of the trained model's problems over test items, recomputed from the problems. */
export interface ExhibitEnergies {
  /** Number of test items. */
  readonly items: number;
  /** One run of the annealer, as trained and tested. */
  readonly annealed: number;
  /** Descent from a random start, no annealing. */
  readonly descent: number;
  /** Random tokens, as many a head as the annealer chooses on average. */
  readonly random: number;
  /** The lowest of `longRuns` long runs and of the above: the lowest seen, not proved minimal. */
  readonly best: number;
  /** Number and sweeps of the long runs. */
  readonly longRuns: { readonly runs: number; readonly sweeps: number };
  /** Share of items in which the annealer reaches the lowest seen, to 1 part in 10^6. */
  readonly reached: number;
}

/**
 * Makes a small invented exhibit, for examples and tests; its numbers were measured nowhere.
 *
 * @param changes fields that replace those of the example. @default {none}
 * @returns a fresh exhibit of `exampleRecord({ operator: "qamaV2" })`: a picture of 2 x 2 patches, two heads
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example One picture
 * ```ts
 * import { exampleExhibit } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleExhibit().items.length, 1);
 * ```
 */
export function exampleExhibit(changes: Partial<Exhibit> = {}): Exhibit {
  return {
    schema: EXHIBIT_SCHEMA,
    data: "example",
    dataTitle: "Example, invented numbers",
    operator: "qamaV2",
    seed: 1,
    profile: "smoke",
    weightsDigest: "ab".repeat(32),
    classes: ["zero", "one"],
    items: [{
      ...{ kind: "picture", rows: 2, columns: 2, channels: 1, pixels: "AFWq/w==", patch: 1 },
      ...{ label: 0, predicted: 1, chosen: [[0, 3], []], energy: -3, tokenEnergies: [[-1, -2], []] },
    }],
    overlap: {
      items: 10,
      withPenalty: [[1, 0.02], [0.02, 1]],
      withoutPenalty: [[1, 0.4], [0.4, 1]],
      density: [0.15, 0.3],
    },
    energies: {
      ...{ items: 10, annealed: -10, descent: -8, random: 3, best: -11 },
      ...{ longRuns: { runs: 8, sweeps: 200 }, reached: 0.3 },
    },
    ...changes,
  };
}
