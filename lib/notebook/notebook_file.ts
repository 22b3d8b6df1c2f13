/** A MIME bundle: a text, or for JSON types a value, by type. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** One output of a code cell, as nbformat 4.5 writes it. */
export type Output =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string | readonly string[] }
  | { readonly output_type: "display_data"; readonly data: MimeBundle; readonly metadata: Record<string, unknown> }
  | {
    readonly output_type: "execute_result";
    readonly execution_count: number | null;
    readonly data: MimeBundle;
    readonly metadata: Record<string, unknown>;
  }
  | {
    readonly output_type: "error";
    readonly ename: string;
    readonly evalue: string;
    readonly traceback: readonly string[];
  };

/** One cell. */
export interface Cell {
  /** What it holds. */
  readonly cell_type: "code" | "markdown" | "raw";
  /** Its name in the file, from nbformat 4.5 on. */
  readonly id?: string;
  /** Its text, whole or in lines. */
  readonly source: string | readonly string[];
  /** Tags among others. */
  readonly metadata: { readonly tags?: readonly string[]; readonly [name: string]: unknown };
  /** The number that it ran as; null if it did not run. */
  readonly execution_count?: number | null;
  /** What it put out. */
  readonly outputs?: readonly Output[];
  /** What other programs keep there. */
  readonly [name: string]: unknown;
}

/** A notebook, nbformat 4. */
export interface Notebook {
  /** The major format, 4. */
  readonly nbformat: number;
  /** The minor format. */
  readonly nbformat_minor: number;
  /** Kernel and language, among others. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The cells, in their order. */
  readonly cells: readonly Cell[];
}

/**
 * Reads the text of a notebook file.
 *
 * @param text JSON, nbformat 4
 * @throws {SyntaxError} if it is no JSON, no notebook, or of another major format
 *
 * @example No notebook
 * ```ts
 * import { readNotebook } from "qama/notebook";
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => readNotebook("{}"), SyntaxError, "expected nbformat 4, got undefined");
 * ```
 */
export function readNotebook(text: string): Notebook {
  const cannot = "Cannot read the notebook:";
  let read;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`${cannot} it is no JSON, ${(cause as Error).message}`, { cause });
  }
  if (read?.nbformat !== 4) {
    const wayOut = read?.nbformat === 3 ? "; `jupyter nbconvert --to notebook FILE` converts it" : "";
    throw new SyntaxError(`${cannot} expected nbformat 4, got ${read?.nbformat}${wayOut}`);
  }
  if (!Array.isArray(read.cells)) throw new SyntaxError(`${cannot} it has no list of cells`);
  read.cells.forEach((cell: Cell, i: number) => {
    if (!["code", "markdown", "raw"].includes(cell?.cell_type)) {
      throw new SyntaxError(`${cannot} cell ${i + 1} is neither code, markdown nor raw`);
    }
    const { source } = cell;
    const isText = typeof source === "string" || (Array.isArray(source) && source.every((s) => typeof s === "string"));
    if (!isText) throw new SyntaxError(`${cannot} the source of cell ${i + 1} is no text`);
    if (cell.outputs !== undefined && !Array.isArray(cell.outputs)) {
      throw new SyntaxError(`${cannot} the outputs of cell ${i + 1} are no list`);
    }
  });
  return {
    ...read,
    metadata: read.metadata ?? {},
    cells: read.cells.map((cell: Cell) => ({ ...cell, metadata: cell.metadata ?? {} })),
  };
}

/** Joins a text that a notebook file holds in lines. */
export function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join("") : `${text ?? ""}`;
}

/** True for a type whose value is no text. */
export function isJson(type: string): boolean {
  return /[/+]json$/.test(type);
}

/**
 * Writes a notebook as Jupyter writes it: one space of indent, keys in order, texts in lines; the same notebook gives the same
 * bytes.
 *
 * @returns the text of the file, with a line's end
 *
 * @example Lines
 * ```ts
 * import { readNotebook, writeNotebook } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const cell = { cell_type: "raw" as const, id: "a", metadata: {}, source: "one\ntwo" };
 * const text = writeNotebook({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] });
 * assertEquals(readNotebook(text).cells[0].source, ["one\n", "two"]);
 * ```
 */
export function writeNotebook(notebook: Notebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: linesOf(textOf(cell.source)),
    ...(cell.outputs && { outputs: cell.outputs.map(inLines) }),
  }));
  return JSON.stringify(sorted({ ...notebook, cells }), null, 1) + "\n";
}

function inLines(output: Output): Output {
  if (output.output_type === "stream") return { ...output, text: linesOf(textOf(output.text)) };
  if (output.output_type === "error") return output;
  // JSON types keep their values
  const line = ([type, value]: [string, unknown]) => [
    type,
    typeof value === "string" && !isJson(type) ? linesOf(value) : value,
  ];
  return { ...output, data: Object.fromEntries(Object.entries(output.data).map(line)) };
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The same value with keys in alphabetical order, as Jupyter writes them. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0).map(([key, inner]) => [key, sorted(inner)]),
  );
}
