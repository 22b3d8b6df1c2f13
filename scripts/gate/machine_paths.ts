// the slashes stand in brackets so that this file passes its own check; "me" and "you" are nobody's folders
const FOLDER =
  /(?<![\w.*-])(?:[/](?:work|root|tmp|(?:home|Users)\/(?!me\/|you\/)\w[\w.-]*)[/]|[A-Z]:[\\]{1,2}Users[\\])/;
const REGISTRY = /\b(?:registry|npm|artifactory|nexus|verdaccio)[\w-]*[.](?:[\w-]+[.])+[a-z]{2,}\b/;

/**
 * Finds what is true of one machine only: folders such as a home, and the hosts of package registries.
 *
 * Temporary folders come from `Deno.makeTempDir`, data from `QAMA_DATA_DIR`, packages from names without a host.
 *
 * @param path of the file from the root; `.gitignore` may name any folder
 * @param hosts further registry hosts, those that this machine is set up with
 * @returns one line a finding, with file and line
 */
export function findMachinePaths(path: string, text: string, hosts: readonly string[] = []): string[] {
  if (path.endsWith(".gitignore")) return [];
  const found: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const at = `${path}:${index + 1}: `;
    const folder = FOLDER.exec(line);
    if (folder !== null) found.push(`${at}"${folder[0]}" is a folder of one machine`);
    const host = REGISTRY.exec(line)?.[0] ?? hosts.find((name) => line.includes(name));
    if (host !== undefined) found.push(`${at}"${host}" is the host of a package registry`);
    else if (path === "deno.lock" && /https?:/.test(line)) found.push(`${at}the lock file names a host`);
  }
  return found;
}

/** The registry hosts that this machine's environment names. */
export function configuredHosts(): string[] {
  const urls = ["NPM_CONFIG_REGISTRY", "npm_config_registry", "JSR_URL"].map((name) => Deno.env.get(name));
  return urls.flatMap((url) => url !== undefined && URL.canParse(url) ? [new URL(url).host] : [])
    .filter((host) => host !== "" && host !== "jsr.io");
}
