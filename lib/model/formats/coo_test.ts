import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import fc from "fast-check";
import { cooFormat } from "./coo.ts";
import { assertEnergies, assertSameProblem, problems, readFile, writtenText } from "./_test_files.ts";
import { mutationsOf } from "./_test_mutations.ts";
import type { PlainTerms } from "./_test_mutations.ts";

// dimod 0.12.23, coo.dumps(BQM({0: 1.5, 1: -2, 2: 0.5}, {(0, 1): -1, (2, 0): 2.25}, 0, "BINARY"), vartype_header=True)
const DIMOD = `# vartype=BINARY
0 0 1.500000
0 1 -1.000000
0 2 2.250000
1 1 -2.000000
2 2 0.500000
`;

Deno.test("cooFormat reads dimod's file: every pair once, over all states", async () => {
  assertEnergies(
    await readFile(cooFormat, DIMOD),
    ([a, b, c]) => 1.5 * a - 2 * b + 0.5 * c - a * b + 2.25 * a * c,
  );
  const spins = await readFile(cooFormat, DIMOD.replace("BINARY", "SPIN"));
  assertEquals(spins.model.vartype, "ising");
  assertEnergies(spins, ([a, b, c]) => 1.5 * a - 2 * b + 0.5 * c - a * b + 2.25 * a * c);
});

Deno.test("cooFormat takes the meaning from as where there is no header, and only there", async () => {
  const bare = DIMOD.split("\n").slice(1).join("\n");
  assertEquals((await readFile(cooFormat, bare, { as: "qubo" })).model.vartype, "qubo");
  assertEquals((await readFile(cooFormat, bare, { as: "ising" })).model.vartype, "ising");
  await assertRejects(() => readFile(cooFormat, bare), TypeError, "say as ising or qubo");
  await assertRejects(() => readFile(cooFormat, bare, { as: "maxcut" }), TypeError, "say ising or qubo");
  await assertRejects(() => readFile(cooFormat, DIMOD, { as: "ising" }), SyntaxError, 'as = "ising" asks for');
});

Deno.test("cooFormat makes a variable of every index that occurs, ascending, and of no other", async () => {
  const { labels, model } = await readFile(cooFormat, "# vartype=SPIN\n7 2 1\n4000000000 2 -1\n");
  assertEquals([labels, model.n], [[2, 7, 4000000000], 3]);
});

Deno.test("cooFormat sums duplicates, in either order, and says so", async () => {
  const problem = await readFile(cooFormat, "# vartype=BINARY\n0 1 1\n0 0 2\n1 0 0.5\n0 0 3\n");
  assertEquals(problem.notes, ["2 duplicate entries were summed, the first at line 4"]);
  assertEnergies(problem, ([a, b]) => 1.5 * a * b + 5 * a);
});

Deno.test("cooFormat reads back every problem it writes, to the last bit", async () => {
  await fc.assert(
    fc.asyncProperty(problems(), async (problem) => {
      const text = await writtenText(cooFormat, problem);
      // dimod reads no exponents
      if (problem.labels.length > 0) assertMatch(text, /^[^eE]*vartype=(SPIN|BINARY)\n(# offset .*\n)?[^eE]*$/);
      assertSameProblem(await readFile(cooFormat, text), problem);
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("cooFormat keeps indices with gaps and names of any kind", async () => {
  const names = fc.oneof(fc.nat(), fc.string(), fc.integer({ min: -9, max: -1 }));
  await fc.assert(
    fc.asyncProperty(problems({ labels: names }), async (problem) => {
      const read = await readFile(cooFormat, await writtenText(cooFormat, problem));
      assertEquals(new Set(read.labels), new Set(problem.labels));
    }),
    { seed: 2, numRuns: 100 },
  );
});

Deno.test("cooFormat reads no variables, one variable, only zeros and an offset of 1e15", async () => {
  assertEquals((await readFile(cooFormat, "# vartype=SPIN\n")).model.n, 0);
  assertEnergies(await readFile(cooFormat, "# vartype=SPIN\n5 5 -2"), ([s]) => -2 * s);
  assertEnergies(await readFile(cooFormat, "# vartype=SPIN\n0 1 0\n"), () => 0);
  assertEnergies(await readFile(cooFormat, "# vartype=SPIN\n# offset 1e15\n0 0 0.125\n"), ([s]) => 1e15 + 0.125 * s);
});

Deno.test("cooFormat refuses what is no COO, and names line and column", async () => {
  const cases: [string, string][] = [
    ["", "line 1, column 1"],
    ["# vartype=SPIN\n0 1 nan\n", "line 2, column 5: expected a finite bias"],
    ["# vartype=SPIN\n0 1 inf\n", "line 2, column 5"],
    ["# vartype=SPIN\n0 1 1e999\n", "line 2, column 5"],
    ["# vartype=SPIN\n0 -1 1\n", "line 2, column 3: expected the index of the other variable"],
    ["# vartype=SPIN\n0 1.5 1\n", "line 2, column 3"],
    ["# vartype=SPIN\n0 1 1 1\n", "line 2, column 7: expected the end of the line"],
    ["# vartype=SPIN\n0 1\n", "line 2, column 4: expected a finite bias"],
    ["# vartype=SPIN\n0 1 1\nThe end\n", "line 3, column 1"],
    ["# vartype=INTEGER\n0 1 1\n", "line 1, column 3"],
    ["# vartype=SPIN\n# vartype=BINARY\n0 1 1\n", "line 2, column"],
    ["# vartype=SPIN\n0 99999999999999999999 1\n", "line 2, column 3"],
  ];
  for (const [text, place] of cases) await assertRejects(() => readFile(cooFormat, text), SyntaxError, place);
});

Deno.test("cooFormat reads 10,000 mutated files as what they say, or refuses them with line and column", async () => {
  const files = [DIMOD, "# offset -2.5\n0 1 1e-3\n3 1 -7\r\n\n3 3 .5\n"];
  const { read, refused } = await mutationsOf(cooFormat, { files, oracle, options: { as: "qubo" } });
  assert(read > 1000 && refused > 1000, `${read} read, ${refused} refused`);
});

function oracle(bytes: Uint8Array): PlainTerms | undefined {
  const entries: [number, number, number][] = [];
  let offset = 0;
  for (const line of new TextDecoder().decode(bytes).split("\n")) {
    const words = line.trim().split(/[ \t\r]+/);
    const [, constant] = /^#\s+offset\s+([-+.\d].*)$/.exec(line.trim()) ?? [];
    if (constant !== undefined) offset = Number(constant);
    if (words[0] === "" || words[0].startsWith("#")) continue;
    if (words.length !== 3) return undefined;
    entries.push([Number(words[0]), Number(words[1]), Number(words[2])]);
  }
  const order = [...new Set(entries.flatMap(([i, j]) => [i, j]))].sort((a, b) => a - b);
  const terms = entries.map(([i, j, value]) => [order.indexOf(i), order.indexOf(j), value] as const);
  return { n: order.length, terms, offset };
}
