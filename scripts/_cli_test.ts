import { assert, assertEquals, assertThrows } from "@std/assert";
import { helpText, readCli, readDuration } from "./_cli.ts";

const table = {
  command: "deno task solve FILE",
  summary: "Solves a problem.",
  examples: ["deno task solve G1.txt --as maxcut"],
  operands: { help: "one file", min: 1, max: 1 },
  options: {
    as: { type: "string", choices: ["ising", "maxcut"], help: "what the file is" },
    timeLimit: { type: "duration", default: "10s", help: "when to stop" },
    seeds: { type: "integers", default: "1,2", min: 0, help: "one run a seed" },
    operators: { type: "list", choices: ["mha", "none"], default: "mha,none", help: "rows" },
    beta: { type: "number", help: "inverse temperature" },
    reads: { type: "integer", default: 100, min: 1, help: "number of reads" },
    json: { type: "boolean", help: "print one object" },
  },
} as const;

function refused(...args: string[]): string {
  return assertThrows(() => readCli(table, args), RangeError).message;
}

Deno.test("readCli() fills in defaults, and undefined where there are none", () => {
  assertEquals(readCli(table, ["a.txt"]), {
    as: undefined,
    timeLimit: 10_000,
    seeds: [1, 2],
    operators: ["mha", "none"],
    beta: undefined,
    reads: 100,
    json: false,
    operands: ["a.txt"],
  });
});

Deno.test("readCli() reads every type, with a space or an equals sign, and types the result", () => {
  const line = "--as ising --time-limit=1.5m a.txt --seeds 7 --operators none --beta -0.5 --reads=3 --json";
  const options = readCli(table, line.split(" "));
  const as: "ising" | "maxcut" | undefined = options.as;
  const operators: ("mha" | "none")[] = options.operators;
  const seeds: number[] = options.seeds;
  assertEquals([as, operators, seeds, options.timeLimit], ["ising", ["none"], [7], 90_000]);
  assertEquals([options.beta, options.reads, options.json, options.operands], [-0.5, 3, true, ["a.txt"]]);
});

Deno.test("readCli() collects an option that is typed several times", () => {
  const cli = { command: "x", summary: "X.", options: { option: { type: "each", help: "a=b" } } } as const;
  assertEquals(readCli(cli, ["--option", "a=1,2", "--option=b=3"]).option, ["a=1,2", "b=3"]);
  assertEquals(readCli(cli, []).option, undefined);
});

Deno.test("readCli() takes everything after -- as an operand", () => {
  assertEquals(readCli(table, ["--", "--json"]).operands, ["--json"]);
});

Deno.test("readCli() names the known options where one is unknown", () => {
  const message = refused("a.txt", "--sed", "1");
  for (const part of ["--sed;", "--seeds", "--time-limit", "--help"]) assert(message.includes(part), message);
  assert(refused("a.txt", "-q").includes("Unknown option -q"));
});

Deno.test("readCli() says what a value should have been", () => {
  assertEquals(refused("a", "--reads", "many"), '--reads takes an integer, got "many"');
  assertEquals(refused("a", "--reads", "0"), '--reads takes an integer of 1 or more, got "0"');
  assertEquals(refused("a", "--seeds", "1,x"), '--seeds takes an integer, got "1,x"');
  assertEquals(refused("a", "--beta", "Infinity"), '--beta takes a number, got "Infinity"');
  assertEquals(refused("a", "--beta", ""), '--beta takes a number, got ""');
  assertEquals(refused("a", "--as", "qubo"), '--as takes one of ising, maxcut, got "qubo"');
  assertEquals(refused("a", "--operators", "mha,qama"), '--operators takes one of mha, none, got "mha,qama"');
  assertEquals(refused("a", "--operators", ","), '--operators takes a list such as a,b, got ","');
  assertEquals(refused("a", "--time-limit", "10"), '--time-limit takes a duration such as 500ms, 10s or 5m, got "10"');
});

Deno.test("readCli() notices a value that is missing or too much", () => {
  assertEquals(refused("a", "--reads"), "--reads needs a value: number of reads");
  assertEquals(refused("a", "--reads", "--json"), "--reads needs a value: number of reads");
  assertEquals(refused("a", "--json=yes"), '--json takes no value, got "yes"');
  assertEquals(refused(), "Expected one file, got none");
  assertEquals(refused("a", "b"), 'Expected one file, got "a" "b"');
});

Deno.test("readDuration() knows ms, s, m and h, and nothing else", () => {
  assertEquals(["500ms", "10s", "5m", "0.5h"].map(readDuration), [500, 10_000, 300_000, 1_800_000]);
  assertEquals(["10", "s", "-1s", "1 s", "1d", ""].map(readDuration), Array(6).fill(undefined));
});

Deno.test("helpText() has every option, its choices, its default and the examples", () => {
  const text = helpText(table);
  for (const name of ["--as", "--time-limit", "--seeds", "--operators", "--beta", "--reads", "--json", "--help"]) {
    assert(text.includes(`\n  ${name}`), name);
  }
  for (const part of ["deno task solve FILE", "ising, maxcut", "[10s]", "one file", "G1.txt --as maxcut"]) {
    assert(text.includes(part), part);
  }
});

async function run(source: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const cli = import.meta.resolve("./_cli.ts");
  const table = `{ command: "x", summary: "Does x.", options: { seed: { type: "integer", help: "a seed" } } }`;
  const program = `import { parseCli, stop } from "${cli}"; const options = parseCli(${table}, Deno.args); ${source}`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const output = await new Deno.Command(Deno.execPath(), { args: ["run", "--no-check", file, ...args] }).output();
    const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code: output.code, stdout, stderr };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("parseCli() prints help on standard output with code 0, mistakes as one line on standard error with code 2", async () => {
  const help = await run("", "--help");
  assertEquals([help.code, help.stderr, help.stdout.startsWith("Usage: x [options]\n\nDoes x.")], [0, "", true]);
  const wrong = await run("", "--sed", "1");
  assertEquals([wrong.code, wrong.stdout, wrong.stderr], [
    2,
    "",
    "error: Unknown option --sed; known: --seed, --help\n",
  ]);
});

Deno.test("stop() prints one line and ends with code 1", async () => {
  const result = await run("stop(`Nothing at seed ${options.seed}`);", "--seed", "3");
  assertEquals([result.code, result.stdout, result.stderr], [1, "", "error: Nothing at seed 3\n"]);
});
