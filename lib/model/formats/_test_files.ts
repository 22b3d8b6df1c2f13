import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { energy, isingModel, type Label, type Model, quboModel, sparseCouplings, toDense } from "../mod.ts";
import { chunks } from "./_test_mutations.ts";
import { parseProblem, type ReadProblemOptions } from "./read_problem.ts";
import type { Problem, ProblemFormat, ReadOptions, WriteOptions } from "./types.ts";

/** Reads text or bytes, in small pieces. */
export function readFile(
  format: ProblemFormat,
  file: string | Uint8Array,
  options: ReadOptions = {},
): Promise<Problem> {
  return format.read(chunks(typeof file === "string" ? new TextEncoder().encode(file) : file, 5), options);
}

/** The bytes of a written file. */
export async function writtenBytes(format: ProblemFormat, problem: Problem, options: WriteOptions = {}) {
  const pieces = await Array.fromAsync(format.write?.(problem, options) ?? [], (piece) => piece.slice());
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** The text of a written file. */
export async function writtenText(format: ProblemFormat, problem: Problem, options: WriteOptions = {}) {
  return new TextDecoder().decode(await writtenBytes(format, problem, options));
}

/** Fails unless the energies of all states are what the test says, to the last bit. */
export function assertEnergies({ model }: Problem, expected: (state: readonly number[]) => number): void {
  for (const state of allStates(model.n, model.vartype)) {
    assertEquals(energy(model, state), expected([...state]), `the energy of ${state}`);
  }
}

/** Fails unless both have the same vartype, coefficients to the last bit, and labels. */
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

/** Coefficients of every size that a file may hold, exact in decimal and not, that halving and doubling leaves exact. */
export const halvable: fc.Arbitrary<number> = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -9, max: 9 }),
  fc.constantFrom(1e15, -1e15, 0.1, -1e-7, 2 ** 53, 1e-300),
  // down to the subnormal numbers
  fc.double({ min: -1e100, max: 1e100, noNaN: true }).map((value) => Math.abs(value) < 1e-300 ? 0 : value),
);

/** Names: numbers, words, signs and line breaks. */
export const names: fc.Arbitrary<Label> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.integer(),
  fc.constantFrom("1", 'a "b"\n'),
);

/** What {@link problems} draws. */
export interface ProblemDraw {
  /** @default {either} */
  readonly vartype?: "ising" | "qubo";
  /** Coefficients. @default {any finite float64} */
  readonly values?: fc.Arbitrary<number>;
  /** Names of variables, or the number of the first. @default {0} */
  readonly labels?: fc.Arbitrary<Label> | number;
  /** False: no linear terms and no constant. @default {true} */
  readonly fields?: boolean;
  /** False: no constant. @default {true} */
  readonly offset?: boolean;
  /** @default {0} */
  readonly minVariables?: number;
}

/** Draws problems of up to 6 variables. */
export function problems(draw: ProblemDraw = {}): fc.Arbitrary<Problem> {
  const values = draw.values ?? fc.double({ noNaN: true, noDefaultInfinity: true });
  const { fields = true, offset = fields, labels = 0 } = draw;
  return fc.integer({ min: draw.minVariables ?? 0, max: 6 }).chain((n) =>
    fc.record({
      vartype: draw.vartype === undefined
        ? fc.constantFrom<"ising" | "qubo">("ising", "qubo")
        : fc.constant(draw.vartype),
      pairs: fc.array(fc.option(values, { nil: 0 }), { minLength: n * (n - 1) / 2, maxLength: n * (n - 1) / 2 }),
      linear: fields ? fc.array(values, { minLength: n, maxLength: n }) : fc.constant(new Array<number>(n).fill(0)),
      offset: offset ? values : fc.constant(0),
      labels: typeof labels === "number"
        ? fc.constant(Array.from({ length: n }, (_, i): Label => labels + i))
        : fc.uniqueArray(labels, { minLength: n, maxLength: n }),
    }).map(({ vartype, pairs, linear, offset, labels }): Problem => {
      const list: [number, number, number][] = [];
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) list.push([i, j, pairs[j * (j - 1) / 2 + i]]);
      const parts = { couplings: sparseCouplings(n, list), linear, offset };
      return { model: vartype === "ising" ? isingModel(parts) : quboModel(parts), labels, format: "coo", notes: [] };
    })
  );
}
