import { annealedSelection, attentionEnergies, type AttentionSolver, greedySelection } from "../attention/mod.ts";
import { noisySelection, roundedSelection } from "../attention/mod.ts";
import { inspectModel, type OperatorName, type TrainingData } from "../training/mod.ts";
import { decimals } from "./_selection_measures.ts";
import { likeness, measureOwn, replayed, type StudyMeasures, swapsOf } from "./_study_selections.ts";

export type { StudyMeasures };

/** Test items, from the first, that sensitivity to the solver is measured on. */
export const SENSITIVITY_ITEMS = 2_000;
/** Sweeps that a trained model is evaluated with. */
export const STUDY_SWEEPS: readonly number[] = [0, 1, 5, 20, 100];
/** Noise on the couplings, over their root mean square. */
export const STUDY_NOISE_LEVELS: readonly number[] = [0.1, 0.3, 1];
/** Bits of a coefficient. */
export const STUDY_ROUNDED_BITS: readonly number[] = [8, 4];
/** A second solver seed lies so far above the first. */
const SECOND_SEED = 1_000;

/** A trained model evaluated with other selections than those it solves for. */
export interface StudyVariant {
  /**
   * What was changed: the selection swapped (`other`, `mask`, `random`, `greedy`), another solver seed, the sweeps, noise on
   * the couplings, or the bits of the coefficients.
   */
  readonly kind: "other" | "mask" | "random" | "greedy" | "seed" | "sweeps" | "noise" | "bits";
  /** Sweeps, noise or bits; null where the kind says all. */
  readonly value: number | null;
  /** Test items, from the first. */
  readonly items: number;
  /** Items classified right. */
  readonly correct: number;
  /** Items that the model itself classifies right and this does not. */
  readonly lost: number;
  /** Items that this classifies right and the model itself does not. */
  readonly gained: number;
  /** Share of (head, token) pairs chosen. */
  readonly density: number;
  /** Mean Jaccard index of a head's selection and the model's own; null where all are empty. */
  readonly likeness: number | null;
  /** Mean energy of the selections in the model's own problems. */
  readonly energy: number;
}

/** What a trained model does with the test items. */
export interface StudyEvaluation {
  /** Test items. */
  readonly items: number;
  /** Which of them are classified right: bit i % 8 of byte i / 8, in base64. */
  readonly right: string;
  /** What is chosen; null where nothing is solved or ranked for it. */
  readonly measures: StudyMeasures | null;
  /** The model with other selections; empty where nothing is solved or ranked. */
  readonly variants: readonly StudyVariant[];
}

/** Which model is evaluated. */
export interface EvaluateStudyModelOptions {
  /** What stands in its attention slot. */
  readonly operator: OperatorName;
  /** Seed of the run. */
  readonly seed: number;
  /** False: only its own test, no other selection. @default {true} */
  readonly variants?: boolean;
  /** Stops after the pass under way; null is then given. */
  readonly signal?: AbortSignal;
  /** Called after each pass over the test items. */
  readonly onPass?: (done: number, passes: number) => void;
}

/**
 * Evaluates a trained model of the study: its own test, its selections, and the test again with other selections.
 *
 * The test is that of training, item for item. Where an operator solves a QUBO, its selections are swapped, solved with another seed,
 * with fewer and more sweeps, and for wrong couplings; those of the largest fields are swapped only. Sensitivity is measured on
 * the first {@link SENSITIVITY_ITEMS} items, swaps and seeds on all.
 *
 * @param data the pictures or texts that the model was trained and tested on
 * @param weights all weights of its last checkpoint
 * @param options which model
 * @returns null if it was stopped
 * @throws {TypeError} if there are more or fewer weights than the model has
 *
 * Cost a test for each swap, and about as much for sensitivity; `x` of all test items in memory.
 * Source: none needed.
 *
 * @example A model without attention has nothing to swap
 * ```ts
 * import { evaluateStudyModel } from "qama/experiments";
 * import { SimpleVit } from "qama/training";
 * import { wasmKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(32), labels: Uint8Array.of(0, 1), count: 2 };
 * const size = { rows: 4, columns: 4, channels: 1 };
 * const data = { name: "blank", synthetic: true, ...size, classes: ["a", "b"], train: split, test: split, checksums: {} };
 * const { weights } = new SimpleVit(wasmKernels(), { ...size, classes: 2 }, () => null);
 * assertEquals((await evaluateStudyModel(data, weights, { operator: "none", seed: 1 }))?.variants, []);
 * ```
 */
export async function evaluateStudyModel(
  data: TrainingData,
  weights: Float32Array,
  options: EvaluateStudyModelOptions,
): Promise<StudyEvaluation | null> {
  const { operator, seed, signal, onPass, variants: wanted = true } = options;
  const solves = operator.startsWith("qama") && !operator.endsWith("Fixed");
  const swapped = solves || operator.startsWith("selectedTopField");
  const items = data.test.count;
  const own = pass(data, weights, { operator, seed, count: items });
  const result = { items, right: packed(own.right).toBase64() };
  const { selections } = own;
  if (!wanted || !swapped || selections === null) {
    onPass?.(1, 1);
    return { ...result, measures: null, variants: [] };
  }
  const few = Math.min(items, SENSITIVITY_ITEMS);
  const swaps = swapsOf(selections, seed);
  const tries: (Pick<StudyVariant, "kind" | "value" | "items"> & { solver?: AttentionSolver; sweeps?: number })[] = [
    ...(["other", "mask", "random"] as const).map((kind) => ({
      ...{ kind, value: null, items },
      solver: replayed(kind, swaps[kind]),
    })),
    ...!solves ? [] : [
      { kind: "greedy", value: null, items, solver: greedySelection() } as const,
      { kind: "seed", value: null, items, solver: seededAnew() } as const,
      ...STUDY_SWEEPS.map((sweeps) => ({ kind: "sweeps", value: sweeps, items: few, sweeps } as const)),
      ...STUDY_NOISE_LEVELS.map((noise) => ({
        ...{ kind: "noise", value: noise, items: few } as const,
        solver: noisySelection({ noise, seed }),
      })),
      ...STUDY_ROUNDED_BITS.map((bits) => ({
        ...{ kind: "bits", value: bits, items: few } as const,
        solver: roundedSelection({ bits }),
      })),
    ],
  ];
  const variants: StudyVariant[] = [];
  for (const { kind, value, items, solver, sweeps } of tries) {
    onPass?.(1 + variants.length, 1 + tries.length);
    await new Promise((resolve) => setTimeout(resolve));
    if (signal?.aborted) return null;
    const { right, selections: chosen, energy } = pass(data, weights, { operator, seed, sweeps, solver, count: items });
    let lost = 0, gained = 0, correct = 0;
    right.forEach((bit, i) => {
      correct += bit;
      lost += own.right[i] & ~bit & 1;
      gained += bit & ~own.right[i] & 1;
    });
    const counts = { items, correct, lost, gained };
    variants.push({
      kind,
      value,
      ...counts,
      density: densityOf(chosen!),
      likeness: likeness(chosen!, selections),
      energy,
    });
  }
  onPass?.(1 + tries.length, 1 + tries.length);
  return { ...result, measures: measureOwn(selections, swaps), variants };
}

/** The test items that are classified right, 0 or 1, of what {@link StudyEvaluation.right} holds. */
export function rightItems({ items, right }: Pick<StudyEvaluation, "items" | "right">): Uint8Array {
  const bits = Uint8Array.fromBase64(right);
  return Uint8Array.from({ length: items }, (_, i) => bits[i >> 3] >> (i & 7) & 1);
}

function packed(right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(right.length / 8));
  right.forEach((bit, i) => bytes[i >> 3] |= bit << (i & 7));
  return bytes;
}

/** What one head after another chose for an item. */
export interface ItemSelection {
  /** N. */
  readonly tokens: number;
  /** x, `[H, N]`. */
  readonly chosen: Uint8Array;
}

function pass(
  data: TrainingData,
  weights: Float32Array,
  options: Parameters<typeof inspectModel>[2] & { readonly count: number },
): { right: Uint8Array; selections: ItemSelection[] | null; energy: number } {
  const right = new Uint8Array(options.count);
  const selections: ItemSelection[] = [];
  let energy = 0;
  for (const { from, count, predicted, problem, chosen } of inspectModel(data, weights, options)) {
    for (let s = 0; s < count; s++) right[from + s] = predicted[s] === data.test.labels[from + s] ? 1 : 0;
    if (problem === null || chosen === null) continue;
    const { heads, tokens } = problem;
    for (let s = 0; s < count; s++) {
      selections.push({ tokens, chosen: chosen.slice(s * heads * tokens, (s + 1) * heads * tokens) });
    }
    energy += attentionEnergies(problem, chosen).reduce((sum, value) => sum + value, 0);
  }
  const none = selections.length === 0;
  return { right, selections: none ? null : selections, energy: decimals(energy / options.count, 4) };
}

function densityOf(selections: readonly ItemSelection[]): number {
  let ones = 0, places = 0;
  for (const { chosen } of selections) {
    places += chosen.length;
    for (const x of chosen) ones += x;
  }
  return decimals(ones / places, 4);
}

function seededAnew(): AttentionSolver {
  const annealer = annealedSelection();
  const solve: AttentionSolver["solve"] = (problem, options) =>
    annealer.solve(problem, { ...options, seed: options.seed + SECOND_SEED });
  return { name: annealer.name, solve };
}
