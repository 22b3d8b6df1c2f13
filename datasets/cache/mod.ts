/**
 * Getting a published file onto this machine once: folders, resumable downloads, checksums, unpacking.
 *
 * @module
 */

export { downloadFile, type DownloadOptions, type DownloadProgress } from "./download_file.ts";
export { type DownloadPlan, downloadPlan, type PlannedFile } from "./download_plan.ts";
export { DataUnavailableError } from "./errors.ts";
export { type FileGroup, findFiles, type FindFilesOptions } from "./find_files.ts";
export { cacheFolder, sharedDataFolder } from "./folders.ts";
export { gunzip } from "./gunzip.ts";
export { sha256 } from "../../lib/model/mod.ts";
