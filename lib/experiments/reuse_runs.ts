import { ifThere, removeLeftovers } from "./_out_folder.ts";
import { checkpointPath } from "./checkpoint_path.ts";
import { codeVersion } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { readRecord, recordFileName, writeRecord } from "./record_file.ts";

/** Where finished runs are taken from, and where to. */
export interface ReuseRunsOptions {
  /** Folders of `runPlan`, in the order in which they are asked. */
  readonly from: readonly string[];
  /** Folder of `runPlan` that lacks them. */
  readonly out: string;
  /** Version of the running program. @default {from codeVersion} */
  readonly version?: string;
}

/**
 * Copies finished runs of a plan, record and checkpoint, from other folders: what was made once is not made again.
 *
 * Taken are runs of the same data set, operator, profile, seed, epochs and version whose weights are still there; `runPlan`
 * then compares the rest of their configuration, and refuses others. What `out` has already stays.
 *
 * @param plan whose runs are looked for
 * @param options from where to where
 * @returns names of the records that were copied
 * @throws {SyntaxError} if a record or a checkpoint is damaged
 * @throws {Error} if `out` cannot be written to
 *
 * Cost a read for each run and folder, and the copies.
 * Source: none needed.
 *
 * @example Nothing is there
 * ```ts
 * import { reuseRuns, studyPlan } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * const [out, other] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
 * assertEquals(await reuseRuns(studyPlan(), { out, from: [other] }), []);
 * ```
 */
export async function reuseRuns(plan: Plan, { from, out, version }: ReuseRunsOptions): Promise<string[]> {
  const ours = version ?? (await codeVersion()).version;
  const copied: string[] = [];
  for (const folder of ["records", "checkpoints"]) await Deno.mkdir(`${out}/${folder}`, { recursive: true });
  await removeLeftovers(`${out}/records`, `${out}/checkpoints`);
  for (const { data, operator, seed, epochs } of plan.cells) {
    const name = recordFileName({ data: { name: data }, operator, seed, profile: plan.profile });
    if (await ifThere(() => Deno.stat(`${out}/records/${name}`))) continue;
    for (const folder of from) {
      const record = await ifThere(() => readRecord(`${folder}/records/${name}`));
      if (record?.ending !== "completed" || record.options.epochs !== epochs || record.code.version !== ours) continue;
      const weights = await ifThere(async () => Deno.readFile(await checkpointPath(folder, record)));
      if (weights === null) continue;
      await Deno.writeFile(await checkpointPath(out, record), weights);
      await writeRecord(`${out}/records/${name}`, record);
      copied.push(name);
      break;
    }
  }
  return copied;
}
