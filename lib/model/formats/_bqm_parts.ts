import type { Label } from "../builder.ts";
import type { Vartype } from "../types.ts";
import { formatError } from "./_format_error.ts";
import type { JsonReader } from "./_json_reader.ts";
import { type NameTable, renumbered } from "./_names.ts";
import type { NumberList } from "./_number_list.ts";
import { numbersOfBytes } from "./_raw_numbers.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import type { Problem } from "./types.ts";

/** Where something stands in the file. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a BQM file said, member by member. */
export interface BqmParts {
  /** The lists of numbers by name; and those given as bytes. */
  readonly lists: Map<string, Place & { readonly list: NumberList }>;
  readonly bytes: Map<string, Place & { readonly raw: Uint8Array }>;
  /** The terms of schema 1, by the numbers of their names. */
  readonly terms: TermsTable;
  readonly names: NameTable;
  readonly notes: string[];
  /** Names of all members. */
  readonly seen: Set<string>;
  schema?: number;
  useBytes?: boolean;
  indexType?: string;
  biasType?: string;
  numVariables?: number;
  numInteractions?: number;
  vartype?: Vartype;
  offset?: number;
  labels?: Label[];
}

interface Numbers extends Place {
  readonly values: Float64Array | Uint32Array;
}

/** Makes the problem of schema 1: terms with labels. */
export function problemFromTerms(parts: BqmParts, end: JsonReader): Problem {
  const { vartype, offset } = required(parts, end, ["linear_terms", "quadratic_terms", "variable_labels"]);
  const labels = parts.labels ?? [];
  const terms = renumbered(parts.terms, parts.names.placesIn(labels, "variable_labels"));
  const { model, notes } = terms.build({ n: labels.length, vartype, offset });
  return { model, labels, format: "bqm-json", notes: [...notes, ...parts.notes] };
}

/** Makes the problem of schema 2 and 3: four lists of numbers. */
export function problemFromLists(parts: BqmParts, end: JsonReader): Problem {
  const lists = ["linear_biases", "quadratic_biases", "quadratic_head", "quadratic_tail"];
  const { vartype, offset } = required(parts, end, [...lists, "variable_labels"]);
  const labels = parts.labels ?? [];
  const n = labels.length;
  const [linear, biases, head, tail] = lists.map((name) => numbers(parts, name, name.endsWith("biases")));
  checkCounts(parts, n, linear, [biases, head, tail]);
  const terms = new TermsTable();
  for (let i = 0; i < n; i++) if (linear.values[i] !== 0) terms.add(i, i, linear.values[i], linear.line);
  for (let k = 0; k < biases.values.length; k++) {
    const i = index(head, k, n);
    const j = index(tail, k, n);
    if (i === j) {
      throw formatError(tail.line, tail.column, `two variables in interaction ${k}`, `${i} with itself`);
    }
    terms.add(i, j, biases.values[k], biases.line);
  }
  const { model, notes } = terms.build({ n, vartype, offset });
  return { model, labels, format: "bqm-json", notes: [...notes, ...parts.notes] };
}

function required(parts: BqmParts, end: JsonReader, names: readonly string[]): { vartype: Vartype; offset: number } {
  const missing = ["variable_type", "offset", ...names].find((name) => !parts.seen.has(name));
  const { vartype, offset } = parts;
  if (missing !== undefined || vartype === undefined || offset === undefined) {
    throw end.error(`a member ${missing} before the end`, "}");
  }
  return { vartype, offset };
}

function numbers(parts: BqmParts, name: string, isBias: boolean): Numbers {
  const inBytes = parts.bytes.get(name);
  if (inBytes === undefined) {
    const list = parts.lists.get(name);
    // a list that is missing was refused before
    if (list === undefined || parts.useBytes) {
      throw formatError(list?.line ?? 1, list?.column ?? 1, `${name} in base64, as use_bytes says`, "a list");
    }
    parts.lists.delete(name);
    return { values: list.list.values, line: list.line, column: list.column };
  }
  const { raw, line, column } = inBytes;
  if (!parts.useBytes || parts.schema === 2) throw formatError(line, column, `a list of ${name}`, "bytes");
  const type = isBias ? parts.biasType : parts.indexType;
  const values = type === undefined ? undefined : numbersOfBytes(raw, type);
  if (values === undefined) {
    throw formatError(line, column, `whole numbers of ${isBias ? "bias_type" : "index_type"}`, `${raw.length} bytes`);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw formatError(line, column, `${name} of finite numbers`, `${values[wrong]} as entry ${wrong}`);
  return { values, line, column };
}

function checkCounts(parts: BqmParts, n: number, linear: Numbers, quadratic: readonly Numbers[]): void {
  const check = (what: string, { values, line, column }: Numbers, expected: number) => {
    if (values.length === expected) return;
    throw formatError(line, column, `${expected} ${what}`, String(values.length));
  };
  if (n > MAX_VARIABLES) throw formatError(linear.line, linear.column, `at most ${MAX_VARIABLES} variables`, String(n));
  check("linear biases, as many as labels", linear, n);
  check("linear biases, as num_variables says", linear, parts.numVariables ?? n);
  for (const list of quadratic) {
    check("entries, as many as quadratic biases", list, quadratic[0].values.length);
    check("entries, as num_interactions says", list, parts.numInteractions ?? list.values.length);
  }
}

function index({ values, line, column }: Numbers, k: number, n: number): number {
  const value = values[k];
  if (!(Number.isInteger(value) && value >= 0 && value < n)) {
    throw formatError(line, column, `indices from 0 to ${n - 1}`, `${value} as entry ${k}`);
  }
  return value;
}
