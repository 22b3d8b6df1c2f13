import { assertEquals, assertRejects } from "@std/assert";
import { bruteForceMinimum } from "../lib/testing/mod.ts";
import { readProblem } from "../lib/model/mod.ts";
import { readCli } from "./_cli.ts";
import { kaiwu, kaiwuCli } from "./_kaiwu.ts";

const run = (...args: string[]) => kaiwu(readCli(kaiwuCli, args));

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    // a triangle, one edge of it wanting to be cut
    await Deno.writeTextFile(`${folder}/p.txt`, "3 3\n1 2 4\n1 3 -2\n2 3 2\n");
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("kaiwu() writes a matrix and reads its solution: energies of the problem", async () => {
  await inFolder(async (folder) => {
    const written = await run(`${folder}/p.txt`, "--as", "ising", "--out", `${folder}/m.csv`);
    assertEquals(written.report.rounded, false);
    assertEquals(await Deno.readTextFile(`${folder}/m.csv`), "0,-2,1\n-2,0,-1\n1,-1,0\n");
    const { model } = await readProblem(`${folder}/p.txt`, { as: "ising" });
    const { state, energy } = bruteForceMinimum(model);
    await Deno.writeTextFile(`${folder}/s.json`, JSON.stringify({ solution: [...state], hamiltonian: energy }));
    const job = `${folder}/m.csv.job.json`;
    const { report } = await run(`${folder}/p.txt`, "--as", "ising", "--solution", `${folder}/s.json`, "--job", job);
    assertEquals([report.bestEnergy, report.bestState, report.energyCheck], [energy, [...state], "exact"]);
  });
});

Deno.test("kaiwu() names what is missing on its command line, and files that are none", async () => {
  await inFolder(async (folder) => {
    const problem = [`${folder}/p.txt`, "--as", "ising"];
    await assertRejects(() => run(...problem), RangeError, "either --out");
    await assertRejects(() => run(...problem, "--out", "a", "--solution", "b"), RangeError, "either --out");
    await assertRejects(() => run(...problem, "--solution", "b"), RangeError, "--solution and --job");
    await Deno.writeTextFile(`${folder}/bad`, "{");
    await Deno.writeTextFile(`${folder}/s.json`, "[[1, 1, 1]]");
    const solution = ["--solution", `${folder}/s.json`, "--job", `${folder}/bad`];
    await assertRejects(() => run(...problem, ...solution), SyntaxError, "it is no JSON");
    await Deno.writeTextFile(`${folder}/q.txt`, "2 1\n1 2 0.3\n");
    await run(`${folder}/q.txt`, "--as", "ising", "--out", `${folder}/q.csv`);
    const other = ["--solution", `${folder}/s.json`, "--job", `${folder}/q.csv.job.json`];
    await assertRejects(() => run(...problem, ...other), TypeError, "another model");
  });
});
