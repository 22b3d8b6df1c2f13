import { sha256 } from "../model/mod.ts";
import type { RunRecord } from "./types.ts";

/**
 * Computes the SHA-256 of everything in a record that a rerun must give again.
 *
 * That is: the data (name, counts, checksums), operator, options without the number of workers, seed, every epoch,
 * ending, parameters and weights. Clocks, machine, code, start time and the labels of the experiment are left out. Two
 * records of one configuration with different digests mean that the program, or the machine's arithmetic, changed.
 *
 * @param record any record
 * @returns 64 lower-case hexadecimal digits
 *
 * Cost O(epochs).
 * Source: FIPS 180-4 for SHA-256.
 *
 * @example The digest has 256 bits and forgets the clocks
 * ```ts
 * import { exampleRecord, recordDigest } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const record = exampleRecord();
 * const slower = { ...record, clocks: { trainMs: 1e6, evaluateMs: 1e6 } };
 * assertEquals(await recordDigest(slower), await recordDigest(record));
 * ```
 */
export async function recordDigest(record: RunRecord): Promise<string> {
  const { ending, epochs, parameters, weightsDigest } = record;
  return await digestOf(
    canonicalJson({ configuration: configurationOf(record), ending, epochs, parameters, weightsDigest }),
  );
}

/** The part of a record that is decided before the run and decides its numbers. */
export type Configuration = Pick<RunRecord, "data" | "operator" | "options" | "seed">;

/** What must be equal for two runs to give the same numbers, as plain data. */
function configurationOf({ data, operator, options, seed }: Configuration): Record<string, unknown> {
  const { workers: _workers, ...numbers } = options;
  const { title: _title, ...pictures } = data;
  return { data: pictures, operator, options: numbers, seed };
}

/**
 * Computes the SHA-256 of a configuration: data, operator, options without the number of workers, and seed.
 *
 * @param configuration a record, or what a record will be made of
 * @returns 64 lower-case hexadecimal digits
 *
 * Cost O(1).
 * Source: FIPS 180-4 for SHA-256.
 *
 * @example The number of workers does not count
 * ```ts
 * import { configurationDigest, exampleRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const record = exampleRecord();
 * const wide = { ...record, options: { ...record.options, workers: 16 } };
 * assertEquals(await configurationDigest(wide), await configurationDigest(record));
 * ```
 */
export async function configurationDigest(configuration: Configuration): Promise<string> {
  return await digestOf(canonicalJson(configurationOf(configuration)));
}

/**
 * Names what differs between two configurations, with both values.
 *
 * @param a a record, or what a record will be made of
 * @param b another
 * @returns for example `["seed 1 and 2"]`; empty if both give the same numbers
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example Another seed
 * ```ts
 * import { configurationDifferences, exampleRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const record = exampleRecord();
 * assertEquals(configurationDifferences(record, { ...record, seed: 2 }), ["seed 1 and 2"]);
 * ```
 */
export function configurationDifferences(a: Configuration, b: Configuration): string[] {
  const left = flatten(configurationOf(a));
  const right = flatten(configurationOf(b));
  const names = [...new Set([...left.keys(), ...right.keys()])];
  return names.filter((name) => left.get(name) !== right.get(name))
    .map((name) => `${name} ${left.get(name) ?? "absent"} and ${right.get(name) ?? "absent"}`);
}

function flatten(value: Record<string, unknown>, prefix = ""): Map<string, string> {
  const result = new Map<string, string>();
  for (const [key, entry] of Object.entries(value)) {
    if (isObject(entry)) { for (const [name, text] of flatten(entry, `${prefix}${key} `)) result.set(name, text); }
    else result.set(`${prefix}${key}`, String(entry));
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** SHA-256 of what a rerun must give again: everything but the program, the computer and the clock. */
export async function rerunDigest(
  record: Readonly<Record<"code" | "machine" | "startedAt" | "wallMs", unknown>>,
): Promise<string> {
  const { code: _c, machine: _m, startedAt: _s, wallMs: _w, ...kept } = record;
  return await digestOf(canonicalJson(kept));
}

/** JSON with the keys of every object in order, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry === "number" && !Number.isFinite(entry)) return String(entry);
    return isObject(entry) ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => a < b ? -1 : 1)) : entry;
  });
}

/** SHA-256 of a text, in hexadecimal. */
export async function digestOf(text: string): Promise<string> {
  return await sha256(new TextEncoder().encode(text));
}
