import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  bitsFromSpins,
  denseCouplings,
  energy,
  isingFromQubo,
  isingModel,
  quboFromIsing,
  quboModel,
  sparseCouplings,
} from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { samplerConformance } from "../testing/mod.ts";
import { exampleModels, randomCouplingMatrix } from "../testing/_example_models.ts";
import { exactEnumeration, lowest, tabuSearch } from "./mod.ts";

for (
  const { name, run } of samplerConformance(() => tabuSearch({ numRounds: 10 }), {
    longRead: () => tabuSearch({ numRounds: 2 ** 31 - 1 }),
  })
) {
  Deno.test(`tabuSearch() ${name}`, run);
}

Deno.test("tabuSearch() finds the ground state of 20 variables in every form, rounded coefficients too", async () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { name, model } of exampleModels(20, 61, kind)) {
      const exact = lowest(await exactEnumeration().sample(model));
      const set = await tabuSearch().sample(model, { seed: 1, numReads: 4 });
      for (const found of set.energies) {
        assert(
          Math.abs(found - exact.energy) <= 1e-12 * Math.abs(exact.energy),
          `${name}: ${found}, not ${exact.energy}`,
        );
      }
    }
  }
});

Deno.test("tabuSearch() says whether it rounded, and which kernel ran", async () => {
  const of = async (values: number[][]) => {
    const model = isingModel({ couplings: denseCouplings(values) });
    const { story } = await tabuSearch({ numRounds: 1 }).sample(model, { seed: 1 });
    return [story.kernel, story.findings.exactIntegers];
  };
  assertEquals(await of([[0, 3], [3, 0]]), ["tabu dense int16 simd", true]);
  assertEquals(await of([[0, 1 / 16], [1 / 16, 0]]), ["tabu dense int16 simd", true]);
  assertEquals(await of([[0, 1e6], [1e6, 0]]), ["tabu dense int32 simd", true]);
  assertEquals(await of([[0, 0.1], [0.1, 0]]), ["tabu dense int32 simd", false]);
  assertEquals(await of([[0, 1e300], [1e300, 0]]), ["tabu dense int32 simd", false]);
  assertEquals(await of([[0, 0], [0, 0]]), ["tabu sparse simd", true]);
});

Deno.test("tabuSearch() gives the same reads for an Ising model and its QUBO", async () => {
  const { model } = exampleModels(30, 51, "integer")[0];
  assert(model.vartype === "ising");
  const spins = await tabuSearch({ numRounds: 12 }).sample(model, { seed: 4, numReads: 6 });
  const bits = await tabuSearch({ numRounds: 12 }).sample(quboFromIsing(model), { seed: 4, numReads: 6 });
  assertEquals(bits.states, bitsFromSpins(spins.states));
  assertEquals(bits.energies, spins.energies);
});

Deno.test("tabuSearch() starts from the states it is given, and never ends above them", async () => {
  const model = isingModel({ couplings: denseCouplings(randomCouplingMatrix(60, new Rng(7), "integer")) });
  const best = lowest(await tabuSearch().sample(model, { seed: 1 }));
  // one round of one move: what is given is the best there is
  const sampler = tabuSearch({ numRounds: 1, stallMoves: 1 });
  const set = await sampler.sample(model, { seed: 2, numReads: 3, initialStates: best.state });
  assertEquals([...set.energies], [best.energy, best.energy, best.energy]);
});

Deno.test("tabuSearch() ends a read inside when the target is met", async () => {
  const model = isingModel({ couplings: denseCouplings(randomCouplingMatrix(120, new Rng(9), "normal")) });
  const best = lowest(await tabuSearch({ numRounds: 60 }).sample(model, { seed: 1 }));
  // a read of two billion rounds would never come back
  const set = await tabuSearch({ numRounds: 2 ** 31 - 1 }).sample(model, { seed: 2, target: best.energy });
  assertEquals([set.ending, set.energies.length, set.energies[0] <= best.energy], ["target-reached", 1, true]);
});

Deno.test("tabuSearch() sets by descent what rounding has swallowed, and meets a target with it", async () => {
  // the unit of cost is about 4000: the fields are nothing
  const couplings = sparseCouplings(6, [[0, 1, 1e12]]);
  const model = isingModel({ couplings, linear: [0, 0, 1.5, -1.5, 1.5, 1.5] });
  const set = await tabuSearch({ numRounds: 2 ** 31 - 1 }).sample(model, { seed: 1, target: -1e12 - 6 });
  assertEquals([set.ending, set.energies[0]], ["target-reached", -1e12 - 6]);
});

Deno.test("tabuSearch() goes on undisturbed where rounded costs promise a target that is not met", async () => {
  const matrix = randomCouplingMatrix(62, new Rng(19), "normal");
  for (let j = 0; j < 62; j++) for (const i of [0, 1]) matrix[62 * i + j] = matrix[62 * j + i] = 0;
  matrix[1] = matrix[62] = 1e7;
  const model = isingModel({ couplings: denseCouplings(matrix) });
  const sampler = tabuSearch({ numRounds: 40, stallMoves: 100 });
  const free = await sampler.sample(model, { seed: 3, numReads: 3 });
  // the unit of cost is about 0.04; an energy is believed to be met within some 5
  const target = Math.min(...free.energies) - 1;
  const aimed = await sampler.sample(model, { seed: 3, numReads: 3, target });
  assertEquals(free.story.findings.exactIntegers, false);
  assertEquals([aimed.ending, aimed.states], [free.ending, free.states]);
});

Deno.test("tabuSearch() returns the best of a read that it is stopped in", async () => {
  const model = isingModel({ couplings: denseCouplings(randomCouplingMatrix(120, new Rng(9), "integer")) });
  const controller = new AbortController();
  let seen = Infinity;
  const set = await tabuSearch({ numRounds: 2 ** 31 - 1 }).sample(model, {
    seed: 2,
    signal: controller.signal,
    onProgress({ lowestEnergy }) {
      if (lowestEnergy < Infinity) controller.abort();
      seen = lowestEnergy;
    },
  });
  assertEquals([set.ending, set.energies.length, set.story.completedReads], ["interrupted", 1, 0]);
  assert(set.energies[0] <= seen && set.energies[0] < 0);
  assertEquals(energy(model, set.states), set.energies[0]);
});

Deno.test("tabuSearch() of many variables and rounded coefficients is stopped in its first descent in time", async () => {
  const n = 200_000;
  const rng = new Rng(21);
  const pairs = Array.from({ length: n - 1 }, (_, i): [number, number, number] => [i, i + 1, rng.normal()]);
  const model = isingModel({ couplings: sparseCouplings(n, pairs) });
  const set = await tabuSearch().sample(model, { seed: 1, timeLimitMs: 300 });
  assertEquals([set.ending, set.story.completedReads, set.energies.length], ["timed-out", 0, 1]);
  assert(set.energies[0] < 0);
  // one flip a look at all spins would take half a minute
  assert(set.story.clocks.sampleMs < 5000, `${set.story.clocks.sampleMs} ms`);
});

Deno.test("tabuSearch() refuses options out of range", () => {
  assertThrows(() => tabuSearch({ numRounds: 0 }), RangeError, "numRounds must be an integer from 1");
  assertThrows(() => tabuSearch({ stallMoves: 1.5 }), RangeError, "got 1.5");
  assertThrows(() => tabuSearch({ tenure: [4, 3] }), RangeError, "got [4, 3]");
  assertThrows(() => tabuSearch({ tenure: [-1, 3] }), RangeError, "0 <= shortest");
  const misspelt: Record<string, number> = { rounds: 3 };
  assertThrows(() => tabuSearch(misspelt), TypeError, "there is no option rounds");
});

Deno.test("tabuSearch() reaches the best known energies of published QUBO of up to 500 variables", async () => {
  const folder = Deno.env.get("QAMA_DATA_DIR") ?? new URL("../../../shared/data", import.meta.url).pathname;
  let table: string;
  try {
    table = await Deno.readTextFile(`${folder}/qubo/best_known.csv`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: the published instances are not there; set QAMA_DATA_DIR to a folder with qubo/");
    return;
  }
  const names = ["bqp50-1", "bqp100-1", "bqp250-5", "bqp500-1", "gka10b", "gka4f", "gka5e"];
  for (const line of table.trim().split("\n").slice(1)) {
    const [name, , , best] = line.split(",");
    if (!names.includes(name)) continue;
    const text = await Deno.readTextFile(`${folder}/qubo/${name}.sparse`);
    const [[n], ...entries] = text.trim().split("\n").map((row) => row.trim().split(/\s+/).map(Number));
    const linear = new Float64Array(n);
    const pairs: [number, number, number][] = [];
    for (const [i, j, q] of entries) {
      if (i === j) linear[i - 1] = q;
      else pairs.push([i - 1, j - 1, 2 * q]);
    }
    const model = isingFromQubo(quboModel({ couplings: sparseCouplings(n, pairs), linear }));
    const { energies } = await tabuSearch().sample(model, { seed: 1, target: Number(best) });
    assertEquals(energies[0], Number(best), name);
  }
});

Deno.test("tabuSearch() counts its moves: a round without improvement makes stallMoves, whatever the slices", async () => {
  // all states have energy 0: no move is an improvement
  const flat = isingModel({ couplings: sparseCouplings(8, []) });
  const { story } = await tabuSearch({ numRounds: 3, stallMoves: 50 }).sample(flat, { seed: 1, numReads: 4 });
  assertEquals(story.findings.moves, 4 * 3 * 50);
});
