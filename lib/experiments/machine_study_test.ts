import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { loadGlyphs } from "../../datasets/mod.ts";
import { wasmKernels } from "../kernels/mod.ts";
import { assertClose } from "../testing/mod.ts";
import {
  exampleMachineStudyRecord,
  machineStudyDigest,
  machineStudyFileName,
  type MachineStudyRecord,
  machineStudyReport,
  readMachineStudyRecord,
  runMachineStudy,
  type StudyOperator,
  writeMachineStudyRecord,
} from "./mod.ts";
import { openStudyModel } from "./machine_study_model.ts";
import { studyInference } from "./machine_study_analysis.ts";
import { studyRows } from "./machine_study_plan.ts";
import { openLocalSolver, type StudySolver } from "./machine_study_solver.ts";

const RANDOM: Partial<MachineStudyRecord> = {
  row: "random",
  solver: { kind: "random", density: 0.2 },
  inference: { energies: [0, -2, -1], predicted: "029", hits: 1 },
};

/** A row of the machine. */
function machineRow(bits: number, noise: number, energies: number[]): MachineStudyRecord {
  const solver: StudySolver = { kind: "machine", preset: "5ms", bits, noise, reads: 10, variables: 2048 };
  const traffic = {
    jobs: 1,
    requests: 4,
    sentBytes: 1e6,
    receivedBytes: 1e3,
    machineMs: 30,
    energyChecks: { exact: 1 },
  };
  const inference = { energies, predicted: "123", hits: 3 };
  return exampleMachineStudyRecord({ row: `machine-${bits}bit-noise${noise}`, solver, traffic, inference });
}

Deno.test("studyInference() measures from the lowest energy of any row, 0, to the random row, 100", () => {
  const rows = studyInference([
    exampleMachineStudyRecord(),
    exampleMachineStudyRecord(RANDOM),
    machineRow(8, 0.1, [-9, -12, -12]),
  ]);
  // best -10, -12, -12: the random row is 10, 10, 11 away
  assertClose(rows.map(({ gap }) => gap.mean), [100 / 31, 100, 100 / 31], { rtol: 1e-12, atol: 0 });
  assertEquals(rows.map(({ reached }) => Math.round(3 * reached)), [2, 0, 2]);
  assertEquals(rows.map(({ agreed }) => agreed), [3, 1, 3]);
  assertEquals(rows.map(({ deviceMs }) => deviceMs), [null, null, 10]);
  assertEquals(studyInference([exampleMachineStudyRecord()]), []);
  const other = exampleMachineStudyRecord({ weights: "1".repeat(64) });
  assertThrows(
    () => studyInference([other, exampleMachineStudyRecord(RANDOM)]),
    RangeError,
    "other pictures or weights",
  );
});

Deno.test("machineStudyReport() says of a tape whether its weights are the same", async () => {
  const replay = {
    ...{ steps: 3, batch: 32, tapeLines: 30, tapeBytes: 5000, recordedWeights: "a".repeat(64) },
    ...{ replayedWeights: "a".repeat(64), recordedMs: 2000, replayedMs: 1000 },
  };
  const of = (changes: object) =>
    machineStudyReport([
      exampleMachineStudyRecord({ part: "replay", inference: null, replay: { ...replay, ...changes } }),
    ]);
  assertStringIncludes((await of({})).summary, "the same, byte for byte");
  assertStringIncludes((await of({ replayedWeights: "b".repeat(64) })).summary, "NOT the same");
});

Deno.test("machineStudyReport() compares intervals in words", async () => {
  const many = (hits: number) => ({ energies: Array(100).fill(-1), predicted: "1".repeat(100), hits });
  const data = { ...exampleMachineStudyRecord().data, pictures: 100 };
  const record = (changes: Partial<MachineStudyRecord>) => exampleMachineStudyRecord({ data, ...changes });
  const random = record({ ...RANDOM, inference: { ...many(10), energies: Array(100).fill(0) } });
  const { files } = await machineStudyReport([record({ inference: many(95) }), random]);
  assertStringIncludes(
    files.get("README.md") ?? "",
    "Apart from the interval of the layer's annealer: random selection.",
  );
  const near = await machineStudyReport([record({ inference: many(12) }), random]);
  assertStringIncludes(near.summary, "No interval lies apart");
});

Deno.test("machineStudyReport() compares trainings seed by seed", async () => {
  const trained = (row: string, seed: number, loss: number) => {
    const training = {
      ...{ batch: 2, rate: 0.1, patch: 7, hits: [1, 1], energies: [-1, -1], lastWeights: "" },
      losses: [3, loss],
    };
    const solver: StudySolver = row === "random"
      ? { kind: "random", density: 0.2 }
      : { kind: "annealer", sweeps: 20, replicas: 1 };
    return exampleMachineStudyRecord({ part: "training", row, seed, solver, training, inference: null });
  };
  const { summary } = await machineStudyReport([
    ...[trained("annealer-20", 1, 1), trained("annealer-20", 2, 2), trained("random", 1, 2), trained("random", 2, 3)],
  ]);
  // means over the two steps: half a nat more at both seeds
  assertStringIncludes(summary, "+0.500 +- 0.000 (2 seeds) with random selection");
  const one = await machineStudyReport([trained("annealer-20", 1, 1), trained("random", 1, 2)]);
  assertStringIncludes(one.summary, "+0.500 (1 seed) with random selection");
});

Deno.test("machineStudyDigest() forgets times and remembers energies; a changed number is found", async () => {
  const record = machineRow(8, 0.1, [-9, -12, -12]);
  const digest = await machineStudyDigest(record);
  const slower = { ...record, solveMs: 9, wallMs: 9, traffic: { ...record.traffic!, requests: 99 } };
  assertEquals(await machineStudyDigest(slower), digest);
  const path = `${await Deno.makeTempDir()}/${machineStudyFileName(record)}`;
  await writeMachineStudyRecord(path, record);
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("-12", "-13"));
  await assertRejects(() => readMachineStudyRecord(path), SyntaxError, "not those that were written");
});

Deno.test("openLocalSolver() rounds spins as the machine does: fields that are sums of couplings outlive the couplings", () => {
  const rounded = (form: "qubo" | "spins", bits: number | null) => {
    using solver = openLocalSolver({ kind: "rounded", sweeps: 200, replicas: 4, bits, form });
    // one cheap token beside three dear ones, each pair worth 2: alone it costs 1.6
    const sizes = { batch: 1, heads: 1, tokens: 4, width: 1, weights: { coupling: 1, field: 1, overlap: 0 } };
    const arrays = { queries: Float32Array.of(1, 1, 1, 1), keys: Float32Array.of(1, 1, 1, 1) };
    const fields = Float32Array.of(-1.6, -20, -20, -20);
    return [...solver.solve({ ...sizes, ...arrays, fields }, { seed: 1 }).chosen];
  };
  assertEquals(rounded("qubo", null), [0, 0, 0, 0]);
  // in steps of 20 / 7: 1, 7, 7, 7 and -1 a pair
  assertEquals(rounded("qubo", 4), [0, 0, 0, 0]);
  // fields 0.8 - 1.5 and 10 - 1.5 in steps of 8.5 / 7: -1, 7, 7, 7 and no pair
  assertEquals(rounded("spins", 4), [1, 0, 0, 0]);
  assertEquals(rounded("spins", 14), [0, 0, 0, 0]);
});

Deno.test("runMachineStudy() keeps a record a row, goes on where it was, and refuses records of other steps", async () => {
  const glyphs = await loadGlyphs({ trainCount: 40, testCount: 10 });
  const out = await Deno.makeTempDir();
  const model = openStudyModel(wasmKernels(), glyphs, "qamaV2", openLocalSolver({ kind: "random", density: 0.1 }), 1);
  model.initialise(1);
  const weights = new Map<StudyOperator, Float32Array>([["qamaV2", model.weights.slice()]]);
  const local = ["reference", "annealer-20", "random", "rounded-qubo-4bit"];
  const options = { out, seeds: [1], weights, pictures: glyphs, count: 4, glyphs, steps: 2, rows: local };
  const how: string[] = [];
  const onRecord = (record: MachineStudyRecord, what: string) => how.push(`${record.part} ${record.row} ${what}`);
  const parts = ["training", "inference"] as const;
  const first = await runMachineStudy({ ...options, parts: ["training"], onRecord });
  const again = await runMachineStudy({ ...options, parts: [...parts], resume: true, onRecord });
  assertEquals(how, [
    ...["training annealer-20 made", "training random made", "training annealer-20 kept", "training random kept"],
    ...[
      "inference reference made",
      "inference annealer-20 made",
      "inference random made",
      "inference rounded-qubo-4bit made",
    ],
  ]);
  assertEquals([first.ending, again.ending], ["completed", "completed"]);
  assertEquals(again.records.slice(0, 2), first.records);
  const [, , reference, , random] = again.records;
  assert(random.solver.kind === "random" && Math.abs(random.solver.density - reference.density) < 1e-4);
  await assertRejects(
    () => runMachineStudy({ ...options, parts: ["training"], steps: 3, resume: true }),
    RangeError,
    "has 2 steps, 3 were asked for",
  );
  const { files } = await machineStudyReport(again.records);
  assertMatch(files.get("README.md") ?? "", /\| annealer of the layer, 20 sweeps +\|/);
});

Deno.test("studyRows() plans what others need before them, and names no row twice", () => {
  const rows = studyRows(["inference", "training", "replay"], ["qamaV2", "qamaSelected"], [1, 2]);
  const names = rows.map(machineStudyFileName);
  assertEquals(new Set(names).size, names.length);
  assert(names.indexOf("inference-qamaV2-reference-seed1.json") < names.indexOf("inference-qamaV2-random-seed1.json"));
  assertEquals(rows.filter(({ seed }) => seed === 2).every(({ part }) => part === "training"), true);
});
