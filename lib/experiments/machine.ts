import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import type { CodeVersion, MachineDescription } from "./types.ts";

/**
 * Describes this machine: Deno, V8, operating system and processor.
 *
 * @returns text as the system gives it; `unknown` where it gives none
 *
 * Cost one system call.
 * Source: none needed.
 *
 * @example The running Deno
 * ```ts
 * import { describeMachine } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(describeMachine().deno, Deno.version.deno);
 * ```
 */
export function describeMachine(): MachineDescription {
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: `${Deno.build.os} ${Deno.osRelease()}`,
    arch: Deno.build.arch,
    cpu: cpus()[0]?.model || "unknown",
    cores: navigator.hardwareConcurrency,
  };
}

/**
 * Measures the most memory that this process has held so far.
 *
 * @returns bytes resident in memory: the highest mark where the system keeps one (Linux), else what is held now
 *
 * Cost one small read.
 * Source: proc(5), VmHWM.
 *
 * @example A running Deno holds some megabytes
 * ```ts
 * import { peakMemoryBytes } from "qama/experiments";
 * import { assert } from "@std/assert";
 * assert(peakMemoryBytes() > 2 ** 22);
 * ```
 */
export function peakMemoryBytes(): number {
  try {
    const kilobytes = Deno.readTextFileSync("/proc/self/status").match(/^VmHWM:\s*(\d+) kB$/m)?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // another system, or no leave to read it
  }
  return Deno.memoryUsage().rss;
}

/**
 * Finds which program is running: the package's version and, in a git checkout, its commit.
 *
 * @returns the commit is followed by `+changes` where tracked files differ from it; null without git or a checkout
 *
 * Cost two runs of git.
 * Source: none needed.
 *
 * @example A version has three parts
 * ```ts
 * import { codeVersion } from "qama/experiments";
 * import { assertMatch } from "@std/assert";
 * assertMatch((await codeVersion()).version, /^\d+\.\d+\.\d+/);
 * ```
 */
export async function codeVersion(): Promise<CodeVersion> {
  const { version } = configuration;
  if (!import.meta.url.startsWith("file:")) return { version, commit: null };
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const commit = await git(root, "rev-parse", "HEAD");
  if (commit === null) return { version, commit };
  const changes = await git(root, "status", "--porcelain", "--untracked-files=no");
  return { version, commit: changes === "" ? commit : `${commit}+changes` };
}

async function git(root: string, ...args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", { args, cwd: root, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch {
    // no git here, or no leave to run it: the record then says null
    return null;
  }
}
