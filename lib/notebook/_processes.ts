/** A process that runs. */
export interface RunningProcess {
  readonly pid: number;
  /** Its words, joined by spaces. */
  readonly command: string;
}

/**
 * Finds the processes that were started with a variable in their environment, and those that these started.
 *
 * @param variable `NAME=value`
 * @returns those of ours; none on other systems than Linux, which cannot be asked
 */
export function processesWith(variable: string): RunningProcess[] {
  if (Deno.build.os !== "linux") return [];
  const found: RunningProcess[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (!Deno.readTextFileSync(`/proc/${name}/environ`).split("\0").includes(variable)) continue;
      const command = Deno.readTextFileSync(`/proc/${name}/cmdline`).replaceAll("\0", " ").trim();
      // without words it has ended, and waits for its parent to notice
      if (command !== "") found.push({ pid: Number(name), command });
    } catch {
      // it has ended meanwhile, or is somebody else's
    }
  }
  return found;
}
