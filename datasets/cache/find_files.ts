import { join } from "node:path";
import { cacheFolder, sharedDataFolder } from "./folders.ts";

/** Files that stand together in one folder. */
export interface FileGroup {
  /** Folders below a data folder that may hold the files; `.` is the data folder itself. */
  readonly folders: readonly string[];
  /** Names of the unpacked files; packed they end in `.gz`. */
  readonly files: readonly string[];
}

/** Where {@link findFiles} looks. */
export interface FindFilesOptions {
  /** Folder that holds the set's folder, and no other place is looked at. @default {`QAMA_DATA_DIR`; see there} */
  readonly dataDir?: string;
  /** Folder that keeps downloads. @default {see `cacheFolder`} */
  readonly cacheDir?: string;
  /** What an error tells the user to do where the named folder lacks a file. @default {leave it out, to download the set} */
  readonly wayOut?: string;
}

/**
 * Finds the files of a data set, packed or not: in the folder that the user named, and nowhere else if one is named; else
 * in `shared/data` beside the checkout, then in the cache.
 *
 * @param set what errors call the data set
 * @param groups forms that the set may have, the first whole one is taken; errors name the first
 * @param options where to look, see {@link FindFilesOptions}
 * @returns the path of each file of one group, by its unpacked name; undefined if none is whole and no folder was named
 * @throws {Deno.errors.NotFound} if the folder that the user named does not exist or lacks a file of the set
 * @throws {Deno.errors.NotADirectory} if it is no folder
 * @throws {Deno.errors.PermissionDenied} if it cannot be looked into
 *
 * Cost one look at the disk a file and folder.
 *
 * @example A folder that lacks the file
 * ```ts
 * import { findFiles } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const dataDir = await Deno.makeTempDir();
 * const groups = [{ folders: ["mine"], files: ["a.bin"] }];
 * await assertRejects(() => findFiles("Mine", groups, { dataDir }), Deno.errors.NotFound, "expected mine/a.bin.gz");
 * ```
 */
export async function findFiles(
  set: string,
  groups: readonly FileGroup[],
  options: FindFilesOptions = {},
): Promise<Map<string, string> | undefined> {
  const environment = Deno.env.get("QAMA_DATA_DIR") || undefined;
  const named = options.dataDir ?? environment;
  if (named !== undefined) {
    const by = options.dataDir === undefined ? "QAMA_DATA_DIR" : "dataDir";
    return await findNamed(set, groups, named, by, options.wayOut ?? `leave ${by} out to have it downloaded`);
  }
  for (const folder of [sharedDataFolder(), options.cacheDir ?? cacheFolder()]) {
    if (folder === undefined) continue;
    const { paths } = await findIn(folder, groups);
    if (paths) return paths;
  }
  return undefined;
}

async function findNamed(
  set: string,
  groups: readonly FileGroup[],
  folder: string,
  by: string,
  wayOut: string,
): Promise<Map<string, string>> {
  const cannot = `Cannot load ${set}`;
  const holds = `${groups[0].folders[0]}/`;
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(folder);
  } catch (cause) {
    const text = `${cannot}: the folder ${folder}, named by ${by}, `;
    if (cause instanceof Deno.errors.NotFound) {
      throw new Deno.errors.NotFound(`${text}does not exist; name the folder that holds ${holds}`, { cause });
    }
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Deno.errors.PermissionDenied(`${text}cannot be read (${said}); name a folder that can`, { cause });
  }
  if (!info.isDirectory) {
    throw new Deno.errors.NotADirectory(
      `${cannot}: expected ${by} to name a folder that holds ${holds}, got the file ${folder}`,
    );
  }
  const { paths, missing } = await findIn(folder, groups);
  if (paths) return paths;
  throw new Deno.errors.NotFound(
    `${cannot}: expected ${holds}${missing}.gz (or unpacked) in ${folder}, named by ${by}, got none that can be read; ` +
      `put it there, or ${wayOut}`,
  );
}

async function findIn(
  folder: string,
  groups: readonly FileGroup[],
): Promise<{ paths: Map<string, string>; missing?: undefined } | { paths?: undefined; missing: string }> {
  let missing: string | undefined;
  for (const { folders, files } of groups) {
    for (const below of folders) {
      const paths = new Map<string, string>();
      let lacking: string | undefined;
      for (const file of files) {
        const unpacked = join(folder, below, file);
        if (await isFile(`${unpacked}.gz`)) paths.set(file, `${unpacked}.gz`);
        else if (await isFile(unpacked)) paths.set(file, unpacked);
        else lacking ??= file;
      }
      if (lacking === undefined) return { paths };
      missing ??= lacking;
    }
  }
  return { missing: missing ?? groups[0].files[0] };
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}
