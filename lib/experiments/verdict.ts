import type { OperatorName } from "../training/mod.ts";
import { paperSettings, paperTextSettings, publishedAt, publishedValues, recreatedSeeds } from "./published.ts";
import type { DataDescription, ResolvedOptions } from "./types.ts";

/** What a verdict is passed on: one or more runs that differ in their seed only. */
export interface VerdictInput {
  /** Which pictures or texts the runs saw. */
  readonly data: DataDescription;
  /** What stood in the attention slot. */
  readonly operator: OperatorName;
  /** Options of the runs. */
  readonly options: ResolvedOptions;
  /** Test accuracy after the last epoch, percent, one a run. */
  readonly lastAccuracies: readonly number[];
  /** Best test accuracy of all epochs, percent, one a run. */
  readonly bestAccuracies: readonly number[];
  /** True if every run came to its last epoch. */
  readonly completed: boolean;
}

/** How runs compare with what the paper reports at the same number of epochs. */
export interface Verdict {
  /** The judgement. */
  readonly word: "agrees" | "below" | "above" | "no published value" | "not comparable";
  /** The judgement as a table says it, with its reason or caution where there is one: `not comparable (subset)`. */
  readonly text: string;
  /** The paper's accuracy, percent; null where there is none to compare with. */
  readonly published: number | null;
  /** Largest difference, in points, that counts as agreement; null where nothing is compared. */
  readonly tolerance: number | null;
}

/** Largest tolerance, in points, under which agreement tells something; under a wider one `agrees` carries a caution. */
export const WIDEST_TOLERANCE = 5;

/**
 * Compares runs with what the paper reports at the same number of epochs.
 *
 * Subsets, synthetic data, other settings and unfinished runs are compared with nothing. At 50 epochs the best epoch stands
 * against the published best; elsewhere the last epoch against the published curve. The verdict is `agrees` if the means
 * differ by at most `accuracyTolerance` of our number of runs and the published single run; where that exceeds
 * `WIDEST_TOLERANCE`, its text says that the spread is too wide to tell.
 *
 * @param input one or more runs that differ in their seed only
 * @returns the judgement; a value, never an error
 * @throws {RangeError} if there is no run, or an accuracy is not in 0 .. 100
 *
 * Cost O(runs).
 * Source: `publishedValues`.
 *
 * @example Invented pictures are compared with nothing
 * ```ts
 * import { exampleRecord, verdict } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const runs = { lastAccuracies: [80], bestAccuracies: [81], completed: true };
 * assertEquals(verdict({ ...exampleRecord(), ...runs }).text, "not comparable (synthetic data)");
 * ```
 */
export function verdict(input: VerdictInput): Verdict {
  const { data, operator, options, lastAccuracies, bestAccuracies, completed } = input;
  checkAccuracies(lastAccuracies);
  checkAccuracies(bestAccuracies);
  const reason = incomparable(data, options, completed);
  if (reason !== null) return without("not comparable", `not comparable (${reason})`);
  const published = publishedAt(data.name, operator, options.epochs, "paper");
  if (published === undefined) {
    const unfound = publishedValues.some((value) => value.operator === operator && value.source === "paper");
    return without("no published value", `no published value${unfound ? ` at ${options.epochs} epochs` : ""}`);
  }
  const accuracies = published.statistic === "best" ? bestAccuracies : lastAccuracies;
  const tolerance = accuracyTolerance(accuracies, [published.accuracy], data.test);
  const difference = mean(accuracies) - published.accuracy;
  const word = Math.abs(difference) <= tolerance ? "agrees" : difference < 0 ? "below" : "above";
  const wide = word === "agrees" && tolerance > WIDEST_TOLERANCE;
  const text = wide ? "agrees, but the spread is too wide to tell" : word;
  return { word, text, published: published.accuracy, tolerance };
}

/**
 * Says why accuracies on these data under these options stand beside nothing published.
 *
 * @param data which pictures the runs saw
 * @param options options of the runs
 * @param completed true if every run came to its last epoch
 * @returns a few words, `subset`; null if they may be compared
 *
 * Cost O(1).
 * Source: `paperSettings`.
 *
 * @example Invented pictures
 * ```ts
 * import { exampleRecord, incomparable } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const { data, options } = exampleRecord();
 * assertEquals(incomparable(data, options, true), "synthetic data");
 * ```
 */
export function incomparable(data: DataDescription, options: ResolvedOptions, completed: boolean): string | null {
  if (data.synthetic) return "synthetic data";
  if (data.train !== data.fullTrain || data.test !== data.fullTest) return "subset";
  const settings = data.text ? paperTextSettings : paperSettings;
  if (options.batchSize !== settings.batchSize) return `batch size ${options.batchSize}`;
  if (options.learningRate !== settings.learningRate) return `learning rate ${options.learningRate}`;
  if (data.text && "words" in data.text) return "word vectors trained here; the paper's are ALBERT's features";
  return completed ? null : "interrupted";
}

/**
 * Computes the difference of two mean accuracies that chance alone exceeds about once in twenty times.
 *
 * `2 sqrt(s^2 (1/a + 1/b) + (p (100 - p) + q (100 - q)) / (2 n))` points: a and b runs with means p and q percent on n test
 * pictures. s is the spread over seeds: the larger of the runs' own and the re-creation's 0.94 points, as the few runs of a
 * table know their own spread badly. The second part, the binomial spread of a test set, is counted once because both were
 * tested on the same pictures. The re-creation's spread is of full training sets; on subsets it is too small rather than too large.
 *
 * @param a accuracies of the one, percent, one a run
 * @param b accuracies of the other
 * @param testCount number of test pictures
 * @returns points of accuracy, above 0
 * @throws {RangeError} if there is no run, an accuracy is not in 0 .. 100, or testCount is not an integer of 1 or more
 *
 * Cost O(runs).
 * Source: the normal approximation to the binomial; spread over seeds pooled from `recreatedSeeds` (12 degrees of freedom).
 *
 * @example One run against another on 10,000 pictures
 * ```ts
 * import { accuracyTolerance } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(accuracyTolerance([82.3], [82.5], 10_000).toFixed(1), "2.8");
 * ```
 */
export function accuracyTolerance(a: readonly number[], b: readonly number[], testCount: number): number {
  checkAccuracies(a);
  checkAccuracies(b);
  if (!Number.isInteger(testCount) || testCount < 1) {
    throw new RangeError(`Cannot compare accuracies: testCount must be an integer of 1 or more, got ${testCount}`);
  }
  const seeds = Math.max(referenceVariance(), variance(a), variance(b));
  const binomial = [mean(a), mean(b)].reduce((sum, p) => sum + p * (100 - p) / testCount, 0) / 2;
  return 2 * Math.sqrt(seeds * (1 / a.length + 1 / b.length) + binomial);
}

/**
 * Computes the sample standard deviation, the spread that tables show.
 *
 * @param values at least two for a spread
 * @returns `sqrt(sum (x - mean)^2 / (n - 1))`; null for fewer than two values, which have no spread
 *
 * Cost O(values).
 * Source: none needed.
 *
 * @example Two values
 * ```ts
 * import { spread } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals([spread([1]), spread([0, 2])], [null, Math.SQRT2]);
 * ```
 */
export function spread(values: readonly number[]): number | null {
  return values.length < 2 ? null : Math.sqrt(variance(values));
}

function referenceVariance(): number {
  return mean(recreatedSeeds.map(({ accuracies }) => variance(accuracies)));
}

function variance(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function without(word: Verdict["word"], text: string): Verdict {
  return { word, text, published: null, tolerance: null };
}

function checkAccuracies(accuracies: readonly number[]): void {
  if (accuracies.length === 0) throw new RangeError("Cannot compare accuracies: there is no run");
  for (const accuracy of accuracies) {
    if (!(accuracy >= 0 && accuracy <= 100)) {
      throw new RangeError(`Cannot compare accuracies: expected percent from 0 to 100, got ${accuracy}`);
    }
  }
}
