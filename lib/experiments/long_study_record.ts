import type { EpochResult } from "../training/mod.ts";
import type { ValueForm } from "./_check_form.ts";
import { readEvery } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { canonicalJson, digestOf } from "./digest.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the record's form that this code writes and reads. */
export const LONG_STUDY_SCHEMA = 1;

/** One run of the study of long sequences. */
export interface LongStudyRecord {
  /** {@link LONG_STUDY_SCHEMA}. */
  readonly schema: number;
  /** Which experiment. */
  readonly experiment: "long";
  /** Which data set, by the name that `loadLongSequences` knows. */
  readonly task: string;
  /** N, tokens of a sequence at most. */
  readonly tokens: number;
  /** Short name of the row: `qamaSelected10`. */
  readonly row: string;
  /** Seed of weights, shuffles, solver and of what the row draws once. */
  readonly seed: number;
  /** The row's own settings. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** How it was trained. */
  readonly options: {
    readonly epochs: number;
    readonly batchSize: number;
    readonly learningRate: number;
    readonly heads: number;
  };
  /** What the model saw. */
  readonly data: {
    readonly name: string;
    readonly synthetic: boolean;
    readonly classes: number;
    readonly train: number;
    readonly test: number;
    readonly checksums: Readonly<Record<string, string>>;
  };
  /** Every epoch. */
  readonly epochs: readonly EpochResult[];
  /** Trainable numbers. */
  readonly parameters: number;
  /** What the attention block takes for one sequence, weights left out, bytes. */
  readonly attentionBytes: number;
  /** What the model takes, bytes. */
  readonly modelBytes: number;
  /** Wall time of training and of tests, one thread, and processor time of training, ms. */
  readonly clocks: { readonly trainMs: number; readonly processorMs: number; readonly testMs: number };
  /** The program. */
  readonly code: CodeVersion;
  /** The computer. */
  readonly machine: MachineDescription;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
}

const FORM: ValueForm = {
  fields: {
    ...{ experiment: { choices: ["long"] }, task: "string", tokens: "count", row: "string", seed: "count" },
    settings: { named: "plain" },
    options: { fields: { epochs: "count", batchSize: "count", learningRate: "amount", heads: "count" } },
    data: {
      fields: {
        ...{ name: "string", synthetic: "boolean", classes: "count", train: "count", test: "count" },
        checksums: { named: "string" },
      },
    },
    epochs: {
      list: {
        fields: {
          ...{ epoch: "count", trainLoss: "amount", trainAccuracy: "amount", testLoss: "amount" },
          ...{ testAccuracy: "amount", density: { orNull: "amount" } },
        },
      },
    },
    ...{ parameters: "count", attentionBytes: "count", modelBytes: "count", startedAt: "string" },
    clocks: { fields: { trainMs: "amount", processorMs: "amount", testMs: "amount" } },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

/**
 * Digests a record of the study of long sequences: everything but clocks, program, computer and date.
 *
 * @param record any record
 * @returns SHA-256, hexadecimal
 *
 * Cost O(characters).
 * Source: FIPS 180-4.
 *
 * @example Another clock, the same digest
 * ```ts
 * import { exampleLongStudyRecord, longStudyDigest } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const slow = exampleLongStudyRecord({ clocks: { trainMs: 1e6, processorMs: 1e6, testMs: 1e6 } });
 * assertEquals(await longStudyDigest(slow), await longStudyDigest(exampleLongStudyRecord()));
 * ```
 */
export async function longStudyDigest(record: LongStudyRecord): Promise<string> {
  const { clocks: _c, code: _v, machine: _m, startedAt: _s, ...kept } = record;
  return await digestOf(canonicalJson(kept));
}

const KIND: SignedKind<LongStudyRecord> = {
  schema: LONG_STUDY_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the record can be made again",
  digest: longStudyDigest,
};

/**
 * Epochs and step size of Adam that most trainings of the study have. What is trained longer or with another step is a data set of its own in
 * names and tables.
 */
export const LONG_STUDY_DEFAULTS = { epochs: 3, learningRate: 3e-3 } as const;

/** In which way a training is other than most: `10 epochs`, `rate 0.001`. */
export function otherWays(
  { epochs, learningRate }: Pick<LongStudyRecord["options"], "epochs" | "learningRate">,
): string[] {
  return [
    ...epochs > LONG_STUDY_DEFAULTS.epochs ? [`${epochs} epochs`] : [],
    ...learningRate === LONG_STUDY_DEFAULTS.learningRate ? [] : [`rate ${learningRate}`],
  ];
}

/** The same as a part of a file's name, each behind a mark: `-10epochs-rate0.001`. */
export function waysInNames(options: Parameters<typeof otherWays>[0], mark: string): string {
  return otherWays(options).map((way) => mark + way.replace(" ", "")).join("");
}

/**
 * Names the file of a record: `<task>-<tokens>-<row>-seed<k>.json`, with `-<n>epochs` and `-rate<r>` behind the seed where they are other
 * than {@link LONG_STUDY_DEFAULTS}, more epochs alone.
 *
 * @param record task, tokens, row, seed and options
 * @returns a file name without folder
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example A name
 * ```ts
 * import { longStudyFileName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const run = { task: "parity", tokens: 1024, row: "mha", seed: 1 };
 * const [few, many] = [3, 10].map((epochs) => longStudyFileName({ ...run, options: { epochs, learningRate: 3e-3 } }));
 * assertEquals([few, many], ["parity-1024-mha-seed1.json", "parity-1024-mha-seed1-10epochs.json"]);
 * ```
 */
export function longStudyFileName(
  { task, tokens, row, seed, options }: Pick<LongStudyRecord, "task" | "tokens" | "row" | "seed"> & {
    readonly options: Pick<LongStudyRecord["options"], "epochs" | "learningRate">;
  },
): string {
  return `${task}-${tokens}-${row}-seed${seed}${waysInNames(options, "-")}.json`;
}

/**
 * Writes a record of the study of long sequences as JSON on one line, whole or not at all, with a digest of its numbers.
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
 * import { exampleLongStudyRecord, readLongStudyRecord, writeLongStudyRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/record.json`;
 * await writeLongStudyRecord(path, exampleLongStudyRecord());
 * assertEquals(await readLongStudyRecord(path), exampleLongStudyRecord());
 * ```
 */
export async function writeLongStudyRecord(path: string, record: LongStudyRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads a record of the study of long sequences and checks its form and its digest.
 *
 * @param path a file that {@link writeLongStudyRecord} wrote
 * @returns the record
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if it is not JSON, or its numbers are not those that were written
 * @throws {RangeError} if it is of another version of this package
 * @throws {TypeError} if a field is missing or of another type: the message names it
 *
 * Cost one read.
 * Source: none needed.
 *
 * @example A file of another kind
 * ```ts
 * import { readLongStudyRecord } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/record.json`;
 * await Deno.writeTextFile(path, '{"schema": 1, "experiment": "other"}');
 * await assertRejects(() => readLongStudyRecord(path), TypeError, 'experiment must be "long"');
 * ```
 */
export async function readLongStudyRecord(path: string): Promise<LongStudyRecord> {
  return await readSigned(path, KIND);
}

/**
 * Reads every record of a folder, in the order of the file names.
 *
 * @param folder a folder of records; files that do not end in `.json` are passed over
 * @returns the records
 * @throws {Deno.errors.NotFound} if there is no such folder
 * @throws whatever {@link readLongStudyRecord} throws for one of the files
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example An empty folder
 * ```ts
 * import { readLongStudyRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readLongStudyRecords(await Deno.makeTempDir()), []);
 * ```
 */
export async function readLongStudyRecords(folder: string): Promise<LongStudyRecord[]> {
  return await readEvery(folder, readLongStudyRecord);
}

/**
 * Makes an invented record, for examples and tests.
 *
 * @param changes what is to be other
 * @returns a fresh record
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Three quarters right
 * ```ts
 * import { exampleLongStudyRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleLongStudyRecord().epochs.at(-1)?.testAccuracy, 0.75);
 * ```
 */
export function exampleLongStudyRecord(changes: Partial<LongStudyRecord> = {}): LongStudyRecord {
  return {
    ...{ schema: LONG_STUDY_SCHEMA, experiment: "long", task: "parity", tokens: 64, row: "mha", seed: 1 },
    ...{ settings: { operator: "mha" }, options: { epochs: 1, batchSize: 24, learningRate: 3e-3, heads: 4 } },
    data: { name: "example", synthetic: true, classes: 2, train: 8, test: 4, checksums: {} },
    epochs: [{ epoch: 1, trainLoss: 0.7, trainAccuracy: 0.5, testLoss: 0.6, testAccuracy: 0.75, density: null }],
    ...{
      parameters: 100,
      attentionBytes: 1000,
      modelBytes: 2000,
      clocks: { trainMs: 90, processorMs: 80, testMs: 10 },
    },
    ...{ code: { version: "0.0.0", commit: null }, startedAt: "2026-01-01T00:00:00.000Z" },
    machine: { deno: "0", v8: "0", os: "example", arch: "example", cpu: "example", cores: 1 },
    ...changes,
  };
}
