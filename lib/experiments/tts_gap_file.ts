import type { ValueForm } from "./_check_form.ts";
import { readEvery } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM, readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";
import { TTS_GAP_SCHEMA, ttsGapDigest, type TtsGapRecord } from "./tts_gap_record.ts";

const BETA_RULE = { beta: "amount", dynamics: { choices: ["glauber", "metropolis"] } } as const;
const HOW = { method: "string", residual: "number" } as const;

const FORM: ValueForm = {
  fields: {
    experiment: { choices: ["tts-gap"] },
    question: "string",
    profile: "string",
    instance: {
      fields: {
        ...{ name: "string", family: "string", n: "count", fingerprint: "string", provenance: "string" },
        ...{ parameters: { named: "plain" }, groundEnergy: "number", groundStates: "count", proof: "string" },
      },
    },
    gaps: {
      fields: {
        chain: {
          list: {
            fields: {
              ...BETA_RULE,
              sector: { choices: ["even", "full"] },
              ...{ gap: "number", absoluteGap: "number", gapPerSweep: "number", relaxationUpdates: "number" },
              ...{ groundWeight: "amount", minimumWeight: "amount" },
              ...HOW,
            },
          },
        },
        sweep: { list: { fields: { ...BETA_RULE, gap: "number", ...HOW } } },
        transverse: {
          orNull: {
            fields: {
              ...{ gap: "number", s: "amount", groundDegeneracy: "count", sector: { choices: ["even", "full"] } },
              energyUnit: "number",
              curve: { list: { fields: { s: "amount", gap: "number" } } },
              ...HOW,
            },
          },
        },
      },
    },
    solvers: {
      list: {
        fields: {
          ...{
            name: "string",
            sampler: "string",
            options: { named: "json" },
            unit: "string",
            beta: { orNull: "amount" },
          },
          lengths: {
            list: {
              fields: {
                ...{ runLength: "count", trials: "count", successes: "count" },
                ...{ annealMs: "amount", runTimeMs: "amount", endToEndMs: "amount" },
                ...{ spinUpdates: "amount", matrixVectorProducts: { orNull: "amount" } },
              },
            },
          },
        },
      },
    },
    bounds: {
      list: {
        fields: {
          ...{ name: "string", side: { choices: ["upper", "lower"] }, ...BETA_RULE },
          ...{ bound: "number", measured: "number", low: "number", high: "number", unit: "string", holds: "boolean" },
        },
      },
    },
    seed: "count",
    ...{ code: CODE_FORM, machine: MACHINE_FORM, startedAt: "string" },
    additions: {
      list: { fields: { code: CODE_FORM, machine: MACHINE_FORM, startedAt: "string", what: { list: "string" } } },
    },
    clocks: { fields: { proofMs: "amount", gapsMs: "amount", readsMs: "amount" } },
    ending: { choices: ["completed", "interrupted"] },
  },
};

const KIND: SignedKind<TtsGapRecord> = {
  schema: TTS_GAP_SCHEMA,
  form: FORM,
  wayOut: "move the file away, and the record can be made again",
  digest: ttsGapDigest,
  signed: "counts",
  check: ({ solvers }, refuse) => {
    for (const [i, { lengths }] of solvers.entries()) {
      for (const [k, { trials, successes, runLength }] of lengths.entries()) {
        const at = `solvers[${i}].lengths[${k}]`;
        if (trials < 1 || successes > trials) refuse(`${at}.successes`, `at most the ${trials} trials, one or more`);
        if (k > 0 && !(runLength > lengths[k - 1].runLength)) refuse(`${at}.runLength`, "longer than the one before");
      }
    }
  },
};

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
  const name = `${record.instance.name}-${record.profile}-seed${record.seed}.json.gz`;
  if (!/^[\w.-]+$/.test(name) || name.startsWith(".")) {
    throw new RangeError(`Cannot name a record "${name}": expected letters, digits, points, dashes and underscores`);
  }
  return name;
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
  await writeSigned(path, record, KIND);
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
  return await readSigned(path, KIND);
}

/**
 * Reads every record of a folder, in the order of the file names.
 *
 * @param folder a folder of records; files that do not end in `.json` or `.json.gz` are passed over
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
  return await readEvery(folder, readTtsGapRecord);
}
