import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { lowestOverAuxiliaries } from "../_test_built.ts";
import { type Label, ModelBuilder } from "../builder.ts";
import { energy } from "../energy.ts";
import { forEachPair } from "../_terms.ts";
import { mutationsOf, type PlainTerms } from "./_test_mutations.ts";
import { assertRefused } from "./_test_problems.ts";
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
  const optimum = Math.min(...states.filter((_, t) => feasible[t]).map((x) => sign * objective(x)));
  const lowest = lowestOverAuxiliaries(built, "qubo");
  states.forEach((x, t) => {
    const state = built.complete(x);
    const report = built.report(state);
    assertEquals([report.feasible, report.objective], [feasible[t], sign * objective(x)], `${x}`);
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
      const objective = (x: ArrayLike<number>) => linear.reduce((sum, a, i) => sum + a * x[i], product * x[0] * x[n - 1]);
      const definition = { n, sign: maximised ? -1 : 1, rows, sides, objective };
      // every constraint alone has to be within reach
      const reached = rows.every((row, k) =>
        allStates(n, "qubo").some((x) => isFeasible({ ...definition, rows: [row], sides: [sides[k]] }, x))
      );
      const text = textOf({ linear, product, rows, sides, maximised });
      if (!reached) return await assertRefused(text, lastSide(text, n, rows, sides), "");
      const { built } = await parseProblem(text);
      if (built !== undefined && built.model.n > 12) return;
      if (built !== undefined) await assertMeans(text, definition);
      read++;
    }),
    { numRuns: 200, seed: 5 },
  );
  assert(read > 100, `${read} read`);
});
