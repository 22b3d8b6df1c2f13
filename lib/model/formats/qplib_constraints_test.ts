import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { lowestOverAuxiliaries } from "../_test_built.ts";
import { type Label, ModelBuilder } from "../builder.ts";
import { energy } from "../energy.ts";
import { forEachPair } from "../_terms.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused } from "./_test_files.ts";
import { qplibFormat } from "./qplib.ts";
import { parseProblem } from "./read_problem.ts";

const TEXT = `KNAPSACKS
QBL # quadratic, binary, linear constraints
maximize
4 # variables
3 # constraints
2 # entries of Q
2 1 -3
3 3 2
1 # default of b
1
4 5
0.5 # constant
8 # coefficients of constraints
1 1 2
1 2 3
1 4 4
2 1 1
2 3 -1
3 1 1
3 2 1
3 4 1
1e20 # infinity
-1e20 # default left-hand side
1
3 1
5 # default right-hand side
2
2 0
3 2
0 # start
0
0
1
2 0.5
0
0
1
4 last
2
1 weight
3 some
`;
const ROWS = [[2, 3, 0, 4], [1, 0, -1, 0], [1, 1, 0, 1]];
const SIDES = [[-Infinity, 5], [-Infinity, 0], [1, 2]];

interface Definition {
  n: number;
  sign: number;
  rows: readonly (readonly number[])[];
  sides: readonly (readonly number[])[];
  objective: (x: ArrayLike<number>) => number;
}

const DEFINITION: Definition = {
  n: 4,
  sign: -1,
  rows: ROWS,
  sides: SIDES,
  objective: (x) => x[0] + x[1] + x[2] + 5 * x[3] - 3 * x[0] * x[1] + x[2] + 0.5,
};

function isFeasible({ rows, sides }: Definition, x: ArrayLike<number>): boolean {
  return rows.every((row, k) => {
    const sum = row.reduce((all, a, i) => all + a * x[i], 0);
    return sides[k][0] <= sum && sum <= sides[k][1];
  });
}

// the definition of the file against the model, over all states
async function assertMeans(text: string, definition: Definition): Promise<void> {
  const { model, built, labels, maximised = false } = await parseProblem(text);
  const { n, sign, objective } = definition;
  assert(built !== undefined);
  assertEquals([built.model, labels, maximised, built.variables], [model, built.labels, sign < 0, n]);
  const states = [...allStates(n, "qubo")];
  const feasible = states.map((x) => isFeasible(definition, x));
  const optimum = Math.min(...states.filter((_, t) => feasible[t]).map((x) => sign * objective(x) + 0));
  const lowest = lowestOverAuxiliaries(built, "qubo");
  states.forEach((x, t) => {
    const state = built.complete(x);
    const report = built.report(state);
    assertEquals([report.feasible, report.objective], [feasible[t], sign * objective(x) + 0], `${x}`);
    if (feasible[t]) assertEquals([energy(model, state), lowest[t]], [report.objective, report.objective], `${x}`);
    // where no state is feasible there is nothing that a weight could promise
    else if (optimum < Infinity) assert(lowest[t] > optimum, `${x} has ${lowest[t]}, the optimum is ${optimum}`);
  });
}

Deno.test("qplibFormat gives feasible states their objective and infeasible ones more than the optimum, over all states", async () => {
  await assertMeans(TEXT, DEFINITION);
  const minimised = TEXT.replace("maximize", "minimize").replace("\n2\n1 weight\n3 some\n", "\n0\n");
  await assertMeans(minimised, { ...DEFINITION, sign: 1 });
});

Deno.test("qplibFormat gives drawn problems the meaning of their definition, over all states", async () => {
  const small = fc.integer({ min: -2, max: 2 });
  const side = fc.option(fc.integer({ min: -2, max: 3 }), { nil: Infinity });
  const drawn = fc.integer({ min: 1, max: 4 }).chain((n) =>
    fc.record({
      linear: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }),
      product: fc.integer({ min: -9, max: 9 }),
      maximised: fc.boolean(),
      rows: fc.array(fc.array(small, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 2 }),
      sides: fc.array(fc.tuple(side, side), { minLength: 2, maxLength: 2 }),
    })
  );
  let read = 0;
  await fc.assert(
    fc.asyncProperty(drawn, async ({ linear, product, maximised, rows, sides: pairs }) => {
      const n = linear.length;
      const sides = rows.map((_, k) => [-pairs[k][0], pairs[k][1]]);
      const objective = (x: ArrayLike<number>) =>
        linear.reduce((sum, a, i) => sum + a * x[i], product * x[0] * x[n - 1]);
      const definition = { n, sign: maximised ? -1 : 1, rows, sides, objective };
      // every constraint alone has to be within reach
      const reached = rows.every((row, k) =>
        [...allStates(n, "qubo")].some((x) => isFeasible({ ...definition, rows: [row], sides: [sides[k]] }, x))
      );
      const text = textOf({ linear, product, rows, sides, maximised });
      if (!reached) {
        await assertRejects(() => parseProblem(text), SyntaxError, "Cannot read the file at line ");
        return;
      }
      await assertMeans(text, definition);
      read++;
    }),
    { numRuns: 200, seed: 5 },
  );
  assert(read > 100, `${read} read`);
});

interface Drawn {
  linear: readonly number[];
  product: number;
  rows: readonly (readonly number[])[];
  sides: readonly (readonly number[])[];
  maximised: boolean;
}

// every number listed, an infinite side as a number beyond infinity
function textOf({ linear, product, rows, sides, maximised }: Drawn): string {
  const n = linear.length;
  const listed = (values: readonly number[]) => [values.length, ...values.map((value, i) => `${i + 1} ${value}`)];
  const finite = (value: number) => Math.abs(value) === Infinity ? Math.sign(value) * 1e25 : value;
  const q = n === 1 ? `1 1 ${2 * product}` : `${n} 1 ${product}`;
  const terms = rows.flatMap((row, k) => row.map((a, i) => `${k + 1} ${i + 1} ${a}`));
  return [
    ...["P", "QBL", maximised ? "maximize" : "minimize", n, rows.length, 1, q, 0, ...listed(linear), 0],
    ...[terms.length, ...terms, "1e20"],
    ...[0, ...listed(sides.map(([low]) => finite(low))), 0, ...listed(sides.map(([, high]) => finite(high)))],
  ].join("\n");
}

Deno.test("qplibFormat names constraints and slack bits, and says how many there are", async () => {
  const { built, labels, notes, title } = await parseProblem(TEXT);
  assertEquals([title, ...labels.slice(0, 7)], [
    "KNAPSACKS",
    1,
    2,
    3,
    "last",
    "weight.slack0",
    "weight.slack1",
    "weight.slack2",
  ]);
  assertEquals(labels.slice(7), ["some <=.slack0", "some <=.slack1", "some >=.slack0", "some >=.slack1"]);
  assertEquals(built?.constraints.map(({ name, encoding }) => [name, encoding]), [
    ["weight", "slack"],
    ["c2", "pairs"],
    ["some <=", "slack"],
    ["some >=", "slack"],
  ]);
  assertEquals(notes, [
    "the problem is maximised: energies are minus its objective",
    "3 constraints became 4 penalties with 7 slack bits behind the 4 variables",
    "the weights are guaranteed: where some state meets all constraints, every state of lowest energy does",
  ]);
});

Deno.test("qplibFormat takes sides beyond the file's infinity as none, an equality as one, and passes over empty rows", async () => {
  const lines = (...sides: (string | number)[]) =>
    ["P", "LBL", "minimize", 2, 1, 0, 1, "1 -3", 0, 2, "1 1 1", "1 2 1", ...sides].join("\n");
  // 1.79769313486232E+308 rounds to an infinity of float64
  for (const infinity of ["1e20", "1.797693134862315708E+308", "1.79769313486232E+308"]) {
    const free = await parseProblem(lines(infinity, `-${infinity}`, 0, infinity, 0));
    assertEquals([free.built?.constraints.length, free.model.n], [0, 2]);
    assertEquals(free.notes, ["1 constraint became 0 penalties with 0 slack bits behind the 2 variables"]);
  }
  const { built } = await parseProblem(lines(1e20, 1, 0, 0, 1, "1 1"));
  assertEquals(built?.constraints.map(({ name, kind }) => [name, kind]), [["c1", "equality"]]);
  const empty = (low: number) => lines(1e20, low, 0, 3, 0).replace("2\n1 1 1\n1 2 1", "0");
  assertEquals((await parseProblem(empty(0))).model.n, 2);
  await assertRefused(empty(1), [14, 1], "no state makes the sum");
});

Deno.test("qplibFormat sums duplicate coefficients of a constraint, and keeps names apart", async () => {
  const twice = TEXT.replace("8 #", "9 #").replace("1 4 4", "1 4 1\n1 4 3").replace("3 some", "3 c2");
  const { notes, built, model } = await parseProblem(twice);
  assertEquals(notes[1], "1 duplicate coefficient of constraints summed, the first at line 17");
  assertEquals(built?.constraints.map(({ name }) => name), ["weight", "c2'", "c2 <=", "c2 >="]);
  assertEquals(energy(model, new Int8Array(11)), energy((await parseProblem(TEXT)).model, new Int8Array(11)));
});

Deno.test("qplibFormat refuses constraints it cannot read or hold, and names line and column", async () => {
  const how = { format: "qplib" } as const;
  const cases: [from: string, to: string, place: [number, number], words: string][] = [
    ["QBL", "QBQ", [2, 1], "or linear ones (QBL)"],
    ["1 1 2\n", "0 1 2\n", [14, 1], "a constraint, counted from 1, an integer from 1 to 3"],
    ["1 1 2\n", "4 1 2\n", [14, 1], "a constraint, counted from 1, an integer from 1 to 3"],
    ["1 1 2\n", "1 5 2\n", [14, 3], "a variable, counted from 1, an integer from 1 to 4"],
    ["1 1 2\n", "1 1 inf\n", [14, 5], "a coefficient, a finite number"],
    ["1 1 2\n", "1 1 2 2\n", [14, 7], "the end of the line"],
    ["1e20", "0", [22, 1], "a positive number"],
    ["5 # default", "nan # default", [26, 1], "a number"],
    ["3 2\n0", "2 2\n0", [29, 1], "each constraint once"],
    ["3 1\n5", "3 7\n5", [29, 1], "a left-hand side up to its right-hand side, got"],
    ["3 1\n5", "3 1e30\n5", [29, 1], "a left-hand side up to its right-hand side, got"],
    ["3 1\n5", "2 1\n5", [28, 1], "a left-hand side up to its right-hand side, got"],
    ["3 2\n0", "3 -2\n0", [29, 1], "a left-hand side up to its right-hand side, got"],
    ["2 0\n", "2 -3\n", [28, 1], 'cannot add "c2": no state makes the sum'],
    ["1 1 2\n", "1 1 0.12345678\n", [26, 1], "is no fraction with a denominator up to 10000"],
    ["3 some", "3 weight", [41, 3], "names of constraints that all differ"],
    ["3 some", "1 some", [41, 1], "each constraint once"],
  ];
  for (const [from, to, place, words] of cases) await assertRefused(TEXT.replace(from, to), place, words, how);
  for (const [end, place] of [["3 1\n5", 25], ["5 # default", 26], ["2 0\n", 28]] as const) {
    await assertRefused(TEXT.slice(0, TEXT.indexOf(end)), [place, 1], "got", how);
  }
  assert((await parseProblem(TEXT.slice(0, TEXT.indexOf("0 # start")))).built !== undefined);
});

Deno.test("qplibFormat reads 10,000 mutated files with constraints as what they say, or names line and column", async () => {
  const { read, refused } = await mutationsOf(qplibFormat, { files: [TEXT], oracle, seed: 6 });
  assert(read > 1000 && refused > 1000, `${read} read, ${refused} refused`);
});

// cuts the file at line ends and blanks; penalties are the builder's, which has tests of its own
function oracle(bytes: Uint8Array): PlainTerms {
  const lines = new TextDecoder().decode(bytes).split("\n").map((line) => line.trim());
  const data = lines.filter((line) => line !== "" && !/^[!#%]/.test(line)).map((line) => line.split(/[ \t\r]+/));
  const [, [type], [sense], [size], ...rest] = data;
  const sign = /^max/i.test(sense) ? -1 : 1;
  const n = Number(size);
  const isLinear = type[0].toUpperCase() === "L";
  const isConstrained = type[2].toUpperCase() === "L";
  let at = 0;
  const number = () => Number(rest[at++][0]);
  const list = (count: number) => rest.slice(at, at += count).map((words) => words.map(Number));
  const defaults = (length: number) => {
    const values = new Array<number>(length).fill(number());
    for (const [i, value] of list(number())) values[i - 1] = value;
    return values;
  };
  const m = isConstrained ? number() : 0;
  const builder = new ModelBuilder("qubo");
  const names = Array.from({ length: n }, (_, i): Label => i);
  for (const i of names) builder.addVariable(i);
  for (const [i, j, v] of isLinear ? [] : list(number())) {
    builder.addQuadratic(i - 1, j - 1, sign * (i === j ? v / 2 : v));
  }
  defaults(n).forEach((value, i) => builder.addLinear(i, sign * value));
  builder.addOffset(sign * number());
  if (m > 0) {
    const terms = list(number());
    const infinity = number();
    const [lows, highs] = [defaults(m), defaults(m)];
    for (let k = 0; k < m; k++) {
      const row = terms.filter(([c]) => c === k + 1).map(([, j, a]): [Label, number] => [j - 1, a]);
      const [low, high] = [lows[k], highs[k]];
      if (low === high) builder.addEquality(row, low);
      else {
        if (high < infinity) builder.addInequality(row, "<=", high);
        if (low > -infinity) builder.addInequality(row, ">=", low);
      }
    }
  }
  const { model } = builder.build();
  const all: [number, number, number][] = [];
  forEachPair(model.couplings, (i, j, value) => all.push([i, j, value]));
  model.linear.forEach((value, i) => all.push([i, i, value]));
  return { n: model.n, terms: all, offset: model.offset };
}
