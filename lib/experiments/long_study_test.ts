import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { loadLongSequences } from "../../datasets/mod.ts";
import { sizeOf } from "../attention/mod.ts";
import { typescriptKernels, wasmKernels } from "../kernels/mod.ts";
import { Rng } from "../random/mod.ts";
import { wordTexts } from "../training/_example_texts.ts";
import {
  exampleLongStudyRecord,
  type LongStudyRecord,
  readLongStudyRecord,
  writeLongStudyRecord,
} from "./long_study_record.ts";
import { askedRows, longStudyRows } from "./long_study_rows.ts";
import { planLongStudy, runLongStudy, type RunLongStudyOptions } from "./run_long_study.ts";

const load = (task: string, tokens: number) => loadLongSequences(task, { tokens, trainCount: 6, testCount: 4 });
const small = async (): Promise<RunLongStudyOptions> => ({
  ...{ out: await Deno.makeTempDir(), tasks: ["parity"], lengths: [40], seeds: [1, 2], epochs: 1, load },
});

Deno.test("longStudyRows() have names of their own, and blocks that open at every length", () => {
  for (const tokens of [32, 100]) {
    const rows = longStudyRows(tokens, 1);
    assertEquals(new Set(rows.map(({ row }) => row)).size, rows.length);
    for (const { row, open } of rows) {
      const block = open(typescriptKernels(), { samples: 1, tokens, heads: 4, width: 4 });
      assertEquals(block === null, row === "none");
    }
  }
  const couplings = longStudyRows(40, 1).flatMap(({ row, settings }) => settings.couplings === false ? [row] : []);
  assertEquals(couplings, ["qamaSelectedNoCouplings10"]);
  const k = (row: string) => longStudyRows(8192, 1).find((own) => own.row === row)?.settings.k;
  assertEquals([k("qamaSelected5"), k("qamaSelected10"), k("qamaSelected20")], [410, 819, 1638]);
});

/** Every row but Boltzmann attention, which is slow. */
const ROWS = longStudyRows(40, 1).map(({ row }) => row).filter((row) => !row.startsWith("boltzmann"));

Deno.test("runLongStudy() runs rows that take much where they are asked for by name only", async () => {
  const left = longStudyRows(40, 1).filter((row) =>
    !askedRows(longStudyRows(40, 1)).some((one) => one.row === row.row)
  );
  assertEquals(left.map(({ row }) => row), ["qamaNear10", "nearTopField10", "boltzmann", "boltzmannApart"]);
  const load = (task: string, tokens: number) => loadLongSequences(task, { tokens, trainCount: 2, testCount: 1 });
  const { records } = await runLongStudy({ ...await small(), load, lengths: [32], seeds: [1], rows: ["boltzmann"] });
  assertEquals(records.map(({ row, settings }) => [row, settings.chains]), [["boltzmann", 4]]);
});

Deno.test("runLongStudy() trains every row, gives a run again in its numbers, and keeps what is there", async () => {
  const options = { ...await small(), seeds: [1], rows: ROWS };
  const { ending, records } = await runLongStudy(options);
  assertEquals([ending, records.length], ["completed", ROWS.length]);
  for (const { row, epochs, attentionBytes, clocks } of records) {
    assertEquals([epochs.length, attentionBytes === 0], [1, row === "none"]);
    assert(clocks.trainMs > 0 && clocks.processorMs > 0 && clocks.testMs > 0);
    const chooses = /^(qamaSelected|selected|topField|qamaNear|near)/.test(row);
    assertEquals(epochs[0].density === null, !chooses, row);
  }
  const density = (row: string) => records.find((record) => record.row === row)?.epochs[0].density;
  const lossOf = (row: string) => records.find((record) => record.row === row)?.epochs[0].trainLoss;
  assert(lossOf("qamaSelected10") !== lossOf("qamaSelectedNoCouplings10"));
  assertEquals([density("selectedTopField10"), density("selectedFixed10"), density("selectedDense")], [0.1, 0.1, 1]);
  const kept: string[] = [];
  const again = await runLongStudy({
    ...options,
    resume: true,
    onRecord: ({ row }, how) => kept.push(`${row} ${how}`),
  });
  assertEquals(again.records, records);
  assertEquals(kept, records.map(({ row }) => `${row} kept`));
  const [anew] = (await runLongStudy({ ...options, rows: ["qamaSelected10"] })).records;
  assertEquals(anew.epochs, records.find(({ row }) => row === "qamaSelected10")?.epochs);
});

Deno.test("runLongStudy() trains every row on texts that are shorter than the keys that it is to choose", async () => {
  const { ending, records } = await runLongStudy({
    ...await small(),
    ...{ load: () => Promise.resolve(wordTexts(12, 6)), tasks: ["words"], seeds: [1], rows: ROWS },
  });
  assertEquals([ending, records.length], ["completed", ROWS.length]);
});

Deno.test("runLongStudy() goes on where it was stopped, and refuses records that were made in another way", async () => {
  const options = { ...await small(), rows: ["mha", "none"] };
  const stop = new AbortController();
  const first = await runLongStudy({ ...options, signal: stop.signal, onRecord: () => stop.abort() });
  assertEquals([first.ending, first.records.length], ["interrupted", 1]);
  const made: string[] = [];
  const rest = await runLongStudy({
    ...options,
    resume: true,
    onRecord: ({ row, seed }, how) => made.push(`${row} ${seed} ${how}`),
  });
  assertEquals(rest.ending, "completed");
  assertEquals(made, ["mha 1 kept", "none 1 made", "mha 2 made", "none 2 made"]);
  await assertRejects(
    () => runLongStudy({ ...options, resume: true, epochs: 2 }),
    RangeError,
    "ask for the same or choose",
  );
  await assertRejects(() => runLongStudy({ ...options, rows: ["mhaa"] }), RangeError, "did you mean mha?");
});

Deno.test("runLongStudy() goes on within a run of every row, to the numbers of a study that was not stopped", async () => {
  const rows = [...ROWS, "qamaNear10", "boltzmann"], more = { rows, seeds: [1], lengths: [32], epochs: 2 };
  const load = (task: string, tokens: number) => loadLongSequences(task, { tokens, trainCount: 12, testCount: 3 });
  const options = { ...await small(), ...more, load, resume: true };
  let [stops, ending] = [0, ""];
  for (; ending !== "completed"; stops++) {
    const stop = new AbortController();
    let reports = 4;
    const onProgress = () => --reports === 0 && stop.abort();
    ({ ending } = await runLongStudy({ ...options, signal: stop.signal, onProgress }));
  }
  assert(stops > 2 * rows.length);
  const names = async (folder: string) => (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  assertEquals(await names(`${options.out}/checkpoints`), []);
  const numbers = (records: readonly LongStudyRecord[]) => records.map(({ row, epochs }) => [row, epochs]);
  const whole = await runLongStudy({ ...options, out: await Deno.makeTempDir() });
  assertEquals(numbers((await runLongStudy(options)).records), numbers(whole.records));
  // without --resume what was kept is left
  const stop = new AbortController(), anew: number[] = [];
  const again = { ...options, rows: ["mha"], resume: false };
  await runLongStudy({ ...again, signal: stop.signal, onProgress: () => stop.abort() });
  assertMatch((await names(`${options.out}/checkpoints`)).join(), /^parity-32-mha-seed1-[0-9a-f]{8}\.checkpoint$/);
  await runLongStudy({ ...again, onProgress: (_, share) => anew.push(share) });
  assertEquals(anew.length, 10);
});

Deno.test("planLongStudy() has the order of the runs, and its costs grow with epochs", async () => {
  const options = {
    ...await small(),
    tasks: ["parity", "retrieval"],
    lengths: [40, 80],
    rows: ["qamaSelected10", "mha"],
  };
  const plan = await planLongStudy(options);
  assertEquals(plan.map(({ task, tokens, row, runs }) => `${task} ${tokens} ${row} ${runs}`), [
    ...["parity 40 mha 2", "parity 40 qamaSelected10 2", "retrieval 40 mha 2", "retrieval 40 qamaSelected10 2"],
    ...["parity 80 mha 2", "parity 80 qamaSelected10 2", "retrieval 80 mha 2", "retrieval 80 qamaSelected10 2"],
  ]);
  assert(plan.every(({ expectedMs, attentionBytes }) => expectedMs > 0 && attentionBytes > 0));
  const stop = new AbortController();
  const stopping = async (task: string, tokens: number) => {
    if (tokens === 80) stop.abort();
    return await load(task, tokens);
  };
  const stopped = await planLongStudy({ ...options, load: stopping, signal: stop.signal });
  assertEquals(stopped.map(({ tokens }) => tokens), [40, 40, 40, 40]);
});

Deno.test("readLongStudyRecord() refuses numbers that were changed, and fields of another kind", async () => {
  const path = `${await Deno.makeTempDir()}/record.json`;
  await writeLongStudyRecord(path, exampleLongStudyRecord());
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replace('"testAccuracy":0.75', '"testAccuracy":0.95'));
  await assertRejects(() => readLongStudyRecord(path), SyntaxError, "its numbers are not those that were written");
  await Deno.writeTextFile(path, text.replace('"tokens":64', '"tokens":"64"'));
  await assertRejects(() => readLongStudyRecord(path), TypeError, "tokens must be");
});

/** Share of the places that a row chooses in both of two sequences of 1,024 random tokens, before training. */
function sharedBeforeTraining(row: string): number {
  const [tokens, heads, width] = [1024, 4, 8], kernels = wasmKernels({ bytes: 2 ** 28 }), rng = new Rng(3, 1);
  const open = longStudyRows(tokens, 1).find((one) => one.row === row)!.open;
  const block = open(kernels, { samples: 2, tokens, heads, width })!;
  const arrays = block.parameters.map(({ shape }) => kernels.float32(sizeOf(shape)));
  for (const [i, { initial }] of block.parameters.entries()) {
    for (let k = 0; k < arrays[i].length; k++) {
      if ("constant" in initial) arrays[i][k] = initial.constant;
      else if ("uniform" in initial) arrays[i][k] = initial.uniform * (2 * rng.uniform() - 1);
      else arrays[i][k] = initial.normal * rng.normal();
    }
  }
  block.bind(arrays, block.parameters.map(({ shape }) => kernels.float32(sizeOf(shape))));
  block.refresh();
  const x = kernels.float32(2 * tokens * heads * width);
  for (let k = 0; k < x.length; k++) x[k] = rng.normal();
  block.forward(2, x, kernels.float32(x.length), 1, 0);
  const first = block.chosen!.subarray(0, block.chosen!.length / 2), second = block.chosen!.subarray(first.length);
  const count = (chosen: Uint8Array) => chosen.reduce((sum, one) => sum + one, 0);
  return first.reduce((sum, one, k) => sum + one * second[k], 0) / ((count(first) + count(second)) / 2);
}

Deno.test("longStudyRows() that choose for all queries choose much the same places in every sequence before training, but for those without a positional field", () => {
  const shared = (row: string) => Math.round(100 * sharedBeforeTraining(row));
  assertEquals([shared("qamaSelected10"), shared("selectedTopField10")], [68, 86]);
  assertEquals([shared("qamaSelectedNoPositions10"), shared("topFieldNoPositions10")], [10, 11]);
});
