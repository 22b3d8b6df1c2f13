import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { exactSelection, heldSelection } from "../attention/mod.ts";
import { loadGlyphs } from "../../datasets/mod.ts";
import { covariance, expectedReadout } from "../layers/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { countedSolver, gradientProblems, measureEstimator } from "./gradient_study_estimate.ts";
import { readGradientStudyRecord, writeGradientStudyRecord } from "./gradient_study_file.ts";
import { exampleGradientStudyRecord, type GradientStudyRecord } from "./gradient_study_record.ts";
import { gradientStudyReport } from "./gradient_study_report.ts";
import { trainingRows } from "./gradient_study_rows.ts";
import { trainForTime } from "./gradient_study_training.ts";
import { runGradientStudy } from "./run_gradient_study.ts";

const problems = gradientProblems({ heads: 2, tokens: 3, width: 2, problems: 2 }, 3);
const BETA = 1;

Deno.test("measureEstimator() finds the bias of held samples, which is the covariance, and none of covariance()", () => {
  const sample = countedSolver(exactSelection({ beta: BETA }));
  const { gradient, held } = expectedReadout(problems.problem, problems.slopes, { beta: BETA });
  for (const name of ["queries", "keys", "fields"] as const) {
    const [all, kept] = [gradient[name], held[name]];
    const norm = (values: Float64Array) => Math.hypot(...values);
    const expected = norm(all.map((value, at) => value - kept[at])) / norm(all);
    const found = measureEstimator(problems, { estimator: heldSelection, solver: sample, beta: BETA, seeds: 2000 });
    const { bias } = found.errors[name];
    assert(bias.low < expected && expected < bias.high, `${bias.low} < ${expected} < ${bias.high}`);
    assert(bias.high - bias.low < 0.1);
  }
  const estimator = covariance({ beta: BETA, reads: 3, sampler: sample });
  const found = measureEstimator(problems, { estimator, solver: sample, beta: BETA, seeds: 2000, counted: [sample] });
  assertEquals([found.solves, found.errors.all.bias.low], [4, 0]);
  assert(found.largestZ < 5);
  // and it is seen if it is there: twice the covariance is half as much too much
  const wrong = covariance({ beta: 2 * BETA, reads: 3, sampler: sample });
  assert(
    measureEstimator(problems, { estimator: wrong, solver: sample, beta: BETA, seeds: 2000 }).errors.all.bias.low > 0,
  );
});

Deno.test("measureEstimator() gives an estimator without noise no interval", () => {
  const options = { estimator: heldSelection, solver: exactSelection(), beta: BETA, seeds: 20 };
  const { errors: { all } } = measureEstimator(problems, options);
  assertClose([all.bias.low, all.bias.high], [all.bias.value, all.bias.value], { rtol: 1e-6, atol: 0 });
  assert(all.variance < 1e-12);
  assertThrows(() => measureEstimator(problems, { ...options, seeds: 30 }), RangeError, "a multiple of 20, got 30");
});

Deno.test("trainForTime() trains by an estimator, tests at the points, and stops at a signal", async () => {
  const data = await loadGlyphs({ trainCount: 128, testCount: 16 });
  for (const row of trainingRows(1).filter(({ row }) => ["perturbation", "covariance-sampled", "none"].includes(row))) {
    const found = await trainForTime(data, row, { budgetMs: 2, points: 2, seed: 1 });
    assertEquals(found?.points.length, 2);
    assertEquals(found?.density === null, row.row === "none");
    assert(found?.points.every(({ trainLoss, testLoss }) => trainLoss > 0 && testLoss > 0));
  }
  const stopped = { budgetMs: 1e9, points: 1, seed: 1, signal: AbortSignal.abort() };
  assertEquals(await trainForTime(data, trainingRows(1)[0], stopped), null);
});

Deno.test("trainForTime() has the same losses for the same steps", async () => {
  const data = await loadGlyphs({ trainCount: 128, testCount: 16 });
  const row = trainingRows(1).find(({ row }) => row === "implicit")!;
  const [a, b] = [
    await trainForTime(data, row, { budgetMs: 1, points: 1, seed: 4 }),
    await trainForTime(data, row, {
      ...{ budgetMs: 1, points: 1, seed: 4 },
    }),
  ];
  assertEquals([a?.points[0].steps, a?.points[0].testLoss], [1, b?.points[0].testLoss]);
});

Deno.test("runGradientStudy() keeps what is there, and refuses records of other options", async () => {
  const out = await Deno.makeTempDir();
  const pictures = await loadGlyphs({ trainCount: 128, testCount: 16 });
  const options = { out, seeds: [1], estimates: 20, budgetMs: 1, betas: [1], pictures, resume: true };
  const how: string[] = [];
  const rows = { parts: ["estimate", "training"] as const, rows: ["energy-sample", "energy", "none"] };
  const onRecord = (_: GradientStudyRecord, kind: string) => how.push(kind);
  const { ending, records } = await runGradientStudy({ ...options, ...rows, onRecord });
  assertEquals([ending, records.map(({ row }) => row)], ["completed", ["energy-sample", "energy", "none"]]);
  await runGradientStudy({ ...options, ...rows, onRecord });
  assertEquals(how, ["made", "made", "made", "kept", "kept", "kept"]);
  await assertRejects(
    () => runGradientStudy({ ...options, ...rows, budgetMs: 2 }),
    RangeError,
    "is of 1 ms, 2 were asked",
  );
  await assertRejects(
    () => runGradientStudy({ ...options, ...rows, estimates: 40 }),
    RangeError,
    "of 20 estimates, 40",
  );
  const again = await runGradientStudy({ ...options, ...rows, signal: AbortSignal.abort(), resume: false });
  assertEquals(again.ending, "interrupted");
  const { pictures: _, ...without } = options;
  await assertRejects(
    () => runGradientStudy({ ...without, ...rows, resume: false }),
    TypeError,
    "there are no pictures",
  );
});

Deno.test("readGradientStudyRecord() notices a changed number", async () => {
  const path = await Deno.makeTempFile();
  await writeGradientStudyRecord(path, exampleGradientStudyRecord());
  await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace('"hits":9', '"hits":10'));
  await assertRejects(() => readGradientStudyRecord(path), SyntaxError, "not those that were written");
});

Deno.test("gradientStudyReport() says what is apart from the paper's estimator, and what is not", async () => {
  const training = exampleGradientStudyRecord().training!;
  const ended = (row: string, seed: number, hits: number) =>
    exampleGradientStudyRecord({ row, seed, training: { ...training, points: [{ ...training.points[1], hits }] } });
  const both = [1, 2, 3].flatMap((
    seed,
  ) => [ended("energy", seed, 4 + seed), ended("none", seed, 7 + seed), ended("fixed", seed, 4 + seed ** 2 - 3)]);
  const { files, summary } = await gradientStudyReport(both);
  assertStringIncludes(
    summary,
    "further from energy than the interval of the difference: control: no attention (30.0 +- 0.0 points)",
  );
  assertStringIncludes(summary, "the others are within it");
  const page = files.get("README.md") ?? "";
  assertStringIncludes(page, "60.00, 70.00");
  assertStringIncludes(page, "training-none-seed3.json");
  assertStringIncludes((await gradientStudyReport(both.slice(0, 2))).summary, "One seed each");
  await assertRejects(() => gradientStudyReport([]), RangeError, "there is no record");
});
