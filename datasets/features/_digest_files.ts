import { createHash } from "node:crypto";
import { basename } from "node:path";

/** SHA-256 over names and contents of those of the files that there are, in the order given; a piece at a time in memory. */
export async function digestFiles(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) continue;
      throw error;
    }
    hash.update(`${basename(path)} ${(await file.stat()).size}\n`);
    for await (const piece of file.readable) hash.update(piece);
  }
  return hash.digest("hex");
}
