import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { DataUnavailableError } from "../datasets/mod.ts";
import { ProgressReporter } from "../lib/display/mod.ts";
import { dots, fakeTrainer } from "../lib/experiments/_fake_trainer.ts";
import { defaultOperators, profiles, readRecords } from "../lib/experiments/mod.ts";
import { readCli } from "./_cli.ts";
import { type Doors, reproduce } from "./_reproduce.ts";
import { UsageError } from "./_cli_option.ts";
import { InputError, readSeeds, reproduceCli } from "./_reproduce_cli.ts";

interface Outcome {
  code: number;
  printed: string;
  remarks: string;
}

async function runWith(args: string[], doors: Partial<Doors> = {}): Promise<Outcome> {
  let printed = "";
  let remarks = "";
  const code = await reproduce(readCli(reproduceCli, args), {
    train: fakeTrainer().train,
    loadWhole: (name) => Promise.resolve(dots(name, 70_000, 10_000, name === "glyphs")),
    print: (text) => printed += text,
    progress: new ProgressReporter({ write: (text) => remarks += text, terminal: false }),
    signal: new AbortController().signal,
    plotly: () => Promise.resolve(null),
    ...doors,
  });
  return { code, printed, remarks };
}

const unavailable = () => Promise.reject(new DataUnavailableError("Cannot load MNIST: no network"));

Deno.test("reproduce() writes a record a run, a table and a page, and prints the table", async () => {
  const out = await Deno.makeTempDir();
  const { code, printed } = await runWith(["--profile", "smoke", "--out", out]);
  assertEquals(code, 0);
  assertEquals((await readRecords(`${out}/records`)).length, defaultOperators("mnist", profiles.smoke).length);
  assertEquals(await Deno.readTextFile(`${out}/table.md`), printed);
  assertStringIncludes(printed, "mnist (first 2,048, tested on 512)");
  assertStringIncludes(printed, "not comparable (subset)");
  const page = await Deno.readTextFile(`${out}/index.html`);
  assertStringIncludes(page, "<code>deno task reproduce --profile smoke</code>");
  assertStringIncludes(await Deno.readTextFile(`${out}/learning_curves.svg`), "<svg");
});

Deno.test("reproduce() prints with --json one object whose rows have the promised fields", async () => {
  const out = await Deno.makeTempDir();
  const args = ["--profile", "standard", "--only", "mnist", "--operators", "qamaV2,none", "--seeds", "2", "--json"];
  const { printed } = await runWith([...args, "--out", out], {
    loadWhole: () => Promise.resolve(dots("MNIST", 60_000, 10_000)),
  });
  const { rows, ending, records } = JSON.parse(printed);
  assertEquals([rows.length, records.length, ending], [4, 4, "completed"]);
  const { data, operator, profile, epochs, seed, paperAccuracy } = rows[0];
  assertEquals([data, operator, profile, epochs, seed, paperAccuracy], ["mnist", "qamaV2", "standard", 5, 1, 95.93]);
  // the fake trainer's numbers come near 81.4, the paper has 82.5
  assertEquals(rows[0].verdict, "agrees");
  assert(rows[0].lastAccuracy > 50 && rows[0].bestAccuracy >= rows[0].lastAccuracy);
});

Deno.test("reproduce() says visibly that it runs on glyphs where nothing else can be had", async () => {
  const loadWhole: Doors["loadWhole"] = (name) =>
    name === "glyphs" ? Promise.resolve(dots("glyphs (drawn by this project)", 3_000, 600, true)) : unavailable();
  const out = await Deno.makeTempDir();
  const { code, printed, remarks } = await runWith(["--profile", "smoke", "--out", out], { loadWhole });
  assertEquals(code, 0);
  assertStringIncludes(remarks, "mnist cannot be had, so the runs use glyphs, pictures drawn by this project");
  assertStringIncludes(remarks, "--data-dir");
  assertStringIncludes(printed, "glyphs (drawn by this project, first 2,048");
  assertStringIncludes(printed, "not comparable (synthetic data)");
  // the legend below the table speaks of every kind of data
  const table = printed.split("\n").filter((line) => line.startsWith("|")).join("\n");
  assert(table.includes("glyphs") && !/mnist/i.test(table));
});

Deno.test("reproduce() goes on with the data sets that can be had", async () => {
  const loadWhole: Doors["loadWhole"] = (name) =>
    name === "mnist" ? unavailable() : Promise.resolve(dots(name, 10_000, 3_000));
  const { printed, remarks } = await runWith(["--out", await Deno.makeTempDir()], { loadWhole });
  assertStringIncludes(remarks, "note: Cannot load MNIST: no network");
  assert(printed.includes("fashion-mnist") && !printed.includes("| mnist"));
});

Deno.test("reproduce() refuses data that were asked for by name and cannot be had", async () => {
  const args = ["--only", "mnist", "--out", await Deno.makeTempDir()];
  await assertRejects(() => runWith(args, { loadWhole: unavailable }), InputError, "Cannot load MNIST: no network");
  const missing = () => Promise.reject(new Deno.errors.NotFound("Cannot load MNIST: no such folder"));
  const folder = ["--data-dir", "no/such", "--out", await Deno.makeTempDir()];
  await assertRejects(() => runWith(folder, { loadWhole: missing }), InputError, "no such folder");
  const named = () =>
    Promise.reject(new Deno.errors.NotFound("Cannot load MNIST: the folder x, named by dataDir, is gone"));
  const text = "Cannot load MNIST: the folder x, named by --data-dir, is gone";
  assertEquals((await assertRejects(() => runWith(folder, { loadWhole: named }), InputError)).message, text);
});

Deno.test("reproduce() refuses an output folder that cannot be written, before it loads anything", async () => {
  const file = await Deno.makeTempFile();
  const loadWhole = () => Promise.reject(new Error("loaded"));
  await assertRejects(
    () => runWith(["--out", file], { loadWhole }),
    InputError,
    `Cannot write to the folder ${file}`,
  );
});

Deno.test("reproduce() refuses a folder with records of another configuration in one line", async () => {
  const out = await Deno.makeTempDir();
  await runWith(["--profile", "smoke", "--out", out]);
  const loadWhole = (name: string) => Promise.resolve(dots(name, 800, 10_000));
  const again = () => runWith(["--profile", "smoke", "--out", out, "--resume"], { loadWhole });
  const error = await assertRejects(again, InputError, "data train 2048 and 800");
  assertEquals(error.message.includes("\n"), false);
});

Deno.test("reproduce() stopped half way ends with 130, says how to go on, and goes on to the same table", async () => {
  const whole = await runWith(["--profile", "smoke", "--seeds", "7,", "--out", await Deno.makeTempDir()]);
  const out = await Deno.makeTempDir();
  const controller = new AbortController();
  const { train } = fakeTrainer((trained) => {
    if (trained.length === 3) controller.abort();
  });
  const args = ["--profile", "smoke", "--seeds", "7,", "--out", out];
  const stopped = await runWith(args, { train, signal: controller.signal });
  assertEquals(stopped.code, 130);
  assertStringIncludes(
    stopped.remarks,
    `go on with: deno task reproduce --profile smoke --seeds 7, --out ${out} --resume`,
  );
  const rest = fakeTrainer();
  const resumed = await runWith([...args, "--resume"], { train: rest.train });
  assertEquals([resumed.code, resumed.printed], [0, whole.printed]);
  assertEquals(rest.trained.length, 4 * defaultOperators("mnist", profiles.smoke).length - 3);
});

Deno.test("reproduce() says with --resume of which commit a kept record is, where the code is at another", async () => {
  const out = await Deno.makeTempDir();
  const args = ["--profile", "smoke", "--operators", "none", "--out", out];
  const at = (commit: string | null) => ({ code: { version: "1.0.0", commit } });
  await runWith(args, at("abc1234".padEnd(40, "0")));
  const resumedAt = async (commit: string | null) => (await runWith([...args, "--resume"], at(commit))).remarks;
  assertStringIncludes(
    await resumedAt(`${"def5678".padEnd(40, "0")}+changes`),
    "(kept a record of commit abc1234; the code is now at def5678+changes)",
  );
  assertStringIncludes(await resumedAt(null), "kept a record of commit abc1234; the code is now at an unknown commit");
  assertStringIncludes(await resumedAt("abc1234".padEnd(40, "0")), "(kept from an earlier run)");
});

Deno.test("readSeeds() reads a count, a list, a list of one, and refuses the rest", () => {
  assertEquals(["3", "4,7", "4,", "0,1"].map(readSeeds), [[1, 2, 3], [4, 7], [4], [0, 1]]);
  for (const text of ["0", "", "a", "1,b", "-1", "1.5", ",", "4,,7", "10000"]) {
    assertThrows(() => readSeeds(text), UsageError, "--seeds takes a count");
  }
});

Deno.test("reproduceCli refuses unknown profiles, operators and data sets by name, and says which is near", () => {
  const cases = { "--profile": "huge", "--operators": "mha,softmax", "--only": "kuzushiji" };
  for (const [option, value] of Object.entries(cases)) {
    assertThrows(() => readCli(reproduceCli, [option, value]), RangeError, option);
  }
  const near = { "--profile": "papers", "--operators": "mha,qamaV3", "--only": "fashion_mnist" };
  const meant = ["paper?", "qamaV2 in place of qamaV3?", "fashion-mnist?"];
  for (const [i, [option, value]] of Object.entries(near).entries()) {
    assertThrows(() => readCli(reproduceCli, [option, value]), RangeError, `did you mean ${meant[i]}`);
  }
});
