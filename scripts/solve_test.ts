import { assert, assertEquals, assertMatch } from "@std/assert";
import { lowest, sampleSetFromBytes } from "../lib/samplers/mod.ts";
import { runScript } from "./_test_deno.ts";

const SCRIPT = import.meta.resolve("./solve.ts");

function start(args: string[]): Deno.ChildProcess {
  const words = ["run", "-A", "--no-check", SCRIPT, ...args];
  return new Deno.Command(Deno.execPath(), { args: words, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
}

const solve = (...args: string[]) => runScript("solve.ts", args);

const ring = (n: number) =>
  `${n} ${n}\n${Array.from({ length: n }, (_, i) => `${i + 1} ${(i + 1) % n + 1} 1\n`).join("")}`;

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

async function fileOf(text: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".txt" });
  await Deno.writeTextFile(file, text);
  return file;
}

Deno.test("deno task solve prints JSON on standard output, and nothing on standard error in a pipe", async () => {
  const file = await fileOf("3 2\n1 2 1\n2 3 -1\n");
  const { code, out, err } = await solve(file, "--as", "ising", "--seed", "1", "--json", "--target=-2");
  assertEquals([code, err], [0, ""]);
  const { bestEnergy, ending, seed } = JSON.parse(out);
  assertEquals([bestEnergy, ending, seed], [-2, "target-reached", 1]);
  await Deno.remove(file);
});

Deno.test("deno task solve says in one line what is wrong, with code 2 for the command and 1 for the file", async () => {
  const file = await fileOf("3 2\n1 2 1\n2 4 -1\n");
  const rows: [string[], number, RegExp][] = [
    [["no-such.txt"], 1, /^error: Cannot read no-such\.txt: there is no such file or folder\n$/],
    [[file], 2, /^error: [^\n]*--as ising, maxcut or qubo[^\n]*"ising"[^\n]*"maxcut"[^\n]*"qubo"[^\n]*\n$/],
    [[file, "--as", "ising"], 1, /^error: [^\n]*line 3, column 3[^\n]*\n$/],
    [[file, "--sampler", "taboo"], 2, /^error: There is no sampler "taboo"[^\n]*\n$/],
  ];
  const outcomes = await Promise.all(rows.map(([args]) => solve(...args)));
  rows.forEach(([, code, message], k) => {
    assertEquals([outcomes[k].code, outcomes[k].out], [code, ""]);
    assertMatch(outcomes[k].err, message);
  });
  await Deno.remove(file);
});

Deno.test("deno task solve makes the same reads for a seed and any number of workers", async () => {
  const file = await fileOf(ring(30));
  const args = [file, "--as", "ising", "--seed", "5", "--reads", "6", "--sweeps", "3", "--out"];
  const outs = await Promise.all([fileOf(""), fileOf("")]);
  await Promise.all([solve(...args, outs[0]), solve(...args, outs[1], "--workers", "2")]);
  const [one, two] = (await Promise.all(outs.map((path) => Deno.readFile(path)))).map(sampleSetFromBytes);
  assertEquals([one.energies.length, one.states, one.energies], [6, two.states, two.energies]);
  await Promise.all([file, ...outs].map((path) => Deno.remove(path)));
});

Deno.test("deno task solve prints the best so far at Ctrl-C, as JSON, and exits with 130", async () => {
  const file = await fileOf(ring(40));
  const folder = await Deno.makeTempDir();
  const rows = `${folder}/rows.set`;
  const args = ["--as", "ising", "--time-limit", "60s", "--sweeps", "1000000", "--workers", "2", "--seed", "1"];
  const child = start([file, ...args, "--json", "--out", rows]);
  let over = false;
  const output = child.output().finally(() => over = true);
  // the file is made right before the search
  while (!over && !await exists(rows)) await new Promise((resolve) => setTimeout(resolve, 10));
  // the threads are under way; one press of the keys under `deno task` can come twice
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 3));
  if (!over) child.kill("SIGINT");
  const { code, stdout } = await output;
  assertEquals(code, 130);
  const { bestEnergy, bestState, ending } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([ending, bestState.length], ["interrupted", 40]);
  const set = sampleSetFromBytes(await Deno.readFile(rows));
  assert(set.energies.length > 0);
  assertEquals(lowest(set).energy, bestEnergy);
  await Promise.all([Deno.remove(file), Deno.remove(folder, { recursive: true })]);
});
