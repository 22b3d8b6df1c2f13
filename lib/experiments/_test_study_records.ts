import { Rng } from "../random/mod.ts";
import type { OperatorName } from "../training/mod.ts";
import {
  exampleRecord,
  STUDY_OPERATORS,
  STUDY_SCHEMA,
  STUDY_SEEDS,
  type StudyEvaluation,
  type StudyRecord,
  type StudyVariant,
} from "./mod.ts";

/** An invented evaluation of items that are right with so large a probability, the same items for the same `draw`. */
export function studyRecord(
  operator: OperatorName,
  seed: number,
  { share = 0.9, data = "mnist", items = 400, draw = 1, variants = [], measures = null, trial = false, run: changes }: {
    share?: number;
    data?: string;
    items?: number;
    draw?: number;
    variants?: readonly StudyVariant[];
    measures?: StudyEvaluation["measures"];
    trial?: boolean;
    run?: Partial<StudyRecord["run"]>;
  } = {},
): StudyRecord {
  const { code, machine, startedAt, options, epochs, ...run } = exampleRecord({ operator, seed });
  const rng = new Rng(draw, seed);
  const bytes = new Uint8Array(items / 8);
  for (let i = 0; i < items; i++) if (rng.uniform() < share) bytes[i >> 3] |= 1 << (i & 7);
  return {
    schema: STUDY_SCHEMA,
    run: {
      ...{
        operator,
        seed,
        profile: trial ? "trial" : "standard",
        parameters: 23_346,
        options,
        epochs,
        code,
        digest: "",
      },
      data: {
        ...run.data,
        name: data,
        title: data.toUpperCase(),
        test: items,
        ...trial ? { testFrom: "training" } : {},
      },
      weightsDigest: `${operator}-${seed}`,
      ...changes,
    },
    ...{ items, right: bytes.toBase64(), measures, variants, code, machine, startedAt, wallMs: 1 },
  };
}

/** Invented evaluations with swapped selections: each swap costs a tenth of the items. */
export function swappedVariants(items: number): StudyVariant[] {
  return (["other", "mask", "random", "greedy"] as const).map((kind) => ({
    ...{ kind, value: null, items, correct: items / 2, lost: items / 10, gained: 0 },
    ...{ density: 0.2, likeness: 0.5, energy: -1 },
  }));
}

/** An invented study that is whole on one data set: the shares of rows that are right, a half where none is given, and one density for all. */
export function wholeStudy(shares: Readonly<Record<string, number>>, density: number | null = null): StudyRecord[] {
  const variants = swappedVariants(800);
  return STUDY_OPERATORS.flatMap((operator) =>
    STUDY_SEEDS.map((seed) => {
      const { run } = studyRecord(operator, seed), epochs = run.epochs.map((epoch) => ({ ...epoch, density }));
      return studyRecord(operator, seed, { share: shares[operator] ?? 0.5, items: 800, variants, run: { epochs } });
    })
  );
}
