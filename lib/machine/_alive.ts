/**
 * A mark that its maker is alive: a locked file. The system lets go of the lock when the process or the thread ends, however it
 * ends, so that others see which jobs nobody waits for any more.
 */
export class Alive {
  readonly #folder: string;
  readonly #file: Deno.FsFile;
  readonly #keys = new Set<string>();
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

  /** Tells others for which jobs that it did not send its maker waits: they stand in the file. */
  waitFor(key: string): Disposable {
    this.#keys.add(key);
    this.#write();
    const stop = () => {
      this.#keys.delete(key);
      this.#write();
    };
    return { [Symbol.dispose]: stop };
  }

  #write(): void {
    try {
      this.#file.truncateSync(0);
      this.#file.seekSync(0, Deno.SeekMode.Start);
      this.#file.writeSync(new TextEncoder().encode([...this.#keys].join("\n")));
    } catch {
      // others know less, and may cancel the job
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

/** The marks of those that wait for a job, the dead among them. */
export function waitersOf(folder: string, key: string): string[] {
  try {
    const names = Array.from(Deno.readDirSync(`${folder}/alive`), ({ name }) => name);
    return names.filter((name) => textOf(`${folder}/alive/${name}`).split("\n").includes(key));
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // another process was quicker
  }
}
