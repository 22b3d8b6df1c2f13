import type { ValueForm } from "./_check_form.ts";
import { readEvery } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { GRADIENT_STUDY_SCHEMA, gradientStudyDigest, type GradientStudyRecord } from "./gradient_study_record.ts";

const ESTIMATED: ValueForm = { fields: { value: "number", low: "number", high: "number" } };
const ERRORS: ValueForm = { fields: { bias: ESTIMATED, along: ESTIMATED, variance: "amount", cosine: "number" } };

const FORM: ValueForm = {
  fields: {
    ...{ experiment: { choices: ["gradients"] }, question: "string", row: "string", seed: "count" },
    part: { choices: ["estimate", "training"] },
    settings: { named: "plain" },
    data: { fields: { name: "string", synthetic: "boolean", checksums: { named: "string" } } },
    estimate: {
      orNull: {
        fields: {
          ...{ beta: "amount", seeds: "count", largestZ: "amount", numbers: "count", solves: "amount" },
          sizes: { fields: { heads: "count", tokens: "count", width: "count", problems: "count" } },
          errors: { fields: { all: ERRORS, queries: ERRORS, keys: ERRORS, fields: ERRORS } },
        },
      },
    },
    training: {
      orNull: {
        fields: {
          ...{ budgetMs: "amount", batch: "count", rate: "amount", density: { orNull: "amount" } },
          pictures: { fields: { train: "count", test: "count" } },
          points: {
            list: {
              fields: { cpuMs: "amount", steps: "count", trainLoss: "amount", testLoss: "amount", hits: "count" },
            },
          },
        },
      },
    },
    ...{ wallMs: "amount", startedAt: "string" },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

const KIND: SignedKind<GradientStudyRecord> = {
  schema: GRADIENT_STUDY_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the record can be made again",
  digest: gradientStudyDigest,
  check: (record, refuse) => {
    if (record[record.part] === null) refuse(record.part, "an object");
  },
};

/**
 * Writes a record of the gradient study as JSON on one line, whole or not at all, with its `gradientStudyDigest`.
 *
 * @param path the file; its folder must exist
 * @param record any record
 * @throws {Deno.errors.NotFound} if the folder does not exist
 *
 * Cost one write and one rename.
 * Source: none needed.
 *
 * @example What was written is read again
 * ```ts
 * import { exampleGradientStudyRecord, readGradientStudyRecord, writeGradientStudyRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/record.json`;
 * await writeGradientStudyRecord(path, exampleGradientStudyRecord());
 * assertEquals(await readGradientStudyRecord(path), exampleGradientStudyRecord());
 * ```
 */
export async function writeGradientStudyRecord(path: string, record: GradientStudyRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads a record of the gradient study and checks its form and its digest.
 *
 * @param path a file that {@link writeGradientStudyRecord} wrote
 * @returns the record
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if the file is not JSON, or its numbers are not those that were written
 * @throws {TypeError} if it is JSON of another form: the message names the field
 * @throws {RangeError} if it has another schema version
 *
 * Cost one read.
 * Source: none needed.
 *
 * @example A file that is no record
 * ```ts
 * import { readGradientStudyRecord } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"schema": 1, "experiment": "other"}');
 * await assertRejects(() => readGradientStudyRecord(path), TypeError, 'experiment must be "gradients"');
 * ```
 */
export async function readGradientStudyRecord(path: string): Promise<GradientStudyRecord> {
  return await readSigned(path, KIND);
}

/**
 * Reads every record of a folder, in the order of the file names.
 *
 * @param folder a folder of records; files that do not end in `.json` are passed over
 * @returns the records
 * @throws {Deno.errors.NotFound} if there is no such folder
 * @throws whatever {@link readGradientStudyRecord} throws for one of the files
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example An empty folder
 * ```ts
 * import { readGradientStudyRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readGradientStudyRecords(await Deno.makeTempDir()), []);
 * ```
 */
export async function readGradientStudyRecords(folder: string): Promise<GradientStudyRecord[]> {
  return await readEvery(folder, readGradientStudyRecord);
}
