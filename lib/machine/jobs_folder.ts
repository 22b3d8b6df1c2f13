import { isAbsolute, join } from "node:path";

/**
 * Returns the folder that keeps the journal of jobs and their answers.
 *
 * `QAMA_JOBS_DIR` if set; else `qama/jobs` in the platform's folder for data that must not be lost: `XDG_DATA_HOME` or
 * `~/.local/share`, `~/Library/Application Support` on macOS, `LOCALAPPDATA` on Windows. Nothing is created.
 *
 * @param options.os the platform, as `Deno.build.os` names it; default: this one
 * @param options.env looks up an environment variable; default: this process's
 * @returns an absolute path, or the value of `QAMA_JOBS_DIR` as given
 * @throws {RangeError} if no variable says where the folder is
 *
 * Cost O(1).
 * Source: XDG Base Directory Specification 0.8 (a relative `XDG_DATA_HOME` is ignored).
 *
 * @example On Linux
 * ```ts
 * import { jobsFolder } from "qama/machine";
 * import { assertEquals } from "@std/assert";
 * const env = (name: string) => name === "HOME" ? "/home/me" : undefined;
 * assertEquals(jobsFolder({ os: "linux", env }), "/home/me/.local/share/qama/jobs");
 * ```
 */
export function jobsFolder(
  options: { readonly os?: typeof Deno.build.os; readonly env?: (name: string) => string | undefined } = {},
): string {
  const { os = Deno.build.os, env = (name: string) => Deno.env.get(name) } = options;
  const own = env("QAMA_JOBS_DIR");
  if (own) return own;
  const home = env("HOME");
  if (os === "windows") {
    const local = env("LOCALAPPDATA");
    if (local) return join(local, "qama", "jobs");
  } else if (os === "darwin") {
    if (home) return join(home, "Library", "Application Support", "qama", "jobs");
  } else {
    const xdg = env("XDG_DATA_HOME");
    if (xdg && isAbsolute(xdg)) return join(xdg, "qama", "jobs");
    if (home) return join(home, ".local", "share", "qama", "jobs");
  }
  throw new RangeError(
    `Cannot find a folder for jobs: expected ${os === "windows" ? "LOCALAPPDATA" : "HOME"} to be set, got nothing; ` +
      `set QAMA_JOBS_DIR or give folder`,
  );
}
