import { quantileOf } from "../analysis/mod.ts";
import type { ValueForm } from "./_check_form.ts";
import { readEvery } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { canonicalJson, digestOf } from "./digest.ts";
import { exampleLongStudyRecord } from "./long_study_record.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the record's form that this code writes and reads. */
export const LONG_TIMES_SCHEMA = 1;

/** What a row of the study of long sequences takes at one length. */
export interface LongTimesRow {
  /** Short name of the row: `qamaSelected10`. */
  readonly row: string;
  /** Its own settings. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Processor time of a training step of one sequence in every round, ms. */
  readonly stepMs: readonly number[];
  /** What the attention block takes for one sequence, weights left out, bytes. */
  readonly attentionBytes: number;
}

/** Times of all rows at one length, taken in turn. */
export interface LongTimesRecord {
  /** {@link LONG_TIMES_SCHEMA}. */
  readonly schema: number;
  /** Which experiment. */
  readonly experiment: "longTimes";
  /** N. */
  readonly tokens: number;
  /** H. */
  readonly heads: number;
  /** Every row, in the order of the study. */
  readonly rows: readonly LongTimesRow[];
  /** The program. */
  readonly code: CodeVersion;
  /** The computer. */
  readonly machine: MachineDescription;
  /** When it began, ISO 8601. */
  readonly startedAt: string;
}

const FORM: ValueForm = {
  fields: {
    ...{ experiment: { choices: ["longTimes"] }, tokens: "count", heads: "count", startedAt: "string" },
    rows: {
      list: {
        fields: { row: "string", settings: { named: "plain" }, stepMs: { list: "amount" }, attentionBytes: "count" },
      },
    },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

/**
 * Digests times: everything but program, computer and date.
 *
 * @param record any record
 * @returns SHA-256, hexadecimal
 *
 * Cost O(characters).
 * Source: FIPS 180-4.
 *
 * @example Another date, the same digest
 * ```ts
 * import { exampleLongTimesRecord, longTimesDigest } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const later = exampleLongTimesRecord({ startedAt: "2027-01-01T00:00:00.000Z" });
 * assertEquals(await longTimesDigest(later), await longTimesDigest(exampleLongTimesRecord()));
 * ```
 */
export async function longTimesDigest(record: LongTimesRecord): Promise<string> {
  const { code: _c, machine: _m, startedAt: _s, ...kept } = record;
  return await digestOf(canonicalJson(kept));
}

const KIND: SignedKind<LongTimesRecord> = {
  schema: LONG_TIMES_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the times can be taken again",
  digest: longTimesDigest,
  check({ rows }, refuse) {
    const rounds = rows[0]?.stepMs.length ?? 0;
    if (rounds === 0 || rows.some(({ stepMs }) => stepMs.length !== rounds)) {
      refuse("stepMs", "as many times in every row");
    }
  },
};

/**
 * Writes times as JSON on one line, whole or not at all, with a digest of its numbers.
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
 * import { exampleLongTimesRecord, readLongTimesRecord, writeLongTimesRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/64.json`;
 * await writeLongTimesRecord(path, exampleLongTimesRecord());
 * assertEquals(await readLongTimesRecord(path), exampleLongTimesRecord());
 * ```
 */
export async function writeLongTimesRecord(path: string, record: LongTimesRecord): Promise<void> {
  await writeSigned(path, record, KIND);
}

/**
 * Reads times and checks their form and digest.
 *
 * @param path a file that {@link writeLongTimesRecord} wrote
 * @returns the record
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if it is not JSON, or its numbers are not those that were written
 * @throws {RangeError} if it is of another version of this package
 * @throws {TypeError} if a field is missing or of another type, or rows have other numbers of rounds: the message names it
 *
 * Cost one read.
 * Source: none needed.
 *
 * @example A file of another kind
 * ```ts
 * import { readLongTimesRecord } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/64.json`;
 * await Deno.writeTextFile(path, '{"schema": 1, "experiment": "long"}');
 * await assertRejects(() => readLongTimesRecord(path), TypeError, 'experiment must be "longTimes"');
 * ```
 */
export async function readLongTimesRecord(path: string): Promise<LongTimesRecord> {
  return await readSigned(path, KIND);
}

/**
 * Reads all times of a folder, shortest sequences first.
 *
 * @param folder a folder of such records; files that do not end in `.json` are passed over
 * @returns the records
 * @throws {Deno.errors.NotFound} if there is no such folder
 * @throws {RangeError} if two are of the same length
 * @throws whatever {@link readLongTimesRecord} throws for one of the files
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example An empty folder
 * ```ts
 * import { readLongTimesRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readLongTimesRecords(await Deno.makeTempDir()), []);
 * ```
 */
export async function readLongTimesRecords(folder: string): Promise<LongTimesRecord[]> {
  const records = (await readEvery(folder, readLongTimesRecord)).sort((a, b) => a.tokens - b.tokens);
  const twice = records.find(({ tokens }, i) => tokens === records[i - 1]?.tokens);
  if (twice) throw new RangeError(`Cannot read the times of ${folder}: ${twice.tokens} tokens are there twice`);
  return records;
}

/** What a row takes at one length, and softmax attention's time over its own. */
export interface RelativeTime {
  /** A training step of one sequence, median over the rounds, ms. */
  readonly medianMs: number;
  /** Softmax attention's step over this one: median, smallest and largest of the rounds; NaN where it was not timed. */
  readonly speedUp: { readonly median: number; readonly least: number; readonly most: number };
}

/**
 * Compares the times of a row with softmax attention's, round by round.
 *
 * @param record times of one length
 * @param row short name of the row
 * @returns median and ratios; null if the row was not timed
 *
 * Cost O(rounds log rounds).
 * Source: none needed.
 *
 * @example Twice as fast in every round
 * ```ts
 * import { exampleLongTimesRecord, relativeTime } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const found = relativeTime(exampleLongTimesRecord(), "qamaSelected10");
 * assertEquals([found?.medianMs, found?.speedUp.median], [4, 2]);
 * ```
 */
export function relativeTime({ rows }: LongTimesRecord, row: string): RelativeTime | null {
  const own = rows.find((one) => one.row === row), softmax = rows.find((one) => one.row === "mha");
  if (own === undefined) return null;
  const ratios = own.stepMs.map((ms, round) => (softmax?.stepMs[round] ?? NaN) / ms);
  return {
    medianMs: quantileOf(own.stepMs, 0.5),
    speedUp: { median: quantileOf(ratios, 0.5), least: Math.min(...ratios), most: Math.max(...ratios) },
  };
}

/**
 * Makes invented times, for examples and tests.
 *
 * @param changes what is to be other
 * @returns a fresh record
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Two rows
 * ```ts
 * import { exampleLongTimesRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(exampleLongTimesRecord().rows.length, 2);
 * ```
 */
export function exampleLongTimesRecord(changes: Partial<LongTimesRecord> = {}): LongTimesRecord {
  const { code, machine, startedAt } = exampleLongStudyRecord();
  return {
    ...{ schema: LONG_TIMES_SCHEMA, experiment: "longTimes", tokens: 64, heads: 4, code, machine, startedAt },
    rows: [
      { row: "mha", settings: { operator: "mha" }, stepMs: [8, 6, 10], attentionBytes: 4000 },
      { row: "qamaSelected10", settings: { operator: "qamaSelected" }, stepMs: [4, 3, 5], attentionBytes: 1000 },
    ],
    ...changes,
  };
}
