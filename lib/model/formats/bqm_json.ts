import type { Label } from "../builder.ts";
import { type BqmParts, problemFromLists, problemFromTerms } from "./_bqm_parts.ts";
import { readTerms } from "./_json_terms.ts";
import { type JsonValues, readJson } from "./_json_values.ts";
import { NameTable } from "./_names.ts";
import { NumberList } from "./_number_list.ts";
import { bytesOfBase64 } from "./_raw_numbers.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import { checkProblem, countTerms, pairLines, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

const INDEX_TYPES = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];
const BIAS_TYPES = ["float32", "float64", "int8", "int16", "int32", "int64"];
const MAX_INDEX = 2 ** 32 - 1;
const NUMBERS_A_LINE = 256;

/**
 * dimod's JSON of a `BinaryQuadraticModel`: `E(v) = sum_{i<j} b_ij v_i v_j + sum_i a_i v_i + offset`, v spins or bits.
 *
 * Read are schema 3 and 2 (lists `linear_biases`, `quadratic_biases`, `quadratic_head`, `quadratic_tail`, `variable_labels`)
 * and schema 1 (`linear_terms` and `quadratic_terms` with labels). With `use_bytes` the four lists are the base64 of their
 * little-endian bytes (schema 3 only). Labels are kept; one that is a list becomes its JSON text, with a note.
 * Written is schema 3 with lists. Interactions that come twice are summed, with a note.
 *
 * Cost O(terms) time; 16 bytes a term beside the model: the file is never held as a whole, a base64 text is, up to 256 MiB.
 * Source: dimod 0.12, `BinaryQuadraticModel.to_serializable`; schema 1: dimod 0.6, `bqm_json_schema.json`.
 *
 * @example Two spins with names
 * ```ts
 * import { bqmJsonFormat, energy } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const text = JSON.stringify({ type: "BinaryQuadraticModel", version: { bqm_schema: "3.0.0" }, use_bytes: false,
 *   variable_labels: ["a", "b"], variable_type: "SPIN", offset: 0.5, linear_biases: [1, 0], quadratic_biases: [-2],
 *   quadratic_head: [0], quadratic_tail: [1] });
 * const { model, labels } = await bqmJsonFormat.read(new Blob([text]).stream(), {});
 * assertEquals([labels, energy(model, [1, -1])], [["a", "b"], 3.5]);
 * ```
 */
export const bqmJsonFormat: ProblemFormat = Object.freeze({
  name: "bqm-json",
  extensions: [".bqm.json", ".json"],
  needsReading: false,
  recognises(start: Uint8Array, path: string) {
    if (path.endsWith(".bqm.json")) return true;
    const text = new TextDecoder("latin1").decode(start);
    return /^[^{[]{0,3}\s*\{/.test(text) &&
      /"(bqm_schema|linear_biases|quadratic_biases|quadratic_head|variable_labels|label_head)"|"BinaryQuadraticModel"/
        .test(text);
  },
  read,
  write(problem: Problem) {
    checkProblem(problem, "bqm-json");
    return textPieces(lines(problem));
  },
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  if (as !== undefined) {
    throw new TypeError(`Cannot read a BQM as ${as}: the file itself says what it means; leave as out`);
  }
  return await readJson(source, signal, async (values) => {
    const parts: BqmParts = {
      lists: new Map(),
      bytes: new Map(),
      terms: new TermsTable(),
      names: new NameTable(),
      notes: [],
      seen: new Set(),
    };
    await values.object("a BQM, a JSON object", (key) => {
      parts.seen.add(key);
      return readMember(values, parts, key);
    });
    return parts.schema === 1 || (parts.schema === undefined && parts.seen.has("linear_terms"))
      ? problemFromTerms(parts, values.reader)
      : problemFromLists(parts, values.reader);
  });
}

async function readMember(values: JsonValues, parts: BqmParts, key: string): Promise<boolean> {
  const { reader } = values;
  switch (key) {
    case "type":
    case "basetype":
      await readWord(values, ["BinaryQuadraticModel"]);
      return true;
    case "version":
      await values.object("a version, an object", async (name) => {
        if (name !== "bqm_schema") return false;
        const schema = await values.string("the number of the schema");
        if (!/^[123]\.\d+\.\d+$/.test(schema)) throw reader.error("schema 1, 2 or 3", schema);
        parts.schema = Number(schema[0]);
        return true;
      });
      return true;
    case "use_bytes": {
      const token = await reader.next();
      if (token !== "true" && token !== "false") throw reader.error("true or false", token);
      parts.useBytes = token === "true";
      return true;
    }
    case "index_type":
      parts.indexType = await readWord(values, INDEX_TYPES);
      return true;
    case "bias_type":
      parts.biasType = await readWord(values, BIAS_TYPES);
      return true;
    case "num_variables":
      parts.numVariables = await values.count("the number of variables");
      return true;
    case "num_interactions":
      parts.numInteractions = await values.count("the number of interactions");
      return true;
    case "variable_type":
      parts.vartype = await readWord(values, ["SPIN", "BINARY"]) === "SPIN" ? "ising" : "qubo";
      return true;
    case "offset":
      parts.offset = await values.number("a finite offset");
      return true;
    case "variable_labels":
      parts.labels = await readLabels(values, parts);
      return true;
    case "linear_biases":
    case "quadratic_biases":
      await readList(values, parts, key, false);
      return true;
    case "quadratic_head":
    case "quadratic_tail":
      await readList(values, parts, key, true);
      return true;
    case "linear_terms":
      await readBiases(values, parts, ["label"]);
      return true;
    case "quadratic_terms":
      await readBiases(values, parts, ["label_head", "label_tail"]);
      return true;
    default:
      return false;
  }
}

async function readWord(values: JsonValues, known: readonly string[]): Promise<string> {
  const word = await values.string(known.join(" or "));
  if (!known.includes(word)) throw values.reader.error(known.join(" or "), word);
  return word;
}

async function readLabels(values: JsonValues, { notes }: BqmParts): Promise<Label[]> {
  const labels: Label[] = [];
  const seen = new Set<Label>();
  let lists = 0;
  await values.list("a list of variable_labels", async (token) => {
    if (token === "[") lists++;
    const label = await values.label(token);
    if (seen.has(label)) throw values.reader.error("every label once", String(label));
    if (labels.length === MAX_VARIABLES) throw values.reader.error(`at most ${MAX_VARIABLES} variables`);
    seen.add(label);
    labels.push(label);
  });
  if (lists > 0) notes.push(`${lists} labels are lists: each is called by its JSON text`);
  return labels;
}

async function readList(values: JsonValues, parts: BqmParts, key: string, isIndex: boolean): Promise<void> {
  const { reader } = values;
  const what = isIndex ? "an index of a variable, an integer from 0" : "a finite bias";
  const token = await reader.next();
  if (token === "string") {
    parts.bytes.set(key, { raw: bytesOfBase64(reader), line: reader.line, column: reader.column });
    return;
  }
  if (token !== "[") throw reader.error(`a list of ${key}`, token);
  const list = new NumberList(isIndex ? "uint32" : "float64");
  parts.lists.set(key, { list, line: reader.line, column: reader.column });
  const largest = Math.min(MAX_INDEX, (parts.numVariables ?? Infinity) - 1);
  for (;;) {
    const element = reader.step() || await reader.more();
    if (element === "]") return;
    const value = reader.value;
    if (element !== "number") throw reader.error(what, element);
    if (isIndex && !(Number.isInteger(value) && value >= 0 && value <= largest)) {
      throw reader.error(`an index of a variable, an integer from 0 to ${largest}`, String(value));
    }
    list.push(value);
  }
}

function readBiases(values: JsonValues, { terms, names }: BqmParts, ends: readonly string[]): Promise<void> {
  return readTerms(values, terms, {
    ends,
    value: "bias",
    async end(token) {
      const { line, column } = values.reader;
      return names.index(await values.label(token), line, column);
    },
  });
}

function* lines({ model, labels }: Problem): Generator<string> {
  const { n, couplings, linear, offset } = model;
  yield '{\n"type": "BinaryQuadraticModel",\n"version": {"bqm_schema": "3.0.0"},\n"use_bytes": false,';
  yield `"index_type": "int32",\n"bias_type": "float64",\n"num_variables": ${n},`;
  yield `"num_interactions": ${countTerms(model).pairs},\n"variable_labels": ${JSON.stringify(labels)},`;
  yield `"variable_type": "${model.vartype === "ising" ? "SPIN" : "BINARY"}",\n"offset": ${offset},\n"info": {},`;
  yield `"linear_biases": [${linear.join(", ")}],`;
  yield '"quadratic_biases": [';
  yield* joined(pairLines(couplings, (_i, _j, value) => String(value)));
  yield '],\n"quadratic_head": [';
  yield* joined(pairLines(couplings, (i) => String(i)));
  yield '],\n"quadratic_tail": [';
  yield* joined(pairLines(couplings, (_i, j) => String(j)));
  yield "]\n}";
}

function* joined(numbers: Iterable<string>): Generator<string> {
  let group: string[] = [];
  for (const number of numbers) {
    if (group.length === NUMBERS_A_LINE) {
      yield group.join(", ") + ",";
      group = [];
    }
    group.push(number);
  }
  if (group.length > 0) yield group.join(", ");
}
