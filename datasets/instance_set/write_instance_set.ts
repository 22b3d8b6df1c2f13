import { fingerprint, type Instance, writeProblem } from "../../lib/model/mod.ts";
import { INSTANCE_SET_SCHEMA, type InstanceEntry, type InstanceIndex } from "./types.ts";

/** How {@link writeInstanceSet} writes. */
export interface WriteInstanceSetOptions {
  /** Whether models are gzipped, `NAME.bqm.json.gz`: about a third of the bytes. The index is not. @default {false} */
  readonly compress?: boolean;
}

/**
 * Writes instances as files that other programs read, with an index: `NAME.bqm.json` for each, and `index.json`.
 *
 * @param folder where they go; it is made, and files of the same names are replaced
 * @param title what the set is, a sentence
 * @param instances the instances, their names all different
 * @param options see {@link WriteInstanceSetOptions}
 * @returns the index as it was written
 * @throws {RangeError} if a name comes twice or is no name of a file
 *
 * Cost O(n^2) a dense instance, about 26 bytes a coupling on the disk.
 *
 * @example One instance, written and read
 * ```ts
 * import { readInstanceSet, writeInstanceSet } from "qama/datasets";
 * import { drawInstance } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * await writeInstanceSet(folder, "One spin glass", [drawInstance("sk", { n: 8, seed: 1 })]);
 * assertEquals((await readInstanceSet(folder)).map(({ name }) => name), ["sk-n8-seed1"]);
 * ```
 */
export async function writeInstanceSet(
  folder: string,
  title: string,
  instances: readonly Instance[],
  { compress = false }: WriteInstanceSetOptions = {},
): Promise<InstanceIndex> {
  const names = instances.map(({ name }) => name);
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) {
    throw new RangeError(`Cannot write the set: the name ${twice} comes twice; give another one`);
  }
  const wrong = names.find((name) => !/^[A-Za-z0-9][-+._A-Za-z0-9]*$/.test(name));
  if (wrong !== undefined) throw new RangeError(`Cannot write the set: "${wrong}" is no name of a file`);
  await Deno.mkdir(folder, { recursive: true });
  const entries: InstanceEntry[] = [];
  for (const { model, groundState, ...rest } of instances) {
    const file = `${rest.name}.bqm.json${compress ? ".gz" : ""}`;
    const labels = Array.from({ length: model.n }, (_, i) => i);
    const format = "bqm-json";
    await writeProblem({ model, labels, format, notes: [] }, `${folder}/${file}`, { format });
    const signs = model.vartype === "qubo" ? "01" : "-+";
    entries.push({
      ...rest,
      file,
      n: model.n,
      vartype: model.vartype,
      fingerprint: fingerprint(model),
      ...groundState && { groundState: Array.from(groundState, (value) => signs[value > 0 ? 1 : 0]).join("") },
    });
  }
  const index = { schema: INSTANCE_SET_SCHEMA, title, instances: entries };
  // a line an instance, so that a change shows as one
  const lines = entries.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n");
  const head = `"schema": ${index.schema},\n"title": ${JSON.stringify(title)}`;
  await Deno.writeTextFile(`${folder}/index.json`, `{\n${head},\n"instances": [\n${lines}\n]\n}\n`);
  return index;
}
