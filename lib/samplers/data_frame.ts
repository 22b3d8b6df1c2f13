import { checkOptionNames, type Label } from "../model/mod.ts";
import { decode, type Labelling } from "./decode.ts";
import type { SampleSet } from "./types.ts";

const MAX_ENTRIES = 2e7;

/** An entry of a table of rows. */
export type FrameEntry = number | boolean;

/** What is needed of danfojs: its `DataFrame`, or any class that is made from rows and the names of the columns. */
export interface DataFrameModule<D> {
  /** Made from rows, the names of the columns and the types of their entries. */
  readonly DataFrame: new (rows: FrameEntry[][], options: { columns: string[]; dtypes: string[] }) => D;
}

/** What {@link toDataFrame} makes a table with, and of what. */
export interface ToDataFrameOptions<D> {
  /** The danfojs the caller has imported. */
  readonly danfo: DataFrameModule<D>;
  /**
   * What `ModelBuilder.build()` gives, or whatever else has `labels`, or the labels alone, `[n]`.
   *
   * @default {x0, x1, ... for bits, s0, s1, ... for spins}
   */
  readonly labels?: readonly Label[] | Labelling;
  /** A column for each variable. @default {true} */
  readonly variables?: boolean;
}

/**
 * Puts a sample set into a data frame of danfojs: one row a row of the set, in its order.
 *
 * Columns: `row`, its index in the set (in a set as it was drawn, read k is row k); `energy`; `count`; `call`, the index of
 * its story, where the set has provenance; `feasible`, where the labels come with a `report`; then the value of each variable
 * under its label. Energies keep every bit, though danfojs calls the type of their column `float32`.
 *
 * danfojs is a large package and this library does not depend on it: who wants a data frame imports it and hands it over.
 *
 * @param options.danfo `import * as danfo from "npm:danfojs@1.1.2"`, or `{ DataFrame }`
 * @returns what the constructor of `DataFrame` makes
 * @throws {TypeError} if there is no `DataFrame`, an option is unknown, or the labels are not those of the variables
 * @throws {RangeError} if a label comes twice or is the name of another column, or the table would have more than 2e7 entries
 *
 * Cost O(R n) time and memory: about 2 s for 100,000 rows of 100 variables.
 *
 * @example Any class made from rows will do
 * ```ts
 * import { exactEnumeration, toDataFrame } from "qama/samplers";
 * import { quboModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * class DataFrame { constructor(readonly rows: unknown[][], readonly options: { columns: string[] }) {} }
 * const set = await exactEnumeration().sample(quboModel({ couplings: sparseCouplings(1, []), linear: [-3] }));
 * const { options, rows } = toDataFrame(set, { danfo: { DataFrame }, labels: ["Ada"] });
 * assertEquals([options.columns, ...rows], [["row", "energy", "count", "Ada"], [0, -3, 1, 1]]);
 * ```
 */
export function toDataFrame<D>(set: SampleSet, options: ToDataFrameOptions<D>): D {
  checkOptionNames("Cannot make a data frame", options, ["danfo", "labels", "variables"]);
  const { danfo, variables = true } = options;
  if (typeof danfo?.DataFrame !== "function") {
    throw new TypeError(
      'Cannot make a data frame: danfo has no DataFrame; hand over what import("npm:danfojs@1.1.2") gives',
    );
  }
  const letter = set.story.vartype === "qubo" ? "x" : "s";
  const labelling = options.labels ?? Array.from({ length: set.story.variables }, (_, i) => `${letter}${i}`);
  const calls = set.provenance?.rows;
  const reports = "report" in labelling && labelling.report !== undefined;
  const columns = ["row", "energy", "count", ...(calls ? ["call"] : []), ...(reports ? ["feasible"] : [])];
  checkSize(set, columns.length + (variables ? set.story.variables : 0));
  const samples = decode(set, labelling);
  if (variables && set.energies.length === 0) addColumns(columns, "labels" in labelling ? labelling.labels : labelling);
  const rows: FrameEntry[][] = [];
  for (const { row, energy, count, values, feasible } of samples) {
    if (variables && row === 0) addColumns(columns, values.keys());
    const entries: FrameEntry[] = [row, energy, count];
    if (calls !== undefined) entries.push(calls[row]);
    if (reports) entries.push(feasible === true);
    if (variables) { for (const value of values.values()) entries.push(value); }
    rows.push(entries);
  }
  const dtypes = columns.map((_, c) => c === 1 ? "float32" : typeof rows[0]?.[c] === "boolean" ? "boolean" : "int32");
  return new danfo.DataFrame(rows, { columns, dtypes });
}

function checkSize(set: SampleSet, columns: number): void {
  const entries = set.energies.length * columns;
  if (entries <= MAX_ENTRIES) return;
  throw new RangeError(
    `Cannot make a data frame: ${entries} entries are more than ${MAX_ENTRIES}; take fewer rows with truncate() or ` +
      "aggregate(), or leave the variables out (variables: false)",
  );
}

function addColumns(columns: string[], labels: Iterable<Label>): void {
  const taken = new Set(columns);
  for (const label of labels) {
    const name = String(label);
    if (taken.has(name)) {
      throw new RangeError(`Cannot make a data frame: two columns would be called ${name}; rename that label`);
    }
    taken.add(name);
    columns.push(name);
  }
}
