import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { energy, fromKaiwu, isingModel, quboModel, sparseCouplings, spinsFromKaiwu } from "../mod.ts";
import { allStates } from "../../testing/mod.ts";
import { kaiwuCsvFormat } from "./kaiwu_csv.ts";
import { assertEnergies, problems, readFile, writtenText } from "./_test_files.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import type { Problem } from "./types.ts";

const TEXT = "0,3,-128\n3,0,127\n-128,127,0\n";
const MATRIX = [[0, 3, -128], [3, 0, 127], [-128, 127, 0]];
const even = fc.integer({ min: -127, max: 128 }).map((value) => 2 * value);

Deno.test("kaiwuCsvFormat reads -sum_ij J s s, each pair twice, over all states", async () => {
  assertEnergies(await readFile(kaiwuCsvFormat, TEXT), (s) => {
    let sum = 0;
    MATRIX.forEach((row, i) => row.forEach((value, j) => sum -= value * s[i] * s[j]));
    return sum;
  });
});

Deno.test("kaiwuCsvFormat writes fields on an extra spin, with the energies of all states but for the constant", async () => {
  await fc.assert(
    fc.asyncProperty(problems({ vartype: "ising", values: even, minVariables: 1 }), async (problem) => {
      const read = await readFile(kaiwuCsvFormat, await writtenText(kaiwuCsvFormat, problem));
      const extra = problem.model.linear.some((value) => value !== 0);
      assertEquals(read.model.n, problem.model.n + Number(extra));
      for (const state of allStates(read.model.n, "ising")) {
        const spins = extra ? spinsFromKaiwu(state) : state;
        assertEquals(energy(read.model, state) + problem.model.offset, energy(problem.model, spins));
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

Deno.test("kaiwuCsvFormat reads what fromKaiwu() takes", async () => {
  const { model } = await readFile(kaiwuCsvFormat, TEXT);
  for (const s of allStates(3, "ising")) assertEquals(energy(model, s), energy(fromKaiwu(MATRIX), s));
});

Deno.test("kaiwuCsvFormat writes the Ising model of a QUBO", async () => {
  const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 16]]), linear: [-8, 0] });
  const text = await writtenText(kaiwuCsvFormat, { model, labels: [0, 1], format: "csv", notes: [] });
  assertEquals(text, "0,-2,0\n-2,0,-2\n0,-2,0\n");
});

Deno.test("kaiwuCsvFormat refuses to write what is no integer of 8 bits", () => {
  const problem = (value: number): Problem => ({
    model: isingModel({ couplings: sparseCouplings(2, [[0, 1, value]]) }),
    labels: [0, 1],
    format: "csv",
    notes: [],
  });
  assertThrows(() => kaiwuCsvFormat.write?.(problem(1), {}), RangeError, "entry (0, 1) of Kaiwu's matrix is -0.5");
  assertThrows(
    () => kaiwuCsvFormat.write?.(problem(258), {}),
    RangeError,
    "is -129, expected an integer from -128 to 127",
  );
  assertThrows(() => kaiwuCsvFormat.write?.(problem(2), { as: "qubo" }), TypeError, "Kaiwu's own convention");
});

Deno.test("kaiwuCsvFormat refuses what is no matrix of Kaiwu's, and names line and column", async () => {
  const cases: [string, string][] = [
    ["", "line 1, column 1"],
    ["0,128\n128,0\n", "line 1, column 3: expected an integer from -128 to 127"],
    ["0,0.5\n0.5,0\n", "line 1, column 3: expected an integer"],
    ["0,nan\nnan,0\n", "line 1, column 3: expected a finite number"],
    ["0,1\n2,0\n", "line 2, column 1: expected a symmetric matrix"],
    ["1,1\n1,0\n", "line 1, column 1: expected 0 on the diagonal"],
    ["# offset 1\n0,1\n1,0\n", "line 1, column 1: expected no offset"],
  ];
  for (const [text, place] of cases) await assertRejects(() => readFile(kaiwuCsvFormat, text), SyntaxError, place);
  await assertRejects(() => readFile(kaiwuCsvFormat, TEXT, { as: "qubo" }), TypeError, "Kaiwu's own convention");
});

Deno.test("kaiwuCsvFormat reads 10,000 mutated files as what they say, or refuses them with line and column", async () => {
  const files = [TEXT, "0,1\n1,0\n", "0"];
  const { read, refused } = await mutationsOf(kaiwuCsvFormat, { files, oracle });
  assert(read > 500 && refused > 1000, `${read} read, ${refused} refused`);
});

function oracle(bytes: Uint8Array): PlainTerms {
  const lines = new TextDecoder("latin1").decode(bytes).replace(/^\xef\xbb\xbf/, "").split("\n").map((line) =>
    line.trim()
  );
  const rows = lines.filter((line) => line !== "" && line[0] !== "#").map((line) => line.split(",").map(Number));
  return {
    n: rows.length,
    terms: rows.flatMap((row, i) => row.map((value, j): [number, number, number] => [i, j, -value])),
  };
}
