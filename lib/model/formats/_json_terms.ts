import type { JsonToken } from "./_json_reader.ts";
import type { JsonValues } from "./_json_values.ts";
import type { TermsTable } from "./_terms_table.ts";

/** What the members of a term are called, and how its ends are read. */
export interface TermNames {
  /** One name for a linear term, two for a pair. */
  readonly ends: readonly string[];
  /** The coefficient. */
  readonly value: string;
  /** Gives the index of the variable that an end names, of which the first token was read. */
  end(token: JsonToken): number | Promise<number>;
}

/**
 * Reads a list of terms, each an object, into a table; members of other names are passed over.
 *
 * @throws {SyntaxError} if a term lacks a member, has it twice, or couples a variable to itself
 */
export async function readTerms(values: JsonValues, table: TermsTable, { ends, value, end }: TermNames): Promise<void> {
  const { reader } = values;
  const found = [-1, -1];
  await values.list("a list of terms", async (token) => {
    if (token !== "{") throw reader.error("a term, an object", token);
    const { line, column } = reader;
    let coefficient = NaN;
    found[0] = found[1] = -1;
    while ((reader.step() || await reader.more()) === "key") {
      const key = reader.text;
      const place = ends.indexOf(key);
      const isKnown = place >= 0 || key === value;
      if (isKnown && (place < 0 ? !Number.isNaN(coefficient) : found[place] >= 0)) {
        throw reader.error("every name once", key);
      }
      const first = reader.step() || await reader.more();
      if (place >= 0) {
        const index = end(first);
        found[place] = typeof index === "number" ? index : await index;
      } else if (isKnown) {
        if (first !== "number") throw reader.error("a finite coefficient", first);
        coefficient = reader.value;
      } else await reader.skip(first);
    }
    const i = found[0];
    const j = ends.length === 1 ? i : found[1];
    if (Number.isNaN(coefficient) || i < 0 || j < 0) {
      const all = [...ends, value].join(", ");
      throw reader.error(`a term of ${all} that began at line ${line}, column ${column}`, "}");
    }
    if (ends.length === 2 && i === j) throw reader.error("two variables in a term, not one with itself");
    table.add(i, j, coefficient, line);
  });
}
