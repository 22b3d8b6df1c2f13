import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ProgressState } from "../lib/display/mod.ts";
import { energy, ModelBuilder, parseProblem, type Problem } from "../lib/model/mod.ts";
import { sampleSetFromBytes, sampleSetFromJson } from "../lib/samplers/mod.ts";
import { readCli } from "./_cli.ts";
import { type Doors, solve } from "./_solve.ts";
import { UsageError } from "./_cli_option.ts";
import { readOption, solveCli } from "./_solve_cli.ts";

const TRIANGLE = "3 3\n1 2 1\n2 3 1\n1 3 2.5\n";

interface Outcome {
  code: number;
  printed: string;
  saved: Map<string, string | Uint8Array>;
}

async function run(args: string[], text = TRIANGLE, doors: Partial<Doors> = {}): Promise<Outcome> {
  let printed = "";
  const saved = new Map<string, string | Uint8Array>();
  const code = await solve(readCli(solveCli, args), {
    read: (_file, options) => parseProblem(text, options),
    print: (words) => printed += words,
    touch: () => Promise.resolve(),
    save: (path, content) => Promise.resolve(void saved.set(path, content)),
    signal: new AbortController().signal,
    ...doors,
  });
  return { code, printed, saved };
}

const json = async (args: string[], text?: string) => JSON.parse((await run([...args, "--json"], text)).printed);

Deno.test("solve() prints with --json one object with the promised fields", async () => {
  const { code, printed } = await run(["t.txt", "--as", "maxcut", "--seed", "7", "--reads", "4", "--json"]);
  assertEquals([code, printed.endsWith("}\n"), printed.trimEnd().includes("\n")], [0, true, false]);
  const found = JSON.parse(printed);
  assertEquals([found.bestEnergy, found.cut, found.sampler, found.seed], [-3.5, 3.5, "simulatedAnnealing", 7]);
  assertEquals([found.reads, found.readsAsked, found.ending, found.workers], [4, 4, "completed", 1]);
  assertEquals([found.variables, found.couplings, found.labels], [3, 3, [1, 2, 3]]);
  assertEquals([found.format, found.as, found.notes, "target" in found], ["rudy", "maxcut", [], false]);
  assert(found.elapsedMs > 0 && /^[0-9a-f]{64}$/.test(found.fingerprint));
  const { model } = await parseProblem(TRIANGLE, { as: "maxcut" });
  assertEquals(energy(model, found.bestState), found.bestEnergy);
});

Deno.test("solve() finds the optimum of each reading", async () => {
  assertEquals((await json(["t", "--as", "ising"])).bestEnergy, -2.5);
  assertEquals((await json(["t", "--as", "qubo"], "2 2\n1 1 -1\n1 2 3\n")).bestEnergy, -1);
  assertEquals((await json(["t", "--as", "maxcut"], "2 1\n1 2 -1\n")).cut, 0);
});

Deno.test("solve() runs every kind of sampler, and tells a proof", async () => {
  for (const name of ["greedy-descent", "randomSampler", "exact-enumeration", "treeDecomposition"]) {
    const found = await json(["t", "--as", "maxcut", "--sampler", name, "--reads", "40", "--seed", "3"]);
    assertEquals(found.cut, 3.5, name);
  }
  const { printed } = await run(["t", "--as", "maxcut", "--sampler", "exact-enumeration"]);
  assertStringIncludes(printed, "best energy -3.5, proven to be the lowest\n");
});

// maximise 4 x + 3 y + 5 z where 2 x + 3 y + 4 z <= 5
const KNAPSACK = [
  ...["K", "LBL", "maximize", 3, 1, 0, 3, "1 4", "2 3", "3 5", 0, 3, "1 1 2", "1 2 3", "1 3 4", "1e20"],
  ...["-1e20", 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 1, "1 weight"],
].join("\n");

Deno.test("solve() prints the file's own objective and the constraints, apart from the energy with its penalties", async () => {
  const args = ["k", "--seed", "1", "--reads", "20"];
  const found = await json([...args, "--sampler", "exact-enumeration"], KNAPSACK);
  assertEquals([found.bestEnergy, found.objective, found.feasible], [-7, 7, true]);
  const { count, ownVariables, slackBits, violated, bestFeasible } = found.constraints;
  assertEquals([count, ownVariables, slackBits, violated], [1, 3, 3, []]);
  assertEquals([bestFeasible.objective, bestFeasible.energy, ...bestFeasible.state], [7, -7, ...found.bestState]);
  const { printed } = await run([...args, "--sampler", "exact-enumeration"], KNAPSACK);
  assertStringIncludes(printed, "\nbest energy -7, proven to be the lowest\nobjective   7\nfeasible    yes (");
  assertStringIncludes(printed, "\nup          2 of 3: 1 2\n");
});

Deno.test("solve() names constraints that are missed, and the best state that misses none", async () => {
  const problem = await parseProblem(KNAPSACK);
  // a weight that is too small, as a user's model may have it
  const weak = new ModelBuilder("qubo").addLinear("x", -4).addLinear("y", -3)
    .addInequality([["x", 2], ["y", 3]], "<=", 3, { name: "weight", weight: 0.25 }).build();
  const loose = { ...problem, model: weak.model, labels: weak.labels, built: weak };
  const read = () => Promise.resolve(loose);
  const args = ["k", "--sampler", "exact-enumeration", "--reads", "16"];
  const found = JSON.parse((await run([...args, "--json"], "", { read })).printed);
  assertEquals([found.objective, found.feasible, found.constraints.violated], [7, false, [{
    name: "weight",
    violation: 2,
  }]]);
  assertEquals(found.constraints.bestFeasible.objective, 4);
  assertEquals(found.constraints.bestFeasible.state.slice(0, 2), [1, 0]);
  const { printed } = await run(args, "", { read });
  assertStringIncludes(printed, "\nfeasible    no, 1 of 1 constraints missed: weight by 2 (12 of 16 reads feasible)\n");
  assertStringIncludes(printed, "best feasible objective seen: 4, its state with --json\n");
});

Deno.test("solve() gives a problem that is maximised its own objective", async () => {
  const found = await json(["k", "--reads", "2"], "Maximize\n 3 x - y\nBinary\n x y\nEnd\n");
  assertEquals([found.bestEnergy, found.objective, "feasible" in found], [-3, 3, false]);
  assertEquals("objective" in await json(["k", "--reads", "2"], "Minimize\n 3 x - y\nBinary\n x y\nEnd\n"), false);
});

Deno.test("solve() gives a sampler its sweeps and its own options", async () => {
  const args = ["t", "--as", "ising", "--sweeps", "3", "--option", "betaSchedule=linear"];
  const { options } = await json([...args, "--option", "betaRange=0.5,2", "--option", "descend=false"]);
  assertEquals([options.numSweeps, options.betaSchedule, options.betaRange], [3, "linear", [0.5, 2]]);
  assertEquals(options.descend, false);
});

Deno.test("readOption() reads booleans, numbers, lists of numbers and words", () => {
  assertEquals(["true", "false", "5", "-0.5", "1e3", "Infinity"].map(readOption), [
    true,
    false,
    5,
    -0.5,
    1000,
    Infinity,
  ]);
  assertEquals(readOption("0.1,3"), [0.1, 3]);
  assertEquals(["linear", "a,b", "", "1,"].map(readOption), ["linear", "a,b", "", "1,"]);
});

Deno.test("solve() stops at the target, and with --all-reads counts who reached it", async () => {
  const args = ["t", "--as", "maxcut", "--reads", "20", "--seed", "1", "--target", "-3.5"];
  const early = await json(args);
  assertEquals([early.ending, early.target.reached, early.target.successes], ["target-reached", true, 1]);
  const all = await json([...args, "--all-reads", "--sampler", "random-sampler"]);
  const { successes, reads, probability, tts99 } = all.target;
  assertEquals([all.ending, reads], ["completed", 20]);
  assert(successes > 1 && successes < 20);
  assertEquals(probability.value, successes / 20);
  assert(probability.low < probability.value && probability.value < probability.high);
  const expected = tts99.readMs * Math.max(1, Math.log(0.01) / Math.log(1 - successes / 20));
  assert(Math.abs(tts99.valueMs - expected) <= 1e-9 * expected);
  assertEquals(tts99.formula, "ms a read * max(1, ln(1 - 0.99) / ln(1 - p))");
});

Deno.test("solve() gives a lower bound of TTS99 where the target was not reached, and none for an exact sampler", async () => {
  const args = ["t", "--as", "maxcut", "--target", "-99"];
  const { target } = await json(args);
  assertEquals([target.reached, target.successes, target.tts99.censored, target.tts99.highMs], [false, 0, true, null]);
  assertStringIncludes((await run(args)).printed, "target      -99 reached in 0 of 10 reads: p = 0 (95 %: 0 to ");
  assertStringIncludes((await run(args)).printed, "TTS99       above ");
  const exact = await json([...args, "--sampler", "exact-enumeration"]);
  assertEquals(exact.target, { energy: -99, reached: false });
});

Deno.test("solve() saves all rows as JSON or as bytes", async () => {
  const args = ["t", "--as", "ising", "--seed", "5", "--reads", "6"];
  const bytes = (await run([...args, "--out", "rows.set"])).saved.get("rows.set");
  assert(bytes instanceof Uint8Array);
  const text = (await run([...args, "--out", "rows.JSON"])).saved.get("rows.JSON");
  assertEquals(sampleSetFromBytes(bytes).states, sampleSetFromJson(text).states);
  assertEquals(sampleSetFromBytes(bytes).energies.length, 6);
});

Deno.test("solve() with a time limit alone makes as many reads as fit", async () => {
  const found = await json(["t", "--as", "ising", "--time-limit", "40ms"]);
  assertEquals([found.readsAsked, found.ending], [null, "timed-out"]);
  assert(found.reads > 0);
});

Deno.test("solve() interrupted prints the best so far and ends with 130", async () => {
  for (const format of [[], ["--json"]]) {
    const controller = new AbortController();
    const show = () => controller.abort();
    const args = ["t", "--as", "maxcut", "--reads", "1000000", ...format];
    const { code, printed } = await run(args, TRIANGLE, { signal: controller.signal, show });
    assertEquals(code, 130);
    assertStringIncludes(printed, "interrupted");
    assertStringIncludes(printed, "3.5");
  }
});

Deno.test("solve() shows progress where somebody looks, with the cut of a maxcut", async () => {
  const states: ProgressState[] = [];
  await run(["g.txt", "--as", "maxcut", "--reads", "5", "--seed", "1"], TRIANGLE, {
    show: (state) => states.push(state),
  });
  const last = states.at(-1);
  assertEquals([last?.label, last?.done, last?.detail], ["g.txt, simulatedAnnealing", 1, "5 of 5 reads, best cut 3.5"]);
});

Deno.test("solve() prints what a reader of the terminal needs, the notes of the file among it", async () => {
  const { printed } = await run(["t", "--as", "maxcut", "--seed", "2", "--reads", "3"], "3 3\n1 2 1\n2 3 1\n1 2 1.5\n");
  assertStringIncludes(printed, "problem     t (rudy read as maxcut): 3 spins, 2 couplings\n");
  assertStringIncludes(printed, "\nnote        ");
  assertStringIncludes(printed, "\nbest energy -3.5\ncut         3.5\n");
  assertStringIncludes(printed, "simulatedAnnealing, seed 2, 3 reads");
  const one = await run(["t.qubo"], "p qubo 0 2 2 1\n0 0 1\n1 1 1\n0 1 -3\n");
  assertStringIncludes(one.printed, "2 bits, 1 coupling\n");
});

Deno.test("solve() refuses what it cannot follow", async () => {
  const rows: [string[], string][] = [
    [[], "Expected one file, or - for standard input, got none"],
    [["t"], "give --as ising, maxcut or qubo"],
    [["t", "--sampler", "simulated-anealing"], "did you mean simulated-annealing?"],
    [
      ["t", "--sampler", "exactEnumeration", "--sweeps", "5"],
      "--sweeps: exact-enumeration has no sweeps; it takes none",
    ],
    [["t", "--option", "sweeps=5"], "simulated-annealing has no such option; its own are numSweeps"],
    [["t", "--option", "numSweeps"], '--option takes name=value, got "numSweeps"'],
    [["t", "--option", "numSweeps=1", "--option", "numSweeps=2"], "--option numSweeps is given twice"],
    [["t", "--option", "numSweeps=1", "--sweeps", "2"], "say the same"],
    [["t", "--option", "numSweeps=many"], "numSweeps must be an integer from 1, got many"],
    [["t", "--all-reads"], "--all-reads needs --target"],
  ];
  for (const [args, message] of rows) await assertRejects(() => run(args), UsageError, message);
});

Deno.test("solve() says which file it could not read or write: before it searches, and after it has printed", async () => {
  const missing = (): Promise<Problem> => Promise.reject(new Deno.errors.NotFound("os error 2"));
  await assertRejects(() => run(["a.txt"], "", { read: missing }), Error, "Cannot read a.txt: there is no such file");
  for (const door of ["touch", "save"]) {
    let printed = "";
    const doors: Partial<Doors> = {
      print: (text) => printed += text,
      [door]: () => Promise.reject(new Deno.errors.NotFound("os error 2")),
    };
    const saving = () => run(["t", "--as", "ising", "--out", "no/where.json"], TRIANGLE, doors);
    await assertRejects(saving, Error, "Cannot write no/where.json: there is no such file or folder");
    assertEquals(printed.includes("best energy -2.5"), door === "save");
  }
});

Deno.test("solve() lists the samplers with their options, without a file", async () => {
  const { printed } = await run(["--list-samplers"]);
  assertStringIncludes(printed, "simulated-annealing");
  assertStringIncludes(printed, "numSweeps");
  assertStringIncludes(printed, "(exact)");
});
