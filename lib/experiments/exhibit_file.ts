import { type Exhibit, EXHIBIT_SCHEMA } from "./exhibit.ts";
import { isOperatorName } from "./operators.ts";
import { writeWhole } from "./record_file.ts";

/**
 * Writes an exhibit as JSON, whole or not at all.
 *
 * @param path the file; its folder must exist
 * @param exhibit any exhibit
 * @throws {Deno.errors.NotFound} if the folder does not exist
 *
 * Cost one write and one rename.
 * Source: none needed.
 *
 * @example What was written is read again
 * ```ts
 * import { exampleExhibit, readExhibits, writeExhibit } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * await writeExhibit(`${folder}/a.json`, exampleExhibit());
 * assertEquals(await readExhibits(folder), [exampleExhibit()]);
 * ```
 */
export async function writeExhibit(path: string, exhibit: Exhibit): Promise<void> {
  // a line an item: readable in a difference, and without a line a token
  const { items, overlap, ...rest } = exhibit;
  const head = JSON.stringify(rest, null, 2).replace(/\n}$/, "");
  const lines = items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  await writeWhole(path, `${head},\n  "overlap": ${JSON.stringify(overlap)},\n  "items": [\n${lines}\n  ]\n}\n`);
}

/**
 * Reads every exhibit of a folder, in the order of the file names.
 *
 * @param folder a folder of exhibits; files that do not end in `.json` are passed over
 * @returns the exhibits; none where there is no such folder
 * @throws {SyntaxError} if a file is not JSON
 * @throws {TypeError} if it is JSON of another form: the message names the field
 * @throws {RangeError} if it has another schema version
 *
 * Cost one read a file.
 * Source: none needed.
 *
 * @example No folder, no exhibit
 * ```ts
 * import { readExhibits } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(await readExhibits(`${await Deno.makeTempDir()}/none`), []);
 * ```
 */
export async function readExhibits(folder: string): Promise<Exhibit[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".json")) names.push(entry.name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  return await Promise.all(names.sort().map((name) => readExhibit(`${folder}/${name}`)));
}

async function readExhibit(path: string): Promise<Exhibit> {
  const text = await Deno.readTextFile(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read the exhibit ${path}: ${error instanceof Error ? error.message : error}`);
  }
  const refuse = (field: string, expected: string): never => {
    throw new TypeError(`Cannot read the exhibit ${path}: ${field} must be ${expected}`);
  };
  const need = (fits: boolean, field: string, expected: string) => fits || refuse(field, expected);
  if (!isObject(value)) return refuse("exhibit", "an object");
  if (value.schema !== EXHIBIT_SCHEMA) {
    throw new RangeError(
      `Cannot read the exhibit ${path}: expected schema ${EXHIBIT_SCHEMA}, got ${value.schema}; make it again`,
    );
  }
  for (const field of ["data", "dataTitle", "operator", "profile", "weightsDigest"]) {
    need(typeof value[field] === "string", field, "a string");
  }
  need(isOperatorName(String(value.operator)), "operator", "the name of an operator");
  need(isCount(value.seed), "seed", "an integer of 0 or more");
  const { classes, items, overlap, energies } = value;
  if (!isList(classes, (name) => typeof name === "string")) return refuse("classes", "a list of strings");
  if (!Array.isArray(items)) return refuse("items", "a list");
  items.forEach((item, i) => checkItem(item, `items[${i}]`, classes.length, need));
  if (overlap !== null) {
    if (!isObject(overlap)) return refuse("overlap", "an object or null");
    const share = (x: unknown) => x === null || (typeof x === "number" && x >= 0 && x <= 1);
    for (const field of ["withPenalty", "withoutPenalty"]) {
      const rows = overlap[field];
      const square = isList(rows, (row) => isList(row, share) && row.length === (rows as unknown[]).length);
      need(square, `overlap.${field}`, "a square matrix of shares");
    }
    need(isList(overlap.density, (x) => x !== null && share(x), 2), "overlap.density", "two shares");
    need(isCount(overlap.items), "overlap.items", "an integer of 0 or more");
  }
  if (energies !== null) {
    if (!isObject(energies)) return refuse("energies", "an object or null");
    for (const field of ["items", "annealed", "descent", "random", "best", "reached"]) {
      need(Number.isFinite(energies[field]), `energies.${field}`, "a finite number");
    }
    const { longRuns } = energies;
    need(isObject(longRuns) && isCount(longRuns.runs) && isCount(longRuns.sweeps), "energies.longRuns", "two counts");
  }
  // every field was checked above
  return value as unknown as Exhibit;
}

type Need = (fits: boolean, field: string, expected: string) => void;

function checkItem(item: unknown, at: string, classes: number, need: Need): void {
  const of: Record<string, unknown> = isObject(item) ? item : {};
  need(of.kind === "picture" || of.kind === "text", `${at}.kind`, '"picture" or "text"');
  for (const field of ["label", "predicted"]) {
    need(isCount(of[field]) && Number(of[field]) < classes, `${at}.${field}`, "the number of a class");
  }
  let tokens = 0;
  if (of.kind === "text") {
    need(isList(of.words, (word) => typeof word === "string"), `${at}.words`, "a list of strings");
    tokens = (of.words as unknown[]).length;
  } else {
    const [rows, columns, channels, patch] = ["rows", "columns", "channels", "patch"].map((name) => Number(of[name]));
    const whole = [rows, columns, channels, patch].every((size) => isCount(size) && size > 0) &&
      rows % patch === 0 && columns % patch === 0;
    need(whole, `${at}`, "a picture that patches tile");
    need(
      bytesOf(of.pixels) === rows * columns * channels,
      `${at}.pixels`,
      `${rows * columns * channels} bytes in base64`,
    );
    tokens = rows / patch * columns / patch;
  }
  const isToken = (i: unknown) => isCount(i) && Number(i) < tokens;
  need(isList(of.chosen, (head) => isList(head, isToken)), `${at}.chosen`, "a list of token numbers a head");
  need(of.energy === null || Number.isFinite(of.energy), `${at}.energy`, "a finite number or null");
  need(isList(of.tokenEnergies, (head) => isList(head, Number.isFinite)), `${at}.tokenEnergies`, "a list a head");
}

function bytesOf(pixels: unknown): number {
  try {
    return typeof pixels === "string" ? Uint8Array.fromBase64(pixels).length : -1;
  } catch {
    return -1;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown, each: (entry: unknown) => boolean, length?: number): value is unknown[] {
  return Array.isArray(value) && (length === undefined || value.length === length) && value.every((e) => each(e));
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
