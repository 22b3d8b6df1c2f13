import type { OperatorName } from "../training/mod.ts";
import type { Profile } from "./profiles.ts";

/** The question that the runs of `reproduce` answer. */
export const REPRODUCE_QUESTION: string =
  "How accurate is each attention operator on pictures at equal epochs, beside the paper's numbers and beside its own controls?";

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
  /** Pictures a step. @default {128} */
  readonly batchSize?: number;
  /** Adam's step size. @default {1e-3} */
  readonly learningRate?: number;
  /** Sweeps of the annealer. @default {20} */
  readonly sweeps?: number;
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
 * @param choice.operators the operators, each once
 * @param choice.seeds the seeds, each once
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
    readonly operators: readonly OperatorName[];
    readonly seeds: readonly number[];
  },
): Plan {
  for (const [what, list] of Object.entries(choice)) {
    if (list.length === 0) throw new RangeError(`Cannot plan runs: ${what} is empty`);
    if (new Set<unknown>(list).size < list.length) {
      throw new RangeError(`Cannot plan runs: ${what} names something twice, got ${list.join(", ")}`);
    }
  }
  for (const seed of choice.seeds) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`Cannot plan runs: a seed must be an integer of 0 or more, got ${seed}`);
    }
  }
  const cells = choice.data.flatMap((data) =>
    choice.seeds.flatMap((seed) =>
      choice.operators.map((operator) => ({ data, operator, seed, epochs: profile.epochs }))
    )
  );
  return { experiment: "reproduce", question: REPRODUCE_QUESTION, profile: profile.name, cells };
}
