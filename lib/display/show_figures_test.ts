import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { preflight } from "../machine/mod.ts";
import { isingModel, sparseCouplings } from "../model/mod.ts";
import { cellsOf } from "./_test_png.ts";
import {
  showAnneal,
  showBars,
  showGaps,
  showGapTimes,
  showGradients,
  showHeads,
  showLearningCurves,
  showPreflight,
  showProblem,
  showTimeToSolution,
  showTimings,
} from "./mod.ts";

Deno.test("showHeads() counts the tokens that every two heads have in common, of the problem that is asked for", () => {
  const chosen = Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0);
  const { svg = "", text } = showHeads({ chosen, heads: 2, tokens: 4 }, { index: 1 });
  const numbers = [...svg.matchAll(/<text style="fill:#\w+"[^>]*>(\d+)</g)].map(([, number]) => Number(number));
  assertEquals(numbers, [2, 1, 1, 2]);
  assertStringIncludes(text, "head 1: 2   head 2: 2");
  const maps = [...svg.matchAll(/<path d="([^"]*)" fill="#0072b2"/g)].map(([, d]) => d.split("z").length - 1);
  assertEquals(maps, [2, 2]);
  assertThrows(() => showHeads({ chosen, heads: 3, tokens: 4 }), TypeError, "no whole number of 3 heads of 4 tokens");
  assertThrows(() => showHeads({ chosen, heads: 2, tokens: 4 }, { index: 2 }), RangeError, "from 0 to 1, got 2");
  assertThrows(() => showHeads({ chosen, heads: 0, tokens: 4 }), RangeError, "heads must be an integer from 1");
});

Deno.test("showProblem() has the couplings of the definition, the same both ways", () => {
  // q = (1, 2), k = (3, 5): J = (q0 k1 + q1 k0) / 2 = (5 + 6) / 2
  const shape = { batch: 1, heads: 1, tokens: 2, width: 1, fields: new Float32Array(2) };
  const weights = { coupling: 1, field: 1, overlap: 0 };
  const problem = { ...shape, weights, queries: Float32Array.of(1, 2), keys: Float32Array.of(3, 5) };
  const { svg = "", text } = showProblem(problem);
  assertStringIncludes(text, "to 5.5");
  const cells = cellsOf(svg);
  assertEquals([cells[0][1], cells[1][0], cells[0][0]], ["#b2182b", "#b2182b", "#f7f7f7"]);
  assertThrows(() => showProblem(problem, { heads: [1] }), RangeError, "from 0 to 0, got 1");
  assertThrows(() => showProblem(problem, { index: 1 }), RangeError, "from 0 to 0, got 1");
  assertThrows(() => showProblem({ ...problem, tokens: 300 }), RangeError, "300 tokens are more than 256");
});

Deno.test("showAnneal() has every spin of every sweep in its picture, sweeps from left to right", () => {
  const states = Int8Array.of(1, -1, -1, 1, 1, 1);
  const { svg = "", text } = showAnneal({ energies: [3, 2, 1], betas: [1, 2, 4], states });
  const up = cellsOf(svg).map((row) => row.map((cell) => cell === "#0b5394"));
  assertEquals(up, [[true, false, true], [false, true, true]]);
  for (const words of ["energy", "temperature", "2 variables", "sweep"]) assertStringIncludes(svg, `>${words}</text>`);
  assertStringIncludes(text, "energy from 3 to 1 in 3 sweeps");
});

Deno.test("showAnneal() thins out long anneals and says so, draws one sweep, and refuses what does not fit", () => {
  const [sweeps, n] = [5000, 600];
  const energies = Float64Array.from({ length: sweeps }, (_, t) => -t);
  const { svg = "" } = showAnneal({ energies, states: new Int8Array(sweeps * n) });
  assert(svg.length < 60_000, `${svg.length}`);
  assertStringIncludes(svg, "one in 3 of 600 variables");
  assert(showAnneal({ energies: [1], betas: [1], states: Int8Array.of(1) }).svg !== undefined);
  assertThrows(() => showAnneal({ energies: [] }), RangeError, "there is no sweep");
  assertThrows(() => showAnneal({ energies: [1, NaN] }), RangeError, "after sweep 1 is NaN");
  assertThrows(() => showAnneal({ energies: [1], betas: [1, 2] }), TypeError, "2 betas for 1 sweeps");
  assertThrows(() => showAnneal({ energies: [1], betas: [0] }), RangeError, "beta of sweep 0 must be above 0, got 0");
  assertThrows(() => showAnneal({ energies: [1, 2], states: Int8Array.of(1) }), TypeError, "no whole number");
});

Deno.test("showGaps() marks the smallest gap of every curve and leaves out what has no place on its axis", () => {
  const points = [[0, 2], [0.5, 0.25], [1, 0]].map(([x, gap]) => ({ x, gap }));
  const { svg = "", text } = showGaps([{ label: "a", points }, { points: points.slice(0, 2) }]);
  assertStringIncludes(text, "a: smallest 0.25 at 0.5");
  assertStringIncludes(svg, "gap 2: smallest 0.25 at 0.5");
  assertStringIncludes(showGaps({ points }, { yScale: "linear" }).text, "smallest 0 at 1");
  assertThrows(() => showGaps({ points: points.slice(2) }), RangeError, "gap has 0 of 1 points that can be drawn");
  assertThrows(() => showGaps([]), RangeError, "expected 1 to 7 curves, got 0");
  assertThrows(() => showGaps([{ points }], { labels: [] }), RangeError, "a label for each of 1 curves, got 0");
});

Deno.test("showTimeToSolution() rings the best length and keeps lower bounds off the line", () => {
  const at = (runLength: number, value: number, censored = false) => ({
    runLength,
    value,
    censored,
    low: value / 2,
    high: 2 * value,
  });
  const curve = [at(1, 90, true), at(2, 40), at(4, 20), at(8, 30)];
  const { svg = "" } = showTimeToSolution({ runLength: 4, curve });
  assertEquals(svg.match(/a7\.5 7\.5 0 1 0 15/g)?.length, 2, "one ring in the chart, one in the legend");
  const line = [...svg.matchAll(/d="M([\d. L]+)" fill="none" stroke="#000000" stroke-width="1.8"/g)].map(([, d]) =>
    d.split("L").length
  );
  assertEquals(line[0], 3);
  const medians = {
    runLength: 2,
    curve: [{ runLength: 1, valueMs: 3, censored: false }, { runLength: 2, valueMs: 2, censored: false }],
  };
  assertStringIncludes(showTimeToSolution(medians, { labels: ["a"] }).text, "● a");
  assertThrows(() => showTimeToSolution([]), RangeError, "expected 1 to 7 curves, got 0");
});

Deno.test("showGapTimes() groups by family, bounds what was not solved, and draws the fit through the law", () => {
  const points = [{ gap: 0.1, value: 100, low: 120, high: 150, censored: false, family: "a" }, {
    gap: 0.01,
    value: 9,
    censored: true,
    family: "b",
  }];
  const { svg = "" } = showGapTimes(points, { fit: { k: 2, prefactor: 1 } });
  for (const words of [">a<", ">b<", "gap^-k, k = 2", "lower bound"]) assertStringIncludes(svg, words);
  assertThrows(() => showGapTimes([{ gap: 0, value: 1, censored: false }]), RangeError, "must be above 0");
  assertThrows(() => showGapTimes([]), RangeError, "there is no point");
});

Deno.test("showGradients() says the largest difference of all slopes, drawn or not", () => {
  const gradient = Float64Array.from({ length: 2000 }, (_, i) => i);
  const difference = gradient.map((slope, i) => i === 3 ? slope + 0.5 : slope);
  const { svg = "", text } = showGradients({ gradient, difference });
  assertStringIncludes(text, "at most 0.5 apart, one in 5 of 2000 drawn");
  assert(svg.length < 30_000, `${svg.length}`);
  assertStringIncludes(showGradients({ gradient: [2], difference: [2] }).text, "at most 0 apart");
  assertThrows(() => showGradients({ gradient: [1], difference: [] }), TypeError, "1 gradients and 0 differences");
  assertThrows(() => showGradients({ gradient: [NaN], difference: [1] }), RangeError, "slope 0 of slopes is NaN and 1");
  assertThrows(() => showGradients({ gradient: [], difference: [] }), RangeError, "there is no slope");
});

Deno.test("showTimings() fits the slope of a power law, from the size that is asked for, through medians", () => {
  const law = [10, 100, 1000, 10_000].map((n) => ({ n, ms: [2, 1, 9].map((factor) => factor * n ** 1.5 / 2) }));
  assertStringIncludes(showTimings([{ label: "law", points: law }]).text, "law: N^1.50");
  const flat = [{ n: 1, ms: 1000 }, ...law];
  assert(!showTimings([{ label: "law", points: flat }]).text.includes("N^1.50"));
  assertStringIncludes(showTimings([{ label: "law", points: flat }], { fitFrom: 10 }).text, "law: N^1.50");
  const slope = /two: N/.exec(showTimings([{ label: "two", points: law.slice(0, 2) }]).text);
  assertEquals(slope, null, "two sizes have a slope without any doubt of it");
  assertThrows(
    () => showTimings([{ label: "a", points: [{ n: 0, ms: 1 }] }]),
    RangeError,
    "must be above 0, got 0 and [1]",
  );
  assertThrows(() => showTimings([]), RangeError, "expected 1 to 7 series, got 0");
});

Deno.test("showBars() draws bars as long as their values from 0, or points where they need not begin there", () => {
  const bars = [{ label: "a", value: 2, range: [1, 4] as const }, { label: "b", value: -1 }];
  const { svg = "", text } = showBars(bars, {
    title: "t",
    valueLabel: { name: "E", unit: "J" },
    reference: { label: "chance", value: 1 },
  });
  const lengths = [...svg.matchAll(/M([\d.]+) [\d.]+H([\d.]+)v14/g)].map(([, from, to]) => Number(to) - Number(from));
  assertAlmostEquals(lengths[0], -2 * lengths[1], 0.1);
  assert(lengths[0] > 50);
  for (const words of ["E (J)", "chance: 1"]) assertStringIncludes(svg, words);
  assertStringIncludes(text, "2 [1, 4]");
  const points = showBars([{ label: "a", value: 98, range: [97, 99] }, { label: "b", value: 97 }], {
    title: "t",
    fromZero: false,
  });
  assert(!points.svg?.includes("v14") && /●/.test(points.text));
  assertThrows(() => showBars([], { title: "t" }), RangeError, "expected 1 to 60 bars, got 0");
  assertThrows(
    () => showBars([{ label: "a", value: 1, range: [2, 3] }], { title: "t" }),
    RangeError,
    "inside its interval, got 1 in [2, 3]",
  );
  assertThrows(() => showBars([{ label: "a", value: NaN }], { title: "t" }), RangeError, "a must be finite");
});

Deno.test("showLearningCurves() takes panels, several of them, and trainings", () => {
  const samples = [{ epoch: 1, accuracy: 80, loss: 0.7, accuracyRange: [80, 80] as const }];
  const panel = (title: string) => ({ title, curves: [{ label: "MHA", slot: 0, runs: 1, samples }] });
  const two = showLearningCurves([panel("MNIST"), panel("CIFAR-10")]);
  for (const title of ["MNIST", "CIFAR-10"]) assertStringIncludes(two.svg ?? "", `>${title}</text>`);
  const trained = showLearningCurves([{ label: "QAMA", epochs: [{ epoch: 1, testAccuracy: 0.5, testLoss: 1 }] }], {
    title: "Mine",
  });
  assertStringIncludes(trained.svg ?? "", ">QAMA</text>");
  assertStringIncludes(trained.text, "Mine\n\ntraining\n");
  assertStringIncludes(trained.text, "test accuracy (%)");
  assertThrows(() => showLearningCurves({ epochs: [] }), RangeError, "no curve has a sample");
});

Deno.test("showPreflight() sets words left and numbers right without a style around it", async () => {
  const report = await preflight(isingModel({ couplings: sparseCouplings(1, []), linear: [1] }), { bits: 8 });
  const { html } = showPreflight(report);
  assertStringIncludes(html, '<th style="text-align:left">model</th>');
  assertStringIncludes(html, '<th style="text-align:right">n</th>');
});
