import {
  allTokens,
  ANNEALING_TEMPERATURES,
  type AttentionSolver,
  partitionSelection,
  type QamaOptions,
  qamaSelected,
  randomSelection,
  topFieldSelection,
} from "../attention/mod.ts";
import type { StudyName } from "./types.ts";

/** What a row of the study is made of: how many keys it is drawn to, who chooses them, and whether it has a field p. */
export interface StudyRow {
  /** Tokens that the cardinality term draws a head to; for controls, of the QAMA row that they control. */
  readonly k: 4 | 6 | 10;
  /** Who chooses. */
  readonly chooser: "qubo" | "partition" | "topField" | "random" | "all";
  /** False: no learned positional field. */
  readonly positionalField: boolean;
}

const row = (k: StudyRow["k"], chooser: StudyRow["chooser"], positionalField = true) => ({
  k,
  chooser,
  positionalField,
});

/** Selected-softmax QAMA with fewer keys, and its trained controls: the same readout and parameters, other choosers. */
export const STUDY_ROWS: Readonly<Record<StudyName, StudyRow>> = {
  qamaSelected6: row(6, "qubo"),
  qamaSelected4: row(4, "qubo"),
  selectedTopField10: row(10, "topField"),
  selectedTopField6: row(6, "topField"),
  selectedTopField4: row(4, "topField"),
  selectedPartition6: row(6, "partition"),
  selectedPartition4: row(4, "partition"),
  selectedDense: row(10, "all"),
  selectedRandom10: row(10, "random"),
  qamaSelectedNoPositions: row(10, "qubo", false),
};

/** The names of {@link STUDY_ROWS}, in the order of the tables. */
export const STUDY_NAMES: readonly StudyName[] = Object.keys(STUDY_ROWS).filter(isStudyName);

/**
 * Share of a picture's tokens that a control chooses, by the k of the QAMA row that it controls: about what that row chooses.
 *
 * After five epochs on the first 4,096 pictures of MNIST, Fashion-MNIST and CIFAR-10 (seed 1) the rows chose 0.11, 0.15 and
 * 0.09 (k = 4), 0.14, 0.17 and 0.12 (k = 6) and 0.20, 0.23 and 0.17 (k = 10); on the whole sets k = 10 chooses a tenth more.
 */
export const STUDY_DENSITY: Readonly<Record<StudyRow["k"], number>> = { 4: 0.13, 6: 0.16, 10: 0.22 };

/** Says whether an operator is a row of the study only. */
export function isStudyName(name: string): name is StudyName {
  return Object.hasOwn(STUDY_ROWS, name);
}

/** Numbers that a row of the study depends on beside its name. */
export interface StudyOperatorOptions {
  /** Sweeps of the annealer. */
  readonly sweeps: number;
  /** Seed of the partition. */
  readonly seed: number;
  /** Controls choose a share of a picture's tokens, and k of a text's. */
  readonly data: "pictures" | "texts";
}

/** The choices of a row of the study. */
export function studyQama(name: StudyName, { sweeps, seed, data }: StudyOperatorOptions): QamaOptions {
  const { k, chooser, positionalField } = STUDY_ROWS[name];
  return qamaSelected({
    k,
    positionalField,
    ...chooser === "qubo" ? { sweeps } : { solver: chooserOf(name, seed, data) },
  });
}

/** What {@link studyQama} takes that is written nowhere else: temperatures, or the size and seed of a control. */
export function studySettings(name: StudyName, seed: number, data: "pictures" | "texts"): Record<string, unknown> {
  const { k, chooser } = STUDY_ROWS[name];
  if (chooser === "qubo") return { temperatures: ANNEALING_TEMPERATURES };
  if (chooser === "all") return {};
  return { ...sizeOf(k, data), ...chooser === "partition" ? { seed } : {} };
}

function chooserOf(name: StudyName, seed: number, data: "pictures" | "texts"): AttentionSolver {
  const { k, chooser } = STUDY_ROWS[name];
  const size = sizeOf(k, data);
  if (chooser === "partition") return partitionSelection({ ...size, seed });
  if (chooser === "random") return randomSelection(size);
  return chooser === "all" ? allTokens() : topFieldSelection(size);
}

function sizeOf(k: StudyRow["k"], data: "pictures" | "texts"): { density: number } | { count: number } {
  return data === "pictures" ? { density: STUDY_DENSITY[k] } : { count: k };
}
