import type { OperatorName } from "../training/mod.ts";
import { checkLists } from "./_check_lists.ts";
import type { Plan } from "./plan.ts";
import { type Profile, profiles } from "./profiles.ts";

/** The question that the runs of the study answer. */
export const STUDY_QUESTION: string =
  "What does solving a QUBO per sample buy over trained controls of equal density and parameters?";

/** Data sets of the study, in the order in which they are run. */
export const STUDY_DATA: readonly string[] = ["mnist", "fashion-mnist", "sst2", "cifar-10"];

/** Seeds of the study. */
export const STUDY_SEEDS: readonly number[] = [1, 2, 3, 4, 5];

/** Rows of the study, in the order in which they are run: a QAMA row is followed by its controls. */
export const STUDY_OPERATORS: readonly OperatorName[] = [
  "qamaSelected",
  "selectedTopField10",
  "qamaSelectedFixed",
  "selectedDense",
  "mha",
  "none",
  "qamaSelected4",
  "selectedTopField4",
  "selectedPartition4",
  "qamaSelected6",
  "selectedTopField6",
  "selectedPartition6",
  "qamaSelectedNoPositions",
  "selectedRandom10",
  "qamaV2",
  "qamaV2Fixed",
];

/** What part of the study is planned. */
export interface StudyPlanOptions {
  /** Size of the runs: data sets of it are not read. @default {profiles.standard} */
  readonly profile?: Profile;
  /** Data sets. @default {STUDY_DATA} */
  readonly data?: readonly string[];
  /** Rows. @default {STUDY_OPERATORS} */
  readonly operators?: readonly OperatorName[];
  /** Seeds. @default {STUDY_SEEDS} */
  readonly seeds?: readonly number[];
}

/**
 * Plans the trainings of the study, so that a plan stopped half way has whole comparisons.
 *
 * MNIST and Fashion-MNIST come first, all rows of both for seed 1, then for seed 2 and so on; then the other sets, each seed by
 * seed. A run is configured as `reproduce` configures it, so that a record of either may stand for the other's.
 *
 * @param options what part of it
 * @returns the plan
 * @throws {RangeError} if a list is empty or names something twice, or a seed is not an integer of 0 or more
 *
 * Cost O(cells).
 * Source: none needed.
 *
 * @example Sixteen rows, four sets, five seeds
 * ```ts
 * import { studyPlan } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(studyPlan().cells.length, 16 * 4 * 5);
 * ```
 */
export function studyPlan(options: StudyPlanOptions = {}): Plan {
  const { profile = profiles.standard, data = STUDY_DATA, operators = STUDY_OPERATORS, seeds = STUDY_SEEDS } = options;
  checkLists("Cannot plan the study", { data, operators, seeds });
  const { epochs } = profile;
  const together = [
    data.filter((name) => FIRST.includes(name)),
    ...data.filter((name) => !FIRST.includes(name)).map(one),
  ];
  const cells = together.flatMap((names) =>
    seeds.flatMap((seed) => names.flatMap((data) => operators.map((operator) => ({ data, operator, seed, epochs }))))
  );
  return { experiment: "study", question: STUDY_QUESTION, profile: profile.name, cells };
}

/** These go through the seeds together. */
const FIRST = ["mnist", "fashion-mnist"];

function one(name: string): string[] {
  return [name];
}
