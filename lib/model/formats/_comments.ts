import type { Label } from "../builder.ts";
import { formatError } from "./_format_error.ts";
import type { LineCursor } from "./_lines.ts";
import { areNumbered, numbered } from "./_text.ts";

/**
 * Reads what our writers put into comments where a format has no place for it: `offset 2.5` and `label 0 "name"`.
 *
 * Any other comment is passed over; one that starts with such a word and something like a number must be whole, since an
 * offset that is lost is a wrong energy.
 */
export class CommentReader {
  /** The constant of the energy. */
  offset = 0;
  /** What the user should know. */
  readonly notes: string[] = [];
  readonly #labels = new Map<number, { label: Label; line: number }>();
  #offsetLine = 0;

  /** Reads a comment; the cursor stands behind the sign of the comment. */
  read(line: LineCursor): void {
    if (line.atEnd()) return;
    if (line.peek() !== 111 && line.peek() !== 108) return;
    const word = line.word("a comment");
    const startsNumber = "+-.0123456789".includes(String.fromCharCode(line.peek()));
    if (word === "offset" && startsNumber) {
      this.offset = line.value("the constant of the energy, a finite number");
      line.end("the constant of the energy");
      if (this.#offsetLine > 0) throw line.error(`one offset, and line ${this.#offsetLine} has it`);
      this.#offsetLine = line.number;
      this.notes.push(`the offset was taken from the comment in line ${line.number}`);
    } else if (word === "label" && startsNumber) {
      const index = line.integer("the index of a variable", 0, 0xffffffff);
      line.atEnd();
      const column = line.column;
      const text = line.rest();
      const label = parseLabel(text);
      if (label === undefined) throw formatError(line.number, column, "a label, a JSON string or number", text);
      if (this.#labels.has(index)) throw formatError(line.number, column, `one label for variable ${index}`, text);
      this.#labels.set(index, { label, line: line.number });
    }
  }

  /** Gives the labels of n variables that the file numbers from `first`. */
  labels(n: number, first: number): Label[] {
    const labels: Label[] = numbered(n, first);
    for (const [index, { label, line }] of this.#labels) {
      if (index < first || index >= first + n) {
        throw formatError(line, 1, `labels of variables ${first} to ${first + n - 1}`, String(index));
      }
      labels[index - first] = label;
    }
    if (this.#labels.size > 0 && new Set(labels).size < n) {
      throw formatError(Math.min(...[...this.#labels.values()].map(({ line }) => line)), 1, "labels that all differ");
    }
    return labels;
  }
}

/** Writes the comments that {@link CommentReader} reads; nothing where there is nothing to say. */
export function* commentLines(
  sign: string,
  { offset, labels, first }: { offset: number; labels: readonly Label[]; first: number },
): Iterable<string> {
  if (offset !== 0) yield `${sign} offset ${offset}`;
  if (areNumbered(labels, first)) return;
  for (let i = 0; i < labels.length; i++) yield `${sign} label ${first + i} ${JSON.stringify(labels[i])}`;
}

function parseLabel(text: string): Label | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" || (typeof value === "number" && Number.isFinite(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}
