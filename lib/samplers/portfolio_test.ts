import { assert, assertEquals, assertThrows } from "@std/assert";
import { energies, fingerprint } from "../model/mod.ts";
import { samplerConformance } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import {
  greedyDescent,
  lowest,
  portfolio,
  randomSampler,
  type Sampler,
  sampleSetFromJson,
  sampleSetToJson,
  simulatedAnnealing,
} from "./mod.ts";

const small = () => portfolio({ samplers: [simulatedAnnealing({ numSweeps: 50 }), greedyDescent()] });
const long = () => portfolio({ samplers: [1e12, 1e13].map((numSweeps) => simulatedAnnealing({ numSweeps })) });

for (const { name, run } of samplerConformance(small, { longRead: long })) Deno.test(`portfolio() ${name}`, run);

Deno.test("portfolio() of the default samplers finds small optima with each of them", async () => {
  const { model } = exampleModels(14, 71, "integer")[0];
  const set = await portfolio().sample(model, { numReads: 40, seed: 1 });
  const optimum = lowest(set).energy;
  const names = new Set<string>();
  set.energies.forEach((energy, row) => {
    if (energy === optimum) names.add(set.provenance?.stories[set.provenance.rows[row]].sampler ?? "");
  });
  assertEquals([...names].sort(), ["parallelTempering", "simulatedAnnealing", "simulatedBifurcation", "tabuSearch"]);
});

Deno.test("portfolio() doubles the reads of a turn, keeps the order and tells who made each row", async () => {
  const { model } = exampleModels(10, 72, "integer")[0];
  const set = await small().sample(model, { numReads: 13, seed: 5 });
  const reads = set.provenance?.stories.map(({ sampler, completedReads }) => [sampler, completedReads]);
  assertEquals(reads, [
    ...[["simulatedAnnealing", 1], ["greedyDescent", 1], ["simulatedAnnealing", 2], ["greedyDescent", 2]],
    ...[["simulatedAnnealing", 4], ["greedyDescent", 3]],
  ]);
  assertEquals(set.energies, energies(model, set.states));
  const seeds = new Set(set.provenance?.stories.map(({ seed }) => seed));
  assertEquals(seeds.size, 6, "every turn has a seed of its own");
});

Deno.test("portfolio() asks a function for the sampler of each turn, and makes one read with it", async () => {
  const { model } = exampleModels(10, 74, "integer")[0];
  const growing = (turn: number) => simulatedAnnealing({ numSweeps: 10 * 2 ** turn });
  const set = await portfolio({ samplers: [growing, greedyDescent()] }).sample(model, { numReads: 9, seed: 5 });
  const told = set.provenance?.stories.map(({ options, completedReads }) => [options.numSweeps, completedReads]);
  assertEquals(told, [[10, 1], [undefined, 1], [20, 1], [undefined, 2], [40, 1], [undefined, 3]]);
});

Deno.test("portfolio() deals the time of a limit by share, and one endless read does not take it all", async () => {
  const { model } = exampleModels(26, 73, "normal")[0];
  const samplers = [simulatedAnnealing({ numSweeps: 1e12 }), randomSampler()];
  const set = await portfolio({ samplers, shares: [1, 3] }).sample(model, {
    ...{ numReads: 1e6, seed: 1, timeLimitMs: 1000 },
  });
  assertEquals(set.ending, "timed-out");
  const stories = set.provenance?.stories ?? [];
  const spent = (name: string) =>
    stories.reduce((sum, { sampler, clocks }) => sum + (sampler === name ? clocks.sampleMs + clocks.setupMs : 0), 0);
  const share = spent("randomSampler") / (spent("randomSampler") + spent("simulatedAnnealing"));
  // a turn of the endless read takes 63 ms, so the share is off by that much of a second, and by what a busy machine adds
  assert(share > 0.5 && share < 0.95, `the second sampler had ${share} of the time`);
});

Deno.test("portfolio() knows its model, and can be kept, where the first turns were stopped before they knew it", async () => {
  const { model } = exampleModels(10, 75, "integer")[0];
  const cut: Sampler = {
    name: "cut",
    async sample(model, options) {
      const set = await greedyDescent().sample(model, options);
      return { ...set, ending: "timed-out", story: { ...set.story, fingerprint: "", completedReads: 0 } };
    },
  };
  const set = await portfolio({ samplers: [cut, greedyDescent()] }).sample(model, { numReads: 1, seed: 5 });
  assertEquals(set.provenance?.stories.map((story) => story.fingerprint), ["", fingerprint(model)]);
  assertEquals(set.story.fingerprint, fingerprint(model));
  assertEquals(sampleSetFromJson(JSON.stringify(sampleSetToJson(set))), set);
});

Deno.test("portfolio() of samplers that complete no read ends, and one that completes some keeps it going", async () => {
  const { model } = exampleModels(10, 76, "integer")[0];
  let calls = 0;
  const complete = (share: (call: number) => boolean): Sampler => ({
    name: "discarding",
    async sample(model, options) {
      if (++calls > 1000) throw new Error("The portfolio goes on for ever");
      const set = await greedyDescent().sample(model, options);
      return share(calls) ? set : { ...set, story: { ...set.story, completedReads: 0 } };
    },
  });
  const none = portfolio({ samplers: [complete(() => false), complete(() => false)] });
  const set = await none.sample(model, { numReads: 3, seed: 5 });
  assertEquals([set.story.completedReads, calls, set.story.ending], [0, 16, "completed"]);
  calls = 0;
  const some = portfolio({ samplers: [complete((call) => call % 7 === 0)] });
  assert((await some.sample(model, { numReads: 100, seed: 5 })).story.completedReads === 100);
});

Deno.test("portfolio() refuses what is no portfolio", () => {
  assertThrows(() => portfolio({ samplers: [] }), TypeError, "one sampler or more");
  const none: { samplers: Sampler[] } = { samplers: [greedyDescent(), JSON.parse('{"name":"none"}')] };
  assertThrows(() => portfolio(none), TypeError, "entry 1 of samplers is neither a sampler nor a function");
  assertThrows(() => portfolio({ shares: [1] }), TypeError, "1 shares for 4 samplers");
  assertThrows(() => portfolio({ samplers: [greedyDescent()], shares: [0] }), RangeError, "share 0 is 0");
  const wrong: Record<string, unknown> = { sampler: [] };
  assertThrows(() => portfolio(wrong), TypeError, "there is no option sampler");
});
