import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { toIsingQ } from "../conventions.ts";
import { isingqCsvFormat } from "./isingq_csv.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenText } from "./_test_files.ts";
import { csvRows, mutationsOf } from "./_test_mutations.ts";
import { detectFormat, parseProblem } from "../mod.ts";

const TEXT = "0, 1.5,-2\r\n1.5,0,.25\r\n-2,25e-2,+0\r\n";
const J = [[0, 1.5, -2], [1.5, 0, 0.25], [-2, 0.25, 0]];
const NOTE = "J was read in IsingQ's convention, E = -1/2 sum_ij J_ij s_i s_j";

Deno.test("isingqCsvFormat reads -1/2 sum_ij J s s over all states, and says so", async () => {
  const problem = await readFile(isingqCsvFormat, TEXT);
  const sum = (s: readonly number[]) =>
    J.reduce((all, row, i) => all + row.reduce((part, value, j) => part + value * s[i] * s[j], 0), 0);
  assertEnergies(problem, (s) => -sum(s) / 2);
  assertEquals([problem.format, problem.reading, ...problem.notes], ["isingq-csv", undefined, NOTE]);
});

Deno.test("isingqCsvFormat is chosen by its name alone", async () => {
  assertEquals(detectFormat(new TextEncoder().encode(TEXT), "isingq.csv").name, "csv");
  const [named, plain] = [{ format: "isingq-csv" }, { as: "ising" }] as const;
  const { model } = await parseProblem(TEXT, named);
  const { model: turned } = await parseProblem(TEXT, { ...plain, format: "csv" });
  assert(model.couplings.form === "dense" && turned.couplings.form === "dense");
  assertEquals([...model.couplings.values], [...turned.couplings.values].map((value) => 0 - value));
});

Deno.test("isingqCsvFormat reads back every problem it writes, to the last bit", async () => {
  const drawn = problems({ vartype: "ising", fields: false, offset: true, minVariables: 1 });
  await fc.assert(
    fc.asyncProperty(drawn, async (problem) => {
      assertSameProblem(await readFile(isingqCsvFormat, await writtenText(isingqCsvFormat, problem)), problem);
    }),
    { seed: 3, numRuns: 150 },
  );
});

Deno.test("isingqCsvFormat writes what toIsingQ() gives, of a cut and of a QUBO too", async () => {
  const cut = await parseProblem("0,3\n3,0\n", { format: "csv", as: "maxcut" });
  assert(cut.model.vartype === "ising");
  const { J: turned, offset } = toIsingQ(cut.model);
  const lines = [`# offset ${offset}`, turned.subarray(0, 2).join(), turned.subarray(2).join(), ""];
  assertEquals(await writtenText(isingqCsvFormat, { ...cut, labels: [0, 1] }), lines.join("\n"));
  // x y - x / 2 - y / 2 = s t / 4 - 1 / 4
  const qubo = await parseProblem("-0.5,1\n0,-0.5\n", { format: "csv", as: "qubo" });
  assertEquals(await writtenText(isingqCsvFormat, qubo), "# offset -0.25\n0,-0.25\n-0.25,0\n");
});

Deno.test("isingqCsvFormat refuses fields, another reading, one triangle and a diagonal", async () => {
  const fields = await parseProblem("1,1\n0,1\n", { format: "csv", as: "qubo" });
  assertThrows(
    () => isingqCsvFormat.write?.(fields, {}),
    RangeError,
    "Cannot write isingq-csv as ising: the model has fields",
  );
  assertThrows(
    () => isingqCsvFormat.write?.(fields, { as: "qubo" }),
    TypeError,
    "an Ising matrix in IsingQ's own convention",
  );
  await assertRejects(
    () => readFile(isingqCsvFormat, "0,1\n1,0\n", { as: "maxcut" }),
    TypeError,
    "IsingQ's own convention",
  );
  const place = "line 2, column 1: expected ";
  await assertRejects(() => readFile(isingqCsvFormat, "0,1\n0,0\n"), SyntaxError, `${place}a symmetric matrix, got`);
  await assertRejects(() => readFile(isingqCsvFormat, "0,1\n1,3\n"), SyntaxError, `${place}0 on the diagonal`);
});

Deno.test("isingqCsvFormat reads 10,000 mutated files as what they say, or refuses them with line and column", async () => {
  const { read, refused } = await mutationsOf(isingqCsvFormat, {
    files: [TEXT, "# offset 3\n0,2\n2,0\n"],
    oracle: (bytes) => {
      const { rows, offset } = csvRows(bytes);
      const terms = rows.flatMap((row, i) => row.map((value, j): [number, number, number] => [i, j, -value / 2]));
      return { n: rows.length, terms, offset };
    },
  });
  assert(read > 500 && refused > 1000, `${read} read, ${refused} refused`);
});
