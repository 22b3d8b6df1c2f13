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

/** Reads a record's JSON, compressed or not, whose form is not checked; the way out is said where it is none. */
export async function readRecordJson(path: string, wayOut: string): Promise<unknown> {
  const bytes = await Deno.readFile(path);
  try {
    return JSON.parse(new TextDecoder().decode(path.endsWith(".gz") ? await unzipped(bytes) : bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SyntaxError(`Cannot read the record ${path}: ${reason}; ${wayOut}`);
  }
}

/** Reads a file that holds one record or a list of them, and checks each. */
export async function readRecordList<T>(
  path: string,
  wayOut: string,
  check: (record: unknown) => T | Promise<T>,
): Promise<T[]> {
  const value = await readRecordJson(path, wayOut);
  return await Promise.all((Array.isArray(value) ? value : [value]).map(check));
}

/** Bytes as gzip keeps them; the same for the same bytes. */
export async function zipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return await through(bytes, new CompressionStream("gzip"));
}

async function unzipped(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return await through(bytes, new DecompressionStream("gzip"));
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/** Reads every file of a folder that ends in `.json` or `.json.gz`, in the order of the names. */
export async function readEvery<T>(folder: string, read: (path: string) => Promise<T>): Promise<T[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isFile && /\.json(\.gz)?$/.test(entry.name)) names.push(entry.name);
  }
  return await Promise.all(names.sort().map((name) => read(`${folder}/${name}`)));
}
