import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Returns the folder that keeps downloaded data sets between runs.
 *
 * `QAMA_CACHE_DIR` if set; else `qama` in the platform's cache folder: `XDG_CACHE_HOME` or `~/.cache`,
 * `~/Library/Caches` on macOS, `LOCALAPPDATA` on Windows. Nothing is created.
 *
 * @param options.os the platform, as `Deno.build.os` names it; default: this one
 * @param options.env looks up an environment variable; default: this process's
 * @returns an absolute path, or the value of `QAMA_CACHE_DIR` as given
 * @throws {RangeError} if no variable says where the folder is
 *
 * Cost O(1).
 * Source: XDG Base Directory Specification 0.8 (a relative `XDG_CACHE_HOME` is ignored).
 *
 * @example On Linux
 * ```ts
 * import { cacheFolder } from "qama/datasets";
 * import { assertEquals } from "@std/assert";
 * const env = (name: string) => name === "XDG_CACHE_HOME" ? "/var/cache/me" : undefined;
 * assertEquals(cacheFolder({ os: "linux", env }), "/var/cache/me/qama");
 * ```
 */
export function cacheFolder(
  options: { readonly os?: typeof Deno.build.os; readonly env?: (name: string) => string | undefined } = {},
): string {
  const { os = Deno.build.os, env = (name: string) => Deno.env.get(name) } = options;
  const own = env("QAMA_CACHE_DIR");
  if (own) return own;
  const home = env("HOME");
  if (os === "windows") {
    const local = env("LOCALAPPDATA");
    if (local) return join(local, "qama");
  } else if (os === "darwin") {
    if (home) return join(home, "Library", "Caches", "qama");
  } else {
    const xdg = env("XDG_CACHE_HOME");
    if (xdg && isAbsolute(xdg)) return join(xdg, "qama");
    if (home) return join(home, ".cache", "qama");
  }
  throw new RangeError(
    `Cannot find a cache folder: expected ${os === "windows" ? "LOCALAPPDATA" : "HOME"} to be set, got nothing; ` +
      `set QAMA_CACHE_DIR or give cacheDir`,
  );
}

/**
 * Returns the folder `shared/data` beside the checkout, where machines that share data sets keep them.
 *
 * @returns an absolute path, whether or not it exists; undefined where this module was not loaded from a file
 *
 * Cost O(1).
 *
 * @example It is a path or nothing
 * ```ts
 * import { sharedDataFolder } from "qama/datasets";
 * import { assert } from "@std/assert";
 * assert(sharedDataFolder()?.endsWith("data") ?? true);
 * ```
 */
export function sharedDataFolder(): string | undefined {
  if (!import.meta.url.startsWith("file:")) return undefined;
  return fileURLToPath(new URL("../../../shared/data", import.meta.url));
}
