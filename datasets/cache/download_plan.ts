import { dirname } from "node:path";

/** What is about to be downloaded: told before the first request, so that nobody is surprised. */
export interface DownloadPlan {
  /** Name of the data set or the model. */
  readonly what: string;
  /** Number of files that are not here yet. */
  readonly files: number;
  /** Bytes that are still to come; undefined where nobody knows before. */
  readonly bytes: number | undefined;
  /** Hosts, in the order in which they are asked. */
  readonly hosts: readonly string[];
  /** The folder that keeps what comes. */
  readonly folder: string;
}

/** One file of a plan. */
export interface PlannedFile {
  /** Where the whole file goes; what came of it before is beside it, with `.part` added. */
  readonly path: string;
  /** Length of the whole file. */
  readonly bytes: number;
  /** Addresses of it. */
  readonly urls: readonly string[];
}

/**
 * Says what of some files has to be downloaded: those that are not on the disk, less what an earlier try has left of them.
 *
 * @param what name of the data set
 * @param files one or more, all of them in one folder
 * @returns the plan; undefined if every file is here
 *
 * Cost one look at the disk a file.
 *
 * @example A file that is not here
 * ```ts
 * import { downloadPlan } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const plan = await downloadPlan("Mine", [{ path: `${folder}/a.gz`, bytes: 10, urls: ["https://host.example/a.gz"] }]);
 * assertEquals(plan, { what: "Mine", files: 1, bytes: 10, hosts: ["host.example"], folder });
 * ```
 */
export async function downloadPlan(what: string, files: readonly PlannedFile[]): Promise<DownloadPlan | undefined> {
  const size = (path: string) => Deno.stat(path).then((info) => info.size, () => undefined);
  const missing: PlannedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (await size(file.path) !== undefined) continue;
    missing.push(file);
    bytes += Math.max(0, file.bytes - (await size(`${file.path}.part`) ?? 0));
  }
  if (missing.length === 0) return undefined;
  const hosts = [...new Set(missing.flatMap(({ urls }) => urls.map((url) => new URL(url).host)))];
  return { what, files: missing.length, bytes, hosts, folder: dirname(missing[0].path) };
}
