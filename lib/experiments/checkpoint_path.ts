import { type Configuration, configurationDigest } from "./digest.ts";
import { recordFileName } from "./record_file.ts";

/**
 * Names the file in which a run keeps its state, and after its last epoch its weights.
 *
 * The name carries the configuration, so that no run goes on from another's state.
 *
 * @param out folder of the runs
 * @param run a record, or what a record will be made of
 * @returns `<out>/checkpoints/<record>-<digest>.checkpoint`
 * @throws {RangeError} if a part of the name has characters other than letters, digits, points, dashes and underscores
 *
 * Cost O(1).
 * Source: none needed.
 *
 * @example In a folder of its own
 * ```ts
 * import { checkpointPath, exampleRecord } from "qama/experiments";
 * import { assertMatch } from "@std/assert";
 * assertMatch(await checkpointPath("out", exampleRecord()), /^out\/checkpoints\/example-mha-smoke-seed1-[0-9a-f]{8}\.checkpoint$/);
 * ```
 */
export async function checkpointPath(out: string, run: Configuration & { readonly profile: string }): Promise<string> {
  const digest = await configurationDigest(run);
  return `${out}/checkpoints/${recordFileName(run).replace(/\.json$/, "")}-${digest.slice(0, 8)}.checkpoint`;
}
