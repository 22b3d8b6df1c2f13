import type { EncodedJob } from "./types.ts";

/** Keeps what is sent as long as there is no answer, for people and for `deno task jobs`; no job depends on it. */
export function keepSent(folder: string, key: string, job: EncodedJob, payload: string): void {
  const { payload: _, ...head } = job;
  const path = pathOf(folder, key);
  const unfinished = `${path}.${crypto.randomUUID()}.part`;
  const text = `{"job":${JSON.stringify(head)},"payload":${payload}}\n`;
  const write = () => {
    Deno.writeTextFileSync(unfinished, text);
    Deno.renameSync(unfinished, path);
  };
  try {
    try {
      write();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      Deno.mkdirSync(`${folder}/sent`, { recursive: true });
      write();
    }
  } catch {
    removeFile(unfinished);
  }
}

/** What was sent, as far as it is still known. */
export function readSent(folder: string, key: string): EncodedJob | undefined {
  try {
    const { job, payload } = JSON.parse(Deno.readTextFileSync(pathOf(folder, key)));
    return { ...job, payload };
  } catch {
    return undefined;
  }
}

/** Removes it. */
export function removeSent(folder: string, key: string): void {
  removeFile(pathOf(folder, key));
}

function pathOf(folder: string, key: string): string {
  return `${folder}/sent/${key}.json`;
}

function removeFile(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // it was not there
  }
}
