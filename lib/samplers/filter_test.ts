import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { chain, drawnSet, setOf } from "./_test_sets.ts";
import { filter, slice, truncate } from "./filter.ts";
import { aggregate, concatenate, lowest } from "./sample_sets.ts";

const model = chain(3);
// energies 6 - 3 = 3, 0, 2, 3 - 1.5 = 1.5, 0
const set = setOf(model, [1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0]);

Deno.test("filter() keeps rows, counts and story, and gives the predicate copies", () => {
  const counted = { ...set, counts: Uint32Array.of(1, 2, 3, 4, 5) };
  const kept = filter(counted, ({ state, energy }) => {
    state.fill(9);
    return energy > 1;
  });
  assertEquals([...kept.energies], [3, 2, 1.5]);
  assertEquals([...kept.states], [1, 1, 1, 0, 1, 0, 1, 1, 0]);
  assertEquals([...kept.counts], [1, 3, 4]);
  assertStrictEquals(kept.story, set.story);
  assertEquals(filter(set, () => false).energies.length, 0);
  assertEquals(filter(set, () => true), set);
});

Deno.test("filter(), truncate() and slice() keep the call of each row", () => {
  const both = concatenate([drawnSet(model, 20, 1), drawnSet(model, 30, 2)]);
  for (const part of [filter(both, ({ row }) => row % 3 === 0), truncate(both, 11), slice(both, 15, 25)]) {
    assertStrictEquals(part.provenance?.stories, both.provenance.stories);
    for (let r = 0; r < part.energies.length; r++) {
      const call = part.provenance?.rows[r] ?? -1;
      const [start, end] = call === 0 ? [0, 20] : [20, 50];
      const state = String(part.states.slice(3 * r, 3 * r + 3));
      const there = Array.from(
        { length: end - start },
        (_, k) => String(both.states.slice(3 * (start + k), 3 * (start + k) + 3)),
      );
      assert(there.includes(state));
    }
  }
  assertEquals([...slice(both, 18, 22).provenance?.rows ?? []], [0, 0, 1, 1]);
  assertStrictEquals(lowest(slice(both, 30)).story, both.provenance.stories[1]);
});

Deno.test("filter() refuses what is no predicate", () => {
  const forgotten: unknown = () => undefined;
  assertThrows(() => filter(set, forgotten as () => boolean), TypeError, "row 0 expected true or false, got undefined");
  const none: unknown = 3;
  assertThrows(() => filter(set, none as () => boolean), TypeError, "expected a function");
});

Deno.test("truncate() gives the lowest rows, of equal energy the first", () => {
  const cut = truncate({ ...set, counts: Uint32Array.of(1, 2, 3, 4, 5) }, 3);
  assertEquals([...cut.energies], [0, 0, 1.5]);
  assertEquals([...cut.counts], [2, 5, 4]);
  assertEquals([...truncate(set, 99).energies], [0, 0, 1.5, 2, 3]);
  assertEquals(truncate(set, 0).states.length, 0);
  for (const bad of [-1, 1.5, NaN]) assertThrows(() => truncate(set, bad), RangeError, `got ${bad}`);
});

Deno.test("truncate() orders infinite energies", () => {
  const far = { ...set, energies: Float64Array.of(Infinity, 3, -Infinity, Infinity, -Infinity) };
  assertEquals([...truncate(far, 5).energies], [-Infinity, -Infinity, 3, Infinity, Infinity]);
});

Deno.test("slice() counts as slice of an array does", () => {
  const bounds = [[0, 2], [1, 99], [-2, 5], [3, 1], [0, -1]] as const;
  for (const [start, end] of bounds) {
    assertEquals([...slice(set, start, end).energies], [...set.energies].slice(start, end));
  }
  assertEquals(slice(set, 0), set);
  assertThrows(() => slice(set, 0.5), RangeError, "got 0.5");
});

Deno.test("aggregate() merges what a map of strings merges, in 20,000 rows of few states", () => {
  const wide = drawnSet(chain(6), 20_000, 3);
  const merged = aggregate(wide);
  const counts = new Map<string, number>();
  for (let r = 0; r < 20_000; r++) {
    const key = String(wide.states.subarray(6 * r, 6 * r + 6));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assertEquals(merged.energies.length, counts.size);
  for (let r = 0; r < merged.energies.length; r++) {
    assertEquals(merged.counts[r], counts.get(String(merged.states.subarray(6 * r, 6 * r + 6))));
  }
  assert(merged.energies.every((energy, r) => r === 0 || merged.energies[r - 1] <= energy));
});

Deno.test("concatenate() takes many sets", () => {
  const one = slice(set, 0, 1);
  const all = concatenate(Array.from({ length: 150_000 }, () => one));
  assertEquals([all.energies.length, all.provenance.stories.length], [150_000, 150_000]);
});

Deno.test("aggregate() keeps 5,000 calls of one state apart", () => {
  const merged = aggregate(concatenate(Array.from({ length: 5000 }, () => setOf(model, [0, 1, 0]))));
  assertEquals([merged.energies.length, merged.counts.every((count) => count === 1)], [5000, true]);
});
