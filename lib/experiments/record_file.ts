import { keepNumbers, NOT_FINITE } from "./_not_finite.ts";
import { readEvery, readRecordJson, readRecordList } from "./_read_json.ts";
import { recordDigest } from "./digest.ts";
import { isOperatorName } from "./operators.ts";
import { RECORD_SCHEMA, type RunRecord } from "./types.ts";

/**
 * Names the file of a record: `<data>-<operator>-<profile>-seed<k>.json`.
 *
 * @param record data, operator, profile and seed of a run
 * @returns a file name without folder
 * @throws {RangeError} if a part has characters other than letters, digits, points, dashes and underscores
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example The name of the invented record
 * ```ts
 * import { exampleRecord, recordFileName } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(recordFileName(exampleRecord()), "example-mha-smoke-seed1.json");
 * ```
 */
export function recordFileName(
  record: Pick<RunRecord, "operator" | "profile" | "seed"> & { readonly data: { readonly name: string } },
): string {
  const name = `${record.data.name}-${record.operator}-${record.profile}-seed${record.seed}.json`;
  if (!/^[\w.-]+$/.test(name) || name.startsWith(".")) {
    throw new RangeError(`Cannot name a record "${name}": expected letters, digits, points, dashes and underscores`);
  }
  return name;
}

/**
 * Writes a record as JSON, whole or not at all: into a file beside the target, which then takes its name.
 *
 * The file ends with the record's `recordDigest`, so that a number changed later is found when it is read.
 *
 * @param path the file; its folder must exist
 * @param record any record; losses that are not finite are kept as text
 * @throws {Deno.errors.NotFound} if the folder does not exist
 *
 * Cost one write and one rename.
 * Source: none needed.
 *
 * @example What was written is read again
 * ```ts
 * import { exampleRecord, readRecord, writeRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/record.json`;
 * await writeRecord(path, exampleRecord());
 * assertEquals(await readRecord(path), exampleRecord());
 * ```
 */
export async function writeRecord(path: string, record: RunRecord): Promise<void> {
  const signed = { ...record, digest: await recordDigest(record) };
  await writeWhole(path, `${JSON.stringify(signed, keepNumbers, 2)}\n`);
}

/**
 * Writes a file whole or not at all, as {@link writeRecord} does.
 *
 * @param path the file; its folder must exist
 * @param content what it will hold, text or bytes
 * @throws {Deno.errors.NotFound} if the folder does not exist
 * @throws {Error} if it cannot be written for another reason; the file that was there is then as it was
 *
 * Cost one write and one rename.
 * Source: none needed.
 *
 * @example No file but the target is left
 * ```ts
 * import { writeWhole } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * await writeWhole(`${folder}/a.txt`, "a");
 * assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["a.txt"]);
 * ```
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.${crypto.randomUUID()}.part`;
  try {
    await Deno.writeFile(unfinished, typeof content === "string" ? new TextEncoder().encode(content) : content);
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    if (error instanceof Deno.errors.NotFound) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot write the file ${path}: ${reason}; see to it that there is space and leave to write`, {
      cause: error,
    });
  }
}

/**
 * Reads a record and checks its form.
 *
 * @param path a file that {@link writeRecord} wrote
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
 * import { readRecord } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const path = await Deno.makeTempFile();
 * await Deno.writeTextFile(path, '{"schema": 1}');
 * await assertRejects(() => readRecord(path), TypeError, "experiment must be a string");
 * ```
 */
export async function readRecord(path: string): Promise<RunRecord> {
  return await checkedRecord(await readRecordJson(path, WAY_OUT), path);
}

async function checkedRecord(value: unknown, path: string): Promise<RunRecord> {
  const { digest, ...record } = recordFrom(value, path) as RunRecord & { readonly digest?: unknown };
  // records of before it was kept have none
  if (digest !== undefined && digest !== await recordDigest(record)) {
    throw new SyntaxError(`Cannot read the record ${path}: its numbers are not those that were written; ${WAY_OUT}`);
  }
  return record;
}

/**
 * Reads every record of a folder, in the order of the file names, those of a list in its order.
 *
 * @param folder a folder of records, one a file, or lists as `publishRecords` writes them; files that do not end in `.json` or
 *   `.json.gz` are passed over
 * @returns the records
 * @throws {Deno.errors.NotFound} if there is no such folder
 * @throws whatever {@link readRecord} throws for one of the files
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example An empty folder
 * ```ts
 * import { readRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readRecords(await Deno.makeTempDir()), []);
 * ```
 */
export async function readRecords(folder: string): Promise<RunRecord[]> {
  const lists = await readEvery(
    folder,
    (path) => readRecordList(path, WAY_OUT, (record) => checkedRecord(record, path)),
  );
  return lists.flat();
}

const WAY_OUT = "move the file away, and the run can be made again";

type Form = "string" | "number" | "loss" | "count" | "share" | "shareOrNull" | "stringOrNull" | "boolean";

const tests: Readonly<Record<Form, readonly [what: string, test: (value: unknown) => boolean]>> = {
  string: ["a string", (value) => typeof value === "string"],
  stringOrNull: ["a string or null", (value) => value === null || typeof value === "string"],
  boolean: ["true or false", (value) => typeof value === "boolean"],
  number: ["a number", (value) => typeof value === "number"],
  loss: ["a number", (value) => typeof value === "number" || (typeof value === "string" && NOT_FINITE.has(value))],
  count: ["an integer of 0 or more", (value) => Number.isSafeInteger(value) && Number(value) >= 0],
  share: ["a number from 0 to 1", isShare],
  shareOrNull: ["a number from 0 to 1, or null", (value) => value === null || isShare(value)],
};

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function recordFrom(value: unknown, path: string): RunRecord {
  const refuse = (field: string, what: string): never => {
    throw new TypeError(
      `Cannot read the record ${path}: ${field} must be ${what}; ${WAY_OUT}`,
    );
  };
  const object = (parent: unknown, field: string): Record<string, unknown> =>
    typeof parent === "object" && parent !== null && !Array.isArray(parent)
      ? { ...parent }
      : refuse(field, "an object");
  const check = (parent: unknown, field: string, forms: Readonly<Record<string, Form>>): Record<string, unknown> => {
    const found = object(parent, field);
    for (const [name, form] of Object.entries(forms)) {
      const [what, test] = tests[form];
      if (!test(found[name])) refuse(field === "record" ? name : `${field}.${name}`, what);
    }
    return found;
  };
  const top = object(value, "record");
  if (typeof top.schema === "number" && top.schema !== RECORD_SCHEMA) {
    throw new RangeError(
      `Cannot read the record ${path}: expected schema ${RECORD_SCHEMA}, got ${top.schema}: it is of another version of this package; ` +
        "choose another output folder or move it away",
    );
  }
  check(top, "record", {
    schema: "count",
    experiment: "string",
    question: "string",
    profile: "string",
    operator: "string",
    seed: "count",
    startedAt: "string",
    ending: "string",
    parameters: "count",
    weightsDigest: "string",
  });
  if (!isOperatorName(String(top.operator))) refuse("operator", "the name of an operator");
  if (top.ending !== "completed" && top.ending !== "interrupted") refuse("ending", '"completed" or "interrupted"');
  const data = check(top.data, "data", {
    name: "string",
    title: "string",
    synthetic: "boolean",
    train: "count",
    test: "count",
    fullTrain: "count",
    fullTest: "count",
  });
  if (data.testFrom !== undefined && data.testFrom !== "training") refuse("data.testFrom", '"training" or absent');
  if (data.text !== undefined) {
    const words = "words" in object(data.text, "data.text");
    check(data.text, "data.text", words ? { words: "count" } : { features: "string" });
  }
  const checksums = object(data.checksums, "data.checksums");
  for (const name of Object.keys(checksums)) check(checksums, "data.checksums", { [name]: "string" });
  check(top.options, "options", {
    epochs: "count",
    batchSize: "count",
    learningRate: "number",
    sweeps: "count",
    workers: "count",
  });
  const { textHead } = object(top.options, "options");
  if (textHead !== undefined && textHead !== "doubleSoftmax") refuse("options.textHead", '"doubleSoftmax" or absent');
  check(top.code, "code", { version: "string", commit: "stringOrNull" });
  const machine = {
    deno: "string",
    v8: "string",
    os: "string",
    arch: "string",
    cpu: "string",
    cores: "count",
  } as const;
  check(top.machine, "machine", machine);
  const clocks = check(top.clocks, "clocks", { trainMs: "number", evaluateMs: "number" });
  const { epochMs = [] } = clocks;
  if (!Array.isArray(epochMs) || !epochMs.every(Number.isFinite)) refuse("clocks.epochMs", "a list of numbers");
  if (top.peakMemoryBytes !== undefined) check(top, "record", { peakMemoryBytes: "count" });
  if (!Array.isArray(top.epochs)) refuse("epochs", "a list");
  const epochs = Array.from(top.epochs as unknown[], (entry, i) => {
    const epoch = check(entry, `epochs[${i}]`, {
      epoch: "count",
      trainLoss: "loss",
      trainAccuracy: "share",
      testLoss: "loss",
      testAccuracy: "share",
      density: "shareOrNull",
    });
    if (epoch.epoch !== i + 1) refuse(`epochs[${i}].epoch`, `${i + 1}`);
    return { ...epoch, trainLoss: lossFrom(epoch.trainLoss), testLoss: lossFrom(epoch.testLoss) };
  });
  // every field was checked above
  return { ...top, epochs } as unknown as RunRecord;
}

function lossFrom(value: unknown): number {
  return NOT_FINITE.get(String(value)) ?? Number(value);
}
