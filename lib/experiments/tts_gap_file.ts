import { readEvery } from "./_read_json.ts";
import { publishSigned, readSignedList } from "./_signed_list.ts";
import { readSigned, writeSigned } from "./_signed_record.ts";
import { TTS_GAP_KIND } from "./_tts_gap_form.ts";
import type { TtsGapRecord } from "./tts_gap_record.ts";

/** Picoseconds of a millisecond, the last digit of a published time. */
const PS_PER_MS = 1e9;

/**
 * Names the file of a record: `<instance>-<profile>-seed<k>.json.gz`.
 *
 * @param record instance, profile and seed
 * @returns a file name without folder
 * @throws {RangeError} if a part has characters other than letters, digits, points, dashes and underscores
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example The name of the invented record
 * ```ts
 * import { exampleTtsGapRecord, ttsGapFileName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(ttsGapFileName(exampleTtsGapRecord()), "example-n3-quick-seed1.json.gz");
 * ```
 */
export function ttsGapFileName(
  record: Pick<TtsGapRecord, "profile" | "seed"> & { readonly instance: { readonly name: string } },
): string {
  return checkedName(nameOf(record));
}

function checkedName(name: string): string {
  if (/^[\w.-]+$/.test(name) && !name.startsWith(".")) return name;
  throw new RangeError(`Cannot name a record "${name}": expected letters, digits, points, dashes and underscores`);
}

function nameOf({ instance, profile, seed }: Parameters<typeof ttsGapFileName>[0]): string {
  return `${instance.name}-${profile}-seed${seed}.json.gz`;
}

/**
 * Writes a record as JSON, whole or not at all, with its `ttsGapDigest`; compressed where the file's name ends in `.gz`.
 *
 * @param path the file; its folder must exist
 * @param record any record; numbers that are not finite are kept as text
 * @throws {Deno.errors.NotFound} if the folder does not exist
 *
 * Cost one write and one rename.
 * Source: none needed.
 *
 * @example What was written is read again
 * ```ts
 * import { exampleTtsGapRecord, readTtsGapRecord, writeTtsGapRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/record.json`;
 * await writeTtsGapRecord(path, exampleTtsGapRecord());
 * assertEquals(await readTtsGapRecord(path), exampleTtsGapRecord());
 * ```
 */
export async function writeTtsGapRecord(path: string, record: TtsGapRecord): Promise<void> {
  await writeSigned(path, record, TTS_GAP_KIND);
}

/**
 * Reads a record and checks its form.
 *
 * @param path a file that {@link writeTtsGapRecord} wrote
 * @returns the record
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if the file is not JSON, or its counts are not those that were written
 * @throws {TypeError} if it is JSON of another form: the message names the field
 * @throws {RangeError} if it has another schema version
 *
 * Cost one read.
 * Source: none needed.
 *
 * @example A file that is no record
 * ```ts
 * import { readTtsGapRecord } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"schema": 2, "experiment": "other"}');
 * await assertRejects(() => readTtsGapRecord(path), TypeError, 'experiment must be "tts-gap"');
 * ```
 */
export async function readTtsGapRecord(path: string): Promise<TtsGapRecord> {
  return await readSigned(path, TTS_GAP_KIND);
}

/**
 * Writes records into one compressed file a profile and family, to be published: `<profile>-<family>.json.gz`, a list.
 *
 * Times are rounded to 1e-9 ms: a clock of nanoseconds over a thousand reads tells no more, the digits below are left by
 * subtracting. No digest changes by it.
 *
 * @param folder where to; it must exist, and files of the same names are replaced
 * @param records any records
 * @returns names of the files
 * @throws {RangeError} if a profile or family has characters other than letters, digits, points, dashes and underscores
 * @throws {Deno.errors.NotFound} if the folder does not exist
 *
 * Cost one write and one rename a file; the bytes are the same for the same records.
 * Source: none needed.
 *
 * @example What was published is read as single records are
 * ```ts
 * import { exampleTtsGapRecord, publishTtsGapRecords, readTtsGapRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const records = [exampleTtsGapRecord(), exampleTtsGapRecord({ seed: 2 })];
 * assertEquals(await publishTtsGapRecords(folder, records), ["quick-example.json.gz"]);
 * assertEquals((await readTtsGapRecords(folder)).map(({ seed }) => seed), [1, 2]);
 * ```
 */
export async function publishTtsGapRecords(folder: string, records: readonly TtsGapRecord[]): Promise<string[]> {
  const fileOf = ({ profile, instance }: TtsGapRecord) => checkedName(`${profile}-${instance.family}.json.gz`);
  return await publishSigned(folder, records.map(withRoundTimes), fileOf, TTS_GAP_KIND);
}

/** The same record without the digits that no clock has told. */
function withRoundTimes(record: TtsGapRecord): TtsGapRecord {
  const solvers = record.solvers.map((solver) => ({
    ...solver,
    lengths: solver.lengths.map((length) => ({
      ...length,
      annealMs: roundTime(length.annealMs),
      runTimeMs: roundTime(length.runTimeMs),
      endToEndMs: roundTime(length.endToEndMs),
    })),
  }));
  return { ...record, solvers };
}

function roundTime(ms: number): number {
  return Math.round(ms * PS_PER_MS) / PS_PER_MS;
}

/**
 * Reads every record of a folder, in the order of the names that {@link ttsGapFileName} gives them.
 *
 * @param folder a folder of records, one a file, or as {@link publishTtsGapRecords} wrote them; files that do not end in `.json` or
 *   `.json.gz` are passed over
 * @returns the records
 * @throws {Deno.errors.NotFound} if there is no such folder
 * @throws whatever {@link readTtsGapRecord} throws for one of the files
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example An empty folder
 * ```ts
 * import { readTtsGapRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readTtsGapRecords(await Deno.makeTempDir()), []);
 * ```
 */
export async function readTtsGapRecords(folder: string): Promise<TtsGapRecord[]> {
  const lists = await readEvery(folder, (path) => readSignedList(path, TTS_GAP_KIND));
  const named = lists.flat().map((record) => ({ record, name: nameOf(record) }));
  return named.sort((a, b) => Number(a.name > b.name) - Number(a.name < b.name)).map(({ record }) => record);
}
