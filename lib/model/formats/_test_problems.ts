import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { Label } from "../builder.ts";
import { sparseCouplings } from "../couplings.ts";
import { toDense } from "../forms.ts";
import { isingModel, quboModel } from "../models.ts";
import type { Model, Vartype } from "../types.ts";
import { parseProblem, type ReadProblemOptions } from "./read_problem.ts";
import type { Problem } from "./types.ts";

const MAX_N = 7;

/** Coefficients of every size that a file may hold, exact in decimal and not. */
export const coefficients: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(1e15, -1e15, 0.1, -1e-7, 2 ** 53, 1e-300),
  // halving and doubling is exact down to the subnormal numbers
  fc.double({ min: -1e100, max: 1e100, noNaN: true }).map((value) => Math.abs(value) < 1e-300 ? 0 : value),
);

/** What {@link models} makes. */
export interface ModelChoice {
  readonly vartype: Vartype;
  /** @default {true} */
  readonly fields?: boolean;
  /** @default {true} */
  readonly offset?: boolean;
}

/** Random models of 0 to 7 variables, all-zero ones among them. */
export function models({ vartype, fields = true, offset = true }: ModelChoice): fc.Arbitrary<Model> {
  return fc.integer({ min: 0, max: MAX_N }).chain((n) => {
    const pairs = n * (n - 1) / 2;
    return fc.record({
      values: fc.array(fc.oneof(fc.constant(0), coefficients), { minLength: pairs, maxLength: pairs }),
      linear: fields
        ? fc.array(coefficients, { minLength: n, maxLength: n })
        : fc.constant(new Array<number>(n).fill(0)),
      constant: offset ? coefficients : fc.constant(0),
    }).map(({ values, linear, constant }) => {
      const list: [number, number, number][] = [];
      let k = 0;
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) list.push([i, j, values[k++]]);
      const parts = { couplings: sparseCouplings(n, list), linear, offset: constant + 0 };
      return vartype === "ising" ? isingModel(parts) : quboModel(parts);
    });
  });
}

/** Different names for n variables: numbers, words, signs and line breaks. */
export function labelsOf(n: number): fc.Arbitrary<Label[]> {
  return fc.uniqueArray(
    fc.oneof(fc.string({ unit: "grapheme", maxLength: 6 }), fc.integer(), fc.constantFrom("1", 'a "b"\n')),
    {
      minLength: n,
      maxLength: n,
    },
  );
}

/** Problems of such models, with such names or numbered. */
export function problems(choice: ModelChoice, labels: "any" | "from 0" | "from 1"): fc.Arbitrary<Problem> {
  return models(choice).chain((model) => {
    const numbered = Array.from({ length: model.n }, (_, i) => labels === "from 0" ? i : i + 1);
    return (labels === "any" ? labelsOf(model.n) : fc.constant<Label[]>(numbered)).map((named): Problem => ({
      model,
      labels: named,
      format: "qbsolv",
      notes: [],
    }));
  });
}

/** Fails unless two problems have the same variables and the same coefficients to the last bit. */
export function assertSameProblem(actual: Problem, expected: Problem): void {
  assertEquals(actual.labels, expected.labels);
  assertEquals(plain(actual.model), plain(expected.model));
}

function plain(model: Model) {
  // minus zero is zero
  const numbers = (values: Float64Array) => Array.from(values, (value) => value + 0);
  return {
    vartype: model.vartype,
    couplings: numbers(toDense(model).couplings.values),
    linear: numbers(model.linear),
    offset: model.offset + 0,
  };
}

/** Fails unless the text is refused at this line and column, in these words. */
export async function assertRefused(
  text: string,
  place: readonly [line: number, column: number],
  words: string,
  options: ReadProblemOptions = {},
): Promise<void> {
  const error = await assertRejects(() => parseProblem(text, options), SyntaxError, words);
  const found = /line (\d+), column (\d+)/.exec(error.message);
  assertEquals([Number(found?.[1]), Number(found?.[2])], [...place], error.message);
}
