import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { assertClose } from "../testing/mod.ts";
import { fiveFamilies, inventedRecords } from "./_test_tts_gap_records.ts";
import { alikeSection, boundsSection, gapSections } from "./_tts_gap_sections.ts";
import { scalingSentences } from "./_tts_gap_scaling_section.ts";
import { chanceSentence, gapSentences, notFoundNotes } from "./_tts_gap_words.ts";
import { alikeRho, competing, plainMedian } from "./tts_gap_analysis.ts";
import { analyseTtsGap, attentionScaling, exampleTtsGapRecord, mergeSeeds, ttsGapDigest, ttsGapReport } from "./mod.ts";

const few = { replicates: 100 };
const sizes = [8, 8, 10, 10, 12, 12, 14, 14, 16, 16, 18, 18];
const sk = { family: "sk", sizes, logGap: (n: number) => -0.3 * n };

Deno.test("analyseTtsGap() finds the exponents that the records were made with, and their signs", () => {
  const cells = analyseTtsGap(inventedRecords([sk], { scatter: 0.02 }), few).filter(({ kind }) => kind === "glauber");
  assertEquals(cells.map(({ solver }) => solver), ["glauber", "annealing", "backwards", "tabu", "lost"]);
  // annealed solvers are held against the smallest gap over the betas, that at beta 1
  [1, 0.5, -0.7, 0].forEach((k, i) => assertClose(cells[i].exponent?.k ?? NaN, k, { rtol: 0, atol: 0.03 }));
  assertEquals(cells.slice(0, 3).map(({ rho }) => Math.sign(Math.round(10 * (rho?.rho ?? 0)))), [-1, -1, 1]);
  assertEquals(cells.map(({ atEnd, censored, points }) => [atEnd, censored, points.length]), [
    ...Array.from({ length: 4 }, () => [0, 0, 12]),
    [0, 12, 12],
  ]);
  assertEquals([cells[4].rho, cells[4].exponent], [null, null]);
});

Deno.test("analyseTtsGap() holds a solver at a fixed beta against the chain at that beta, and leaves gaps of 0 out", () => {
  const [record] = inventedRecords([{ ...sk, sizes: [8] }], { solvers: { glauber: 1 } });
  const own = record.gaps.chain.find(({ beta, dynamics }) => beta === 0.5 && dynamics === "glauber");
  const at = (beta: number | null) => {
    const solvers = record.solvers.map((solver) => ({ ...solver, beta }));
    return analyseTtsGap([{ ...record, solvers }], few).find(({ kind }) => kind === "glauber")?.points[0].gap;
  };
  assertEquals(at(0.5), own?.gapPerSweep);
  assert(at(null) === at(1) && at(1) === 0.5 * (own?.gapPerSweep ?? NaN), "the smallest over the betas");
  const closed = { ...record.gaps, transverse: { ...record.gaps.transverse!, gap: 0 } };
  const other = { ...record, instance: { ...record.instance, name: "closed" }, gaps: closed };
  const cell = analyseTtsGap([record, other], few).find(({ kind }) => kind === "transverse");
  assertEquals([cell?.points.length, cell?.leftOut], [1, 1]);
});

Deno.test("gapSentences() choose their words by the interval of rho", () => {
  const cells = analyseTtsGap(inventedRecords([{ ...sk, sizes: [...sizes, ...sizes, ...sizes] }]), few);
  const [glauber, , , transverse] = gapSentences(cells);
  const said =
    /longer time for (.*); a smaller gap goes with a shorter time for (.*); no .* for (.*); too few .* by (.*) to/
      .exec(glauber)?.slice(1) ?? [];
  assert(
    /^glauber \(−.*\) and annealing \(−/.test(said[0]) || /^annealing \(−.*\) and glauber \(−/.test(said[0]),
    glauber,
  );
  assert(said[1]?.startsWith("backwards (") && said[2]?.startsWith("tabu (") && said[3] === "lost", glauber);
  assertStringIncludes(transverse, "no relation can be told, a negative result, for");
  const known = cells.filter(({ rho }) => rho !== null);
  const apart = known.filter(({ rho }) => rho!.low > 0 || rho!.high < 0);
  assertStringIncludes(chanceSentence(cells), `${apart.length} of ${known.length} intervals of 95 % exclude 0`);
});

Deno.test("gapSections() warn where the best run length is at an end of those tried", () => {
  const records = inventedRecords([sk], { solvers: { tabu: 0, glauber: 1 } });
  const calm = gapSections(analyseTtsGap(records, few));
  assertEquals(calm[0].paragraphs, [
    "No optimum lies at an end of the run lengths tried where longer or shorter ones are possible.",
  ]);
  const short = records.map((record) => ({
    ...record,
    solvers: record.solvers.map((solver) =>
      solver.name === "tabu" ? { ...solver, lengths: solver.lengths.slice(1) } : solver
    ),
  }));
  const warned = gapSections(analyseTtsGap(short, few));
  assertStringIncludes(warned[0].paragraphs?.[0] ?? "", "Warning: the best run length of some instances");
  assertStringIncludes(warned[0].paragraphs?.[0] ?? "", "tried for tabu (12 of 12):");
  const columns = (sections: typeof warned) => sections[1].tables?.[0].rows.map((row) => [row[0], row[5], row[6]]);
  assertEquals(columns(warned), [["tabu", "0", "12"], ["glauber", "0", "0"]]);
  // the same where the shortest is a single unit: nothing shorter is possible
  const least = short.map((record) => ({
    ...record,
    solvers: record.solvers.map((solver) => ({
      ...solver,
      lengths: solver.lengths.map((length, k) =>
        solver.name === "tabu" && k === 0 ? { ...length, runLength: 1 } : length
      ),
    })),
  }));
  const said = gapSections(analyseTtsGap(least, few));
  assertEquals(columns(said), [["tabu", "12", "0"], ["glauber", "0", "0"]]);
  assertEquals(said[0].paragraphs?.length, 2);
  assertStringIncludes(said[0].paragraphs?.[1] ?? "", "is the best run length for tabu (12 of 12). There is none");
});

Deno.test("notFoundNotes() name what lacks a gap that others of its size have, and say up to which size sweeps were looked at", () => {
  const records = inventedRecords([{ ...sk, sizes: [8, 10, 12, 14] }]);
  assertEquals(notFoundNotes(records), []);
  const without = (k: number, gaps: Partial<typeof records[0]["gaps"]>) =>
    records.with(k, { ...records[k], gaps: { ...records[k].gaps, ...gaps } });
  const { groundStates } = records[1].instance;
  assertEquals(notFoundNotes(without(1, { transverse: null })), [
    `The gap of the transverse field was not found for sk-n10-1 (${groundStates} ground states).`,
  ]);
  // the largest one was not looked at
  assertEquals(notFoundNotes(without(3, { sweep: [] })), [
    "Gaps of the sequential sweep were computed for instances of up to 12 spins.",
  ]);
  const { sweep } = records[1].gaps;
  assertEquals(notFoundNotes(without(1, { sweep: [...sweep, { ...sweep[0], beta: 7, gap: 0 }] })), [
    "The smallest gap of the sequential sweep is 0 for 1 instance: no time is held against it.",
  ]);
});

Deno.test("alikeSection() compares instances of one family and size alone, and says how many intervals exclude 0", () => {
  // between sizes both fall together; inside a size the times of `annealing` rise as the gap falls, those of `tabu` do neither
  const sizes = [8, 10, 12, 14].flatMap((n) => Array(6).fill(n));
  const records = inventedRecords([
    { family: "sk", sizes, logGap: (n) => -0.3 * n },
    { family: "loops", sizes, logGap: (n) => -0.3 * n },
  ], { scatter: 0.1, solvers: { annealing: 1, tabu: 0 } });
  const cells = analyseTtsGap(records, { replicates: 20 });
  const rho = (solver: string) => alikeRho(cells.find((cell) => cell.solver === solver && cell.kind === "glauber")!)!;
  assert(rho("annealing").high < -0.8 && rho("tabu").low < 0 && rho("tabu").high > 0);
  assertEquals([rho("annealing").strata, rho("annealing").instances], [8, 48]);
  const [{ paragraphs = [], tables = [] }] = alikeSection(cells);
  assertStringIncludes(paragraphs[0], "Of 8 rank correlations 3 lie below 0");
  assertEquals(tables[0].rows.map(([solver]) => solver), ["annealing", "tabu"]);
  assertEquals(alikeSection(cells.map((cell) => ({ ...cell, points: cell.points.slice(0, 20) }))), []);
});

Deno.test("boundsSection() says that no bound is violated, or which one is", () => {
  const records = inventedRecords([{ ...sk, sizes: [8, 10, 12] }]);
  assertEquals(boundsSection(records).paragraphs, ["None of 6 checks violates its bound."]);
  assertEquals(boundsSection(records).figures?.length, 3, "a legend and a chart a bound");
  const [first, ...rest] = records;
  const broken = { ...first, bounds: [{ ...first.bounds[0], holds: false }, first.bounds[1]] };
  const { paragraphs, tables } = boundsSection([broken, ...rest]);
  assertStringIncludes(
    paragraphs?.[0] ?? "",
    "1 of 6 checks violate their bound: sk-n8-0, hitting time from the stationary start, glauber at beta 1",
  );
  assertEquals(tables?.[0].rows.map((row) => row[2]), ["1", "0"]);
  assertEquals(boundsSection(records).notes?.length, 1);
  const mixing = {
    ...first,
    bounds: [{ ...first.bounds[0], name: "mixing time from the worst start, distance 0.25" }],
  };
  assertStringIncludes(boundsSection([mixing, ...rest]).notes?.[1] ?? "", "of 1 instance of up to 8 spins");
  assertEquals(boundsSection([exampleTtsGapRecord({ bounds: [] })]).paragraphs, ["The records check no bound."]);
});

Deno.test("attentionScaling() finds the growth a spin, and its sentences say grows, falls or neither by the interval", () => {
  const of = (family: string, slope: number) => ({ family, sizes, logGap: (n: number) => -slope * n });
  const records = inventedRecords([of("attention", 0.4), of("attention-untrained", -0.4), sk], {
    solvers: { glauber: 1, tabu: 0 },
    scatter: 0.2,
  });
  const scalings = attentionScaling(records, few);
  const times = scalings.filter(({ what }) => "solver" in what);
  assertEquals(times.map(({ what, training }) => ["solver" in what && what.solver, training]), [
    ...[["glauber", "trained"], ["glauber", "untrained"], ["tabu", "trained"], ["tabu", "untrained"]],
  ]);
  const growth = times.map(({ growth }) => growth);
  assertClose(growth[0]?.k ?? NaN, 0.4, { rtol: 0, atol: 0.1 });
  assertClose(growth[1]?.k ?? NaN, -0.4, { rtol: 0, atol: 0.1 });
  assertEquals(times[0].medians.map(({ n, instances }) => [n, instances]), [8, 10, 12, 14, 16, 18].map((n) => [n, 2]));
  const words = scalingSentences(scalings);
  assertStringIncludes(
    words[0],
    "Attention of trained models, 8 to 18 spins: the time to solution grows with n for glauber;",
  );
  assertStringIncludes(
    words[1],
    "Attention of untrained models, 8 to 18 spins: it falls with n for glauber; neither can be told for tabu.",
  );
  assertStringIncludes(words[2], "trained models (12 instances of 8 to 18 spins): grows with n, a factor of");
  assertStringIncludes(words[2], "With training it rises faster, or falls more slowly: the intervals are apart.");
  assertStringIncludes(words[3], "neither growth nor fall can be told");
  assertStringIncludes(words[3], "they cannot be told apart by it");
  const two = attentionScaling(inventedRecords([{ ...of("attention", 0.4), sizes: [8, 8, 8, 10, 10] }]), few);
  assertStringIncludes(scalingSentences(two)[1], "nothing can be said, fewer than 4 sizes were solved");
});

Deno.test("ttsGapReport() draws every solver against every gap, and says in Markdown what the page says", async () => {
  const { files, summary } = await ttsGapReport(fiveFamilies(), { replicates: 20 });
  assertEquals([...files.keys()], [
    ...["index.html", "README.md"],
    ...["glauber", "metropolis", "sweep", "transverse"].map((kind) => `tts_gap_${kind}.svg`),
  ]);
  const page = files.get("index.html") ?? "", text = files.get("README.md") ?? "";
  // five solvers and four gaps, two bounds, five solvers and four gaps against n
  assertEquals(page.match(/<svg [^>]*role="img"/g)?.length, 5 * 4 + 2 + 5 + 4);
  for (const part of ["What was found", "Within each family", "None of 52 checks violates", "attention, untrained"]) {
    assertStringIncludes(page, part);
    assertStringIncludes(text, part);
  }
  assertStringIncludes(page, "Missing: time and memory");
  assertStringIncludes(text, "](tts_gap_transverse.svg)");
  for (const solver of ["glauber", "annealing", "backwards", "tabu", "lost"]) {
    assertStringIncludes(files.get("tts_gap_sweep.svg") ?? "", `>${solver}</text>`);
  }
  assert(summary.startsWith("Gap of the Glauber chain: ") && summary.includes("| backwards |"), summary);
  assertEquals(await ttsGapReport(fiveFamilies(), { replicates: 20 }), { files, summary }, "the same again");
});

Deno.test("ttsGapReport() is whole with one record, and refuses none and two profiles of one instance", async () => {
  const record = exampleTtsGapRecord();
  const page = (await ttsGapReport([record], { replicates: 10 })).files.get("index.html") ?? "";
  assertStringIncludes(page, "too few solved: 1 of 1");
  assertStringIncludes(page, "Missing: records of attention QUBOs");
  await assertRejects(() => ttsGapReport([]), RangeError, "there is no record");
  await assertRejects(
    () => ttsGapReport([record, { ...record, profile: "full", seed: 2 }]),
    RangeError,
    "example-n3 has a record of profile quick, seed 1",
  );
  const bare = { ...record, gaps: { chain: [], sweep: [], transverse: null } };
  await assertRejects(
    () => ttsGapReport([bare]),
    RangeError,
    "no solver of the records has both a time and a gap above 0",
  );
  assertThrows(() => analyseTtsGap([]), RangeError, "there is no record");
});

Deno.test("ttsGapReport() joins the seeds of one instance, and lists the digest of each", async () => {
  const record = exampleTtsGapRecord();
  const longer = { ...record.solvers[0].lengths[2], runLength: 80, successes: 90 };
  const solvers = record.solvers.map((solver, s) =>
    s === 0 ? { ...solver, lengths: [...solver.lengths, longer] } : solver
  );
  const other = { ...record, seed: 2, solvers };
  const [merged] = mergeSeeds([record, other]);
  assertEquals(
    merged.solvers[0].lengths.map(({ runLength, trials, successes }) => [runLength, trials, successes]),
    [[10, 200, 40], [20, 200, 80], [40, 200, 120], [80, 100, 90]],
  );
  assertEquals(merged.bounds, record.bounds, "the same bound twice is one");
  const { files } = await ttsGapReport([record, other], { replicates: 10 });
  const text = files.get("README.md") ?? "";
  assertStringIncludes(text, "1 instance of 1 family");
  for (const one of [record, other]) assertStringIncludes(text, await ttsGapDigest(one));
});

Deno.test("competing() keeps run lengths that may be the best, and plainMedian() takes the middle of the smallest costs", () => {
  const at = (runLength: number, successes: number, cost = runLength) => ({ runLength, cost, successes, trials: 1000 });
  // 1,000 runs tell 4 times the cost at one chance from the best, and 1.02 times not
  const kept = competing([at(1, 500, 100), at(2, 500, 102), at(3, 500, 400), at(4, 0, 0.01)]);
  // no success in 1,000 runs of almost no cost may be a small chance that pays
  assertEquals(kept.map(({ runLength }) => runLength), [1, 2, 4]);
  assertEquals(competing([at(1, 0), at(2, 0)]).length, 2);
  const cost = (value: number) => [at(1, 1000, value), at(2, 1000, 2 * value)];
  assertEquals(plainMedian([cost(3), cost(1), cost(7)]), { value: 3, censored: false });
  assertEquals(plainMedian([cost(3), cost(5), [at(1, 0, 9)]]), { value: 5, censored: false });
  assertEquals(plainMedian([cost(3), [at(1, 0, 8)], [at(1, 0, 9)]]).censored, true);
});
