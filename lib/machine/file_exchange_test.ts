import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { energies, isingModel, kaiwuCsvFormat, type Model, quboModel, sparseCouplings } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import { allStates, modelEnergyTwin } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { fromKaiwuFile, toKaiwuFile } from "./file_exchange.ts";

const matrixOf = (csv: string) => csv.trim().split("\n").map((line) => line.split(",").map(Number));

// H = - sum_ij J_ij s_i s_j over ordered pairs
function kaiwuEnergy(matrix: readonly number[][], spins: ArrayLike<number>): number {
  let energy = 0;
  matrix.forEach((row, i) => row.forEach((value, j) => energy -= value * spins[i] * spins[j]));
  return energy;
}

const model = isingModel({
  couplings: sparseCouplings(3, [[0, 1, 1.5], [1, 2, -0.5]]),
  linear: [0, 2, -1],
  offset: 3.25,
});

Deno.test("toKaiwuFile() keeps the energies over all states, the ancilla up or down, and its matrix is Kaiwu's", async () => {
  const scaled = exampleModels(4, 3, "integer").filter(({ name }) => !name.includes("factored"));
  for (const { model } of scaled) {
    for (const factor of [1, 0.1, 64]) {
      const one = times(model, factor);
      const { csv, job, note } = toKaiwuFile(one);
      const matrix = matrixOf(csv);
      assertEquals([matrix.length, job.size, job.ancilla], [5, 5, true]);
      assert(matrix.flat().every((value) => Number.isInteger(value) && Math.abs(value) <= 127));
      assertMatch(note, /no coefficient was rounded/);
      const read = await kaiwuCsvFormat.read(new Blob([csv]).stream(), {});
      for (const spins of allStates(5, "ising")) {
        const own = [...spins.slice(0, 4)].map((spin) => spin * spins[4]);
        const state = own.map((spin) => one.vartype === "ising" ? spin : (1 + spin) / 2);
        const theirs = kaiwuEnergy(matrix, spins);
        assertEquals(modelEnergyTwin(read.model, spins), theirs);
        const ours = modelEnergyTwin(one, state);
        assert(Math.abs(job.scale * theirs + job.offset - ours) <= 1e-12 * factor * 100);
        const set = fromKaiwuFile(
          JSON.stringify({ solution: [...spins], energy: theirs }),
          one,
          JSON.parse(JSON.stringify(job)),
        );
        assertEquals([[...set.states], set.energies[0]], [state, energies(one, state)[0]]);
        assertEquals(set.story.findings.energyCheck, "exact");
      }
    }
  }
});

function times(model: Model, factor: number): Model {
  const { couplings } = model;
  if (couplings.form === "factored") throw new TypeError("not here");
  const parts = {
    couplings: { ...couplings, values: couplings.values.map((value) => factor * value) },
    linear: model.linear.map((value) => factor * value),
    offset: factor * model.offset,
  };
  return model.vartype === "ising" ? isingModel(parts) : quboModel(parts);
}

Deno.test("toKaiwuFile() needs no ancilla without fields", () => {
  const bare = isingModel({ couplings: sparseCouplings(2, [[0, 1, 4]]) });
  const { csv, job } = toKaiwuFile(bare);
  assertEquals([csv, job.size, job.ancilla], ["0,-2\n-2,0\n", 2, false]);
  assertEquals([...fromKaiwuFile("[[1, -1]]", bare, job).energies], [-4]);
});

Deno.test("toKaiwuFile() refuses what 8 bits do not hold, rounds when told, and says what that did", () => {
  const rng = new Rng(5);
  const pairs: [number, number, number][] = [];
  // fields three hundred times as large as couplings: nothing of these survives
  for (let i = 0; i < 8; i++) for (let j = 0; j < i; j++) pairs.push([j, i, 0.001 + 0.002 * rng.uniform()]);
  const linear = Array.from({ length: 8 }, () => 1 + rng.uniform());
  const wide = isingModel({ couplings: sparseCouplings(8, pairs), linear });
  assertThrows(() => toKaiwuFile(wide), RangeError, "integers from -127 to 127");
  const { csv, note, job } = toKaiwuFile(wide, { quantise: "nearest" });
  assertMatch(note, /rounded to 8 bits 0 of 28 couplings and 8 of 8 fields are not 0/);
  const spins = [...new Array(8).fill(-1), 1];
  const text = JSON.stringify([{ spins, hamiltonian: kaiwuEnergy(matrixOf(csv), spins) }]);
  const set = fromKaiwuFile(text, wide, job);
  assertEquals(set.energies, energies(wide, set.states));
  assertEquals(set.story.findings.energyCheck, "rounding");
  assertMatch(`${set.story.findings.energyNote}`, /rounded before it was sent/);
  const other = toKaiwuFile(wide, { quantise: "stochastic", seed: 3 });
  assertEquals(other.csv, toKaiwuFile(wide, { quantise: "stochastic", seed: 3 }).csv);
  const drawn = JSON.stringify({ solution: spins, energy: kaiwuEnergy(matrixOf(other.csv), spins) });
  assertEquals(fromKaiwuFile(drawn, wide, other.job).story.findings.energyCheck, "rounding");
});

Deno.test("toKaiwuFile() says when there are more spins than public examples have", () => {
  const large = isingModel({ couplings: sparseCouplings(551, [[0, 1, 1]]) });
  assertMatch(toKaiwuFile(large).note, /550 spins at most/);
});

Deno.test("fromKaiwuFile() finds states and energies under many names", () => {
  const { csv, job } = toKaiwuFile(model);
  const [a, b] = [[1, -1, 1, 1], [-1, -1, 1, -1]];
  const [ea, eb] = [a, b].map((spins) => kaiwuEnergy(matrixOf(csv), spins));
  const texts: unknown[] = [
    [a, b],
    { solutions: [a, b], energies: [ea, eb] },
    { code: 200, data: { result: { spins: [a, b], hamiltonian: [ea, eb] } } },
    [{ solution_vector: a, energy: ea }, { solution_vector: b, energy: `${eb}` }],
    { results: [{ state: a, value: ea }, { state: b, value: eb }] },
    // bits for spins
    { solution: [a, b].map((row) => row.map((spin) => (1 + spin) / 2)) },
    // the ancilla taken out already
    [a.slice(0, 3), b.slice(0, 3).map((spin) => -spin)],
  ];
  for (const value of texts) {
    const set = fromKaiwuFile(JSON.stringify(value), model, job);
    assertEquals([...set.states], [1, -1, 1, 1, 1, -1], JSON.stringify(value));
    assertEquals(["exact", "not-reported"].includes(`${set.story.findings.energyCheck}`), true);
    assertEquals([set.story.variables, set.story.fingerprint, set.counts.length], [3, job.fingerprint, 2]);
  }
  const wrong = fromKaiwuFile(JSON.stringify({ solutions: [a, b], energies: [-ea, -eb] }), model, job);
  assertEquals(wrong.story.findings.energyCheck, "sign");
});

Deno.test("fromKaiwuFile() refuses files that hold no states of this model, and jobs of others", () => {
  const { job } = toKaiwuFile(model);
  for (
    const text of [
      "",
      "{",
      "3",
      "{}",
      "[]",
      '{"solution": "1,-1"}',
      "[[1, 2, 1, 1]]",
      "[[1, 0.5, 1, 1]]",
      '[{"x": [1, 1, 1, 1]}]',
    ]
  ) {
    assertThrows(() => fromKaiwuFile(text, model, job), SyntaxError, undefined, text);
  }
  assertThrows(
    () => fromKaiwuFile("[[1, 1]]", model, job),
    SyntaxError,
    "state 0 has 2 spins, expected 4, or 3 without",
  );
  assertThrows(() => fromKaiwuFile("[[1, 1, -1, 0]]", model, job), SyntaxError, "-1 and 0");
  const other = isingModel({ couplings: sparseCouplings(3, []) });
  assertThrows(() => fromKaiwuFile("[[1, 1, 1, 1]]", other, job), TypeError, "another model");
  assertThrows(() => fromKaiwuFile("[[1, 1, 1, 1]]", model, {} as never), TypeError, "none that toKaiwuFile() gave");
  assertThrows(() => toKaiwuFile(model, { bits: 9 } as never), TypeError, "bits");
});
