/**
 * A mark that its maker is alive: a locked file. The system lets go of the lock when the process or the thread ends, however it
 * ends, so that others see which jobs nobody waits for any more.
 */
export class Alive {
  readonly #folder: string;
  readonly #file: Deno.FsFile;
  /** Names the maker: process and a number drawn for this mark. */
  readonly name: string;

  constructor(folder: string) {
    this.#folder = `${folder}/alive`;
    Deno.mkdirSync(this.#folder, { recursive: true });
    this.name = `${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
    this.#file = Deno.openSync(`${this.#folder}/${this.name}`, { create: true, write: true });
    try {
      this.#file.lockSync(true);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Takes the mark away. */
  close(): void {
    this.#file.close();
    remove(`${this.#folder}/${this.name}`);
  }
}

/** Whether the maker of a mark is alive; the mark of a dead one is taken away. */
export function isAlive(folder: string, name: string): boolean {
  if (!/^[\w-]+$/.test(name)) return false;
  const path = `${folder}/alive/${name}`;
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { write: true });
  } catch {
    return false;
  }
  try {
    if (!file.tryLockSync(true)) return true;
  } finally {
    file.close();
  }
  remove(path);
  return false;
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // another process was quicker
  }
}
