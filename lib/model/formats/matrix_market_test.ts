import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { energy } from "../energy.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused, assertSameProblem, halvable, names, problems } from "./_test_files.ts";
import { matrixMarketFormat } from "./matrix_market.ts";
import { parseProblem } from "./read_problem.ts";
import { encodeProblem } from "./write_problem.ts";

const BANNER = "%%MatrixMarket matrix";
const N = 3;

// x^T A x over ordered pairs, the diagonal included
const quadratic = (A: readonly (readonly number[])[], x: ArrayLike<number>) =>
  A.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * x[i] * x[j], 0), 0);

// the same matrix as every kind of file that can hold it
function files(A: readonly (readonly number[])[]): string[] {
  const cells = A.flatMap((row, i) => row.map((value, j) => [i + 1, j + 1, value] as const));
  const listed = cells.filter(([, , value]) => value !== 0);
  const lower = listed.filter(([i, j]) => i >= j);
  const columns = cells.toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
  const isSymmetric = A.every((row, i) => row.every((value, j) => value === A[j][i]));
  const general = [
    `${BANNER} coordinate real general\n% any comment\n${N} ${N} ${listed.length}\n${
      listed.map((cell) => cell.join(" ")).join("\n")
    }`,
    `${BANNER.toUpperCase()} array real general\n${N} ${N}\n${columns.map((cell) => cell[2]).join("\n")}\n`,
  ];
  if (!isSymmetric) return general;
  return [
    ...general,
    `${BANNER} coordinate real symmetric\n\n${N} ${N} ${lower.length}\n${
      lower.map((cell) => cell.join("\t")).join("\n")
    }\n`,
    `${BANNER} array real symmetric\n${N} ${N}\n${
      columns.filter(([i, j]) => i >= j).map((cell) => cell[2]).join("\n")
    }\n`,
  ];
}

Deno.test("matrixMarketFormat as qubo: E(x) = x^T A x over all states, for symmetric and general files", async () => {
  for (const A of [[[1, 5, 0], [5, -2, 0.5], [0, 0.5, 0]], [[1, 5, 0], [-3, -2, 0.5], [0, 4, 0]]]) {
    for (const text of files(A)) {
      const { model, labels } = await parseProblem(text, { as: "qubo" });
      assertEquals([...labels], [1, 2, 3]);
      for (const x of allStates(N, "qubo")) assertEquals(energy(model, x), quadratic(A, x));
    }
  }
});

Deno.test("matrixMarketFormat as ising and maxcut: A is J, and the weights, from either side of the diagonal", async () => {
  const J = [[0, 5, 0], [5, 0, 0.5], [0, 0.5, 0]];
  const upper = J.map((row, i) => row.map((value, j) => i < j ? value : 0));
  const lower = J.map((row, i) => row.map((value, j) => i > j ? value : 0));
  for (const text of [...files(J), ...files(upper), ...files(lower)]) {
    const ising = await parseProblem(text, { as: "ising" });
    const { model, totalWeight } = await parseProblem(text, { as: "maxcut" });
    assertEquals([totalWeight, ising.notes.length], [5.5, 0]);
    for (const s of allStates(N, "ising")) {
      assertEquals(energy(ising.model, s), quadratic(J, s) / 2);
      assertEquals(energy(model, s), -(5 * (1 - s[0] * s[1]) / 2 + 0.5 * (1 - s[1] * s[2]) / 2));
    }
  }
});

Deno.test("matrixMarketFormat reads pattern as 1 and integer as integers", async () => {
  const pattern = await parseProblem(`${BANNER} coordinate pattern symmetric\n2 2 1\n2 1\n`, { as: "ising" });
  assertEquals(energy(pattern.model, [1, -1]), -1);
  const integer = await parseProblem(`${BANNER} coordinate integer general\n2 2 1\n2 1 -4\n`, { as: "ising" });
  assertEquals(energy(integer.model, [1, -1]), 4);
  await assertRefused(`${BANNER} coordinate integer general\n2 2 1\n2 1 0.5\n`, [3, 5], "an integer entry", {
    as: "ising",
  });
});

Deno.test("matrixMarketFormat reads large full matrices as it reads lists of their entries", async () => {
  const n = 400;
  const entry = (i: number, j: number) => i === j ? 0 : (7 * i * j + 3 * (i + j)) % 11 - 5;
  const oneSided = (i: number, j: number) => i > j ? entry(i, j) : 0;
  const uneven = (i: number, j: number) => entry(i, j) + (i > j ? 1 : 0) + (i === j ? i : 0);
  const cells = Array.from({ length: n * n }, (_, k) => [k % n, Math.floor(k / n)] as const);
  const lower = cells.filter(([i, j]) => i >= j);
  const cases = [[entry, "symmetric"], [entry, "general"], [oneSided, "general"], [uneven, "general"]] as const;
  for (const [value, symmetry] of cases) {
    const given = symmetry === "symmetric" ? lower : cells;
    const full = `${BANNER} array integer ${symmetry}\n${n} ${n}\n${given.map(([i, j]) => value(i, j)).join("\n")}\n`;
    const rows = given.map(([i, j]) => `${i + 1} ${j + 1} ${value(i, j)}`);
    const list = `${BANNER} coordinate integer ${symmetry}\n${n} ${n} ${rows.length}\n${rows.join("\n")}\n`;
    for (const as of ["qubo", "ising", "maxcut"] as const) {
      if (value === uneven && as !== "qubo") {
        if (as === "maxcut") await assertRejects(() => parseProblem(full, { as }), SyntaxError, "a symmetric matrix");
        continue;
      }
      const [a, b] = [await parseProblem(full, { as }), await parseProblem(list, { as })];
      assertSameProblem(a, b);
      assertEquals([a.totalWeight, a.notes.length], [b.totalWeight, 0]);
    }
  }
});

Deno.test("matrixMarketFormat writes what it reads back to the last bit, offset and labels in comments", async () => {
  const options = { format: "matrix-market" } as const;
  await fc.assert(
    fc.asyncProperty(problems({ vartype: "qubo", values: halvable, labels: names }), async (problem) => {
      assertSameProblem(
        await parseProblem(await encodeProblem(problem, { ...options, as: "qubo" }), { as: "qubo" }),
        problem,
      );
    }),
    { numRuns: 150, seed: 6 },
  );
  await fc.assert(
    fc.asyncProperty(
      problems({ vartype: "ising", values: halvable, fields: false, offset: true, labels: names }),
      async (problem) => {
        assertSameProblem(
          await parseProblem(await encodeProblem(problem, { ...options, as: "ising" }), { as: "ising" }),
          problem,
        );
      },
    ),
    { numRuns: 150, seed: 7 },
  );
  const cut = await parseProblem("3 2\n1 2 1\n2 3 0.5\n", { as: "maxcut" });
  assertSameProblem(await parseProblem(await encodeProblem(cut, options), { as: "maxcut" }), cut);
});

Deno.test("matrixMarketFormat reads no variable, one variable, zeros, duplicates and 1e15", async () => {
  const as = { as: "qubo" } as const;
  assertEquals((await parseProblem(`${BANNER} coordinate real general\n0 0 0\n`, as)).model.n, 0);
  assertEquals((await parseProblem(`${BANNER} array real general\n1 1\n1e15\n`, as)).model.linear[0], 1e15);
  assertEquals(
    (await parseProblem(`${BANNER} array real symmetric\n2 2\n0\n0\n0\n`, as)).model.couplings.form,
    "sparse",
  );
  const twice = await parseProblem(`${BANNER} coordinate real symmetric\n2 2 2\n2 1 1\n2 1 2\n`, as);
  assertEquals([energy(twice.model, [1, 1]), ...twice.notes], [6, "1 duplicate entry was summed, at line 4"]);
  const loops = await parseProblem(`${BANNER} coordinate real symmetric\n2 2 2\n1 1 1\n2 1 2\n`, { as: "maxcut" });
  assertEquals(loops.notes, ["1 entries on the diagonal were left out, the first at line 3"]);
});

Deno.test("matrixMarketFormat refuses what it cannot read, and names line and column", async () => {
  const as = { as: "ising" } as const;
  const coordinate = `${BANNER} coordinate real general\n`;
  await assertRejects(() => parseProblem(coordinate), TypeError, '"ising"');
  await assertRefused("", [1, 1], "%%MatrixMarket", { ...as, format: "matrix-market" });
  await assertRefused(coordinate, [2, 1], "the line of sizes", as);
  await assertRefused(`${BANNER} coordinate complex general\n`, [1, 34], '"real" or "integer" or "pattern"', as);
  await assertRefused(`${BANNER} coordinate real skew-symmetric\n`, [1, 39], '"general" or "symmetric"', as);
  await assertRefused(`${BANNER} vector real general\n`, [1, 23], '"coordinate" or "array"', as);
  await assertRefused(`${coordinate}2 3 1\n1 2 1\n`, [2, 3], "as many columns as rows, 2", as);
  await assertRefused(`${coordinate}2 2 1\n0 2 1\n`, [3, 1], 'counted from 1, an integer from 1 to 2, got "0"', as);
  await assertRefused(`${coordinate}2 2 1\n1 3 1\n`, [3, 3], 'an integer from 1 to 2, got "3"', as);
  await assertRefused(`${coordinate}2 2 1\n1 2 NaN\n`, [3, 5], 'got "NaN"', as);
  await assertRefused(`${coordinate}2 2 1\n1 2 inf\n`, [3, 5], 'got "inf"', as);
  await assertRefused(`${coordinate}2 2 2\n1 2 1\n`, [4, 1], "2 entries, as line 2 says", as);
  await assertRefused(`${coordinate}2 2 1\n1 2 1\n2 1 1\n`, [4, 1], "the end of the file after 1 entries", as);
  await assertRefused(`${coordinate}2 2 1\n1 1 1\n`, [3, 5], "a field or a constant", as);
  await assertRefused(
    `${coordinate}3 3 3\n1 2 1\n2 1 2\n1 3 4\n`,
    [3, 1],
    "symmetric, or has each pair on one side",
    as,
  );
  await assertRefused(`${BANNER} coordinate real symmetric\n2 2 1\n1 2 1\n`, [3, 3], "on or below the diagonal", as);
  await assertRefused(`${BANNER} array real general\n100000 100000\n`, [2, 8], "100000 need 74.5 GiB", as);
  await assertRefused(`${BANNER} array real general\n1 1\n1 2\n`, [3, 3], "the end of the line after the entry", {
    as: "qubo",
  });
});

Deno.test("matrixMarketFormat reads 10,000 mutated files as what they say, or names line and column", async () => {
  for (const as of ["qubo", "ising"] as const) {
    const sources = [[[0, 5, 0], [5, 0, 0.5], [0, 0.5, 0]], [[0, 0, 0], [5, 0, 0], [2, 0.5, 0]]].flatMap(files);
    const { read, refused } = await mutationsOf(matrixMarketFormat, {
      files: sources,
      options: { as },
      oracle: (bytes) => says(new TextDecoder().decode(bytes), as),
      count: 6000,
    });
    assertEquals([read > 200, refused > 1000], [true, true], `${read} read`);
  }
});

// the file by the definition of the format; for an Ising model half of the sum over ordered pairs, or one side
function says(text: string, as: "qubo" | "ising"): PlainTerms {
  const lines = text.split("\n").map((line) => line.trim());
  const [form, field, symmetry] = lines[0].toLowerCase().split(/[ \t\r]+/).slice(2);
  const data = lines.slice(1).filter((line) => line !== "" && !line.startsWith("%")).map((line) =>
    line.split(/[ \t\r]+/).map(Number)
  );
  const [[n], ...rows] = data;
  let cells = rows.map(([i, j, value]) => [i - 1, j - 1, field === "pattern" ? 1 : value] as const);
  if (form === "array") {
    const places: [number, number][] = [];
    for (let j = 0; j < n; j++) for (let i = symmetry === "symmetric" ? j : 0; i < n; i++) places.push([i, j]);
    cells = places.map(([i, j], k) => [i, j, rows[k][0]] as const);
  }
  const twice = symmetry === "symmetric"
    ? cells.filter(([i, j]) => i !== j).map(([i, j, value]) => [j, i, value] as const)
    : [];
  const all = [...cells, ...twice];
  const offset = /^%[ \t]+offset[ \t]+([-+.\d]\S*)/m.exec(text);
  const constant = offset === null ? 0 : Number(offset[1]);
  if (as === "qubo") return { n, terms: all, offset: constant };
  const oneSided = all.every(([i, j, value]) => i >= j || value === 0) ||
    all.every(([i, j, value]) => i <= j || value === 0);
  return { n, terms: all.map(([i, j, value]) => [i, j, oneSided ? value : value / 2]), offset: constant };
}
