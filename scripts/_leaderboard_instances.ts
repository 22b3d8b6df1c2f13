import { fileURLToPath } from "node:url";
import { Rng } from "../lib/random/mod.ts";
import type { Instance } from "./_leaderboard_types.ts";

const DENSE_SEED = 2019;

/** The folder of published data: what the caller names, `QAMA_DATA_DIR`, or `../shared/data` beside the repository. */
export function dataFolder(named?: string): string {
  return named ?? Deno.env.get("QAMA_DATA_DIR") ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
}

/**
 * Reads the lists of published instances: `ising/`, `gset/` and `qubo/` with their best known values. Where published values
 * disagree the better one counts, and the instance's note says so.
 *
 * @throws {Deno.errors.NotFound} if a list is not there
 * @throws {SyntaxError} if a list has no readable value
 */
export async function publishedInstances(folder: string): Promise<Instance[]> {
  const [ising, gset, qubo] = await Promise.all([
    table(`${folder}/ising/ground_energies.csv`),
    table(`${folder}/gset/best_known.csv`),
    table(`${folder}/qubo/best_known.csv`),
  ]);
  const instances: Instance[] = [];
  for (const row of ising) {
    const n = Number(row.n);
    instances.push({
      name: row.instance.replace(/\.txt$/, ""),
      group: `${row.instance.startsWith("sk") ? "SK" : "MC 50 %"} n = ${n}`,
      path: `${folder}/ising/${row.instance}`,
      as: "ising",
      n,
      ...best([row.ground_energy], 1),
    });
  }
  for (const row of gset) {
    instances.push({
      name: row.instance,
      group: sizeClass(Number(row.n)),
      path: `${folder}/gset/${row.instance}.txt`,
      as: "maxcut",
      n: Number(row.n),
      ...best([row.best_openising_readme, row.best_microsoft_aoc], -1),
    });
  }
  for (const row of qubo) {
    instances.push({
      name: row.instance,
      group: row.instance.startsWith("bqp") ? `Beasley n = ${row.n}` : `gka ${row.instance.at(-1)}`,
      path: `${folder}/qubo/${row.instance}.sparse`,
      as: "qubo",
      n: Number(row.n),
      ...best([row.best_rliang_metadata, row.best_openising_readme], 1),
    });
  }
  return instances;
}

/** The size class of a graph of the G-set. */
export function sizeClass(n: number): string {
  return `G-set n = ${n >= 9000 && n <= 10000 ? "9000-10000" : n}`;
}

function best(columns: readonly string[], sign: 1 | -1): Pick<Instance, "best" | "note"> {
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

/** Writes a dense model of n spins, every coupling +1 or -1 with equal chance (seed 2019), where it is not there yet. */
export async function denseInstance(folder: string, n: number): Promise<Instance> {
  const name = `dense-n${n}`;
  const path = `${folder}/${name}.txt`;
  const instance: Instance = { name, group: `random dense n = ${n}`, path, as: "ising", n, best: null };
  if (await Deno.stat(path).then(() => true, () => false)) return instance;
  await Deno.mkdir(folder, { recursive: true });
  const rng = new Rng(DENSE_SEED, n);
  const lines = [`${n} ${n * (n - 1) / 2}`];
  for (let i = 1; i <= n; i++) {
    for (let j = i + 1; j <= n; j++) lines.push(`${i} ${j} ${rng.uint32() < 0x80000000 ? -1 : 1}`);
  }
  await Deno.writeTextFile(path, lines.join("\n") + "\n");
  return instance;
}
