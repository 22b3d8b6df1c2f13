import { assert, assertEquals, assertRejects } from "@std/assert";
import { chainGap, firstPassages } from "../analysis/mod.ts";
import { drawInstance, type Instance, isingModel, sparseCouplings } from "../model/mod.ts";
import { simulatedBifurcation, tabuSearch } from "../samplers/mod.ts";
import { boundsOf } from "./_tts_gap_bounds.ts";
import { fieldSize } from "./_tts_gap_gaps.ts";
import {
  readTtsGapRecords,
  runTtsGap,
  type RunTtsGapOptions,
  TTS_SOLVERS,
  ttsGapDigest,
  ttsGapInstances,
  ttsGapProfiles,
} from "./mod.ts";

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
  await Deno.writeTextFile(`${first.out}/records/sk-n4-seed1-quick-seed1.json`, "{");
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
  const countOf = async (name: string, length: number) => {
    const solver = TTS_SOLVERS.find((one) => one.name === name);
    if (solver?.kind !== "sampler") throw new Error(name);
    const set = await solver.make(length).sample(model, { numReads: 16, seed: 1 });
    return solver.count(set, length);
  };
  assertEquals(await countOf("annealing", 5), { spinUpdates: 30, matrixVectorProducts: null });
  // 16 slices of 6 spins, and one offer to flip in all slices at sweep 10
  assertEquals((await countOf("quantum-annealing", 10)).spinUpdates, 16 * 6 * 11);
  const dsb = await countOf("dsb", 8);
  const { story } = await simulatedBifurcation({ variant: "discrete", numSteps: 8 }).sample(model, {
    numReads: 16,
    seed: 1,
  });
  assertEquals(dsb.spinUpdates, 48 + Number(story.findings.descentLooks) / 16);
  // a descent looks at every spin once at least
  assert(dsb.spinUpdates >= 48 + 6);
  assertEquals(dsb.matrixVectorProducts, 10);
  assertEquals((await countOf("cac", 8)).matrixVectorProducts, 8 + 4 + 2);
  assertEquals((await countOf("cim", 25)).matrixVectorProducts, 25 + 3 + 2);
  const tabu = await tabuSearch({ numRounds: 1, stallMoves: 4 }).sample(model, { numReads: 16, seed: 1 });
  assertEquals((await countOf("tabu", 4)).spinUpdates, 6 * Number(tabu.story.findings.moves) / 16);
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
