import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { energy } from "../energy.ts";
import { toDense } from "../forms.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused, assertSameProblem, halvable, problems } from "./_test_files.ts";
import { qplibFormat } from "./qplib.ts";
import { parseProblem } from "./read_problem.ts";

const TEXT = `! a comment
TINY_1
QBN # quadratic, binary, no constraints
minimize
3 # variables
4 # entries of Q
1 1 6
2 1 5
3 2 -1.5
3 3 1
-1 # default of b
1
3 2.5
10 # constant
1.797693134862315708E+308 # infinity
0.0
1
2 1
0
0
2
1 first
3 third
0
`;
const Q = [[6, 5, 0], [5, 0, -1.5], [0, -1.5, 1]];
const B = [-1, -1, 2.5];

function objective(x: ArrayLike<number>): number {
  let sum = 10;
  for (let i = 0; i < 3; i++) {
    sum += B[i] * x[i];
    for (let j = 0; j < 3; j++) sum += Q[i][j] * x[i] * x[j] / 2;
  }
  return sum;
}

Deno.test("qplibFormat reads 1/2 x^T Q x + b^T x + q over all states, and minus that where it is maximised", async () => {
  for (const [sense, sign] of [["minimize", 1], ["MAXIMIZE", -1]] as const) {
    for (const type of ["QBN", "qbb", "CBN"]) {
      const problem = await parseProblem(TEXT.replace("QBN", type).replace("minimize", sense));
      const { model, labels, title, notes, format } = problem;
      assertEquals([format, title, ...labels], ["qplib", "TINY_1", "first", 2, "third"]);
      assertEquals(notes, sign < 0 ? ["the problem is maximised: energies are minus its objective"] : []);
      for (const x of allStates(3, "qubo")) assertEquals(energy(model, x), sign * objective(x));
    }
  }
});

Deno.test("qplibFormat reads back to the last bit a model written by the definition of the format", async () => {
  await fc.assert(
    fc.asyncProperty(problems({ vartype: "qubo", values: halvable, labels: 1 }), async (problem) => {
      const { n, linear, offset, ...model } = problem.model;
      const { values } = toDense({ n, linear, offset, ...model }).couplings;
      const cells = Array.from(values, (value, k) => [Math.floor(k / n), k % n, value]).filter(([i, j, value]) =>
        i > j && value !== 0
      );
      const entries = cells.map(([i, j, value]) => `${i + 1} ${j + 1} ${value}`);
      const linears = Array.from(linear, (value, i) => `${i + 1} ${value}`);
      const lines = ["P", "QBN", "minimize", n, entries.length, ...entries, 0, n, ...linears, offset, 1e30];
      assertSameProblem(await parseProblem(lines.join("\n")), problem);
    }),
    { numRuns: 150, seed: 8 },
  );
});

Deno.test("qplibFormat reads linear objectives, and problems with constraints if they have none", async () => {
  const linear = await parseProblem("L\nLBN\nminimize\n2\n0\n1\n2 -3\n1e15\n1e30\n");
  assertEquals([energy(linear.model, [0, 1]), energy(linear.model, [0, 0])], [1e15 - 3, 1e15]);
  const sections = ["3\n0 # constraints", "10\n0 # coefficients", "1e30 # infinity\n-1e30\n0\n1e30\n0", "2 1\n0\n0\n0"];
  const none = ["3 # variables", "10 # constant", "1.797693134862315708E+308 # infinity", "2 1\n0"].reduce(
    (text, section, k) => text.replace(section, sections[k]),
    TEXT.replace("QBN", "QBL").replace("2 1 5", "2 1 5.0"),
  );
  const problem = await parseProblem(none);
  assertEquals([energy(problem.model, [1, 1, 1]), problem.built, ...problem.notes], [objective([1, 1, 1]), undefined]);
});

Deno.test("qplibFormat reads no variable and sums duplicates", async () => {
  assertEquals((await parseProblem("P\nQBN\nminimize\n0\n0\n0\n0\n5\n1e30\n")).model.offset, 5);
  const twice = await parseProblem("P\nQBN\nminimize\n2\n2\n2 1 1\n2 1 2\n0\n0\n0\n1e30\n");
  assertEquals([energy(twice.model, [1, 1]), ...twice.notes], [3, "1 duplicate entry was summed, at line 7"]);
});

Deno.test("qplibFormat refuses what it cannot read, and names line and column", async () => {
  const how = { format: "qplib" } as const;
  await assertRefused("", [1, 1], "the name of the problem", how);
  await assertRefused(TEXT.replace("QBN", "QCN"), [3, 1], "binary variables", how);
  await assertRefused(TEXT.replace("QBN", "QIN"), [3, 1], "binary variables", how);
  await assertRefused(TEXT.replace("QBN", "QBQ"), [3, 1], "no constraints", how);
  await assertRefused(TEXT.replace("QBN", "XYZ"), [3, 1], "the type of the problem", how);
  await assertRefused(TEXT.replace("3 #", "3\n0 #").replace("QBN", "QBL"), [16, 1], "coefficients of constraints", how);
  await assertRefused(TEXT.slice(0, TEXT.indexOf("3 third")), [23, 1], "2 of 2 names of variables", how);
  await assertRefused(TEXT.replace("1.797693134862315708E+308", "-1e30"), [15, 1], "infinity, a positive number", how);
  await assertRefused(TEXT.replace("minimize", "solve"), [4, 1], '"minimize" or "maximize"', how);
  await assertRefused(TEXT.replace("2 1 5", "1 2 5"), [8, 3], "on or below the diagonal", how);
  await assertRefused(TEXT.replace("2 1 5", "0 1 5"), [8, 1], 'counted from 1, an integer from 1 to 3, got "0"', how);
  await assertRefused(TEXT.replace("2 1 5", "4 1 5"), [8, 1], 'an integer from 1 to 3, got "4"', how);
  await assertRefused(TEXT.replace("2 1 5", "2 1 nan"), [8, 5], 'got "nan"', how);
  await assertRefused(TEXT.replace("2 1 5", "2 1 5 5"), [8, 7], "the end of the line", how);
  await assertRefused(TEXT.replace("4 #", "5 #"), [11, 1], "a row, counted from 1", how);
  await assertRefused(TEXT.replace("3 third", "1 third"), [23, 1], "each variable once", how);
  await assertRefused(TEXT.replace("3 third", "3 first"), [24, 1], "names of variables that all differ", how);
  await assertRefused(TEXT + "1\n", [25, 1], "the end of the file", how);
  await assertRefused(TEXT.slice(0, TEXT.indexOf("10 #")), [14, 1], "the constant of the objective", how);
});

Deno.test("qplibFormat reads 10,000 mutated files as what they say, or names line and column", async () => {
  const oracle = (bytes: Uint8Array): PlainTerms => {
    const lines = new TextDecoder().decode(bytes).split("\n").map((line) => line.trim());
    const data = lines.filter((line) => line !== "" && !/^[!#%]/.test(line)).map((line) => line.split(/[ \t\r]+/));
    const [, [type], [sense], [size], ...rest] = data;
    const sign = /^max/i.test(sense) ? -1 : 1;
    const n = Number(size);
    let at = type[2].toUpperCase() === "L" ? 1 : 0;
    const entries = type[0].toUpperCase() === "L" ? 0 : Number(rest[at++][0]);
    const terms = rest.slice(at, at += entries).map((words) => words.map(Number)).map(([i, j, v]) =>
      [i - 1, j - 1, sign * (i === j ? v / 2 : v)] as const
    );
    const linear = new Array<number>(n).fill(Number(rest[at++][0]));
    const others = Number(rest[at++][0]);
    for (const [i, value] of rest.slice(at, at += others)) linear[Number(i) - 1] = Number(value);
    const constant = Number(rest[at][0]);
    return {
      n,
      terms: [...terms, ...linear.map((value, i) => [i, i, sign * value] as const)],
      offset: sign * constant,
    };
  };
  const files = [TEXT, "P\nQBN\nmaximize\n3\n2\n1 1 6\n3 1 5\n0\n1\n2 -1\n10\n1e30\n"];
  const { read, refused } = await mutationsOf(qplibFormat, { files, oracle });
  assertEquals([read > 1000, refused > 1000], [true, true]);
});
