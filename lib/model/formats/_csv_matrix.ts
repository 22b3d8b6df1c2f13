import { type CellVisitor, readCells } from "./_cells.ts";
import { formatError } from "./_format_error.ts";
import { checkDenseSize, MAX_DENSE_VARIABLES } from "./_matrix_problem.ts";
import { NumberList } from "./_number_list.ts";

const OFFSET = /^offset\s+(\S+)$/;

/** A square matrix as a CSV file holds it. */
export interface CsvMatrix {
  readonly n: number;
  /** `[n, n]` row-major. */
  readonly values: Float64Array;
  /** Of a comment `# offset 2.5`. */
  readonly offset: number | undefined;
  /** The line of every row. */
  readonly lines: readonly number[];
}

/**
 * Reads a square matrix of numbers between commas.
 *
 * @param check throws where a value is not what the format allows
 * @throws {RangeError} if the first row has more cells than a full matrix may have
 */
export async function readCsvMatrix(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  check: (value: number, line: number, column: number) => void = () => {},
): Promise<CsvMatrix> {
  const first = new NumberList("float64");
  const lines: number[] = [];
  let values = new Float64Array();
  let n = 0;
  let offset: number | undefined;
  const visitor: CellVisitor = {
    cell(index, value, line, column) {
      check(value, line, column);
      const row = lines.length;
      if (row === 0) {
        if (index < MAX_DENSE_VARIABLES) first.push(value);
        return;
      }
      if (row === n) {
        throw formatError(line, column, `the end of the file after ${n} rows of ${n} numbers`, String(value));
      }
      if (index === n) throw formatError(line, column, `the end of the line after ${n} numbers`, String(value));
      values[row * n + index] = value;
    },
    row(cells, line) {
      if (lines.length === 0) {
        checkDenseSize(cells, "read");
        n = cells;
        values = new Float64Array(n * n);
        values.set(first.values);
      }
      if (cells < n) throw formatError(line, 1, `${n} numbers, as in line ${lines[0]}`, `${cells} numbers`);
      lines.push(line);
    },
    comment(text, line) {
      const word = OFFSET.exec(text)?.[1];
      if (word === undefined) return;
      if (offset !== undefined || !Number.isFinite(Number(word))) {
        throw formatError(line, 1, "one offset, a finite number", text);
      }
      offset = Number(word);
    },
  };
  const last = await readCells(source, visitor, signal);
  if (lines.length === 0) throw formatError(last, 1, "a row of numbers", "the end of the file");
  if (lines.length < n) {
    throw formatError(last, 1, `${n} rows, as many as line ${lines[0]} has numbers`, `the end after ${lines.length}`);
  }
  return { n, values, offset, lines };
}
