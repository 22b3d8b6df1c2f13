import { fileURLToPath } from "node:url";
import { publishedList, type PublishedSet } from "../datasets/mod.ts";
import { Rng } from "../lib/random/mod.ts";
import type { Instance } from "./_leaderboard_types.ts";

const DENSE_SEED = 2019;

/** The folder of published data: what the caller names, `QAMA_DATA_DIR`, or `../shared/data` beside the repository. */
export function dataFolder(named?: string): string {
  return named ?? Deno.env.get("QAMA_DATA_DIR") ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
}

/** The published instances of a folder with the class that tables put each in; see `publishedList`. */
export async function publishedInstances(folder: string): Promise<Instance[]> {
  return (await publishedList(folder)).map(({ set, ...entry }) => ({ group: groupOf(set, entry), ...entry }));
}

function groupOf(set: PublishedSet, { name, n }: { readonly name: string; readonly n: number }): string {
  if (set === "gset") return sizeClass(n);
  if (set === "qubo") return name.startsWith("bqp") ? `Beasley n = ${n}` : `gka ${name.at(-1)}`;
  return `${set === "sk" ? "SK" : "MC 50 %"} n = ${n}`;
}

/** SHA-256 of an instance's file, hexadecimal. */
export async function instanceChecksum({ path }: Instance): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The size class of a graph of the G-set. */
export function sizeClass(n: number): string {
  return `G-set n = ${n >= 9000 && n <= 10000 ? "9000-10000" : n}`;
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
