import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { allStates } from "../lib/testing/mod.ts";
import { energy, parseProblem, readProblem } from "../lib/model/mod.ts";
import { readCli } from "./_cli.ts";
import { explain } from "./_cli_errors.ts";
import { convert, convertCli } from "./_convert.ts";
import { runDeno } from "./_test_deno.ts";

const LIST = "4 4\n1 2 4\n1 3 -2\n2 4 2\n3 4 6\n";
const WRITTEN = [
  "a.qubo",
  "a.coo",
  "a.bqm.json",
  "a.bqpjson",
  "a.npz",
  "a.kaiwu.csv",
  "a.mtx",
  "a.csv",
  "a.npy",
  "a.txt",
  "a.mtx.gz",
];

const run = (...args: string[]) => convert(readCli(convertCli, args));

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("convert() keeps energies over all states and the names of the variables, through every format and back", async () => {
  const original = await parseProblem(LIST, { as: "ising" });
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/in.txt`, LIST);
    for (const name of WRITTEN) {
      const report = await run(`${folder}/in.txt`, `${folder}/${name}`, "--as", "ising");
      assertEquals([report.from, report.n], ["rudy", 4]);
      const plain = report.to !== "qbsolv" ? ["--as", "ising"] : [];
      await run(`${folder}/${name}`, `${folder}/back.bqm.json`, ...plain);
      const { model, labels } = await readProblem(`${folder}/back.bqm.json`);
      assertEquals([name, ...labels], [name, 1, 2, 3, 4]);
      for (const s of allStates(4, "ising")) {
        const state = model.vartype === "ising" ? s : s.map((spin) => (1 + spin) / 2);
        const difference = energy(model, state) - energy(original.model, s);
        assert(Math.abs(difference) < 1e-9, `${name} differs by ${difference}`);
      }
    }
  });
});

Deno.test("convert() says where the names of the variables are when the format has no place for them", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/in.qubo`, 'c label 0 "left"\np qubo 0 2 1 1\n0 0 1\n0 1 2\n');
    const report = await run(`${folder}/in.qubo`, `${folder}/out.rudy`, "--as", "qubo");
    assertEquals(report.labelsFile, `${folder}/out.rudy.labels.json`);
    assertEquals(report.lines[1], `rudy has no place for the names of the variables: they are in ${report.labelsFile}`);
    await run(`${folder}/out.rudy`, `${folder}/back.qubo`, "--as", "qubo");
    assertEquals((await readProblem(`${folder}/back.qubo`)).labels, ["left", 1]);
  });
});

Deno.test("convert() writes constraints as penalties with named slack bits, and says so", async () => {
  const text = "P\nLBL\nminimize\n2\n1\n0\n1\n1 -3\n0\n2\n1 1 2\n1 2 3\n1e20\n-1e20\n0\n3\n0\n";
  const original = await parseProblem(text);
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/in.qplib`, text);
    const { lines } = await run(`${folder}/in.qplib`, `${folder}/out.qubo`);
    assertEquals(lines.slice(1), [
      "note: 1 constraint became 1 penalty with 2 slack bits behind the 2 variables",
      "note: the weights are guaranteed: where some state meets all constraints, every state of lowest energy does",
      `note: ${folder}/out.qubo has the penalties in it and does not say which states meet the constraints`,
    ]);
    const { model, labels } = await readProblem(`${folder}/out.qubo`);
    assertEquals(labels, [1, 2, "c1.slack0", "c1.slack1"]);
    for (const x of allStates(4, "qubo")) assertEquals(energy(model, x), energy(original.model, x));
  });
});

Deno.test("convert() reads and writes IsingQ's matrix where it is named, with J turned", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/in.csv`, "0,3\n3,0\n");
    const { to } = await run(`${folder}/in.csv`, `${folder}/plain.csv`, "--from", "isingq-csv", "--as", "ising");
    assertEquals([to, await Deno.readTextFile(`${folder}/plain.csv`)], ["csv", "0,-3\n-3,0\n"]);
    await run(`${folder}/plain.csv`, `${folder}/back.csv`, "--to", "isingq-csv", "--as", "ising");
    assertEquals(await Deno.readTextFile(`${folder}/back.csv`), "0,3\n3,0\n");
  });
});

Deno.test("convert() refuses what it cannot do in one clear line", async () => {
  await inFolder(async (folder) => {
    const [input, output] = [`${folder}/in.txt`, `${folder}/out.qubo`];
    await Deno.writeTextFile(input, LIST);
    const complaint = (...args: string[]) => assertRejects(() => run(...args)).then(explain);
    assert((await complaint(input, output)).includes("give --as ising, maxcut or qubo"));
    assertEquals(await complaint(input, input, "--as", "ising"), `Cannot write ${input}: it is the file that is read`);
    assert((await complaint(input, `${folder}/out.lp`, "--as", "ising")).includes("lp files are only read"));
    assertEquals(
      await complaint(`${folder}/none.txt`, output),
      `Cannot read ${folder}/none.txt: there is no such file or folder`,
    );
    await Deno.writeTextFile(input, "2 1\n1 2 nan\n");
    const expected = `Cannot read ${input} at line 2, column 5: expected a weight, a finite number, got "nan"`;
    assertEquals(await complaint(input, output, "--as", "maxcut"), expected);
    assertEquals(await Array.fromAsync(Deno.readDir(folder), ({ name }) => name), ["in.txt"]);
  });
  assertThrows(() => readCli(convertCli, ["in.txt"]), RangeError, "Expected the file to read and the file to write");
  assertThrows(() => readCli(convertCli, ["a", "b", "--to", "lp"]), RangeError, "--to takes one of matrix-market");
});

Deno.test("deno task convert prints its help, one JSON object, and one line with code 2 where --as is missing", async () => {
  const script = new URL("./convert.ts", import.meta.url).pathname;
  const command = (...args: string[]) => runDeno(["run", "--allow-read", "--allow-write", script, ...args]);
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/in.txt`, LIST);
    const help = await command("--help");
    assertEquals([help.code, help.out.startsWith("Usage: deno task convert IN OUT")], [0, true]);
    const json = await command(`${folder}/in.txt`, `${folder}/out.qubo`, "--as", "maxcut", "--json");
    assertEquals([json.code, JSON.parse(json.out).to], [0, "qbsolv"]);
    const { code, out, err } = await command(`${folder}/in.txt`, `${folder}/out.qubo`);
    assertEquals([code, out, err.split("\n").length, err.startsWith("error: Cannot read")], [2, "", 2, true]);
  });
});
