import { canonicalJson, digestOf } from "./digest.ts";
import { studyDigest, type StudyRecord } from "./study_record.ts";

/** The sentence that a page of evaluations ends with: how many there are, and the digest of them all. */
export async function evaluationsCounted(records: readonly StudyRecord[]): Promise<string> {
  const digests = await Promise.all(records.map(studyDigest));
  return `${records.length} evaluations; the SHA-256 of the list of their digests, in order of themselves, is ` +
    `${await digestOf(canonicalJson(digests.sort()))}.`;
}
