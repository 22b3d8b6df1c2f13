import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ModelBuilder, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { exactEnumeration, randomSampler, type SampleSet } from "../samplers/mod.ts";
import { histogram } from "./_histogram.ts";
import { lowestRows } from "./_lowest_rows.ts";
import { showSampleSet } from "./mod.ts";

const model = quboModel({ couplings: sparseCouplings(4, [[0, 1, 2]]), linear: [-1, -2, 1, 0.5] });
const small = await randomSampler().sample(model, { seed: 1, numReads: 200 });

/** A set with other energies; states as they come. */
function withEnergies(energies: readonly number[]): SampleSet {
  const rows = energies.length;
  return {
    ...small,
    states: small.states.slice(0, 4 * rows),
    energies: Float64Array.from(energies),
    counts: new Uint32Array(rows).fill(1),
  };
}

Deno.test("lowestRows() gives what sorting all different states gives", () => {
  const counts = new Map<string, { energy: number; count: number }>();
  small.energies.forEach((energy, r) => {
    const key = small.states.subarray(4 * r, 4 * r + 4).join("");
    counts.set(key, { energy, count: (counts.get(key)?.count ?? 0) + 1 });
  });
  const expected = [...counts].sort(([, a], [, b]) => a.energy - b.energy);
  const found = lowestRows(small, 5);
  assertEquals(found.map(({ energy }) => energy), expected.slice(0, 5).map(([, { energy }]) => energy));
  for (const { state, count } of found) assertEquals(counts.get(state.join(""))?.count, count);
  assertEquals(lowestRows(small, 100).length, counts.size);
});

Deno.test("histogram() counts every finite value once, whatever their number and range", () => {
  const rng = new Rng(2);
  for (const count of [1, 2, 50, 5000]) {
    for (
      const draw of [() => rng.normal(), () => rng.integer(5) - 2, () => 1e9 + rng.normal(), () => 1e-9 * rng.normal()]
    ) {
      const values = Array.from({ length: count }, draw);
      const bars = histogram([...values, NaN, Infinity], new Array(count + 2).fill(3));
      assertEquals(bars.reduce((sum, { weight }) => sum + weight, 0), 3 * count);
      assert(
        bars.length <= 42 && bars[0].from <= Math.min(...values) && bars[bars.length - 1].to >= Math.max(...values),
      );
    }
  }
  assertEquals(histogram([-1, 3, 3], [1, 1, 1]).filter(({ weight }) => weight > 0).map(({ weight }) => weight), [1, 2]);
  assertEquals(histogram([NaN], [1]), []);
});

Deno.test("showSampleSet() marks the lowest, the mean by counts and the target", () => {
  const set = { ...withEnergies([-2, 4]), counts: Uint32Array.of(3, 1) };
  const { svg = "", text } = showSampleSet(set, { target: -2.5, unit: "J" });
  for (const words of ["lowest -2", "mean -0.5", "target -2.5", "energy (J)"]) {
    assertStringIncludes(svg, words);
    assertStringIncludes(text, words);
  }
  assertStringIncludes(text, "4 reads of 4 bits");
});

Deno.test("showSampleSet() shows states under their names, or as they are explained", async () => {
  const built = new ModelBuilder("qubo").addLinear("Ada", -2).addLinear("Bob", 1).build();
  const set = await exactEnumeration().sample(built.model);
  const named = showSampleSet(set, { labels: built }).text;
  assert(/energy \| reads \|.*Ada \| Bob \|/.test(named), named);
  const decode = (state: Int8Array) => ({ team: state[0] === 1 ? "with <Ada>" : "without" });
  assertStringIncludes(showSampleSet(set, { decode }).svg ?? "", "with &lt;Ada&gt;");
  assertThrows(() => showSampleSet(set, { labels: ["Ada"] }), TypeError, "1 labels for 2 variables");
});

Deno.test("showSampleSet() leaves out energies that are not finite and says so", () => {
  const { svg = "", text } = showSampleSet(withEnergies([1, NaN, Infinity]));
  assertStringIncludes(svg, "2 of 3 energies are not finite and are left out");
  assert(!/NaN|Infinity/.test(svg) && text.includes("1 read of"));
  assertThrows(() => showSampleSet(withEnergies([NaN])), RangeError, "none of its 1 energies is finite");
  assertThrows(() => showSampleSet(withEnergies([])), RangeError, "it is empty (its ending is completed)");
  assertThrows(() => showSampleSet(small, { rows: 0 }), RangeError, "from 1, got 0");
});

Deno.test("showSampleSet() shows a million reads, and reads of thousands of variables", () => {
  const [rows, n] = [1_000_000, 20];
  const rng = new Rng(3);
  const states = new Int8Array(rows * n);
  for (let i = 0; i < states.length; i++) states[i] = rng.integer(2);
  const energies = Float64Array.from({ length: rows }, (_, r) => -states[r * n] - states[r * n + 1]);
  const story = { ...small.story, variables: n };
  const many = showSampleSet({ ...small, states, energies, counts: new Uint32Array(rows).fill(1), story });
  assert((many.svg ?? "").length < 30_000);
  assertStringIncludes(many.text, "1000000 reads of 20 bits");
  const wide = { ...withEnergies([1, 2]), states: new Int8Array(2 * 5000), story: { ...small.story, variables: 5000 } };
  assert((showSampleSet(wide).svg ?? "").length < 10_000);
});
