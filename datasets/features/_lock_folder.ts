import { join } from "node:path";
import { DataUnavailableError } from "../cache/mod.ts";

const AGAIN_MS = 200;

/** Makes the folder and keeps every other process out of it, waiting for one that is there; a process that ends lets go. */
export async function lockFolder(folder: string, signal: AbortSignal | undefined): Promise<Disposable> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(join(folder, "lock"), { write: true, create: true });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new DataUnavailableError(
      `Cannot keep features in ${folder}: ${said}; name a folder that can be written with cacheDir or QAMA_CACHE_DIR`,
      { cause },
    );
  }
  // a waiting lock could not be given up, so it is asked for again and again
  while (!await file.tryLock(true)) {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    if (signal?.aborted) {
      file.close();
      signal.throwIfAborted();
    }
  }
  return { [Symbol.dispose]: () => file.close() };
}
