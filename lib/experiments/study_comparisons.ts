import type { OperatorName } from "../training/mod.ts";
import type { StudyVariant } from "./study_evaluation.ts";

/** A question of the study, as its pages of questions number it. */
export type StudyQuestionName = "Q1" | "Q2" | "Q3" | "Q4" | "Q5" | "Q6" | "Q7";

/** A question of the study that trained rows answer: pairs of rows, tested as a family on each data set. */
export interface StudyQuestion {
  /** As the page of questions numbers it. */
  readonly name: StudyQuestionName;
  /** The question. */
  readonly text: string;
  /** What is compared: the accuracy of the first less that of the second. */
  readonly pairs: readonly (readonly [OperatorName, OperatorName])[];
}

/** The questions that pairs of trained rows answer, as registered before the runs. */
export const STUDY_QUESTIONS: readonly StudyQuestion[] = [
  {
    name: "Q1",
    text: "Does solving the QUBO beat choosing keys in a cheaper way, at equal density?",
    pairs: [
      ["qamaSelected", "selectedTopField10"],
      ["qamaSelected", "qamaSelectedFixed"],
      ["qamaSelected6", "selectedTopField6"],
      ["qamaSelected6", "selectedPartition6"],
      ["qamaSelected4", "selectedTopField4"],
      ["qamaSelected4", "selectedPartition4"],
    ],
  },
  {
    name: "Q3",
    text: "Does reading a few keys cost accuracy against softmax attention?",
    pairs: [["qamaSelected", "mha"], ["qamaSelected6", "mha"], ["qamaSelected4", "mha"], ["selectedDense", "mha"]],
  },
  {
    name: "Q4",
    text: "What carries the gain?",
    pairs: [
      ["qamaSelected", "none"],
      ["qamaSelected", "qamaSelectedNoPositions"],
      ["qamaSelected", "selectedDense"],
      ["qamaSelectedFixed", "selectedRandom10"],
      ["mha", "none"],
      ["qamaV2", "none"],
      ["qamaV2", "qamaV2Fixed"],
    ],
  },
];

/** The question that was added later and registered by itself, about rows beside those of the study. */
export const ADDED_QUESTION: StudyQuestion = {
  name: "Q5",
  text: "Does QAMA with a neighbour beat softmax attention, and what carries it?",
  pairs: [
    ["qamaNear", "mha"],
    ["qamaNear", "nearTopField"],
    ["qamaNear", "nearFixed"],
    ["qamaNear", "nearDense"],
    ["qamaNear", "nearAlone"],
    ["qamaNear", "qamaSelected"],
  ],
};

/** A question that is asked again, registered by itself: each p is multiplied by the number of its data sets. */
export interface RepeatedQuestion extends StudyQuestion {
  /** As the page of questions numbers it. */
  readonly name: "Q6" | "Q7";
  /** Names of its data sets, each judged by itself. */
  readonly data: readonly string[];
  /** Its seeds, which no earlier question has. */
  readonly seeds: readonly number[];
}

const NEW_SEEDS = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/** The questions that ask a comparison of {@link ADDED_QUESTION} again with new seeds. */
export const REPEATED_QUESTIONS: readonly RepeatedQuestion[] = [
  {
    name: "Q6",
    text: "Is QAMA with a neighbour below softmax attention, or above, with ten new seeds?",
    pairs: [["qamaNear", "mha"]],
    data: ["mnist", "cifar-10"],
    seeds: NEW_SEEDS,
  },
  {
    name: "Q7",
    text: "Does solving the QUBO beat the largest fields, with ten new seeds?",
    pairs: [["qamaNear", "nearTopField"]],
    data: ["mnist", "cifar-10"],
    seeds: NEW_SEEDS,
  },
];

/** The rows whose trained models are evaluated with swapped selections in Q2, and the swaps. */
export const STUDY_SWAPS: {
  readonly operators: readonly OperatorName[];
  readonly kinds: readonly StudyVariant["kind"][];
} = { operators: ["qamaSelected", "qamaSelected6", "qamaSelected4"], kinds: ["other", "mask", "random", "greedy"] };

/** Rows whose results were known when the questions were written down, and the seeds of them on MNIST and Fashion-MNIST. */
export const KNOWN_BEFORE: { readonly operators: readonly OperatorName[]; readonly seeds: readonly number[] } = {
  operators: ["mha", "none", "qamaV2", "qamaV2Fixed", "qamaSelected", "qamaSelectedFixed"],
  seeds: [1, 2, 3],
};

/**
 * The difference in points that is too small to matter, as registered.
 *
 * @param data name of the data set
 */
export function studyMargin(data: string): number {
  return data === "sst2" ? 2 : 1;
}
