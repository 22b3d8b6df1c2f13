import { assertEquals } from "@std/assert";
import { exactEnumeration } from "../../samplers/mod.ts";
import { readProblem } from "./read_problem.ts";
import type { Reading } from "./types.ts";

const ROOT = new URL("../../../", import.meta.url);
const DATA = Deno.env.get("QAMA_DATA_DIR") ?? new URL("../shared/data", ROOT).pathname;

async function filesOf(folder: string, ending: string): Promise<string[] | undefined> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(`${DATA}/${folder}`));
    return entries.map(({ name }) => name).filter((name) => name.endsWith(ending)).sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log(`skipped: there is no ${DATA}/${folder}; QAMA_DATA_DIR says where the data are`);
    return undefined;
  }
}

for (
  const [folder, ending, as] of [["gset", ".txt", "maxcut"], ["ising", ".txt", "ising"], [
    "qubo",
    ".sparse",
    "qubo",
  ]] as const
) {
  Deno.test(`readProblem() reads every file of ${folder} with the n and m of its first line`, async () => {
    for (const name of await filesOf(folder, ending) ?? []) await checkCounts(`${DATA}/${folder}/${name}`, as);
  });
}

async function checkCounts(path: string, as: Reading): Promise<void> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  const [n, m] = lines[0].split(" ").map(Number);
  const zeros = lines.slice(1).filter((line) => Number(line.split(" ")[2]) === 0).length;
  const { model: { couplings, linear, ...model }, notes, format } = await readProblem(path, { as });
  if (couplings.form === "factored") throw new TypeError("Cannot count factored couplings");
  const pairs = couplings.values.reduce((count, value) => count + (value === 0 ? 0 : 1), 0) / 2;
  const single = linear.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  assertEquals([path, format, model.n, pairs + single, notes], [path, "rudy", n, m - zeros, []]);
}

Deno.test("readProblem() gives the published ground energies of the smallest Ising instances", async () => {
  const files = await filesOf("ising", "ground_energies.csv");
  if (files === undefined) return;
  const table = (await Deno.readTextFile(`${DATA}/ising/ground_energies.csv`)).trim().split("\n").map((line) =>
    line.split(",")
  );
  const small = table.filter(([name]) => /-n10-\d/.test(name));
  for (const [name, , , ground] of small) {
    const { model } = await readProblem(`${DATA}/ising/${name}`, { as: "ising" });
    const { energies } = await exactEnumeration().sample(model);
    assertEquals([name, Math.min(...energies)], [name, Number(ground)]);
  }
  assertEquals(small.length > 0, true);
});
