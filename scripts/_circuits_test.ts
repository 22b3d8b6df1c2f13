import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ProgressReporter } from "../lib/display/mod.ts";
import { dots, fakeTrainer } from "../lib/experiments/_fake_trainer.ts";
import { CIRCUIT_VARIANTS, readCircuitNoiseRecords, readRecords } from "../lib/experiments/mod.ts";
import { CIRCUIT_NAMES, isTextData, train } from "../lib/training/mod.ts";
import { loadGlyphs } from "../datasets/mod.ts";
import { readCli } from "./_cli.ts";
import { circuits, type CircuitsDoors } from "./_circuits.ts";
import { circuitsCli } from "./_circuits_cli.ts";
import { UsageError } from "./_cli_option.ts";
import { loadWhole } from "./_reproduce_data.ts";

async function runWith(args: string[], doors: Partial<CircuitsDoors> = {}) {
  let remarks = "", printed = "";
  const code = await circuits(readCli(circuitsCli, args), {
    train: fakeTrainer().train,
    loadWhole: (name) => Promise.resolve(dots(name, 4_000, 1_000)),
    progress: new ProgressReporter({ write: (text) => remarks += text, terminal: false }),
    signal: new AbortController().signal,
    print: (text) => void (printed += text),
    ...doors,
  });
  return { code, remarks, printed };
}

Deno.test("circuits() trains every row, keeps a record of each, and keeps what is there on resume", async () => {
  const out = await Deno.makeTempDir();
  const args = ["--profile", "smoke", "--out", out, "--resume"];
  const { code, printed } = await runWith(args);
  assertEquals([code, (await readRecords(`${out}/records`)).length], [0, CIRCUIT_NAMES.length]);
  assertStringIncludes(printed, "points against itself without couplings");
  const again = fakeTrainer();
  const { remarks, printed: rows } = await runWith([...args, "--json"], { train: again.train });
  assertStringIncludes(remarks, "(kept)");
  assertEquals([again.trained, JSON.parse(rows).rows.length], [[], CIRCUIT_NAMES.length]);
  const published = await Deno.makeTempDir();
  const { printed: told } = await runWith(["--out", out, "--publish", published]);
  assertStringIncludes(told, `${CIRCUIT_NAMES.length} records are in ${published}/smoke-`);
  assertEquals(await readRecords(published), await readRecords(`${out}/records`));
});

Deno.test("circuits() trains a circuit on glyphs, from a stop to the same record", async () => {
  const out = await Deno.makeTempDir();
  const load = async () => await loadGlyphs({ trainCount: 1_024, testCount: 512 });
  const own = ["--profile", "smoke", "--only", "mnist-3-6", "--operators", "evolutionAngles", "--json", "--resume"];
  const whole = await runWith([...own, "--out", `${out}/whole`], { train, loadWhole: load });
  const controller = new AbortController();
  const stopping: CircuitsDoors["train"] = (data, options) =>
    train(data, { ...options, onProgress: ({ epoch }) => epoch === 2 && controller.abort() });
  const door = { train: stopping, loadWhole: load, signal: controller.signal };
  const stopped = await runWith([...own, "--out", `${out}/other`], door);
  assertEquals([stopped.code, JSON.parse(stopped.printed).ending], [130, "interrupted"]);
  assertStringIncludes(stopped.remarks, "go on with --resume --profile smoke");
  const resumed = await runWith([...own, "--out", `${out}/other`], { train, loadWhole: load });
  assertEquals(JSON.parse(resumed.printed).rows, JSON.parse(whole.printed).rows);
  const [a, b] = await Promise.all(["whole", "other"].map((name) => readRecords(`${out}/${name}/records`)));
  assertEquals(a[0].weightsDigest, b[0].weightsDigest);
});

Deno.test("circuits() tries shots and noise on what it has trained, and keeps the record", async () => {
  const out = await Deno.makeTempDir();
  const loadWhole = async () => await loadGlyphs({ trainCount: 1_024, testCount: 512 });
  const args = ["--profile", "smoke", "--operators", "evolutionAngles,linearPixels4", "--out", out, "--resume"];
  const noisy = [...args, "--parts", "train,noise", "--items", "6", "--trajectories", "4"];
  const { code, printed } = await runWith([...noisy, "--json"], { train, loadWhole });
  const { noise } = JSON.parse(printed);
  assertEquals([code, noise.length, noise[0].variants.length], [0, 1, CIRCUIT_VARIANTS.length]);
  const again = await runWith(noisy, { train, loadWhole });
  assertStringIncludes(again.remarks, "s (kept)");
  assertStringIncludes(again.printed, "depolarising, an operation and qubit");
  const [path] = [...Deno.readDirSync(`${out}/noise`)].map(({ name }) => `${out}/noise/${name}`);
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace('"items":6', '"items":7'));
  await assertRejects(() => readCircuitNoiseRecords(`${out}/noise`), SyntaxError, "not those that were written");
});

Deno.test("circuits() measures gradients without a training, keeps the record, and trains nothing for it", async () => {
  const out = await Deno.makeTempDir();
  const loadWhole = async () => await loadGlyphs({ trainCount: 60, testCount: 2 });
  const args = ["--profile", "smoke", "--parts", "plateau", "--out", out, "--resume"];
  const trainer = fakeTrainer();
  const { code, printed } = await runWith([...args, "--json"], { train: trainer.train, loadWhole });
  assertEquals([code, trainer.trained, JSON.parse(printed).plateau.random.length], [0, [], 12]);
  const again = await runWith(args, { loadWhole });
  assertStringIncludes(again.remarks, "(kept)");
  assertStringIncludes(again.printed, "halvings a qubit");
  const stopped = await runWith([...args.slice(0, -1)], { loadWhole, signal: AbortSignal.abort() });
  assertEquals(stopped.code, 130);
});

Deno.test("circuits() refuses two profiles at a time, and a seed twice", async () => {
  await assertRejects(() => runWith(["--profile", "smoke", "--seeds", "1,1"]), UsageError, "names something twice");
  await assertRejects(() => runWith(["--quick", "--profile", "smoke"]), UsageError, "give one of them");
});

Deno.test("loadWhole() loads two classes of a set by their numbers", async () => {
  const pair = await loadWhole("glyphs-3-6", {});
  assertEquals(isTextData(pair), false);
  assertEquals([pair.name, pair.classes.length], ["glyphs (drawn by this project, 3 against 6)", 2]);
});
