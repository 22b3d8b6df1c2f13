import { dirname } from "node:path";
import { DataUnavailableError } from "./errors.ts";
import { type Outcome, receive } from "./_receive.ts";
import { sha256 } from "../../lib/model/mod.ts";

/** How far the download of one file is. */
export interface DownloadProgress {
  /** File name, without its folder. */
  readonly file: string;
  /** Bytes on disk so far, those of earlier runs included. */
  readonly receivedBytes: number;
  /** Bytes the whole file has. */
  readonly totalBytes: number;
}

/** What {@link downloadFile} fetches, and how. */
export interface DownloadOptions {
  /** Addresses of the same file, tried in this order. */
  readonly urls: readonly string[];
  /** Where the whole file goes; while it grows it is `path` with `.part` added. */
  readonly path: string;
  /** Length of the whole file. */
  readonly bytes: number;
  /** SHA-256 of the whole file, 64 hexadecimal digits. */
  readonly sha256: string;
  /** What an error tells the user to do instead, with no full stop. @default {"check the network and try again"} */
  readonly wayOut?: string;
  /** Stops the download; what has come is kept, and the next call goes on from there. */
  readonly signal?: AbortSignal;
  /** Called for every piece that arrives. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Stands in for the global `fetch`. @default {fetch} */
  readonly fetch?: typeof fetch;
  /** A mirror that sends nothing for so long is given up. @default {30000} */
  readonly stallTimeoutMs?: number;
}

/**
 * Downloads one file of known length and digest, from the first mirror that gives it whole.
 *
 * Bytes go to `path.part`, and `path` appears in one step, once its digest is right: a file named `path` is never a half
 * one. A download that was cut off goes on where it stopped (HTTP `Range`); a mirror that ignores the range is read from
 * the start. Processes that want the same file wait for one another.
 *
 * @param options what to fetch, see {@link DownloadOptions}
 * @throws {DataUnavailableError} if no mirror gave the file, or it cannot be written; it names each mirror and what came
 * @throws the signal's reason, if it was aborted
 *
 * Cost one request where all goes well; memory for one copy of the file.
 * Source: RFC 9110, section 14 (range requests).
 *
 * @example No mirror, no file
 * ```ts
 * import { DataUnavailableError, downloadFile } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const path = `${await Deno.makeTempDir()}/a.gz`;
 * const options = { urls: [], path, bytes: 1, sha256: "00" };
 * await assertRejects(() => downloadFile(options), DataUnavailableError, "no mirror is known");
 * ```
 */
export async function downloadFile(options: DownloadOptions): Promise<void> {
  options.signal?.throwIfAborted();
  const { path, wayOut = "check the network and try again" } = options;
  let part: Deno.FsFile;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    part = await openLocked(`${path}.part`);
  } catch (cause) {
    throw new DataUnavailableError(
      `Cannot keep ${path}: ${messageOf(cause)}; name a folder that can be written with cacheDir or QAMA_CACHE_DIR`,
      { cause },
    );
  }
  try {
    // another process may have finished while this one waited for the lock
    if (await exists(path)) return await Deno.remove(`${path}.part`);
    const problems = await tryMirrors(part, options);
    if (problems === undefined) return;
    if ((await part.stat()).size === 0) await Deno.remove(`${path}.part`);
    const said = problems.length === 0 ? "no mirror is known" : problems.join("; ");
    throw new DataUnavailableError(`Cannot download ${nameOf(path)}: ${said}; ${wayOut}`);
  } finally {
    part.close();
  }
}

async function tryMirrors(part: Deno.FsFile, options: DownloadOptions): Promise<string[] | undefined> {
  const problems: string[] = [];
  for (const url of options.urls) {
    let outcome = await attempt(part, url, options);
    // what an earlier run left may be the fault: once more, from nothing
    if (outcome.kind === "misfit" && outcome.resumed) outcome = await attempt(part, url, options);
    if (outcome.kind === "whole") {
      await Deno.rename(`${options.path}.part`, options.path);
      return undefined;
    }
    problems.push(`${url} ${outcome.problem}`);
  }
  return problems;
}

async function attempt(part: Deno.FsFile, url: string, options: DownloadOptions): Promise<Outcome> {
  const outcome = await receive(part, url, {
    bytes: options.bytes,
    signal: options.signal,
    fetch: options.fetch ?? fetch,
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
    onBytes: (receivedBytes) =>
      options.onProgress?.({ file: nameOf(options.path), receivedBytes, totalBytes: options.bytes }),
  });
  if (outcome.kind === "whole") {
    const digest = await sha256(await Deno.readFile(`${options.path}.part`));
    if (digest === options.sha256) return outcome;
    await part.truncate(0);
    const problem = `gave other contents: expected SHA-256 ${options.sha256}, got ${digest}`;
    return { kind: "misfit", resumed: outcome.resumed, problem };
  }
  if (outcome.kind === "misfit") await part.truncate(0);
  return outcome;
}

/** Opens the file for this process alone, waiting for any other; never one that was moved away meanwhile. */
async function openLocked(path: string): Promise<Deno.FsFile> {
  for (;;) {
    const file = await Deno.open(path, { read: true, write: true, create: true });
    await file.lock(true);
    const named = await Deno.stat(path).catch(() => undefined);
    if (named !== undefined && named.ino === (await file.stat()).ino) return file;
    file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function nameOf(path: string): string {
  return path.slice(dirname(path).length).replace(/^[\\/]/, "");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
