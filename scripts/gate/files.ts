const SKIPPED = new Set([".git", ".cache", "node_modules", "out"]);

/**
 * Lists the files that belong to the repository, tracked or about to be, as paths from its root.
 *
 * Asks git; in a copy without git (a downloaded archive) it walks the folders instead.
 */
export async function repositoryFiles(root: string): Promise<string[]> {
  try {
    const command = new Deno.Command("git", {
      args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
      cwd: root,
      stderr: "null",
    });
    const { success, stdout } = await command.output();
    if (success) return await present(root, new TextDecoder().decode(stdout).split("\0"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return (await walk(root, "")).sort();
}

/** Leaves out what is listed and no longer there. */
async function present(root: string, paths: readonly string[]): Promise<string[]> {
  const kept: string[] = [];
  for (const path of [...new Set(paths)].sort()) {
    if (path === "") continue;
    try {
      if ((await Deno.lstat(`${root}/${path}`)).isFile) kept.push(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return kept;
}

async function walk(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = folder + entry.name;
    if (entry.isFile) found.push(path);
    else if (entry.isDirectory && !SKIPPED.has(entry.name)) found.push(...await walk(root, `${path}/`));
  }
  return found;
}

/** Reads a text file; undefined if it holds a zero byte, as pictures and WebAssembly do. */
export async function readText(path: string): Promise<string | undefined> {
  const bytes = await Deno.readFile(path);
  return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
}
