import { hostname } from "node:os";

/** A folder that this process alone writes to, until it is released. */
export interface FolderLock extends Disposable {
  /** Lets others in. */
  release(): void;
}

/**
 * Takes a folder for this process alone, by the operating system's lock on its file `lock`.
 *
 * The system lets go of the lock when the process ends, however it ends: there are no stale locks. The file stays, and names
 * process and host while the folder is taken. On a network file system the lock reaches as far as the system's own locks do.
 *
 * @param folder an existing folder
 * @returns the lock; hold it as long as records are written
 * @throws {Deno.errors.Busy} if another process, or this one, holds it: the message says which, and since when
 * @throws {Deno.errors.NotFound} if there is no such folder
 *
 * Cost a few system calls.
 * Source: flock(2); LockFileEx on Windows.
 *
 * @example A folder is taken once
 * ```ts
 * import { lockFolder } from "qama/experiments";
 * import { assertRejects } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * const lock = await lockFolder(folder);
 * await assertRejects(() => lockFolder(folder), Deno.errors.Busy, `process ${Deno.pid} `);
 * lock.release();
 * (await lockFolder(folder)).release();
 * ```
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = `${folder}/lock`;
  const file = await Deno.open(path, { read: true, write: true, create: true });
  let taken: boolean;
  try {
    taken = await file.tryLock(true);
  } catch (cause) {
    file.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot use the folder ${folder}: it cannot be locked: ${reason}; choose one on a local disk`, {
      cause,
    });
  }
  if (!taken) {
    file.close();
    const holder = (await Deno.readTextFile(path).catch(() => "")).trim() || "another process";
    throw new Deno.errors.Busy(
      `Cannot use the folder ${folder}: ${holder} makes runs there; wait for it, stop it, or choose another output folder`,
    );
  }
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    try {
      file.truncateSync();
    } catch {
      // a full disk or a folder that went away: the lock counts, not the text
    }
    file.close();
  };
  try {
    await file.truncate();
    await file.write(
      new TextEncoder().encode(`process ${Deno.pid} on ${hostname()} (since ${new Date().toISOString()})\n`),
    );
  } catch (error) {
    release();
    throw error;
  }
  return { release, [Symbol.dispose]: release };
}
