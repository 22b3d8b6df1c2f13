import type { LineCursor } from "./_lines.ts";
import { MAX_VARIABLES } from "./_terms_table.ts";

const MAX_DENSE = 16384;

/** The first line of a Matrix Market file. */
export interface MarketHeader {
  /** A list of coordinates; else the matrix in full, column by column. */
  readonly coordinate: boolean;
  /** Entries without values. */
  readonly pattern: boolean;
  /** Entries are integers. */
  readonly integer: boolean;
  /** Only the lower triangle is there. */
  readonly symmetric: boolean;
}

/** The line of sizes. */
export interface MarketSize {
  /** Rows and columns. */
  readonly n: number;
  /** How many entries follow. */
  readonly entries: number;
  /** The line it stands on. */
  readonly line: number;
  /** Row and column of entry k of a full matrix; asked in order. */
  readonly place: (k: number) => [number, number];
}

/** Reads `%%MatrixMarket matrix coordinate|array real|integer|pattern general|symmetric`. */
export function readMarketHeader(line: LineCursor): MarketHeader {
  const choose = <const T extends readonly string[]>(...words: T): T[number] => {
    const expected = words.map((word) => `"${word}"`).join(" or ");
    const found = line.word(expected).toLowerCase();
    const word = words.find((each) => each.toLowerCase() === found);
    if (word === undefined) throw line.error(expected);
    return word;
  };
  choose("%%MatrixMarket");
  choose("matrix");
  const form = choose("coordinate", "array");
  const field = form === "array" ? choose("real", "integer", "double") : choose("real", "integer", "pattern", "double");
  const symmetry = choose("general", "symmetric");
  line.end("the symmetry");
  return {
    coordinate: form === "coordinate",
    pattern: field === "pattern",
    integer: field === "integer",
    symmetric: symmetry === "symmetric",
  };
}

/** Reads rows, columns and, of a list of coordinates, entries. */
export function readMarketSize(line: LineCursor, { coordinate, symmetric }: MarketHeader): MarketSize {
  const n = line.integer("the number of rows", 0, MAX_VARIABLES);
  const columns = line.integer("the number of columns", 0, MAX_VARIABLES);
  if (columns !== n) throw line.error(`as many columns as rows, ${n}`);
  if (!coordinate && n > MAX_DENSE) {
    const gibibytes = (8 * n * n / 2 ** 30).toFixed(1);
    throw line.error(`at most ${MAX_DENSE} rows of a full matrix: ${n} need ${gibibytes} GiB; write it as coordinates`);
  }
  const entries = coordinate
    ? line.integer("the number of entries", 0, Number.MAX_SAFE_INTEGER)
    : symmetric
    ? n * (n + 1) / 2
    : n * n;
  line.end("the sizes");
  let row = -1;
  let column = 0;
  const place = (): [number, number] => {
    if (++row === n) {
      column++;
      row = symmetric ? column : 0;
    }
    return [row, column];
  };
  return { n, entries, line: line.number, place };
}
