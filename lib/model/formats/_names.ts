import type { Label } from "../builder.ts";
import { formatError } from "./_format_error.ts";
import { MAX_VARIABLES, TermsTable } from "./_terms_table.ts";

/** Numbers the variables of a file in the order in which they are first named, and remembers where that was. */
export class NameTable {
  readonly #indices = new Map<Label, number>();
  readonly #lines: number[] = [];
  readonly #columns: number[] = [];

  /** The names, by index. */
  get labels(): Label[] {
    return [...this.#indices.keys()];
  }

  /** Index of a name; a new one is numbered. */
  index(label: Label, line: number, column: number): number {
    const known = this.#indices.get(label);
    if (known !== undefined) return known;
    const index = this.#indices.size;
    if (index === MAX_VARIABLES) throw formatError(line, column, `at most ${MAX_VARIABLES} variables`);
    this.#indices.set(label, index);
    this.#lines.push(line);
    this.#columns.push(column);
    return index;
  }

  /**
   * Gives the place in `order` of every name.
   *
   * @throws {SyntaxError} where a name stands that `order` lacks
   */
  placesIn(order: readonly Label[], where: string): Uint32Array {
    const places = new Map(order.map((label, place) => [label, place]));
    return Uint32Array.from(this.#indices, ([label, index]) => {
      const place = places.get(label);
      if (place === undefined) {
        throw formatError(this.#lines[index], this.#columns[index], `a variable of ${where}`, String(label));
      }
      return place;
    });
  }
}

/** The same terms with index i replaced by `places[i]`; the table itself where that changes nothing. */
export function renumbered(table: TermsTable, places: Uint32Array): TermsTable {
  if (places.every((place, i) => place === i)) return table;
  const result = new TermsTable();
  table.forEachBlock(({ rows, others, values, lines }, used) => {
    for (let k = 0; k < used; k++) result.add(places[rows[k]], places[others[k]], values[k], lines[k]);
  });
  return result;
}

/** True if every label is an integer from 0, each another. */
export function areIndices(labels: readonly Label[]): labels is readonly number[] {
  return labels.every((label) => Number.isSafeInteger(label) && Number(label) >= 0) &&
    new Set(labels).size === labels.length;
}

/** The labels where they are integers from 0, else 0, 1, 2, ... */
export function indicesFrom(labels: readonly Label[]): readonly number[] {
  return areIndices(labels) ? labels : labels.map((_, i) => i);
}
