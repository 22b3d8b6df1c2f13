import type { OperatorName } from "../training/mod.ts";
import { checkLists } from "./_check_lists.ts";
import type { Profile } from "./profiles.ts";

/** The question that the runs of `reproduce` answer. */
export const REPRODUCE_QUESTION: string =
  "How accurate is each attention operator on pictures and texts at equal epochs, beside the paper's numbers and beside its own controls?";

/** One run of a plan. */
export interface PlanCell {
  /** Name of the data set. */
  readonly data: string;
  /** What stands in the attention slot. */
  readonly operator: OperatorName;
  /** Seed of weights, shuffles and solvers. */
  readonly seed: number;
  /** Passes over the training pictures. */
  readonly epochs: number;
  /** Pictures or texts a step. @default {128 pictures, 24 texts} */
  readonly batchSize?: number;
  /** Adam's step size. @default {1e-3} */
  readonly learningRate?: number;
  /** Sweeps of the annealer. @default {20} */
  readonly sweeps?: number;
  /** What a text model does with its logits. @default {cross-entropy of them} */
  readonly textHead?: "doubleSoftmax";
}

/** Runs that answer one question, in the order in which they are made. */
export interface Plan {
  /** Name of the experiment. */
  readonly experiment: string;
  /** What is asked. */
  readonly question: string;
  /** Size of the experiment, as records name it. */
  readonly profile: string;
  /** The runs. */
  readonly cells: readonly PlanCell[];
}

/**
 * Makes the plan of a profile: every operator for every seed of every data set.
 *
 * Operators change fastest, so that a plan stopped half way has whole tables for its first data sets and seeds.
 *
 * @param profile the size
 * @param choice.data names of the data sets
 * @param choice.operators the operators, each once; or which, for each data set
 * @param choice.seeds the seeds, each once
 * @param choice.epochs passes, in place of the profile's
 * @param choice.textHead what text models do with their logits, in place of cross-entropy
 * @returns the plan
 * @throws {RangeError} if a list is empty, names something twice, or has a seed that is not an integer of 0 or more
 *
 * Cost O(cells).
 * Source: none needed.
 *
 * @example Two operators on one data set
 * ```ts
 * import { planOf, profiles } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const plan = planOf(profiles.smoke, { data: ["mnist"], operators: ["mha", "none"], seeds: [1] });
 * assertEquals(plan.cells.map((cell) => cell.operator), ["mha", "none"]);
 * ```
 */
export function planOf(
  profile: Profile,
  choice: {
    readonly data: readonly string[];
    readonly operators: readonly OperatorName[] | ((data: string) => readonly OperatorName[]);
    readonly seeds: readonly number[];
    readonly epochs?: number;
    readonly textHead?: "doubleSoftmax";
  },
): Plan {
  const { data, operators, seeds, epochs = profile.epochs, textHead } = choice;
  const operatorsOf = typeof operators === "function" ? operators : () => operators;
  const lists = { data, seeds, ...Object.fromEntries(data.map((name) => ["operators", operatorsOf(name)])) };
  checkLists("Cannot plan runs", lists);
  if (!Number.isSafeInteger(epochs) || epochs < 1) {
    throw new RangeError(`Cannot plan runs: epochs must be an integer of 1 or more, got ${epochs}`);
  }
  const head = textHead === undefined ? {} : { textHead };
  const cells = data.flatMap((name) =>
    seeds.flatMap((seed) => operatorsOf(name).map((operator) => ({ data: name, operator, seed, epochs, ...head })))
  );
  const named = profileName(profile.name, { epochs: epochs === profile.epochs ? undefined : epochs, textHead });
  return { experiment: "reproduce", question: REPRODUCE_QUESTION, profile: named, cells };
}

/**
 * Names a profile that was changed: records of both may then lie side by side.
 *
 * @param name the profile
 * @param changes what stands in place of its own
 * @returns for example `standard-10-epochs`
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Other epochs
 * ```ts
 * import { profileName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(profileName("paper", { epochs: 10 }), "paper-10-epochs");
 * ```
 */
export function profileName(
  name: string,
  changes: { readonly epochs?: number; readonly textHead?: "doubleSoftmax" },
): string {
  const { epochs, textHead } = changes;
  return `${name}${epochs === undefined ? "" : `-${epochs}-epochs`}${textHead === undefined ? "" : "-double-softmax"}`;
}
