/** Removes what a killed process left half written in these folders; they must be locked. */
export async function removeLeftovers(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (isFile && /\.(part|checkpoint\.tmp)$/.test(name)) await Deno.remove(`${folder}/${name}`);
    }
  }
}

/** What is read; null if there is no such file. */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Throws if a record that is there differs from the one to be written. */
export function refuseOther(path: string, differences: readonly string[]): void {
  if (differences.length === 0) return;
  throw new RangeError(
    `Cannot write the record ${path}: one of another configuration is there (${differences.join("; ")}); ` +
      "choose another output folder or move it away",
  );
}
