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
