import { DataUnavailableError } from "./errors.ts";

/**
 * What one mirror gave: the `whole` length; `cut` off, or no answer, and what came is kept; a `misfit`, which cannot be
 * the file, and what came is worthless. `resumed` says that bytes of an earlier try were built upon.
 */
export type Outcome =
  | { readonly kind: "whole"; readonly resumed: boolean }
  | { readonly kind: "cut"; readonly problem: string }
  | { readonly kind: "misfit"; readonly resumed: boolean; readonly problem: string };

/** What {@link receive} needs beside the file and the address. */
export interface ReceiveOptions {
  /** Length of the whole file. */
  readonly bytes: number;
  /** Stops the download. */
  readonly signal: AbortSignal | undefined;
  /** Makes the request. */
  readonly fetch: typeof fetch;
  /** Longest silence. */
  readonly stallTimeoutMs: number;
  /** Told the number of bytes on disk. */
  readonly onBytes: (received: number) => void;
}

/** Adds to `part` what `url` has beyond it; never throws for what the mirror does, only for the signal and the disk. */
export async function receive(part: Deno.FsFile, url: string, options: ReceiveOptions): Promise<Outcome> {
  options.signal?.throwIfAborted();
  const { bytes } = options;
  let received = (await part.stat()).size;
  if (received > bytes) {
    await part.truncate(0);
    received = 0;
  }
  let resumed = received > 0;
  if (received === bytes) return { kind: "whole", resumed };
  const stall = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stall.signal]) : stall.signal;
  const wait = () => setTimeout(() => stall.abort(), options.stallTimeoutMs);
  let timer = wait();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const headers = new Headers({ "accept-encoding": "identity" });
    if (resumed) headers.set("range", `bytes=${received}-`);
    const response = await options.fetch(url, { headers, signal });
    reader = response.body?.getReader();
    if (response.status === 200) {
      await part.truncate(0);
      received = 0;
      resumed = false;
    } else if (response.status !== 206 || !resumed) {
      const problem = `answered ${response.status} ${response.statusText}`.trimEnd();
      return response.status === 416 ? { kind: "misfit", resumed, problem } : { kind: "cut", problem };
    }
    await part.seek(received, Deno.SeekMode.Start);
    for (;;) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      clearTimeout(timer);
      timer = wait();
      if (received + piece.value.length > bytes) {
        return { kind: "misfit", resumed, problem: `gave more than the expected ${bytes} bytes` };
      }
      await writeAll(part, piece.value);
      received += piece.value.length;
      options.onBytes(received);
    }
    if (received === bytes) return { kind: "whole", resumed };
    return { kind: "cut", problem: `ended after ${received} of ${bytes} bytes` };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof DataUnavailableError) throw error;
    if (stall.signal.aborted) return { kind: "cut", problem: `sent nothing for ${options.stallTimeoutMs} ms` };
    const text = error instanceof Error ? error.message : String(error);
    if (reader === undefined) return { kind: "cut", problem: `could not be reached (${text})` };
    return { kind: "cut", problem: `broke off after ${received} of ${bytes} bytes (${text})` };
  } finally {
    clearTimeout(timer);
    await reader?.cancel().catch(() => undefined);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new DataUnavailableError(`Cannot write the download: ${text}; make room, or name another cacheDir`, {
      cause,
    });
  }
}
