import { assert, assertEquals, assertRejects } from "@std/assert";
import { chainGap, firstPassages } from "../analysis/mod.ts";
import { drawInstance, type Instance, isingModel, sparseCouplings } from "../model/mod.ts";
import { simulatedBifurcation, tabuSearch } from "../samplers/mod.ts";
import { boundsOf, mixingBoundsOf } from "./_tts_gap_bounds.ts";
import { fieldSize } from "./_tts_gap_gaps.ts";
import { lackingLengths } from "./_tts_gap_reads.ts";
import {
  readTtsGapRecords,
  runTtsGap,
  type RunTtsGapOptions,
  TTS_SOLVERS,
  ttsGapDigest,
  ttsGapFileName,
  ttsGapInstances,
  ttsGapProfiles,
  writeTtsGapRecord,
} from "./mod.ts";
import { plannedLengths } from "./tts_gap_solvers.ts";

const PROFILE = { ...ttsGapProfiles.quick, trials: 20, singleCalls: 1, passages: 60 };
const CODE = { version: "1.2.3", commit: null };
const INSTANCES = [drawInstance("sk", { n: 4, seed: 1 }), drawInstance("wishart", { n: 5, seed: 2 })];
const SOLVERS = TTS_SOLVERS.filter(({ name }) => ["glauber-mid", "annealing", "tabu"].includes(name));

async function options(changes: Partial<RunTtsGapOptions> = {}): Promise<RunTtsGapOptions> {
  return {
    ...{ out: await Deno.makeTempDir(), profile: PROFILE, instances: INSTANCES, solvers: SOLVERS, code: CODE },
    ...changes,
  };
}

async function digests(out: string): Promise<string[]> {
  return await Promise.all((await readTtsGapRecords(`${out}/records`)).map(ttsGapDigest));
}

Deno.test("runTtsGap() stopped at any piece of work and resumed has the counts of an unbroken run", async () => {
  const whole = await options();
  let pieces = 0;
  assertEquals((await runTtsGap({ ...whole, onProgress: () => pieces++ })).ending, "completed");
  const broken = await options({ resume: true });
  let stops = 0;
  for (let after = 3;; after += 7) {
    const stop = new AbortController();
    let seen = 0;
    const onProgress = () => void (++seen === after && stop.abort());
    const { ending } = await runTtsGap({ ...broken, signal: stop.signal, onProgress });
    if (ending === "completed") break;
    stops++;
  }
  assert(stops >= 4, `${stops} stops in ${pieces} pieces`);
  assertEquals(await digests(broken.out), await digests(whole.out));
});

Deno.test("runTtsGap() gives a solver the same counts alone and among others, and adds those that a record lacks", async () => {
  const whole = await options();
  await runTtsGap(whole);
  const parts = await options({ resume: true });
  await runTtsGap({ ...parts, solvers: SOLVERS.slice(2) });
  const how: string[] = [];
  await runTtsGap({ ...parts, onRecord: (_, one) => how.push(one) });
  await runTtsGap({ ...parts, onRecord: (_, one) => how.push(one) });
  assertEquals(how, ["made", "made", "kept", "kept"]);
  assertEquals(await digests(parts.out), await digests(whole.out));
});

Deno.test("runTtsGap() tops a record of a smaller plan up to what a fresh one has, and says what it added", async () => {
  const fresh = await options({ instances: INSTANCES.slice(0, 1) });
  await runTtsGap(fresh);
  const [whole] = await readTtsGapRecords(`${fresh.out}/records`);
  const path = `${fresh.out}/records/${ttsGapFileName(whole)}`;
  const lost = whole.gaps.chain[1];
  const smaller = {
    ...whole,
    gaps: { chain: whole.gaps.chain.toSpliced(1, 1), sweep: whole.gaps.sweep.slice(1), transverse: null },
    bounds: whole.bounds.filter(({ name, beta, dynamics }) =>
      !name.startsWith("mixing") && !(beta === lost.beta && dynamics === lost.dynamics)
    ),
    solvers: whole.solvers.slice(0, 2).map((solver) => ({ ...solver, lengths: solver.lengths.toSpliced(2, 2) })),
  };
  await writeTtsGapRecord(path, smaller);
  const again = (commit: string | null) =>
    runTtsGap({ ...fresh, resume: true, code: { version: CODE.version, commit } });
  // the program that left the gaps out does not look for them again
  const { records: [half] } = await again(null);
  assertEquals([half.gaps, half.bounds], [smaller.gaps, smaller.bounds]);
  assertEquals(half.solvers.map(({ lengths }) => lengths.length), whole.solvers.map(({ lengths }) => lengths.length));
  const { records: [topped] } = await again("abc");
  assertEquals(await ttsGapDigest(topped), await ttsGapDigest(whole));
  assertEquals(await digests(fresh.out), [await ttsGapDigest(whole)]);
  assertEquals(topped.additions.map(({ code, what }) => [code.commit, what]), [
    [null, [
      ...smaller.solvers.map(({ name }, s) =>
        `${name} at ${whole.solvers[s].lengths.slice(2, 4).map(({ runLength }) => runLength).join(", ")}`
      ),
      "tabu",
    ]],
    ["abc", ["3 gaps", `${whole.bounds.length - smaller.bounds.length} bounds`]],
  ]);
  const how: string[] = [];
  await runTtsGap({
    ...fresh,
    resume: true,
    code: { version: CODE.version, commit: "def" },
    onRecord: (_, one) => how.push(one),
  });
  assertEquals(how, ["kept"]);
});

Deno.test("lackingLengths() asks for a longer run while the longest is the best, and not where a shorter one is", () => {
  const annealing = TTS_SOLVERS.find(({ name }) => name === "annealing")!;
  const { always, longer } = plannedLengths(annealing, 4);
  const measured = (successes: (runLength: number) => number, count = always.length) =>
    [...always, ...longer].slice(0, count).map(({ runLength }) => ({
      ...{ runLength, trials: 1000, successes: successes(runLength), annealMs: 1, runTimeMs: 1, endToEndMs: 1 },
      ...{ spinUpdates: runLength, matrixVectorProducts: null },
    }));
  // the chance grows with the square of the length
  const rising = (runLength: number) => Math.min(1000, Math.floor(runLength ** 2 / 5000));
  assertEquals(lackingLengths(annealing, 4, measured(rising)), [longer[0]]);
  assertEquals(lackingLengths(annealing, 4, measured(rising, always.length + longer.length)), []);
  assertEquals(lackingLengths(annealing, 4, measured(() => 0)), [longer[0]]);
  assertEquals(lackingLengths(annealing, 4, measured(() => 500)), []);
  // 3 successes of 1,000 at half the length cost 5/6 of what 5 at the longest do, and may be luck; 240 and 400 are not
  const last = always[always.length - 1].runLength;
  const few = (times: number) => (runLength: number) =>
    runLength === last ? 5 * times : runLength === last / 2 ? 3 * times : 0;
  assertEquals(lackingLengths(annealing, 4, measured(few(1))), [longer[0]]);
  assertEquals(lackingLengths(annealing, 4, measured(few(80))), []);
  assertEquals(lackingLengths(annealing, 4, measured(rising).toSpliced(1, 1)), [always[1]]);
});

Deno.test("plannedLengths() gives lengths in order, each with its place in the plan as stream", () => {
  const hot = TTS_SOLVERS[0];
  const { always, longer } = plannedLengths(hot, 8);
  assertEquals(always.slice(0, 4), [
    ...[{ runLength: 1, stream: 7 }, { runLength: 2, stream: 0 }, { runLength: 4, stream: 8 }, {
      runLength: 8,
      stream: 1,
    }],
  ]);
  assertEquals(longer.map(({ runLength }) => runLength), [8 * 4096, 8 * 16384, 8 * 65536]);
  // of two spins a quarter of a sweep and none are one update, and that is asked for once
  assertEquals(plannedLengths(hot, 2).always.slice(0, 2).map(({ runLength }) => runLength), [1, 2]);
});

Deno.test("mixingBoundsOf() holds the exact mixing time between both bounds, and would see a wrong gap", () => {
  for (const [family, n] of [["sk", 6], ["wishart", 6], ["gap-tuned", 6]] as const) {
    const model = drawInstance(family, { n, seed: 3 }).model;
    for (const dynamics of ["glauber", "metropolis"] as const) {
      const gap = { ...chainGap(model, { beta: 1 / fieldSize(model), dynamics }), sector: "full" as const };
      const check = (absoluteGap: number) =>
        mixingBoundsOf(model, { ...gap, absoluteGap }).map(({ side, holds }) => [side, holds]);
      assertEquals(check(gap.absoluteGap), [["upper", true], ["lower", true]]);
      assertEquals(check(1), [["upper", false], ["lower", true]]);
      assertEquals(check(gap.absoluteGap / 1000), [["upper", true], ["lower", false]]);
    }
  }
});

Deno.test("mixingBoundsOf() takes the gap of the full chain where a record has that of pairs of opposite states", () => {
  const model = drawInstance("sk", { n: 6, seed: 3 }).model;
  const pairs = { ...chainGap(model, { beta: 4 / fieldSize(model), sector: "even" }), sector: "even" as const };
  const held = (sector: "even" | "full") => mixingBoundsOf(model, { ...pairs, sector }).map(({ holds }) => holds);
  assertEquals(held("even"), [true, true]);
  assertEquals(held("full"), [false, true]);
});

Deno.test("runTtsGap() refuses records of another version, model or number of reads before it measures", async () => {
  const first = await options();
  await runTtsGap({ ...first, solvers: SOLVERS.slice(1, 2), instances: INSTANCES.slice(0, 1) });
  const again = (changes: Partial<RunTtsGapOptions>) =>
    runTtsGap({ ...first, instances: INSTANCES.slice(0, 1), resume: true, ...changes });
  await assertRejects(() => again({ code: { version: "1.2.4", commit: null } }), RangeError, "version 1.2.3 and 1.2.4");
  const other: Instance = { ...drawInstance("sk", { n: 4, seed: 9 }), name: INSTANCES[0].name };
  await assertRejects(() => again({ instances: [other] }), RangeError, "the model");
  const more = { ...PROFILE, trials: 30 };
  await assertRejects(
    () => again({ profile: more }),
    RangeError,
    "20 and 30 reads of annealing",
  );
  await Deno.writeTextFile(`${first.out}/records/sk-n4-seed1-quick-seed1.json.gz`, "{");
  await assertRejects(() => again({}), SyntaxError, "move the file away");
});

Deno.test("runTtsGap() refuses too many spins, a wrong ground energy and a name twice", async () => {
  const [small] = INSTANCES;
  const large = { ...small, name: "large", model: isingModel({ couplings: sparseCouplings(21, []) }) };
  await assertRejects(
    async () => runTtsGap(await options({ instances: [large] })),
    RangeError,
    "21 spins, expected 1 to 20",
  );
  const wrong = { ...small, groundEnergy: (small.groundEnergy ?? 0) - 100 };
  await assertRejects(async () => runTtsGap(await options({ instances: [wrong] })), RangeError, "the lowest energy is");
  await assertRejects(async () => runTtsGap(await options({ instances: [small, small] })), RangeError, "two instances");
  await assertRejects(async () => runTtsGap(await options({ instances: [] })), RangeError, "no instance");
});

Deno.test("the solvers count what they do: sweeps of n, products of a step, moves of n", async () => {
  const model = drawInstance("sk", { n: 6, seed: 3 }).model;
  const countOf = async (name: string, length: number, on = model) => {
    const solver = TTS_SOLVERS.find((one) => one.name === name);
    if (solver?.kind !== "sampler") throw new Error(name);
    const set = await solver.make(length).sample(on, { numReads: 16, seed: 1 });
    return solver.count(set, length);
  };
  assertEquals(await countOf("annealing", 5), { spinUpdates: 6 + 30, matrixVectorProducts: null });
  // the start, 16 slices of 6 spins, and one offer to flip in all slices at sweep 10; whole couplings are not descended in
  assertEquals((await countOf("quantum-annealing", 10)).spinUpdates, 6 + 16 * 6 * 11);
  const rounded = drawInstance("sk-gaussian", { n: 6, seed: 3 }).model;
  // a descent looks at every spin once at least, and seldom more than twice below the lowest of 16 slices
  const descents = (await countOf("quantum-annealing", 10, rounded)).spinUpdates - (6 + 16 * 6 * 11);
  assert(descents >= 6 && descents < 12, String(descents));
  const dsb = await countOf("dsb", 8);
  const { story } = await simulatedBifurcation({ variant: "discrete", numSteps: 8 }).sample(model, {
    numReads: 16,
    seed: 1,
  });
  assertEquals(dsb.spinUpdates, 6 + 48 + Number(story.findings.descentLooks) / 16);
  // a descent looks at every spin once at least
  assert(dsb.spinUpdates >= 6 + 48 + 6);
  assertEquals(dsb.matrixVectorProducts, 10);
  assertEquals((await countOf("cac", 8)).matrixVectorProducts, 8 + 4 + 2);
  assertEquals((await countOf("cim", 25)).matrixVectorProducts, 25 + 3 + 2);
  const tabu = await tabuSearch({ numRounds: 1, stallMoves: 4 }).sample(model, { numReads: 16, seed: 1 });
  assertEquals((await countOf("tabu", 4)).spinUpdates, 6 + 6 * Number(tabu.story.findings.moves) / 16);
});

Deno.test("boundsOf() would see a gap that is ten times too large: its bound is then violated", () => {
  const model = drawInstance("sk", { n: 6, seed: 3 }).model;
  const { method, residual, ...found } = chainGap(model, { beta: 1 / fieldSize(model), sector: "even" });
  const gap = { ...found, method, residual, sector: "even" as const };
  const check = (factor: number) =>
    boundsOf({ ...gap, gap: gap.gap * factor }, firstPassages(model), { ...PROFILE, passages: 400 }, 1);
  assertEquals(check(1).map(({ side, holds }) => [side, holds]), [["upper", true], ["lower", true], ["upper", true]]);
  assertEquals(check(10)[0].holds, false);
});

Deno.test("ttsGapInstances() takes given instances that are small enough, evenly, and names families there are", async () => {
  const given = Array.from({ length: 10 }, (_, seed) => ({
    ...drawInstance("sk", { n: seed === 3 ? 12 : 4, seed }),
    ...{ family: "attention", name: `a${seed}` },
  }));
  const names = ttsGapInstances(ttsGapProfiles.quick, given, ["attention"]).map(({ name }) => name);
  assertEquals(names, ["a0", "a2", "a5", "a7"]);
  await assertRejects(
    () => Promise.resolve().then(() => ttsGapInstances(ttsGapProfiles.quick, [], ["skk"])),
    RangeError,
    "the family skk: there are sk, maxcut",
  );
});
