import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { energy } from "../energy.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused, assertSameProblem, halvable, problems } from "./_test_files.ts";
import { rudyFormat } from "./rudy.ts";
import { parseProblem } from "./read_problem.ts";
import type { Problem, Reading } from "./types.ts";
import { encodeProblem } from "./write_problem.ts";

const TEXT = "4 4\n1 2 3\n3 1 -2\n2 4 0.5\n4 3 1e1\n";
const LIST = [[0, 1, 3], [2, 0, -2], [1, 3, 0.5], [3, 2, 10]] as const;

Deno.test("rudyFormat as ising: E(s) = + sum w_ij s_i s_j over all states", async () => {
  const { model, reading, labels } = await parseProblem(TEXT, { as: "ising" });
  assertEquals([model.vartype, model.n, reading, ...labels], ["ising", 4, "ising", 1, 2, 3, 4]);
  for (const s of allStates(4, "ising")) {
    assertEquals(energy(model, s), LIST.reduce((sum, [i, j, w]) => sum + w * s[i] * s[j], 0));
  }
});

Deno.test("rudyFormat as maxcut: E(s) = - cut(s), and the cut follows from totalWeight, over all states", async () => {
  const { model, totalWeight = NaN } = await parseProblem(TEXT, { as: "maxcut" });
  assertEquals(totalWeight, 11.5);
  for (const s of allStates(4, "ising")) {
    const cut = LIST.reduce((sum, [i, j, w]) => sum + (s[i] !== s[j] ? w : 0), 0);
    assertEquals([energy(model, s), totalWeight / 2 - (energy(model, s) - model.offset)], [-cut, cut]);
  }
});

Deno.test("rudyFormat as qubo: E(x) = x^T Q x for the symmetric Q, over all states", async () => {
  const { model } = await parseProblem("4 5\n1 2 3\n3 1 -2\n2 4 0.5\n4 3 1e1\n2 2 7\n", { as: "qubo" });
  const Q = new Float64Array(16);
  for (const [i, j, q] of [...LIST, [1, 1, 7] as const]) Q[4 * i + j] = Q[4 * j + i] = q;
  for (const x of allStates(4, "qubo")) {
    let sum = 0;
    for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) sum += Q[4 * i + j] * x[i] * x[j];
    assertEquals(energy(model, x), sum);
  }
});

Deno.test("rudyFormat names the three readings where none is given", async () => {
  const error = await assertRejects(() => parseProblem(TEXT), TypeError);
  for (const word of ['"ising"', '"maxcut"', '"qubo"', "counts twice"]) {
    assertEquals(error.message.includes(word), true, word);
  }
  // a notebook has no type check
  const misspelt: { as: "ising" } = JSON.parse('{ "as": "max-cut" }');
  await assertRejects(
    () => parseProblem(TEXT, misspelt),
    TypeError,
    "as max-cut: expected ising, maxcut, qubo",
  );
});

Deno.test("rudyFormat reads lists without weights as weight 1, and refuses a mixture", async () => {
  const { model, notes } = await parseProblem("3 2\n1 2\n2 3\n", { as: "maxcut" });
  assertEquals([energy(model, [1, -1, 1]), ...notes], [-2, "the list has no weights: each is 1"]);
  await assertRefused("3 2\n1 2\n2 3 1\n", [3, 5], "as in the entries before", { as: "maxcut" });
  await assertRefused("3 2\n1 2 1\n2 3\n", [3, 4], "a weight", { as: "ising" });
  await assertRefused("3 2\n1 2\n2 3\n", [2, 4], "a weight", { as: "qubo" });
});

Deno.test("rudyFormat writes what it reads back to the last bit, in every reading", async () => {
  const roundTrip = (choice: Parameters<typeof problems>[0], as: Reading) =>
    fc.assert(
      fc.asyncProperty(problems({ values: halvable, labels: 1, ...choice }), async (problem) => {
        assertSameProblem(await parseProblem(await encodeProblem(problem, { format: "rudy", as }), { as }), problem);
      }),
      { numRuns: 150, seed: 4 },
    );
  await roundTrip({ vartype: "ising", fields: false, offset: false }, "ising");
  await roundTrip({ vartype: "qubo", offset: false }, "qubo");
  const edges = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: -9, max: 9 })),
  );
  await fc.assert(
    fc.asyncProperty(edges, async (list) => {
      const text = `5 ${list.length}\n${list.map((edge) => edge.join(" ")).join("\n")}`;
      const problem = await parseProblem(text, { as: "maxcut" });
      assertSameProblem(
        await parseProblem(await encodeProblem(problem, { format: "rudy" }), { as: "maxcut" }),
        problem,
      );
    }),
    { numRuns: 150, seed: 5 },
  );
});

Deno.test("rudyFormat refuses to write what the list has no place for", async () => {
  const refused = async (text: string, as: Reading | undefined, words: string) => {
    const problem: Problem = await parseProblem(text);
    await assertRejects(() => encodeProblem(problem, { format: "rudy", as }), RangeError, words);
  };
  await refused("c offset 3\np qubo 0 1 0 0\n", "qubo", "it has an offset of 3");
  await refused("p qubo 0 1 1 0\n0 0 1\n", "ising", "the model is a QUBO");
  const ising = await parseProblem("2 1\n1 2 3\n", { as: "ising" });
  await assertRejects(
    () => encodeProblem(ising, { format: "rudy", as: "maxcut" }),
    RangeError,
    "that of a cut of these weights is -3",
  );
  const field = { ...ising, model: { ...ising.model, linear: Float64Array.of(1, 0) } };
  await assertRejects(() => encodeProblem(field, { format: "rudy" }), RangeError, "the model has fields");
  const plain = await parseProblem("p qubo 0 1 1 0\n0 0 1\n");
  await assertRejects(() => encodeProblem(plain, { format: "rudy" }), TypeError, "Cannot write rudy without knowing");
});

Deno.test("rudyFormat sums duplicates and leaves loops of a cut out, and says so", async () => {
  const { model, notes, totalWeight } = await parseProblem("3 4\n1 2 3\n2 1 4\n2 2 9\n1 3 1\n", { as: "maxcut" });
  assertEquals([energy(model, [1, -1, 1]), totalWeight], [-7, 8]);
  assertEquals(notes, [
    "1 duplicate entry was summed, at line 3",
    "1 edge from a vertex to itself was left out, the first at line 4",
  ]);
});

Deno.test("rudyFormat reads no variable, one variable, all-zero couplings and an offset of 1e15", async () => {
  assertEquals((await parseProblem("0 0\n", { as: "ising" })).model.n, 0);
  assertEquals((await parseProblem("1 0", { as: "maxcut" })).model.n, 1);
  const idle = await parseProblem("3 2\n1 2 0\n2 3 0\n", { as: "ising" });
  assertEquals([idle.model.n, energy(idle.model, [1, 1, -1])], [3, 0]);
  const heavy = await parseProblem("2 1\n1 2 2e15\n", { as: "maxcut" });
  assertEquals([heavy.model.offset, energy(heavy.model, [1, -1])], [-1e15, -2e15]);
});

Deno.test("rudyFormat refuses what is no such list, and names line and column", async () => {
  const as = { as: "ising" } as const;
  await assertRefused("", [1, 1], 'a line "n m"', { ...as, format: "rudy" });
  await assertRefused("3 1\n0 1 1\n", [2, 1], 'counted from 1, an integer from 1 to 3, got "0"', as);
  await assertRefused("3 1\n1 4 1\n", [2, 3], 'an integer from 1 to 3, got "4"', as);
  await assertRefused("3 1\n1 2 nan\n", [2, 5], 'a finite number, got "nan"', as);
  await assertRefused("3 1\n1 2 -inf\n", [2, 5], 'a finite number, got "-inf"', as);
  await assertRefused("3 3\n1 2 1\n", [3, 1], "3 entries, as line 1 says", as);
  await assertRefused("3 1\n1 2 1\n2 3 1\n", [3, 1], "the end of the file after 1 entries, as line 1 says", as);
  await assertRefused("3 1\n1 2 1\nend\n", [3, 1], "the end of the file after 1 entries", as);
  await assertRefused("3 1\n1 2 1 1\n", [2, 7], "the end of the line after the weight", { ...as, format: "rudy" });
  await assertRefused("3 1\n2 2 1\n", [2, 3], "a field or a constant", as);
  await assertRefused("3\n1 2 1\n", [1, 2], "with m", { ...as, format: "rudy" });
  await assertRefused("-3 1\n1 2 1\n", [1, 1], "with n", { ...as, format: "rudy" });
  await assertRefused("1e9 1\n1 2 1\n", [1, 1], "with n", { ...as, format: "rudy" });
});

Deno.test("rudyFormat reads 10,000 mutated files as what they say, or names line and column, in every reading", async () => {
  for (const as of ["ising", "maxcut", "qubo"] as const) {
    const oracle = (bytes: Uint8Array): PlainTerms => {
      const rows = new TextDecoder().decode(bytes).split("\n").map((line) => line.trim().split(/[ \t\r]+/))
        .filter(([word]) => word !== "" && !word.startsWith("#"));
      const [[n], ...list] = rows;
      const terms = list.map(([i, j, w = "1"]) => [Number(i) - 1, Number(j) - 1, Number(w)] as const);
      const pairs = as === "maxcut" ? terms.filter(([i, j]) => i !== j) : terms;
      const total = as === "maxcut" ? pairs.reduce((sum, [, , w]) => sum + w, 0) : 0;
      const scale = as === "ising" ? 1 : as === "maxcut" ? 0.5 : 2;
      return { n: Number(n), terms: pairs.map(([i, j, w]) => [i, j, i === j ? w : scale * w]), offset: -total / 2 };
    };
    const files = [TEXT, "# a comment\n3 2\n1 2 -1\n2 3 1\n"];
    if (as !== "qubo") files.push("12 3\n1 2\n10 11\n3 12\n");
    const { read, refused } = await mutationsOf(rudyFormat, {
      files,
      options: { as },
      oracle,
      count: as === "ising" ? 10_000 : 3000,
    });
    assertEquals([read > 200, refused > 500], [true, true]);
  }
});
