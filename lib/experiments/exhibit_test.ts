import { assert, assertEquals, assertRejects } from "@std/assert";
import { stripePictures } from "../training/_example_pictures.ts";
import { wordTexts } from "../training/_example_texts.ts";
import { readCheckpoint, train } from "../training/mod.ts";
import { JUPYTER_DISPLAY } from "../display/mod.ts";
import { OverlapSums } from "./_selection_measures.ts";
import {
  checkpointPath,
  exampleExhibit,
  exampleRecord,
  exhibitFigure,
  keepExhibits,
  makeExhibit,
  readExhibits,
  recordFileName,
  type RunRecord,
  writeExhibit,
} from "./mod.ts";

const data = stripePictures(64, 40, 16);
const counts = { train: 64, test: 40, fullTrain: 64, fullTest: 40 };

/** Trains for real, with the checkpoint where a plan would keep it. */
async function trained(out: string, operator: RunRecord["operator"], seed = 1): Promise<RunRecord> {
  const options = { epochs: 1, batchSize: 16, learningRate: 1e-3, sweeps: 5, workers: 1 };
  const base = exampleRecord({
    operator,
    seed,
    options,
    data: { ...exampleRecord().data, ...counts, name: "stripes" },
  });
  await Deno.mkdir(`${out}/checkpoints`, { recursive: true });
  const checkpoint = await checkpointPath(out, base);
  return { ...base, ...await train(data, { ...options, operator, seed, checkpoint }) };
}

Deno.test("OverlapSums are Jaccard indices by hand, null where neither head ever chooses", () => {
  const sums = new OverlapSums(3);
  // two items of three heads over four tokens
  sums.add(Uint8Array.of(1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0), 4);
  sums.add(Uint8Array.of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), 4);
  const pair = Number(((1 / 3 + 1) / 2).toFixed(4));
  assertEquals(sums.means, [[1, pair, 0], [pair, 1, 0], [0, 0, null]]);
  assertEquals(sums.density, 0.25);
});

Deno.test("makeExhibit() gives energies in their order, and more overlap without the penalty", async () => {
  const out = await Deno.makeTempDir();
  const record = await trained(out, "qamaV2");
  const weights = (await readCheckpoint(await checkpointPath(out, record)))!.arrays.weights;
  const { items, overlap, energies } = makeExhibit(record, data, weights)!;
  assertEquals(items.map(({ label }) => label).sort(), [0, 0, 1, 1]);
  assert(energies !== null && overlap !== null);
  assert(energies.best <= energies.annealed && energies.annealed < energies.random, JSON.stringify(energies));
  assertEquals([energies.items, overlap.items], [40, 40]);
  const mean = (matrix: typeof overlap.withPenalty) =>
    matrix.flatMap((row, t) => row.filter((x, u) => x !== null && u !== t)).reduce<number>((a, b) => a + b!, 0);
  assert(mean(overlap.withoutPenalty) > mean(overlap.withPenalty));
  for (const { energy, chosen, tokenEnergies } of items) {
    // the published operator has no cardinality term: the shares are the whole
    assert(Math.abs(tokenEnergies.flat().reduce((a, b) => a + b, 0) - energy!) < 0.005 * (1 + chosen.flat().length));
  }
});

Deno.test("makeExhibit() shows words and what one head chooses among them, and no overlap", async () => {
  const texts = wordTexts(64, 40);
  const checkpoint = `${await Deno.makeTempDir()}/a`;
  const options = { epochs: 1, batchSize: 16, learningRate: 1e-3, sweeps: 5, workers: 1 };
  const result = await train(texts, { ...options, operator: "qamaSelected", checkpoint });
  const record = { ...exampleRecord({ operator: "qamaSelected", options }), ...result };
  const exhibit = makeExhibit(record, texts, (await readCheckpoint(checkpoint))!.arrays.weights)!;
  assertEquals([exhibit.overlap, exhibit.items.length, exhibit.energies?.items], [null, 4, 40]);
  const [first] = exhibit.items;
  if (first.kind !== "text") throw new Error("the first item is no text");
  const words = Array.from(texts.test.tokens.subarray(0, texts.test.starts[1]), (token) => texts.vocabulary[token]);
  assertEquals([first.words, first.chosen.length, first.label], [words, 1, texts.test.labels[0]]);
  assertEquals([0, 1].map((label) => exhibit.items.filter((item) => item.label === label).length), [2, 2]);
});

Deno.test("keepExhibits() makes one a configuration, of the lowest seed, and never twice", async () => {
  const out = await Deno.makeTempDir();
  const records = [
    await trained(out, "qamaSelected", 2),
    await trained(out, "qamaSelected", 1),
    await trained(out, "qamaSelectedFixed"),
    await trained(out, "none"),
  ];
  const made: number[] = [];
  const keep = (records: RunRecord[]) =>
    keepExhibits(records, { out, data: () => Promise.resolve(data), onMade: ({ seed }) => made.push(seed) });
  const first = await keep(records);
  assertEquals([first.length, first[0].weightsDigest], [1, records[1].weightsDigest]);
  assertEquals(await keep(records), first);
  assertEquals(made, [1]);
  // other weights under the same name: made anew, or not at all where the weights are gone
  await Deno.writeTextFile(
    `${out}/exhibits/${recordFileName(records[1])}`,
    JSON.stringify({ ...first[0], weightsDigest: "other" }),
  );
  assertEquals(await keep(records), first);
  await Deno.remove(`${out}/checkpoints`, { recursive: true });
  await Deno.remove(`${out}/exhibits`, { recursive: true });
  assertEquals(await keep(records), []);
});

Deno.test("readExhibits() gives what writeExhibit() wrote and names what is wrong with a file", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/a.json`;
  await writeExhibit(path, exampleExhibit());
  assertEquals(await readExhibits(folder), [exampleExhibit()]);
  const [item] = exampleExhibit().items;
  const cases: [Record<string, unknown>, string][] = [
    [{ operator: "softmax" }, "operator must be the name of an operator"],
    [{ classes: [1] }, "classes must be a list of strings"],
    [{ items: [{ ...item, pixels: "AFWq" }] }, "items[0].pixels must be 4 bytes in base64"],
    [{ items: [{ ...item, patch: 3 }] }, "items[0] must be a picture that patches tile"],
    [{ items: [{ ...item, chosen: [[4]] }] }, "items[0].chosen must be a list of token numbers"],
    [{ items: [{ ...item, label: 2 }] }, "items[0].label must be the number of a class"],
    [{ overlap: { ...exampleExhibit().overlap, withPenalty: [[1, 2]] } }, "overlap.withPenalty must be a square"],
    [{ energies: { ...exampleExhibit().energies, best: null } }, "energies.best must be a finite number"],
  ];
  for (const [change, message] of cases) {
    await Deno.writeTextFile(path, JSON.stringify({ ...exampleExhibit(), ...change }));
    await assertRejects(() => readExhibits(folder), TypeError, `Cannot read the exhibit ${path}: ${message}`);
  }
  await Deno.writeTextFile(path, '{"schema": 2}');
  await assertRejects(() => readExhibits(folder), RangeError, "expected schema 1, got 2");
  await Deno.writeTextFile(path, "{");
  await assertRejects(() => readExhibits(folder), SyntaxError, "Cannot read the exhibit");
});

Deno.test("exhibitFigure() shows the first 120 words of a long text, says so, and marks no word beyond", () => {
  const html = (count: number) => {
    const words = Array.from({ length: count }, (_, i) => `w${i}`);
    const item = { kind: "text", words, label: 0, predicted: 0, chosen: [[0, 119, count - 1]], energy: null } as const;
    return String(exhibitFigure({ ...item, tokenEnergies: [] }, exampleExhibit())[JUPYTER_DISPLAY]()["text/html"]);
  };
  const long = html(512);
  assertEquals(long.match(/<mark>/g)?.length, 2);
  assertEquals([long.includes("the first 120 of 512 words"), long.includes("w120")], [true, false]);
  assertEquals([html(120).includes("the first"), html(120).includes("…")], [false, false]);
});
