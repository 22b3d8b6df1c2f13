import { publishSigned } from "./_signed_list.ts";
import { recordDigest } from "./digest.ts";
import type { RunRecord } from "./types.ts";

/**
 * Writes records of runs into one compressed file a profile and data set, to be published: `<profile>-<data>.json.gz`, a list.
 *
 * @param folder where to; it must exist, and files of the same names are replaced
 * @param records any records
 * @returns names of the files
 * @throws {Deno.errors.NotFound} if the folder does not exist
 *
 * Cost one write and one rename a file; the bytes are the same for the same records.
 * Source: none needed.
 *
 * @example What was published is read as single records are
 * ```ts
 * import { exampleRecord, publishRecords, readRecords } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const records = [exampleRecord(), exampleRecord({ seed: 2 })];
 * assertEquals(await publishRecords(folder, records), ["smoke-example.json.gz"]);
 * assertEquals(await readRecords(folder), records);
 * ```
 */
export async function publishRecords(folder: string, records: readonly RunRecord[]): Promise<string[]> {
  return await publishSigned(folder, records, ({ profile, data }) => `${profile}-${data.name}.json.gz`, {
    digest: recordDigest,
  });
}
