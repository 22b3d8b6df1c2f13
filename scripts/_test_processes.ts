/** How long a process that was told to end may take. */
const PATIENCE_MS = 5000;
const LOOK_MS = 50;

/**
 * The command lines of processes that have a variable in their environment: those that were started with it, and their own.
 *
 * Those that are about to end are waited for a little. Linux alone can tell; elsewhere there are none.
 *
 * @param variable `NAME=value`, not to be found anywhere else
 */
export async function processesWith(variable: string): Promise<string[]> {
  const end = performance.now() + PATIENCE_MS;
  while (true) {
    const found = look(variable);
    if (found.length === 0 || performance.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function look(variable: string): string[] {
  if (Deno.build.os !== "linux") return [];
  const found: string[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!Deno.readTextFileSync(`/proc/${name}/environ`).split("\0").includes(variable)) continue;
      found.push(`${name} ${Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ").trim()}`);
    } catch {
      // it has ended meanwhile, or is somebody else's
    }
  }
  return found;
}
