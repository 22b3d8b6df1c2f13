import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { allStates } from "../../testing/mod.ts";
import { type Couplings, energy, isingModel, type Label, type Model, quboModel, sparseCouplings } from "../mod.ts";
import { chunks } from "./_test_mutations.ts";
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

function plain({ vartype, n, couplings, linear, offset }: Model) {
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const value = entry(couplings, i, j);
      if (value !== 0) pairs.push([i, j, value]);
    }
  }
  return { vartype, n, pairs, linear: [...linear].map((value) => value + 0), offset: offset + 0 };
}

function entry(couplings: Couplings, i: number, j: number): number {
  if (couplings.form === "dense") return couplings.values[i * couplings.n + j];
  if (couplings.form === "factored") throw new TypeError("Cannot compare factored couplings");
  for (let k = couplings.rowPtr[i]; k < couplings.rowPtr[i + 1]; k++) {
    if (couplings.columns[k] === j) return couplings.values[k];
  }
  return 0;
}

/** What {@link problems} draws. */
export interface ProblemDraw {
  /** @default {either} */
  readonly vartype?: "ising" | "qubo";
  /** Coefficients. @default {any finite float64} */
  readonly values?: fc.Arbitrary<number>;
  /** Names of variables. @default {0, 1, 2, ...} */
  readonly labels?: fc.Arbitrary<Label>;
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
  const { fields = true, offset = fields } = draw;
  return fc.integer({ min: draw.minVariables ?? 0, max: 6 }).chain((n) =>
    fc.record({
      vartype: draw.vartype === undefined
        ? fc.constantFrom<"ising" | "qubo">("ising", "qubo")
        : fc.constant(draw.vartype),
      pairs: fc.array(fc.option(values, { nil: 0 }), { minLength: n * (n - 1) / 2, maxLength: n * (n - 1) / 2 }),
      linear: fields ? fc.array(values, { minLength: n, maxLength: n }) : fc.constant(new Array<number>(n).fill(0)),
      offset: offset ? values : fc.constant(0),
      labels: draw.labels === undefined
        ? fc.constant(Array.from({ length: n }, (_, i): Label => i))
        : fc.uniqueArray(draw.labels, { minLength: n, maxLength: n }),
    }).map(({ vartype, pairs, linear, offset, labels }): Problem => {
      const list: [number, number, number][] = [];
      for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) list.push([i, j, pairs[j * (j - 1) / 2 + i]]);
      const parts = { couplings: sparseCouplings(n, list), linear, offset };
      return { model: vartype === "ising" ? isingModel(parts) : quboModel(parts), labels, format: "coo", notes: [] };
    })
  );
}
