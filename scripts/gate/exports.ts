/** The parts of deno.json that {@link checkExports} reads. */
export interface PackageConfig {
  /** What the package offers, `./model` and its file. */
  readonly exports: Readonly<Record<string, string>>;
  /** What its own examples and notebooks import it by, `qama/model` and its file. */
  readonly imports: Readonly<Record<string, string>>;
}

/**
 * Checks that every export is there, that the import map agrees with it, and that no room is forgotten.
 *
 * @param files every path in the repository, from its root
 * @returns one line a disagreement; empty if all is well
 */
export function checkExports(config: PackageConfig, files: readonly string[]): string[] {
  const complaints: string[] = [];
  const there = new Set(files.map((path) => `./${path}`));
  for (const [name, file] of Object.entries(config.exports)) {
    const alias = name.replace(/^\./, "qama");
    if (!there.has(file)) complaints.push(`deno.json exports "${name}" from ${file}, which does not exist`);
    if (config.imports[alias] !== file) {
      complaints.push(`deno.json exports "${name}" from ${file}, but imports "${alias}" as ${config.imports[alias]}`);
    }
  }
  const offered = new Set(Object.values(config.exports));
  for (const file of there) {
    if (/^\.\/lib\/\w+\/mod\.ts$/.test(file) && !offered.has(file)) {
      complaints.push(`${file} is a room that deno.json does not export`);
    }
  }
  return complaints;
}
