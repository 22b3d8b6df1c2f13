import { createHash } from "node:crypto";
import type { KeptAnswer } from "./_journal_records.ts";

const INLINE_BYTES = 4096;
const encoder = new TextEncoder();

/**
 * Returns the SHA-256 digest of a text, at once.
 *
 * @returns 64 lower-case hexadecimal digits
 *
 * Cost O(length).
 *
 * @example The digest of nothing
 * ```ts
 * import { digestOf } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * assertEquals(digestOf("").slice(0, 8), "e3b0c442");
 * ```
 */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/**
 * Keeps the text of an answer: a short one goes into the journal, a long one into a file named by its digest, written whole and
 * synced before anybody is told of it.
 *
 * @param folder the journal's; undefined keeps every answer in the record
 * @param text JSON
 * @returns what the journal records
 * @throws {Error} if the file cannot be written
 *
 * Cost one digest; a long answer also a write, a sync and a rename.
 */
export async function keepAnswer(folder: string | undefined, text: string): Promise<KeptAnswer> {
  const bytes = encoder.encode(text);
  const digest = digestOf(text);
  const kept = { digest, bytes: bytes.length };
  if (folder === undefined || bytes.length <= INLINE_BYTES) return { ...kept, text };
  await writeDigested(folder, "answers", digest, bytes);
  return kept;
}

/** Writes a file named by its digest, unless it is there and whole. */
export async function writeDigested(
  folder: string,
  kind: DigestedKind,
  digest: string,
  bytes: Uint8Array,
): Promise<void> {
  if (readDigested(folder, kind, digest) !== undefined) return;
  await Deno.mkdir(`${folder}/${kind}/${digest.slice(0, 2)}`, { recursive: true });
  await writeSynced(pathOf(folder, kind, digest), bytes);
}

/** Reads such a file; undefined if it is gone or is not what was written. */
export function readDigested(folder: string, kind: DigestedKind, digest: string): string | undefined {
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  try {
    const text = Deno.readTextFileSync(pathOf(folder, kind, digest));
    return digestOf(text) === digest ? text : undefined;
  } catch {
    return undefined;
  }
}

/** What lies beside the journal in files. */
type DigestedKind = "answers" | "machines";

function pathOf(folder: string, kind: DigestedKind, digest: string): string {
  return `${folder}/${kind}/${digest.slice(0, 2)}/${digest}.json`;
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${crypto.randomUUID()}.part`;
  try {
    using file = await Deno.open(unfinished, { createNew: true, write: true });
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
    await file.sync();
    await Deno.rename(unfinished, path);
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot write ${path}: ${reason}; see to it that there is space and leave to write`, {
      cause: error,
    });
  }
}
