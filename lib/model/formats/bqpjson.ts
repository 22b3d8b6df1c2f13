import type { Label } from "../builder.ts";
import { readTerms } from "./_json_terms.ts";
import { type JsonValues, readJson } from "./_json_values.ts";
import { areIndices, indicesFrom, NameTable, renumbered } from "./_names.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";
import { checkProblem, linearLines, pairLines, textPieces } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

const VERSIONS = ["1.0.0", "0.1.0"];
const REQUIRED = ["version", "variable_ids", "variable_domain", "scale", "offset", "linear_terms", "quadratic_terms"];

/**
 * BQPJSON: a JSON object of `variable_ids`, `linear_terms`, `quadratic_terms`, `offset` and `scale` over spins or booleans.
 *
 * `E(b) = scale (sum c b_i b_j + sum c b_i + offset)`, minimised. The identifiers are kept as labels, in the order of
 * `variable_ids`. A pair that comes twice, in either order, is summed and noted; solutions and metadata are passed over.
 * It is written with scale 1; labels that are not integers from 0 are replaced by 0, 1, 2, ...
 *
 * Cost O(terms) time; 5 to 20 bytes a term beside the model: the file is never held as a whole.
 * Source: the bqpjson format 1.0.0, bqpjson.readthedocs.io.
 *
 * @example The offset is scaled too
 * ```ts
 * import { bqpjsonFormat, energy } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const text = `{"version": "1.0.0", "id": 0, "metadata": {}, "variable_ids": [4], "variable_domain": "spin", "scale": 2,
 *   "offset": 1, "linear_terms": [{"id": 4, "coeff": 3}], "quadratic_terms": []}`;
 * const { model, labels } = await bqpjsonFormat.read(new Blob([text]).stream(), {});
 * assertEquals([labels, energy(model, [-1])], [[4], -4]);
 * ```
 */
export const bqpjsonFormat: ProblemFormat = Object.freeze({
  name: "bqpjson",
  extensions: [".bqpjson", ".json"],
  needsReading: false,
  recognises(start: Uint8Array, path: string) {
    if (path.endsWith(".bqpjson")) return true;
    const text = new TextDecoder("latin1").decode(start);
    return /^[^{[]{0,3}\s*\{/.test(text) && /"(variable_ids|variable_domain|coeff|id_tail|id_head)"\s*:/.test(text) &&
      !/"(bqm_schema|variable_labels)"\s*:/.test(text);
  },
  read,
  write(problem: Problem) {
    checkProblem(problem, "bqpjson");
    return textPieces(lines(problem));
  },
  holdsLabels: (labels: readonly Label[]) => areIndices(labels),
});

interface Parts {
  readonly table: TermsTable;
  readonly names: NameTable;
  readonly notes: string[];
  ids: number[];
  domain: string;
  scale: number;
  offset: number;
  title?: string;
}

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  if (as !== undefined) {
    throw new TypeError(`Cannot read a BQPJSON file as ${as}: the file itself says what it means; leave as out`);
  }
  return await readJson(source, signal, async (values) => {
    const parts: Parts = {
      table: new TermsTable(),
      names: new NameTable(),
      notes: [],
      ids: [],
      domain: "",
      scale: 1,
      offset: 0,
    };
    const seen = new Set<string>();
    await values.object("a BQPJSON object", (key) => {
      seen.add(key);
      return readMember(values, parts, key);
    });
    const missing = REQUIRED.find((key) => !seen.has(key));
    if (missing !== undefined) throw values.reader.error(`a member ${missing} before the end`, "}");
    return problem(parts);
  });
}

async function readMember(values: JsonValues, parts: Parts, key: string): Promise<boolean> {
  if (key === "version") await readWord(values, "version 1.0.0 of BQPJSON", VERSIONS);
  else if (key === "variable_domain") parts.domain = await readWord(values, "spin or boolean", ["spin", "boolean"]);
  else if (key === "variable_ids") await readIds(values, parts);
  else if (key === "scale") {
    parts.scale = await values.number("a number as scale");
    if (parts.scale < 0) throw values.reader.error("a scale from 0", String(parts.scale));
  } else if (key === "offset") parts.offset = await values.number("a number as offset");
  else if (key === "linear_terms") await readCoefficients(values, parts, ["id"]);
  else if (key === "quadratic_terms") await readCoefficients(values, parts, ["id_tail", "id_head"]);
  else if (key === "description") parts.title = await values.string("a text as description");
  else {
    if (key === "solutions") parts.notes.push("the solutions in the file were not read");
    return false;
  }
  return true;
}

async function readWord(values: JsonValues, what: string, known: readonly string[]): Promise<string> {
  const word = await values.string(what);
  if (!known.includes(word)) throw values.reader.error(what, word);
  return word;
}

async function readIds(values: JsonValues, { ids }: Parts): Promise<void> {
  const seen = new Set<number>();
  await values.list("a list of variable_ids", (token) => {
    const { reader } = values;
    const id = token === "number" ? reader.value : NaN;
    if (!Number.isSafeInteger(id) || id < 0) throw reader.error("an identifier, an integer from 0", token);
    if (seen.has(id)) throw reader.error("every identifier once", String(id));
    if (ids.length === MAX_VARIABLES) throw reader.error(`at most ${MAX_VARIABLES} variables`);
    seen.add(id);
    ids.push(id);
  });
}

function readCoefficients(values: JsonValues, { table, names }: Parts, ends: readonly string[]): Promise<void> {
  const { reader } = values;
  return readTerms(values, table, {
    ends,
    value: "coeff",
    end(token) {
      const id = token === "number" ? reader.value : NaN;
      if (!Number.isSafeInteger(id) || id < 0) throw reader.error("an identifier, an integer from 0", token);
      return names.index(id, reader.line, reader.column);
    },
  });
}

function problem({ table, names, ids, domain, scale, offset, title, notes }: Parts): Problem {
  const terms = renumbered(table, names.placesIn(ids, "variable_ids"));
  const built = terms.build({
    n: ids.length,
    vartype: domain === "spin" ? "ising" : "qubo",
    pairScale: scale,
    linearScale: scale,
    offset: scale * offset,
  });
  const described = title === undefined || title === "" ? {} : { title };
  return { model: built.model, labels: ids, format: "bqpjson", notes: [...built.notes, ...notes], ...described };
}

function* lines({ model, labels, title }: Problem): Generator<string> {
  const { couplings, linear, offset } = model;
  const ids = indicesFrom(labels);
  yield '{\n"version": "1.0.0",\n"id": 0,\n"metadata": {},';
  if (title !== undefined) yield `"description": ${JSON.stringify(title)},`;
  yield `"variable_domain": "${model.vartype === "ising" ? "spin" : "boolean"}",\n"scale": 1,\n"offset": ${offset},`;
  yield `"variable_ids": [${ids.join(", ")}],\n"linear_terms": [`;
  yield* separated(linearLines(linear, (i, value) => `{"id": ${ids[i]}, "coeff": ${value}}`));
  yield '],\n"quadratic_terms": [';
  const term = (i: number, j: number, value: number) =>
    `{"id_tail": ${ids[i]}, "id_head": ${ids[j]}, "coeff": ${value}}`;
  yield* separated(pairLines(couplings, term));
  yield "]\n}";
}

function* separated(lines: Iterable<string>): Generator<string> {
  let last: string | undefined;
  for (const line of lines) {
    if (last !== undefined) yield last + ",";
    last = line;
  }
  if (last !== undefined) yield last;
}
