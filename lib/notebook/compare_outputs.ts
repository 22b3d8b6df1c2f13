import { stripVTControlCharacters } from "node:util";
import { stillOutputs } from "./still_outputs.ts";
import { type Cell, isJson, type Notebook, type Output, textOf } from "./notebook_file.ts";

/** A place where the new outputs are not those in the file. */
export interface OutputDifference {
  /** The place of the cell, from 1 among all cells. */
  readonly cell: number;
  /** Which output: `stdout`, `image/svg+xml`, or `outputs` where their number or kinds differ. */
  readonly what: string;
  /** The first line that differs, as the file has it. */
  readonly expected: string;
  /** The same line now. */
  readonly actual: string;
}

const EXCERPT = 200;

/**
 * Compares the outputs of the cells that are tagged `compare`, character by character.
 *
 * Counts, metadata and the colours of terminals are left out; so are tracebacks, whose lines move, and of an output with a
 * static drawing the forms that {@link stillOutputs} leaves out of a file.
 *
 * @param before the notebook as it was kept
 * @param after the same notebook, executed
 * @returns the first difference of each output, in the order of the cells
 * @throws {RangeError} if they have not the same number of cells
 *
 * @example Nothing is tagged
 * ```ts
 * import { compareOutputs } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const cell = { cell_type: "code" as const, metadata: {}, source: "1", outputs: [] };
 * const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] };
 * assertEquals(compareOutputs(notebook, notebook), []);
 * ```
 */
export function compareOutputs(before: Notebook, after: Notebook): OutputDifference[] {
  if (before.cells.length !== after.cells.length) {
    throw new RangeError(`Cannot compare notebooks of ${before.cells.length} and ${after.cells.length} cells`);
  }
  const [kept, now] = [stillOutputs(before), stillOutputs(after)];
  return kept.cells.flatMap((cell, i) =>
    cell.cell_type === "code" && cell.metadata.tags?.includes("compare")
      ? differencesOf(partsOf(cell), partsOf(now.cells[i]), i + 1)
      : []
  );
}

type Part = readonly [what: string, text: string];

function differencesOf(expected: readonly Part[], actual: readonly Part[], cell: number): OutputDifference[] {
  const names = (parts: readonly Part[]) => parts.map(([what]) => what).join(", ") || "none";
  if (names(expected) !== names(actual)) {
    return [{ cell, what: "outputs", expected: names(expected), actual: names(actual) }];
  }
  return expected.flatMap(([what, text], i) => {
    if (text === actual[i][1]) return [];
    const [old, now] = [text, actual[i][1]].map((whole) => whole.split("\n"));
    const at = old.findIndex((line, k) => line !== now[k]);
    // the old text may be the beginning of the new
    const line = at < 0 ? old.length : at;
    const [from, excerpt] = [old, now].map((lines) => lines[line] ?? "(nothing)");
    return [{ cell, what, expected: shorten(from, excerpt), actual: shorten(excerpt, from) }];
  });
}

/** The part of a long line around where it begins to differ from another. */
function shorten(line: string, other: string): string {
  if (line.length <= EXCERPT) return line;
  let same = 0;
  while (same < line.length && line[same] === other[same]) same++;
  return `...${line.slice(Math.max(0, same - EXCERPT / 2), same + EXCERPT / 2)}...`;
}

function partsOf(cell: Cell): Part[] {
  return (cell.outputs ?? []).flatMap((output: Output): Part[] => {
    if (output.output_type === "stream") return [[output.name, textOf(output.text)]];
    if (output.output_type === "error") return [["error", `${output.ename}: ${output.evalue}`]];
    return Object.entries(output.data).sort(([a], [b]) => a < b ? -1 : 1).map(([type, value]) => [
      type,
      isJson(type) ? JSON.stringify(value) : stripVTControlCharacters(textOf(value)),
    ]);
  });
}
