import config from "../../deno.json" with { type: "json" };

/**
 * The configuration of a kernel: QAMA's import map with whole addresses, so that `import * as qama from "qama"` means the same
 * in every folder; no lock file, which notebooks would change.
 *
 * @returns the text of a deno.json
 *
 * @example The library is in the map
 * ```ts
 * import { kernelConfig } from "qama/notebook";
 * import { assertMatch } from "@std/assert";
 * assertMatch(JSON.parse(kernelConfig()).imports.qama, /^(file|https):.*lib\/mod\.ts$/);
 * ```
 */
export function kernelConfig(): string {
  const root = new URL("../../", import.meta.url);
  const whole = (target: string) => target.startsWith("./") ? new URL(target, root).href : target;
  const imports: Record<string, string> = {};
  for (const [name, target] of Object.entries<string>(config.imports)) imports[name] = whole(target);
  // in a checkout the package of assertions stands beside the library
  imports["@std/assert"] = new URL("lib/testing/assert/mod.ts", root).href;
  return JSON.stringify({ imports, lock: false, nodeModulesDir: "none" }, null, 2) + "\n";
}

/** A folder with that configuration, for as long as kernels run in it. */
export interface KernelHome extends Disposable {
  /** Where it is. */
  readonly folder: string;
}

/**
 * Makes a folder that kernels are started in.
 *
 * @returns the folder; disposing of it removes it
 */
export function temporaryHome(): KernelHome {
  const folder = Deno.makeTempDirSync({ prefix: "qama-home-" });
  Deno.writeTextFileSync(`${folder}/deno.json`, kernelConfig());
  return { folder, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}
