import { assert, assertEquals, assertThrows } from "@std/assert";
import { helpText, readCli, readDuration } from "./_cli.ts";
import { checkNamed, shellWord, UsageError } from "./_cli_option.ts";
import { type DenoRun, runDeno } from "./_test_deno.ts";

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
    reads: { type: "integer", default: 100, min: 1, max: 1000, help: "number of reads" },
    json: { type: "boolean", help: "print one object" },
  },
} as const;

function refused(...args: string[]): string {
  return assertThrows(() => readCli(table, args), RangeError).message;
}

Deno.test("shellWord() quotes what a shell would not take as it is, and nothing else", () => {
  for (const plain of ["out/a-1.json", "1,2", "C:/x_y"]) assertEquals(shellWord(plain), plain);
  assertEquals(shellWord("my data"), "'my data'");
  assertEquals(shellWord("it's $HOME"), "'it'\\''s $HOME'");
  assertEquals(shellWord(""), "''");
});

Deno.test("checkNamed() names what is not known, what was meant, and what there is", () => {
  const known = ["mean", "variance"];
  checkNamed("row", undefined, known);
  checkNamed("row", ["variance", "mean"], known);
  assertThrows(
    () => checkNamed("row", ["mean", "varience"], known),
    UsageError,
    "There is no row varience; did you mean variance?; known: mean, variance",
  );
});

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
  const cli = {
    command: "x",
    summary: "X.",
    examples: [],
    options: { option: { type: "each", help: "a=b" } },
  } as const;
  assertEquals(readCli(cli, ["--option", "a=1,2", "--option=b=3"]).option, ["a=1,2", "b=3"]);
  assertEquals(readCli(cli, []).option, undefined);
});

Deno.test("readCli() takes everything after -- as an operand", () => {
  assertEquals(readCli(table, ["--", "--json"]).operands, ["--json"]);
});

Deno.test("readCli() names the nearest option and the known ones where one is unknown", () => {
  const message = refused("a.txt", "--sed", "1");
  for (const part of ["--sed; did you mean --seeds?", "--time-limit", "--help", "--debug"]) {
    assert(message.includes(part), message);
  }
  assert(refused("a.txt", "-q").startsWith("Unknown option -q; known: --as"));
});

Deno.test("readCli() says what a value should have been", () => {
  assertEquals(refused("a", "--reads", "many"), '--reads takes an integer, got "many"');
  assertEquals(refused("a", "--reads", "0"), '--reads takes an integer of 1 or more, got "0"');
  assertEquals(refused("a", "--reads", "2000"), '--reads takes an integer of 1000 or less, got "2000"');
  assertEquals(
    refused("a", "--seeds", "9007199254740992"),
    '--seeds takes an integer of 9007199254740991 or less, got "9007199254740992"',
  );
  assertEquals(refused("a", "--beta", "NaN"), '--beta takes a number, got "NaN"');
  assertEquals(refused("a", "--beta", "1e999"), '--beta takes a number, got "1e999"');
  assertEquals(refused("a", "--reads", "-1"), '--reads takes an integer of 1 or more, got "-1"');
  assertEquals(refused("a", "--seeds", "1,x"), '--seeds takes an integer, got "1,x"');
  assertEquals(refused("a", "--beta", "Infinity"), '--beta takes a number, got "Infinity"');
  assertEquals(refused("a", "--beta", ""), '--beta takes a number, got ""');
  assertEquals(refused("a", "--as", "qubo"), '--as takes one of ising, maxcut, got "qubo"');
  assertEquals(refused("a", "--operators", "mha,qama"), '--operators takes one of mha, none, got "mha,qama"');
  assertEquals(refused("a", "--operators", ","), '--operators takes a list such as a,b, got ","');
  assertEquals(refused("a", "--time-limit", "10"), '--time-limit takes a duration such as 500ms, 10s or 5m, got "10"');
  const long = '--time-limit takes a duration of 24 days (576h) or less, got "1000h"';
  assertEquals(refused("a", "--time-limit", "1000h"), long);
});

Deno.test("readCli() notices a value that is missing or too much", () => {
  assertEquals(refused("a", "--reads"), "--reads needs a value: number of reads");
  assertEquals(refused("a", "--reads", "--json"), "--reads needs a value: number of reads");
  assertEquals(refused("a", "--json=yes"), '--json takes no value, got "yes"');
  assertEquals(refused(), "Expected one file, got none");
  assertEquals(refused(""), 'Expected one file, got ""');
  assertEquals(refused("a", "--as", ""), '--as takes a value, got ""');
  assertEquals(refused("a", "b"), 'Expected one file, got "a" "b"');
});

Deno.test("readDuration() knows ms, s, m and h, and nothing else", () => {
  assertEquals(["500ms", "10s", "5m", "0.5h"].map(readDuration), [500, 10_000, 300_000, 1_800_000]);
  assertEquals(["10", "s", "-1s", "1 s", "1d", ""].map(readDuration), Array(6).fill(undefined));
});

Deno.test("helpText() has every option, its choices, its default and the examples", () => {
  const text = helpText(table);
  for (
    const name of ["--as", "--time-limit", "--seeds", "--operators", "--beta", "--reads", "--json", "--help", "--debug"]
  ) {
    assert(text.includes(`\n  ${name}`), name);
  }
  for (
    const part of [
      "deno task solve FILE",
      "ising, maxcut",
      "[10s]",
      "one file",
      "G1.txt --as maxcut",
      "130 interrupted",
    ]
  ) {
    assert(text.includes(part), part);
  }
});

async function inFile<T>(source: string, work: (file: string) => Promise<T>): Promise<T> {
  const at = (name: string) => import.meta.resolve(`./${name}`);
  const table =
    `{ command: "x", summary: "Does x.", examples: ["x --seed 1"], options: { seed: { type: "integer", help: "a seed" }, dataDir: { type: "string", help: "x" } } }`;
  const program = `import { asUsage, runCli, stop, UsageError } from "${at("_cli.ts")}";
    import { interrupts } from "${at("_interrupts.ts")}";
    await runCli(${table}, async (options) => { await Promise.resolve(); ${source} });`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    return await work(file);
  } finally {
    await Deno.remove(file);
  }
}

async function run(source: string, ...args: string[]): Promise<DenoRun> {
  return await inFile(source, (file) => runDeno(["run", "-A", file, ...args]));
}

Deno.test("runCli() prints help on standard output with code 0, mistakes as one line on standard error with code 2", async () => {
  const help = await run("", "--help");
  assertEquals([help.code, help.err, help.out.startsWith("Usage: x [options]\n\nDoes x.")], [0, "", true]);
  const wrong = await run("", "--sed", "1");
  const text = "error: Unknown option --sed; did you mean --seed?; known: --seed, --data-dir, --help, --debug\n";
  assertEquals([wrong.code, wrong.out, wrong.err], [2, "", text]);
});

Deno.test("runCli() ends with what the work returns, with 1 for its errors, 2 for those of usage, 130 for an abort", async () => {
  const cases: [string, number, string][] = [
    ["", 0, ""],
    ["return 1", 1, ""],
    ["return 130", 130, ""],
    ["throw new Error(`Nothing at seed ${options.seed}`)", 1, "error: Nothing at seed 3\n"],
    ["stop(`Nothing at seed ${options.seed}`)", 1, "error: Nothing at seed 3\n"],
    ["throw new UsageError('No')", 2, "error: No\n"],
    ["asUsage(() => { throw new RangeError('No') })", 2, "error: No\n"],
    ["await asUsage(() => Promise.reject(new TypeError('No')))", 2, "error: No\n"],
    ["await asUsage(() => Promise.reject(new Error('Broken')))", 1, "error: Broken\n"],
    ["AbortSignal.abort().throwIfAborted()", 130, "error: interrupted\n"],
    ["Deno.readTextFileSync('no/such')", 1, "error: Cannot read no/such: there is no such file or folder\n"],
    [
      "queueMicrotask(() => { throw new Error('Far') }); await new Promise((ok) => setTimeout(ok, 5000))",
      1,
      "error: Far\n",
    ],
    ["Promise.reject(new Error('Lost')); await new Promise((ok) => setTimeout(ok, 5000))", 1, "error: Lost\n"],
    ["throw new Error('named by dataDir, see myData')", 1, "error: named by --data-dir, see myData\n"],
    ["throw 'a word'", 1, "error: a word\n"],
  ];
  const results = await Promise.all(cases.map(([source]) => run(source, "--seed", "3")));
  results.forEach(({ code, out, err }, k) => assertEquals([code, out, err], [cases[k][1], "", cases[k][2]]));
});

Deno.test("runCli() keeps an error on one screen, and shows stack and cause with --debug only", async () => {
  const source = "throw new Error('x\\n'.repeat(500), { cause: new Error('the cause') })";
  const plain = await run(source);
  assert(plain.err.split("\n").length <= 20, plain.err);
  assert(!plain.err.includes("    at ") && plain.err.includes("(the rest with --debug)"), plain.err);
  const wide = await run("throw new Error('x'.repeat(100_000))");
  assert(wide.err.length < 20 * 80, `${wide.err.length}`);
  const deep = await run(source, "--debug");
  assert(deep.err.includes("    at ") && deep.err.includes("the cause"), deep.err);
  assertEquals([plain.code, deep.code], [1, 1]);
});

Deno.test("runCli() says nothing where nobody reads its output any further", async () => {
  const result = await run("throw new Deno.errors.BrokenPipe('Broken pipe (os error 32)')");
  assertEquals([result.code, result.err], [0, ""]);
});

Deno.test("a command that knows nothing of Ctrl-C, and one that does, end with 130 by it", async () => {
  const wait = "console.log('here'); await new Promise((ok) => setTimeout(ok, 60_000))";
  const heed = "const signal = interrupts(); console.log('here'); await new Promise((_, no) => " +
    "{ setTimeout(no, 60_000); signal.addEventListener('abort', () => no(signal.reason)); })";
  for (const source of [wait, heed]) {
    await inFile(source, async (file) => {
      const command = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", file],
        stdout: "piped",
        stderr: "null",
      });
      const process = command.spawn();
      const reader = process.stdout.getReader();
      await reader.read();
      process.kill("SIGINT");
      await reader.cancel();
      assertEquals((await process.status).code, 130);
    });
  }
});
