import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { csvFormat } from "./csv.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenText } from "./_test_files.ts";
import { csvRows, mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { isingModel, sparseCouplings } from "../mod.ts";
import type { Problem } from "./types.ts";

const SYMMETRIC = "0, 1.5,-2\r\n1.5,0,.25\r\n-2,25e-2,+0\r\n";
const J = [[0, 1.5, -2], [1.5, 0, 0.25], [-2, 0.25, 0]];
const UPPER = "# an upper triangle\n3,-1,2\n0,-4.5,0.5\n0,0,1\n";
const Q = [[3, -1, 2], [0, -4.5, 0.5], [0, 0, 1]];

// sum_ij M_ij z_i z_j over ordered pairs, the diagonal included
function quadratic(M: readonly (readonly number[])[], z: readonly number[]): number {
  return M.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * z[i] * z[j], 0), 0);
}

Deno.test("csvFormat reads + sum_{i<j} J s s over all states, from one triangle or both", async () => {
  for (const text of [SYMMETRIC, "0,1.5,-2\n0,0,.25\n0,0,0\n", "0,0,0\n1.5,0,0\n-2,.25,0\n"]) {
    const problem = await readFile(csvFormat, text, { as: "ising" });
    assertEnergies(problem, (s) => quadratic(J, s) / 2);
    assertEquals([problem.reading, ...problem.notes], ["ising"]);
  }
});

Deno.test("csvFormat reads x'Qx over all states, Q symmetric or upper triangular", async () => {
  assertEnergies(await readFile(csvFormat, SYMMETRIC, { as: "qubo" }), (x) => quadratic(J, x));
  assertEnergies(await readFile(csvFormat, UPPER, { as: "qubo" }), (x) => quadratic(Q, x));
});

Deno.test("csvFormat reads weights to cut over all states, from one triangle or both", async () => {
  const weights: [number, number, number][] = [[0, 1, 1.5], [0, 2, -2], [1, 2, 0.25]];
  const cut = (s: readonly number[]) => weights.reduce((sum, [i, j, w]) => sum + (s[i] === s[j] ? 0 : w), 0);
  for (const text of [SYMMETRIC, "0,1.5,-2\n0,0,.25\n0,0,0\n", "0,0,0\n1.5,0,0\n-2,.25,0\n"]) {
    const problem = await readFile(csvFormat, text, { as: "maxcut" });
    assertEnergies(problem, (s) => -cut(s));
    assertEquals(problem.totalWeight, -0.25);
  }
  const { notes } = await readFile(csvFormat, "7,1\n1,0\n", { as: "maxcut" });
  assertEquals(notes, ["1 edge from a vertex to itself was left out"]);
});

Deno.test("csvFormat reads back every problem it writes, to the last bit", async () => {
  const cases = [["ising", problems({ vartype: "ising", fields: false, offset: true, minVariables: 1 })], [
    "qubo",
    problems({ vartype: "qubo", minVariables: 1 }),
  ]] as const;
  for (const [as, drawn] of cases) {
    await fc.assert(
      fc.asyncProperty(drawn, async (problem) => {
        assertSameProblem(await readFile(csvFormat, await writtenText(csvFormat, problem, { as }), { as }), problem);
      }),
      { seed: 1, numRuns: 150 },
    );
  }
});

Deno.test("csvFormat writes J and the weights of a maxcut in both triangles, and a QUBO as an upper one", async () => {
  const cut = await readFile(csvFormat, SYMMETRIC, { as: "maxcut" });
  assertEquals(await writtenText(csvFormat, cut), "0,1.5,-2\n1.5,0,0.25\n-2,0.25,0\n");
  const ising = await readFile(csvFormat, SYMMETRIC, { as: "ising" });
  assertEquals(await writtenText(csvFormat, ising), "0,1.5,-2\n1.5,0,0.25\n-2,0.25,0\n");
  const qubo = await readFile(csvFormat, UPPER, { as: "qubo" });
  assertEquals(await writtenText(csvFormat, qubo), "3,-1,2\n0,-4.5,0.5\n0,0,1\n");
});

Deno.test("csvFormat refuses to write what it has no place for", () => {
  const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [1, 0] });
  const problem: Problem = { model, labels: [0, 1], format: "csv", notes: [] };
  assertThrows(() => csvFormat.write?.(problem, { as: "ising" }), RangeError, "the model has fields");
  assertThrows(() => csvFormat.write?.(problem, {}), TypeError, "without knowing");
});

Deno.test("csvFormat reads one variable, only zeros and an offset of 1e15", async () => {
  assertEnergies(await readFile(csvFormat, "-3", { as: "qubo" }), ([x]) => -3 * x);
  assertEnergies(await readFile(csvFormat, "0,0\n0,0\n", { as: "ising" }), () => 0);
  assertEnergies(await readFile(csvFormat, "# offset 1e15\n0.125", { as: "qubo" }), ([x]) => 1e15 + 0.125 * x);
});

Deno.test("csvFormat refuses what is no square matrix, and names line and column", async () => {
  const cases: [string, string][] = [
    ["", "line 1, column 1: expected a row of numbers"],
    ["\n\n", "line 3, column 1: expected a row of numbers"],
    ["0,1\n1,nan\n", 'line 2, column 3: expected a finite number, got "nan"'],
    ["0,1\n1,1e999\n", "line 2, column 3"],
    ["0,1\n1,\n", "line 2, column 3"],
    ["0,1\n1;0\n", "line 2, column 1"],
    ["0,1\n1,0,1\n", "line 2, column 5: expected the end of the line after 2 numbers"],
    ["0,1\n1\n", "line 2, column 1: expected 2 numbers, as in line 1"],
    ["0,1\n", "line 2, column 1: expected 2 rows"],
    ["0,1\n1,0\n0,0\n", "line 3, column 1: expected the end of the file after 2 rows"],
    ["0,1\n2,0\n", "line 2, column 1: expected a symmetric matrix"],
    ["0,1,2\n1,0,0\n0,0,0\n", "line 3, column 1: expected a symmetric matrix, or one with an empty triangle"],
    ["0,1\n1,3\n", "line 2, column 1: expected 0 on the diagonal"],
    ["# offset x\n0\n", "line 1, column 1: expected one offset"],
    ["x".repeat(2000), "line 1, column 1: expected a number of at most"],
    ["\xef\xbb1", "line 1, column 1"],
  ];
  for (const [text, place] of cases) {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    await assertRejects(() => readFile(csvFormat, bytes, { as: "ising" }), SyntaxError, place);
  }
  await assertRejects(() => readFile(csvFormat, "0"), TypeError, "without knowing what its numbers mean");
  await assertRejects(
    () => readFile(csvFormat, "0,1\n2,0\n", { as: "maxcut" }),
    SyntaxError,
    "or one with an empty triangle",
  );
});

Deno.test("csvFormat refuses 100,000 variables with the memory they would need, after one row", async () => {
  let rows = 0;
  async function* matrix() {
    for (; rows < 10; rows++) yield await Promise.resolve(new TextEncoder().encode("0,".repeat(99_999) + "0\n"));
  }
  await assertRejects(() => csvFormat.read(matrix(), { as: "qubo" }), RangeError, "it needs 74.5 GiB in float64");
  assertEquals(rows, 0);
});

Deno.test("csvFormat reads 10,000 mutated files as what they say, or refuses them with line and column", async () => {
  for (const as of ["ising", "qubo"] as const) {
    const { read, refused } = await mutationsOf(csvFormat, {
      files: as === "ising" ? [SYMMETRIC, "# offset 3\n0,2\n0,0\n"] : [SYMMETRIC, UPPER],
      options: { as },
      count: as === "ising" ? 4000 : 10_000,
      oracle: (bytes) => oracle(bytes, as),
    });
    assert(read > 500 && refused > 1000, `${read} read, ${refused} refused`);
  }
});

function oracle(bytes: Uint8Array, as: "ising" | "qubo"): PlainTerms {
  const { rows, offset } = csvRows(bytes);
  const terms = rows.flatMap((row, i) => row.map((value, j): [number, number, number] => [i, j, value]));
  if (as === "qubo") return { n: rows.length, terms, offset };
  // a pair counts once, from whichever triangle has it
  const upper = terms.filter(([i, j]) => i < j);
  const used = upper.some(([, , value]) => value !== 0) ? upper : terms.filter(([i, j]) => i > j);
  return { n: rows.length, terms: used, offset };
}
