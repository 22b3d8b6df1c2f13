import { readRecordList, zipped } from "./_read_json.ts";
import { checkedSigned, signedJson, type SignedKind } from "./_signed_record.ts";
import { writeWhole } from "./record_file.ts";

/**
 * Writes records into compressed files, a list each, whole or not at all; the same bytes for the same records.
 *
 * @param folder where to; it must exist
 * @param fileOf names the file that a record belongs into; it ends in `.json.gz`
 * @returns names of the files
 */
export async function publishSigned<T>(
  folder: string,
  records: readonly T[],
  fileOf: (record: T) => string,
  kind: Pick<SignedKind<T>, "digest">,
): Promise<string[]> {
  const groups = Map.groupBy(records, fileOf);
  for (const [name, own] of groups) {
    const lines = await Promise.all(own.map((record) => signedJson(record, kind)));
    await writeWhole(`${folder}/${name}`, await zipped(new TextEncoder().encode(`[\n${lines.join(",\n")}\n]\n`)));
  }
  return [...groups.keys()];
}

/** Reads a file of one record, or of a list as {@link publishSigned} writes it; each is checked. */
export async function readSignedList<T>(path: string, kind: SignedKind<T>): Promise<T[]> {
  return await readRecordList(path, kind.wayOut, (record) => checkedSigned(record, path, kind));
}
