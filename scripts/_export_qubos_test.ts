import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { loadGlyphs, readInstanceSet } from "../datasets/mod.ts";
import {
  checkpointPath,
  exampleRecord,
  readRecord,
  recordFileName,
  type RunRecord,
  writeRecord,
} from "../lib/experiments/mod.ts";
import { sha256 } from "../lib/model/mod.ts";
import { readCheckpoint, train } from "../lib/training/mod.ts";
import { readCli } from "./_cli.ts";
import { exportCli, exportQubos } from "./_export_qubos.ts";

const GLYPHS = await loadGlyphs({ trainCount: 64, testCount: 8 });
const RUN = { operator: "qamaV2", seed: 2 } as const;
const read = (...args: string[]) => readCli(exportCli, args);
const run = (...args: string[]) => exportQubos(read(...args), () => Promise.resolve(GLYPHS));

/** A folder of one run of two epochs: its record, its checkpoint. */
async function inFolder(work: (folder: string, record: string, checkpoint: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const { name: title, synthetic, checksums } = GLYPHS;
  const example: RunRecord = exampleRecord({
    ...RUN,
    data: { ...exampleRecord().data, name: "glyphs", title, synthetic, checksums },
  });
  await Deno.mkdir(`${folder}/checkpoints`);
  const checkpoint = await checkpointPath(folder, example);
  await train(GLYPHS, { ...RUN, epochs: 2, workers: 1, checkpoint });
  const weights = (await readCheckpoint(checkpoint))?.arrays.weights ?? new Float32Array();
  const path = `${folder}/${recordFileName(example)}`;
  await writeRecord(path, { ...example, weightsDigest: await sha256(new Uint8Array(weights.slice().buffer)) });
  await work(folder, path, checkpoint);
  await Deno.remove(folder, { recursive: true });
}

Deno.test("exportQubos() writes proved QUBOs of a run's first and last weights, and says where each is from", async () => {
  await inFolder(async (folder, record, checkpoint) => {
    const choice = ["--heads", "1,0+1", "--tokens", "6", "--samples", "3", "--out", `${folder}/qubos`];
    for (const [source, epoch] of [[["--runs", folder], 2], [["--untrained"], 0]] as const) {
      const { unproved } = await run("--record", record, ...source, ...choice);
      assertEquals(unproved, []);
      const [one, two] = await readInstanceSet(`${folder}/qubos`);
      assertEquals(one.name, `glyphs-qamaV2-seed2-e${epoch}-i3-h1-crop6`);
      assertEquals([one.model.n, two.model.n, two.proof], [6, 12, "exactEnumeration"]);
      const { profile, synthetic, sample, heads } = two.parameters;
      assertEquals([profile, synthetic, sample, heads], ["smoke", true, 3, "0 1"]);
    }
    await run("--record", record, "--runs", folder, ...choice);
    const named = await readInstanceSet(`${folder}/qubos`);
    await run("--checkpoint", checkpoint, "--data", "glyphs", ...choice);
    const plain = await readInstanceSet(`${folder}/qubos`);
    assertEquals(plain.map(({ model }) => model), named.map(({ model }) => model));
    assertEquals(plain[0].parameters, { ...named[0].parameters, profile: null });
  });
});

Deno.test("exportQubos() refuses runs without weights, other weights, a file cut short, other operators, other data", async () => {
  await inFolder(async (folder, record, checkpoint) => {
    const out = ["--out", `${folder}/qubos`];
    const missing = "train it with deno task reproduce --profile smoke --only glyphs --operators qamaV2 --seeds 2";
    await assertRejects(() => run("--record", record, "--runs", `${folder}/no`, ...out), Deno.errors.NotFound, missing);
    await assertRejects(
      () => run("--checkpoint", `${folder}/no`, ...out),
      Deno.errors.NotFound,
      "there is no checkpoint",
    );
    await assertRejects(() => run(...out), RangeError, "name a run with --checkpoint or --record");
    await assertRejects(() => run("--record", record), RangeError, "name a folder to write to with --out");

    const other = `${folder}/other.checkpoint`;
    await train(GLYPHS, { operator: "mha", seed: 2, epochs: 1, workers: 1, checkpoint: other });
    const mha = ["--checkpoint", other, "--data", "glyphs", ...out];
    await assertRejects(() => run(...mha), RangeError, "mha solves none; qamaV2 and qamaSelected do");
    const differ = ["--record", record, "--checkpoint", other, ...out];
    await assertRejects(() => run(...differ), TypeError, "are not those of");

    const bytes = await Deno.readFile(checkpoint);
    await Deno.writeFile(other, bytes.subarray(0, bytes.length - 100));
    const cut = `${other} cannot be read, expected 277848 bytes of arrays, got 277748; name a whole checkpoint`;
    await assertRejects(() => run("--checkpoint", other, "--data", "glyphs", ...out), SyntaxError, cut);

    const example = await readRecord(record);
    const elsewhere = { ...GLYPHS, checksums: { ...GLYPHS.checksums, [Object.keys(GLYPHS.checksums)[0]]: "00" } };
    await assertRejects(
      () => exportQubos(read("--record", record, "--untrained", ...out), () => Promise.resolve(elsewhere)),
      TypeError,
      "the run was made on another",
    );
    const frozen = { ...example, data: { ...example.data, text: { features: "albert" } } };
    await writeRecord(`${folder}/frozen.json`, frozen);
    await assertRejects(
      () => run("--record", `${folder}/frozen.json`, "--untrained", ...out),
      RangeError,
      "the run read texts as features of albert; give them with --features or --features-dir",
    );
    await assertRejects(
      () => run("--record", record, "--untrained", "--tokens", "al", ...out),
      RangeError,
      "did you mean all?",
    );
    await assertRejects(
      () => run("--record", record, "--untrained", "--heads", "1-2", ...out),
      RangeError,
      "such as 0,3,0+3",
    );
  });
  await assertRejects(() => run("--record", "no.json"), RangeError, "name a folder");
  await assertRejects(
    () => run("--record", "no.json", "--out", "no"),
    Deno.errors.NotFound,
    "there is no record no.json",
  );
  await assertRejects(() => run("--heads", "1,1", "--out", "no"), RangeError, "--heads names 1 twice; name each once");
  assertThrows(() => read("--data", "mnst"), RangeError, "did you mean mnist");
});
