import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { energy } from "../energy.ts";
import { quboFromIsing } from "../conversions.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused, assertSameProblem, halvable, names, problems } from "./_test_files.ts";
import { qbsolvFormat } from "./qbsolv.ts";
import { parseProblem } from "./read_problem.ts";
import { encodeProblem } from "./write_problem.ts";

const TEXT = `c a file of three variables, one of them without a line of its own
c
p qubo 0 4 2 3
c diagonals
0 0 1.5
3 3 -2
c couplers
0 1 4
1 3 -0.25
0 3 1e1
`;

// the text by the definition of the format: every line but the first of "p" and comments is a term of x^T Q x, Q upper triangular
function terms(text: string): readonly (readonly [number, number, number])[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !/^[cp#]/.test(line));
  return lines.map((line) => line.split(/\s+/).map(Number)).map(([i, j, q]) => [i, j, q] as const);
}

Deno.test("qbsolvFormat reads E(x) = sum Q_ij x_i x_j, each pair once, over all states", async () => {
  for (const text of [TEXT, TEXT.replace("qubo 0", "qubo unconstrained"), TEXT.replaceAll("\n", "\r\n")]) {
    const { model, labels, format, notes } = await parseProblem(text);
    assertEquals([model.n, format, notes.length, ...labels], [4, "qbsolv", 0, 0, 1, 2, 3]);
    for (const x of allStates(4, "qubo")) {
      assertEquals(energy(model, x), terms(TEXT).reduce((sum, [i, j, q]) => sum + q * x[i] * x[j], 0));
    }
  }
});

Deno.test("qbsolvFormat writes what it reads back to the last bit, offset and labels in comments", async () => {
  await fc.assert(
    fc.asyncProperty(problems({ vartype: "qubo", values: halvable, labels: names }), async (problem) => {
      const bytes = await encodeProblem(problem, { format: "qbsolv" });
      assertSameProblem(await parseProblem(bytes), problem);
    }),
    { numRuns: 300, seed: 2 },
  );
});

Deno.test("qbsolvFormat writes an Ising model as the QUBO with the same energies", async () => {
  await fc.assert(
    fc.asyncProperty(problems({ vartype: "ising", values: halvable }), async (problem) => {
      const { model } = problem;
      if (model.vartype !== "ising") throw new TypeError("expected spins");
      const read = await parseProblem(await encodeProblem(problem, { format: "qbsolv" }));
      assertSameProblem(read, { ...problem, model: quboFromIsing(model) });
    }),
    { numRuns: 100, seed: 3 },
  );
});

Deno.test("qbsolvFormat sums duplicates, turns i > j, and says so", async () => {
  const { model, notes } = await parseProblem("p qubo 0 2 2 3\n0 0 1\n0 0 2\n0 1 1\n1 0 5\n0 1 -7\n");
  assertEquals([energy(model, [1, 0]), energy(model, [1, 1])], [3, 2]);
  assertEquals(notes, [
    "3 duplicate entries were summed, the first at line 3",
    "1 couplers with i > j were read as (j, i), the first at line 5",
  ]);
});

Deno.test("qbsolvFormat reads no variable, one variable and no influence at all", async () => {
  assertEquals((await parseProblem("p qubo 0 0 0 0\n")).model.n, 0);
  const one = await parseProblem("p qubo 0 1 1 0\n0 0 1e15");
  assertEquals(energy(one.model, [1]), 1e15);
  const idle = await parseProblem("c offset 1e15\np qubo 0 2 0 1\n0 1 0\n");
  assertEquals([energy(idle.model, [1, 1]), idle.model.couplings.form], [1e15, "sparse"]);
});

Deno.test("qbsolvFormat refuses what is no such file, and names line and column", async () => {
  const how = { format: "qbsolv" } as const;
  await assertRefused("", [1, 1], 'a line "p qubo 0 maxNodes', how);
  await assertRefused("c only\n", [2, 1], 'a line "p qubo 0 maxNodes', how);
  await assertRefused("p qubo 0 2 1 0\n0 0 nan\n", [2, 5], 'a finite number, got "nan"');
  await assertRefused("p qubo 0 2 1 0\n0 0 inf\n", [2, 5], 'a finite number, got "inf"');
  await assertRefused("p qubo 0 2 1 0\n0 0 1e400\n", [2, 5], "float64");
  await assertRefused("p qubo 0 2 0 1\n1 2 1\n", [2, 3], 'counted from 0, an integer from 0 to 1, got "2"');
  await assertRefused("p qubo 0 2 0 1\n-1 1 1\n", [2, 1], "an integer from 0 to 1");
  await assertRefused("p qubo 0 2 1 1\n0 0 1\n", [1, 1], "1 nodes and 1 couplers");
  await assertRefused("p qubo 0 2 1 0\n0 0 1\n0 1 1\n", [1, 1], 'got "1 nodes and 1 couplers"');
  await assertRefused("p qubo 0 2 1 0\n0 0 1 x\n", [2, 7], 'got "x"');
  await assertRefused("p qubo 0 2 1 0\n0 0\n", [2, 4], "got the end of the line");
  await assertRefused("p qubo 0 2 1 0\n0 0 1\np qubo 0 2 1 0\n", [3, 1], 'got "p"');
  await assertRefused("p qubo constrained 2 1 0\n0 0 1\n", [1, 8], '"0" or "unconstrained"');
  await assertRefused("p qubo 0 99999999 1 0\n0 0 1\n", [1, 10], "from 0 to 16777216");
  await assertRefused("c offset 1e999\np qubo 0 1 0 0\n", [1, 10], "float64");
  await assertRefused("c label 0 x\np qubo 0 1 0 0\n", [1, 11], "a JSON string or number");
  await assertRefused('c label 1 "x"\np qubo 0 1 0 0\n', [1, 1], "labels of variables 0 to 0");
});

Deno.test("qbsolvFormat reads 10,000 mutated files as what they say, or names line and column", async () => {
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const oracle = (bytes: Uint8Array): PlainTerms | undefined => {
    const text = decode(bytes).replaceAll("\r", " ");
    const header = /^\s*p[ \t]+qubo[ \t]+\S+[ \t]+(\d+)/m.exec(text);
    const offset = /^[ \t]*[c#][ \t]+offset[ \t]+([-+.\d]\S*)/m.exec(text);
    if (header === null) return undefined;
    return { n: Number(header[1]), terms: terms(text), offset: offset === null ? 0 : Number(offset[1]) };
  };
  const files = [
    TEXT,
    "p qubo unconstrained 3 1 1\n0 0 1\n1 2 -1\n",
    "c offset 2.5\nc label 0 7\np qubo 0 2 0 1\n0 1 3.25\n",
  ];
  const { read, refused } = await mutationsOf(qbsolvFormat, { files, oracle });
  assertEquals([read > 500, refused > 2000], [true, true]);
});
