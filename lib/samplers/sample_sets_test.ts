import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { energies, isingModel, quboModel, sparseCouplings } from "../model/mod.ts";
import { aggregate, concatenate, lowest, randomSampler, type SampleSet } from "./mod.ts";

const model = quboModel({ couplings: sparseCouplings(3, [[0, 1, 2], [1, 2, -1]]), linear: [1, -1, 0.5], offset: 1 });

const draw = (seed: number, numReads: number) => randomSampler().sample(model, { seed, numReads });

const withRows = (set: SampleSet, states: number[], counts: number[]): SampleSet => ({
  ...set,
  states: Int8Array.from(states),
  energies: energies(model, states),
  counts: Uint32Array.from(counts),
});

Deno.test("aggregate() merges equal rows, keeps all reads, and orders by energy, then first appearance", async () => {
  const set = withRows(await draw(1, 1), [1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5]);
  const merged = aggregate(set);
  assertEquals([...merged.states], [0, 1, 0, 0, 0, 0, 1, 1, 0]);
  assertEquals([...merged.energies], [0, 1, 3]);
  assertEquals([...merged.counts], [2, 9, 4]);
  assertEquals(aggregate(merged), merged);
  assertEquals(merged.story, set.story);
});

Deno.test("lowest() gives the first row of lowest energy, as a copy", async () => {
  const set = withRows(await draw(1, 1), [1, 1, 0, 0, 1, 0, 0, 1, 0], [1, 7, 1]);
  const found = lowest(set);
  assertEquals([found.row, found.energy, found.count, [...found.state]], [1, 0, 7, [0, 1, 0]]);
  found.state.fill(9);
  assertEquals([...set.states.slice(3, 6)], [0, 1, 0]);
  assertThrows(() => lowest(withRows(set, [], [])), RangeError, "is empty");
});

Deno.test("concatenate() keeps the rows in order and the story of each", async () => {
  const sets = [await draw(1, 2), await draw(2, 3), await draw(3, 1)];
  const all = concatenate(sets);
  assertEquals([...all.states], sets.flatMap((set) => [...set.states]));
  assertEquals([...all.energies], sets.flatMap((set) => [...set.energies]));
  assertEquals([...all.provenance.rows], [0, 0, 1, 1, 1, 2]);
  assertEquals(all.provenance.stories, sets.map((set) => set.story));
  assertEquals([all.story.sampler, all.story.completedReads, all.ending], ["concatenate", 6, "completed"]);
  assertStrictEquals(lowest(all).story, sets[all.provenance.rows[lowest(all).row]].story);
});

Deno.test("concatenate() of concatenated sets is flat, and aggregate() keeps calls apart", async () => {
  const [a, b, c] = [await draw(1, 30), await draw(2, 30), await draw(1, 30)];
  const nested = concatenate([concatenate([a, b]), c]);
  assertEquals(nested.provenance, concatenate([a, b, c]).provenance);
  const merged = aggregate(nested);
  assertEquals(merged.counts.reduce((sum, count) => sum + count), 90);
  const counts = [0, 0, 0];
  merged.provenance?.rows.forEach((story, r) => counts[story] += merged.counts[r]);
  assertEquals(counts, [30, 30, 30]);
});

Deno.test("concatenate() has the gravest ending, and refuses sets of different models", async () => {
  const done = await draw(1, 1);
  const cut: SampleSet = { ...done, ending: "interrupted" };
  const late: SampleSet = { ...done, ending: "timed-out" };
  assertEquals(concatenate([done, cut, late]).ending, "interrupted");
  assertEquals(concatenate([done, late]).story.ending, "timed-out");
  const other = await randomSampler().sample(isingModel({ couplings: sparseCouplings(3, []) }), { seed: 1 });
  assertThrows(() => concatenate([done, other]), RangeError, "set 1 is of another model");
  assertThrows(() => concatenate([]), RangeError, "got none");
});
