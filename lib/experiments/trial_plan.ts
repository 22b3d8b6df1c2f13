import type { OperatorName } from "../training/mod.ts";
import { TRIAL_NAMES } from "../training/mod.ts";
import { checkLists } from "./_check_lists.ts";
import type { Plan } from "./plan.ts";

/** The question that held-out trials answer. */
export const TRIAL_QUESTION: string =
  "Which design of QAMA is worth registering against softmax attention, told from training items alone?";

/** Data sets of the trials, in the order in which they are run. */
export const TRIAL_DATA: readonly string[] = ["mnist", "fashion-mnist", "cifar-10", "sst2"];

/** Seeds of the trials. */
export const TRIAL_SEEDS: readonly number[] = [1, 2, 3];

/** Rows of the trials: what designs are compared with, then every design that is tried. Boltzmann attention, which reads all keys, is none. */
export const TRIAL_OPERATORS: readonly OperatorName[] = [
  ...["mha", "qamaSelected", "qamaNear", "nearTopField", "nearDense", "boltzmann", "boltzmannApart"] as const,
  ...TRIAL_NAMES,
];

/**
 * The size of a trial: the first 16,384 training items, tested on the last 4,096 **training** items, four epochs.
 *
 * Of SST-2 these are 16,384 of its 67,349 training texts, which hold the phrases of a sentence beside it: what is tested on was seen in parts.
 */
export const TRIAL_PROFILE = { name: "trial", train: 16_384, test: 4_096, epochs: 4, heldOut: true } as const;

/** What part of the trials is planned. */
export interface TrialPlanOptions {
  /** Data sets. @default {TRIAL_DATA} */
  readonly data?: readonly string[];
  /** Rows. @default {TRIAL_OPERATORS} */
  readonly operators?: readonly OperatorName[];
  /** Seeds. @default {TRIAL_SEEDS} */
  readonly seeds?: readonly number[];
}

/**
 * Plans held-out trials: all rows of all data sets for the first seed, then for the next.
 *
 * Their records are of an experiment of their own, `trial`: no table and no test of the study takes them.
 *
 * @param options what part of them
 * @returns the plan
 * @throws {RangeError} if a list is empty or names something twice, or a seed is not an integer of 0 or more
 *
 * Cost O(cells).
 * Source: none needed.
 *
 * @example Two rows on one data set
 * ```ts
 * import { trialPlan } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const { cells } = trialPlan({ data: ["mnist"], operators: ["mha", "qamaNear"], seeds: [1] });
 * assertEquals(cells.map(({ operator, epochs }) => [operator, epochs]), [["mha", 4], ["qamaNear", 4]]);
 * ```
 */
export function trialPlan(options: TrialPlanOptions = {}): Plan {
  const { data = TRIAL_DATA, operators = TRIAL_OPERATORS, seeds = TRIAL_SEEDS } = options;
  checkLists("Cannot plan the trials", { data, operators, seeds });
  const { name: profile, epochs } = TRIAL_PROFILE;
  const cells = seeds.flatMap((seed) =>
    data.flatMap((data) => operators.map((operator) => ({ data, operator, seed, epochs })))
  );
  return { experiment: "trial", question: TRIAL_QUESTION, profile, cells };
}
