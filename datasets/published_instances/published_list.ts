import type { Reading } from "../../lib/model/mod.ts";

/** The sets of published instances, each a folder or a part of one. */
export type PublishedSet = "sk" | "mc50" | "gset" | "qubo";

/** A published instance: where its file is, and its best known energy. */
export interface PublishedEntry {
  /** `sk-n100-3`, `G22`, `bqp250-1`. */
  readonly name: string;
  /** Which set it is of. */
  readonly set: PublishedSet;
  /** The file. */
  readonly path: string;
  /** How it is read. */
  readonly as: Reading;
  /** n. */
  readonly n: number;
  /** The energy of the best known or proved solution, in our convention (minus the cut); null where none is known. */
  readonly best: number | null;
  /** Where the published values disagree. */
  readonly note?: string;
}

/**
 * Lists the published instances of a folder of data: `ising/`, `gset/` and `qubo/` with their best known values. Where published
 * values disagree the better one counts, and the note says so. The files of the instances are not looked at.
 *
 * @param folder the folder that holds `ising/`, `gset/` and `qubo/`
 * @returns an entry a row of the three lists
 * @throws {Deno.errors.NotFound} if a list is not there
 * @throws {SyntaxError} if a list has no column of instances
 *
 * Cost reading three small tables.
 *
 * @example An empty folder has no lists
 * ```ts
 * import { publishedList } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * await assertRejects(() => publishedList(folder), Deno.errors.NotFound);
 * ```
 */
export async function publishedList(folder: string): Promise<PublishedEntry[]> {
  const [ising, gset, qubo] = await Promise.all([
    table(`${folder}/ising/ground_energies.csv`),
    table(`${folder}/gset/best_known.csv`),
    table(`${folder}/qubo/best_known.csv`),
  ]);
  return [
    ...ising.map((row): PublishedEntry => ({
      name: row.instance.replace(/\.txt$/, ""),
      set: row.instance.startsWith("sk") ? "sk" : "mc50",
      path: `${folder}/ising/${row.instance}`,
      as: "ising",
      n: Number(row.n),
      ...best([row.ground_energy], 1),
    })),
    ...gset.map((row): PublishedEntry => ({
      name: row.instance,
      set: "gset",
      path: `${folder}/gset/${row.instance}.txt`,
      as: "maxcut",
      n: Number(row.n),
      ...best([row.best_openising_readme, row.best_microsoft_aoc], -1),
    })),
    ...qubo.map((row): PublishedEntry => ({
      name: row.instance,
      set: "qubo",
      path: `${folder}/qubo/${row.instance}.sparse`,
      as: "qubo",
      n: Number(row.n),
      ...best([row.best_rliang_metadata, row.best_openising_readme], 1),
    })),
  ];
}

function best(columns: readonly string[], sign: 1 | -1): Pick<PublishedEntry, "best" | "note"> {
  // "<= -116586" is a bound that some solution met
  const values = columns.map((text) => (text ?? "").replace(/^\s*<=\s*/, "").trim()).filter((text) => text !== "")
    .map(Number).filter(Number.isFinite);
  if (values.length === 0) return { best: null };
  const lowest = Math.min(...values.map((value) => sign * value));
  const others = [...new Set(values)].filter((value) => sign * value !== lowest);
  return { best: lowest, ...(others.length > 0 ? { note: `another list has ${others.join(", ")}` } : {}) };
}

/** Rows of a comma separated table by its header; a field in double quotes may hold commas. */
async function table(path: string): Promise<Record<string, string>[]> {
  const [header, ...lines] = (await Deno.readTextFile(path)).trim().split(/\r?\n/);
  const names = fields(header);
  if (!names.includes("instance")) throw new SyntaxError(`Cannot read ${path}: line 1 has no column instance`);
  return lines.map((line) => {
    const values = fields(line);
    return Object.fromEntries(names.map((name, c) => [name, values[c] ?? ""]));
  });
}

function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
}
