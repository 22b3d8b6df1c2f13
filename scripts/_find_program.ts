/** The first program of these names on PATH; undefined where there is none. */
export async function findProgram(...names: readonly string[]): Promise<string | undefined> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of names) {
      const program = `${folder}/${name}`;
      if ((await Deno.stat(program).catch(() => null))?.isFile) return program;
    }
  }
}
