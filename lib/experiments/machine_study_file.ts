import type { ValueForm } from "./_check_form.ts";
import { readEvery } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { MACHINE_STUDY_SCHEMA, machineStudyDigest, type MachineStudyRecord } from "./machine_study_record.ts";

const NUMBERS: ValueForm = { list: "number" };

const FORM: ValueForm = {
  fields: {
    ...{ experiment: { choices: ["machine-study"] }, question: "string", row: "string", seed: "count" },
    part: { choices: ["training", "inference", "replay"] },
    operator: { choices: ["qamaV2", "qamaSelected"] },
    data: { fields: { name: "string", synthetic: "boolean", pictures: "count", checksums: { named: "string" } } },
    ...{ weights: "string", solver: { named: "plain" }, density: "amount" },
    traffic: {
      orNull: {
        fields: {
          ...{ jobs: "count", requests: "count", sentBytes: "count", receivedBytes: "count", machineMs: "amount" },
          energyChecks: { named: "count" },
        },
      },
    },
    training: {
      orNull: {
        fields: {
          ...{
            batch: "count",
            rate: "amount",
            patch: "count",
            losses: NUMBERS,
            hits: { list: "count" },
            energies: NUMBERS,
          },
          lastWeights: "string",
        },
      },
    },
    inference: { orNull: { fields: { energies: NUMBERS, predicted: "string", hits: "count" } } },
    replay: {
      orNull: {
        fields: {
          ...{ steps: "count", batch: "count", tapeLines: "count", tapeBytes: "count", recordedWeights: "string" },
          ...{ replayedWeights: "string", recordedMs: "amount", replayedMs: "amount" },
        },
      },
    },
    ...{ solveMs: "amount", wallMs: "amount", startedAt: "string" },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

const KIND: SignedKind<MachineStudyRecord> = {
  schema: MACHINE_STUDY_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the record can be made again",
  digest: machineStudyDigest,
  check: (record, refuse) => {
    if (record[record.part] === null) refuse(record.part, "an object");
  },
};

/**
 * Writes a record of the machine study as JSON on one line, whole or not at all, with its `machineStudyDigest`.
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
 * import { exampleMachineStudyRecord, readMachineStudyRecord, writeMachineStudyRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/record.json`;
 * await writeMachineStudyRecord(path, exampleMachineStudyRecord());
 * assertEquals(await readMachineStudyRecord(path), exampleMachineStudyRecord());
 * ```
 */
export async function writeMachineStudyRecord(path: string, record: MachineStudyRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads a record of the machine study and checks its form and its digest.
 *
 * @param path a file that {@link writeMachineStudyRecord} wrote
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
 * import { readMachineStudyRecord } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"schema": 1, "experiment": "other"}');
 * await assertRejects(() => readMachineStudyRecord(path), TypeError, 'experiment must be "machine-study"');
 * ```
 */
export async function readMachineStudyRecord(path: string): Promise<MachineStudyRecord> {
  return await readSigned(path, KIND);
}

/**
 * Reads every record of a folder, in the order of the file names.
 *
 * @param folder a folder of records; files that do not end in `.json` are passed over
 * @returns the records
 * @throws {Deno.errors.NotFound} if there is no such folder
 * @throws whatever {@link readMachineStudyRecord} throws for one of the files
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example An empty folder
 * ```ts
 * import { readMachineStudyRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readMachineStudyRecords(await Deno.makeTempDir()), []);
 * ```
 */
export async function readMachineStudyRecords(folder: string): Promise<MachineStudyRecord[]> {
  return await readEvery(folder, readMachineStudyRecord);
}
