import type { ValueForm } from "./_check_form.ts";
import { ifThere } from "./_out_folder.ts";
import { readEvery } from "./_read_json.ts";
import { publishSigned, readSignedList } from "./_signed_list.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { canonicalJson, digestOf } from "./digest.ts";
import type { StudyEvaluation } from "./study_evaluation.ts";
import type { CodeVersion, MachineDescription, RunRecord } from "./types.ts";

/** The version of the form of a {@link StudyRecord}. */
export const STUDY_SCHEMA = 1;

/** What a trained model of the study does: the record of its training's evaluation. */
export interface StudyRecord extends StudyEvaluation {
  /** Version of this form. */
  readonly schema: typeof STUDY_SCHEMA;
  /** The training, as its record has it. */
  readonly run:
    & Pick<RunRecord, "data" | "operator" | "options" | "seed" | "profile" | "parameters" | "weightsDigest" | "epochs">
    & {
      /** The program that trained. */
      readonly code: CodeVersion;
      /** `recordDigest` of the training's record. */
      readonly digest: string;
    };
  /** The program that evaluated. */
  readonly code: CodeVersion;
  /** Where it did. */
  readonly machine: MachineDescription;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
  /** How long it took, ms. */
  readonly wallMs: number;
}

const FORM: ValueForm = {
  fields: {
    ...{ items: "count", right: "string", startedAt: "string", wallMs: "amount" },
    measures: {
      orNull: {
        fields: {
          ...{ density: "amount", empty: "amount", constantHeads: { orNull: "count" }, overlap: { orNull: "amount" } },
          ...{ likenessToMask: { orNull: "amount" }, likenessToOther: { orNull: "amount" } },
        },
      },
    },
    variants: {
      list: {
        fields: {
          kind: { choices: ["other", "mask", "random", "greedy", "seed", "sweeps", "noise", "bits"] },
          ...{ value: { orNull: "number" }, items: "count", correct: "count", lost: "count", gained: "count" },
          ...{ density: "amount", likeness: { orNull: "amount" }, energy: "number" },
        },
      },
    },
    run: {
      fields: {
        ...{ data: "json", options: "json", operator: "string", seed: "count", profile: "string", parameters: "count" },
        ...{ weightsDigest: "string", digest: "string", code: CODE_FORM },
        epochs: { list: { fields: { testAccuracy: "amount", testLoss: "number", density: { orNull: "amount" } } } },
      },
    },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

/** SHA-256 of what an evaluation must give again: the training, and every number but the clock. */
export async function studyDigest({ run, items, right, measures, variants }: StudyRecord): Promise<string> {
  return await digestOf(canonicalJson({ run: { ...run, code: null }, items, right, measures, variants }));
}

const KIND: SignedKind<StudyRecord> = {
  schema: STUDY_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the model can be evaluated again",
  digest: studyDigest,
};

/** Writes an evaluation as JSON on one line, whole or not at all, with its digest. */
export async function writeStudyRecord(path: string, record: StudyRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads an evaluation and checks its form and its digest.
 *
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if the file is not JSON, or its numbers are not those that were written
 * @throws {TypeError} if it is JSON of another form: the message names the field
 * @throws {RangeError} if it has another schema version
 */
export async function readStudyRecord(path: string): Promise<StudyRecord> {
  return await readSigned(path, KIND);
}

/** Reads every evaluation of a folder; none where there is no folder. */
export async function readStudyRecords(folder: string): Promise<StudyRecord[]> {
  return await ifThere(() => readEvery(folder, readStudyRecord)) ?? [];
}

/**
 * Writes evaluations into one compressed file a profile and data set, to be published: `<profile>-<data>.json.gz`, a list.
 *
 * @param folder where to; it must exist
 * @returns names of the files
 */
export async function publishStudyRecords(folder: string, records: readonly StudyRecord[]): Promise<string[]> {
  return await publishSigned(folder, records, ({ run }) => `${run.profile}-${run.data.name}.json.gz`, KIND);
}

/** Reads what {@link publishStudyRecords} wrote; none where there is no folder. */
export async function readPublishedStudy(folder: string): Promise<StudyRecord[]> {
  const lists = await ifThere(() => readEvery(folder, (path) => readSignedList(path, KIND)));
  return lists?.flat() ?? [];
}
