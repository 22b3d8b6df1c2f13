import { allRows, sampleAt, selectRows, sortByEnergy } from "./_select_rows.ts";
import type { Sample } from "./sample_sets.ts";
import type { SampleSet } from "./types.ts";

/** What tells whether a state keeps the constraints: a function, or an object with `report`, as a built model. */
export type FeasibilityCheck =
  | ((state: Int8Array) => boolean)
  | { report(state: Int8Array): { readonly feasible: boolean } };

/** How many rows of a set keep the constraints. */
export interface Feasibility {
  /** Rows of the set. */
  readonly rows: number;
  /** Rows that keep the constraints. */
  readonly feasibleRows: number;
  /** Reads: the counts of all rows added up. */
  readonly reads: number;
  /** Reads that keep the constraints. */
  readonly feasibleReads: number;
  /** Share of feasible reads, 0 to 1; 0 where there are no reads. */
  readonly share: number;
  /** The feasible row of lowest energy, the first of several; absent where no row is feasible. Lowest seen, not optimal. */
  readonly lowest?: Sample;
}

/**
 * Counts the rows that keep the constraints.
 *
 * A small share says that the penalties are too weak, or that the sampler did not get far.
 *
 * @param check what `ModelBuilder.build()` gives, or a function of a state in the values of the model
 * @returns counts, the share, and the lowest feasible row
 * @throws {TypeError} if the check is none, or answers with something else than true or false
 *
 * Cost O(R n) beside the check.
 *
 * @example Exactly one of two
 * ```ts
 * import { exactEnumeration, feasibility } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, []), linear: [1, 2] });
 * const set = await exactEnumeration().sample(model, { numReads: 4 });
 * const { share, lowest } = feasibility(set, (x) => x[0] + x[1] === 1);
 * assertEquals([share, lowest?.energy], [0.5, 1]);
 * ```
 */
export function feasibility(set: SampleSet, check: FeasibilityCheck): Feasibility {
  const rows = feasibleRows(set, check);
  const sum = (counts: Uint32Array) => counts.reduce((total, count) => total + count, 0);
  const reads = sum(set.counts);
  const feasibleReads = rows.reduce((total, row) => total + set.counts[row], 0);
  const found = sortByEnergy(set, rows.slice()).at(0);
  return {
    rows: set.energies.length,
    feasibleRows: rows.length,
    reads,
    feasibleReads,
    share: reads === 0 ? 0 : feasibleReads / reads,
    ...(found !== undefined && { lowest: sampleAt(set, found) }),
  };
}

/**
 * Keeps the rows that keep the constraints, in their order.
 *
 * @param check what `ModelBuilder.build()` gives, or a function of a state in the values of the model
 * @returns a fresh set, with no row where none is feasible; its story is that of the given one
 * @throws {TypeError} if the check is none, or answers with something else than true or false
 *
 * Cost O(R n) beside the check.
 *
 * @example Exactly one of two
 * ```ts
 * import { exactEnumeration, feasibleOnly } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, []), linear: [1, 2] });
 * const set = await exactEnumeration().sample(model, { numReads: 4 });
 * assertEquals([...feasibleOnly(set, (x) => x[0] + x[1] === 1).energies], [1, 2]);
 * ```
 */
export function feasibleOnly(set: SampleSet, check: FeasibilityCheck): SampleSet {
  return selectRows(set, feasibleRows(set, check));
}

/**
 * Finds the row of lowest energy among those that keep the constraints.
 *
 * Rows are checked in order of energy and no further than the first that is feasible. Lowest seen, not optimal.
 *
 * @param check what `ModelBuilder.build()` gives, or a function of a state in the values of the model
 * @returns the row, or undefined where no row is feasible
 * @throws {TypeError} if the check is none, or answers with something else than true or false
 *
 * Cost O(R log R) beside the checks.
 *
 * @example The lowest of all breaks the rule
 * ```ts
 * import { exactEnumeration, lowestFeasible } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = quboModel({ couplings: sparseCouplings(2, []), linear: [1, 2] });
 * const set = await exactEnumeration().sample(model, { numReads: 4 });
 * assertEquals(lowestFeasible(set, (x) => x[0] + x[1] === 1)?.state, Int8Array.of(1, 0));
 * ```
 */
export function lowestFeasible(set: SampleSet, check: FeasibilityCheck): Sample | undefined {
  const holds = feasibilityTest(check);
  for (const row of sortByEnergy(set, allRows(set))) {
    const sample = sampleAt(set, row);
    // the check gets a copy: what is returned must not show what it did to it
    if (holds(sample.state.slice(), row)) return sample;
  }
  return undefined;
}

function feasibleRows(set: SampleSet, check: FeasibilityCheck): Uint32Array {
  const holds = feasibilityTest(check);
  const n = set.story.variables;
  return allRows(set).filter((row) => holds(set.states.slice(row * n, (row + 1) * n), row));
}

function feasibilityTest(check: FeasibilityCheck): (state: Int8Array, row: number) => boolean {
  if (typeof check !== "function" && typeof check?.report !== "function") {
    throw new TypeError("Cannot tell what is feasible: expected a function of a state, or an object with report()");
  }
  return (state, row) => {
    const answer: unknown = typeof check === "function" ? check(state) : check.report(state).feasible;
    if (typeof answer === "boolean") return answer;
    throw new TypeError(`Cannot tell what is feasible: for row ${row} expected true or false, got ${String(answer)}`);
  };
}
