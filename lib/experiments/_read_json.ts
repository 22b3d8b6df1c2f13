/** Reads a file of JSON; undefined if there is no such file. */
export async function readJsonIfThere(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot read the record ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Reads a record's JSON, whose form is not checked; the way out is said where it is none. */
export async function readRecordJson(path: string, wayOut: string): Promise<unknown> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SyntaxError(`Cannot read the record ${path}: ${reason}; ${wayOut}`);
  }
}

/** Reads every file of a folder that ends in `.json`, in the order of the names. */
export async function readEvery<T>(folder: string, read: (path: string) => Promise<T>): Promise<T[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && entry.name.endsWith(".json")) names.push(entry.name);
  }
  return await Promise.all(names.sort().map((name) => read(`${folder}/${name}`)));
}
